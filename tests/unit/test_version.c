/* Versions: the order and the equalities of PEP 440. The oracle test generates many more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mirror/name.h"

/* Each sorts before the next. What is no version sorts before all versions, bytewise. */
static const char *const ascending[] = {
    "",
    "1.0-final",
    "2004-01-01",
    "x",
    "0.dev1",
    "0",
    "1.0.dev1",
    "1.0a1.dev1",
    "1.0a1",
    "1.0a1.post1",
    "1.0a2",
    "1.0a10",
    "1.0b1",
    "1.0rc1",
    "1.0",
    "1.0+abc",
    "1.0+abc.def",
    "1.0+abc.1",
    "1.0+1",
    "1.0+1.1",
    "1.0+10",
    "1.0.post1.dev1",
    "1.0.post1",
    "1.0.0.1",
    "1.1",
    "1.10",
    "1.99999999999999999999999999",
    "1.100000000000000000000000000",
    "2024.1",
    "1!0.1",
    "10!0",
};

static int sign(int order) {
    return (order > 0) - (order < 0);
}

static void test_order(void **state) {
    (void)state;
    const size_t count = sizeof ascending / sizeof *ascending;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            struct span a = span_text(ascending[i]), b = span_text(ascending[j]);
            assert_int_equal(sign(version_compare(a, b)), i < j ? -1 : i > j);
            assert_int_equal(version_same(a, b), i == j);
        }
}

static void test_same(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"1.0", "1"},
        {"1.0", "v1.0.0 "},
        {"1.0-RC1", "1.0rc1"},
        {"1.0c1", "1.0.pre-1"},
        {"1.0alpha", "1.0a0"},
        {"1.0-1", "1.0.post1"},
        {"1.0-r1", "1.0_rev_1"},
        {"1.0.DEV", "1.0dev0"},
        {"01.002", "1.2"},
        {"0!1", "1"},
        {"1.0+A-1", "1.0+a.01"},
        {"1.0.preview2", "1.0rc2"},
        {"1.0-Final", "1.0-final"}, /* no version: case is ignored, and nothing else */
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(version_same(span_text(pairs[i][0]), span_text(pairs[i][1])));
        assert_int_equal(version_compare(span_text(pairs[i][0]), span_text(pairs[i][1])), 0);
    }
    assert_false(version_same(span_text("1.0-final"), span_text("1.0.final")));
    assert_false(version_same(span_text("1.0"), span_text("1.0+a")));
}

static void test_valid(void **state) {
    (void)state;
    static const char *const valid[] = {
        "0", "1.0", "1!1.0a1.post2.dev3+l.1", "1.0-1", "1.0a-", "\tv1 ", "1a.dev"};
    static const char *const invalid[] = {"",
                                          "v",
                                          "a1",
                                          "1.",
                                          ".1",
                                          "1..2",
                                          "1!",
                                          "!1",
                                          "1.0--1",
                                          "1.0+",
                                          "1.0+a.",
                                          "1.0+a..b",
                                          "1.0 0",
                                          "1.0a1b1",
                                          "1.0.dev1.post1",
                                          "1.0+\xc3\xa4",
                                          "vv1"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        assert_true(version_is_valid(span_text(valid[i])));
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        assert_false(version_is_valid(span_text(invalid[i])));
    assert_false(version_is_valid(span_of("1\0", 2)));
}

static void test_major(void **state) {
    (void)state;
    static const struct {
        const char *version;
        uint32_t major;
    } cases[] = {
        {"99.99.99", 99},
        {"2025.1", 2025},
        {"7!1.2", 1},
        {"v0099a1", 99},
        {"4294967294", ~1U},
        {"4294967295.1", ~0U},
        {"4294967296", ~0U},
        {"0.9", 0},
        {"99999999999999.0", ~0U},
        {"99.99.99-final", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(version_major(span_text(cases[i].version)), cases[i].major);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_major),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
