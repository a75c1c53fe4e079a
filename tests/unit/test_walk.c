/*
 * The walk in the hands of several threads, and its promise that nothing
 * outside the root is opened. Layouts are tested by tests/oracle/test_walk.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "mirror/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4 };

/* A fresh folder, which is also the working directory. */
static char base[64];

static int set_up(void **state) {
    (void)state;
    log_set_level(LOG_ERROR);
    strcpy(base, "/tmp/winnow-walk-XXXXXX");
    return mkdtemp(base) == NULL || chdir(base) != 0 || mkdir("root", 0700) != 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state) {
    (void)state;
    return chdir("/") != 0 || nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

static void make_file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, path, strlen(path)), strlen(path));
    close(fd);
}

/* --- many threads --------------------------------------------------------------------------- */

struct team {
    struct walk *walk;
    _Atomic(unsigned) times[4096]; /* how often file number i was found */
    _Atomic(unsigned) strange;
    _Atomic(bool) leave_early;
};

static void *run_thread(void *context) {
    struct team *team = context;
    struct walk_cursor *cursor = walk_cursor_new(team->walk);
    const struct found *batch;
    size_t count;
    while (cursor != NULL && (count = walk_next(cursor, &batch)) > 0) {
        for (size_t i = 0; i < count; i++) {
            size_t slash = span_find_last(batch[i].path, '/');
            char name[16] = "";
            struct span last = span_from(batch[i].path, slash < batch[i].path.len ? slash + 1 : 0);
            memcpy(name, last.at, last.len < 15 ? last.len : 15);
            long number = strtol(name, NULL, 10);
            if (batch[i].error != 0 || number < 0 || number >= 4096)
                atomic_fetch_add(&team->strange, 1);
            else
                atomic_fetch_add(&team->times[number], 1);
        }
        if (atomic_load(&team->leave_early))
            break;
    }
    walk_cursor_free(cursor);
    return NULL;
}

static struct team *run_team(struct walk *walk, bool leave_early) {
    struct team *team = calloc(1, sizeof *team);
    pthread_t threads[THREADS];
    assert_non_null(team);
    assert_non_null(walk);
    team->walk = walk;
    atomic_store(&team->leave_early, leave_early);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_thread, team), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    walk_close(walk);
    return team;
}

/* Files 0 to 2,999: in one folder, in folders of one, nested. */
static void make_tree(void) {
    char path[128];
    for (int i = 0; i < 3000; i++) {
        if (i < 1000) {
            snprintf(path, sizeof path, "root/%d.zip", i);
        } else if (i < 2000) {
            snprintf(path, sizeof path, "root/d%d", i);
            assert_int_equal(mkdir(path, 0700), 0);
            snprintf(path, sizeof path, "root/d%d/%d.zip", i, i);
        } else {
            snprintf(path, sizeof path, "root/n%d", i % 7);
            mkdir(path, 0700);
            snprintf(path, sizeof path, "root/n%d/m%d", i % 7, i % 49);
            mkdir(path, 0700);
            snprintf(path, sizeof path, "root/n%d/m%d/%d.zip", i % 7, i % 49, i);
        }
        make_file(path);
    }
}

static void test_each_file_once(void **state) {
    (void)state;
    make_tree();
    for (int round = 0; round < 5; round++) {
        struct team *team = run_team(walk_open("root"), false);
        assert_int_equal(atomic_load(&team->strange), 0);
        for (int i = 0; i < 4096; i++)
            assert_int_equal(atomic_load(&team->times[i]), i < 3000);
        free(team);
    }
    /* Threads that give up leave nobody waiting. */
    free(run_team(walk_open("root"), true));
}

static void test_list_each_file_once(void **state) {
    (void)state;
    make_tree();
    FILE *list = tmpfile();
    for (int i = 0; i < 1000; i++)
        fprintf(list, "./%d.zip%c", i, 0);
    assert_int_equal(fflush(list), 0);
    rewind(list);
    struct walk *walk = walk_open("root");
    assert_true(walk_from_list(walk, fileno(list)));
    struct team *team = run_team(walk, false);
    fclose(list);
    assert_int_equal(atomic_load(&team->strange), 0);
    for (int i = 0; i < 4096; i++)
        assert_int_equal(atomic_load(&team->times[i]), i < 1000);
    free(team);
}

/* --- what may be opened --------------------------------------------------------------------- */

static int try_open(struct walk *walk, const char *path) {
    int fd = walk_open_file(walk, span_text(path));
    int error = fd < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return error;
}

static void make_hostile_tree(void) {
    make_file("secret.zip");
    mkdir("root/dir", 0700);
    make_file("root/dir/file.zip");
    assert_int_equal(symlink("..", "root/up"), 0);
    assert_int_equal(symlink("dir", "root/inside"), 0);
    assert_int_equal(symlink("dir/file.zip", "root/link.zip"), 0);
    assert_int_equal(symlink("../secret.zip", "root/out.zip"), 0);
    assert_int_equal(symlink("/proc/self/exe", "root/magic.zip"), 0);
    assert_int_equal(symlink("loop.zip", "root/loop.zip"), 0);
    assert_int_equal(mkfifo("root/pipe.zip", 0600), 0);
}

/* Listed files that are nowhere near the root are named as they were listed. */
static void test_list_of_files_elsewhere(void **state) {
    (void)state;
    make_tree();
    static const char *const listed[] = {".",          "./", /* as find prints the root */
                                         "/none.zip",  "/no/ne.zip", "//no//./ne.zip",
                                         "../none.zip"};
    static const char *const shown[] = {"/none.zip", "/no/ne.zip", "/no/ne.zip", "../none.zip",
                                        "a.zip"};
    FILE *list = tmpfile();
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
        fprintf(list, "%s\n", listed[i]);
    for (size_t i = 0; i < 64 * 1024; i++) /* past what says how the list is separated */
        fputc('\n', list);
    fprintf(list, "a.zip%cb.zip\n%cc.zip\n", 0, 0);
    assert_int_equal(fflush(list), 0);
    rewind(list);
    struct walk *walk = walk_open("root");
    assert_true(walk_from_list(walk, fileno(list)));
    struct walk_cursor *cursor = walk_cursor_new(walk);
    const struct found *batch;
    size_t seen = 0;
    for (size_t count; (count = walk_next(cursor, &batch)) > 0;)
        for (size_t i = 0; i < count; i++, seen++) {
            assert_true(seen < sizeof shown / sizeof *shown);
            assert_true(span_is(batch[i].path, shown[seen]));
            assert_true(batch[i].error == ENOENT || batch[i].error == EXDEV);
        }
    assert_int_equal(seen, sizeof shown / sizeof *shown);
    walk_cursor_free(cursor);
    walk_close(walk);
    fclose(list);
}

static bool opens_as_promised(void) {
    struct walk *walk = walk_open("root");
    const struct {
        const char *path;
        int error;
    } rows[] = {
        {"dir/file.zip", 0},      {"link.zip", 0},
        {"inside/file.zip", 0},   {"out.zip", EXDEV},
        {"magic.zip", EXDEV},     {"up/secret.zip", EXDEV},
        {"../secret.zip", EXDEV}, {"dir/../../secret.zip", EXDEV},
        {"/etc/passwd", EXDEV},   {"loop.zip", ELOOP},
        {"pipe.zip", EOPNOTSUPP}, {"dir", EISDIR},
        {"none", ENOENT},         {"", ENOENT},
    };
    bool good = walk != NULL;
    for (size_t i = 0; good && i < sizeof rows / sizeof *rows; i++) {
        int error = try_open(walk, rows[i].path);
        /* Without openat2 an absolute path is malformed, not foreign. */
        good = error == rows[i].error || (rows[i].path[0] == '/' && error == EINVAL);
        if (!good)
            fprintf(stderr, "%s: %s\n", rows[i].path, strerror(error));
    }
    good = good && walk_open_file(walk, span_of("dir/file.zip\0", 13)) < 0;
    walk_close(walk);
    return good;
}

static void test_opens_nothing_outside(void **state) {
    (void)state;
    make_hostile_tree();
    assert_true(opens_as_promised());
}

/* The same on a kernel, or in a sandbox, that has no openat2. */
static void test_without_openat2(void **state) {
    (void)state;
    make_hostile_tree();
    pid_t child = fork();
    if (child == 0) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        if (filter == NULL ||
            seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0) != 0 ||
            seccomp_load(filter) != 0)
            _exit(2);
        _exit(opens_as_promised() ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* A folder that turns into a link between being found and being opened. */
static void test_exchanged_folder(void **state) {
    (void)state;
    mkdir("outside", 0700);
    make_file("outside/file.zip");
    mkdir("root/dir", 0700);
    make_file("root/dir/file.zip");
    struct walk *walk = walk_open("root");
    assert_non_null(walk);
    struct walk_cursor *cursor = walk_cursor_new(walk);
    const struct found *batch;
    assert_int_equal(walk_next(cursor, &batch), 1);
    assert_int_equal(rename("root/dir", "root/old"), 0);
    assert_int_equal(symlink("../outside", "root/dir"), 0);
    assert_int_equal(walk_open_file(walk, batch[0].path), -1);
    assert_int_equal(errno, EXDEV);
    assert_int_equal(walk_next(cursor, &batch), 0);
    assert_int_equal(walk_next(cursor, &batch), 0);
    walk_cursor_free(cursor);
    walk_close(walk);
}

static void test_no_root(void **state) {
    (void)state;
    assert_null(walk_open("none"));
    assert_int_equal(errno, ENOENT);
    make_file("plain");
    assert_null(walk_open("plain"));
    assert_int_equal(errno, ENOTDIR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_file_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list_each_file_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list_of_files_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_opens_nothing_outside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_openat2, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exchanged_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_root, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
