/* fuzz_lexer: Python tokens, and the values of its string literals. */
#include "fuzz.h"
#include "python/lexer.h"
#include "python/literal.h"

static void check_value(struct arena *arena, struct span token, struct span source) {
    struct span value = SPAN_EMPTY;
    if (!python_string_value(arena, token, &value))
        return;
    fuzz_touch(value);
    if (utf8_is_valid(source) && span_find(token, '\\') == token.len)
        FUZZ_CHECK(utf8_is_valid(value));
    FUZZ_CHECK(value.len <= token.len * 3); /* an escape of two bytes may be U+FFFD, of three */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span source = span_of(data, size);
    struct python_lexer lexer;
    struct python_lexer again;
    struct arena *arena = fuzz_arena();
    python_lexer_begin(&lexer, source);
    python_lexer_begin(&again, source);
    size_t reached = 0;
    size_t steps = 0;
    long depth = 0;
    struct python_token token;
    do {
        python_lexer_next(&lexer, &token);
        struct python_token same;
        python_lexer_next(&again, &same);
        FUZZ_CHECK(token.type == same.type && token.text.at == same.text.at &&
                   token.text.len == same.text.len);
        FUZZ_CHECK(fuzz_inside(token.text, source));
        if (token.text.len > 0) { /* in order, none twice */
            FUZZ_CHECK((size_t)(token.text.at - data) >= reached);
            reached = (size_t)(token.text.at - data) + token.text.len;
        }
        depth += token.type == PY_INDENT ? 1 : token.type == PY_DEDENT ? -1 : 0;
        FUZZ_CHECK(depth >= 0 && depth <= PYTHON_INDENTS_MAX);
        FUZZ_CHECK(++steps <= 3 * size + 8);
        if (token.type == PY_STRING)
            check_value(arena, token.text, source);
    } while (token.type != PY_END);
    python_lexer_next(&lexer, &token);
    FUZZ_CHECK(depth == 0 && token.type == PY_END);
    python_source_is_transparent(source);
    arena_free(arena);
    return 0;
}
