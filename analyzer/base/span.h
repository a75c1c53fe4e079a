/*
 * span: a view of bytes somebody else owns. Everything read from a mirror is
 * a span, never a C string: hostile bytes may hold NUL, and may lack it.
 */
#ifndef WINNOW_BASE_SPAN_H
#define WINNOW_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const unsigned char *at; /* may be NULL when len is 0 */
    size_t len;
};

#define SPAN_EMPTY ((struct span){NULL, 0})
/* A string literal as a span, usable in static tables. */
#define SPAN(literal)                                                                              \
    { (const unsigned char *)("" literal), sizeof(literal) - 1 }
/* printf("%.*s", SPAN_ARGS(s)): for trusted text only, escape the rest. */
#define SPAN_ARGS(s) (int)(s).len, (const char *)(s).at

static inline struct span span_of(const void *at, size_t len) {
    return (struct span){(const unsigned char *)at, len};
}

static inline struct span span_text(const char *text) {
    return span_of(text, strlen(text));
}

/* The bytes [from, to), clipped to the span. */
static inline struct span span_slice(struct span s, size_t from, size_t to) {
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return SPAN_EMPTY;
    return span_of(s.at + from, to - from);
}

static inline struct span span_from(struct span s, size_t from) {
    return span_slice(s, from, s.len);
}

static inline bool span_equal(struct span a, struct span b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool span_is(struct span s, const char *text) {
    return span_equal(s, span_text(text));
}

static inline bool span_starts(struct span s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.len >= n && (n == 0 || memcmp(s.at, prefix, n) == 0);
}

static inline bool span_ends(struct span s, const char *suffix) {
    size_t n = strlen(suffix);
    return s.len >= n && (n == 0 || memcmp(s.at + s.len - n, suffix, n) == 0);
}

/* Bytewise order, shorter first on a common prefix. Returns <0, 0 or >0. */
int span_compare(struct span a, struct span b);

/* ASCII case is ignored, all other bytes count. */
bool span_same_letters(struct span a, struct span b); /* of two as long */
static inline bool span_equal_nocase(struct span a, struct span b) {
    const unsigned char case_bit = 0x20;
    if (a.len != b.len || a.len == 0)
        return a.len == b.len;
    /* The last byte tells most apart: extensions all begin with a dot. */
    return ((a.at[a.len - 1] ^ b.at[b.len - 1]) & ~case_bit) == 0 && span_same_letters(a, b);
}
static inline bool span_is_nocase(struct span s, const char *text) {
    return s.len == strlen(text) && span_equal_nocase(s, span_text(text));
}

/* Position of the first (last) `byte`, or s.len when there is none. */
size_t span_find(struct span s, unsigned char byte);
size_t span_find_last(struct span s, unsigned char byte);

/* Position of the first `needle`, or s.len when there is none. */
size_t span_search(struct span s, const char *needle);

/* How many bytes at the start are `least` (at most 0x80) or above. Counted in steps of eight: up to
 * seven more may follow. */
static inline size_t span_run_of(struct span s, unsigned char least) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t eight;
    size_t at = 0;
    for (; s.len - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, s.at + at, sizeof eight);
        if (((eight - ones * least) & ~eight & (ones << 7)) != 0)
            break;
    }
    return at;
}

/* Without leading and trailing ASCII white space (space, \t \n \r \v \f). */
struct span span_trim(struct span s);

/*
 * Cuts the next line off `rest`: up to \n, \r\n or \r, the ending not
 * included. Returns false when nothing is left.
 */
bool span_next_line(struct span *rest, struct span *line);

/*
 * Cuts the next piece off `rest`, up to `separator`, which is not included.
 * "a,,b" gives "a", "", "b"; SPAN_EMPTY gives nothing, any other empty span one empty piece.
 * Returns false at the end.
 */
bool span_next_piece(struct span *rest, unsigned char separator, struct span *piece);

#endif
