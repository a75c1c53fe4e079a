/* Project names: what PEP 503 calls the same. The oracle test generates many more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mirror/name.h"

static void test_normalize(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"foo", "foo"},
        {"Foo.Bar", "foo-bar"},
        {"foo__bar..baz", "foo-bar-baz"},
        {"a.-_b", "a-b"},
        {"-x-", "-x-"},
        {"__", "-"},
        {"zope.interface", "zope-interface"},
        {"\xc3\x84", "\xc3\x84"}, /* only ASCII letters have cases here */
    };
    struct arena *arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span normalized;
        assert_true(project_normalize(arena, span_text(cases[i][0]), &normalized));
        assert_true(span_is(normalized, cases[i][1]));
        assert_true(project_same(span_text(cases[i][0]), span_text(cases[i][1])));
    }
    arena_free(arena);
}

static void test_normalize_without_memory(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    struct span normalized = span_text("left over");
    assert_non_null(arena);
    assert_true(project_normalize(arena, SPAN_EMPTY, &normalized));
    assert_false(project_normalize(arena, span_text("foo"), &normalized));
    assert_int_equal(normalized.len, 0);
    arena_free(arena);
}

static void test_same(void **state) {
    (void)state;
    assert_true(project_same(span_text("Foo_bar"), span_text("foo-._BAR")));
    assert_true(project_same(SPAN_EMPTY, span_text("")));
    assert_false(project_same(span_text("foo"), span_text("foo-")));
    assert_false(project_same(span_text("foo-bar"), span_text("foobar")));
    assert_false(project_same(span_text("foo"), span_text("fo")));
    assert_false(project_same(span_of("a\0b", 3), span_text("a")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_normalize_without_memory),
        cmocka_unit_test(test_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
