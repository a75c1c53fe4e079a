/*
 * tar_stream: see tar_stream.h.
 *
 *   small file ──> all in memory ──────────────┐
 *   small gzip ──> gzip_whole ──> all in memory ┴─> tar_plain or libarchive, members are views
 *   others ──────> byte_source ──> pieces ────────> libarchive, members are gathered
 *
 * After the last member the rest of the stream is read as well, so that a
 * checksum at its end counts, and what hides behind the tar is noticed.
 */
#include "unpack/tar_stream.h"

#include "base/limits.h"
#include "unpack/byte_source.h"
#include "unpack/gzip.h"
#include "unpack/lzw.h"
#include "unpack/tar_member.h"
#include "unpack/xz_header.h"
#include "unpack/zstd_header.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

struct tar_stream {
    struct unpack *unpack;
    enum container container;
    unsigned char *file; /* the whole file, when it was read into memory; unpack->tail views it */
    unsigned char *inflated; /* the whole tar, when it was inflated into memory */
    struct span whole;       /* the whole tar, when it is in memory */
    struct byte_source source;
    struct span piece;    /* the latest one */
    uint64_t bytes_given; /* to libarchive, latest piece included */
    bool piece_waits;     /* it was taken to look at, and not given yet */
    struct tar_reading reading;
};

/* Empty when it is too large, or cannot be read. */
static struct span read_whole_file(struct tar_stream *tar) {
    struct unpack *unpack = tar->unpack;
    if (unpack->tail.len == unpack->size)
        return unpack->tail;
    if (unpack->size > GZIP_WHOLE_BYTES_MAX)
        return SPAN_EMPTY;
    tar->file = malloc((size_t)unpack->size);
    if (tar->file == NULL || unpack_read(unpack, 0, tar->file, (size_t)unpack->size) != OUTCOME_OK)
        return SPAN_EMPTY;
    unpack->tail = span_of(tar->file, (size_t)unpack->size);
    unpack->tail_at = 0;
    return unpack->tail;
}

/* Into memory when that is possible, else as a source. False when memory is out. */
static bool open_gzip(struct tar_stream *tar) {
    struct span packed = read_whole_file(tar);
    gzip_note_header(tar->unpack, packed);
    size_t len;
    if (!gzip_whole(tar->unpack, packed, &tar->inflated, &len))
        return gzip_stream_open(tar->unpack, packed, &tar->source);
    tar->whole = span_of(tar->inflated, len);
    return true;
}

static enum outcome open_bytes(struct tar_stream *tar) {
    struct unpack *unpack = tar->unpack;
    bool opened;
    if (tar->container == CONTAINER_TAR_GZIP) {
        opened = open_gzip(tar);
    } else if (tar->container == CONTAINER_TAR_COMPRESS) {
        opened = lzw_source_open(unpack, &tar->source);
    } else if (tar->container != CONTAINER_TAR) {
        opened = filter_source_open(unpack, tar->container, &tar->source);
    } else {
        tar->whole = read_whole_file(tar);
        if (tar->whole.len > 0)
            return budget_spend(&unpack->budget, tar->whole.len);
        opened = file_source_open(unpack, true, &tar->source);
    }
    return opened ? OUTCOME_OK : unpack_out_of_memory(unpack);
}

/* What the decompressor would have to hold at once. */
static enum outcome check_memory_asked_for(struct unpack *unpack, enum container container) {
    if (container != CONTAINER_TAR_XZ && container != CONTAINER_TAR_ZSTD)
        return OUTCOME_OK;
    unsigned char bytes[MAGIC_BYTES];
    size_t len = unpack->size < sizeof bytes ? (size_t)unpack->size : sizeof bytes;
    enum outcome outcome = unpack_read(unpack, 0, bytes, len);
    if (outcome != OUTCOME_OK)
        return outcome;
    struct span head = span_of(bytes, len);
    bool is_xz = container == CONTAINER_TAR_XZ;
    uint64_t asked = is_xz ? xz_dictionary_bytes(head) : zstd_window_bytes(head);
    if (asked > (is_xz ? XZ_DICTIONARY_BYTES_MAX : ZSTD_WINDOW_BYTES_MAX))
        return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT, "%s of %llu bytes",
                             is_xz ? "xz: asks for a dictionary" : "zstd: asks for a window",
                             (unsigned long long)asked);
    return OUTCOME_OK;
}

/* --- what is under the compression ---------------------------------------------------------- */

static enum outcome next_piece(struct tar_stream *tar) {
    enum outcome outcome = tar->source.next(tar->source.state, &tar->piece);
    tar->bytes_given += tar->piece.len;
    return outcome == OUTCOME_OK ? tar_headers_feed(tar->reading.headers, tar->piece) : outcome;
}

/* Says what is there when it is no tar. */
static enum outcome check_is_tar(struct tar_stream *tar) {
    struct unpack *unpack = tar->unpack;
    struct span head = tar->whole;
    if (tar->source.state != NULL) {
        enum outcome outcome = next_piece(tar);
        if (outcome != OUTCOME_OK)
            return outcome;
        tar->piece_waits = true;
        head = tar->piece;
    }
    const char *shell = container_ending(tar->container);
    shell = tar->container == CONTAINER_TAR ? shell : shell + strlen("tar.");
    if (head.len == 0)
        return artifact_fail(unpack->artifact, STATUS_DAMAGED, "%s: holds nothing", shell);
    if (tar->container == CONTAINER_TAR)
        return OUTCOME_OK;
    if (head.len < MAGIC_BYTES && tar->source.state != NULL)
        return OUTCOME_OK; /* a short first piece: libarchive will tell */
    head = span_slice(head, 0, MAGIC_BYTES);
    struct magic magic = magic_of(head);
    if (magic.container == CONTAINER_TAR || (head.len == MAGIC_BYTES && all_zero(head)))
        return OUTCOME_OK;
    if (magic.container == CONTAINER_FOREIGN)
        return artifact_fail(unpack->artifact, STATUS_UNSUPPORTED, "%s: holds a %s, not a tar",
                             shell, magic.words);
    if (magic.container != CONTAINER_UNKNOWN && magic.container != CONTAINER_NO_ARCHIVE)
        unpack_notef(unpack->artifact, CODE_NESTED_COMPRESSION, "%s in %s", magic.words, shell);
    return artifact_fail(unpack->artifact, STATUS_DAMAGED, "%s: holds %s, not a tar", shell,
                         magic.container == CONTAINER_UNKNOWN ? "something else" : magic.words);
}

/* --- libarchive ----------------------------------------------------------------------------- */

static la_ssize_t give_piece(struct archive *reader, void *context, const void **bytes) {
    struct tar_stream *tar = context;
    if (!tar->piece_waits && next_piece(tar) != OUTCOME_OK) {
        archive_set_error(reader, EIO, "the stream is damaged");
        return -1;
    }
    tar->piece_waits = false;
    *bytes = tar->piece.at;
    return (la_ssize_t)tar->piece.len;
}

static enum outcome open_reader(struct tar_stream *tar) {
    struct archive *reader = archive_read_new();
    tar->reading.reader = reader;
    if (reader == NULL || archive_read_support_format_tar(reader) != ARCHIVE_OK)
        return unpack_out_of_memory(tar->unpack);
    int code = tar->source.state == NULL
                   ? archive_read_open_memory(reader, tar->whole.at, tar->whole.len)
                   : archive_read_open(reader, tar, NULL, give_piece, NULL);
    return code == ARCHIVE_OK ? OUTCOME_OK : tar_damage(&tar->reading);
}

/* --- after the last member ------------------------------------------------------------------ */

/* Whether bytes can be missing from the end of the stream without anybody noticing. */
static bool end_is_unguarded(enum container container) {
    return container == CONTAINER_TAR || container == CONTAINER_TAR_COMPRESS;
}

static enum outcome check_end(struct tar_stream *tar) {
    struct artifact *artifact = tar->unpack->artifact;
    la_int64_t end = archive_filter_bytes(tar->reading.reader, 0);
    la_int64_t mark = archive_read_header_position(tar->reading.reader);
    if (end > mark)
        return OUTCOME_OK;
    if (end_is_unguarded(tar->container))
        return artifact_fail(artifact, STATUS_DAMAGED,
                             "tar: truncated, the end-of-archive mark is missing");
    unpack_note(artifact, CODE_TAR_NO_END, SPAN_EMPTY);
    return OUTCOME_OK;
}

/* Reads on to the end of the stream. */
static enum outcome drain(struct tar_stream *tar) {
    uint64_t used = (uint64_t)archive_filter_bytes(tar->reading.reader, 0);
    struct span rest = span_from(tar->whole, (size_t)used);
    bool clean = all_zero(rest);
    if (tar->source.state != NULL) {
        uint64_t unused = tar->bytes_given > used ? tar->bytes_given - used : 0;
        size_t skip = unused < tar->piece.len ? tar->piece.len - (size_t)unused : 0;
        rest = span_from(tar->piece, skip);
        do {
            clean = clean && all_zero(rest);
            enum outcome outcome = next_piece(tar);
            if (outcome != OUTCOME_OK)
                return outcome;
            rest = tar->piece;
        } while (rest.len > 0);
    }
    if (clean)
        return OUTCOME_OK;
    unpack_note(tar->unpack->artifact, CODE_TAR_TRAILING_DATA, SPAN_EMPTY);
    /* To installers a tar that begins with its end is an empty one; a disk image is none at all. */
    if (tar->unpack->member_count > 0 || tar->unpack->tallies.count[CODE_TAR_HIDDEN_MEMBER] > 0)
        return OUTCOME_OK;
    return artifact_fail(tar->unpack->artifact, STATUS_DAMAGED,
                         "tar: zeros, then something else: not a tar");
}

/* The next end record of a ZIP, NULL when there is none. Looked for by its last byte, as the first
 * ones are letters; memmem() is slower. */
static const unsigned char *find_zip_end(struct span tail) {
    enum { END_BYTES = 22, LAST = 3 };
    while (tail.len >= END_BYTES) {
        const unsigned char *last = memchr(tail.at + LAST, 6, tail.len - LAST);
        if (last == NULL)
            return NULL;
        tail = span_from(tail, (size_t)(last - LAST - tail.at));
        if (tail.len >= END_BYTES && memcmp(tail.at, "PK\005\006", LAST + 1) == 0)
            return tail.at;
        tail = span_from(tail, 1);
    }
    return NULL;
}

/* A ZIP's end record behind a directory: to a parser that looks at the end first, this is a ZIP. */
static bool ends_as_zip(struct unpack *unpack) {
    enum { SIZE_AT = 12 };
    if (unpack_read_tail(unpack, ZIP_TAIL_BYTES) != OUTCOME_OK)
        return false;
    size_t more = unpack->tail.len > ZIP_TAIL_BYTES ? unpack->tail.len - ZIP_TAIL_BYTES : 0;
    const unsigned char *first = unpack->tail.at + more;
    struct span tail = span_from(unpack->tail, more);
    const unsigned char *end;
    while ((end = find_zip_end(tail)) != NULL) {
        uint32_t size = (uint32_t)end[SIZE_AT] | (uint32_t)end[SIZE_AT + 1] << 8 |
                        (uint32_t)end[SIZE_AT + 2] << 16 | (uint32_t)end[SIZE_AT + 3] << 24;
        uint64_t before = (uint64_t)(end - first);
        if (size > before ? size <= unpack->tail_at + more + before
                          : size >= 4 && memcmp(end - size, "PK\001\002", 4) == 0)
            return true;
        tail = span_from(tail, (size_t)(end - tail.at) + 4);
    }
    return false;
}

static enum outcome read_through_libarchive(struct tar_stream *tar) {
    enum outcome outcome = open_reader(tar);
    if (outcome == OUTCOME_OK && tar->reading.in_memory)
        outcome = tar_headers_feed(tar->reading.headers, tar->whole);
    if (outcome == OUTCOME_OK)
        outcome = tar_read_members(&tar->reading);
    if (outcome == OUTCOME_OK)
        outcome = check_end(tar);
    return outcome == OUTCOME_OK ? drain(tar) : outcome;
}

static enum outcome read_tar(struct tar_stream *tar) {
    struct plain_tar plain;
    tar->reading.in_memory = tar->source.state == NULL;
    if (tar->reading.in_memory && tar_plain_read(tar->unpack->artifact->arena, tar->whole, &plain))
        return tar_read_plain(&tar->reading, &plain);
    return read_through_libarchive(tar);
}

static enum outcome tar_open(struct unpack *unpack, enum container container, void **state) {
    *state = NULL;
    struct tar_stream *tar = calloc(1, sizeof *tar);
    if (tar == NULL)
        return unpack_out_of_memory(unpack);
    *state = tar;
    tar->unpack = unpack;
    tar->container = container;
    tar->reading = (struct tar_reading){.unpack = unpack, .headers = tar_headers_new(unpack)};
    enum outcome outcome = OUTCOME_OK;
    if (tar->reading.headers == NULL)
        outcome = unpack_out_of_memory(unpack);
    else
        outcome = check_memory_asked_for(unpack, container);
    if (outcome == OUTCOME_OK)
        outcome = open_bytes(tar);
    if (outcome == OUTCOME_OK)
        outcome = check_is_tar(tar);
    if (outcome == OUTCOME_OK)
        outcome = read_tar(tar);
    if (tar->reading.headers != NULL)
        tar_headers_end(tar->reading.headers, outcome == OUTCOME_OK);
    if (ends_as_zip(unpack))
        unpack_note(unpack->artifact, CODE_ZIP_AND_TAR, SPAN_EMPTY);
    return outcome;
}

static enum outcome tar_bytes(struct unpack *unpack, void *state, struct member *member,
                              uint64_t bytes_max, struct span *bytes) {
    (void)unpack;
    (void)state;
    if (!member->kept || member->bytes.len > bytes_max)
        return SKIP_MEMBER;
    *bytes = member->bytes;
    return OUTCOME_OK;
}

static void tar_close(void *state) {
    struct tar_stream *tar = state;
    tar_reading_end(&tar->reading);
    if (tar->source.state != NULL)
        tar->source.close(tar->source.state);
    free(tar->inflated);
    free(tar->file);
    free(tar);
}

const struct reader tar_reader = {.open = tar_open, .bytes = tar_bytes, .close = tar_close};
