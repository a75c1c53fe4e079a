/* The lexer on what Python's tokenize refuses or splits; the rest is in tests/oracle/test_lexer.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "python/lexer.h"

#include <time.h>

static const char letters[] = "$nNsok;~><?"; /* one for each enum python_token_type */

/* "n:x o:= N:1 ; $" */
static void lex(struct span source, struct buffer *out) {
    struct python_lexer lexer;
    struct python_token token;
    buffer_clear(out);
    python_lexer_begin(&lexer, source);
    do {
        python_lexer_next(&lexer, &token);
        if (out->len > 0)
            buffer_add_byte(out, ' ');
        buffer_add_byte(out, (unsigned char)letters[token.type]);
        bool has_text = token.type >= PY_NAME && token.type <= PY_COMMENT;
        if (has_text || token.type == PY_ERROR) {
            buffer_add_byte(out, ':');
            buffer_add(out, token.text);
        }
    } while (token.type != PY_END);
    buffer_add_byte(out, 0);
}

static void tokens_come_out(void **state) {
    static const struct {
        const char *source;
        const char *tokens;
    } cases[] = {
        {"", "$"},
        {"x", "n:x ; $"},
        {"\xef\xbb\xbfx", "n:x ; $"},
        {"x = 0777L + 0xFFl", "n:x o:= N:0777L o:+ N:0xFFl ; $"},
        {"10Lx 5if", "N:10 n:Lx N:5 n:if ; $"},
        {"a <> b", "n:a o:<> n:b ; $"},
        {"`x`", "?:` n:x ?:` ; $"},
        {"ur'\\'' Ur\"\" ru''", "s:ur'\\'' s:Ur\"\" n:ru s:'' ; $"},
        {"bu'' ff'' rbr''", "n:bu s:'' n:ff s:'' n:rbr s:'' ; $"},
        {"f'{x['a']}'", "s:f'{x['a']}' ; $"},
        {"f'{f'{f'{1}'}'}' 2", "s:f'{f'{f'{1}'}'}' N:2 ; $"},
        {"t'{x:{y}>{z}}' tr'{a!r}'", "s:t'{x:{y}>{z}}' s:tr'{a!r}' ; $"},
        {"f'{x # }'\n}' y", "s:f'{x # }'\n}' n:y ; $"},
        {"f'{{' '", "s:f'{{' ?:' ; $"},
        {"f'{' x", "s:f'{' n:x ; $"},
        {"f'{(}' x", "s:f'{(}' n:x ; $"},
        {"f'\\N{DASH}{a}' rf'\\{a}'", "s:f'\\N{DASH}{a}' s:rf'\\{a}' ; $"},
        {"f'''{\n'a'\n:{b}}''' c", "s:f'''{\n'a'\n:{b}}''' n:c ; $"},
        {"'abc\nx", "?:' n:abc ; n:x ; $"},
        {"b'abc\n", "n:b ?:' n:abc ; $"},
        {"'''abc\nx", "?:' s:'' n:abc ; n:x ; $"},
        {"\"a'\\\n'b\"", "s:\"a'\\\n'b\" ; $"},
        {"(\nx\n", "o:( ~ n:x ~ ; $"},
        {")\n(x]\ny", "o:) ; o:( n:x o:] ; n:y ; $"},
        {"a\rb\r\n#c\rd", "n:a ; n:b ; k:#c ~ n:d ; $"},
        {"a \\\r\n b \\\r c", "n:a n:b n:c ; $"},
        {"\\ x", "?:\\ n:x ; $"},
        {"x\\", "n:x ?:\\ ; $"},
        {"if a:\n    b\n  c\nd", "n:if n:a o:: ; > n:b ; n:c ; < n:d ; $"},
        {"if a:\n\tb\n        c", "n:if n:a o:: ; > n:b ; n:c ; < $"},
        {" x", "> n:x ; < $"},
        {"x\n   ", "n:x ; $"},
        {"\x0c\n\x0cx", "~ n:x ; $"},
        {"a!b $ ?", "n:a ?:! n:b ?:$ ?:? ; $"},
        {"\xc3\xa9\xff = 1", "n:\xc3\xa9\xff o:= N:1 ; $"},
        {"1..2 1.e5j .5_0", "N:1. N:.2 N:1.e5j N:.5_0 ; $"},
        {"~=,=;=", "o:~ o:= o:, o:= o:; o:= ; $"},
    };
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lex(span_text(cases[i].source), &out);
        assert_string_equal((const char *)out.at, cases[i].tokens);
    }
    buffer_free(&out);
}

static void zero_bytes_are_errors(void **state) {
    static const unsigned char source[] = {'a', 0, 'b', 0};
    (void)state;
    struct python_lexer lexer;
    python_lexer_begin(&lexer, span_of(source, sizeof source));
    static const enum python_token_type types[] = {PY_NAME,  PY_ERROR,   PY_NAME,
                                                   PY_ERROR, PY_NEWLINE, PY_END};
    struct python_token token;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        python_lexer_next(&lexer, &token);
        assert_int_equal(token.type, types[i]);
    }
}

static void the_end_stays(void **state) {
    (void)state;
    struct python_lexer lexer;
    python_lexer_begin(&lexer, span_text("x\n"));
    struct python_token token;
    for (int i = 0; i < 2; i++)
        python_lexer_next(&lexer, &token);
    for (int i = 0; i < 5; i++) {
        python_lexer_next(&lexer, &token);
        assert_int_equal(token.type, PY_END);
    }
}

/* Deeper than we keep: no INDENT, and as many dedents as indents. */
static void deep_blocks_balance(void **state) {
    (void)state;
    struct buffer source = BUFFER_EMPTY;
    for (int i = 0; i < PYTHON_INDENTS_MAX * 2; i++)
        buffer_printf(&source, "%*sif x:\n", i, "");
    buffer_add_text(&source, "y\n");
    struct python_lexer lexer;
    struct python_token token;
    int indents = 0, dedents = 0;
    python_lexer_begin(&lexer, buffer_span(&source));
    do {
        python_lexer_next(&lexer, &token);
        indents += token.type == PY_INDENT;
        dedents += token.type == PY_DEDENT;
    } while (token.type != PY_END);
    assert_int_equal(indents, PYTHON_INDENTS_MAX);
    assert_int_equal(dedents, indents);
    buffer_free(&source);
}

/* Pieces that would take quadratic time in a naive reader: 4 MB of each in seconds. */
static void hostile_quotes_stay_linear(void **state) {
    static const char *const pieces[] = {"\\'",     "\\'\\\"", "f'{",    "f'''{", "'''\\'''' ",
                                         "f'{f\"{", "f'\\N{",  "f'{x:{", "(",     "f'{'",
                                         "'\\\n",   "\\\n",    "\"'''",  "f'{(["};
    (void)state;
    clock_t start = clock();
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer source = BUFFER_EMPTY;
        while (source.len < (4U << 20))
            buffer_add_text(&source, pieces[i]);
        struct python_lexer lexer;
        size_t at = 0;
        python_lexer_begin(&lexer, buffer_span(&source));
        for (;;) {
            struct python_token token;
            python_lexer_next(&lexer, &token);
            assert_true((size_t)(token.text.at - source.at) >= at);
            at = (size_t)(token.text.at - source.at) + token.text.len;
            if (token.type == PY_END)
                break;
        }
        assert_int_equal(at, source.len);
        buffer_free(&source);
    }
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20);
}

static void encodings_are_seen(void **state) {
    (void)state;
    assert_true(python_source_is_transparent(SPAN_EMPTY));
    assert_true(python_source_is_transparent(span_text("#!/bin/python\n# coding: latin-1\n")));
    assert_false(python_source_is_transparent(span_text("# -*- coding: UTF-7 -*-")));
    assert_false(python_source_is_transparent(span_text("\n\f # vim:fileencoding=utf_16_le\n")));
    assert_true(python_source_is_transparent(span_text("x\n# coding: rot13\n")));
    assert_true(python_source_is_transparent(span_text("\n\n# coding: rot13\n")));
    assert_true(python_source_is_transparent(span_text("# coding:\n# encoding : rot13\n")));
    assert_false(python_source_is_transparent(span_text("# coding coding: rot_13\n")));
    assert_false(python_source_is_transparent(span_of("\xff\xfex\0", 4)));
    assert_false(python_source_is_transparent(span_of("\0\0\xfe\xff", 4)));
}

static void keywords_are_known(void **state) {
    (void)state;
    assert_true(python_is_keyword(span_text("None")));
    assert_true(python_is_keyword(span_text("continue")));
    assert_false(python_is_keyword(span_text("none")));
    assert_false(python_is_keyword(span_text("match")));
    assert_false(python_is_keyword(SPAN_EMPTY));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_come_out),
        cmocka_unit_test(zero_bytes_are_errors),
        cmocka_unit_test(the_end_stays),
        cmocka_unit_test(deep_blocks_balance),
        cmocka_unit_test(hostile_quotes_stay_linear),
        cmocka_unit_test(encodings_are_seen),
        cmocka_unit_test(keywords_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
