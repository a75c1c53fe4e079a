/*
 * list_text: lists as JSON arrays, rows as arrays of arrays, there and back, and what is no such
 * list.
 */
#include "facts/list_text.h"

#include "store_stage.h"

static void lists_as_text(void **state) {
    struct stage *stage = *state;
    struct span_list list = {0};
    struct span_list back;
    struct buffer out = BUFFER_EMPTY;
    list_text_add(&out, &list);
    assert_int_equal(out.len, 0);
    assert_true(list_text_read(stage->arena, SPAN_EMPTY, &back));
    assert_int_equal(back.count, 0);
    static const char *const items[] = {"a", "", "\"\\/\b\f\n\r\t\x01\x7F",
                                        "\xC3\xA9\xF0\x9F\x90\x8D", "x,]["};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        span_list_add(&list, stage->arena, span_text(items[i]));
    list_text_add(&out, &list);
    assert_true(list_text_read(stage->arena, buffer_span(&out), &back));
    assert_list(&back, &list);
    for (size_t len = 1; len < out.len; len++)
        assert_false(list_text_read(stage->arena, span_slice(buffer_span(&out), 0, len), &back));
    assert_true(
        list_text_read(stage->arena, span_text(" [ \"\\ud83d\\udc0d\" , \"\\/\" ] "), &back));
    assert_int_equal(back.count, 2);
    assert_span(back.at[0], span_text("\xF0\x9F\x90\x8D"));
    assert_true(list_text_read(stage->arena, span_text("[]"), &back));
    assert_int_equal(back.count, 0);
    static const char *const bad[] = {
        "a",           "[",         "[\"a\"",        "[\"a\",]",
        "[1]",         "[\"\\x\"]", "[\"\\ud83d\"]", "[\"\\udc0d\"]",
        "[\"\\u12\"]", "[\"a\"]x",  "[\"a\\",        "[\"\\ud83d\\u0041\"]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(list_text_read(stage->arena, span_text(bad[i]), &back));
    buffer_free(&out);
}

static void rows_as_text(void **state) {
    struct stage *stage = *state;
    struct buffer out = BUFFER_EMPTY;
    struct span_list back;
    /* The last is no UTF-8: it comes back as it was. */
    static const char *const texts[] = {"a",           "",         "\"\\/\b\f\n\r\t\x01\x7F",
                                        "\xC3\xA9],[", "\xFF\x80", "z"};
    struct span items[6];
    for (size_t i = 0; i < 6; i++)
        items[i] = span_text(texts[i]);
    for (size_t row = 0; row < 3; row++)
        rows_text_add(&out, items + row * 2, 2, row == 0);
    rows_text_end(&out);
    assert_true(rows_text_read(stage->arena, buffer_span(&out), 2, &back));
    assert_int_equal(back.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_span(back.at[i], items[i]);
    assert_false(rows_text_read(stage->arena, buffer_span(&out), 3, &back));
    for (size_t len = 1; len < out.len; len++)
        assert_false(rows_text_read(stage->arena, span_slice(buffer_span(&out), 0, len), 2, &back));
    assert_true(rows_text_read(stage->arena, SPAN_EMPTY, 2, &back));
    assert_int_equal(back.count, 0);
    static const char *const bad[] = {"[]",
                                      "[[]]",
                                      "[\"a\",\"b\"]",
                                      "[[\"a\",\"b\"],]",
                                      "[[\"a\"],[\"a\",\"b\",\"c\"]]",
                                      "[[\"a\",[\"b\"]]]",
                                      "[[\"a\",\"b\"]]x",
                                      "[[\"a\",1]]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(rows_text_read(stage->arena, span_text(bad[i]), 2, &back));
    buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(lists_as_text),
        STAGED(rows_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
