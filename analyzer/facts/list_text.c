/* list_text: see list_text.h. */
#include "facts/list_text.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

/* Nearly every address and name: nothing to escape, nothing to check. */
static bool is_plain(struct span item) {
    for (size_t i = 0; i < item.len; i++)
        if (item.at[i] < 0x20 || item.at[i] > 0x7E || item.at[i] == '"' || item.at[i] == '\\')
            return false;
    return true;
}

static void add_item(struct buffer *out, struct span item) {
    if (!is_plain(item)) {
        json_add_string(out, item);
        return;
    }
    buffer_add_byte(out, '"');
    buffer_add(out, item);
    buffer_add_byte(out, '"');
}

void list_text_add(struct buffer *out, const struct span_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        buffer_add_byte(out, i == 0 ? '[' : ',');
        add_item(out, list->at[i]);
    }
    if (list->count > 0)
        buffer_add_byte(out, ']');
}

/* Bytes that are no UTF-8 stay as they are: SQLite lets them pass, too. */
static void add_raw_item(struct buffer *out, struct span item) {
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < item.len; i++) {
        unsigned char byte = item.at[i];
        if (byte < 0x20 || byte == 0x7F) {
            buffer_printf(out, "\\u%04x", byte);
            continue;
        }
        if (byte == '"' || byte == '\\')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, byte);
    }
    buffer_add_byte(out, '"');
}

void rows_text_add(struct buffer *out, const struct span *items, size_t count, bool first) {
    buffer_add_byte(out, first ? '[' : ',');
    for (size_t i = 0; i < count; i++) {
        buffer_add_byte(out, i == 0 ? '[' : ',');
        add_raw_item(out, items[i]);
    }
    buffer_add_byte(out, ']');
}

void rows_text_end(struct buffer *out) {
    buffer_add_byte(out, ']');
}

static void skip_space(struct span *rest) {
    while (rest->len > 0 && ascii_is_space(rest->at[0]))
        *rest = span_from(*rest, 1);
}

static bool next_is(struct span *rest, unsigned char byte) {
    skip_space(rest);
    if (rest->len == 0 || rest->at[0] != byte)
        return false;
    *rest = span_from(*rest, 1);
    return true;
}

/* Four hex digits; one half of a surrogate pair may be the result. */
static bool read_unit(struct span *rest, uint32_t *unit) {
    unsigned char bytes[2];
    if (!hex_parse(span_slice(*rest, 0, 4), bytes, sizeof bytes))
        return false;
    *unit = (uint32_t)(bytes[0] << 8 | bytes[1]);
    *rest = span_from(*rest, 4);
    return true;
}

/* What follows "\u". */
static bool read_point(struct span *rest, uint32_t *point) {
    uint32_t low = 0;
    if (!read_unit(rest, point) || (*point >= 0xDC00 && *point <= 0xDFFF))
        return false;
    if (*point < 0xD800 || *point > 0xDFFF)
        return true;
    if (!span_starts(*rest, "\\u"))
        return false;
    *rest = span_from(*rest, 2);
    if (!read_unit(rest, &low) || low < 0xDC00 || low > 0xDFFF)
        return false;
    *point = 0x10000 + ((*point - 0xD800) << 10 | (low - 0xDC00));
    return true;
}

/* What follows a backslash, as UTF-8 in `out`; 0 when it is no escape of JSON. */
static size_t read_escape(struct span *rest, unsigned char out[4]) {
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (rest->len == 0)
        return 0;
    unsigned char letter = rest->at[0];
    *rest = span_from(*rest, 1);
    if (letter == 'u') {
        uint32_t point = 0;
        return read_point(rest, &point) ? utf8_encode(point, out) : 0;
    }
    const char *at = letter != '\0' ? strchr(letters, letter) : NULL;
    if (at == NULL)
        return 0;
    out[0] = (unsigned char)meanings[at - letters];
    return 1;
}

/* A string without its escapes: never longer than with them. */
static bool unescape(struct arena *arena, struct span raw, struct span *plain) {
    unsigned char *at = arena_alloc_raw(arena, raw.len);
    size_t len = 0;
    if (at == NULL)
        return false;
    while (raw.len > 0) {
        size_t run = span_find(raw, '\\');
        memcpy(at + len, raw.at, run);
        len += run;
        raw = span_from(raw, run);
        if (raw.len == 0)
            break;
        unsigned char bytes[4];
        raw = span_from(raw, 1);
        size_t count = read_escape(&raw, bytes);
        if (count == 0)
            return false;
        memcpy(at + len, bytes, count);
        len += count;
    }
    *plain = span_of(at, len);
    return true;
}

static bool read_string(struct arena *arena, struct span *rest, struct span *item) {
    if (!next_is(rest, '"'))
        return false;
    bool escaped = false;
    size_t end = 0;
    while (end < rest->len && rest->at[end] != '"') {
        escaped = escaped || rest->at[end] == '\\';
        end += rest->at[end] == '\\' ? 2 : 1;
    }
    if (end >= rest->len)
        return false;
    *item = span_slice(*rest, 0, end);
    *rest = span_from(*rest, end + 1);
    return !escaped || unescape(arena, *item, item);
}

/* One array of strings, behind what the list has already. */
static bool read_list(struct arena *arena, struct span *rest, struct span_list *list) {
    if (!next_is(rest, '['))
        return false;
    if (next_is(rest, ']'))
        return true;
    do {
        struct span item;
        if (!read_string(arena, rest, &item) || !span_list_add(list, arena, item))
            return false;
    } while (next_is(rest, ','));
    return next_is(rest, ']');
}

static bool is_end(struct span rest) {
    skip_space(&rest);
    return rest.len == 0;
}

bool list_text_read(struct arena *arena, struct span text, struct span_list *list) {
    *list = (struct span_list){0};
    return text.len == 0 || (read_list(arena, &text, list) && is_end(text));
}

bool rows_text_read(struct arena *arena, struct span text, size_t count, struct span_list *items) {
    *items = (struct span_list){0};
    if (text.len == 0)
        return true;
    if (!next_is(&text, '['))
        return false;
    size_t rows = 0;
    do {
        if (!read_list(arena, &text, items) || items->count != ++rows * count)
            return false;
    } while (next_is(&text, ','));
    return next_is(&text, ']') && is_end(text);
}
