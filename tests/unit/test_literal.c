/* Values of string tokens; more against ast.literal_eval in tests/oracle/test_lexer.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "python/literal.h"

#include <stdlib.h>

static int open_arena(void **state) {
    *state = arena_new(1 << 20);
    return *state == NULL;
}

static int close_arena(void **state) {
    arena_free(*state);
    return 0;
}

static void values_are_read(void **state) {
    static const struct {
        const char *token;
        const char *value;
    } cases[] = {
        {"''", ""},
        {"'a'", "a"},
        {"\"\"\"a\"b\"\"\"", "a\"b"},
        {"R'\\n\\''", "\\n\\'"},
        {"'\\n\\t\\\\\\''", "\n\t\\'"},
        {"'\\x41\\u20ac\\U0001F600'", "A\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"'\\ud83d\\ude00'", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"'\\U00110000'", "\xef\xbf\xbd"},
        {"'\\101\\7\\377'", "A\a\xc3\xbf"},
        {"b'\\377\\u0041'", "\xff\\u0041"},
        {"'\\N{BULLET}\\q\\x4'", "\\N{BULLET}\\q\\x4"},
        {"'a\\\r\nb'", "ab"},
        {"'''a\r\nb\rc'''", "a\nb\nc"},
        {"r'''a\\\r\n'''", "a\\\n"},
        {"'\xe9'", "\xe9"},
        {"f'a{{b}}c'", "a{b}c"},
        {"f'\\N{DASH}'", "\\N{DASH}"},
        {"t'x'", "x"},
        {"ur'\\x41'", "\\x41"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span value;
        assert_true(python_string_value(*state, span_text(cases[i].token), &value));
        assert_int_equal(value.len, strlen(cases[i].value));
        assert_memory_equal(value.at, cases[i].value, value.len);
    }
}

static void others_are_refused(void **state) {
    static const char *const tokens[] = {
        "",      "'",      "'''",      "''''", "'a",        "a",    "'a''b'", "'a\\'", "x'a'",
        "bu'a'", "f'{x}'", "f'{{{x}'", "f'}'", "rf'\\{x}'", "'a'b", "'a\nb'", "'\\"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        struct span value;
        assert_false(python_string_value(*state, span_text(tokens[i]), &value));
        assert_int_equal(value.len, 0);
    }
}

static void plain_values_are_views(void **state) {
    const char *token = "'plain \\ value'";
    struct span raw = span_text("r'plain \\ value'");
    struct span value;
    assert_true(python_string_value(*state, raw, &value));
    assert_ptr_equal(value.at, raw.at + 2);
    assert_true(python_string_value(*state, span_text(token), &value));
}

static void memory_may_be_out(void **state) {
    (void)state;
    struct arena *arena = arena_new(16);
    struct span value;
    assert_false(python_string_value(arena, span_text("'\\n01234567890123456789012345'"), &value));
    assert_true(arena_refused(arena));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(plain_values_are_views),
        cmocka_unit_test(memory_may_be_out),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
