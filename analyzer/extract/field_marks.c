/* field_marks: see field_marks.h. */
#include "extract/field_marks.h"

#include "base/hash.h"
#include "base/text.h"

#include <endian.h>

/* The minor number of the first Metadata-Version 2.x under which fields are promised. */
enum { PROMISING_MINOR = 2 };

/*
 * Metadata-Version, Name and Version are compared elsewhere. Import-Name and License-File are left
 * out: the newest builds add them by themselves, and honest wheels come from older ones. Stored
 * marks depend on the order.
 */
static const struct {
    struct span lower;
    const char *name;
    bool needs_same_version; /* its meaning moved from version to version */
} fields[MARKED_FIELDS] = {
    {SPAN("author"), "Author", false},
    {SPAN("author-email"), "Author-email", false},
    {SPAN("classifier"), "Classifier", false},
    {SPAN("description"), "Description", false},
    {SPAN("description-content-type"), "Description-Content-Type", false},
    {SPAN("download-url"), "Download-URL", false},
    {SPAN("home-page"), "Home-page", false},
    {SPAN("keywords"), "Keywords", false},
    {SPAN("license"), "License", true},
    {SPAN("license-expression"), "License-Expression", true},
    {SPAN("maintainer"), "Maintainer", false},
    {SPAN("maintainer-email"), "Maintainer-email", false},
    {SPAN("obsoletes-dist"), "Obsoletes-Dist", false},
    {SPAN("platform"), "Platform", false},
    {SPAN("project-url"), "Project-URL", false},
    {SPAN("provides-dist"), "Provides-Dist", false},
    {SPAN("provides-extra"), "Provides-Extra", false},
    {SPAN("requires-dist"), "Requires-Dist", false},
    {SPAN("requires-external"), "Requires-External", false},
    {SPAN("requires-python"), "Requires-Python", false},
    {SPAN("summary"), "Summary", false},
    {SPAN("supported-platform"), "Supported-Platform", false},
};

/* MARKED_FIELDS when it is none of them. */
static size_t find_field(struct span lower) {
    size_t i = 0;
    while (i < MARKED_FIELDS && !span_equal(fields[i].lower, lower))
        i++;
    return i;
}

/* Tools fold lines and write requirements with or without spaces, parentheses and double quotes.
 * What each byte counts as; 0: it is left out. */
#define SAME_4(n) (n), (n) + 1, (n) + 2, (n) + 3
#define SAME_16(n) SAME_4(n), SAME_4((n) + 4), SAME_4((n) + 8), SAME_4((n) + 12)
/* clang-format off */
static const unsigned char folded[256] = {
    SAME_4(0), SAME_4(4), 8, 0, 0, 0, 0, 0, 14, 15, SAME_16(16),
    0, '!', '\'', SAME_4('#'), '\'', 0, 0, '*', '+', SAME_4(','), SAME_16('0'),
    '@', 'a', 'b', 'c', SAME_4('d'), SAME_4('h'), SAME_4('l'), SAME_4('p'), SAME_4('t'),
    'x', 'y', 'z', '[', SAME_4('\\'), SAME_16('`'), SAME_16('p'),
    SAME_16(0x80), SAME_16(0x90), SAME_16(0xa0), SAME_16(0xb0),
    SAME_16(0xc0), SAME_16(0xd0), SAME_16(0xe0), SAME_16(0xf0)};
/* clang-format on */
#undef SAME_4
#undef SAME_16

static uint64_t hash_of(struct span value) {
    unsigned char plain[512];
    size_t len = 0;
    uint64_t hash = 0;
    while (value.len > 0) {
        struct span part = span_slice(value, 0, sizeof plain - len);
        for (size_t i = 0; i < part.len; i++) {
            unsigned char c = folded[part.at[i]];
            plain[len] = c;
            len += c != 0;
        }
        if (len == sizeof plain) {
            hash = hash64(span_of(plain, len), hash);
            len = 0;
        }
        value = span_from(value, part.len);
    }
    return hash64(span_of(plain, len), hash);
}

void field_marks_add(struct field_marks *marks, struct span name, struct span value) {
    size_t i = find_field(name);
    if (i < MARKED_FIELDS) {
        marks->present |= UINT32_C(1) << i;
        marks->of[i] += (uint32_t)hash_of(value);
    } else if (span_is(name, "metadata-version")) {
        value = span_trim(value);
        if (value.len == 3 && span_starts(value, "2.") && ascii_is_digit(value.at[2]))
            marks->minor = (unsigned char)(value.at[2] - '0');
    } else if (span_is(name, "dynamic")) {
        unsigned char lower[32];
        value = span_trim(value);
        for (size_t k = 0; k < value.len && k < sizeof lower; k++)
            lower[k] = ascii_lower(value.at[k]);
        i = value.len <= sizeof lower ? find_field(span_of(lower, value.len)) : MARKED_FIELDS;
        if (i < MARKED_FIELDS)
            marks->dynamic |= UINT32_C(1) << i;
    }
}

/* --- as bytes --------------------------------------------------------------------------------- */

static unsigned char *put_u32(unsigned char *at, uint32_t value) {
    const uint32_t bytes = htole32(value);
    memcpy(at, &bytes, sizeof bytes);
    return at + sizeof bytes;
}

static uint32_t get_u32(struct span *bytes) {
    uint32_t value;
    memcpy(&value, bytes->at, sizeof value);
    *bytes = span_from(*bytes, sizeof value);
    return le32toh(value);
}

bool field_marks_write(struct arena *arena, const struct field_marks *marks, struct span *bytes) {
    unsigned char all[FIELD_MARKS_BYTES_MAX];
    unsigned char *at = all;
    *at++ = marks->commands_known;
    *at++ = marks->minor;
    at = put_u32(at, marks->present);
    at = put_u32(at, marks->dynamic);
    for (size_t i = 0; i < MARKED_FIELDS; i++)
        if (marks->present >> i & 1)
            at = put_u32(at, marks->of[i]);
    return arena_copy(arena, span_of(all, (size_t)(at - all)), bytes);
}

bool field_marks_read(struct span bytes, struct field_marks *marks) {
    enum { HEAD_BYTES = 10 };
    *marks = (struct field_marks){0};
    if (bytes.len < HEAD_BYTES || bytes.at[0] > 1)
        return false;
    marks->commands_known = bytes.at[0] == 1;
    marks->minor = bytes.at[1];
    bytes = span_from(bytes, 2);
    marks->present = get_u32(&bytes);
    marks->dynamic = get_u32(&bytes);
    for (size_t i = 0; i < MARKED_FIELDS; i++) {
        if ((marks->present >> i & 1) == 0)
            continue;
        if (bytes.len < sizeof(uint32_t))
            return false;
        marks->of[i] = get_u32(&bytes);
    }
    return bytes.len == 0 && (marks->present | marks->dynamic) >> MARKED_FIELDS == 0;
}

void field_marks_compare(const struct field_marks *sdist, const struct field_marks *wheel,
                         struct buffer *names) {
    size_t before = names->len;
    for (size_t i = 0; sdist->minor >= PROMISING_MINOR && i < MARKED_FIELDS; i++) {
        bool known = (sdist->dynamic >> i & 1) == 0 &&
                     (!fields[i].needs_same_version || sdist->minor == wheel->minor);
        bool equal =
            (sdist->present >> i & 1) == (wheel->present >> i & 1) && sdist->of[i] == wheel->of[i];
        if (!known || equal)
            continue;
        if (names->len > before)
            buffer_add_byte(names, ' ');
        buffer_add_text(names, fields[i].name);
    }
}
