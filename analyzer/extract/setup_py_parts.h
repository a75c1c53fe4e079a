/*
 * setup_py_parts: what the rooms of setup.py reading share; nobody else
 * includes it.
 *
 *     setup_py_tokens   source -> tokens with their brackets paired
 *     setup_py_scan     tokens -> blocks, bindings of names, setup() calls
 *     setup_py_value    an expression -> its value, as far as it is literal
 *     setup_py_name     a name -> its value, from the bindings
 *     setup_py          the arguments of the calls -> struct setup_py
 */
#ifndef WINNOW_EXTRACT_SETUP_PY_PARTS_H
#define WINNOW_EXTRACT_SETUP_PY_PARTS_H

#include "base/limits.h"
#include "base/list.h"
#include "base/text.h"
#include "python/lexer.h"

struct setup_token {
    uint32_t at; /* place in the source */
    uint32_t len;
    uint32_t mate; /* of an open bracket: index of the closing one, or the number of tokens */
    unsigned char type;
    unsigned char op; /* an operator of one character, else 0 */
};

/* An indented suite, or the module itself (block 0). */
struct setup_block {
    uint32_t parent;
    uint32_t scope; /* the block of the nearest module, def or class: itself or one around it */
};

enum binding_how {
    BIND_VALUE,     /* name = value */
    BIND_UNKNOWN,   /* import, def, for, parameter... */
    CHANGE_ITEM,    /* name[key] = value */
    CHANGE_EXTEND,  /* name += value, name.extend(value) */
    CHANGE_APPEND,  /* name.append(value) */
    CHANGE_UPDATE,  /* name.update(arguments) */
    CHANGE_UNKNOWN, /* anything else that changes it */
};

/* Token ranges are [from, to); an empty key range means the change is of the name's own value. */
struct setup_range {
    uint32_t from;
    uint32_t to;
};

struct setup_binding {
    struct span name;
    struct setup_range value;
    struct setup_range key;
    uint32_t block;
    enum binding_how how;
    bool busy; /* under evaluation: a name that needs itself is unknown */
};

struct setup_call {
    uint32_t open; /* index of its '(' */
    uint32_t block;
};

struct setup_file {
    struct arena *arena;
    struct span source;
    struct setup_token *tokens;
    uint32_t token_count;
    bool is_cut; /* there were more tokens than SETUP_PY_TOKENS_MAX, or more calls than we read */
    struct setup_block *blocks;
    size_t block_count;
    size_t block_capacity;
    struct setup_binding *bindings; /* sorted by name after the scan */
    size_t binding_count;
    size_t binding_capacity;
    struct setup_call calls[SETUP_PY_CALLS_MAX];
    size_t call_count;
    struct span_list setup_names;  /* from x import setup as NAME */
    struct span_list module_names; /* import setuptools as NAME */
    size_t work;
    unsigned depth;
};

enum value_kind {
    VALUE_UNKNOWN, /* cannot be known without running */
    VALUE_NONE,
    VALUE_CONSTANT, /* a number, True, False: as text */
    VALUE_STRING,
    VALUE_LIST,  /* list, tuple, set */
    VALUE_DICT,  /* items are key, value, key, value; keys are VALUE_STRING */
    VALUE_FIND,  /* find_packages(): text is the folder, "." without one */
    VALUE_CHOICE /* one of the items, or made from them; always dynamic */
};

struct value {
    enum value_kind kind;
    bool is_dynamic; /* there may be more (of a dict: more keys), or it may not be so */
    bool is_open;    /* of a choice: there is one more that is unknown */
    struct span text;
    struct value *items;
    size_t count;
    size_t capacity;
};

/* False when memory is out. */
bool setup_tokens_read(struct setup_file *file);
bool setup_scan(struct setup_file *file);

static inline struct span setup_text(const struct setup_file *file, uint32_t token) {
    return span_slice(file->source, file->tokens[token].at,
                      (size_t)file->tokens[token].at + file->tokens[token].len);
}

static inline unsigned char setup_op(const struct setup_file *file, uint32_t token) {
    return token < file->token_count ? file->tokens[token].op : 0;
}

static inline bool setup_is_name(const struct setup_file *file, uint32_t token) {
    return token < file->token_count && file->tokens[token].type == PY_NAME;
}

static inline bool setup_is_word(const struct setup_file *file, uint32_t token, const char *word) {
    return setup_is_name(file, token) && span_is(setup_text(file, token), word);
}

/* The token behind `token` at the same depth: an open bracket is passed with all it holds. */
static inline uint32_t setup_skip(const struct setup_file *file, uint32_t token) {
    return file->tokens[token].mate > token ? file->tokens[token].mate + 1 : token + 1;
}

/* The first operator `op` in the range outside of brackets, or range.to. */
uint32_t setup_find(const struct setup_file *file, struct setup_range range, unsigned char op);

/* What is between an open bracket and its mate, cut at `to`. */
struct setup_range setup_inside(const struct setup_file *file, uint32_t open, uint32_t to);

/* Whether `outer` is `block` or around it. */
bool setup_block_holds(const struct setup_file *file, uint32_t outer, uint32_t block);

/* Takes `steps` from the work that is left. False when there is none. */
bool setup_work(struct setup_file *file, size_t steps);

/* The value of an expression in `block`, or of a name there. Out of work, depth or memory: unknown.
 */
struct value setup_value(struct setup_file *file, struct setup_range range, uint32_t block);
struct value setup_name_value(struct setup_file *file, struct span name, uint32_t block);
/* The arguments of a call as dict() would make them: a VALUE_DICT. */
struct value setup_dict_call(struct setup_file *file, struct setup_range arguments, uint32_t block);

/* Helpers on values. */
void value_add(struct setup_file *file, struct value *to, struct value item);
/* Adds or replaces a key. An uncertain one stays beside what the key had before. */
void value_put(struct setup_file *file, struct value *dict, struct value key, struct value item,
               bool is_certain);
/* Puts all of `from`; what is no dict makes `dict` dynamic. */
void value_merge(struct setup_file *file, struct value *dict, const struct value *from,
                 bool is_certain);
/* Adds one thing that the value may be, or may get: makes it a VALUE_CHOICE. */
void value_add_choice(struct setup_file *file, struct value *value, struct value item);
/* left + right. */
struct value value_sum(struct setup_file *file, struct value left, struct value right);

/*
 * One element of an argument list: cuts it off `rest`. `keyword` is its name, or "". False at the
 * end. *stars: how many stars stand before it.
 */
bool setup_next_argument(struct setup_file *file, struct setup_range *rest, struct span *keyword,
                         struct setup_range *value, unsigned *stars);

#endif
