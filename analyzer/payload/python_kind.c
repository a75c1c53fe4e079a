/* python_kind: see python_kind.h. Compound statements; the others are in small_statement.c. */
#include "payload/python_kind.h"

#include "base/limits.h"
#include "payload/kind_reader.h"

static void read_statement(struct kind_reader *reader, struct verdict *verdict);

/* --- blocks --------------------------------------------------------------------------------- */

/* From the colon to the end of the block. */
static void read_block(struct kind_reader *reader, struct verdict *verdict) {
    expect_op(reader, ":");
    if (reader->code || ++reader->nested > NESTING_MAX) {
        reader->code = true;
        return;
    }
    if (reader->token.type != PY_NEWLINE) {
        read_simple_line(reader, verdict);
    } else {
        reader_advance(reader);
        if (reader->token.type != PY_INDENT)
            reader->code = true;
        reader_advance(reader);
        while (!reader->code && reader->token.type != PY_DEDENT && reader->token.type != PY_END)
            read_statement(reader, verdict);
        if (reader->token.type == PY_DEDENT)
            reader_advance(reader);
    }
    reader->nested--;
}

/* `if`, `elif`; the condition may look at constants and imports only. */
static void read_if(struct kind_reader *reader, struct verdict *verdict) {
    do {
        reader_advance(reader);
        enum grade grade = read_harmless(reader, false);
        if (grade > GRADE_ATTRIBUTE || grade == GRADE_OWN)
            reader->code = true;
        read_block(reader, verdict);
    } while (!reader->code && token_is_name(reader, "elif"));
    if (!reader->code && token_is_name(reader, "else")) {
        reader_advance(reader);
        read_block(reader, verdict);
    }
}

static void read_try(struct kind_reader *reader, struct verdict *verdict) {
    reader_advance(reader);
    read_block(reader, verdict);
    while (!reader->code) {
        bool except = token_is_name(reader, "except");
        if (!except && !token_is_name(reader, "else") && !token_is_name(reader, "finally"))
            return;
        reader_advance(reader);
        if (except && !token_is_op(reader, ":")) {
            if (read_harmless(reader, true) >= GRADE_PARAMETER)
                reader->code = true;
            if (token_is_name(reader, "as")) {
                reader_advance(reader);
                bind_name(reader, take_name(reader), GRADE_PARAMETER, CALLEE_FOREIGN);
            }
        }
        read_block(reader, verdict);
    }
}

/* --- definitions ---------------------------------------------------------------------------- */

static void read_parameters(struct kind_reader *reader) {
    expect_op(reader, "(");
    while (!reader->code && !token_is_op(reader, ")")) {
        if (token_is_op(reader, ",") || token_is_op(reader, "*") || token_is_op(reader, "**") ||
            token_is_op(reader, "/")) {
            reader_advance(reader);
            continue;
        }
        bind_name(reader, take_name(reader), GRADE_PARAMETER, CALLEE_FOREIGN);
        if (token_is_op(reader, ":")) {
            reader_advance(reader);
            read_harmless(reader, false);
        }
        if (token_is_op(reader, "=")) {
            reader_advance(reader);
            enum grade grade = read_harmless(reader, false);
            if (grade > GRADE_ATTRIBUTE || grade == GRADE_OWN)
                reader->code = true;
        }
    }
    reader_advance(reader);
}

static void skip_type_parameters(struct kind_reader *reader) {
    size_t count = 0;
    if (token_is_op(reader, "["))
        read_brackets(reader, &count);
}

/* Steps over `def` or `class`; whether a decorator stood before it. */
static bool begin_definition(struct kind_reader *reader) {
    bool decorated = reader->decorated;
    reader->decorated = false;
    if (++reader->definitions > STUB_DEFINITIONS_MAX)
        reader->code = true;
    reader_advance(reader);
    return decorated;
}

static void read_function(struct kind_reader *reader, struct verdict *verdict) {
    begin_definition(reader);
    bind_name(reader, take_name(reader), GRADE_NAME, CALLEE_OWN);
    size_t mark = scope_enter(&reader->scope);
    skip_type_parameters(reader);
    read_parameters(reader);
    if (token_is_op(reader, "->")) {
        reader_advance(reader);
        read_harmless(reader, false);
    }
    bool declaring = reader->declaring;
    reader->declaring = false;
    reader->functions++;
    read_block(reader, verdict);
    reader->functions--;
    reader->declaring = declaring;
    scope_leave(&reader->scope, mark);
    note_kind(verdict, KIND_STUB);
}

/* Whether making an instance of a class with this base runs nothing of others. */
static bool is_plain_base(const struct value *base) {
    if (base->callee == CALLEE_OWN)
        return true;
    struct span name = base->part_count == 1 ? base->parts[0] : SPAN_EMPTY;
    return base->callee == CALLEE_UNKNOWN && base->grade == GRADE_NAME &&
           (span_is(name, "object") || span_ends(name, "Exception") || span_ends(name, "Error") ||
            span_ends(name, "Warning"));
}

static bool read_bases(struct kind_reader *reader) {
    bool plain = true;
    reader_advance(reader);
    while (!reader->code && !token_is_op(reader, ")")) {
        if (token_is_op(reader, ",") || token_is_op(reader, "=")) {
            plain = plain && token_is_op(reader, ",");
            reader_advance(reader);
            continue;
        }
        struct value base = read_expression(reader);
        if (base.grade > GRADE_ATTRIBUTE || base.grade == GRADE_OWN)
            reader->code = true;
        plain = plain && is_plain_base(&base);
    }
    reader_advance(reader);
    return plain;
}

static void read_class(struct kind_reader *reader, struct verdict *verdict) {
    bool decorated = begin_definition(reader);
    struct span name = take_name(reader);
    skip_type_parameters(reader);
    bool plain = !token_is_op(reader, "(") || read_bases(reader);
    bind_name(reader, name, GRADE_NAME, plain ? CALLEE_OWN : CALLEE_FOREIGN);
    size_t mark = scope_enter(&reader->scope);
    bool declaring = reader->declaring;
    reader->declaring = declaring || decorated || !plain;
    read_block(reader, verdict);
    reader->declaring = declaring;
    scope_leave(&reader->scope, mark);
    note_kind(verdict, KIND_STUB);
}

static void read_decorator(struct kind_reader *reader) {
    reader_advance(reader);
    read_called_name(reader);
    reader->decorated = true;
    if (reader->token.type != PY_NEWLINE)
        reader->code = true;
    reader_advance(reader);
}

static void read_statement(struct kind_reader *reader, struct verdict *verdict) {
    struct span word = reader->token.type == PY_NAME ? reader->token.text : SPAN_EMPTY;
    if (reader->token.type == PY_NEWLINE) {
        reader_advance(reader);
    } else if (token_is_op(reader, "@")) {
        read_decorator(reader);
    } else if (span_is(word, "def")) {
        read_function(reader, verdict);
    } else if (span_is(word, "class")) {
        read_class(reader, verdict);
    } else if (span_is(word, "if")) {
        read_if(reader, verdict);
    } else if (span_is(word, "try")) {
        read_try(reader, verdict);
    } else if (span_is(word, "async")) {
        reader_advance(reader);
        if (!token_is_name(reader, "def"))
            reader->code = true;
    } else {
        read_simple_line(reader, verdict);
    }
}

/* --- a whole source ------------------------------------------------------------------------- */

/* Functions called before their definition was read must have turned up since. */
static bool pending_are_own(const struct kind_reader *reader) {
    for (size_t i = 0; i < reader->pending_count; i++) {
        const struct binding *found = scope_find(&reader->scope, reader->pending[i]);
        if (found == NULL || found->callee != CALLEE_OWN)
            return false;
    }
    return true;
}

enum payload_kind python_kind(struct span source, const struct span_list *own_names) {
    if (source.len > PYTHON_FILE_BYTES_MAX || !python_source_is_transparent(source))
        return KIND_CODE;
    struct kind_reader reader;
    memset(&reader, 0, offsetof(struct kind_reader, scope));
    scope_begin(&reader.scope);
    reader.own_names = own_names;
    python_lexer_begin(&reader.lexer, source);
    reader_advance(&reader);

    struct verdict verdict = {.kind = KIND_BLANK};
    while (!reader.code && reader.token.type != PY_END)
        read_statement(&reader, &verdict);
    if (reader.code || !pending_are_own(&reader))
        return KIND_CODE;
    if (verdict.weak && !verdict.namespace)
        note_kind(&verdict, KIND_STUB);
    return verdict.kind;
}

enum payload_kind python_kind_of_pyi(struct span source) {
    return python_kind(source, NULL) == KIND_BLANK ? KIND_BLANK : KIND_CODE;
}
