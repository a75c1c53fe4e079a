/* test_sandbox: inside the examiner's sandbox, what must work works and everything else is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "engine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[] = "/tmp/winnow-sandbox-XXXXXX";

struct trial {
    int root_fd;
    const char *outside; /* a file that exists, not below the root */
    struct sandbox_layers *layers;
};

static int make_root(void **state) {
    (void)state;
    if (mkdtemp(root) == NULL)
        return -1;
    int fd = openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY);
    int file = openat(fd, "inside", O_WRONLY | O_CREAT, 0644);
    int good = fd >= 0 && file >= 0 && write(file, "x", 1) == 1;
    close(file);
    close(fd);
    return good ? 0 : -1;
}

static int drop_root(void **state) {
    (void)state;
    int fd = open(root, O_RDONLY | O_DIRECTORY);
    unlinkat(fd, "inside", 0);
    close(fd);
    return rmdir(root);
}

/* Runs `action` in a sandboxed child; its result is the child's exit status. */
static int in_sandbox(int (*action)(int root_fd), struct sandbox_layers *layers) {
    struct sandbox_layers *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (!sandbox_enter(root_fd, UINT64_C(1) << 30, shared))
            _exit(99);
        _exit(action(root_fd));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    *layers = *shared;
    munmap(shared, sizeof *shared);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int read_inside(int root_fd) {
    char byte = 0;
    int fd = openat(root_fd, "inside", O_RDONLY);
    return fd >= 0 && pread(fd, &byte, 1, 0) == 1 && byte == 'x' ? 0 : 1;
}

static void *touch(void *seen) {
    *(int *)seen = 1;
    return NULL;
}

static int start_thread(int root_fd) {
    (void)root_fd;
    int seen = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, touch, &seen) != 0)
        return 1;
    pthread_join(thread, NULL);
    return seen ? 0 : 2;
}

static int open_outside(int root_fd) {
    (void)root_fd;
    return open("/etc/passwd", O_RDONLY) < 0 ? 0 : 1;
}

static int open_parent(int root_fd) {
    return openat(root_fd, "../../etc/passwd", O_RDONLY) < 0 ? 0 : 1;
}

static int open_for_write(int root_fd) {
    int flags[] = {O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_WRONLY | O_CREAT};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (openat(root_fd, i == 3 ? "new" : "inside", flags[i], 0644) >= 0)
            return (int)i + 1;
    return 0;
}

static int change_files(int root_fd) {
    if (mkdirat(root_fd, "folder", 0755) == 0)
        return 1;
    if (unlinkat(root_fd, "inside", 0) == 0)
        return 2;
    if (renameat(root_fd, "inside", root_fd, "moved") == 0)
        return 3;
    if (symlinkat("inside", root_fd, "link") == 0)
        return 4;
    return fchmodat(root_fd, "inside", 0777, 0) == 0 ? 5 : 0;
}

static int use_network(int root_fd) {
    (void)root_fd;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        return 1;
    int pair[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 2 : 0;
}

static int start_program(int root_fd) {
    (void)root_fd;
    char *const none[] = {NULL};
    execve("/bin/true", none, none);
    return errno == EPERM || errno == EACCES ? 0 : 1;
}

static int start_process(int root_fd) {
    (void)root_fd;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child < 0 ? 0 : 1;
}

static int trace_parent(int root_fd) {
    (void)root_fd;
    if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0)
        return 1;
    return kill(getppid(), 0) == 0 ? 2 : 0;
}

static int take_memory(int root_fd) {
    (void)root_fd;
    return mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED
               ? 0
               : 1;
}

static int raise_limits(int root_fd) {
    (void)root_fd;
    struct rlimit more = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    return setrlimit(RLIMIT_AS, &more) == 0 ? 1 : 0;
}

static void test_what_the_work_needs_is_allowed(void **state) {
    (void)state;
    struct sandbox_layers layers;
    assert_int_equal(in_sandbox(read_inside, &layers), 0);
    assert_true(layers.no_new_privs);
    assert_true(layers.rlimits);
    assert_int_equal(in_sandbox(start_thread, &layers), 0);
}

static void test_writing_is_refused(void **state) {
    (void)state;
    struct sandbox_layers layers;
    int result = in_sandbox(open_for_write, &layers);
    if (!layers.seccomp && layers.landlock_abi == 0)
        skip();
    assert_int_equal(result, 0);
    assert_int_equal(in_sandbox(change_files, &layers), 0);
}

static void test_reading_outside_is_refused(void **state) {
    (void)state;
    struct sandbox_layers layers;
    int result = in_sandbox(open_outside, &layers);
    if (layers.landlock_abi == 0)
        skip();
    assert_int_equal(result, 0);
    assert_int_equal(in_sandbox(open_parent, &layers), 0);
}

static void test_network_programs_and_tracing_are_refused(void **state) {
    (void)state;
    struct sandbox_layers layers;
    int result = in_sandbox(use_network, &layers);
    if (!layers.seccomp)
        skip();
    assert_int_equal(result, 0);
    assert_int_equal(in_sandbox(start_program, &layers), 0);
    assert_int_equal(in_sandbox(start_process, &layers), 0);
    assert_int_equal(in_sandbox(trace_parent, &layers), 0);
}

static void test_limits_hold(void **state) {
    (void)state;
#ifdef WINNOW_SANITIZED
    skip();
#endif
    struct sandbox_layers layers;
    assert_int_equal(in_sandbox(take_memory, &layers), 0);
    assert_int_equal(in_sandbox(raise_limits, &layers), 0);
}

int main(void) {
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_work_needs_is_allowed),
        cmocka_unit_test(test_writing_is_refused),
        cmocka_unit_test(test_reading_outside_is_refused),
        cmocka_unit_test(test_network_programs_and_tracing_are_refused),
        cmocka_unit_test(test_limits_hold),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
