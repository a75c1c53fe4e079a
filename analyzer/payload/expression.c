/*
 * expression: grades one Python expression by what could happen when it is
 * evaluated. Operators are read flat, without precedence: the grade is the
 * highest of the parts, whatever binds tighter. See python_kind.h for the rules.
 */
#include "payload/kind_reader.h"

#include "base/limits.h"
#include "base/text.h"
#include "payload/python_kind.h"

static bool span_among(struct span s, const struct span *list) {
    for (; list->len > 0; list++)
        if (list->len == s.len && list->at[0] == s.at[0] && span_equal(s, *list))
            return true;
    return false;
}

static enum grade higher(enum grade a, enum grade b) {
    return a > b ? a : b;
}

static struct value value_of(enum grade grade) {
    return (struct value){.grade = grade};
}

static struct value code_value(struct kind_reader *reader) {
    reader->code = true;
    return value_of(GRADE_CODE);
}

void reader_advance(struct kind_reader *reader) {
    do
        python_lexer_next(&reader->lexer, &reader->token);
    while (reader->token.type == PY_NL || reader->token.type == PY_COMMENT);
    if (reader->token.type == PY_ERROR)
        reader->code = true;
}

static void count_literal(struct kind_reader *reader) {
    if (!reader->is_table)
        return;
    reader->literals++;
    reader->literal_bytes += reader->token.text.len;
    if (reader->literals > CONSTANT_LITERALS_MAX ||
        reader->literal_bytes > CONSTANT_LITERAL_BYTES_MAX)
        reader->code = true;
}

/* --- names ---------------------------------------------------------------------------------- */

static void add_parts(struct value *value, struct span dotted) {
    struct span part;
    while (span_next_piece(&dotted, '.', &part)) {
        if (value->part_count == DOTTED_MAX) {
            value->callee = CALLEE_FOREIGN;
            return;
        }
        value->parts[value->part_count++] = part;
    }
}

bool dotted_is(const struct value *value, const char *path) {
    struct span rest = span_text(path);
    struct span part;
    size_t i = 0;
    while (span_next_piece(&rest, '.', &part)) {
        if (i == value->part_count || !span_equal(value->parts[i], part))
            return false;
        i++;
    }
    return i > 0 && i == value->part_count;
}

static bool dotted_among(const struct value *value, const char *const *list) {
    if (value->part_count == 0)
        return false;
    struct span first = value->parts[0];
    for (; *list != NULL; list++)
        if (first.len > 0 && first.at[0] == (unsigned char)**list && dotted_is(value, *list))
            return true;
    return false;
}

static struct value value_of_name(struct kind_reader *reader, struct span name) {
    const struct binding *found = scope_find(&reader->scope, name);
    if (found == NULL) {
        bool dunder = name.len > 4 && span_starts(name, "__") && span_ends(name, "__");
        struct value value = value_of(dunder ? GRADE_CONSTANT : GRADE_NAME);
        add_parts(&value, name);
        return value;
    }
    struct value value = value_of(found->grade);
    value.callee = found->callee;
    if (found->module.len > 0) {
        add_parts(&value, found->module);
        add_parts(&value, found->member);
    }
    return value;
}

/* --- calls ---------------------------------------------------------------------------------- */

/* What prints, ends the program, or runs what the project itself made. */
static const char *const PRINTING[] = {"print",
                                       "sys.stdout.write",
                                       "sys.stderr.write",
                                       "sys.stdout.flush",
                                       "sys.stderr.flush",
                                       "warnings.warn",
                                       "click.echo",
                                       "typer.echo",
                                       "asyncio.run",
                                       "sys.exit",
                                       "exit",
                                       "quit",
                                       "SystemExit",
                                       NULL};
static const char *const OWN_VERSION[] = {"importlib.metadata.version",
                                          "importlib_metadata.version",
                                          "pkg_resources.get_distribution", NULL};
static const char *const NAMESPACE[] = {"pkg_resources.declare_namespace", "pkgutil.extend_path",
                                        NULL};
/* Built-ins that make a value of their arguments and do nothing else. */
static const char *const BUILDERS[] = {"object", "dict", "list", "set",   "frozenset",
                                       "tuple",  "str",  "int",  "float", "bool",
                                       "bytes",  "map",  NULL};
/* Methods of string literals that do nothing else. */
static const struct span TEXT_METHODS[] = {
    SPAN("format"), SPAN("join"),   SPAN("strip"),   SPAN("lower"),  SPAN("upper"), SPAN("title"),
    SPAN("split"),  SPAN("encode"), SPAN("replace"), SPAN("center"), SPAN_EMPTY};

/* A method or function whose name is written like a class may be a class with foreign bases. */
static bool names_function(const struct value *value) {
    struct span last = value->part_count > 0 ? value->parts[value->part_count - 1] : SPAN_EMPTY;
    return last.len > 0 && !(last.at[0] >= 'A' && last.at[0] <= 'Z');
}

/* `__import__("pkgutil")` stands for the module; of any other module, for code. */
static struct value read_dunder_import(struct kind_reader *reader) {
    reader_advance(reader);
    struct span text = reader->token.type == PY_STRING ? reader->token.text : SPAN_EMPTY;
    struct span inner = span_slice(text, 1, text.len > 0 ? text.len - 1 : 0);
    bool known = span_is(inner, "pkg_resources") || span_is(inner, "pkgutil");
    reader_advance(reader);
    if (!known || !token_is_op(reader, ")"))
        return code_value(reader);
    reader_advance(reader);
    struct value value = value_of(GRADE_NAME);
    add_parts(&value, inner);
    return value;
}

/* The value of a call; `value` is what is called, the token in hand is "(". */
static struct value read_call(struct kind_reader *reader, struct value value) {
    bool callee_known = value.callee != CALLEE_UNKNOWN;
    if (!callee_known && dotted_is(&value, "__import__"))
        return read_dunder_import(reader);
    bool printing = !callee_known && dotted_among(&value, PRINTING);
    bool table = reader->is_table;
    reader->is_table = table && !printing;
    size_t count = 0;
    enum grade arguments = read_brackets(reader, &count);
    reader->is_table = table;
    if (reader->code || arguments > (printing ? GRADE_OWN : GRADE_PARAMETER))
        return code_value(reader);

    struct value result = value_of(GRADE_OWN);
    if (value.callee == CALLEE_OWN || printing)
        result.text = true; /* Python 2: print ("%s") % x */
    else if (value.callee == CALLEE_OWN_IMPORT && count == 0 && names_function(&value))
        result.text = false;
    else if (callee_known)
        return code_value(reader);
    else if (dotted_among(&value, NAMESPACE))
        result.namespace = true;
    else if (dotted_among(&value, BUILDERS))
        result.grade = arguments <= GRADE_NAME ? GRADE_CONSTANT : GRADE_PARAMETER;
    else if (!dotted_among(&value, OWN_VERSION)) {
        bool pending = reader->functions > 0 && value.part_count == 1 &&
                       reader->pending_count < PENDING_CALLS_MAX;
        if (!pending)
            return code_value(reader);
        reader->pending[reader->pending_count++] = value.parts[0];
    }
    return result;
}

/* `"...".format(x)`; the token in hand is the method's name. */
static struct value read_text_method(struct kind_reader *reader, struct value value) {
    bool known = span_among(reader->token.text, TEXT_METHODS);
    reader_advance(reader);
    if (!known || !token_is_op(reader, "("))
        return code_value(reader);
    size_t count = 0;
    value.grade = higher(value.grade, read_brackets(reader, &count));
    return value;
}

static struct value read_attribute(struct kind_reader *reader, struct value value) {
    reader_advance(reader);
    if (reader->token.type != PY_NAME)
        return code_value(reader);
    if (value.text && value.grade != GRADE_OWN)
        return read_text_method(reader, value);
    if (value.grade <= GRADE_CONSTANT && value.part_count == 0)
        return code_value(reader); /* a method of a container does something */
    struct span name = reader->token.text;
    reader_advance(reader);
    if (value.grade == GRADE_OWN) {
        value.callee = CALLEE_OWN; /* a method of what this project made itself */
        return value;
    }
    value.grade = higher(value.grade, GRADE_ATTRIBUTE);
    if (value.part_count > 0 && value.callee != CALLEE_OWN)
        add_parts(&value, name);
    else
        value.callee = CALLEE_FOREIGN;
    if (dotted_is(&value, "sys.stdout") || dotted_is(&value, "sys.stderr"))
        value.grade = GRADE_NAME; /* where printing goes, no matter which */
    return value;
}

static struct value read_trailers(struct kind_reader *reader, struct value value) {
    while (!reader->code) {
        if (token_is_op(reader, "(")) {
            reader->bare = false;
            value = read_call(reader, value);
        } else if (token_is_op(reader, "[")) {
            reader->bare = false;
            size_t count = 0;
            enum grade grade = higher(value.grade, read_brackets(reader, &count));
            value = value_of(grade > GRADE_CONSTANT ? higher(grade, GRADE_ATTRIBUTE) : grade);
            value.callee = CALLEE_FOREIGN;
        } else if (token_is_op(reader, ".")) {
            reader->bare = false;
            value = read_attribute(reader, value);
        } else {
            return value;
        }
    }
    return value;
}

/* --- operands ------------------------------------------------------------------------------- */

/* The grade of `{field}`: a name, dotted or not, or a number; "!r", ":>8" and "=" may follow it. */
static enum grade field_grade(struct kind_reader *reader, struct span field) {
    size_t end = 0;
    while (end < field.len && field.at[end] != '!' && field.at[end] != ':' && field.at[end] != '=')
        end++;
    struct span name = span_trim(span_slice(field, 0, end));
    if (name.len == 0)
        return GRADE_CODE;
    for (size_t i = 0; i < name.len; i++)
        if (!ascii_is_alnum(name.at[i]) && name.at[i] != '_' && name.at[i] != '.')
            return GRADE_CODE;
    size_t dot = span_find(name, '.');
    if (ascii_is_digit(name.at[0]))
        return GRADE_LITERAL;
    struct value value = value_of_name(reader, span_slice(name, 0, dot));
    return dot < name.len ? higher(value.grade, GRADE_ATTRIBUTE) : value.grade;
}

/* The grade of a string token: of its replacement fields when it is an f-string. */
static enum grade string_grade(struct kind_reader *reader, struct span token) {
    size_t at = 0;
    bool formatted = false;
    for (; at < token.len && token.at[at] != '"' && token.at[at] != '\''; at++) {
        unsigned char letter = ascii_lower(token.at[at]);
        formatted = formatted || letter == 'f' || letter == 't';
    }
    enum grade grade = GRADE_LITERAL;
    while (formatted && at < token.len) {
        if (token.at[at++] != '{')
            continue;
        if (at < token.len && token.at[at] == '{') {
            at++;
            continue;
        }
        size_t from = at;
        while (at < token.len && token.at[at] != '}' && token.at[at] != '{')
            at++;
        if (at == token.len || token.at[at] == '{')
            return GRADE_CODE;
        grade = higher(grade, field_grade(reader, span_slice(token, from, at)));
    }
    return grade;
}

static struct value read_strings(struct kind_reader *reader) {
    struct value value = value_of(GRADE_LITERAL);
    value.text = true;
    reader->bare = false;
    while (reader->token.type == PY_STRING && !reader->code) {
        count_literal(reader);
        value.grade = higher(value.grade, string_grade(reader, reader->token.text));
        reader_advance(reader);
    }
    return value.grade == GRADE_CODE ? code_value(reader) : value;
}

/* lambda a, b: <what a function of a stub may return>. Its parameters are bound only to be
 * recognised. */
static struct value read_lambda(struct kind_reader *reader) {
    reader_advance(reader);
    size_t mark = scope_enter(&reader->scope);
    while (!reader->code && !token_is_op(reader, ":")) {
        if (reader->token.type == PY_NAME) {
            struct binding parameter = {
                .name = reader->token.text, .grade = GRADE_PARAMETER, .callee = CALLEE_FOREIGN};
            if (!scope_bind(&reader->scope, &parameter))
                reader->code = true;
        } else if (!token_is_op(reader, ",") && !token_is_op(reader, "*") &&
                   !token_is_op(reader, "**")) {
            reader->code = true;
        }
        reader_advance(reader);
    }
    reader_advance(reader);
    struct value value = read_expression(reader);
    scope_leave(&reader->scope, mark);
    if (value.grade > GRADE_OWN)
        return code_value(reader);
    value = value_of(GRADE_NAME);
    value.callee = CALLEE_FOREIGN;
    return value;
}

static struct value read_name(struct kind_reader *reader) {
    struct span name = reader->token.text;
    if (span_is(name, "None") || span_is(name, "True") || span_is(name, "False")) {
        reader->bare = false;
        count_literal(reader);
        reader_advance(reader);
        return value_of(GRADE_LITERAL);
    }
    if (span_is(name, "lambda")) {
        reader->bare = false;
        return read_lambda(reader);
    }
    if (python_is_keyword(name))
        return code_value(reader);
    if (reader->bare && reader->target_count < TARGETS_MAX)
        reader->targets[reader->target_count++] = name;
    else
        reader->bare = false;
    reader_advance(reader);
    return value_of_name(reader, name);
}

static struct value read_atom(struct kind_reader *reader) {
    if (reader->token.type == PY_STRING)
        return read_strings(reader);
    if (reader->token.type == PY_NAME)
        return read_name(reader);
    if (reader->token.type == PY_NUMBER || token_is_op(reader, "...")) {
        reader->bare = false;
        count_literal(reader);
        reader_advance(reader);
        return value_of(GRADE_LITERAL);
    }
    if (token_is_op(reader, "(") || token_is_op(reader, "[") || token_is_op(reader, "{")) {
        if (token_is_op(reader, "{"))
            reader->bare = false;
        size_t count = 0;
        struct value value = value_of(read_brackets(reader, &count));
        value.callee = CALLEE_FOREIGN;
        return value;
    }
    return code_value(reader);
}

static struct value read_operand(struct kind_reader *reader) {
    while (!reader->code && (token_is_op(reader, "-") || token_is_op(reader, "+") ||
                             token_is_op(reader, "~") || token_is_op(reader, "*") ||
                             token_is_op(reader, "**") || token_is_name(reader, "not"))) {
        if (!token_is_op(reader, "*"))
            reader->bare = false;
        reader_advance(reader);
    }
    if (reader->code || ++reader->nested > NESTING_MAX)
        return code_value(reader);
    struct value value = read_trailers(reader, read_atom(reader));
    reader->nested--;
    return value;
}

enum grade read_brackets(struct kind_reader *reader, size_t *count) {
    const char *close = token_is_op(reader, "(") ? ")" : token_is_op(reader, "[") ? "]" : "}";
    enum grade grade = GRADE_LITERAL;
    reader_advance(reader);
    while (!reader->code && !token_is_op(reader, close)) {
        if (token_is_op(reader, ",") || token_is_op(reader, ":") || token_is_op(reader, "=")) {
            if (!token_is_op(reader, ","))
                reader->bare = false;
            reader_advance(reader);
            continue;
        }
        struct value value = read_expression(reader);
        if (token_is_op(reader, "=")) /* the name of a keyword argument */
            continue;
        grade = higher(grade, value.grade);
        ++*count;
    }
    reader_advance(reader);
    return reader->code ? GRADE_CODE : grade;
}

/* --- operators ------------------------------------------------------------------------------ */

/* Steps over a binary operator; whether there was one. *joins: + or %, which build texts. */
static bool skip_operator(struct kind_reader *reader, bool *joins) {
    static const struct span WORDS[] = {SPAN("and"), SPAN("or"), SPAN("in"),   SPAN("not"),
                                        SPAN("is"),  SPAN("if"), SPAN("else"), SPAN_EMPTY};
    static const struct span SIGNS[] = {
        SPAN("+"),  SPAN("%"),  SPAN("-"),  SPAN("*"),  SPAN("/"),  SPAN("//"), SPAN("**"),
        SPAN("=="), SPAN("!="), SPAN("<"),  SPAN(">"),  SPAN("<="), SPAN(">="), SPAN("|"),
        SPAN("&"),  SPAN("^"),  SPAN("<<"), SPAN(">>"), SPAN("@"),  SPAN("<>"), SPAN_EMPTY};
    bool word = reader->token.type == PY_NAME && span_among(reader->token.text, WORDS);
    if (!word && !(reader->token.type == PY_OP && span_among(reader->token.text, SIGNS)))
        return false;
    *joins = !word && (token_is_op(reader, "+") || token_is_op(reader, "%"));
    bool may_pair = word && (token_is_name(reader, "not") || token_is_name(reader, "is"));
    reader_advance(reader);
    if (may_pair && (token_is_name(reader, "in") || token_is_name(reader, "not")))
        reader_advance(reader);
    return true;
}

struct value read_expression(struct kind_reader *reader) {
    struct value value = read_operand(reader);
    bool joins = false;
    while (!reader->code && skip_operator(reader, &joins)) {
        reader->bare = false;
        struct value right = read_operand(reader);
        bool text = joins && (value.text || right.text);
        enum grade grade = higher(value.grade, right.grade);
        /* What is worked out from parameters is more than a greeting. */
        if (grade >= GRADE_PARAMETER && !text)
            return code_value(reader);
        value = value_of(grade);
        value.text = text;
        value.callee = CALLEE_FOREIGN;
    }
    return value;
}

struct value read_expression_list(struct kind_reader *reader) {
    struct value value = read_expression(reader);
    while (!reader->code && token_is_op(reader, ",")) {
        reader_advance(reader);
        if (token_ends_statement(reader) || token_is_op(reader, "=") || token_is_op(reader, ":"))
            break;
        struct value right = read_expression(reader);
        bool namespace = value.namespace && right.namespace;
        value = value_of(higher(value.grade, right.grade));
        value.namespace = namespace;
        value.callee = CALLEE_FOREIGN;
    }
    return value;
}
