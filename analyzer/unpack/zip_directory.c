/* zip_directory: see zip_directory.h. */
#include "unpack/zip_directory.h"

#include "base/limits.h"

/* What the end records say, ZIP64 already merged in. */
struct zip_end {
    uint64_t at; /* of the end record; of ZIP64's when there is one: the directory ends here */
    uint64_t count;
    uint64_t size;
    uint64_t offset;
};

static const unsigned char end_signature[4] = {'P', 'K', 5, 6};
static const unsigned char end64_signature[4] = {'P', 'K', 6, 6};
static const unsigned char locator_signature[4] = {'P', 'K', 6, 7};
static const unsigned char central_signature[4] = {'P', 'K', 1, 2};

static bool has_signature(struct span bytes, const unsigned char signature[4]) {
    return bytes.len >= 4 && memcmp(bytes.at, signature, 4) == 0;
}

const char *zip_other_record(struct span bytes) {
    static const struct {
        unsigned char signature[4];
        const char *words;
    } kinds[] = {
        {{'P', 'K', 7, 8}, "a split mark or a data descriptor"},
        {{'P', 'K', '0', '0'}, "a mark of a split archive"},
        {{'P', 'K', 6, 8}, "archive extra data"},
        {{'P', 'K', 5, 5}, "a digital signature"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (has_signature(bytes, kinds[i].signature))
            return kinds[i].words;
    return NULL;
}

/* --- the end record ------------------------------------------------------------------------- */

/* Position of the end record in `tail`, or tail.len: at the very end with no comment, else the last
 * signature that has room behind it, as zipfile looks for it. */
static size_t find_end(struct span tail) {
    if (tail.len < ZIP_END_BYTES)
        return tail.len;
    size_t last = tail.len - ZIP_END_BYTES;
    if (has_signature(span_from(tail, last), end_signature) && tail.at[tail.len - 1] == 0 &&
        tail.at[tail.len - 2] == 0)
        return last;
    for (size_t at = last + 1; at-- > 0;)
        if (tail.at[at] == 'P' && has_signature(span_from(tail, at), end_signature))
            return at;
    return tail.len;
}

bool zip_has_end(struct unpack *unpack) {
    return unpack_read_tail(unpack, ZIP_TAIL_BYTES) == OUTCOME_OK &&
           find_end(unpack->tail) < unpack->tail.len;
}

/* The comment and what is behind it. */
static void check_comment(struct unpack *unpack, struct span after, uint16_t comment_bytes) {
    struct span comment = span_slice(after, 0, comment_bytes);
    if (comment.len > 0)
        unpack_note(unpack->artifact, CODE_ZIP_COMMENT, comment);
    if (span_search(comment, "PK\003\004") < comment.len)
        unpack_notef(unpack->artifact, CODE_ZIP_HIDDEN_MEMBER, "in the comment");
    if (after.len > comment_bytes)
        unpack_notef(unpack->artifact, CODE_ZIP_TRAILING_DATA, "%zu bytes",
                     after.len - comment_bytes);
    else if (after.len < comment_bytes)
        unpack_notef(unpack->artifact, CODE_ZIP_TRAILING_DATA, "the comment lacks %zu bytes",
                     comment_bytes - after.len);
}

/* --- ZIP64 ---------------------------------------------------------------------------------- */

static bool disagrees(uint64_t narrow, uint64_t marker, uint64_t wide) {
    return narrow != marker && narrow != wide;
}

static void check_end64(struct unpack *unpack, const struct zip_end *end, const unsigned char *at) {
    struct artifact *artifact = unpack->artifact;
    if (zip_u64(at + 4) != ZIP_END64_BYTES - 12)
        unpack_notef(artifact, CODE_ZIP_END64_EXTRA, "states %llu bytes instead of %d",
                     (unsigned long long)zip_u64(at + 4), ZIP_END64_BYTES - 12);
    if (disagrees(end->count, UINT16_MAX, zip_u64(at + 32)) ||
        disagrees(end->size, UINT32_MAX, zip_u64(at + 40)) ||
        disagrees(end->offset, UINT32_MAX, zip_u64(at + 48)))
        unpack_note(artifact, CODE_ZIP_END64_MISMATCH, SPAN_EMPTY);
    if (zip_u32(at + 16) != 0 || zip_u32(at + 20) != 0 || zip_u64(at + 24) != zip_u64(at + 32))
        unpack_note(artifact, CODE_ZIP_MULTI_DISK, SPAN_EMPTY);
}

/* Where ZIP64's end record is: directly before its locator as zipfile wants it, or where the
 * locator says. *view is empty when it is at neither. */
static enum outcome find_end64(struct unpack *unpack, uint64_t locator_at, uint64_t stated_at,
                               uint64_t *end64_at, struct span *view) {
    *view = SPAN_EMPTY;
    if (locator_at >= ZIP_END64_BYTES) {
        *end64_at = locator_at - ZIP_END64_BYTES;
        enum outcome outcome = unpack_view(unpack, *end64_at, ZIP_END64_BYTES, view);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (has_signature(*view, end64_signature)) {
            if (*end64_at != stated_at)
                unpack_note(unpack->artifact, CODE_ZIP_END64_PLACE, SPAN_EMPTY);
            return OUTCOME_OK;
        }
    }
    *view = SPAN_EMPTY;
    if (stated_at > locator_at || locator_at - stated_at < ZIP_END64_BYTES)
        return OUTCOME_OK;
    *end64_at = stated_at;
    enum outcome outcome = unpack_view(unpack, stated_at, ZIP_END64_BYTES, view);
    if (outcome == OUTCOME_OK && !has_signature(*view, end64_signature))
        *view = SPAN_EMPTY;
    if (view->len > 0 && zip_u64(view->at + 4) != locator_at - stated_at - 12)
        unpack_notef(unpack->artifact, CODE_ZIP_END64_PLACE, "bytes between it and its locator");
    return outcome;
}

/* A ZIP64 end record directly before the end record. */
static enum outcome find_end64_alone(struct unpack *unpack, uint64_t end_at) {
    struct span view = SPAN_EMPTY;
    if (end_at < ZIP_END64_BYTES)
        return OUTCOME_OK;
    enum outcome outcome = unpack_view(unpack, end_at - ZIP_END64_BYTES, 4, &view);
    if (outcome == OUTCOME_OK && has_signature(view, end64_signature))
        unpack_note(unpack->artifact, CODE_ZIP_END64_NO_LOCATOR, SPAN_EMPTY);
    return outcome;
}

/* Merges ZIP64's end record into *end, when there is a locator for one. */
static enum outcome read_end64(struct unpack *unpack, struct zip_end *end) {
    if (end->at < ZIP_LOCATOR_BYTES)
        return OUTCOME_OK;
    uint64_t locator_at = end->at - ZIP_LOCATOR_BYTES;
    struct span locator = SPAN_EMPTY;
    enum outcome outcome = unpack_view(unpack, locator_at, ZIP_LOCATOR_BYTES, &locator);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (!has_signature(locator, locator_signature))
        return find_end64_alone(unpack, end->at);
    uint64_t end64_at = 0;
    struct span view = SPAN_EMPTY;
    outcome = find_end64(unpack, locator_at, zip_u64(locator.at + 8), &end64_at, &view);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (zip_u32(locator.at + 4) != 0 || zip_u32(locator.at + 16) > 1)
        unpack_note(unpack->artifact, CODE_ZIP_MULTI_DISK, SPAN_EMPTY);
    if (view.len == 0) {
        unpack_notef(unpack->artifact, CODE_ZIP_END64_PLACE, "a locator, but no record");
        return OUTCOME_OK;
    }
    check_end64(unpack, end, view.at);
    *end = (struct zip_end){.at = end64_at,
                            .count = zip_u64(view.at + 32),
                            .size = zip_u64(view.at + 40),
                            .offset = zip_u64(view.at + 48)};
    return OUTCOME_OK;
}

static enum outcome read_end(struct unpack *unpack, struct zip_end *end) {
    enum outcome outcome = unpack_read_tail(unpack, ZIP_TAIL_GUESS_BYTES);
    size_t found = find_end(unpack->tail);
    if (outcome == OUTCOME_OK && found == unpack->tail.len) {
        outcome = unpack_read_tail(unpack, ZIP_TAIL_BYTES);
        found = find_end(unpack->tail);
    }
    if (outcome != OUTCOME_OK)
        return outcome;
    if (found == unpack->tail.len)
        return artifact_fail(unpack->artifact, STATUS_DAMAGED,
                             "zip: truncated, it has no end-of-directory record");
    const unsigned char *at = unpack->tail.at + found;
    *end = (struct zip_end){.at = unpack->tail_at + found,
                            .count = zip_u16(at + 10),
                            .size = zip_u32(at + 12),
                            .offset = zip_u32(at + 16)};
    check_comment(unpack, span_from(unpack->tail, found + ZIP_END_BYTES), zip_u16(at + 20));
    uint16_t disk = zip_u16(at + 4);
    uint16_t first_disk = zip_u16(at + 6);
    bool zip64 = end->count == UINT16_MAX; /* then the disks may be left to ZIP64's record, too */
    if ((disk != 0 && !(zip64 && disk == UINT16_MAX)) ||
        (first_disk != 0 && !(zip64 && first_disk == UINT16_MAX)) || zip_u16(at + 8) != end->count)
        unpack_note(unpack->artifact, CODE_ZIP_MULTI_DISK, SPAN_EMPTY);
    return read_end64(unpack, end);
}

/* --- the directory -------------------------------------------------------------------------- */

static enum outcome starts_record(struct unpack *unpack, uint64_t at, bool *does) {
    struct span view = SPAN_EMPTY;
    enum outcome outcome = unpack_view(unpack, at, sizeof central_signature, &view);
    *does = outcome == OUTCOME_OK && has_signature(view, central_signature);
    return outcome;
}

/* What lies between the directory and its end record. */
static void note_gap(struct unpack *unpack, uint64_t from, uint64_t to) {
    unpack_notef(unpack->artifact, CODE_ZIP_DIRECTORY_GAP, "%llu bytes",
                 (unsigned long long)(to - from));
    struct span view = SPAN_EMPTY;
    const char *other = NULL;
    if (to - from >= 4 && unpack_view(unpack, from, 4, &view) == OUTCOME_OK)
        other = zip_other_record(view);
    if (other != NULL)
        unpack_note(unpack->artifact, CODE_ZIP_OTHER_RECORD, span_text(other));
}

/* The directory ends at its end record; all that is stated in offsets shifts with it. When no
 * record is there, but at the stated offset is one, that is it. */
static enum outcome place_directory(struct unpack *unpack, const struct zip_end *end,
                                    struct zip_directory *directory) {
    bool fits = end->size <= end->at;
    uint64_t start = fits ? end->at - end->size : 0;
    if (fits && start >= end->offset) {
        bool good = end->size == 0;
        enum outcome outcome = good ? OUTCOME_OK : starts_record(unpack, start, &good);
        if (outcome != OUTCOME_OK)
            return outcome;
        directory->at = start;
        directory->shift = start - end->offset;
        if (good)
            return OUTCOME_OK;
    }
    if (fits && end->offset <= start) {
        bool good = false;
        enum outcome outcome = starts_record(unpack, end->offset, &good);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (good) {
            directory->at = end->offset;
            directory->shift = 0;
            note_gap(unpack, end->offset + end->size, end->at);
            return OUTCOME_OK;
        }
    }
    unpack_notef(unpack->artifact, CODE_ZIP_DIRECTORY_PLACE, "%llu bytes at %llu stated",
                 (unsigned long long)end->size, (unsigned long long)end->offset);
    return artifact_fail(unpack->artifact, STATUS_DAMAGED,
                         "zip: the directory is not where the end record says");
}

enum outcome zip_directory_read(struct unpack *unpack, struct zip_directory *directory) {
    struct zip_end end = {0};
    enum outcome outcome = read_end(unpack, &end);
    if (outcome != OUTCOME_OK)
        return outcome;
    outcome = place_directory(unpack, &end, directory);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (end.size > ZIP_DIRECTORY_BYTES_MAX)
        return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT, "zip: a directory of %llu bytes",
                             (unsigned long long)end.size);
    directory->claimed_count = end.count;
    directory->end_at = end.at;
    return unpack_view(unpack, directory->at, (size_t)end.size, &directory->records);
}

/* --- records -------------------------------------------------------------------------------- */

bool zip_next_extra(struct span *rest, uint16_t *id, struct span *data) {
    if (rest->len < 4)
        return false;
    size_t len = zip_u16(rest->at + 2);
    if (len > rest->len - 4)
        return false;
    *id = zip_u16(rest->at);
    *data = span_of(rest->at + 4, len);
    *rest = span_from(*rest, 4 + len);
    return true;
}

/* Takes a 64-bit value for a 32-bit one that is all ones. */
static void widen(uint64_t *value, struct span *data, struct zip_record *record) {
    if (*value != UINT32_MAX)
        return;
    if (data->len < 8) {
        record->zip64_short = true;
        return;
    }
    *value = zip_u64(data->at);
    *data = span_from(*data, 8);
}

static void read_zip64(struct zip_record *record) {
    struct span rest = record->extra;
    struct span data = SPAN_EMPTY;
    uint16_t id;
    while (zip_next_extra(&rest, &id, &data)) {
        if (id != ZIP_EXTRA_ZIP64)
            continue;
        size_t field_bytes = data.len;
        widen(&record->size, &data, record);
        widen(&record->packed_size, &data, record);
        widen(&record->offset, &data, record);
        /* A disk number of 4 bytes may follow. */
        if (record->disk == UINT16_MAX && data.len >= 4)
            record->disk = zip_u32(data.at);
        record->zip64_long = data.len > 0 && data.len != 4 && data.len < field_bytes;
        record->zip64_unused = data.len > 0 && data.len == field_bytes;
        return;
    }
}

bool zip_record_at(struct span records, size_t at, struct zip_record *record) {
    struct span here = span_from(records, at);
    if (here.len < ZIP_CENTRAL_BYTES || !has_signature(here, central_signature))
        return false;
    const unsigned char *r = here.at;
    size_t name = zip_u16(r + 28);
    size_t extra = zip_u16(r + 30);
    size_t comment = zip_u16(r + 32);
    if (here.len - ZIP_CENTRAL_BYTES < name + extra + comment)
        return false;
    *record = (struct zip_record){.made_by = zip_u16(r + 4),
                                  .version = zip_u16(r + 6),
                                  .flags = zip_u16(r + 8),
                                  .method = zip_u16(r + 10),
                                  .time = zip_u32(r + 12),
                                  .crc32 = zip_u32(r + 16),
                                  .packed_size = zip_u32(r + 20),
                                  .size = zip_u32(r + 24),
                                  .disk = zip_u16(r + 34),
                                  .attributes = zip_u32(r + 38),
                                  .offset = zip_u32(r + 42)};
    record->name = span_of(r + ZIP_CENTRAL_BYTES, name);
    record->extra = span_of(record->name.at + name, extra);
    record->comment = span_of(record->extra.at + extra, comment);
    record->next = at + ZIP_CENTRAL_BYTES + name + extra + comment;
    if (record->extra.len >= 4)
        read_zip64(record);
    return true;
}

bool zip_size_is_possible(const struct zip_record *record) {
    enum { DEFLATE_RATIO_MAX = 1032 };
    if (record->method == ZIP_METHOD_STORED)
        return record->size <= record->packed_size;
    return record->method != ZIP_METHOD_DEFLATE ||
           record->size / DEFLATE_RATIO_MAX <= record->packed_size;
}

bool zip_is_readable(const struct zip_record *record) {
    const uint16_t hidden =
        ZIP_FLAG_ENCRYPTED | ZIP_FLAG_PATCH | ZIP_FLAG_STRONG_ENCRYPTION | ZIP_FLAG_MASKED;
    return (record->flags & hidden) == 0 &&
           (record->method == ZIP_METHOD_STORED || record->method == ZIP_METHOD_DEFLATE);
}
