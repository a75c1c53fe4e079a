/*
 * text: ASCII classes that no locale can bend, UTF-8, and escaping for people.
 * What a sink needs beyond this (CSV, JSON) lives with the sink.
 */
#ifndef WINNOW_BASE_TEXT_H
#define WINNOW_BASE_TEXT_H

#include "base/arena.h"
#include "base/buffer.h"

static inline unsigned char ascii_lower(unsigned char c) {
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}
static inline bool ascii_is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(unsigned char c) {
    unsigned char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}
static inline bool ascii_is_alnum(unsigned char c) {
    return ascii_is_digit(c) || ascii_is_alpha(c);
}
/* What C's isspace says in the C locale. */
static inline bool ascii_is_space(unsigned char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Length in bytes (1-4) of the UTF-8 character at the start of `s`, its code
 * point in *point; 0 when there is none (truncated, overlong, surrogate, > U+10FFFF).
 */
size_t utf8_decode(struct span s, uint32_t *point);
/* Writes 1-4 bytes to `out`, returns how many. `point` must be a scalar value. */
size_t utf8_encode(uint32_t point, unsigned char out[4]);
bool utf8_is_valid(struct span s);
/* At most `bytes_max` bytes of `s`, cut between two characters when it is UTF-8. */
struct span utf8_cut(struct span s, size_t bytes_max);

/*
 * `s` itself when it is valid UTF-8, otherwise a copy in the arena read as
 * Latin-1 (every byte one character). False when memory is out.
 */
bool text_from_bytes(struct arena *arena, struct span s, struct span *utf8);

/* What can make text look like other text: C0, DEL, C1, bidirectional controls, the separators of
 * lines and paragraphs. */
bool point_is_control(uint32_t point);

/*
 * Appends `s` fit for a terminal or a log line: C0, DEL, C1, invalid UTF-8 and
 * bidirectional controls become \xNN or \u{N}; at most `bytes_max` bytes of `s` are shown.
 */
void text_add_escaped(struct buffer *out, struct span s, size_t bytes_max);

/* Unsigned decimal; false on anything but digits or on overflow. */
bool text_to_u64(struct span s, uint64_t *value);

#endif
