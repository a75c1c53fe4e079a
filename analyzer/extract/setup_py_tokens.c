/* setup_py_tokens: the tokens of a setup.py without comments, brackets paired. */
#include "extract/setup_py_parts.h"

static bool is_kept(enum python_token_type type) {
    return type != PY_COMMENT && type != PY_NL && type != PY_END;
}

/* Counts first, so that the array is made once. */
static uint32_t count_tokens(struct setup_file *file) {
    struct python_lexer lexer;
    struct python_token token;
    uint32_t count = 0;
    python_lexer_begin(&lexer, file->source);
    do {
        python_lexer_next(&lexer, &token);
        if (!is_kept(token.type))
            continue;
        if (count == SETUP_PY_TOKENS_MAX) {
            file->is_cut = true;
            break;
        }
        count++;
    } while (token.type != PY_END);
    return count;
}

static unsigned char single_op(const struct python_token *token) {
    return token->type == PY_OP && token->text.len == 1 ? token->text.at[0] : 0;
}

/* Open brackets wait in a chain through their own mates. */
static void pair_bracket(struct setup_file *file, uint32_t i, uint32_t *waiting) {
    struct setup_token *token = &file->tokens[i];
    if (token->op == '(' || token->op == '[' || token->op == '{') {
        token->mate = *waiting;
        *waiting = i;
    } else if ((token->op == ')' || token->op == ']' || token->op == '}') &&
               *waiting != UINT32_MAX) {
        struct setup_token *open = &file->tokens[*waiting];
        *waiting = open->mate;
        open->mate = i;
    }
}

bool setup_tokens_read(struct setup_file *file) {
    file->source = span_slice(file->source, 0, UINT32_MAX);
    uint32_t count = count_tokens(file);
    file->tokens = arena_alloc_raw(file->arena, (count + 1) * sizeof *file->tokens);
    if (file->tokens == NULL)
        return false;
    struct python_lexer lexer;
    uint32_t waiting = UINT32_MAX;
    python_lexer_begin(&lexer, file->source);
    while (file->token_count < count) {
        struct python_token token;
        python_lexer_next(&lexer, &token);
        if (!is_kept(token.type))
            continue;
        uint32_t i = file->token_count++;
        file->tokens[i] = (struct setup_token){.at = (uint32_t)(token.text.at - file->source.at),
                                               .len = (uint32_t)token.text.len,
                                               .type = (unsigned char)token.type,
                                               .op = single_op(&token)};
        pair_bracket(file, i, &waiting);
    }
    while (waiting != UINT32_MAX) {
        uint32_t next = file->tokens[waiting].mate;
        file->tokens[waiting].mate = count;
        waiting = next;
    }
    return true;
}

uint32_t setup_find(const struct setup_file *file, struct setup_range range, unsigned char op) {
    uint32_t i = range.from;
    while (i < range.to && file->tokens[i].op != op)
        i = setup_skip(file, i);
    return i < range.to ? i : range.to;
}

struct setup_range setup_inside(const struct setup_file *file, uint32_t open, uint32_t to) {
    uint32_t end = file->tokens[open].mate;
    return (struct setup_range){open + 1, end < to ? end : to};
}
