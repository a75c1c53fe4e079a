/* literal: see literal.h. */
#include "python/literal.h"

#include "base/text.h"
#include "python/strings.h"

/* Reads escapes of a body (what stands between the quotes) into `out`. */
struct unescaper {
    struct span body;
    size_t at;
    struct string_prefix prefix;
    unsigned char *out;
    size_t len;
};

static unsigned char body_byte(const struct unescaper *reader, size_t at) {
    return at < reader->body.len ? reader->body.at[at] : 0;
}

static void put(struct unescaper *reader, unsigned char byte) {
    reader->out[reader->len++] = byte;
}

/* A character of a text; surrogates and what is beyond Unicode have no UTF-8. */
static void put_point(struct unescaper *reader, uint32_t point) {
    if (reader->prefix.is_bytes) {
        put(reader, (unsigned char)point);
        return;
    }
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        point = 0xfffd;
    reader->len += utf8_encode(point, reader->out + reader->len);
}

/* \n, \r\n and \r are all \n to Python. */
static void put_line_end(struct unescaper *reader) {
    reader->at +=
        body_byte(reader, reader->at) == '\r' && body_byte(reader, reader->at + 1) == '\n';
    reader->at++;
    put(reader, '\n');
}

static int digit_value(unsigned char c) {
    unsigned char lower = ascii_lower(c);
    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* Exactly `digits` hexadecimal digits from `at`. */
static bool read_hex(const struct unescaper *reader, size_t at, unsigned digits, uint32_t *point) {
    *point = 0;
    for (unsigned i = 0; i < digits; i++) {
        int value = digit_value(body_byte(reader, at + i));
        if (at + i >= reader->body.len || value > 15)
            return false;
        *point = *point * 16 + (uint32_t)value;
    }
    return true;
}

static void put_octal(struct unescaper *reader) {
    uint32_t point = 0;
    for (int i = 0; i < 3; i++, reader->at++) {
        unsigned char c = body_byte(reader, reader->at);
        if (c < '0' || c > '7')
            break;
        point = point * 8 + (uint32_t)(c - '0');
    }
    put_point(reader, point);
}

/* The hexadecimal escape behind the backslash at reader->at; false when it is none. */
static bool put_hex(struct unescaper *reader) {
    unsigned char kind = body_byte(reader, reader->at + 1);
    unsigned digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    uint32_t point;
    if (digits == 0 || (kind != 'x' && reader->prefix.is_bytes) ||
        !read_hex(reader, reader->at + 2, digits, &point))
        return false;
    put_point(reader, point);
    reader->at += 2 + digits;
    return true;
}

/* The backslash at reader->at and what it escapes. What is no escape stays as it is. */
static void put_escape(struct unescaper *reader) {
    static const char simple[][2] = {{'\\', '\\'}, {'\'', '\''}, {'"', '"'},  {'a', '\a'},
                                     {'b', '\b'},  {'f', '\f'},  {'n', '\n'}, {'r', '\r'},
                                     {'t', '\t'},  {'v', '\v'}};
    unsigned char c = body_byte(reader, reader->at + 1);
    if (c == '\n' || c == '\r') { /* the line goes on */
        reader->at++;
        put_line_end(reader);
        reader->len--;
        return;
    }
    if (c >= '0' && c <= '7') {
        reader->at++;
        put_octal(reader);
        return;
    }
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (c == (unsigned char)simple[i][0]) {
            put(reader, (unsigned char)simple[i][1]);
            reader->at += 2;
            return;
        }
    }
    if (put_hex(reader))
        return;
    put(reader, '\\');
    reader->at++;
}

/* A brace of an f-string: {{ and }} are one each, any other begins a field. */
static bool put_brace(struct unescaper *reader) {
    unsigned char c = body_byte(reader, reader->at);
    if (body_byte(reader, reader->at + 1) != c)
        return false;
    put(reader, c);
    reader->at += 2;
    return true;
}

/* \N{NAME}, kept as it is; false when it is something else. */
static bool put_named(struct unescaper *reader) {
    if (reader->prefix.is_raw || reader->prefix.is_bytes ||
        body_byte(reader, reader->at + 1) != 'N' || body_byte(reader, reader->at + 2) != '{')
        return false;
    size_t close = span_find(span_from(reader->body, reader->at), '}');
    if (close == reader->body.len - reader->at)
        return false;
    memcpy(reader->out + reader->len, reader->body.at + reader->at, close + 1);
    reader->len += close + 1;
    reader->at += close + 1;
    return true;
}

/* The whole body. False when it has replacement fields. */
static bool unescape(struct unescaper *reader) {
    bool is_formatted = reader->prefix.is_formatted;
    while (reader->at < reader->body.len) {
        unsigned char c = reader->body.at[reader->at];
        if (c == '\\' && is_formatted && put_named(reader))
            continue;
        if (c == '\\' && !reader->prefix.is_raw) {
            put_escape(reader);
        } else if ((c == '{' || c == '}') && is_formatted) {
            if (!put_brace(reader))
                return false;
        } else if (c == '\r') {
            put_line_end(reader);
        } else {
            put(reader, c);
            reader->at++;
        }
    }
    return true;
}

static bool needs_work(struct span body, struct string_prefix prefix) {
    for (size_t i = 0; i < body.len; i++) {
        unsigned char c = body.at[i];
        if (c == '\r' || (c == '\\' && !prefix.is_raw) ||
            (prefix.is_formatted && (c == '{' || c == '}')))
            return true;
    }
    return false;
}

/* Cuts prefix and quotes off. False when the token is no complete string. */
static bool split_token(struct span token, struct string_prefix *prefix, struct span *body) {
    size_t quote = 0;
    while (quote < token.len && ascii_is_alpha(token.at[quote]))
        quote++;
    if (quote == token.len || (token.at[quote] != '\'' && token.at[quote] != '"') ||
        !string_prefix_read(span_slice(token, 0, quote), prefix))
        return false;
    size_t reached;
    size_t end = string_end(token, quote, &reached);
    if (end != token.len)
        return false;
    size_t quotes = string_is_triple(token, quote) ? 3 : 1;
    *body = span_slice(token, quote + quotes, end - quotes);
    return true;
}

bool python_string_value(struct arena *arena, struct span token, struct span *value) {
    struct unescaper reader = {.at = 0};
    *value = SPAN_EMPTY;
    if (!split_token(token, &reader.prefix, &reader.body))
        return false;
    if (!needs_work(reader.body, reader.prefix)) {
        *value = reader.body;
        return true;
    }
    /* No escape is shorter than the UTF-8 of its character: \777 gives 2 bytes, \ud800 gives 3. */
    reader.out = arena_alloc_raw(arena, reader.body.len);
    if (reader.out == NULL)
        return false;
    if (!unescape(&reader)) {
        arena_shrink(arena, reader.out, reader.body.len, 0);
        return false;
    }
    arena_shrink(arena, reader.out, reader.body.len, reader.len);
    *value = span_of(reader.out, reader.len);
    return true;
}
