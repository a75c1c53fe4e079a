/* zip_member: see zip_member.h. */
#include "unpack/zip_member.h"

#include "base/limits.h"

#include <libdeflate.h>
#include <stdarg.h>
#include <stdio.h>
#include <zlib.h>

/* Extra fields of a local header that are read along with the member: most have none. */
enum { EXTRA_GUESS_BYTES = 64 };

static enum outcome lose(struct unpack *unpack, const struct zip_record *record,
                         enum artifact_status status, const char *why) {
    struct span name = span_slice(record->name, 0, 200);
    artifact_fail(unpack->artifact, status, "member %.*s: %s", SPAN_ARGS(name), why);
    return SKIP_MEMBER;
}

/* Members are read after the tallies were noted: one note each. */
enum outcome zip_lose(struct unpack *unpack, const struct zip_record *record, const char *why) {
    struct span name = span_slice(record->name, 0, 200);
    unpack_notef(unpack->artifact, CODE_ZIP_CONTENTS, "%.*s: %s", SPAN_ARGS(name), why);
    return lose(unpack, record, STATUS_DAMAGED, why);
}

void zip_note_slack(struct unpack *unpack, const struct zip_record *record) {
    unpack_note(unpack->artifact, CODE_ZIP_MEMBER_SLACK, record->name);
}

void zip_inflating_end(struct zip_inflating *inflating) {
    libdeflate_free_decompressor(inflating->inflater);
    buffer_free(&inflating->packed);
}

/* --- where the data is ---------------------------------------------------------------------- */

/* `bytes` bytes at `at`: of the tail, or read into the scratch buffer behind its first `used`. */
static enum outcome fetch(struct unpack *unpack, struct buffer *scratch, uint64_t at, size_t bytes,
                          struct span *view) {
    if (at >= unpack->tail_at)
        return unpack_view(unpack, at, bytes, view); /* never allocates: callers stay in the file */
    buffer_clear(scratch);
    if (!buffer_reserve(scratch, bytes))
        return unpack_out_of_memory(unpack);
    enum outcome outcome = unpack_read(unpack, at, scratch->at, bytes);
    *view = span_of(scratch->at, bytes);
    return outcome;
}

const char *zip_local_fault(const struct zip_record *record, struct span local) {
    static const unsigned char signature[4] = {'P', 'K', 3, 4};
    if (local.len < ZIP_LOCAL_BYTES || memcmp(local.at, signature, sizeof signature) != 0)
        return "no local header where the directory says";
    size_t name_bytes = zip_u16(local.at + 26);
    struct span name = span_slice(local, ZIP_LOCAL_BYTES, ZIP_LOCAL_BYTES + name_bytes);
    if (name_bytes != record->name.len || !span_equal(name, record->name))
        return "its local header has another name";
    if (zip_u16(local.at + 8) != record->method)
        return "its local header has another method";
    return NULL;
}

/* How many packed bytes can matter for the stated size: stored blocks are the worst packing, 5
 * bytes for each 65,535, and some slack for empty blocks. */
static uint64_t useful_bytes(const struct zip_record *record) {
    uint64_t most = record->size + record->size / 8 + 4096;
    return record->packed_size < most ? record->packed_size : most;
}

const char *zip_place(const struct zip_directory *directory, const struct zip_record *record,
                      uint64_t *at, uint64_t *left) {
    uint64_t limit = directory->at; /* members lie before the directory */
    if (record->offset > limit || directory->shift > limit - record->offset)
        return "lies outside the file";
    *at = record->offset + directory->shift;
    *left = limit - *at;
    uint64_t fixed = ZIP_LOCAL_BYTES + record->name.len;
    return *left < fixed || record->packed_size > *left - fixed ? "lies outside the file" : NULL;
}

/*
 * The packed bytes as a view. Normally one read gets header and data; a second one
 * is needed when the extra field is longer than guessed.
 */
static enum outcome packed_bytes(struct unpack *unpack, struct zip_inflating *inflating,
                                 const struct zip_directory *directory,
                                 const struct zip_record *record, struct span *packed) {
    uint64_t at = 0;
    uint64_t left = 0;
    const char *fault = zip_place(directory, record, &at, &left);
    if (fault != NULL)
        return zip_lose(unpack, record, fault);
    uint64_t fixed = ZIP_LOCAL_BYTES + record->name.len;
    uint64_t taken = useful_bytes(record);
    uint64_t wanted = fixed + EXTRA_GUESS_BYTES + taken;
    size_t bytes = (size_t)(wanted < left ? wanted : left);
    struct span local = SPAN_EMPTY;
    enum outcome outcome = fetch(unpack, &inflating->packed, at, bytes, &local);
    if (outcome != OUTCOME_OK)
        return outcome;
    fault = zip_local_fault(record, local);
    if (fault != NULL)
        return zip_lose(unpack, record, fault);
    uint64_t data = fixed + zip_u16(local.at + 28);
    if (data > left || record->packed_size > left - data)
        return zip_lose(unpack, record, "lies outside the file");
    if (data + taken <= bytes) {
        *packed = span_slice(local, (size_t)data, (size_t)(data + taken));
        return OUTCOME_OK;
    }
    return fetch(unpack, &inflating->packed, at + data, (size_t)taken, packed);
}

/* --- inflating ------------------------------------------------------------------------------ */

/* Inflates no more than `out` holds, for members whose data goes on behind their stated size. */
static bool inflate_start(struct span packed, unsigned char *out, size_t len) {
    z_stream zlib = {0};
    if (len > UINT32_MAX || packed.len > UINT32_MAX || inflateInit2(&zlib, -MAX_WBITS) != Z_OK)
        return false;
    zlib.next_in = (unsigned char *)(uintptr_t)packed.at;
    zlib.avail_in = (uInt)packed.len;
    zlib.next_out = out;
    zlib.avail_out = (uInt)len;
    int code = inflate(&zlib, Z_SYNC_FLUSH);
    inflateEnd(&zlib);
    return (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) && zlib.avail_out == 0;
}

static const char *inflate_whole(struct unpack *unpack, struct zip_inflating *inflating,
                                 const struct zip_record *record, struct span packed,
                                 unsigned char *out, size_t len) {
    size_t used = 0;
    size_t made = 0;
    enum libdeflate_result result = libdeflate_deflate_decompress_ex(
        inflating->inflater, packed.at, packed.len, out, len, &used, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        if (!inflate_start(packed, out, len))
            return "does not inflate";
        zip_note_slack(unpack, record);
        return NULL;
    }
    if (result != LIBDEFLATE_SUCCESS)
        return "does not inflate";
    if (made < len)
        return "is shorter than stated";
    if (used < packed.len || packed.len < record->packed_size)
        zip_note_slack(unpack, record);
    return NULL;
}

static enum outcome unpack_deflated(struct unpack *unpack, struct zip_inflating *inflating,
                                    const struct zip_record *record, struct span packed,
                                    struct span *bytes) {
    if (inflating->inflater == NULL)
        inflating->inflater = libdeflate_alloc_decompressor();
    size_t len = (size_t)record->size;
    unsigned char *out = arena_alloc_raw(unpack->artifact->arena, len > 0 ? len : 1);
    if (inflating->inflater == NULL || out == NULL)
        return unpack_out_of_memory(unpack);
    const char *fault = inflate_whole(unpack, inflating, record, packed, out, len);
    if (fault != NULL)
        return zip_lose(unpack, record, fault);
    *bytes = span_of(out, len);
    return OUTCOME_OK;
}

static enum outcome unpack_stored(struct unpack *unpack, const struct zip_inflating *inflating,
                                  const struct zip_record *record, struct span packed,
                                  struct span *bytes) {
    if (record->packed_size > record->size)
        zip_note_slack(unpack, record);
    *bytes = span_slice(packed, 0, (size_t)record->size);
    bool in_scratch = bytes->len > 0 && inflating->packed.at != NULL &&
                      bytes->at >= inflating->packed.at &&
                      bytes->at < inflating->packed.at + inflating->packed.capacity;
    if (in_scratch && !arena_copy(unpack->artifact->arena, *bytes, bytes))
        return unpack_out_of_memory(unpack);
    return OUTCOME_OK;
}

enum outcome zip_may_read(struct unpack *unpack, const struct zip_record *record) {
    if (!zip_is_readable(record))
        return lose(unpack, record, STATUS_UNSUPPORTED,
                    (record->flags & ZIP_FLAG_ENCRYPTED) != 0 ? "is encrypted"
                                                              : "unknown compression method");
    /* No allocation for a claim that the data cannot keep. */
    if (!zip_size_is_possible(record))
        return zip_lose(unpack, record, "is shorter than stated");
    return OUTCOME_OK;
}

enum outcome zip_member_bytes(struct unpack *unpack, struct zip_inflating *inflating,
                              const struct zip_directory *directory,
                              const struct zip_record *record, struct span *bytes) {
    *bytes = SPAN_EMPTY;
    struct span packed = SPAN_EMPTY;
    enum outcome outcome = packed_bytes(unpack, inflating, directory, record, &packed);
    if (outcome != OUTCOME_OK)
        return outcome;
    struct span found = SPAN_EMPTY;
    outcome = record->method == ZIP_METHOD_DEFLATE
                  ? unpack_deflated(unpack, inflating, record, packed, &found)
                  : unpack_stored(unpack, inflating, record, packed, &found);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (budget_spend(&unpack->budget, found.len) != OUTCOME_OK)
        return SKIP_ARTIFACT;
    if (crc32_add(0, found) != record->crc32)
        return zip_lose(unpack, record, "its CRC is wrong");
    *bytes = found;
    return OUTCOME_OK;
}
