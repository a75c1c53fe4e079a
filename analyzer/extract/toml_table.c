/* toml_table: the tree of a TOML document: tables with hashed keys, arrays. */
#include "base/hash.h"
#include "extract/toml_parse.h"

#include <assert.h>

/* Up to this many keys a walk over them is as fast as hashing. */
enum { SMALL_TABLE_KEYS = 8 };

struct toml_value *toml_new(struct toml_parser *parser, enum toml_type type) {
    struct toml_value *value = arena_alloc(parser->arena, sizeof *value);
    if (value == NULL)
        toml_no_memory(parser);
    else
        value->type = type;
    return value;
}

static size_t slot_of(const struct toml_value *table, struct span key) {
    return (size_t)hash64(key, 0) & (table->index_size - 1);
}

struct toml_value *toml_table_get(const struct toml_value *table, struct span key) {
    if (table->index == NULL) {
        for (size_t i = 0; i < table->count; i++)
            if (span_equal(table->keys[i], key))
                return table->items[i];
        return NULL;
    }
    for (size_t slot = slot_of(table, key); table->index[slot] != 0;
         slot = (slot + 1) & (table->index_size - 1)) {
        size_t i = table->index[slot] - 1;
        if (span_equal(table->keys[i], key))
            return table->items[i];
    }
    return NULL;
}

static void index_key(struct toml_value *table, size_t i) {
    size_t slot = slot_of(table, table->keys[i]);
    while (table->index[slot] != 0)
        slot = (slot + 1) & (table->index_size - 1);
    table->index[slot] = (uint32_t)(i + 1);
}

static bool grow(struct toml_parser *parser, struct toml_value *value, size_t capacity) {
    bool table = value->type == TOML_TABLE;
    struct toml_value **items = arena_alloc_raw(parser->arena, capacity * sizeof *items);
    struct span *keys = table ? arena_alloc_raw(parser->arena, capacity * sizeof *keys) : NULL;
    if (items == NULL || (table && keys == NULL))
        return toml_no_memory(parser);
    if (value->count > 0)
        memcpy(items, value->items, value->count * sizeof *items);
    if (table && value->count > 0)
        memcpy(keys, value->keys, value->count * sizeof *keys);
    value->items = items;
    value->keys = keys;
    value->capacity = capacity;
    if (!table || capacity <= SMALL_TABLE_KEYS)
        return true;
    uint32_t *index = arena_alloc(parser->arena, capacity * 2 * sizeof *index);
    if (index == NULL)
        return toml_no_memory(parser);
    value->index = index;
    value->index_size = capacity * 2;
    for (size_t i = 0; i < value->count; i++)
        index_key(value, i);
    return true;
}

bool toml_array_add(struct toml_parser *parser, struct toml_value *array,
                    struct toml_value *value) {
    size_t wider = array->capacity > 0 ? array->capacity * 2 : 4;
    if (array->count == array->capacity && !grow(parser, array, wider))
        return false;
    array->items[array->count++] = value;
    return true;
}

bool toml_table_add(struct toml_parser *parser, struct toml_value *table, struct span key,
                    struct toml_value *value) {
    assert(table->type == TOML_TABLE);
    if (!toml_array_add(parser, table, value))
        return false;
    table->keys[table->count - 1] = key;
    if (table->index != NULL)
        index_key(table, table->count - 1);
    return true;
}

const struct toml_value *toml_get(const struct toml_value *table, const char *key) {
    return toml_is(table, TOML_TABLE) ? toml_table_get(table, span_text(key)) : NULL;
}

const struct toml_value *toml_path(const struct toml_value *table, const char *path) {
    struct span rest = span_text(path);
    struct span key;
    while (span_next_piece(&rest, '.', &key))
        table = toml_is(table, TOML_TABLE) ? toml_table_get(table, key) : NULL;
    return table;
}

struct span toml_string(const struct toml_value *value) {
    return toml_is(value, TOML_STRING) ? value->text : SPAN_EMPTY;
}
