/* gzip: see gzip.h. */
#include "unpack/gzip.h"

#include "base/limits.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <zlib.h>

/* Deflate cannot do better: 258 bytes out of two bits. */
enum { DEFLATE_RATIO_MAX = 1032 };

/* Header and trailer of the smallest gzip member; CRC-32 and size behind its data. */
enum { GZIP_BYTES_MIN = 18, TRAILER_BYTES = 8 };

/* RFC 1952. */
enum {
    FLAGS_AT = 3,
    HAS_SUM = 2,
    HAS_EXTRA = 4,
    HAS_NAME = 8,
    HAS_COMMENT = 16,
    FLAGS_RESERVED = 0xe0,
    FIXED_BYTES = 10,
    SUM_BYTES = 2
};

/* Bytes of input and output of the stream at a time: fits the L2 cache. */
enum { PIECE_BYTES = 128 * 1024 };

static uint32_t u32_at(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool is_gzip_magic(struct span bytes) {
    return bytes.len >= 2 && bytes.at[0] == 0x1f && bytes.at[1] == 0x8b;
}

/* What stands behind the last gzip member and its zero padding. */
static void note_trailing(struct unpack *unpack, struct span rest) {
    if (rest.len == 0)
        return;
    unpack_notef(unpack->artifact, CODE_GZIP_TRAILING_DATA, "%zu bytes or more", rest.len);
}

static bool has(struct span packed, unsigned char flag) {
    return (packed.at[FLAGS_AT] & flag) != 0;
}

/* Length of the header of at least GZIP_BYTES_MIN up to its own checksum; more than there is when
 * it does not end. */
static size_t header_bytes(struct span packed) {
    size_t at = FIXED_BYTES;
    if (has(packed, HAS_EXTRA))
        at += 2 + (size_t)packed.at[at] + ((size_t)packed.at[at + 1] << 8);
    if (has(packed, HAS_NAME))
        at += span_find(span_from(packed, at), 0) + 1;
    if (has(packed, HAS_COMMENT))
        at += span_find(span_from(packed, at), 0) + 1;
    return at;
}

void gzip_note_header(struct unpack *unpack, struct span packed) {
    if (packed.len < GZIP_BYTES_MIN || !has(packed, HAS_SUM))
        return;
    size_t len = header_bytes(packed);
    if (len > packed.len - SUM_BYTES)
        return;
    uint32_t sum = crc32_add(0, span_slice(packed, 0, len)) & 0xffff;
    if (sum != ((uint32_t)packed.at[len] | (uint32_t)packed.at[len + 1] << 8))
        unpack_note(unpack->artifact, CODE_GZIP_HEADER_SUM, SPAN_EMPTY);
}

/* --- whole ---------------------------------------------------------------------------------- */

/* The deflated data of the first gzip member, and whatever comes before the last possible trailer.
 * Empty when there is no header, or one that libdeflate would refuse. */
static struct span deflated_data(struct span packed) {
    size_t header = header_bytes(packed) + (has(packed, HAS_SUM) ? SUM_BYTES : 0);
    bool known = is_gzip_magic(packed) && packed.at[2] == 8 && !has(packed, FLAGS_RESERVED);
    return known ? span_slice(packed, header, packed.len - TRAILER_BYTES) : SPAN_EMPTY;
}

/* Inflates the first gzip member, which must give just as much as it says. *rest: what is behind
 * it. libdeflate would do all of that, but its CRC-32 is a tenth of the time. */
static bool inflate_member(struct span packed, unsigned char *out, size_t room, size_t *len,
                           struct span *rest) {
    struct span deflated = deflated_data(packed);
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    size_t used = 0;
    bool done = inflater != NULL && deflated.len > 0 &&
                libdeflate_deflate_decompress_ex(inflater, deflated.at, deflated.len, out, room,
                                                 &used, len) == LIBDEFLATE_SUCCESS;
    libdeflate_free_decompressor(inflater);
    if (!done)
        return false;
    const unsigned char *trailer = deflated.at + used;
    *rest = span_from(packed, (size_t)(trailer - packed.at) + TRAILER_BYTES);
    return crc32_add(0, span_of(out, *len)) == u32_at(trailer) &&
           (uint32_t)*len == u32_at(trailer + 4);
}

bool gzip_whole(struct unpack *unpack, struct span packed, unsigned char **out, size_t *out_len) {
    *out = NULL;
    *out_len = 0;
    if (packed.len < GZIP_BYTES_MIN || packed.len > GZIP_WHOLE_BYTES_MAX)
        return false;
    uint64_t room = u32_at(packed.at + packed.len - 4);
    if (room > GZIP_WHOLE_BYTES_MAX || room > (uint64_t)packed.len * DEFLATE_RATIO_MAX)
        return false;
    unsigned char *bytes = malloc(room > 0 ? (size_t)room : 1);
    struct span rest = SPAN_EMPTY;
    size_t len = 0;
    bool done =
        bytes != NULL && inflate_member(packed, bytes, (size_t)room, &len, &rest) && all_zero(rest);
    if (!done || budget_spend(&unpack->budget, len) != OUTCOME_OK) {
        free(bytes);
        return false;
    }
    *out = bytes;
    *out_len = len;
    return true;
}

/* --- streaming ------------------------------------------------------------------------------ */

/*
 * A header may have a checksum of its own. Neither libdeflate nor Python's gzip looks at it, so
 * zlib must not either: it is told to check nothing until a header is over.
 */

struct gzip_stream {
    struct unpack *unpack;
    z_stream zlib;
    struct span packed; /* all of the input, or empty: read from the file */
    uint64_t at;        /* offset of the next input to take */
    bool ended;
    bool in_header; /* of a gzip member */
    bool between_members;
    uint64_t members;
    unsigned char in[PIECE_BYTES];
    unsigned char out[PIECE_BYTES];
};

/* Gives zlib more input when it has none. False at the end of the file, or when it cannot be read.
 */
static enum outcome refill(struct gzip_stream *stream) {
    if (stream->zlib.avail_in > 0)
        return OUTCOME_OK;
    uint64_t left = stream->unpack->size - stream->at;
    size_t bytes = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
    if (stream->packed.len > 0) {
        stream->zlib.next_in = (unsigned char *)(uintptr_t)(stream->packed.at + stream->at);
    } else {
        enum outcome outcome = unpack_read(stream->unpack, stream->at, stream->in, bytes);
        if (outcome != OUTCOME_OK)
            return outcome;
        stream->zlib.next_in = stream->in;
    }
    stream->zlib.avail_in = (uInt)bytes;
    stream->at += bytes;
    return OUTCOME_OK;
}

static void begin_header(struct gzip_stream *stream) {
    stream->in_header = true;
    inflateValidate(&stream->zlib, 0);
}

/* As zlib's inflate(). */
static int inflate_step(struct gzip_stream *stream) {
    int code = inflate(&stream->zlib, stream->in_header ? Z_BLOCK : Z_NO_FLUSH);
    if (stream->in_header && (stream->zlib.data_type & 128) != 0) {
        stream->in_header = false;
        inflateValidate(&stream->zlib, 1);
    }
    return code;
}

/* After one gzip member: zeros, then another member, or the end of the stream. */
static void start_next_member(struct gzip_stream *stream) {
    z_stream *zlib = &stream->zlib;
    while (zlib->avail_in > 0 && *zlib->next_in == 0) {
        zlib->next_in++;
        zlib->avail_in--;
    }
    bool more = stream->at < stream->unpack->size;
    if (zlib->avail_in == 0 && more)
        return; /* come again with more input */
    struct span rest = span_of(zlib->next_in, zlib->avail_in);
    stream->between_members = false;
    if (is_gzip_magic(rest) || (rest.len == 1 && rest.at[0] == 0x1f && more)) {
        stream->members++;
        inflateReset(zlib);
        begin_header(stream);
        return;
    }
    note_trailing(stream->unpack, rest);
    stream->ended = true;
}

static enum outcome inflate_damage(struct gzip_stream *stream, int code) {
    if (code == Z_MEM_ERROR)
        return unpack_out_of_memory(stream->unpack);
    const char *why = stream->zlib.msg != NULL ? stream->zlib.msg : "damaged";
    return artifact_fail(stream->unpack->artifact, STATUS_DAMAGED, "gzip: %s", why);
}

/* Some output into stream->out, or the end. */
static enum outcome inflate_some(struct gzip_stream *stream) {
    z_stream *zlib = &stream->zlib;
    zlib->next_out = stream->out;
    zlib->avail_out = PIECE_BYTES;
    while (zlib->avail_out == PIECE_BYTES && !stream->ended) {
        enum outcome outcome = refill(stream);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (stream->between_members) {
            start_next_member(stream);
            continue;
        }
        if (zlib->avail_in == 0)
            return artifact_fail(stream->unpack->artifact, STATUS_DAMAGED, "gzip: truncated");
        if (budget_tick(&stream->unpack->budget) != OUTCOME_OK)
            return SKIP_ARTIFACT;
        int code = inflate_step(stream);
        if (code == Z_STREAM_END)
            stream->between_members = true;
        else if (code != Z_OK && !(code == Z_BUF_ERROR && zlib->avail_in == 0))
            return inflate_damage(stream, code);
    }
    return OUTCOME_OK;
}

static enum outcome gzip_stream_next(void *state, struct span *piece) {
    struct gzip_stream *stream = state;
    *piece = SPAN_EMPTY;
    enum outcome outcome = inflate_some(stream);
    size_t len = (size_t)(stream->zlib.next_out - stream->out);
    if (len == 0) {
        if (stream->ended && stream->members > 1)
            unpack_notef(stream->unpack->artifact, CODE_GZIP_MEMBERS, "%llu",
                         (unsigned long long)stream->members);
        return outcome;
    }
    outcome = budget_spend(&stream->unpack->budget, len);
    if (outcome == OUTCOME_OK)
        *piece = span_of(stream->out, len);
    return outcome;
}

static void gzip_stream_close(void *state) {
    struct gzip_stream *stream = state;
    inflateEnd(&stream->zlib);
    free(stream);
}

bool gzip_stream_open(struct unpack *unpack, struct span packed, struct byte_source *source) {
    struct gzip_stream *stream = malloc(sizeof *stream);
    if (stream == NULL)
        return false;
    stream->unpack = unpack;
    stream->zlib = (z_stream){0};
    stream->packed = packed;
    stream->at = 0;
    stream->ended = false;
    stream->between_members = false;
    stream->members = 1;
    if (inflateInit2(&stream->zlib, 16 + MAX_WBITS) != Z_OK) { /* 16: gzip, nothing else */
        free(stream);
        return false;
    }
    begin_header(stream);
    *source = (struct byte_source){stream, gzip_stream_next, gzip_stream_close};
    return true;
}
