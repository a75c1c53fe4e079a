/* pytext: see pytext.h. */
#include "extract/pytext.h"

#include "base/text.h"

/* The code points for which Python's str.isspace() holds (Unicode White_Space and the separators
 * U+001C to U+001F, which are bidirectional class B or S). */
static bool is_space(uint32_t point) {
    return (point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x20) || point == 0x85 ||
           point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F ||
           point == 0x3000;
}

static bool is_line_end(uint32_t point) {
    return (point >= 0x0A && point <= 0x0D) || (point >= 0x1C && point <= 0x1E) || point == 0x85 ||
           point == 0x2028 || point == 0x2029;
}

struct span pytext_lstrip(struct span s) {
    while (s.len > 0) {
        uint32_t point = 0;
        size_t len = utf8_decode(s, &point);
        if (len == 0 || !is_space(point))
            break;
        s = span_from(s, len);
    }
    return s;
}

/* Length of the white space character that ends `s`; 0 when there is none. White space has at most
 * three bytes. */
static size_t space_at_end(struct span s) {
    for (size_t len = 1; len <= 3 && len <= s.len; len++) {
        uint32_t point = 0;
        if (utf8_decode(span_from(s, s.len - len), &point) == len)
            return is_space(point) ? len : 0;
    }
    return 0;
}

struct span pytext_rstrip(struct span s) {
    for (size_t len = space_at_end(s); len > 0; len = space_at_end(s))
        s.len -= len;
    return s;
}

struct span pytext_strip(struct span s) {
    return pytext_rstrip(pytext_lstrip(s));
}

bool pytext_has_space(struct span s) {
    while (s.len > 0) {
        uint32_t point = 0;
        size_t len = utf8_decode(s, &point);
        if (len > 0 && is_space(point))
            return true;
        s = span_from(s, len > 0 ? len : 1);
    }
    return false;
}

bool pytext_next_line(struct span *rest, struct span *line) {
    if (rest->len == 0)
        return false;
    size_t at = 0;
    while (at < rest->len) {
        uint32_t point = 0;
        size_t len = utf8_decode(span_from(*rest, at), &point);
        if (len > 0 && is_line_end(point)) {
            *line = span_slice(*rest, 0, at);
            bool crlf = point == '\r' && at + 1 < rest->len && rest->at[at + 1] == '\n';
            *rest = span_from(*rest, at + len + (crlf ? 1 : 0));
            return true;
        }
        at += len > 0 ? len : 1;
    }
    *line = *rest;
    *rest = SPAN_EMPTY;
    return true;
}

struct span pytext_without_bom(struct span s) {
    return span_starts(s, "\xEF\xBB\xBF") ? span_from(s, 3) : s;
}

struct pytext_list pytext_list(struct span value) {
    return (struct pytext_list){.rest = value, .by_line = span_find(value, '\n') < value.len};
}

bool pytext_list_next(struct pytext_list *list, struct span *item) {
    struct span piece;
    while (list->by_line ? pytext_next_line(&list->rest, &piece)
                         : span_next_piece(&list->rest, ',', &piece)) {
        *item = pytext_strip(piece);
        if (item->len > 0)
            return true;
    }
    return false;
}

struct span pytext_basename(struct span path) {
    while (path.len > 0 && path.at[path.len - 1] == '/')
        path.len--;
    size_t slash = span_find_last(path, '/');
    return slash < path.len ? span_from(path, slash + 1) : path;
}
