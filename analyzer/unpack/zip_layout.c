/*
 * zip_layout: whether the members, laid side by side, fill the file up to the
 * directory: no overlap, no gap, nothing in front. Part of zip_checks.h.
 *
 *   [prefix] header name extra data [descriptor] [gap] header ... [gap] directory
 *
 * Extra fields of local headers are not in the directory, so gaps are only certain where the
 * headers are read; overlaps and prefixes are seen without. A gap that could hold a member is
 * reason enough to read them.
 */
#include "base/buffer.h"
#include "base/limits.h"
#include "unpack/zip_checks.h"

#include <stdlib.h>

struct layout {
    struct unpack *unpack;
    const struct zip_directory *directory;
    struct buffer scratch; /* headers that are not in the tail */
};

uint64_t zip_extent_end(const struct zip_directory *directory, uint64_t start, uint64_t header,
                        uint64_t data) {
    uint64_t left = directory->at - start;
    return header > left || data > left - header ? directory->at + 1 : start + header + data;
}

static int compare_extents(const void *a, const void *b) {
    const struct zip_extent *x = a;
    const struct zip_extent *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->record_at < y->record_at ? -1 : x->record_at > y->record_at;
}

static void sort_extents(struct zip_extent *extents, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (extents[i].start < extents[i - 1].start) {
            qsort(extents, count, sizeof *extents, compare_extents);
            return;
        }
}

static struct span name_of(const struct layout *layout, const struct zip_extent *extent) {
    struct zip_record record;
    return zip_record_at(layout->directory->records, extent->record_at, &record) ? record.name
                                                                                 : SPAN_EMPTY;
}

/* Up to `bytes` bytes at `at`, not past the directory, borrowed until the next call. */
static enum outcome look(struct layout *layout, uint64_t at, uint64_t bytes, struct span *view) {
    struct unpack *unpack = layout->unpack;
    *view = SPAN_EMPTY;
    if (at >= layout->directory->at)
        return OUTCOME_OK;
    uint64_t left = layout->directory->at - at;
    if (bytes > left)
        bytes = left;
    if (at >= unpack->tail_at)
        return unpack_view(unpack, at, (size_t)bytes, view);
    buffer_clear(&layout->scratch);
    if (!buffer_reserve(&layout->scratch, (size_t)bytes))
        return unpack_out_of_memory(unpack);
    *view = span_of(layout->scratch.at, (size_t)bytes);
    return unpack_read(unpack, at, layout->scratch.at, (size_t)bytes);
}

/* --- bytes that belong to no member --------------------------------------------------------- */

/* The name in a local header at the start of `bytes`; false when there is none. */
static bool is_local_header(struct span bytes, struct span *name) {
    if (bytes.at == NULL || bytes.len < ZIP_LOCAL_BYTES || memcmp(bytes.at, "PK\003\004", 4) != 0)
        return false;
    *name = span_slice(bytes, ZIP_LOCAL_BYTES, ZIP_LOCAL_BYTES + (size_t)zip_u16(bytes.at + 26));
    return true;
}

static enum outcome note_gap(struct layout *layout, uint64_t from, uint64_t to) {
    struct unpack *unpack = layout->unpack;
    unpack_notef(unpack->artifact, from == 0 ? CODE_ZIP_PREFIX_DATA : CODE_ZIP_GAP,
                 "%llu bytes at %llu", (unsigned long long)(to - from), (unsigned long long)from);
    enum { LOOKED_AT_BYTES = 4096 };
    struct span view = SPAN_EMPTY;
    uint64_t bytes = to - from < LOOKED_AT_BYTES ? to - from : LOOKED_AT_BYTES;
    enum outcome outcome = look(layout, from, bytes, &view);
    if (outcome != OUTCOME_OK)
        return outcome;
    const char *other = zip_other_record(view);
    if (other != NULL)
        unpack_note(unpack->artifact, CODE_ZIP_OTHER_RECORD, span_text(other));
    struct span name;
    if (is_local_header(span_from(view, span_search(view, "PK\003\004")), &name))
        unpack_note(unpack->artifact, CODE_ZIP_HIDDEN_MEMBER, name);
    return outcome;
}

/* Whether another end record stands in the tail, where parsers that search differently may stop. */
static void find_other_ends(struct layout *layout) {
    struct unpack *unpack = layout->unpack;
    if (unpack_read_tail(unpack, ZIP_TAIL_BYTES) != OUTCOME_OK)
        return;
    struct span before = span_slice(unpack->tail, 0,
                                    layout->directory->end_at > unpack->tail_at
                                        ? (size_t)(layout->directory->end_at - unpack->tail_at)
                                        : 0);
    if (span_search(before, "PK\005\006") < before.len)
        unpack_note(unpack->artifact, CODE_ZIP_SEVERAL_ENDS, SPAN_EMPTY);
}

/* --- the members' own headers --------------------------------------------------------------- */

/*
 * Merges the ZIP64 field in. It has both sizes (APPNOTE 4.5.3); some writers leave out the packed
 * one where nothing is packed. Some readers, the index among them, take the packed size from it
 * whatever the header says: where both have one it must be the same.
 */
static void merge_local_zip64(struct zip_record *record, struct span data) {
    bool stored = record->method == ZIP_METHOD_STORED;
    bool needed = record->size == UINT32_MAX || record->packed_size == UINT32_MAX;
    record->zip64_short = data.len < 16 && (needed || data.len == 8) && !(data.len == 8 && stored);
    if (data.len < 8)
        return;
    uint64_t size = zip_u64(data.at);
    if (record->size == UINT32_MAX)
        record->size = size;
    record->zip64_unused = size != record->size;
    uint64_t packed = data.len >= 16 ? zip_u64(data.at + 8) : stored ? size : record->packed_size;
    record->zip64_conflict = record->packed_size != UINT32_MAX && record->packed_size != packed;
    record->packed_size = packed;
}

/* A local header in the form of a directory record; its ZIP64 values are merged in. */
static struct zip_record local_record(struct span local) {
    struct zip_record record = {.flags = zip_u16(local.at + 6),
                                .method = zip_u16(local.at + 8),
                                .time = zip_u32(local.at + 10),
                                .crc32 = zip_u32(local.at + 14),
                                .packed_size = zip_u32(local.at + 18),
                                .size = zip_u32(local.at + 22)};
    size_t name = zip_u16(local.at + 26);
    record.name = span_slice(local, ZIP_LOCAL_BYTES, ZIP_LOCAL_BYTES + name);
    record.extra = span_from(local, ZIP_LOCAL_BYTES + name);
    struct span rest = record.extra;
    struct span data = SPAN_EMPTY;
    uint16_t id;
    while (zip_next_extra(&rest, &id, &data)) {
        if (id != ZIP_EXTRA_ZIP64)
            continue;
        merge_local_zip64(&record, data);
        break;
    }
    return record;
}

/*
 * Bytes of the data descriptor of `record` at the start of `bytes` (APPNOTE 4.3.9: with or without
 * signature, 4 or 8 bytes a size); 0 when nothing there agrees with the record.
 */
static size_t descriptor_bytes(struct span bytes, const struct zip_record *record) {
    for (size_t signature = 0; signature <= 4; signature += 4) {
        if (signature == 4 && (bytes.len < 4 || memcmp(bytes.at, "PK\007\010", 4) != 0))
            break;
        struct span body = span_from(bytes, signature);
        if (body.len >= 12 && zip_u32(body.at) == record->crc32 &&
            zip_u32(body.at + 4) == record->packed_size && zip_u32(body.at + 8) == record->size)
            return signature + 12;
        if (body.len >= 20 && zip_u32(body.at) == record->crc32 &&
            zip_u64(body.at + 4) == record->packed_size && zip_u64(body.at + 12) == record->size)
            return signature + 20;
    }
    return 0;
}

static enum outcome check_descriptor(struct layout *layout, const struct zip_record *record,
                                     struct zip_extent *extent) {
    enum { DESCRIPTOR_BYTES_MAX = 24 };
    struct span view = SPAN_EMPTY;
    enum outcome outcome = look(layout, extent->end, DESCRIPTOR_BYTES_MAX, &view);
    if (outcome != OUTCOME_OK)
        return outcome;
    size_t bytes = descriptor_bytes(view, record);
    if (bytes == 0)
        tally(&layout->unpack->tallies, CODE_ZIP_DESCRIPTOR_MISMATCH, record->name);
    extent->end += bytes;
    return OUTCOME_OK;
}

/* The parts of flags on which both headers must agree. */
static const uint16_t compared_flags =
    ZIP_FLAG_ENCRYPTED | ZIP_FLAG_DESCRIPTOR | ZIP_FLAG_STRONG_ENCRYPTION | ZIP_FLAG_UTF8;

/* Streamed members leave what is not known yet to their descriptor. */
static bool differs(uint64_t stated, uint64_t own, bool streamed) {
    return stated != own && !(streamed && (own == 0 || own == UINT32_MAX));
}

/* The first thing they disagree on, or NULL. */
static const char *difference(const struct zip_record *record, const struct zip_record *local) {
    if (record->method != local->method)
        return "method";
    if (((record->flags ^ local->flags) & compared_flags) != 0)
        return "flags";
    bool streamed = (local->flags & ZIP_FLAG_DESCRIPTOR) != 0;
    if (differs(record->packed_size, local->packed_size, streamed))
        return "packed size";
    if (local->zip64_conflict && !streamed)
        return "packed size in its ZIP64 field";
    if (differs(record->size, local->size, streamed))
        return "size";
    return differs(record->crc32, local->crc32, streamed) ? "CRC" : NULL;
}

static void compare_local(struct unpack *unpack, const struct zip_record *record,
                          const struct zip_record *local) {
    struct tallies *tallies = &unpack->tallies;
    if (!span_equal(record->name, local->name)) {
        tally(tallies, CODE_ZIP_LOCAL_NAME, record->name);
        artifact_fail(unpack->artifact, STATUS_DAMAGED,
                      "zip: a member's own header has another name than the directory");
    }
    if ((local->flags & ~record->flags & ZIP_FLAG_DESCRIPTOR) != 0)
        tally(tallies, CODE_ZIP_DATA_DESCRIPTOR, record->name);
    if ((local->flags & ~record->flags & ZIP_FLAG_ENCRYPTED) != 0)
        tally(tallies, CODE_ZIP_ENCRYPTED, record->name);
    const char *what = difference(record, local);
    if (what != NULL)
        tally_why(tallies, CODE_ZIP_LOCAL_MISMATCH, record->name, what);
    if (record->time != local->time)
        tally(tallies, CODE_ZIP_LOCAL_TIME, record->name);
    if (local->zip64_short)
        tally(tallies, CODE_ZIP_EXTRA_LENGTH, record->name);
    if (local->zip64_unused)
        tally(tallies, CODE_ZIP_EXTRA_UNUSED, record->name);
    if (local->extra.len > 0)
        zip_check_extra(unpack, record->name, local->extra);
}

/* Reads one member's own header and sets where the member really ends. */
static enum outcome check_local(struct layout *layout, struct zip_extent *extent) {
    struct unpack *unpack = layout->unpack;
    struct zip_record record;
    if (!zip_record_at(layout->directory->records, extent->record_at, &record))
        return OUTCOME_OK;
    enum { EXTRA_GUESS_BYTES = 64 };
    struct span view = SPAN_EMPTY;
    size_t fixed = ZIP_LOCAL_BYTES + record.name.len;
    enum outcome outcome = look(layout, extent->start, fixed + EXTRA_GUESS_BYTES, &view);
    struct span name;
    if (outcome == OUTCOME_OK && !is_local_header(view, &name)) {
        tally(&unpack->tallies, CODE_ZIP_LOCAL_MISSING, record.name);
        return artifact_fail(unpack->artifact, STATUS_DAMAGED,
                             "zip: a directory record points to no member");
    }
    if (outcome != OUTCOME_OK)
        return outcome;
    size_t whole = ZIP_LOCAL_BYTES + (size_t)zip_u16(view.at + 26) + zip_u16(view.at + 28);
    if (whole > view.len)
        outcome = look(layout, extent->start, whole, &view);
    if (outcome != OUTCOME_OK || view.len < ZIP_LOCAL_BYTES)
        return outcome;
    struct zip_record local = local_record(span_of(view.at, whole < view.len ? whole : view.len));
    extent->end = zip_extent_end(layout->directory, extent->start, whole, record.packed_size);
    compare_local(unpack, &record, &local);
    if (((record.flags | local.flags) & ZIP_FLAG_DESCRIPTOR) != 0)
        return check_descriptor(layout, &record, extent);
    return OUTCOME_OK;
}

static enum outcome check_locals(struct layout *layout, struct zip_extent *extents, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (budget_tick(&layout->unpack->budget) != OUTCOME_OK)
            return SKIP_ARTIFACT;
        enum outcome outcome = check_local(layout, &extents[i]);
        if (outcome == SKIP_ARTIFACT && layout->unpack->artifact->status != STATUS_DAMAGED)
            return outcome; /* damage of one member does not end the looking */
    }
    return OUTCOME_OK;
}

/* --- side by side --------------------------------------------------------------------------- */

static enum outcome check_between(struct layout *layout, const struct zip_extent *extents,
                                  size_t count, bool exact) {
    uint64_t end = 0; /* of all that came before */
    for (size_t i = 0; i <= count; i++) {
        uint64_t start = i < count ? extents[i].start : layout->directory->at;
        if (start < end)
            tally(&layout->unpack->tallies, CODE_ZIP_OVERLAP,
                  i < count ? name_of(layout, &extents[i]) : span_text("the directory"));
        else if (start > end && (exact || end == 0)) {
            enum outcome outcome = note_gap(layout, end, start);
            if (outcome != OUTCOME_OK)
                return outcome;
        }
        if (i < count && extents[i].end > end)
            end = extents[i].end;
    }
    return OUTCOME_OK;
}

enum outcome zip_check_layout(struct unpack *unpack, const struct zip_directory *directory,
                              struct zip_extent *extents, size_t count, bool odd) {
    struct layout layout = {.unpack = unpack, .directory = directory};
    sort_extents(extents, count);
    for (size_t i = 0; i < count && !odd; i++) {
        uint64_t next = i + 1 < count ? extents[i + 1].start : directory->at;
        odd = next < extents[i].end || next - extents[i].end > ZIP_LOCAL_BYTES;
    }
    bool leading = count > 0 ? extents[0].start > 0 : directory->at > 0;
    bool gap = directory->at + directory->records.len < directory->end_at;
    if (leading || gap)
        find_other_ends(&layout);
    bool exact = odd || leading || gap || unpack->tail_at == 0;
    enum outcome outcome = OUTCOME_OK;
    if (exact)
        outcome = check_locals(&layout, extents, count);
    if (outcome == OUTCOME_OK)
        outcome = check_between(&layout, extents, count, exact);
    buffer_free(&layout.scratch);
    return outcome;
}
