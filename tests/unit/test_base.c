/* test_base: spans, arenas, texts, times, JSON: what every room stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/instant.h"
#include "base/json.h"
#include "base/list.h"
#include "base/text.h"

#include <math.h>

static void assert_span(struct span s, const char *expected) {
    if (!span_is(s, expected))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(s), expected);
}

static void test_lines_end_in_three_ways(void **state) {
    (void)state;
    struct span rest = span_text("a\nb\r\nc\r\rd");
    const char *expected[] = {"a", "b", "c", "", "d"};
    struct span line;
    for (size_t i = 0; i < 5; i++) {
        assert_true(span_next_line(&rest, &line));
        assert_span(line, expected[i]);
    }
    assert_false(span_next_line(&rest, &line));
}

/* Wherever the ending stands among the eight bytes that are looked at in one step. */
static void test_lines_of_any_length(void **state) {
    (void)state;
    unsigned char text[40];
    for (size_t len = 0; len + 1 < sizeof text; len++)
        for (int end = 0; end < 256; end++) {
            memset(text, end == 'x' ? '\n' + 0x80 : 'x', sizeof text);
            text[len / 2] = '\t';
            text[len] = (unsigned char)end;
            bool ends = end == '\n' || end == '\r';
            struct span rest = span_of(text, sizeof text);
            struct span line;
            assert_true(span_next_line(&rest, &line));
            assert_int_equal(line.len, ends ? len : sizeof text);
            assert_int_equal(rest.len, ends ? sizeof text - len - 1 : 0);
        }
}

static void test_pieces_keep_empty_ones(void **state) {
    (void)state;
    struct span rest = span_text("a,,b,");
    const char *expected[] = {"a", "", "b", ""};
    struct span piece;
    for (size_t i = 0; i < 4; i++) {
        assert_true(span_next_piece(&rest, ',', &piece));
        assert_span(piece, expected[i]);
    }
    assert_false(span_next_piece(&rest, ',', &piece));
    rest = SPAN_EMPTY;
    assert_false(span_next_piece(&rest, ',', &piece));
}

static void test_search_and_slices_stay_inside(void **state) {
    (void)state;
    struct span s = span_text("abcabd");
    assert_int_equal(span_search(s, "abd"), 3);
    assert_int_equal(span_search(s, "abx"), 6);
    assert_int_equal(span_search(span_text("ab"), "abc"), 2);
    assert_span(span_slice(s, 4, 99), "bd");
    assert_int_equal(span_slice(s, 5, 2).len, 0);
    assert_true(span_compare(span_text("ab"), span_text("abc")) < 0);
    assert_true(span_compare(span_text("b"), span_text("abc")) > 0);
    assert_span(span_trim(span_text(" \t\r\n x y \v\f")), "x y");
}

static void test_arena_can_be_taken_back(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct arena_mark empty = arena_mark(arena);
    for (int round = 0; round < 50; round++) {
        struct arena_mark mark = arena_mark(arena);
        unsigned char *before = arena_alloc(arena, 100);
        memset(before, 'x', 100);
        struct arena_mark inner = arena_mark(arena);
        assert_non_null(arena_alloc(arena, 700 << 10));
        arena_rewind(arena, inner);
        assert_int_equal(before[99], 'x');
        arena_rewind(arena, mark);
    }
    assert_false(arena_refused(arena));
    arena_rewind(arena, empty);
    assert_int_equal(arena_bytes(arena), 0);
    assert_non_null(arena_alloc(arena, (1 << 20) - 4096));
    arena_free(arena);
}

static void test_arena_has_a_budget_and_can_be_reused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (int round = 0; round < 3; round++) {
        size_t got = 0;
        while (arena_alloc(arena, 1000) != NULL)
            got += 1000;
        assert_in_range(got, 900000, 1 << 20);
        assert_true(arena_refused(arena));
        arena_reset(arena);
        assert_false(arena_refused(arena));
    }
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, (1 << 20) + 1));
    arena_free(arena);
}

static void test_arena_gives_back_the_end(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    unsigned char *first = arena_alloc_raw(arena, 1000);
    arena_shrink(arena, first, 1000, 10);
    unsigned char *second = arena_alloc_raw(arena, 10);
    assert_in_range(second - first, 10, 32);
    arena_free(arena);
}

static void test_lists_sort_and_drop_repeats(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct span_list list = {0};
    const char *words[] = {"b", "a", "b", "", "ab", "a"};
    for (size_t i = 0; i < 6; i++)
        assert_true(span_list_add(&list, arena, span_text(words[i])));
    span_list_sort_unique(&list);
    assert_int_equal(list.count, 4);
    const char *expected[] = {"", "a", "ab", "b"};
    for (size_t i = 0; i < 4; i++)
        assert_span(list.at[i], expected[i]);
    assert_true(span_list_has(&list, span_text("ab")));
    assert_false(span_list_has(&list, span_text("c")));
    arena_free(arena);
}

static void test_utf8_is_strict(void **state) {
    (void)state;
    const struct {
        const char *bytes;
        bool valid;
    } cases[] = {{"plain", true},
                 {"\xC3\xA9", true},
                 {"\xF0\x9F\x98\x80", true},
                 {"\xC0\x80", false},
                 {"\xED\xA0\x80", false},
                 {"\xF4\x90\x80\x80", false},
                 {"\xC3", false},
                 {"\x80", false},
                 {"\xE2\x82", false},
                 {"\xE0\x80\xAF", false},
                 {"\xF8\x88\x80\x80", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(utf8_is_valid(span_text(cases[i].bytes)), cases[i].valid);
}

static void test_every_scalar_survives_utf8(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        unsigned char bytes[4];
        uint32_t back = 0;
        size_t len = utf8_encode(point, bytes);
        assert_int_equal(utf8_decode(span_of(bytes, len), &back), len);
        assert_int_equal(back, point);
    }
}

static void test_latin1_is_the_fallback(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct span text;
    assert_true(text_from_bytes(arena, span_text("caf\xE9"), &text));
    assert_span(text, "caf\xC3\xA9");
    assert_true(text_from_bytes(arena, span_text("caf\xC3\xA9"), &text));
    assert_span(text, "caf\xC3\xA9");
    arena_free(arena);
}

static void test_terminal_text_is_escaped(void **state) {
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    text_add_escaped(&out, span_text("a\x1B]0;x\a\r\n\x7F\xC2\x85\xE2\x80\xAE\xFFz"), 100);
    assert_span(buffer_span(&out), "a\\x1B]0;x\\x07\\x0D\\x0A\\x7F\\x85\\u{202E}\\xFFz");
    buffer_free(&out);
}

static void test_times_read_and_print(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *printed;
    } cases[] = {{"2025-06-30T12:34:56Z", "2025-06-30T12:34:56Z"},
                 {"2025-06-30T12:34:56.123456Z", "2025-06-30T12:34:56.123456Z"},
                 {"2025-06-30T12:34:56.5+02:00", "2025-06-30T10:34:56.500000Z"},
                 {"2024-02-29 23:59:59", "2024-02-29T23:59:59Z"},
                 {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
                 {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
                 {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        instant when = 0;
        struct buffer out = BUFFER_EMPTY;
        assert_true(instant_parse(span_text(cases[i].text), &when));
        instant_add(&out, when);
        assert_span(buffer_span(&out), cases[i].printed);
        buffer_free(&out);
    }
}

static void test_what_is_no_time_is_refused(void **state) {
    (void)state;
    const char *cases[] = {"",
                           "2025",
                           "2025-13-01T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2025-06-30T24:00:00Z",
                           "2025-06-30T12:34:56.Z",
                           "2025-06-30T12:34:56Zjunk",
                           "2025-06-30T12:34:56+2:00",
                           "9999-12-31T23:59:60Z", /* years that four digits cannot write */
                           "9999-12-31T23:59:59-00:01",
                           "0000-01-01T00:00:00+00:01",
                           "yesterday at noon!!"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        instant when = 0;
        assert_false(instant_parse(span_text(cases[i]), &when));
    }
}

static void test_days_begin_at_midnight_utc(void **state) {
    (void)state;
    instant when = 0;
    assert_true(instant_parse(span_text("1969-12-31T23:59:59Z"), &when));
    assert_int_equal(instant_day(when), -INSTANT_DAY);
    struct buffer out = BUFFER_EMPTY;
    instant_add_day(&out, when);
    assert_span(buffer_span(&out), "1969-12-31");
    buffer_clear(&out);
    instant_add(&out, INSTANT_UNKNOWN);
    assert_int_equal(out.len, 0);
    buffer_free(&out);
}

static void test_json_is_valid_whatever_comes(void **state) {
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json json = json_to(&out, false);
    json_open(&json, '{');
    json_key(&json, "a\"\\");
    json_string(&json, span_of("\0\n\x7F\xFF\xED\xA0\x80\xE2\x80\xAE\xC2\x9B", 12));
    json_key(&json, "list");
    json_open(&json, '[');
    json_int(&json, INT64_MIN);
    json_double(&json, 0.1);
    json_double(&json, -10);
    json_double(&json, 1e300);
    json_double(&json, NAN);
    json_bool(&json, true);
    json_open(&json, '{');
    json_close(&json, '}');
    json_null(&json);
    json_close(&json, ']');
    json_close(&json, '}');
    assert_span(
        buffer_span(&out),
        "{\"a\\\"\\\\\":\"\\u0000\\n\\u007f\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
        "\\u202e\\u009b\",\"list\":[-9223372036854775808,0.1,-10,1e+300,null,true,{},null]}");
    buffer_free(&out);
}

static void test_hex_and_signatures(void **state) {
    (void)state;
    unsigned char bytes[4];
    assert_true(hex_parse(span_text("00fFa5Z0"), bytes, 4) == false);
    assert_true(hex_parse(span_text("00fFa510"), bytes, 4));
    struct buffer out = BUFFER_EMPTY;
    hex_add(&out, span_of(bytes, 4));
    assert_span(buffer_span(&out), "00ffa510");
    buffer_clear(&out);
    /* Python: hashlib.blake2b(b"abc", digest_size=16).hexdigest() */
    struct signature signature = signature_of(span_text("abc"));
    hex_add(&out, span_of(signature.at, SIGNATURE_BYTES));
    assert_span(buffer_span(&out), "cf4ab791c62b8d2b2109c90275287816");
    buffer_free(&out);
}

static void test_numbers_do_not_overflow(void **state) {
    (void)state;
    uint64_t value = 0;
    assert_true(text_to_u64(span_text("18446744073709551615"), &value));
    assert_true(value == UINT64_MAX);
    assert_false(text_to_u64(span_text("18446744073709551616"), &value));
    assert_false(text_to_u64(span_text(""), &value));
    assert_false(text_to_u64(span_text("-1"), &value));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_end_in_three_ways),
        cmocka_unit_test(test_lines_of_any_length),
        cmocka_unit_test(test_pieces_keep_empty_ones),
        cmocka_unit_test(test_search_and_slices_stay_inside),
        cmocka_unit_test(test_arena_can_be_taken_back),
        cmocka_unit_test(test_arena_has_a_budget_and_can_be_reused),
        cmocka_unit_test(test_arena_gives_back_the_end),
        cmocka_unit_test(test_lists_sort_and_drop_repeats),
        cmocka_unit_test(test_utf8_is_strict),
        cmocka_unit_test(test_every_scalar_survives_utf8),
        cmocka_unit_test(test_latin1_is_the_fallback),
        cmocka_unit_test(test_terminal_text_is_escaped),
        cmocka_unit_test(test_times_read_and_print),
        cmocka_unit_test(test_what_is_no_time_is_refused),
        cmocka_unit_test(test_days_begin_at_midnight_utc),
        cmocka_unit_test(test_json_is_valid_whatever_comes),
        cmocka_unit_test(test_hex_and_signatures),
        cmocka_unit_test(test_numbers_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
