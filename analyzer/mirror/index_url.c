/* index_url: see index_url.h. */
#include "mirror/index_url.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

/* Appends one part of a path, decoded. False when it is no plain name ("..", "a%2Fb", NUL). */
static bool add_part(struct buffer *path, struct span part) {
    size_t start = path->len;
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = part.at[i];
        if (c == '%' && hex_parse(span_slice(part, i + 1, i + 3), &c, 1))
            i += 2;
        if (c == '/' || c == '\0')
            return false;
        buffer_add_byte(path, c);
    }
    struct span added = span_from(buffer_span(path), start);
    return !span_is(added, ".") && !span_is(added, "..");
}

/* Takes the last folder off; false at the root. */
static bool go_up(struct buffer *path) {
    if (path->len == 0)
        return false;
    size_t slash = span_find_last(buffer_span(path), '/');
    path->len = slash == path->len ? 0 : slash;
    return true;
}

static bool append_path(struct buffer *path, struct span relative) {
    struct span part;
    while (span_next_piece(&relative, '/', &part)) {
        if (part.len == 0 || span_is(part, "."))
            continue;
        if (span_is(part, "..")) {
            if (!go_up(path))
                return false;
            continue;
        }
        if (path->len > 0)
            buffer_add_byte(path, '/');
        if (!add_part(path, part) || path->len > MEMBER_NAME_BYTES_MAX)
            return false;
    }
    return !path->failed;
}

static bool is_hex(struct span s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = ascii_lower(s.at[i]);
        if (!ascii_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
    }
    return true;
}

/* Cuts the last part off `rest`. */
static struct span cut_last(struct span *rest) {
    size_t slash = span_find_last(*rest, '/');
    struct span last = slash == rest->len ? *rest : span_from(*rest, slash + 1);
    *rest = slash == rest->len ? SPAN_EMPTY : span_slice(*rest, 0, slash);
    return last;
}

/* The "packages/<2>/<2>/<60>/<file>" that `url` ends in; "" when it does not. */
static struct span packages_tail(struct span url) {
    struct span rest = url;
    if (cut_last(&rest).len == 0)
        return SPAN_EMPTY;
    static const size_t digits[3] = {60, 2, 2};
    for (size_t i = 0; i < 3; i++) {
        struct span part = cut_last(&rest);
        if (part.len != digits[i] || !is_hex(part))
            return SPAN_EMPTY;
    }
    return span_is(cut_last(&rest), "packages")
               ? span_from(url, rest.len + (rest.len > 0 || url.at[0] == '/'))
               : SPAN_EMPTY;
}

/* What stands before the last folder named `simple`; false when there is none. */
static bool folder_of_simple(struct span page_folder, struct span *before) {
    for (struct span rest = page_folder; rest.len > 0;)
        if (span_is(cut_last(&rest), "simple")) {
            *before = rest;
            return true;
        }
    return false;
}

/* Whether `url` is not relative to its page: it has a scheme, a host, or starts at the top. */
static bool is_absolute(struct span url) {
    if (url.len > 0 && url.at[0] == '/')
        return true;
    size_t i = 0;
    while (i < url.len &&
           (ascii_is_alnum(url.at[i]) || url.at[i] == '+' || url.at[i] == '-' || url.at[i] == '.'))
        i++;
    return i > 0 && i < url.len && url.at[i] == ':';
}

static bool resolve(struct span url, struct span page_folder, struct buffer *path) {
    url = span_slice(url, 0, span_find(url, '#'));
    url = span_slice(url, 0, span_find(url, '?'));
    struct span above = url, name = cut_last(&above);
    if (name.len == 0 || span_is(name, ".") || span_is(name, ".."))
        return false; /* a folder */
    struct span tail = packages_tail(url), top;
    if (tail.len > 0 && folder_of_simple(page_folder, &top)) {
        buffer_add(path, top);
        return append_path(path, tail);
    }
    buffer_add(path, page_folder);
    return !is_absolute(url) && append_path(path, url);
}

void index_url_path(struct span url, struct span page_folder, struct buffer *path) {
    buffer_clear(path);
    if (!resolve(url, page_folder, path))
        path->len = 0;
}

struct span index_url_sha256(struct span url) {
    struct span fragment = span_from(url, span_find(url, '#'));
    if (!span_starts(fragment, "#sha256="))
        return SPAN_EMPTY;
    fragment = span_from(fragment, sizeof "#sha256=" - 1);
    return span_slice(fragment, 0, span_find(fragment, '&'));
}
