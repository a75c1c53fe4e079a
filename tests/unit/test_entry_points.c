/* Entry points and their INI text; tests/oracle/test_entry_points.py holds them against Python. */
#include "extract_test.h"

#include "base/limits.h"
#include "extract/entry_points.h"

static void test_parse(void **state) {
    static const struct {
        const char *line;
        const char *parsed; /* NULL: no entry */
    } cases[] = {
        {"a = m:f", "/a=m:f[]"},
        {"a=m", "/a=m[]"},
        {" a b = m.n:f.g ", "/a b=m.n:f.g[]"},
        {"a = m:f [x,y]", "/a=m:f[x y]"},
        {"a=m:f[ x , y-z ]", "/a=m:f[x y-z]"},
        {"a = m : f", "/a=m:f[]"},
        {"a = m\t:  f.g [x]", "/a=m:f.g[x]"},
        {"a = :f", "/a=:f[]"},
        {"a = m : [x]", "/a=m:[x]"},
        {"a = m:f []", "/a=m:f[]"},
        {"a = b = c", "/a=b = c[]"},
        {"a", NULL},
        {"= m:f", NULL},
        {"a =", NULL},
        {"a = [x]", NULL},
        {"a = m\n:f", NULL},
        {"a\nb = m:f", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct entry_point entry;
        bool valid = entry_point_parse_line(*state, span_text(cases[i].line), &entry);
        assert_int_equal(valid, cases[i].parsed != NULL);
        struct entry_point_list list = {&entry, 1, 1};
        if (valid)
            assert_entries(&list, cases[i].parsed);
    }
}

static void test_ini(void **state) {
    struct entry_point_list list = {0};
    assert_true(entry_points_read_ini(
        *state, span_text("outside = m:o\n[g]\nA = m:a\n a = m:b\n# no\n[h]\nx =\n\n  m:x\njunk\n"),
        SOURCE_EGG_INFO, &list));
    assert_entries(&list, "g/A=m:a[]|g/a=m:b[]|h/x=m:x[]");
    assert_int_equal(list.at[0].source, SOURCE_EGG_INFO);
}

static void test_too_many(void **state) {
    struct buffer text = BUFFER_EMPTY;
    buffer_add_text(&text, "[g]\n");
    for (unsigned i = 0; i < ENTRY_POINTS_MAX + 50; i++)
        buffer_add_text(&text, "a = m\n");
    struct entry_point_list list = {0};
    assert_true(entry_points_read_ini(*state, buffer_span(&text), SOURCE_WHEEL, &list));
    assert_int_equal(list.count, ENTRY_POINTS_MAX + 1);
    assert_true(entry_points_drop_repeats(*state, &list));
    assert_int_equal(list.count, 1);
    buffer_free(&text);
}

static void test_drop_repeats(void **state) {
    struct entry_point_list list = {0};
    assert_true(entry_points_read_ini(
        *state,
        span_text("[g]\na = m:a\nb = m:b\na = m:a [x]\na = m:c\n[h]\na = m:a\n[g]\nb = m:b\n"),
        SOURCE_WHEEL, &list));
    assert_true(entry_points_drop_repeats(*state, &list));
    assert_entries(&list, "g/a=m:a[]|g/b=m:b[]|g/a=m:c[]|h/a=m:a[]");
}

static bool read_ini(struct arena *arena, struct span text) {
    struct entry_point_list list = {0};
    return entry_points_read_ini(arena, text, SOURCE_WHEEL, &list) &&
           entry_points_drop_repeats(arena, &list);
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_ini, "[g]\na = m:a [x, y]\nb =\n  m:b\n\n[h]\nc = m:c\n  d = m:d\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_parse),        TEST(test_ini),        TEST(test_too_many),
        TEST(test_drop_repeats), TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
