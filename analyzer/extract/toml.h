/*
 * toml: a small TOML 1.0 reader for pyproject.toml. Accepts what Python's
 * tomllib accepts and refuses what it refuses, but for depth (NESTING_MAX levels,
 * key parts included). Time is linear in the text.
 */
#ifndef WINNOW_EXTRACT_TOML_H
#define WINNOW_EXTRACT_TOML_H

#include "base/arena.h"

enum toml_type {
    TOML_TABLE,
    TOML_ARRAY,
    TOML_STRING,
    TOML_INTEGER,
    TOML_FLOAT,
    TOML_BOOLEAN,
    TOML_DATE,     /* local date */
    TOML_TIME,     /* local time */
    TOML_DATE_TIME /* with or without offset */
};

struct toml_value {
    enum toml_type type;
    struct span text;          /* strings: escapes resolved; scalars: as written */
    struct toml_value **items; /* of arrays, and of tables in the order of first appearance */
    struct span *keys;         /* of tables, keys[i] names items[i] */
    size_t count;
    size_t capacity;
    uint32_t *index; /* reader's own: hash table of positions + 1, or NULL while small */
    size_t index_size;
    bool explicit_table; /* reader's own: declared, may not be declared again */
    bool frozen;         /* reader's own: an inline value, closed to additions */
};

struct toml_error {
    uint32_t line;       /* from 1 */
    const char *message; /* a literal; NULL when memory ran out */
};

/* The root table, in `arena`; strings may view `text`. NULL on error. */
struct toml_value *toml_read(struct arena *arena, struct span text, struct toml_error *error);

/* The value at a key of a table; NULL when it is missing or `table` is NULL or no table. */
const struct toml_value *toml_get(const struct toml_value *table, const char *key);

/* The same for a path "tool.poetry.scripts" (no quoting: keys without dots only). */
const struct toml_value *toml_path(const struct toml_value *table, const char *path);

/* The text of a string; "" when `value` is NULL or no string. */
struct span toml_string(const struct toml_value *value);

static inline bool toml_is(const struct toml_value *value, enum toml_type type) {
    return value != NULL && value->type == type;
}

#endif
