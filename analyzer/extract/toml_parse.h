/* toml_parse: what the three files of the TOML reader share; nobody else includes it. */
#ifndef WINNOW_EXTRACT_TOML_PARSE_H
#define WINNOW_EXTRACT_TOML_PARSE_H

#include "extract/toml.h"

struct toml_parser {
    struct arena *arena;
    struct span text; /* \r\n already made \n */
    size_t at;
    unsigned depth;
    const char *message; /* of the first error; NULL while there is none */
    bool out_of_memory;
};

/* Parsing functions return false (NULL) after toml_fail() or toml_no_memory(), which do so too. */
bool toml_fail(struct toml_parser *parser, const char *message);
bool toml_no_memory(struct toml_parser *parser);

/* The byte at the position plus `ahead`; 0 at the end (a NUL in the text is illegal everywhere). */
static inline unsigned char toml_peek(const struct toml_parser *parser, size_t ahead) {
    return parser->at + ahead < parser->text.len ? parser->text.at[parser->at + ahead] : 0;
}

static inline bool toml_looking_at(const struct toml_parser *parser, const char *literal) {
    return span_starts(span_from(parser->text, parser->at), literal);
}

/* Spaces and tabs. */
void toml_skip_blanks(struct toml_parser *parser);
/* A comment up to its line end, when there is one. */
bool toml_skip_comment(struct toml_parser *parser);

/* toml_table.c */
struct toml_value *toml_new(struct toml_parser *parser, enum toml_type type);
struct toml_value *toml_table_get(const struct toml_value *table, struct span key);
/* The key must be new. */
bool toml_table_add(struct toml_parser *parser, struct toml_value *table, struct span key,
                    struct toml_value *value);
bool toml_array_add(struct toml_parser *parser, struct toml_value *array, struct toml_value *value);

/* toml_scalar.c: each starts at its first byte. */
bool toml_basic_string(struct toml_parser *parser, struct span *text);
bool toml_literal_string(struct toml_parser *parser, struct span *text);
/* Any string, number, boolean, date or time. */
struct toml_value *toml_scalar(struct toml_parser *parser);

/* toml.c: a dotted key, at most NESTING_MAX parts. */
struct toml_key {
    struct span *parts;
    size_t count;
};
bool toml_key(struct toml_parser *parser, struct toml_key *key);

#endif
