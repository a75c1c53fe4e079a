/* escape: see escape.h. Each attempt tells whether it got what it wanted; what it opens stays
 * open, the process ends soon. */
#include "engine/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

typedef const struct escape_ground ground_t;

static bool opens(int root_fd, const char *path, int flags) {
    return openat(root_fd, path, flags, 0644) >= 0;
}

/* --- files ---------------------------------------------------------------------------------- */

static bool open_new(ground_t *g) {
    return opens(g->root_fd, "escaped", O_WRONLY | O_CREAT);
}

static bool open_existing(ground_t *g) {
    return opens(g->root_fd, g->inside, O_WRONLY) || opens(g->root_fd, g->inside, O_RDWR);
}

static bool truncate_by_open(ground_t *g) {
    return opens(g->root_fd, g->inside, O_RDONLY | O_TRUNC);
}

static bool open_unnamed(ground_t *g) {
    return opens(g->root_fd, ".", O_TMPFILE | O_RDWR) ||
           opens(AT_FDCWD, "/tmp", O_TMPFILE | O_RDWR);
}

static bool open_2_for_write(ground_t *g) {
    const struct open_how writing = {.flags = O_RDWR}, truncating = {.flags = O_RDONLY | O_TRUNC};
    return syscall(SYS_openat2, g->root_fd, g->inside, &writing, sizeof writing) >= 0 ||
           syscall(SYS_openat2, g->root_fd, g->inside, &truncating, sizeof truncating) >= 0;
}

static bool open_old_call(ground_t *g) {
    (void)g;
    return syscall(SYS_open, "/tmp/escaped", O_WRONLY | O_CREAT, 0644) >= 0 ||
           syscall(SYS_creat, "/tmp/escaped", 0644) >= 0;
}

static bool change_names(ground_t *g) {
    return mkdirat(g->root_fd, "escaped", 0755) == 0 ||
           symlinkat("/etc", g->root_fd, "escaped") == 0 ||
           linkat(g->root_fd, g->inside, g->root_fd, "escaped", 0) == 0 ||
           renameat(g->root_fd, g->inside, g->root_fd, "escaped") == 0 ||
           unlinkat(g->root_fd, g->inside, 0) == 0 ||
           mknodat(g->root_fd, "escaped", S_IFIFO | 0644, 0) == 0;
}

static bool change_attributes(ground_t *g) {
    const struct timespec times[2] = {{0, 0}, {0, 0}};
    return fchmodat(g->root_fd, g->inside, 0777, 0) == 0 ||
           fchownat(g->root_fd, g->inside, 0, 0, 0) == 0 ||
           utimensat(g->root_fd, g->inside, times, 0) == 0 ||
           syscall(SYS_setxattr, g->inside, "user.escaped", "x", (size_t)1, 0) == 0 ||
           truncate(g->inside, 0) == 0;
}

static bool read_outside(ground_t *g) {
    return opens(AT_FDCWD, "/etc/passwd", O_RDONLY) ||
           opens(AT_FDCWD, "/proc/self/mem", O_RDONLY) ||
           opens(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY) || opens(g->root_fd, "/etc", O_RDONLY);
}

static bool read_above(ground_t *g) {
    return opens(g->root_fd, "..", O_RDONLY | O_DIRECTORY) ||
           opens(g->root_fd, "../../../../../../etc/passwd", O_RDONLY);
}

/* The test has put a link `way-out` to /etc/passwd there. */
static bool read_by_link(ground_t *g) {
    const struct open_how how = {.flags = O_RDONLY};
    return opens(g->root_fd, "way-out", O_RDONLY) ||
           syscall(SYS_openat2, g->root_fd, "way-out", &how, sizeof how) >= 0;
}

static bool open_by_handle(ground_t *g) {
    struct {
        struct file_handle head;
        unsigned char room[MAX_HANDLE_SZ];
    } handle = {.head = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount = 0;
    return name_to_handle_at(g->root_fd, g->inside, &handle.head, &mount, 0) == 0 ||
           open_by_handle_at(g->root_fd, &handle.head, O_RDONLY) >= 0;
}

static bool leave_root(ground_t *g) {
    return chroot(".") == 0 || chdir("/") == 0 || fchdir(g->root_fd) == 0;
}

/* Only the log (1, 2) and the pipe of records may be open for writing. */
static bool write_elsewhere(ground_t *g) {
    enum { LOOKED_AT = 1024 };
    for (int fd = 0; fd < LOOKED_AT; fd++) {
        int flags = fcntl(fd, F_GETFL);
        bool ours = fd == STDOUT_FILENO || fd == STDERR_FILENO || fd == g->pipe_fd;
        if (flags >= 0 && !ours && (flags & O_ACCMODE) != O_RDONLY)
            return true;
    }
    return false;
}

static bool lock_a_file(ground_t *g) {
    return syscall(SYS_flock, g->root_fd, 2) == 0;
}

/* --- network and programs ------------------------------------------------------------------- */

static bool connect_out(ground_t *g) {
    (void)g;
    int pair[2];
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0 ||
           socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socket(AF_NETLINK, SOCK_RAW, 0) >= 0 ||
           socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
}

static bool run_program(ground_t *g) {
    char *const none[] = {NULL};
    (void)g;
    execve("/bin/true", none, none); /* returns only when refused */
    syscall(SYS_execveat, AT_FDCWD, "/bin/true", none, none, 0);
    return errno != EPERM && errno != EACCES;
}

static bool start_process(ground_t *g) {
    (void)g;
    long child = syscall(SYS_fork);
    if (child < 0)
        child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child < 0) {
        struct clone_args {
            uint64_t words[11];
        } args = {.words = {0, 0, 0, 0, SIGCHLD}};
        child = syscall(SYS_clone3, &args, sizeof args);
    }
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool make_code(ground_t *g) {
    (void)g;
    size_t page = 4096;
    void *fresh = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh != MAP_FAILED && mprotect(fresh, page, PROT_READ | PROT_EXEC) == 0)
        return true;
    return mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED ||
           syscall(SYS_memfd_create, "escaped", 0) >= 0 ||
           syscall(SYS_pkey_mprotect, fresh, page, PROT_READ | PROT_EXEC, -1) == 0;
}

/* --- other processes ------------------------------------------------------------------------ */

static bool signal_others(ground_t *g) {
    return kill(g->keeper, 0) == 0 || kill(-1, 0) == 0 || kill(getpid(), 0) == 0 ||
           syscall(SYS_tgkill, g->keeper, g->keeper, 0) == 0 ||
           syscall(SYS_tkill, g->keeper, 0) == 0 || syscall(SYS_pidfd_open, g->keeper, 0) >= 0;
}

static bool trace_keeper(ground_t *g) {
    unsigned char byte = 0;
    struct iovec here = {&byte, 1};
    struct iovec there = {(void *)&byte, 1}; /* a stack of the same layout: the parent's */
    return ptrace(PTRACE_ATTACH, g->keeper, NULL, NULL) == 0 ||
           ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ||
           process_vm_readv(g->keeper, &here, 1, &there, 1, 0) > 0 ||
           process_vm_writev(g->keeper, &here, 1, &there, 1, 0) > 0;
}

static bool slow_keeper(ground_t *g) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    return sched_setaffinity(g->keeper, sizeof one, &one) == 0 ||
           setpriority(PRIO_PROCESS, (id_t)g->keeper, 19) == 0;
}

static bool change_keepers_limits(ground_t *g) {
    const struct rlimit none = {0, 0};
    return prlimit(g->keeper, RLIMIT_FSIZE, &none, NULL) == 0;
}

/* --- the kernel ----------------------------------------------------------------------------- */

static bool raise_limits(ground_t *g) {
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    (void)g;
    return setrlimit(RLIMIT_FSIZE, &all) == 0 || setrlimit(RLIMIT_AS, &all) == 0 ||
           prlimit(0, RLIMIT_CORE, &all, NULL) == 0;
}

static bool outlive_keeper(ground_t *g) {
    (void)g;
    return prctl(PR_SET_PDEATHSIG, 0) == 0 || prctl(PR_SET_DUMPABLE, 1) == 0 ||
           prctl(PR_SET_KEEPCAPS, 1) == 0 || setsid() >= 0 || setpgid(0, 0) == 0;
}

static bool change_filter(ground_t *g) {
    (void)g;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0 ||
           syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, NULL) == 0;
}

static bool change_namespaces(ground_t *g) {
    (void)g;
    return unshare(CLONE_NEWUSER) == 0 || unshare(CLONE_NEWNS) == 0 ||
           mount("none", "/tmp", "tmpfs", 0, NULL) == 0 || umount2("/tmp", 0) == 0;
}

static bool change_user(ground_t *g) {
    (void)g;
    return setuid(0) == 0 || setresgid(0, 0, 0) == 0;
}

static bool reach_kernel(ground_t *g) {
    unsigned char zeroes[256] = {0};
    struct io_uring_params params = {0};
    (void)g;
    return syscall(SYS_io_uring_setup, 1, &params) >= 0 || syscall(SYS_userfaultfd, 0) >= 0 ||
           syscall(SYS_bpf, 0, zeroes, sizeof zeroes) >= 0 ||
           syscall(SYS_perf_event_open, zeroes, 0, -1, -1, 0) >= 0 ||
           syscall(SYS_add_key, "user", "escaped", "x", (size_t)1, -3) >= 0 ||
           syscall(SYS_keyctl, 0, -3, 0) >= 0 || syscall(SYS_init_module, zeroes, 0, "") == 0 ||
           syscall(SYS_personality, 0xffffffff) >= 0;
}

static bool move_data(ground_t *g) {
    int ends[2];
    return pipe(ends) == 0 || syscall(SYS_dup2, g->pipe_fd, 0) >= 0 ||
           syscall(SYS_ioctl, STDERR_FILENO, 0x5412 /* TIOCSTI */, "x") == 0 ||
           syscall(SYS_sendfile, g->pipe_fd, g->root_fd, NULL, (size_t)1) > 0 ||
           syscall(SYS_msgget, 1, 01600) >= 0 || syscall(SYS_shmget, 1, (size_t)4096, 01600) >= 0;
}

const struct escape escapes[] = {
    {"open-new", open_new, false, false},
    {"open-existing", open_existing, false, false},
    {"truncate-by-open", truncate_by_open, false, false},
    {"open-unnamed", open_unnamed, false, false},
    {"openat2-for-write", open_2_for_write, false, false},
    {"open-old-call", open_old_call, false, false},
    {"change-names", change_names, false, false},
    {"change-attributes", change_attributes, false, true},
    {"read-outside", read_outside, true, false},
    {"read-above", read_above, true, false},
    {"read-by-link", read_by_link, true, false},
    {"open-by-handle", open_by_handle, false, true},
    {"leave-root", leave_root, false, true},
    {"write-elsewhere", write_elsewhere, false, false},
    {"lock", lock_a_file, false, true},
    {"network", connect_out, false, true},
    {"program", run_program, false, true},
    {"process", start_process, false, true},
    {"code", make_code, false, true},
    {"signal", signal_others, false, true},
    {"trace", trace_keeper, false, true},
    {"slow-keeper", slow_keeper, false, true},
    {"keepers-limits", change_keepers_limits, false, true},
    {"raise-limits", raise_limits, false, true},
    {"outlive", outlive_keeper, false, true},
    {"filter", change_filter, false, true},
    {"namespaces", change_namespaces, false, true},
    {"user", change_user, false, true},
    {"kernel", reach_kernel, false, true},
    {"move-data", move_data, false, true},
    {NULL, NULL, false, false},
};

size_t escape_try_all(const struct escape_ground *ground, struct buffer *succeeded) {
    size_t tried = 0;
    for (; escapes[tried].name != NULL; tried++) {
        if (!escapes[tried].succeeds(ground))
            continue;
        if (succeeded->len > 0)
            buffer_add_byte(succeeded, ' ');
        buffer_add_text(succeeded, escapes[tried].name);
    }
    return tried;
}
