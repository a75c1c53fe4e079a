/*
 * small_statement: the statements of one line (imports, assignments, return...),
 * and the helpers all statements share. See python_kind.h for the rules.
 */
#include "payload/kind_reader.h"

void note_kind(struct verdict *verdict, enum payload_kind kind) {
    if (kind > verdict->kind)
        verdict->kind = kind;
}

void expect_op(struct kind_reader *reader, const char *op) {
    if (!token_is_op(reader, op))
        reader->code = true;
    else
        reader_advance(reader);
}

void bind_binding(struct kind_reader *reader, const struct binding *binding) {
    if (!scope_bind(&reader->scope, binding))
        reader->code = true;
}

void bind_name(struct kind_reader *reader, struct span name, enum grade grade, enum callee callee) {
    bind_binding(reader, &(struct binding){.name = name, .grade = grade, .callee = callee});
}

struct span take_name(struct kind_reader *reader) {
    struct span name = reader->token.text;
    if (reader->token.type != PY_NAME || python_is_keyword(name))
        reader->code = true;
    else
        reader_advance(reader);
    return name;
}

enum grade read_harmless(struct kind_reader *reader, bool list) {
    bool table = reader->is_table;
    reader->is_table = false;
    struct value value = list ? read_expression_list(reader) : read_expression(reader);
    reader->is_table = table;
    return value.grade;
}

void read_called_name(struct kind_reader *reader) {
    take_name(reader);
    while (!reader->code && token_is_op(reader, ".")) {
        reader_advance(reader);
        take_name(reader);
    }
    bool table = reader->is_table;
    reader->is_table = false;
    size_t count = 0;
    if (token_is_op(reader, "("))
        read_brackets(reader, &count);
    reader->is_table = table;
}

/* --- imports -------------------------------------------------------------------------------- */

/* A dotted name, dots in front allowed; the view runs from the first token to the last. */
static struct span read_module(struct kind_reader *reader) {
    const unsigned char *from = reader->token.text.at;
    const unsigned char *to = from;
    while (!reader->code && (token_is_op(reader, ".") || token_is_op(reader, "...") ||
                             (reader->token.type == PY_NAME && !token_is_name(reader, "import") &&
                              !token_is_name(reader, "as")))) {
        to = reader->token.text.at + reader->token.text.len;
        reader_advance(reader);
    }
    if (to == from)
        reader->code = true;
    return from != NULL && to > from ? span_of(from, (size_t)(to - from)) : SPAN_EMPTY;
}

static bool is_own_module(const struct kind_reader *reader, struct span module) {
    if (span_starts(module, "."))
        return true;
    struct span top = span_slice(module, 0, span_find(module, '.'));
    return reader->own_names != NULL && span_list_has(reader->own_names, top);
}

static void note_import(struct verdict *verdict, struct span module) {
    if (span_is(module, "pkgutil") || span_is(module, "pkg_resources"))
        verdict->weak = true;
    else
        note_kind(verdict, KIND_STUB);
}

static void bind_import(struct kind_reader *reader, struct span name, struct span module,
                        struct span member) {
    bool own = is_own_module(reader, module);
    /* Own modules are bound by their last name, which says whether a function or class is called.
     */
    struct binding binding = {.name = name,
                              .module = own && member.len > 0 ? member : module,
                              .member = own ? SPAN_EMPTY : member,
                              .grade = GRADE_NAME,
                              .callee = own ? CALLEE_OWN_IMPORT : CALLEE_UNKNOWN};
    bind_binding(reader, &binding);
}

static void read_import(struct kind_reader *reader, struct verdict *verdict) {
    do {
        reader_advance(reader);
        struct span module = read_module(reader);
        struct span top = span_slice(module, 0, span_find(module, '.'));
        if (token_is_name(reader, "as")) {
            reader_advance(reader);
            bind_import(reader, take_name(reader), module, SPAN_EMPTY);
        } else {
            bind_import(reader, top, top, SPAN_EMPTY);
        }
        note_import(verdict, module);
    } while (!reader->code && token_is_op(reader, ","));
}

static void read_from_import(struct kind_reader *reader, struct verdict *verdict) {
    reader_advance(reader);
    struct span module = read_module(reader);
    note_import(verdict, module);
    if (!token_is_name(reader, "import"))
        reader->code = true;
    reader_advance(reader);
    if (token_is_op(reader, "*")) {
        reader_advance(reader);
        return;
    }
    bool brackets = token_is_op(reader, "(");
    if (brackets)
        reader_advance(reader);
    while (!reader->code && !token_is_op(reader, ")") && !token_ends_statement(reader)) {
        struct span member = take_name(reader);
        struct span name = member;
        if (token_is_name(reader, "as")) {
            reader_advance(reader);
            name = take_name(reader);
        }
        bind_import(reader, name, module, member);
        if (!token_is_op(reader, ","))
            break;
        reader_advance(reader);
    }
    if (brackets)
        expect_op(reader, ")");
}

/* --- small statements ----------------------------------------------------------------------- */

/* Assigned names take the value's grade; `__license__` and its like may hold any text. */
static bool all_dunder(const struct kind_reader *reader) {
    for (size_t i = 0; i < reader->target_count; i++)
        if (!span_starts(reader->targets[i], "__"))
            return false;
    return reader->target_count > 0;
}

static void bind_targets(struct kind_reader *reader, size_t count, const struct value *value) {
    bool foreign =
        value->grade == GRADE_NAME ? value->callee != CALLEE_OWN : value->grade > GRADE_OWN;
    enum callee callee = foreign                      ? CALLEE_FOREIGN
                         : value->grade == GRADE_NAME ? CALLEE_OWN
                                                      : CALLEE_UNKNOWN;
    for (size_t i = 0; i < count && !reader->code; i++)
        bind_name(reader, reader->targets[i], value->grade, callee);
}

/* What follows the targets of `=` or `+=`: more targets, then the value. */
static void read_assigned(struct kind_reader *reader, struct verdict *verdict, enum grade old) {
    struct value value = {.grade = GRADE_CODE};
    size_t targets = 0;
    do {
        targets = reader->target_count;
        reader_advance(reader);
        reader->bare = true;
        reader->is_table = !all_dunder(reader);
        value = read_expression_list(reader);
        reader->is_table = false;
    } while (!reader->code && token_is_op(reader, "=") && reader->bare);
    if (old > value.grade)
        value.grade = old;
    if (value.grade == GRADE_CODE || (value.grade == GRADE_PARAMETER && reader->functions == 0))
        reader->code = true;
    bind_targets(reader, targets, &value);
    if (value.namespace)
        verdict->namespace = true;
    else
        note_kind(verdict, value.grade <= GRADE_CONSTANT ? KIND_CONSTANT : KIND_STUB);
}

static bool is_augmented(const struct kind_reader *reader) {
    struct span op = reader->token.type == PY_OP ? reader->token.text : SPAN_EMPTY;
    return op.len > 1 && span_ends(op, "=") && !span_is(op, "==") && !span_is(op, "!=") &&
           !span_is(op, "<=") && !span_is(op, ">=") && !span_is(op, ":=");
}

/* String literals and nothing else. */
static bool is_docstring(const struct value *value) {
    return value->grade == GRADE_LITERAL && value->text && value->callee == CALLEE_UNKNOWN;
}

/* An expression, an assignment, or an annotated name. */
static void read_expression_statement(struct kind_reader *reader, struct verdict *verdict) {
    reader->bare = true;
    reader->target_count = 0;
    struct value value = read_expression_list(reader);
    bool annotated = !reader->code && token_is_op(reader, ":") && reader->bare;
    if (annotated) {
        size_t targets = reader->target_count;
        reader_advance(reader);
        reader->bare = false;
        read_harmless(reader, false);
        reader->target_count = targets;
        reader->bare = true;
        note_kind(verdict, KIND_CONSTANT);
    }
    if (reader->code)
        return;
    if (reader->declaring && (annotated || token_is_op(reader, "=")) && !all_dunder(reader))
        reader->code = true;
    else if (token_is_op(reader, "=") && reader->bare)
        read_assigned(reader, verdict, GRADE_LITERAL);
    else if (is_augmented(reader) && reader->bare)
        read_assigned(reader, verdict, value.grade);
    else if (value.namespace)
        verdict->namespace = true;
    else if (!annotated && value.grade > GRADE_LITERAL)
        note_kind(verdict, KIND_STUB);
    else if (!annotated && !is_docstring(&value))
        verdict->weak = true;
}

static void read_return(struct kind_reader *reader, struct verdict *verdict) {
    reader_advance(reader);
    note_kind(verdict, KIND_STUB);
    if (token_ends_statement(reader))
        return;
    reader->bare = false;
    reader->is_table = true;
    struct value value = read_expression_list(reader);
    reader->is_table = false;
    if (value.grade > GRADE_OWN || reader->functions == 0)
        reader->code = true;
}

static void read_raise(struct kind_reader *reader, struct verdict *verdict) {
    reader_advance(reader);
    note_kind(verdict, KIND_STUB);
    reader->bare = false;
    if (token_ends_statement(reader))
        return;
    if (reader->token.type == PY_NAME)
        read_called_name(reader);
    else
        read_harmless(reader, false);
    while (!reader->code && (token_is_op(reader, ",") || token_is_name(reader, "from"))) {
        reader_advance(reader);
        read_harmless(reader, false);
    }
}

/* del: names only. */
static void read_names(struct kind_reader *reader, struct verdict *verdict) {
    note_kind(verdict, KIND_STUB);
    do {
        reader_advance(reader);
        take_name(reader);
    } while (!reader->code && token_is_op(reader, ","));
}

static void read_assert(struct kind_reader *reader, struct verdict *verdict) {
    note_kind(verdict, KIND_STUB);
    reader_advance(reader);
    reader->bare = false;
    if (read_harmless(reader, true) >= GRADE_PARAMETER)
        reader->code = true;
}

/* Python 2's print: followed by neither a bracket nor what could continue an expression. */
static bool is_print_statement(struct kind_reader *reader) {
    if (!token_is_name(reader, "print") || scope_find(&reader->scope, reader->token.text) != NULL)
        return false;
    struct python_lexer ahead = reader->lexer;
    struct python_token next;
    python_lexer_next(&ahead, &next);
    return next.type == PY_STRING || next.type == PY_NUMBER || next.type == PY_NAME ||
           next.type == PY_NEWLINE || next.type == PY_COMMENT ||
           (next.type == PY_OP && span_is(next.text, ">>"));
}

static void read_print(struct kind_reader *reader, struct verdict *verdict) {
    note_kind(verdict, KIND_STUB);
    reader->bare = false;
    reader_advance(reader);
    if (token_is_op(reader, ">>"))
        reader_advance(reader);
    if (!token_ends_statement(reader) && read_harmless(reader, true) > GRADE_OWN)
        reader->code = true;
}

static void read_small(struct kind_reader *reader, struct verdict *verdict) {
    struct span word = reader->token.type == PY_NAME ? reader->token.text : SPAN_EMPTY;
    if (span_is(word, "import")) {
        read_import(reader, verdict);
    } else if (span_is(word, "from")) {
        read_from_import(reader, verdict);
    } else if (span_is(word, "pass")) {
        verdict->weak = true;
        reader_advance(reader);
    } else if (span_is(word, "return")) {
        read_return(reader, verdict);
    } else if (span_is(word, "raise")) {
        read_raise(reader, verdict);
    } else if (span_is(word, "assert")) {
        read_assert(reader, verdict);
    } else if (span_is(word, "global") || span_is(word, "nonlocal")) {
        reader->code = true; /* what a function changes outlives it */
    } else if (span_is(word, "del")) {
        read_names(reader, verdict);
    } else if (is_print_statement(reader)) {
        read_print(reader, verdict);
    } else {
        read_expression_statement(reader, verdict);
    }
}

void read_simple_line(struct kind_reader *reader, struct verdict *verdict) {
    while (!reader->code) {
        read_small(reader, verdict);
        if (!reader->code && token_is_op(reader, ";")) {
            reader_advance(reader);
            if (reader->token.type != PY_NEWLINE && reader->token.type != PY_END)
                continue;
        }
        if (reader->token.type == PY_NEWLINE)
            reader_advance(reader);
        else if (reader->token.type != PY_END)
            reader->code = true;
        return;
    }
}
