/* test_sandbox: inside the examiner's sandbox, what must work works and everything else is refused,
 * also with one of its two strong layers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "engine/escape.h"
#include "engine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[] = "/tmp/winnow-sandbox-XXXXXX";

static int make_root(void **state) {
    (void)state;
    if (mkdtemp(root) == NULL)
        return -1;
    int fd = openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY);
    int file = openat(fd, "inside", O_WRONLY | O_CREAT, 0644);
    int good = fd >= 0 && file >= 0 && write(file, "x", 1) == 1 &&
               symlinkat("/etc/passwd", fd, "way-out") == 0;
    close(file);
    close(fd);
    return good ? 0 : -1;
}

static int drop_root(void **state) {
    (void)state;
    int fd = open(root, O_RDONLY | O_DIRECTORY);
    unlinkat(fd, "inside", 0);
    unlinkat(fd, "way-out", 0);
    close(fd);
    return rmdir(root);
}

static struct sandbox_layers *layers_now; /* in shared memory, for the child to fill */

/* Runs `action` in a child, in its sandbox, after `prepare`; its result is the child's exit
 * status. Open are what an examiner has open: a log, and the mirror. */
static int in_sandbox_after(void (*prepare)(void), int (*action)(int root_fd),
                            struct sandbox_layers *layers) {
    layers_now =
        mmap(NULL, sizeof *layers_now, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(layers_now != MAP_FAILED);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close_range(3, ~0U, 0);
        int root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        dup2(root_fd, STDIN_FILENO);
        if (prepare != NULL)
            prepare();
        if (!sandbox_enter(root_fd, UINT64_C(1) << 30, layers_now))
            _exit(99);
        _exit(action(root_fd));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    *layers = *layers_now;
    munmap(layers_now, sizeof *layers_now);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int in_sandbox(int (*action)(int root_fd), struct sandbox_layers *layers) {
    return in_sandbox_after(NULL, action, layers);
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

/* The thread sanitizer wraps some of the calls, and aborts where they are refused. */
#if defined(__SANITIZE_THREAD__)
enum { TRIES_ESCAPES = 0 };
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
enum { TRIES_ESCAPES = 0 };
#else
enum { TRIES_ESCAPES = 1 };
#endif
#else
enum { TRIES_ESCAPES = 1 };
#endif

/* All that the layers in force must refuse; 0, or the number of the first that got through. */
static int try_escapes(int root_fd) {
    const struct escape_ground ground = {
        .root_fd = root_fd, .inside = "inside", .keeper = getppid(), .pipe_fd = -1};
    for (size_t i = 0; escapes[i].name != NULL; i++) {
        bool refusable = (layers_now->seccomp || !escapes[i].needs_seccomp) &&
                         (layers_now->landlock_abi > 0 || !escapes[i].needs_landlock);
        if (refusable && escapes[i].succeeds(&ground)) {
            print_error("not refused: %s\n", escapes[i].name);
            return (int)i + 1;
        }
    }
    return 0;
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

static void test_ways_out_are_refused(void **state) {
    (void)state;
    struct sandbox_layers layers;
    if (!TRIES_ESCAPES)
        skip();
    int result = in_sandbox(try_escapes, &layers);
    if (!layers.seccomp || layers.landlock_abi == 0)
        skip();
    assert_int_equal(result, 0);
    assert_true(layers.capabilities);
}

/* As a kernel without it: from now on the call fails with ENOSYS. */
static void forbid(int call) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    assert_non_null(filter);
    assert_int_equal(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0), 0);
    assert_int_equal(seccomp_load(filter), 0);
    seccomp_release(filter);
}

static void forbid_landlock(void) {
    forbid(SCMP_SYS(landlock_create_ruleset));
}

static void forbid_seccomp(void) {
    forbid(SCMP_SYS(seccomp));
}

static void test_seccomp_alone_refuses_writing(void **state) {
    (void)state;
    struct sandbox_layers layers;
    if (!TRIES_ESCAPES)
        skip();
    assert_int_equal(in_sandbox_after(forbid_landlock, try_escapes, &layers), 0);
    assert_int_equal(layers.landlock_abi, 0);
    assert_int_equal(in_sandbox_after(forbid_landlock, read_inside, &layers), 0);
    assert_int_equal(in_sandbox_after(forbid_landlock, start_thread, &layers), 0);
}

static void test_landlock_alone_keeps_files(void **state) {
    (void)state;
    struct sandbox_layers layers;
    int result = in_sandbox_after(forbid_seccomp, try_escapes, &layers);
    if (layers.landlock_abi == 0)
        skip();
    assert_false(layers.seccomp);
    assert_int_equal(result, 0);
    assert_int_equal(in_sandbox_after(forbid_seccomp, read_inside, &layers), 0);
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
        cmocka_unit_test(test_ways_out_are_refused),
        cmocka_unit_test(test_seccomp_alone_refuses_writing),
        cmocka_unit_test(test_landlock_alone_keeps_files),
        cmocka_unit_test(test_limits_hold),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
