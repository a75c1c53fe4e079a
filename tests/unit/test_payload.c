/* Payload by name, what is kept of a tar, the table of names. Whole archives:
 * tests/oracle/test_payload.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "payload/member_class.h"
#include "payload/payload.h"
#include "payload/scope.h"

static void classes_by_name(void **state) {
    (void)state;
    static const struct {
        const char *path;
        enum member_class class;
    } cases[] = {
        {"foo/__init__.py", CLASS_PYTHON},
        {"foo/license.py", CLASS_PYTHON},
        {"foo.PY", CLASS_PYTHON},
        {"foo/gui.pyw", CLASS_PYTHON},
        {"foo/__init__.pyi", CLASS_PYI},
        {"foo/x.cpython-311-x86_64-linux-gnu.so", CLASS_NATIVE},
        {"foo.libs/libz.so.1.2.3", CLASS_NATIVE},
        {"foo/x.pyd", CLASS_NATIVE},
        {"foo/x.pyc", CLASS_NATIVE},
        {"foo/__pycache__/x.cpython-311.pyc", CLASS_BOILERPLATE},
        {"src/x.pyx", CLASS_NATIVE_SOURCE},
        {"src/lib.rs", CLASS_NATIVE_SOURCE},
        {"Cargo.toml", CLASS_NATIVE_SOURCE},
        {"README", CLASS_BOILERPLATE},
        {"readme.zh_CN.md", CLASS_BOILERPLATE},
        {"foo/LICENSE-MIT", CLASS_BOILERPLATE},
        {"foo/LICENSE.GPL-3", CLASS_BOILERPLATE},
        {"CHANGES.rst", CLASS_BOILERPLATE},
        {"foo/changes.json", CLASS_DATA},
        {"foo/readmes.txt", CLASS_DATA},
        {"foo/history.csv", CLASS_DATA},
        {"py.typed", CLASS_BOILERPLATE},
        {"requirements-dev.txt", CLASS_BOILERPLATE},
        {"requirements.csv", CLASS_DATA},
        {".gitignore", CLASS_BOILERPLATE},
        {".github/workflows/ci.yml", CLASS_BOILERPLATE},
        {"foo.egg-info/PKG-INFO", CLASS_BOILERPLATE},
        {"foo.egg-info/x.py", CLASS_BOILERPLATE},
        {"foo-nspkg.pth", CLASS_BOILERPLATE},
        {"foo.pth", CLASS_DATA},
        {"foo/data", CLASS_DATA},
        {"foo/a.b/c.txt", CLASS_DATA},
        {"", CLASS_BOILERPLATE},
        {"foo/", CLASS_BOILERPLATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (member_class(span_text(cases[i].path)) != cases[i].class)
            fail_msg("%s is of class %d", cases[i].path,
                     (int)member_class(span_text(cases[i].path)));
}

static void parts_of_paths(void **state) {
    (void)state;
    assert_true(span_is(path_basename(span_text("a/b.c/d")), "d"));
    assert_true(span_is(path_extension(span_text("a.b/d")), ""));
    assert_true(span_is(path_extension(span_text("a/.x")), ""));
    assert_true(span_is(path_extension(span_text("a/x.tar.gz")), ".gz"));
}

static void tests_by_path(void **state) {
    (void)state;
    static const char *const yes[] = {"tests/x.py",  "foo/tests/data/x", "foo/test/__init__.py",
                                      "Tests/x.txt", "conftest.py",      "test_x.py",
                                      "x_test.py"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(path_is_test(span_text(yes[i])));
    static const char *const no[] = {"foo/test.py", "foo/test_x.py",     "testing/x.py",
                                     "tests.py",    "foo/contests/x.py", ""};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(path_is_test(span_text(no[i])));
}

static struct member member_named(const char *path, uint64_t size) {
    return (struct member){.path = span_text(path), .size = size, .type = MEMBER_FILE};
}

static void wishes(void **state) {
    (void)state;
    struct payload_visit visit = {0};
    static const struct {
        const char *path;
        uint64_t size;
        enum member_wish wish;
    } cases[] = {{"x-1/x/a.py", 10, WISH_LOOK},
                 {"x-1/x/a.py", 0, WISH_CRC},
                 {"x-1/x/a.py", PYTHON_FILE_BYTES_MAX, WISH_LOOK},
                 {"x-1/x/a.py", PYTHON_FILE_BYTES_MAX + 1, WISH_CRC},
                 {"x-1/x/a.csv", KEPT_MEMBER_BYTES_MAX, WISH_LOOK},
                 {"x-1/x/a.csv", KEPT_MEMBER_BYTES_MAX + 1, WISH_CRC},
                 {"x-1/README.md", 10, WISH_CRC}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct member member = member_named(cases[i].path, cases[i].size);
        assert_int_equal(payload_offer(&visit, &member), cases[i].wish);
    }
    struct member link = member_named("x-1/x/a.py", 10);
    link.type = MEMBER_SYMLINK;
    assert_int_equal(payload_offer(&visit, &link), WISH_CRC);
}

/* A source repeated up to `len` bytes. */
static void fill(unsigned char *bytes, size_t len, const char *piece) {
    size_t width = strlen(piece);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)piece[i % width];
}

static void looks(void **state) {
    (void)state;
    enum { LARGE = 300000 };
    static unsigned char bytes[LARGE];
    struct payload_visit visit = {0};
    struct member small = member_named("x-1/x/a.py", 9);
    assert_true(payload_look(&visit, &small, span_text("import os")));
    assert_int_equal(visit.kept_bytes, 9);

    struct member large = member_named("x-1/x/b.py", LARGE);
    fill(bytes, LARGE, "f(x)\n");
    assert_false(payload_look(&visit, &large, span_of(bytes, LARGE)));
    assert_int_equal(large.verdict, KIND_CODE);
    assert_int_equal(visit.kept_bytes, 9);

    fill(bytes, LARGE, "# no\n");
    assert_true(payload_look(&visit, &large, span_of(bytes, LARGE)));
    assert_int_equal(large.verdict, KIND_BLANK);
    assert_int_equal(visit.kept_bytes, 9 + LARGE);

    visit.kept_bytes = PAYLOAD_KEPT_BYTES_MAX;
    assert_false(payload_look(&visit, &small, span_text("import os")));
    assert_int_equal(small.verdict, KIND_STUB);
}

static void scopes(void **state) {
    (void)state;
    struct scope scope;
    scope_begin(&scope);
    struct binding outer = {.name = span_text("x"), .grade = GRADE_CONSTANT};
    struct binding inner = {.name = span_text("x"), .grade = GRADE_PARAMETER};
    assert_null(scope_find(&scope, outer.name));
    assert_true(scope_bind(&scope, &outer));
    size_t mark = scope_enter(&scope);
    assert_true(scope_bind(&scope, &inner));
    assert_int_equal(scope_find(&scope, outer.name)->grade, GRADE_PARAMETER);
    inner.grade = GRADE_NAME;
    assert_true(scope_bind(&scope, &inner));
    assert_int_equal(scope.count, 2);
    size_t deeper = scope_enter(&scope);
    assert_int_equal(scope_find(&scope, outer.name)->grade, GRADE_NAME);
    scope_leave(&scope, deeper);
    scope_leave(&scope, mark);
    assert_int_equal(scope_find(&scope, outer.name)->grade, GRADE_CONSTANT);

    char names[SCOPE_BINDINGS_MAX][16];
    for (int i = 1; i < SCOPE_BINDINGS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        assert_true(scope_bind(&scope, &(struct binding){.name = span_text(names[i])}));
    }
    assert_false(scope_bind(&scope, &(struct binding){.name = span_text("one more")}));
    assert_true(scope_bind(&scope, &outer));
    assert_non_null(scope_find(&scope, span_text("n300")));
    scope_leave(&scope, 0);
    assert_null(scope_find(&scope, span_text("n300")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_by_name), cmocka_unit_test(parts_of_paths),
        cmocka_unit_test(tests_by_path),   cmocka_unit_test(wishes),
        cmocka_unit_test(looks),           cmocka_unit_test(scopes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
