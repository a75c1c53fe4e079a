/* span: see span.h. */
#include "base/span.h"

#include "base/text.h"

int span_compare(struct span a, struct span b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.at, b.at, shared) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool span_same_letters(struct span a, struct span b) {
    for (size_t i = 0; i < a.len; i++)
        if (a.at[i] != b.at[i] && ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    return true;
}

size_t span_find(struct span s, unsigned char byte) {
    const unsigned char *hit = s.len ? memchr(s.at, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : s.len;
}

size_t span_find_last(struct span s, unsigned char byte) {
    const unsigned char *hit = s.len ? memrchr(s.at, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : s.len;
}

size_t span_search(struct span s, const char *needle) {
    size_t n = strlen(needle);
    if (n == 0)
        return 0;
    for (size_t i = 0; i + n <= s.len; i++) {
        i += span_find(span_from(s, i), (unsigned char)needle[0]);
        if (i + n > s.len)
            break;
        if (memcmp(s.at + i, needle, n) == 0)
            return i;
    }
    return s.len;
}

struct span span_trim(struct span s) {
    while (s.len > 0 && ascii_is_space(s.at[0]))
        s = span_from(s, 1);
    while (s.len > 0 && ascii_is_space(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool span_next_line(struct span *rest, struct span *line) {
    if (rest->len == 0)
        return false;
    size_t end = span_run_of(*rest, '\r' + 1);
    while (end < rest->len && rest->at[end] != '\n' && rest->at[end] != '\r')
        end++;
    *line = span_slice(*rest, 0, end);
    size_t skip = end;
    if (skip < rest->len)
        skip +=
            (rest->at[skip] == '\r' && skip + 1 < rest->len && rest->at[skip + 1] == '\n') ? 2 : 1;
    *rest = span_from(*rest, skip);
    return true;
}

bool span_next_piece(struct span *rest, unsigned char separator, struct span *piece) {
    if (rest->at == NULL)
        return false;
    size_t end = span_find(*rest, separator);
    *piece = span_slice(*rest, 0, end);
    *rest = end < rest->len ? span_of(rest->at + end + 1, rest->len - end - 1) : SPAN_EMPTY;
    return true;
}
