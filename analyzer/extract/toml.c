/*
 * toml: see toml.h. Statements, keys and nesting; toml_scalar.c reads the
 * values, toml_table.c keeps the tree.
 *
 * What may be declared twice is kept on the values themselves: `explicit_table`
 * says that a header [a.b] (or a dotted key, once its section is over) has
 * named the table, `frozen` that it was written inline. A new element of an
 * array of tables is a new value and so starts free.
 */
#include "base/limits.h"
#include "base/text.h"
#include "extract/toml_parse.h"

bool toml_fail(struct toml_parser *parser, const char *message) {
    if (parser->message == NULL)
        parser->message = message;
    return false;
}

bool toml_no_memory(struct toml_parser *parser) {
    parser->out_of_memory = true;
    return toml_fail(parser, "out of memory");
}

void toml_skip_blanks(struct toml_parser *parser) {
    while (toml_peek(parser, 0) == ' ' || toml_peek(parser, 0) == '\t')
        parser->at++;
}

bool toml_skip_comment(struct toml_parser *parser) {
    if (toml_peek(parser, 0) != '#')
        return true;
    for (; parser->at < parser->text.len && toml_peek(parser, 0) != '\n'; parser->at++) {
        unsigned char c = toml_peek(parser, 0);
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return toml_fail(parser, "control character in a comment");
    }
    return true;
}

/* --- keys ------------------------------------------------------------------------------------- */

static bool is_bare_key_byte(unsigned char c) {
    return ascii_is_alnum(c) || c == '_' || c == '-';
}

static bool key_part(struct toml_parser *parser, struct span *part) {
    unsigned char c = toml_peek(parser, 0);
    if (c == '"')
        return toml_basic_string(parser, part);
    if (c == '\'')
        return toml_literal_string(parser, part);
    size_t start = parser->at;
    while (is_bare_key_byte(toml_peek(parser, 0)))
        parser->at++;
    *part = span_slice(parser->text, start, parser->at);
    return parser->at > start || toml_fail(parser, "invalid key");
}

bool toml_key(struct toml_parser *parser, struct toml_key *key) {
    key->count = 0;
    for (;;) {
        if (key->count == NESTING_MAX)
            return toml_fail(parser, "key with too many parts");
        if (!key_part(parser, &key->parts[key->count]))
            return false;
        key->count++;
        toml_skip_blanks(parser);
        if (toml_peek(parser, 0) != '.')
            return true;
        parser->at++;
        toml_skip_blanks(parser);
    }
}

/* --- values ----------------------------------------------------------------------------------- */

static struct toml_value *value(struct toml_parser *parser);

static bool skip_array_gap(struct toml_parser *parser) {
    for (;;) {
        unsigned char c = toml_peek(parser, 0);
        if (c == ' ' || c == '\t' || c == '\n')
            parser->at++;
        else if (c != '#')
            return true;
        else if (!toml_skip_comment(parser))
            return false;
    }
}

static bool array_items(struct toml_parser *parser, struct toml_value *array) {
    parser->at++;
    for (;;) {
        if (!skip_array_gap(parser))
            return false;
        if (toml_peek(parser, 0) == ']')
            break;
        struct toml_value *item = value(parser);
        if (item == NULL || !toml_array_add(parser, array, item) || !skip_array_gap(parser))
            return false;
        if (toml_peek(parser, 0) == ']')
            break;
        if (toml_peek(parser, 0) != ',')
            return toml_fail(parser, "unclosed array");
        parser->at++;
    }
    parser->at++;
    return true;
}

/* The table under `key` of `table`, made when it is missing; NULL when something else is there. In
 * an array of tables that is its last element. */
static struct toml_value *subtable(struct toml_parser *parser, struct toml_value *table,
                                   struct span key, bool enter_arrays) {
    struct toml_value *found = toml_table_get(table, key);
    if (found == NULL) {
        found = toml_new(parser, TOML_TABLE);
        if (found == NULL || !toml_table_add(parser, table, key, found))
            return NULL;
        return found;
    }
    if (enter_arrays && found->type == TOML_ARRAY && found->count > 0)
        found = found->items[found->count - 1];
    if (found->type == TOML_TABLE)
        return found;
    toml_fail(parser, "cannot overwrite a value");
    return NULL;
}

/* "key = value" up to and with the value. */
static struct toml_value *key_value(struct toml_parser *parser, struct toml_key *key) {
    if (!toml_key(parser, key))
        return NULL;
    if (toml_peek(parser, 0) != '=') {
        toml_fail(parser, "expected = after a key");
        return NULL;
    }
    parser->at++;
    toml_skip_blanks(parser);
    return value(parser);
}

static bool add_inline(struct toml_parser *parser, struct toml_value *table,
                       const struct toml_key *key, struct toml_value *item) {
    for (size_t i = 0; i + 1 < key->count; i++) {
        table = subtable(parser, table, key->parts[i], false);
        if (table == NULL)
            return false;
        if (table->frozen)
            return toml_fail(parser, "cannot add to an inline table");
    }
    if (toml_table_get(table, key->parts[key->count - 1]) != NULL)
        return toml_fail(parser, "duplicate key in an inline table");
    return toml_table_add(parser, table, key->parts[key->count - 1], item);
}

static bool inline_items(struct toml_parser *parser, struct toml_value *table) {
    parser->at++;
    toml_skip_blanks(parser);
    if (toml_peek(parser, 0) == '}') {
        parser->at++;
        return true;
    }
    for (;;) {
        struct span parts[NESTING_MAX];
        struct toml_key key = {.parts = parts};
        struct toml_value *item = key_value(parser, &key);
        if (item == NULL || !add_inline(parser, table, &key, item))
            return false;
        toml_skip_blanks(parser);
        unsigned char c = toml_peek(parser, 0);
        if (c != ',' && c != '}')
            return toml_fail(parser, "unclosed inline table");
        parser->at++;
        if (c == '}')
            return true;
        toml_skip_blanks(parser);
    }
}

static struct toml_value *value(struct toml_parser *parser) {
    unsigned char c = toml_peek(parser, 0);
    if (c != '[' && c != '{')
        return toml_scalar(parser);
    if (parser->depth == NESTING_MAX) {
        toml_fail(parser, "nested too deeply");
        return NULL;
    }
    struct toml_value *nest = toml_new(parser, c == '[' ? TOML_ARRAY : TOML_TABLE);
    if (nest == NULL)
        return NULL;
    parser->depth++;
    bool read = c == '[' ? array_items(parser, nest) : inline_items(parser, nest);
    parser->depth--;
    nest->frozen = true;
    return read ? nest : NULL;
}

/* --- statements ------------------------------------------------------------------------------- */

struct document {
    struct toml_parser parser;
    struct toml_value *root;
    struct toml_value *section;  /* the table that the last header opened */
    struct toml_value **pending; /* tables that dotted keys of this section went through */
    size_t pending_count;
    size_t pending_capacity;
};

static void close_section(struct document *document) {
    for (size_t i = 0; i < document->pending_count; i++)
        document->pending[i]->explicit_table = true;
    document->pending_count = 0;
}

/* Walks to the table that holds the last part of a header's key. */
static struct toml_value *header_parent(struct document *document, const struct toml_key *key) {
    struct toml_value *table = document->root;
    for (size_t i = 0; i + 1 < key->count; i++) {
        struct toml_value *next = toml_table_get(table, key->parts[i]);
        if (next != NULL && next->frozen) {
            toml_fail(&document->parser, "cannot add to an inline value");
            return NULL;
        }
        table = subtable(&document->parser, table, key->parts[i], true);
        if (table == NULL)
            return NULL;
    }
    return table;
}

static bool open_table(struct document *document, const struct toml_key *key) {
    struct toml_parser *parser = &document->parser;
    struct toml_value *parent = header_parent(document, key);
    if (parent == NULL)
        return false;
    struct span last = key->parts[key->count - 1];
    struct toml_value *old = toml_table_get(parent, last);
    if (old != NULL && (old->explicit_table || old->frozen))
        return toml_fail(parser, "table declared twice");
    document->section = subtable(parser, parent, last, true);
    if (document->section == NULL)
        return false;
    document->section->explicit_table = true;
    return true;
}

static bool open_array_element(struct document *document, const struct toml_key *key) {
    struct toml_parser *parser = &document->parser;
    struct toml_value *parent = header_parent(document, key);
    if (parent == NULL)
        return false;
    struct span last = key->parts[key->count - 1];
    struct toml_value *array = toml_table_get(parent, last);
    if (array != NULL && (array->frozen || array->type != TOML_ARRAY))
        return toml_fail(parser, "cannot overwrite a value");
    if (array == NULL) {
        array = toml_new(parser, TOML_ARRAY);
        if (array == NULL || !toml_table_add(parser, parent, last, array))
            return false;
        array->explicit_table = true;
    }
    document->section = toml_new(parser, TOML_TABLE);
    return document->section != NULL && toml_array_add(parser, array, document->section);
}

static bool header(struct document *document) {
    struct toml_parser *parser = &document->parser;
    struct span parts[NESTING_MAX];
    struct toml_key key = {.parts = parts};
    close_section(document);
    bool array = toml_peek(parser, 1) == '[';
    parser->at += array ? 2 : 1;
    toml_skip_blanks(parser);
    if (!toml_key(parser, &key))
        return false;
    if (!(array ? open_array_element(document, &key) : open_table(document, &key)))
        return false;
    if (!toml_looking_at(parser, array ? "]]" : "]"))
        return toml_fail(parser, "unclosed table header");
    parser->at += array ? 2 : 1;
    return true;
}

/* One table that a dotted key goes through. */
static struct toml_value *dotted_step(struct document *document, struct toml_value *table,
                                      struct span key) {
    struct toml_parser *parser = &document->parser;
    struct toml_value *old = toml_table_get(table, key);
    if (old != NULL && (old->explicit_table || old->frozen)) {
        toml_fail(parser, "cannot add to a table declared elsewhere");
        return NULL;
    }
    table = subtable(parser, table, key, true);
    if (table == NULL)
        return NULL;
    struct toml_value **place =
        arena_push(parser->arena, (void **)&document->pending, &document->pending_count,
                   &document->pending_capacity, sizeof *document->pending);
    if (place == NULL) {
        toml_no_memory(parser);
        return NULL;
    }
    *place = table;
    return table;
}

static bool pair(struct document *document) {
    struct toml_parser *parser = &document->parser;
    struct span parts[NESTING_MAX];
    struct toml_key key = {.parts = parts};
    struct toml_value *item = key_value(parser, &key);
    if (item == NULL)
        return false;
    struct toml_value *table = document->section;
    for (size_t i = 0; i + 1 < key.count; i++) {
        table = dotted_step(document, table, parts[i]);
        if (table == NULL)
            return false;
    }
    if (toml_table_get(table, parts[key.count - 1]) != NULL)
        return toml_fail(parser, "duplicate key");
    return toml_table_add(parser, table, parts[key.count - 1], item);
}

static bool statement(struct document *document) {
    struct toml_parser *parser = &document->parser;
    unsigned char c = toml_peek(parser, 0);
    bool read = true;
    if (c == '[')
        read = header(document);
    else if (is_bare_key_byte(c) || c == '"' || c == '\'')
        read = pair(document);
    else if (c != '#')
        return toml_fail(parser, "invalid statement");
    if (!read)
        return false;
    toml_skip_blanks(parser);
    if (!toml_skip_comment(parser))
        return false;
    if (parser->at < parser->text.len && toml_peek(parser, 0) != '\n')
        return toml_fail(parser, "expected the end of the line");
    return true;
}

static bool statements(struct document *document) {
    struct toml_parser *parser = &document->parser;
    for (;;) {
        toml_skip_blanks(parser);
        if (parser->at >= parser->text.len)
            return true;
        if (toml_peek(parser, 0) == '\n')
            parser->at++;
        else if (!statement(document))
            return false;
    }
}

/* \r\n becomes \n, in strings too, as the specification allows. */
static bool unify_line_ends(struct toml_parser *parser, struct span text) {
    parser->text = text;
    if (span_find(text, '\r') == text.len)
        return true;
    unsigned char *out = arena_alloc_raw(parser->arena, text.len);
    if (out == NULL)
        return toml_no_memory(parser);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
            out[len++] = text.at[i];
    parser->text = span_of(out, len);
    return true;
}

struct toml_value *toml_read(struct arena *arena, struct span text, struct toml_error *error) {
    struct document document = {.parser = {.arena = arena}};
    struct toml_parser *parser = &document.parser;
    document.root = toml_new(parser, TOML_TABLE);
    document.section = document.root;
    bool read = document.root != NULL && unify_line_ends(parser, text);
    if (read && !utf8_is_valid(text))
        read = toml_fail(parser, "not UTF-8");
    read = read && statements(&document);
    *error = (struct toml_error){.line = 1};
    if (read)
        return document.root;
    for (size_t i = 0; i < parser->at && i < parser->text.len; i++)
        error->line += parser->text.at[i] == '\n';
    error->message = parser->out_of_memory ? NULL : parser->message;
    return NULL;
}
