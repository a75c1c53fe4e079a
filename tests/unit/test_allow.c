/* Lists of allowed projects: what a line may hold, and what ends a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "report/allow.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/winnow-allow-XXXXXX";

static bool read_list(const char *content, struct allow_list *list) {
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    close(fd);
    return allow_list_read(path, list);
}

static void reads_lines(void **state) {
    (void)state;
    struct allow_list list;
    assert_true(read_list(
        "\xEF\xBB\xBF# comment, with a comma\n\n  Foo.Bar__baz \t a reason, with\ttabs \r\n"
        "zope,=cmd()\na1,x",
        &list));
    assert_int_equal(list.count, 3);
    assert_true(span_is(list.at[0].project, "a1"));
    const struct allowed *found = allow_list_find(&list, span_text("foo-bar-baz"));
    assert_non_null(found);
    assert_true(span_is(found->reason, "a reason, with\ttabs"));
    assert_int_equal(found->line, 3);
    assert_true(span_is(allow_list_find(&list, span_text("zope"))->reason, "=cmd()"));
    assert_null(allow_list_find(&list, span_text("foo.bar-baz")));
    assert_null(allow_list_find(&list, SPAN_EMPTY));
    allow_list_free(&list);
    assert_true(read_list("", &list));
    assert_int_equal(list.count, 0);
    assert_null(allow_list_find(&list, span_text("a")));
    allow_list_free(&list);
}

static void refuses_bad_lines(void **state) {
    (void)state;
    static const char *const bad[] = {
        "foo",    "foo,",     "foo, \t",         ",why",          "\twhy", "f oo,why", "-a,why",
        "a.,why", "\xFF,why", "caf\xC3\xA9,why", "a,x\nb,y\nA,z", "a\n"};
    log_set_level(LOG_ERROR);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct allow_list list;
        if (read_list(bad[i], &list))
            fail_msg("case %zu was taken: %s", i, bad[i]);
        allow_list_free(&list);
    }
    struct allow_list list;
    assert_false(allow_list_read("/nonexistent/allow", &list));
    allow_list_free(&list);
    assert_false(allow_list_read("/tmp", &list));
    allow_list_free(&list);
}

static int make_file(void **state) {
    (void)state;
    int fd = mkstemp(path);
    close(fd);
    return fd < 0;
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(refuses_bad_lines),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
