/*
 * kind_reader: what python_kind.c (statements) and expression.c share while
 * they read one source. Not for others.
 */
#ifndef WINNOW_PAYLOAD_KIND_READER_H
#define WINNOW_PAYLOAD_KIND_READER_H

#include "artifact.h"
#include "payload/scope.h"
#include "python/lexer.h"

/* Calls of functions defined further down, checked at the end; and names on the left of one `=`. */
enum { PENDING_CALLS_MAX = 64, TARGETS_MAX = 16, DOTTED_MAX = 6 };

struct kind_reader {
    struct python_lexer lexer;
    struct python_token token; /* the one in hand, never NL or COMMENT */
    const struct span_list *own_names;
    bool code;          /* the answer is code: every loop ends */
    bool is_table;      /* literals are being counted */
    bool bare;          /* the expression read so far is names, commas and brackets only */
    bool declaring;     /* in the body of a class whose fields somebody else reads */
    bool decorated;     /* the next definition is */
    unsigned nested;    /* brackets, lambdas and blocks around the token */
    unsigned functions; /* around the token */
    unsigned definitions;
    uint64_t literals;
    uint64_t literal_bytes;
    size_t target_count;
    struct span targets[TARGETS_MAX];
    size_t pending_count;
    struct span pending[PENDING_CALLS_MAX];
    struct scope scope;
};

/* What is known of an expression. */
struct value {
    enum grade grade;
    bool text;      /* starts from a string literal */
    bool namespace; /* is a call that declares a namespace package */
    enum callee callee;
    size_t part_count; /* the dotted name it stands for, "os" "path" "join"; 0 when none */
    struct span parts[DOTTED_MAX];
};

/* What the statements read so far make of the source. */
struct verdict {
    enum payload_kind kind;
    bool weak;      /* holds statements that count as stub unless the source declares a namespace */
    bool namespace; /* declares a namespace package */
};

void note_kind(struct verdict *verdict, enum payload_kind kind);

void reader_advance(struct kind_reader *reader);

static inline bool token_is_op(const struct kind_reader *reader, const char *op) {
    return reader->token.type == PY_OP && span_is(reader->token.text, op);
}
static inline bool token_is_name(const struct kind_reader *reader, const char *name) {
    return reader->token.type == PY_NAME && span_is(reader->token.text, name);
}
/* Whether a statement may end here. */
static inline bool token_ends_statement(const struct kind_reader *reader) {
    return reader->token.type == PY_NEWLINE || reader->token.type == PY_END ||
           token_is_op(reader, ";");
}

/* One expression; names it consists of, if nothing else, are added to reader->targets. */
struct value read_expression(struct kind_reader *reader);
/* Expressions with commas between, until no expression can follow. */
struct value read_expression_list(struct kind_reader *reader);
/* From an opening bracket past its closing one: the highest grade inside. *count: how many
 * expressions. */
enum grade read_brackets(struct kind_reader *reader, size_t *count);

/* An expression or list whose value does not matter, only what evaluating it does; nothing is
 * counted. */
enum grade read_harmless(struct kind_reader *reader, bool list);
/* What is called to decorate, or to make what is raised: any dotted name, with harmless arguments.
 */
void read_called_name(struct kind_reader *reader);
/* Small statements up to the end of the line. */
void read_simple_line(struct kind_reader *reader, struct verdict *verdict);

/* Steps over `op`, or the name in hand; code when it is not there. */
void expect_op(struct kind_reader *reader, const char *op);
struct span take_name(struct kind_reader *reader);
void bind_binding(struct kind_reader *reader, const struct binding *binding);
void bind_name(struct kind_reader *reader, struct span name, enum grade grade, enum callee callee);

bool dotted_is(const struct value *value, const char *path);

#endif
