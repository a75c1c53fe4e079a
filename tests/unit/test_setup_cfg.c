/* setup.cfg and INI; tests/oracle/test_setup_cfg.py has the cases one by one. */
#include "extract_test.h"

#include "extract/ini.h"
#include "extract/pytext.h"
#include "extract/setup_cfg.h"

static void test_declared(void **state) {
    struct declared declared;
    uint32_t bad_line = 0;
    assert_true(setup_cfg_read(
        *state,
        span_text(
            "[metadata]\nname: n\n[options]\npackage_dir =\n  =src\npackages = a, b.c\n"
            "scripts = bin/s\ninstall_requires =\n  r>1\n  # no\n  t\n[options.entry_points]\n"
            "Group =\n  x = m:x [e]\n  junk\n[entry_points]\nconsole_scripts =\n  y = m:y\n"
            "[options.extras_require]\nz = q\n"),
        &declared, &bad_line));
    assert_int_equal(bad_line, 0);
    assert_span(declared.name, "n");
    assert_entries(&declared.entry_points, "Group/x=m:x[e]|console_scripts/y=m:y[]|scripts/s=[]");
    assert_list(&declared.requires, "q|r>1|t");
    assert_list(&declared.layout.source_roots, "src");
    assert_list(&declared.layout.packages, "src/a|src/b");
}

/* What is cut off at its first dot is what was stripped. */
static void test_packages_of_dots(void **state) {
    struct declared declared = {0};
    struct package_dirs dirs = {0};
    assert_true(declared_add_package(*state, &declared, &dirs, (struct span)SPAN(" .")));
    assert_true(declared_add_package(*state, &declared, &dirs, (struct span)SPAN("  a.b ")));
    assert_list(&declared.layout.packages, "a");
}

static void test_bad_lines(void **state) {
    struct ini ini;
    assert_true(ini_read(*state, span_text("# c\nx = 1\n[a]\njunk\nY-z = 2\n"), "=:", &ini));
    assert_int_equal(ini.bad_line, 2);
    assert_int_equal(ini.count, 1);
    assert_span(ini_get(&ini, "a", "y_z"), "2");
    assert_span(ini_get(&ini, "b", "y"), "");
}

static void test_white_space(void **state) {
    (void)state;
    assert_span(pytext_strip(span_text(" \t\xC2\xA0\xE3\x80\x80x y\xE2\x80\xA9\x1F\n")), "x y");
    assert_span(pytext_strip(span_text("\xA0x\xC2")), "\xA0x\xC2");
    assert_span(pytext_strip(span_text(" \n")), "");
    struct span rest = span_text("a\r\nb\x0B"
                                 "c\xC2\x85"
                                 "d\xE2\x80\xA8\n");
    struct span line;
    static const char *const lines[] = {"a", "b", "c", "d", ""};
    for (size_t i = 0; i < 5; i++) {
        assert_true(pytext_next_line(&rest, &line));
        assert_span(line, lines[i]);
    }
    assert_false(pytext_next_line(&rest, &line));
    assert_span(pytext_basename(span_text("a/b//")), "b");
    assert_span(pytext_basename(span_text("/")), "");
}

static bool read_cfg(struct arena *arena, struct span text) {
    struct declared declared;
    uint32_t bad_line;
    return setup_cfg_read(arena, text, &declared, &bad_line);
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_cfg, "[options]\npackage_dir = =src\npackages = a, b\npy_modules = m\n"
                               "scripts =\n  s\n  t\ninstall_requires =\n  r\n  u\n"
                               "[options.entry_points]\ng =\n  x = m:x [e, f]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_declared),    TEST(test_packages_of_dots), TEST(test_bad_lines),
        TEST(test_white_space), TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
