/*
 * mask_python: one pass over the tokens of a source. A statement is written
 * as it is read, but for what may be a docstring, which waits for what follows.
 */
#include "payload/mask.h"
#include "payload/mask_pattern.h"
#include "payload/mask_words.h"
#include "python/lexer.h"
#include "python/literal.h"

struct statement {
    struct span first; /* its first token, when that is a name */
    struct span held;  /* its first token, when that may be a docstring: not written yet */
    size_t start;      /* where it starts in the output */
    size_t value;      /* where the value of a metadata assignment starts; 0: none yet */
    size_t tokens;
    bool only_strings;
    bool metadata; /* assigns to a name of mask_word_is_metadata() */
    bool plain;    /* its value is made of literals and such names only */
};

struct rewriter {
    const struct mask *mask;
    struct arena *arena;
    struct buffer *out;
    struct span chain;    /* a dotted name in the making, "a.b.", in the source or in `joined` */
    struct buffer joined; /* a chain with something else in between */
    bool class_name;      /* the chain is what a class statement names */
    struct statement statement;
};

static void write_chain(struct rewriter *rewriter) {
    struct span name = rewriter->chain;
    buffer_add_byte(rewriter->out, MARK_TOKEN);
    if (rewriter->class_name && mask_is_project(rewriter->mask, name))
        buffer_add_byte(rewriter->out, MARK_PROJECT); /* also where the name is a common word */
    else
        mask_identifier(rewriter->mask, name, rewriter->out);
    rewriter->class_name = span_is(name, "class");
    rewriter->chain = SPAN_EMPTY;
}

static void add_to_chain(struct rewriter *rewriter, struct span text) {
    struct span *chain = &rewriter->chain;
    struct buffer *joined = &rewriter->joined;
    if (chain->len == 0) {
        *chain = text;
    } else if (chain->at + chain->len == text.at) {
        chain->len += text.len;
    } else {
        if (chain->at != joined->at) {
            buffer_clear(joined);
            buffer_add(joined, *chain);
        }
        buffer_add(joined, text);
        *chain = buffer_span(joined);
    }
}

/* Whether the token goes on the chain that is there: dots and names take turns. */
static bool chain_takes(struct span chain, const struct python_token *token) {
    if (chain.len == 0)
        return false;
    if (chain.at[chain.len - 1] == '.')
        return token->type == PY_NAME;
    return token->type == PY_OP && span_is(token->text, ".");
}

static void write_string(struct rewriter *rewriter, struct span token) {
    size_t quote = 0;
    unsigned char mark = MARK_STRING;
    while (quote < token.len && token.at[quote] != '"' && token.at[quote] != '\'') {
        unsigned char letter = ascii_lower(token.at[quote++]);
        if (letter == 'b')
            mark = MARK_BYTES;
        if (letter == 'f' || letter == 't')
            mark = MARK_FORMAT;
    }
    struct span value = SPAN_EMPTY;
    if (!python_string_value(rewriter->arena, token, &value)) {
        size_t width = span_starts(span_from(token, quote), "\"\"\"") ||
                               span_starts(span_from(token, quote), "'''")
                           ? 3
                           : 1;
        value = token.len >= quote + 2 * width ? span_slice(token, quote + width, token.len - width)
                                               : SPAN_EMPTY;
    }
    if (mark == MARK_FORMAT)
        rewriter->statement.only_strings = false; /* no docstring: it may call something */
    buffer_add_byte(rewriter->out, mark);
    mask_text(rewriter->mask, value, rewriter->out);
}

/* A literal of text or bytes: alone it does nothing. */
static bool may_be_docstring(struct span token) {
    for (size_t i = 0; i < token.len && token.at[i] != '"' && token.at[i] != '\''; i++) {
        unsigned char letter = ascii_lower(token.at[i]);
        if (letter == 'f' || letter == 't')
            return false;
    }
    return true;
}

static void write_held(struct rewriter *rewriter) {
    struct span held = rewriter->statement.held;
    rewriter->statement.held = SPAN_EMPTY;
    if (held.len > 0)
        write_string(rewriter, held);
}

/* A number may be a time or an id. */
static void write_number(struct rewriter *rewriter, struct span token) {
    unsigned char mark = 0;
    buffer_add_byte(rewriter->out, MARK_TOKEN);
    if (pattern_id(token, 0, &mark) == token.len)
        buffer_add_byte(rewriter->out, mark);
    else
        buffer_add(rewriter->out, token);
}

/* Watches for `__version__ = <literals>`. */
static void watch_metadata(struct statement *statement, const struct python_token *token,
                           size_t written) {
    bool name = token->type == PY_NAME;
    bool assigns = token->type == PY_OP && span_is(token->text, "=");
    if (statement->tokens == 0)
        statement->first = name ? token->text : SPAN_EMPTY;
    if (statement->tokens == 1)
        statement->metadata = (assigns || (token->type == PY_OP && span_is(token->text, ":"))) &&
                              mask_word_is_metadata(statement->first);
    if (!statement->metadata)
        return;
    if (statement->value == 0 && assigns)
        statement->value = written;
    else if (statement->value > 0 && name && !mask_word_is_metadata(token->text) &&
             !span_is(token->text, "None"))
        statement->plain = false;
}

static void write_operator(struct buffer *out, struct span token) {
    buffer_add_byte(out, MARK_TOKEN);
    for (size_t i = 0; i < token.len; i++) /* one to three */
        buffer_add_byte(out, token.at[i]);
}

static void write_token(struct rewriter *rewriter, const struct python_token *token) {
    struct statement *statement = &rewriter->statement;
    bool goes_on = chain_takes(rewriter->chain, token);
    if (!goes_on && rewriter->chain.len > 0)
        write_chain(rewriter);
    if (statement->tokens < 2 || statement->metadata) {
        write_held(rewriter);
        watch_metadata(statement, token, rewriter->out->len);
    }
    bool first = statement->tokens++ == 0;
    if (token->type != PY_STRING)
        statement->only_strings = false;
    if (token->type == PY_NAME || goes_on)
        add_to_chain(rewriter, token->text);
    else if (token->type == PY_STRING && first && may_be_docstring(token->text))
        statement->held = token->text;
    else if (token->type == PY_STRING)
        write_string(rewriter, token->text);
    else if (token->type == PY_NUMBER)
        write_number(rewriter, token->text);
    else
        write_operator(rewriter->out, token->text);
}

static void begin_statement(struct rewriter *rewriter) {
    rewriter->statement =
        (struct statement){.start = rewriter->out->len, .only_strings = true, .plain = true};
}

static void end_statement(struct rewriter *rewriter) {
    if (rewriter->chain.len > 0)
        write_chain(rewriter);
    const struct statement *statement = &rewriter->statement;
    struct buffer *out = rewriter->out;
    if (statement->tokens > 0 && statement->only_strings) {
        out->len = statement->start;
    } else if (statement->tokens > 0) {
        if (statement->metadata && statement->value > 0 && statement->plain) {
            out->len = statement->value;
            buffer_add_byte(out, MARK_VALUE);
        }
        buffer_add_byte(out, '\n');
    }
    begin_statement(rewriter);
}

void mask_python(const struct mask *mask, struct arena *arena, struct span source,
                 struct buffer *out) {
    struct rewriter rewriter = {.mask = mask, .arena = arena, .out = out};
    struct python_lexer lexer;
    python_lexer_begin(&lexer, source);
    begin_statement(&rewriter);
    while (!out->failed) {
        struct python_token token;
        python_lexer_next(&lexer, &token);
        if (token.type == PY_END)
            break;
        if (token.type == PY_NL || token.type == PY_COMMENT)
            continue;
        if (token.type == PY_NEWLINE || (token.type == PY_OP && span_is(token.text, ";"))) {
            end_statement(&rewriter);
        } else if (token.type == PY_INDENT || token.type == PY_DEDENT) {
            end_statement(&rewriter);
            buffer_add_byte(out, token.type == PY_INDENT ? MARK_INDENT : MARK_DEDENT);
            begin_statement(&rewriter);
        } else {
            write_token(&rewriter, &token);
        }
    }
    end_statement(&rewriter);
    out->failed = out->failed || rewriter.joined.failed;
    buffer_free(&rewriter.joined);
}
