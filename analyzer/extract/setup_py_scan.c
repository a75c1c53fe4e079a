/*
 * setup_py_scan: one pass over the statements of a setup.py. It notes in
 * which block each name is bound or changed, and where setup() is called.
 * Nothing is evaluated here.
 */
#include "extract/setup_py_parts.h"

#include <stdlib.h>

/* What a compound statement's suite is. */
enum suite {
    SUITE_SAME,   /* runs whenever its header does: with, if True, if __name__ == "__main__" */
    SUITE_BRANCH, /* may run or not, once or more */
    SUITE_SCOPE   /* a def or class */
};

struct scan {
    struct setup_file *file;
    uint32_t stack[PYTHON_INDENTS_MAX + 1]; /* open blocks, the module's first */
    uint32_t depth;
    enum suite next_suite;          /* of the header just read */
    struct setup_range next_params; /* of the def just read */
    bool memory_out;
};

static void bind(struct scan *scan, struct setup_binding binding) {
    struct setup_file *file = scan->file;
    struct setup_binding *place =
        arena_push(file->arena, (void **)&file->bindings, &file->binding_count,
                   &file->binding_capacity, sizeof *file->bindings);
    if (place == NULL)
        scan->memory_out = true;
    else
        *place = binding;
}

static void bind_unknown(struct scan *scan, uint32_t token, uint32_t block) {
    bind(scan, (struct setup_binding){
                   .name = setup_text(scan->file, token), .block = block, .how = BIND_UNKNOWN});
}

static uint32_t add_block(struct scan *scan, uint32_t parent, bool is_scope) {
    struct setup_file *file = scan->file;
    struct setup_block *place = arena_push(file->arena, (void **)&file->blocks, &file->block_count,
                                           &file->block_capacity, sizeof *file->blocks);
    if (place == NULL) {
        scan->memory_out = true;
        return parent;
    }
    uint32_t block = (uint32_t)(file->block_count - 1);
    *place = (struct setup_block){.parent = parent,
                                  .scope = is_scope ? block : file->blocks[parent].scope};
    return block;
}

/* Names in a range that are bound there: targets of for, tuples, parameters. */
static void bind_names(struct scan *scan, struct setup_range range, uint32_t block) {
    const struct setup_file *file = scan->file;
    for (uint32_t i = range.from; i < range.to; i++)
        if (setup_is_name(file, i) && setup_op(file, i + 1) != '.' &&
            (i == range.from || file->tokens[i - 1].op != '.'))
            bind_unknown(scan, i, block);
}

static void bind_parameters(struct scan *scan, struct setup_range params, uint32_t block) {
    const struct setup_file *file = scan->file;
    uint32_t i = params.from;
    while (i < params.to) {
        uint32_t end = setup_find(file, (struct setup_range){i, params.to}, ',');
        while (i < end && !setup_is_name(file, i))
            i++;
        if (i < end)
            bind_unknown(scan, i, block);
        i = end + 1;
    }
}

static uint32_t open_suite(struct scan *scan, uint32_t parent) {
    uint32_t block = parent;
    if (scan->next_suite != SUITE_SAME)
        block = add_block(scan, parent, scan->next_suite == SUITE_SCOPE);
    if (scan->next_suite == SUITE_SCOPE)
        bind_parameters(scan, scan->next_params, block);
    scan->next_suite = SUITE_SAME;
    scan->next_params = (struct setup_range){0, 0};
    return block;
}

static bool is_setup_module(const struct setup_file *file, uint32_t token) {
    return setup_is_word(file, token, "setuptools") || setup_is_word(file, token, "core") ||
           (setup_is_name(file, token) &&
            span_list_has(&file->module_names, setup_text(file, token)));
}

static bool is_setup_call(const struct setup_file *file, uint32_t i) {
    if (!setup_is_name(file, i) || setup_op(file, i + 1) != '(')
        return false;
    if (i > 0 && (setup_is_word(file, i - 1, "def") || setup_is_word(file, i - 1, "class")))
        return false;
    if (i > 0 && file->tokens[i - 1].op == '.')
        return setup_is_word(file, i, "setup") && i > 1 && is_setup_module(file, i - 2);
    return setup_is_word(file, i, "setup") ||
           span_list_has(&file->setup_names, setup_text(file, i));
}

static void find_calls(struct scan *scan, struct setup_range range, uint32_t block) {
    struct setup_file *file = scan->file;
    for (uint32_t i = range.from; i < range.to; i++) {
        if (!is_setup_call(file, i))
            continue;
        if (file->call_count == SETUP_PY_CALLS_MAX)
            file->is_cut = true;
        else
            file->calls[file->call_count++] = (struct setup_call){i + 1, block};
    }
}

static void add_alias(struct scan *scan, struct span_list *list, uint32_t token) {
    if (list->count < SETUP_PY_ALIASES_MAX &&
        !span_list_add(list, scan->file->arena, setup_text(scan->file, token)))
        scan->memory_out = true;
}

/* import a, b.c as d / from x import a, (b as c) */
static void read_import(struct scan *scan, struct setup_range range, uint32_t block) {
    struct setup_file *file = scan->file;
    bool is_from = setup_is_word(file, range.from, "from");
    uint32_t i = range.from;
    while (is_from && i < range.to && !setup_is_word(file, i, "import"))
        i++;
    for (i++; i < range.to; i++) {
        if (!setup_is_name(file, i))
            continue;
        uint32_t first = i, last = i;
        while (setup_op(file, last + 1) == '.' && setup_is_name(file, last + 2))
            last += 2;
        bool is_renamed = setup_is_word(file, last + 1, "as") && setup_is_name(file, last + 2);
        i = is_renamed ? last + 2 : last;
        if (is_from && setup_is_word(file, first, "setup"))
            add_alias(scan, &file->setup_names, i);
        else if (is_renamed &&
                 (setup_is_word(file, first, "setuptools") || setup_is_word(file, last, "core")))
            add_alias(scan, &file->module_names, i);
        bind_unknown(scan, is_renamed ? i : first, block);
    }
}

/* Which name, and which of its keys, a target or the receiver of a method means. */
struct place {
    bool is_known;
    uint32_t name;
    struct setup_range key; /* empty: the name itself */
    uint32_t end;           /* behind it */
};

static struct place read_place(const struct setup_file *file, struct setup_range range) {
    struct place place = {.name = range.from, .end = range.from + 1};
    if (range.from >= range.to || !setup_is_name(file, range.from))
        return place;
    place.is_known = true;
    if (place.end < range.to && file->tokens[place.end].op == '[') {
        place.key = setup_inside(file, place.end, range.to);
        place.end = place.key.to + 1;
    }
    return place;
}

static void bind_target(struct scan *scan, struct setup_range target, struct setup_range value,
                        uint32_t block) {
    const struct setup_file *file = scan->file;
    target.to = setup_find(file, target, ':');
    struct place place = read_place(file, target);
    if (!place.is_known || setup_find(file, target, ',') < target.to) {
        bind_names(scan, target, block);
        return;
    }
    struct setup_binding binding = {.name = setup_text(file, place.name),
                                    .value = value,
                                    .key = place.key,
                                    .block = block,
                                    .how = BIND_VALUE};
    bool has_key = place.end > place.name + 1;
    if (place.end < target.to && !has_key)
        return; /* an attribute: no name changes */
    if (has_key)
        binding.how = place.end < target.to ? CHANGE_UNKNOWN : CHANGE_ITEM;
    bind(scan, binding);
}

/* name += value and its kin, name[key] too. */
static void read_augmented(struct scan *scan, struct setup_range range, uint32_t op,
                           uint32_t block) {
    const struct setup_file *file = scan->file;
    struct place place = read_place(file, (struct setup_range){range.from, op});
    if (!place.is_known)
        return;
    struct span text = setup_text(file, op);
    bool is_whole = place.end >= op;
    enum binding_how how = !is_whole             ? CHANGE_UNKNOWN
                           : span_is(text, "+=") ? CHANGE_EXTEND
                           : span_is(text, "|=") ? CHANGE_UPDATE
                                                 : CHANGE_UNKNOWN;
    if (!is_whole && place.key.from == place.key.to)
        return; /* an attribute */
    bind(scan, (struct setup_binding){.name = setup_text(file, place.name),
                                      .value = {op + 1, range.to},
                                      .key = place.key,
                                      .block = block,
                                      .how = how});
}

/* name.method(...) as a statement, where the method changes a list or dict. */
static void read_method(struct scan *scan, struct setup_range range, uint32_t block) {
    static const struct {
        const char *name;
        enum binding_how how;
        bool takes_key; /* the first argument is a key */
    } methods[] = {{"append", CHANGE_APPEND, false},     {"extend", CHANGE_EXTEND, false},
                   {"update", CHANGE_UPDATE, false},     {"insert", CHANGE_UNKNOWN, false},
                   {"remove", CHANGE_UNKNOWN, false},    {"clear", CHANGE_UNKNOWN, false},
                   {"add", CHANGE_APPEND, false},        {"setdefault", CHANGE_UNKNOWN, true},
                   {"pop", CHANGE_UNKNOWN, true},        {"popitem", CHANGE_UNKNOWN, false},
                   {"__setitem__", CHANGE_UNKNOWN, true}};
    const struct setup_file *file = scan->file;
    struct place place = read_place(file, range);
    uint32_t dot = place.end;
    if (!place.is_known || dot + 2 >= range.to || file->tokens[dot].op != '.' ||
        file->tokens[dot + 2].op != '(')
        return;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!setup_is_word(file, dot + 1, methods[i].name))
            continue;
        struct setup_range arguments = setup_inside(file, dot + 2, range.to);
        struct setup_range key = place.key;
        if (methods[i].takes_key && key.from == key.to)
            key = (struct setup_range){arguments.from, setup_find(file, arguments, ',')};
        bind(scan, (struct setup_binding){.name = setup_text(file, place.name),
                                          .value = arguments,
                                          .key = key,
                                          .block = block,
                                          .how = methods[i].how});
        return;
    }
}

static bool is_augmented(struct span op) {
    return op.len >= 2 && op.at[op.len - 1] == '=' && op.at[0] != '=' && op.at[0] != '!' &&
           op.at[0] != ':' && !span_is(op, "<=") && !span_is(op, ">=");
}

/* Assignments, chained ones too, and methods that change their object. */
static void read_assignment(struct scan *scan, struct setup_range range, uint32_t block) {
    const struct setup_file *file = scan->file;
    uint32_t last = range.to;
    for (uint32_t i = range.from; i < range.to; i = setup_skip(file, i)) {
        if (file->tokens[i].op == '=') {
            last = i;
        } else if (file->tokens[i].type == PY_OP && is_augmented(setup_text(file, i))) {
            read_augmented(scan, range, i, block);
            return;
        }
    }
    if (last == range.to) {
        read_method(scan, range, block);
        return;
    }
    uint32_t from = range.from;
    while (from <= last) {
        uint32_t equals = setup_find(file, (struct setup_range){from, range.to}, '=');
        bind_target(scan, (struct setup_range){from, equals},
                    (struct setup_range){last + 1, range.to}, block);
        from = equals + 1;
    }
}

/* del name, other / del name[key] */
static void read_del(struct scan *scan, struct setup_range range, uint32_t block) {
    struct place place = read_place(scan->file, range);
    if (!place.is_known || place.key.from >= place.key.to)
        bind_names(scan, range, block);
    else
        bind(scan, (struct setup_binding){.name = setup_text(scan->file, place.name),
                                          .key = place.key,
                                          .block = block,
                                          .how = CHANGE_UNKNOWN});
}

/* exec(code, names), exec code in names: what runs there may change them. */
static void read_exec(struct scan *scan, struct setup_range range, uint32_t block) {
    const struct setup_file *file = scan->file;
    for (uint32_t i = range.from + 1; i < range.to; i++)
        if (setup_is_name(file, i) && file->tokens[i - 1].op != '.')
            bind(scan, (struct setup_binding){
                           .name = setup_text(file, i), .block = block, .how = CHANGE_UNKNOWN});
}

static void read_simple(struct scan *scan, struct setup_range range, uint32_t block) {
    const struct setup_file *file = scan->file;
    if (setup_is_word(file, range.from, "import") || setup_is_word(file, range.from, "from")) {
        read_import(scan, range, block);
        return;
    }
    find_calls(scan, range, block);
    bool is_global = setup_is_word(file, range.from, "global");
    struct setup_range behind = {range.from + 1, range.to};
    if (is_global || setup_is_word(file, range.from, "nonlocal")) {
        bind_names(scan, behind, is_global ? 0 : block);
        return;
    }
    if (setup_is_word(file, range.from, "del")) {
        read_del(scan, behind, block);
        return;
    }
    if (setup_is_word(file, range.from, "exec") || setup_is_word(file, range.from, "execfile"))
        read_exec(scan, range, block);
    else
        read_assignment(scan, range, block);
}

static bool ends_statement(const struct setup_file *file, uint32_t i) {
    unsigned char type = file->tokens[i].type;
    return type == PY_NEWLINE || type == PY_INDENT || type == PY_DEDENT ||
           file->tokens[i].op == ';';
}

static uint32_t statement_end(const struct setup_file *file, uint32_t from) {
    uint32_t i = from;
    while (i < file->token_count && !ends_statement(file, i))
        i = setup_skip(file, i);
    return i < file->token_count ? i : file->token_count;
}

/* if True / if 1 / if __name__ == ...: always, as far as a build goes. */
static bool is_always(const struct setup_file *file, struct setup_range test) {
    if (test.to - test.from == 1)
        return setup_is_word(file, test.from, "True") || span_is(setup_text(file, test.from), "1");
    return setup_is_word(file, test.from, "__name__") && test.to - test.from == 3;
}

/* Whether a statement is compound by its first word, and what its suite is. */
static bool classify(const struct setup_file *file, uint32_t from, uint32_t colon,
                     enum suite *suite) {
    static const char *const branches[] = {"if",  "elif",   "else",    "for",   "while",
                                           "try", "except", "finally", "match", "case"};
    *suite = SUITE_BRANCH;
    if (setup_is_word(file, from, "def") || setup_is_word(file, from, "class"))
        *suite = SUITE_SCOPE;
    else if (setup_is_word(file, from, "with") ||
             (setup_is_word(file, from, "if") &&
              is_always(file, (struct setup_range){from + 1, colon})))
        *suite = SUITE_SAME;
    else {
        for (size_t i = 0; i < sizeof branches / sizeof *branches; i++)
            if (setup_is_word(file, from, branches[i]))
                return true;
        return false;
    }
    return true;
}

/* The names that a compound statement's header binds. */
static void read_header(struct scan *scan, struct setup_range header, uint32_t block) {
    const struct setup_file *file = scan->file;
    uint32_t from = header.from;
    find_calls(scan, header, block);
    if (scan->next_suite == SUITE_SCOPE && setup_is_name(file, from + 1)) {
        bind_unknown(scan, from + 1, block);
        if (setup_is_word(file, from, "def") && setup_op(file, from + 2) == '(')
            scan->next_params = setup_inside(file, from + 2, header.to);
    } else if (setup_is_word(file, from, "for")) {
        uint32_t in = from + 1;
        while (in < header.to && !setup_is_word(file, in, "in"))
            in++;
        bind_names(scan, (struct setup_range){from + 1, in}, block);
    } else {
        for (uint32_t i = from + 1; i + 1 < header.to; i++)
            if (setup_is_word(file, i, "as"))
                bind_names(scan, (struct setup_range){i + 1, i + 2}, block);
    }
}

/* One statement. Returns where the next begins. */
static uint32_t read_statement(struct scan *scan, uint32_t from) {
    const struct setup_file *file = scan->file;
    uint32_t block = scan->stack[scan->depth];
    uint32_t end = statement_end(file, from);
    uint32_t first = setup_is_word(file, from, "async") ? from + 1 : from;
    uint32_t colon = setup_find(file, (struct setup_range){first, end}, ':');
    if (colon == end || !classify(file, first, colon, &scan->next_suite)) {
        scan->next_suite = SUITE_SAME;
        read_simple(scan, (struct setup_range){from, end}, block);
        return end;
    }
    read_header(scan, (struct setup_range){first, colon}, block);
    if (colon + 1 == end)
        return end;
    uint32_t suite = open_suite(scan, block); /* on the same line */
    uint32_t next = colon + 1;
    for (;;) {
        read_simple(scan, (struct setup_range){next, end}, suite);
        if (end >= file->token_count || file->tokens[end].op != ';')
            return end;
        next = end + 1;
        end = statement_end(file, next);
    }
}

static int compare_bindings(const void *a, const void *b) {
    const struct setup_binding *left = a;
    const struct setup_binding *right = b;
    int order = span_compare(left->name, right->name);
    if (order != 0)
        return order;
    return left->name.at < right->name.at ? -1 : left->name.at > right->name.at;
}

bool setup_scan(struct setup_file *file) {
    struct scan scan = {.file = file};
    add_block(&scan, 0, false);
    uint32_t i = 0;
    while (i < file->token_count && !scan.memory_out) {
        unsigned char type = file->tokens[i].type;
        if (type == PY_INDENT && scan.depth < PYTHON_INDENTS_MAX) {
            uint32_t block = open_suite(&scan, scan.stack[scan.depth]);
            scan.stack[++scan.depth] = block;
        } else if (type == PY_DEDENT && scan.depth > 0) {
            scan.depth--;
        } else if (!ends_statement(file, i)) {
            i = read_statement(&scan, i);
            continue;
        }
        i++;
    }
    if (!scan.memory_out && file->binding_count > 1)
        qsort(file->bindings, file->binding_count, sizeof *file->bindings, compare_bindings);
    return !scan.memory_out;
}
