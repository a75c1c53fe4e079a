/* tar_pax: see tar_pax.h. */
#include "unpack/tar_pax.h"

#include "base/limits.h"
#include "base/text.h"

struct record {
    struct span key;
    struct span value;
};

/* Cuts the next record off `rest`. False when it does not parse. */
static bool next_record(struct span *rest, struct record *record) {
    size_t space = span_find(span_slice(*rest, 0, 20), ' ');
    uint64_t len;
    if (!text_to_u64(span_slice(*rest, 0, space), &len) || len > rest->len || len < space + 3 ||
        rest->at[len - 1] != '\n')
        return false;
    struct span body = span_slice(*rest, space + 1, (size_t)len - 1);
    size_t sign = span_find(body, '=');
    record->key = span_slice(body, 0, sign);
    record->value = span_from(body, sign + 1);
    *rest = span_from(*rest, (size_t)len);
    return sign > 0 && sign < body.len;
}

/* Digits, perhaps with a sign before and a fraction behind. */
static bool is_time(struct span value) {
    size_t i = value.len > 0 && value.at[0] == '-' ? 1 : 0;
    size_t digits = 0;
    bool point = false;
    for (; i < value.len; i++) {
        if (ascii_is_digit(value.at[i]))
            digits++;
        else if (value.at[i] == '.' && !point)
            point = true;
        else
            return false;
    }
    return digits > 0;
}

static bool is_number(struct span value) {
    size_t digits = 0;
    while (digits < value.len && ascii_is_digit(value.at[digits]))
        digits++;
    return value.len > 0 && digits == value.len;
}

static bool holds_nul(struct span text) {
    return span_find(text, 0) < text.len;
}

/* Whether the value is one that the key may have. An empty one takes a statement back, by POSIX,
 * and is a name of no letters to others. */
static bool value_fits(struct span key, struct span value) {
    if (span_is(key, "mtime") || span_is(key, "atime") || span_is(key, "ctime"))
        return is_time(value);
    if (span_is(key, "size") || span_is(key, "uid") || span_is(key, "gid"))
        return is_number(value);
    if (span_is(key, "path") || span_is(key, "linkpath"))
        return value.len > 0 && !holds_nul(value);
    return !(span_is(key, "uname") || span_is(key, "gname")) || !holds_nul(value);
}

static void state(bool *has, bool *repeated, struct span value) {
    *repeated |= *has;
    *has = value.len > 0;
}

static void take(struct pax_facts *facts, const struct record *record) {
    if (holds_nul(record->key) || !value_fits(record->key, record->value))
        facts->malformed = true;
    if (span_starts(record->key, "GNU.sparse.") || span_is(record->key, "SUN.holesdata"))
        facts->sparse = true;
    if (span_is(record->key, "GNU.sparse.major"))
        facts->map_in_contents = true;
    if (span_starts(record->key, "SCHILY.acl.") && record->value.len > facts->acl_bytes)
        facts->acl_bytes = record->value.len;
    if (span_is(record->key, "linkpath"))
        state(&facts->has_linkpath, &facts->repeated, record->value);
    if (span_is(record->key, "path")) {
        state(&facts->has_path, &facts->repeated, record->value);
        facts->path = record->value;
    }
    if (span_is(record->key, "size")) {
        state(&facts->has_size, &facts->repeated, record->value);
        if (facts->has_size && !text_to_u64(record->value, &facts->size)) {
            facts->has_size = false;
            facts->malformed = true;
        }
    }
}

struct pax_facts pax_read(struct span records) {
    struct pax_facts facts = {0};
    while (records.len > 0) {
        struct record record;
        if (!next_record(&records, &record)) {
            facts.malformed = true;
            break;
        }
        take(&facts, &record);
    }
    return facts;
}

bool pax_is_plain(struct span records, struct span *path) {
    enum { KEYS = 6 };
    static const struct {
        struct span key;
        size_t bytes_max; /* of its value: any time in nanoseconds, any id of 32 bits */
    } rows[KEYS] = {{SPAN("path"), MEMBER_NAME_BYTES_MAX},
                    {SPAN("mtime"), 20},
                    {SPAN("atime"), 20},
                    {SPAN("ctime"), 20},
                    {SPAN("uid"), 10},
                    {SPAN("gid"), 10}};
    bool seen[KEYS] = {false};
    *path = SPAN_EMPTY;
    if (records.len == 0)
        return false;
    while (records.len > 0) {
        struct record record;
        size_t row = 0;
        if (!next_record(&records, &record))
            return false;
        while (row < KEYS && !span_equal(record.key, rows[row].key))
            row++;
        if (row == KEYS || seen[row] || record.value.len > rows[row].bytes_max ||
            !value_fits(record.key, record.value))
            return false;
        seen[row] = true;
        if (row == 0)
            *path = record.value;
        else if (!ascii_is_digit(record.value.at[0]))
            return false;
    }
    return true;
}

uint64_t pax_sparse_pieces(struct span contents) {
    struct span line;
    do {
        size_t end = span_find(contents, '\n');
        if (end == contents.len)
            return UINT64_MAX;
        line = span_slice(contents, 0, end);
        contents = span_from(contents, end + 1);
    } while (span_starts(line, "#"));
    uint64_t pieces;
    if (text_to_u64(line, &pieces))
        return pieces;
    return line.len > 0 && ascii_is_digit(line.at[0]) ? UINT64_MAX : 0;
}
