/*
 * zip_contents: every member's data read through once, in pieces that are thrown away. Part of
 * zip_member.h.
 *
 * One window slides over the file: members that lie side by side cost a read for every window, not
 * for every member. What may be read is bounded twice: what comes out by a budget, what goes in by
 * the size of the file, which members that share their data would exceed.
 */
#include "base/limits.h"
#include "unpack/zip_member.h"

#include <stdlib.h>
#include <zlib.h>

enum { WINDOW_BYTES = 256 * 1024, PIECE_BYTES = 64 * 1024 };

struct reading {
    struct unpack *unpack;
    const struct zip_directory *directory;
    struct budget budget; /* of its own: what was asked for before is not counted again */
    uint64_t packed_bytes;
    z_stream zlib;
    uint64_t at; /* of the window in the file */
    size_t len;
    unsigned char window[WINDOW_BYTES];
    unsigned char piece[PIECE_BYTES];
};

/* The member in hand. */
struct passing {
    const struct zip_record *record;
    uint64_t at;   /* of its data in the file */
    uint64_t left; /* of its data */
    uint64_t made;
    uint32_t crc32;
};

/* At least `bytes` (up to a window) from `at`, fewer only where the directory begins. */
static enum outcome look(struct reading *reading, uint64_t at, size_t bytes, struct span *view) {
    uint64_t left = reading->directory->at - at;
    if (bytes > left)
        bytes = (size_t)left;
    if (at < reading->at || at - reading->at > reading->len ||
        bytes > reading->len - (size_t)(at - reading->at)) {
        reading->at = at;
        reading->len = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;
        enum outcome outcome = unpack_read(reading->unpack, at, reading->window, reading->len);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    size_t skip = (size_t)(at - reading->at);
    *view = span_of(reading->window + skip, reading->len - skip);
    return OUTCOME_OK;
}

static enum outcome next_packed(struct reading *reading, struct passing *member,
                                struct span *packed) {
    *packed = SPAN_EMPTY;
    if (member->left == 0)
        return OUTCOME_OK;
    enum outcome outcome = look(reading, member->at, 1, packed);
    if (packed->len > member->left)
        packed->len = (size_t)member->left;
    member->at += packed->len;
    member->left -= packed->len;
    return outcome;
}

static enum outcome take(struct reading *reading, struct passing *member, struct span made) {
    member->crc32 = crc32_add(member->crc32, made);
    member->made += made.len;
    return budget_spend(&reading->budget, made.len);
}

static enum outcome pass_stored(struct reading *reading, struct passing *member) {
    while (member->made < member->record->size) {
        struct span packed;
        enum outcome outcome = next_packed(reading, member, &packed);
        if (outcome == OUTCOME_OK)
            outcome = take(reading, member,
                           span_slice(packed, 0, (size_t)(member->record->size - member->made)));
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    if (member->record->packed_size > member->record->size)
        zip_note_slack(reading->unpack, member->record);
    return OUTCOME_OK;
}

/* Inflates until the stated size is there; one byte more is asked for, which no honest member has.
 */
static enum outcome pass_deflated(struct reading *reading, struct passing *member) {
    z_stream *zlib = &reading->zlib;
    const struct zip_record *record = member->record;
    int code = inflateReset(zlib);
    zlib->avail_in = 0;
    while (code == Z_OK || code == Z_BUF_ERROR) {
        struct span packed = SPAN_EMPTY;
        if (zlib->avail_in == 0) {
            enum outcome outcome = next_packed(reading, member, &packed);
            if (outcome != OUTCOME_OK)
                return outcome;
            if (packed.len == 0)
                break;
            zlib->next_in = (unsigned char *)(uintptr_t)packed.at;
            zlib->avail_in = (uInt)packed.len;
        }
        uint64_t wanted = record->size - member->made;
        size_t room = wanted == 0 ? 1 : wanted < PIECE_BYTES ? (size_t)wanted : PIECE_BYTES;
        zlib->next_out = reading->piece;
        zlib->avail_out = (uInt)room;
        code = inflate(zlib, Z_NO_FLUSH);
        size_t made = room - zlib->avail_out;
        if (wanted == 0 && made > 0) {
            zip_note_slack(reading->unpack, record);
            return OUTCOME_OK;
        }
        enum outcome outcome = take(reading, member, span_of(reading->piece, made));
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    if (code != Z_STREAM_END)
        return zip_lose(reading->unpack, record, "does not inflate");
    if (member->made < record->size)
        return zip_lose(reading->unpack, record, "is shorter than stated");
    if (member->left > 0 || zlib->avail_in > 0)
        zip_note_slack(reading->unpack, record);
    return OUTCOME_OK;
}

/* Sets where the data of the member begins. */
static enum outcome begin(struct reading *reading, struct passing *member) {
    const struct zip_record *record = member->record;
    struct unpack *unpack = reading->unpack;
    uint64_t left = 0;
    const char *fault = zip_place(reading->directory, record, &member->at, &left);
    if (fault != NULL)
        return zip_lose(unpack, record, fault);
    struct span local = SPAN_EMPTY;
    enum outcome outcome = look(reading, member->at, ZIP_LOCAL_BYTES + record->name.len, &local);
    if (outcome != OUTCOME_OK)
        return outcome;
    fault = zip_local_fault(record, local);
    if (fault != NULL)
        return zip_lose(unpack, record, fault);
    uint64_t header = ZIP_LOCAL_BYTES + record->name.len + zip_u16(local.at + 28);
    if (header > left || record->packed_size > left - header)
        return zip_lose(unpack, record, "lies outside the file");
    member->at += header;
    member->left = record->packed_size;
    reading->packed_bytes += record->packed_size;
    if (reading->packed_bytes > unpack->size)
        return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT,
                             "zip: members share so much data that they are longer than the file");
    return OUTCOME_OK;
}

static enum outcome pass(struct reading *reading, const struct zip_record *record) {
    struct passing member = {.record = record};
    enum outcome outcome = zip_may_read(reading->unpack, record);
    if (outcome == OUTCOME_OK)
        outcome = begin(reading, &member);
    if (outcome == OUTCOME_OK)
        outcome = record->method == ZIP_METHOD_DEFLATE ? pass_deflated(reading, &member)
                                                       : pass_stored(reading, &member);
    if (outcome == OUTCOME_OK && member.crc32 != record->crc32)
        outcome = zip_lose(reading->unpack, record, "its CRC is wrong");
    return outcome;
}

static enum outcome pass_all(struct reading *reading) {
    struct unpack *unpack = reading->unpack;
    for (size_t i = 0; i < unpack->member_count; i++) {
        struct member *member = &unpack->members[i];
        struct zip_record record;
        if (member->read || member->lost ||
            !zip_record_at(reading->directory->records, member->index, &record))
            continue;
        if (budget_tick(&reading->budget) != OUTCOME_OK)
            return SKIP_ARTIFACT;
        enum outcome outcome = pass(reading, &record);
        member->read = outcome == OUTCOME_OK;
        member->lost = outcome == SKIP_MEMBER;
        if (outcome == SKIP_ARTIFACT)
            return outcome;
    }
    return OUTCOME_OK;
}

enum outcome zip_read_rest(struct unpack *unpack, const struct zip_directory *directory) {
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL || inflateInit2(&reading->zlib, -MAX_WBITS) != Z_OK) {
        free(reading);
        return unpack_out_of_memory(unpack);
    }
    reading->unpack = unpack;
    reading->directory = directory;
    reading->budget = unpack->budget;
    reading->budget.bytes_out = 0;
    bool enough = unpack->artifact->status == STATUS_OVER_LIMIT;
    enum outcome outcome = enough ? SKIP_ARTIFACT : pass_all(reading);
    inflateEnd(&reading->zlib);
    free(reading);
    return outcome;
}
