/*
 * setup_py_value: the value of an expression as far as it is literal: strings
 * side by side or added, lists, tuples, sets, dicts and dict(), names, and the
 * few calls that change nothing about what is said (list(), .split(), dedent()).
 * All else is VALUE_UNKNOWN; a list or dict with unknown parts keeps the known
 * ones and is dynamic.
 */
#include "extract/setup_py_parts.h"

#include "base/limits.h"
#include "python/literal.h"

/* An expression under way: the next token and the end of its range. */
struct cursor {
    struct setup_file *file;
    uint32_t at;
    uint32_t to;
    uint32_t block;
};

static const struct value unknown = {.kind = VALUE_UNKNOWN, .is_dynamic = true};

bool setup_work(struct setup_file *file, size_t steps) {
    if (file->work < steps) {
        file->work = 0;
        return false;
    }
    file->work -= steps;
    return true;
}

static unsigned char next_op(const struct cursor *cursor) {
    return cursor->at < cursor->to ? cursor->file->tokens[cursor->at].op : 0;
}

/* Passes the bracket at the cursor; returns what is inside. */
static struct setup_range pass_bracket(struct cursor *cursor) {
    struct setup_range inside = setup_inside(cursor->file, cursor->at, cursor->to);
    cursor->at = setup_skip(cursor->file, cursor->at);
    return inside;
}

/* Cuts the next element (up to a comma) off `rest`. False when nothing is left. */
static bool next_element(struct setup_file *file, struct setup_range *rest,
                         struct setup_range *element) {
    if (rest->from >= rest->to)
        return false;
    uint32_t comma = rest->from;
    size_t steps = 1;
    while (comma < rest->to && file->tokens[comma].op != ',') {
        comma = setup_skip(file, comma);
        steps++;
    }
    if (comma > rest->to)
        comma = rest->to;
    *element = (struct setup_range){rest->from, comma};
    rest->from = comma + 1;
    return setup_work(file, steps);
}

bool setup_next_argument(struct setup_file *file, struct setup_range *rest, struct span *keyword,
                         struct setup_range *value, unsigned *stars) {
    *keyword = SPAN_EMPTY;
    *stars = 0;
    if (!next_element(file, rest, value))
        return false;
    if (value->from >= value->to)
        return true;
    if (setup_is_name(file, value->from) && value->from + 1 < value->to &&
        file->tokens[value->from + 1].op == '=') {
        *keyword = setup_text(file, value->from);
        value->from += 2;
    } else if (span_is(setup_text(file, value->from), "**")) {
        *stars = 2;
        value->from++;
    } else if (file->tokens[value->from].op == '*') {
        *stars = 1;
        value->from++;
    }
    return true;
}

struct value setup_dict_call(struct setup_file *file, struct setup_range arguments,
                             uint32_t block) {
    struct value dict = {.kind = VALUE_DICT};
    struct setup_range range;
    struct span keyword;
    unsigned stars;
    while (setup_next_argument(file, &arguments, &keyword, &range, &stars)) {
        if (range.from >= range.to)
            continue;
        struct value item = stars == 1 ? unknown : setup_value(file, range, block);
        struct value key = {.kind = VALUE_STRING, .text = keyword};
        if (keyword.len > 0)
            value_put(file, &dict, key, item, true);
        else
            value_merge(file, &dict, &item, true);
    }
    dict.is_dynamic = dict.is_dynamic || file->work == 0;
    return dict;
}

static struct value read_list(struct cursor *cursor, struct setup_range rest) {
    struct setup_file *file = cursor->file;
    struct value list = {.kind = VALUE_LIST};
    struct setup_range element;
    while (next_element(file, &rest, &element)) {
        if (element.from >= element.to)
            continue;
        bool is_star = file->tokens[element.from].op == '*';
        element.from += is_star;
        struct value item = setup_value(file, element, cursor->block);
        list.is_dynamic = list.is_dynamic || item.is_dynamic;
        if (is_star)
            list = value_sum(file, list, item);
        else if (item.kind != VALUE_UNKNOWN)
            value_add(file, &list, item);
    }
    list.is_dynamic = list.is_dynamic || file->work == 0;
    return list;
}

static struct value read_dict(struct cursor *cursor, struct setup_range rest) {
    struct setup_file *file = cursor->file;
    struct value dict = {.kind = VALUE_DICT};
    struct setup_range element;
    while (next_element(file, &rest, &element)) {
        if (element.from >= element.to)
            continue;
        if (span_is(setup_text(file, element.from), "**")) {
            struct setup_range inner = {element.from + 1, element.to};
            struct value from = setup_value(file, inner, cursor->block);
            value_merge(file, &dict, &from, true);
            continue;
        }
        uint32_t colon = setup_find(file, element, ':');
        struct value key =
            setup_value(file, (struct setup_range){element.from, colon}, cursor->block);
        struct value item = unknown;
        if (colon < element.to)
            item = setup_value(file, (struct setup_range){colon + 1, element.to}, cursor->block);
        if (key.kind == VALUE_STRING)
            value_put(file, &dict, key, item, !key.is_dynamic);
        else if (key.kind != VALUE_CONSTANT && key.kind != VALUE_NONE)
            dict.is_dynamic = true;
    }
    dict.is_dynamic = dict.is_dynamic || file->work == 0;
    return dict;
}

/* A dict has a colon or stars in its first element; {} is one too. */
static struct value read_braces(struct cursor *cursor) {
    struct setup_file *file = cursor->file;
    struct setup_range inside = pass_bracket(cursor);
    struct setup_range rest = inside;
    struct setup_range element;
    if (!next_element(file, &rest, &element))
        return (struct value){.kind = VALUE_DICT, .is_dynamic = file->work == 0};
    bool is_dict = setup_find(file, element, ':') < element.to ||
                   (element.from < element.to && span_is(setup_text(file, element.from), "**"));
    return is_dict ? read_dict(cursor, inside) : read_list(cursor, inside);
}

/* (x) is x, (x,) and () are tuples. */
static struct value read_parentheses(struct cursor *cursor) {
    struct setup_range inside = pass_bracket(cursor);
    bool is_tuple = inside.from >= inside.to || setup_find(cursor->file, inside, ',') < inside.to;
    return is_tuple ? read_list(cursor, inside) : setup_value(cursor->file, inside, cursor->block);
}

/* The value of one string token behind those already in `sum`; false when it is no literal. */
static bool append_string(struct setup_file *file, uint32_t token, unsigned char *sum,
                          size_t *len) {
    struct span part;
    if (!python_string_value(file->arena, setup_text(file, token), &part))
        return false;
    if (part.len > 0)
        memcpy(sum + *len, part.at, part.len);
    *len += part.len;
    return true;
}

/* String tokens side by side are one string; one that is no literal makes all unknown. */
static struct value read_strings(struct cursor *cursor) {
    struct setup_file *file = cursor->file;
    uint32_t from = cursor->at;
    size_t bytes = 0; /* a value is never longer than its token */
    while (cursor->at < cursor->to && file->tokens[cursor->at].type == PY_STRING)
        bytes += file->tokens[cursor->at++].len;
    struct value value = {.kind = VALUE_STRING};
    if (!setup_work(file, bytes / 16 + (cursor->at - from)))
        return unknown;
    if (cursor->at - from == 1)
        return python_string_value(file->arena, setup_text(file, from), &value.text) ? value
                                                                                     : unknown;
    size_t len = 0;
    unsigned char *sum = arena_alloc_raw(file->arena, bytes);
    for (uint32_t i = from; i < cursor->at; i++)
        if (sum == NULL || !append_string(file, i, sum, &len))
            return unknown;
    value.text = span_of(sum, len);
    return value;
}

/* The first argument's value, when the call has one and no keywords. */
static struct value only_argument(struct cursor *cursor, struct setup_range arguments) {
    uint32_t comma = setup_find(cursor->file, arguments, ',');
    if (arguments.from >= arguments.to || comma + 1 < arguments.to)
        return unknown;
    return setup_value(cursor->file, (struct setup_range){arguments.from, comma}, cursor->block);
}

/* find_packages("src"), find_packages(where="src", exclude=...) */
static struct value read_find(struct cursor *cursor, struct setup_range arguments) {
    struct value find = {.kind = VALUE_FIND, .text = SPAN(".")};
    struct setup_range range;
    struct span keyword;
    unsigned stars;
    for (bool first = true; setup_next_argument(cursor->file, &arguments, &keyword, &range, &stars);
         first = false) {
        bool is_where = keyword.len > 0 ? span_is(keyword, "where") : first && stars == 0;
        if (!is_where || range.from >= range.to)
            continue;
        struct value where = setup_value(cursor->file, range, cursor->block);
        if (where.kind != VALUE_STRING || where.is_dynamic)
            return unknown;
        if (where.text.len > 0)
            find.text = where.text;
    }
    return find;
}

static struct value read_call(struct cursor *cursor, struct span function) {
    struct setup_range arguments = pass_bracket(cursor);
    if (span_is(function, "dict"))
        return setup_dict_call(cursor->file, arguments, cursor->block);
    if (span_is(function, "OrderedDict") && arguments.from >= arguments.to)
        return (struct value){.kind = VALUE_DICT};
    if (span_is(function, "find_packages") || span_is(function, "find_namespace_packages") ||
        span_is(function, "find"))
        return read_find(cursor, arguments);
    bool is_sequence = span_is(function, "list") || span_is(function, "tuple") ||
                       span_is(function, "set") || span_is(function, "sorted");
    if (is_sequence && arguments.from >= arguments.to)
        return (struct value){.kind = VALUE_LIST};
    if (is_sequence || span_is(function, "dedent") || span_is(function, "cleandoc")) {
        struct value value = only_argument(cursor, arguments);
        bool fits = is_sequence ? value.kind == VALUE_LIST || value.kind == VALUE_FIND
                                : value.kind == VALUE_STRING;
        return fits ? value : unknown;
    }
    return unknown;
}

/* A name, a dotted name, or a call of either. */
static struct value read_name(struct cursor *cursor) {
    struct setup_file *file = cursor->file;
    struct span name = setup_text(file, cursor->at++);
    if (span_is(name, "None"))
        return (struct value){.kind = VALUE_NONE};
    if (span_is(name, "True") || span_is(name, "False"))
        return (struct value){.kind = VALUE_CONSTANT, .text = name};
    if (python_is_keyword(name))
        return unknown;
    if (next_op(cursor) == '(')
        return read_call(cursor, name);
    uint32_t at = cursor->at;
    struct span last = name;
    while (at + 1 < cursor->to && file->tokens[at].op == '.' && setup_is_name(file, at + 1)) {
        last = setup_text(file, at + 1);
        at += 2;
    }
    struct value value = setup_name_value(file, name, cursor->block);
    if (value.kind != VALUE_UNKNOWN || at == cursor->at)
        return value; /* what follows is a method of the value */
    cursor->at = at;
    return next_op(cursor) == '(' ? read_call(cursor, last) : unknown;
}

/* "a b".split() and splitlines() */
static struct value split_text(struct setup_file *file, struct span text, bool by_line) {
    struct value list = {.kind = VALUE_LIST};
    size_t at = 0;
    struct span rest = text, piece;
    if (by_line) {
        while (span_next_line(&rest, &piece))
            value_add(file, &list, (struct value){.kind = VALUE_STRING, .text = piece});
        return list;
    }
    while (at < text.len) {
        size_t end = at;
        while (end < text.len && !ascii_is_space(text.at[end]))
            end++;
        piece = span_slice(text, at, end);
        if (end > at)
            value_add(file, &list, (struct value){.kind = VALUE_STRING, .text = piece});
        at = end + 1;
    }
    return list;
}

/* value.method(): only those that take nothing and say nothing new. */
static struct value read_method(struct cursor *cursor, struct value value) {
    struct setup_file *file = cursor->file;
    uint32_t name = ++cursor->at;
    if (name >= cursor->to || !setup_is_name(file, name))
        return unknown;
    struct span method = setup_text(file, name);
    cursor->at++;
    if (next_op(cursor) != '(')
        return unknown;
    struct setup_range arguments = pass_bracket(cursor);
    bool is_plain = arguments.from >= arguments.to && !value.is_dynamic;
    if (is_plain && value.kind == VALUE_STRING) {
        if (span_is(method, "split") || span_is(method, "splitlines"))
            return split_text(file, value.text, span_is(method, "splitlines"));
        if (span_is(method, "strip")) {
            value.text = span_trim(value.text);
            return value;
        }
    }
    bool is_copy = (value.kind == VALUE_DICT || value.kind == VALUE_LIST) &&
                   arguments.from >= arguments.to && span_is(method, "copy");
    return is_copy ? value : unknown;
}

/* dict[key]: all that it may be. */
static struct value read_subscript(struct cursor *cursor, const struct value *dict) {
    struct setup_file *file = cursor->file;
    struct setup_range inside = pass_bracket(cursor);
    if (dict->kind != VALUE_DICT)
        return unknown;
    struct value key = setup_value(file, inside, cursor->block);
    if (key.kind != VALUE_STRING || !setup_work(file, dict->count))
        return unknown;
    struct value found = unknown;
    size_t matches = 0;
    for (size_t i = 0; i + 1 < dict->count; i += 2)
        if (span_equal(dict->items[i].text, key.text) && matches++ == 0)
            found = dict->items[i + 1];
        else if (span_equal(dict->items[i].text, key.text))
            value_add_choice(file, &found, dict->items[i + 1]);
    found.is_dynamic = found.is_dynamic || dict->is_dynamic || matches > 1;
    return found;
}

static struct value read_term(struct cursor *cursor) {
    struct setup_file *file = cursor->file;
    struct value value = unknown;
    const struct setup_token *token = &file->tokens[cursor->at];
    if (token->type == PY_STRING)
        value = read_strings(cursor);
    else if (token->type == PY_NAME)
        value = read_name(cursor);
    else if (token->op == '[')
        value = read_list(cursor, pass_bracket(cursor));
    else if (token->op == '(')
        value = read_parentheses(cursor);
    else if (token->op == '{')
        value = read_braces(cursor);
    else if (token->type == PY_NUMBER)
        value = (struct value){.kind = VALUE_CONSTANT, .text = setup_text(file, cursor->at++)};
    else
        cursor->at++;
    while (setup_work(file, 1)) {
        if (next_op(cursor) == '.')
            value = read_method(cursor, value);
        else if (next_op(cursor) == '[')
            value = read_subscript(cursor, &value);
        else if (next_op(cursor) == '(') {
            pass_bracket(cursor);
            value = unknown;
        } else
            return value;
    }
    return unknown;
}

static struct value read_sum(struct cursor *cursor) {
    struct setup_file *file = cursor->file;
    struct value sum = read_term(cursor);
    for (;;) {
        unsigned char op = next_op(cursor);
        if ((op != '+' && op != '|') || cursor->at + 1 >= cursor->to)
            break;
        cursor->at++;
        struct value term = read_term(cursor);
        if (op == '+') {
            sum = value_sum(file, sum, term);
        } else if (sum.kind == VALUE_DICT) {
            struct value merged = {.kind = VALUE_DICT};
            value_merge(file, &merged, &sum, true);
            value_merge(file, &merged, &term, true);
            sum = merged;
        } else {
            sum = unknown;
        }
    }
    return cursor->at < cursor->to ? unknown : sum; /* a conditional, %, a comparison... */
}

struct value setup_value(struct setup_file *file, struct setup_range range, uint32_t block) {
    if (range.from >= range.to || file->depth == NESTING_MAX || !setup_work(file, 1))
        return unknown;
    file->depth++;
    struct cursor cursor = {file, range.from, range.to, block};
    bool is_tuple = setup_find(file, range, ',') < range.to; /* without parentheses */
    struct value value = is_tuple ? read_list(&cursor, range) : read_sum(&cursor);
    file->depth--;
    return value;
}
