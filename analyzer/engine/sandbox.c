/*
 * sandbox: see sandbox.h. Landlock binds the calling thread and what it
 * creates later, so this runs before the first thread exists.
 */
#include "engine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's struct in its longest form known here (ABI 6); older kernels take a prefix of it. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

enum { ABI_TRUNCATE = 3, ABI_NETWORK = 4, ABI_DEVICE_IOCTL = 5, ABI_SCOPES = 6 };

/* LANDLOCK_ACCESS_FS_TRUNCATE of later kernels' headers. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)

/* Every access right of files that an ABI knows: bits 0-12 since 1, 13 REFER since 2, 14 TRUNCATE
 * since 3, 15 IOCTL_DEV since 5 (linux/landlock.h of later kernels). */
static uint64_t file_rights(int abi) {
    int bits = 13 + (abi >= 2) + (abi >= ABI_TRUNCATE) + (abi >= ABI_DEVICE_IOCTL);
    return (UINT64_C(1) << bits) - 1;
}

/* At each opening Landlock finds out whether the file might be truncated later, too. Where no rule
 * allows that it looks for one from the mirror up to the root of the system, which is more than
 * half of what it costs. `truncating`: it is allowed, for seccomp refuses it. */
static int enter_landlock(int root_fd, bool truncating) {
    long abi =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return 0;
    struct ruleset ruleset = {.files = file_rights((int)abi),
                              .network = abi >= ABI_NETWORK ? 3 : 0,
                              .scopes = abi >= ABI_SCOPES ? 3 : 0};
    size_t size = abi >= ABI_SCOPES ? 24 : abi >= ABI_NETWORK ? 16 : 8;
    int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
    if (fd < 0)
        return 0;
    struct landlock_path_beneath_attr below = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        .parent_fd = root_fd,
    };
    if (truncating && abi >= ABI_TRUNCATE)
        below.allowed_access |= ACCESS_TRUNCATE;
    bool done = syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0 &&
                syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return done ? (int)abi : 0;
}

/* What threads that read, compute and write to a pipe need; everything else fails with EPERM. */
static const int allowed_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(lseek),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlinkat),
    SCMP_SYS(fadvise64),
    SCMP_SYS(readahead),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrlimit),
    SCMP_SYS(restart_syscall),
};

/* Memory, but no new code. */
static int allow_memory(scmp_filter_ctx filter) {
    int failed = 0;
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return failed;
}

/* 0, or the library's error, negative. */
static int allow_with_conditions(scmp_filter_ctx filter) {
    const unsigned long write_flags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    int failed = 0;
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, write_flags, 0));
    /* openat2 hides its flags behind a pointer. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
    /* Threads, not processes; clone3 hides its flags, and glibc falls back to clone on ENOSYS. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                               SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* abort() sends the signal to itself. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    /* Of itself only: 0 is the calling thread. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sched_setaffinity), 1,
                               SCMP_A0(SCMP_CMP_EQ, 0, 0));
    /* Limits may be read, not set. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                               SCMP_A2(SCMP_CMP_EQ, 0, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                               SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                               SCMP_A1(SCMP_CMP_EQ, F_SETFD, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                               SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0));
    return failed;
}

/* The same. */
static int enter_seccomp(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int failed = filter == NULL ? -ENOMEM : 0;
    for (size_t i = 0; failed == 0 && i < sizeof allowed_calls / sizeof allowed_calls[0]; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    if (failed == 0)
        failed = allow_memory(filter);
    if (failed == 0)
        failed = allow_with_conditions(filter);
    if (failed == 0)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed;
}

static bool limit(int resource, rlim_t value) {
    struct rlimit both = {.rlim_cur = value, .rlim_max = value};
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && now.rlim_max < value)
        both.rlim_cur = both.rlim_max = now.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

/* A sweep that root runs: reading what others may not is all of root that is left. */
static bool drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, held) != 0)
        return false;
    const unsigned kept = 1U << CAP_DAC_READ_SEARCH;
    held[0].effective &= kept;
    held[0].permitted &= kept;
    held[0].inheritable = 0;
    held[1] = (struct __user_cap_data_struct){.effective = 0};
    return syscall(SYS_capset, &header, held) == 0;
}

bool sandbox_enter(int root_fd, uint64_t memory_bytes_max, struct sandbox_layers *layers) {
    *layers = (struct sandbox_layers){.no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0,
                                      .capabilities = drop_capabilities()};
    layers->rlimits = limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0);
#ifndef WINNOW_SANITIZED /* sanitizers reserve terabytes of addresses */
    layers->rlimits = limit(RLIMIT_AS, memory_bytes_max) && layers->rlimits;
#else
    (void)memory_bytes_max;
#endif
    layers->landlock_abi = enter_landlock(root_fd, true);
    int failed = enter_seccomp();
    layers->seccomp = failed == 0;
    if (!layers->seccomp) /* then Landlock must refuse it: one more layer of it */
        layers->landlock_abi = enter_landlock(root_fd, false);
    return failed != -ENOMEM && failed != -EFAULT; /* EFAULT: the library's word for its trouble */
}
