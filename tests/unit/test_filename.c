/* File names of artifacts; tests/oracle/test_names.py holds the long table of legacy names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mirror/filename.h"

struct row {
    const char *filename, *hint, *name, *version;
    enum artifact_format format;
};

static const struct row rows[] = {
    {"foo-1.0-py3-none-any.whl", "", "foo", "1.0", FORMAT_WHEEL},
    {"Foo.Bar-1.0-1build-py2.py3-none-any.WHL", "", "Foo.Bar", "1.0", FORMAT_WHEEL},
    {"foo-bar-1.0-py3-none-any.whl", "", "foo-bar", "1.0", FORMAT_WHEEL},
    {"foo-2to3-1.0.tar.gz", "", "foo-2to3", "1.0", FORMAT_SDIST},
    {"foo-1.0-1.tar.gz", "", "foo", "1.0-1", FORMAT_SDIST},
    {"foo-2004-01-01.tgz", "", "foo", "2004-01-01", FORMAT_SDIST},
    {"foo-bar-1.0-beta.tar.Z", "", "foo-bar", "1.0-beta", FORMAT_SDIST},
    {"foo-2-1.zip", "", "foo-2", "1", FORMAT_SDIST},
    {"foo-2-1.zip", "foo", "foo", "2-1", FORMAT_SDIST},
    {"foo-bar.tar", "", "foo-bar", "", FORMAT_SDIST},
    {"foo-bar-1.0.tar.gz", "foo", "foo-bar", "1.0", FORMAT_SDIST},
    {"foo-final-x.tar.gz", "foo", "foo", "final-x", FORMAT_SDIST},
    {"foo-1.0-py2.7-linux-x86_64.egg", "", "foo", "1.0", FORMAT_EGG},
    {"foo-1.0.win32-py2.7.exe", "", "foo", "1.0", FORMAT_OTHER},
    {"foo-bar-1.0-1.noarch.rpm", "", "foo-bar", "1.0", FORMAT_OTHER},
    {"python3-foo_1.0-1_all.deb", "", "python3-foo", "1.0-1", FORMAT_OTHER},
};

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed_filename parsed =
            filename_parse(span_text(rows[i].filename), span_text(rows[i].hint));
        assert_true(parsed.is_artifact);
        assert_int_equal(parsed.format, rows[i].format);
        assert_true(span_is(parsed.name, rows[i].name));
        assert_true(span_is(parsed.version, rows[i].version));
    }
}

static void test_not_artifacts(void **state) {
    (void)state;
    static const char *const names[] = {"",
                                        "foo",
                                        ".whl",
                                        "foo.whl.metadata",
                                        "gz",
                                        "foo.gz",
                                        "foo-1.0.tar.gz ",
                                        "foo-1.0.tar.gz.asc",
                                        "whl",
                                        ".tar.gz",
                                        "index.html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct parsed_filename parsed = filename_parse(span_text(names[i]), SPAN_EMPTY);
        assert_false(parsed.is_artifact);
        assert_int_equal(parsed.format, FORMAT_OTHER);
        assert_int_equal(parsed.name.len + parsed.version.len, 0);
    }
}

static void test_unknown_endings(void **state) {
    (void)state;
    static const struct row unknown[] = {
        {"foo-1.0.7z", "foo", "foo", "1.0", FORMAT_OTHER},
        {"Foo_Bar-1.0rc1.tar.lzma", "foo-bar", "Foo_Bar", "1.0rc1", FORMAT_OTHER},
        {"foo-1.0", "foo", "foo", "1.0", FORMAT_OTHER},
        {"foo-1.0.7z", "bar", "", "", FORMAT_OTHER},
        {"foo-12x34.7z", "foo", "", "", FORMAT_OTHER},
        {"foo.7z", "foo", "", "", FORMAT_OTHER},
        {"foo", "foo", "", "", FORMAT_OTHER},
    };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct parsed_filename parsed =
            filename_parse(span_text(unknown[i].filename), span_text(unknown[i].hint));
        assert_false(parsed.is_artifact);
        assert_true(span_is(parsed.name, unknown[i].name));
        assert_true(span_is(parsed.version, unknown[i].version));
    }
}

/* The slowest names: every "-" may start a version. */
static void test_long_names(void **state) {
    (void)state;
    static unsigned char name[20000];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '-' : '1';
    memcpy(name + sizeof name - 4, ".zip", 4);
    struct span hint = span_of(name, sizeof name / 2 - 1);
    assert_true(filename_parse(span_of(name, sizeof name), SPAN_EMPTY).is_artifact);
    struct parsed_filename hinted = filename_parse(span_of(name, sizeof name), hint);
    assert_int_equal(hinted.name.len, hint.len);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_not_artifacts),
        cmocka_unit_test(test_unknown_endings),
        cmocka_unit_test(test_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
