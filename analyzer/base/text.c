/* text: see text.h. */
#include "base/text.h"

size_t utf8_decode(struct span s, uint32_t *point) {
    if (s.len == 0)
        return 0;
    unsigned char lead = s.at[0];
    if (lead < 0x80) {
        *point = lead;
        return 1;
    }
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.len < len)
        return 0;
    uint32_t value = lead & (0xFFU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((s.at[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (s.at[i] & 0x3F);
    }
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *point = value;
    return len;
}

size_t utf8_encode(uint32_t point, unsigned char out[4]) {
    if (point < 0x80) {
        out[0] = (unsigned char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (unsigned char)(lead[len] | point);
    return len;
}

/* Bytes of ASCII at the start. */
static size_t ascii_run(struct span s) {
    size_t at = 0;
    uint64_t eight;
    for (; s.len - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, s.at + at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < s.len && s.at[at] < 0x80)
        at++;
    return at;
}

bool utf8_is_valid(struct span s) {
    while (s.len > 0) {
        s = span_from(s, ascii_run(s));
        if (s.len == 0)
            break;
        uint32_t point = 0;
        size_t len = utf8_decode(s, &point);
        if (len == 0)
            return false;
        s = span_from(s, len);
    }
    return true;
}

struct span utf8_cut(struct span s, size_t bytes_max) {
    enum { LATER_BYTES_MAX = 3 }; /* of a character; more of them are no UTF-8 */
    size_t keep = bytes_max;
    if (s.len <= bytes_max)
        return s;
    while (keep > 0 && bytes_max - keep < LATER_BYTES_MAX && (s.at[keep] & 0xC0) == 0x80)
        keep--;
    return span_slice(s, 0, keep);
}

bool text_from_bytes(struct arena *arena, struct span s, struct span *utf8) {
    *utf8 = s;
    if (utf8_is_valid(s))
        return true;
    *utf8 = SPAN_EMPTY;
    unsigned char *out = arena_alloc_raw(arena, s.len * 2);
    if (out == NULL)
        return false;
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++)
        len += utf8_encode(s.at[i], out + len);
    *utf8 = span_of(out, len);
    return true;
}

/* Characters that reorder what a reader sees: CVE-2021-42574 ("Trojan Source"). */
static bool is_bidi_control(uint32_t point) {
    return point == 0x061C || point == 0x200E || point == 0x200F ||
           (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

bool point_is_control(uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || is_bidi_control(point) ||
           point == 0x2028 || point == 0x2029;
}

void text_add_escaped(struct buffer *out, struct span s, size_t bytes_max) {
    bool cut = s.len > bytes_max;
    s = span_slice(s, 0, bytes_max);
    while (s.len > 0) {
        uint32_t point = 0;
        size_t len = utf8_decode(s, &point);
        if (len == 0)
            buffer_printf(out, "\\x%02X", s.at[0]);
        else if (point_is_control(point))
            buffer_printf(out, point < 0x100 ? "\\x%02X" : "\\u{%X}", (unsigned)point);
        else
            buffer_add(out, span_slice(s, 0, len));
        s = span_from(s, len ? len : 1);
    }
    if (cut)
        buffer_add_text(out, "...");
}

bool text_to_u64(struct span s, uint64_t *value) {
    if (s.len == 0)
        return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_digit(s.at[i]))
            return false;
        if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(s.at[i] - '0'), &sum))
            return false;
    }
    *value = sum;
    return true;
}
