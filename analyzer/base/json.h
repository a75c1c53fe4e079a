/*
 * json: writes JSON into a buffer, UTF-8 whatever comes in (invalid bytes
 * become U+FFFD), control characters of all kinds escaped, so that it can be looked at. Commas are
 * the writer's business, not the caller's.
 */
#ifndef WINNOW_BASE_JSON_H
#define WINNOW_BASE_JSON_H

#include "base/buffer.h"

struct json {
    struct buffer *out;
    unsigned depth;
    bool need_comma;
    bool pretty; /* one member a line, two spaces a level */
};

struct json json_to(struct buffer *out, bool pretty);
void json_open(struct json *json, char bracket);  /* '{' or '[' */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_key(struct json *json, const char *key);
void json_key_span(struct json *json, struct span key);
void json_string(struct json *json, struct span value);
void json_text(struct json *json, const char *value);
void json_int(struct json *json, int64_t value);
void json_double(struct json *json, double value); /* shortest form that reads back equal */
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_raw(struct json *json, struct span value); /* a value that is JSON already */

/* Appends `value` with quotes and escapes. */
void json_add_string(struct buffer *out, struct span value);

#endif
