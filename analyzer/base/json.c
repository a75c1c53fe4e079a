/* json: see json.h. */
#include "base/json.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct json json_to(struct buffer *out, bool pretty) {
    return (struct json){.out = out, .depth = 0, .need_comma = false, .pretty = pretty};
}

static void new_line(struct json *json) {
    if (!json->pretty)
        return;
    buffer_add_byte(json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        buffer_add_text(json->out, "  ");
}

/* Before any value that is not the value of a key. */
static void separate(struct json *json) {
    if (json->need_comma) {
        buffer_add_byte(json->out, ',');
        new_line(json);
    } else if (json->out->len > 0 && (json->out->at[json->out->len - 1] == '[' ||
                                      json->out->at[json->out->len - 1] == '{')) {
        new_line(json);
    }
}

void json_open(struct json *json, char bracket) {
    separate(json);
    buffer_add_byte(json->out, (unsigned char)bracket);
    json->depth++;
    json->need_comma = false;
}

void json_close(struct json *json, char bracket) {
    json->depth--;
    if (json->need_comma)
        new_line(json);
    buffer_add_byte(json->out, (unsigned char)bracket);
    json->need_comma = true;
}

void json_key_span(struct json *json, struct span key) {
    separate(json);
    json_add_string(json->out, key);
    buffer_add_text(json->out, json->pretty ? ": " : ":");
    json->need_comma = false;
}

void json_key(struct json *json, const char *key) {
    json_key_span(json, span_text(key));
}

void json_string(struct json *json, struct span value) {
    separate(json);
    json_add_string(json->out, value);
    json->need_comma = true;
}

void json_text(struct json *json, const char *value) {
    json_string(json, span_text(value));
}

void json_raw(struct json *json, struct span value) {
    separate(json);
    buffer_add(json->out, value);
    json->need_comma = true;
}

static void add_raw(struct json *json, const char *text) {
    json_raw(json, span_text(text));
}

void json_int(struct json *json, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    add_raw(json, text);
}

void json_double(struct json *json, double value) {
    char text[40];
    if (!isfinite(value)) {
        add_raw(json, "null");
        return;
    }
    if (value == trunc(value) && fabs(value) < 1e15) { /* "10", not "1e+01" */
        snprintf(text, sizeof text, "%.0f", value);
        add_raw(json, text);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    add_raw(json, text);
}

void json_bool(struct json *json, bool value) {
    add_raw(json, value ? "true" : "false");
}

void json_null(struct json *json) {
    add_raw(json, "null");
}

void json_add_string(struct buffer *out, struct span value) {
    buffer_add_byte(out, '"');
    while (value.len > 0) {
        uint32_t point = 0;
        size_t len = utf8_decode(value, &point);
        if (len == 0)
            buffer_add_text(out, "\xEF\xBF\xBD");
        else if (point == '"' || point == '\\')
            buffer_printf(out, "\\%c", (char)point);
        else if (point == '\n')
            buffer_add_text(out, "\\n");
        else if (point_is_control(point))
            buffer_printf(out, "\\u%04x", (unsigned)point);
        else
            buffer_add(out, span_slice(value, 0, len));
        value = span_from(value, len ? len : 1);
    }
    buffer_add_byte(out, '"');
}
