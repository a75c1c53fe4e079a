/*
 * fuzz_inflate: deflate data. As a gzip file: whole, streamed from memory, streamed from the file
 * must agree. As a member of a ZIP: what comes out is what zlib makes of it.
 */
#include "unpack/gzip.h"

#include "fuzz.h"

#include <zlib.h>

enum { OUT_BYTES_MAX = 1 << 20 };

static void begin(struct unpack *unpack, struct artifact *artifact, struct arena *arena,
                  struct span packed) {
    artifact_begin(artifact, arena);
    artifact->file.filename = (struct span)SPAN("foo-1.0.tar.gz");
    artifact->file.format = FORMAT_SDIST;
    artifact->file.size_bytes = packed.len;
    *unpack = (struct unpack){.artifact = artifact, .fd = fuzz_file(packed), .size = packed.len};
    budget_begin(&unpack->budget, artifact, packed.len);
}

/* All pieces of the stream into `out`; whether it ended well. */
static bool drain(struct unpack *unpack, struct span packed, struct buffer *out) {
    struct byte_source source;
    struct span piece = SPAN_EMPTY;
    enum outcome got = OUTCOME_OK;
    buffer_clear(out);
    FUZZ_CHECK(gzip_stream_open(unpack, packed, &source));
    while ((got = source.next(source.state, &piece)) == OUTCOME_OK && piece.len > 0)
        buffer_add(out, piece);
    source.close(source.state);
    FUZZ_CHECK(!out->failed && (got == OUTCOME_OK) == (unpack->artifact->status == STATUS_OK));
    return got == OUTCOME_OK;
}

static void check_gzip(struct arena *arena, struct span packed) {
    struct unpack unpack;
    struct artifact artifact;
    struct buffer streamed = BUFFER_EMPTY;
    struct buffer from_file = BUFFER_EMPTY;
    begin(&unpack, &artifact, arena, packed);
    bool good = drain(&unpack, packed, &streamed);
    begin(&unpack, &artifact, arena, packed);
    FUZZ_CHECK(drain(&unpack, SPAN_EMPTY, &from_file) == good);
    FUZZ_CHECK(span_equal(buffer_span(&streamed), buffer_span(&from_file)));
    unsigned char *whole = NULL;
    size_t whole_len = 0;
    begin(&unpack, &artifact, arena, packed);
    if (gzip_whole(&unpack, packed, &whole, &whole_len)) {
        FUZZ_CHECK(good && span_equal(buffer_span(&streamed), span_of(whole, whole_len)));
        free(whole);
    }
    FUZZ_CHECK(artifact.status == STATUS_OK);
    buffer_free(&streamed);
    buffer_free(&from_file);
}

static void put(unsigned char *at, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* Sizes and CRC of a header; `at` is where "CRC" stands in it. */
static void put_sizes(unsigned char *at, uint32_t crc, size_t packed, size_t size) {
    put(at, crc, 4);
    put(at + 4, packed, 4);
    put(at + 8, size, 4);
}

/* A ZIP of the one member "a". */
static void make_zip(struct buffer *zip, struct span packed, uint32_t crc, size_t size) {
    unsigned char local[31] = "PK\3\4\24\0\0\0\10";
    unsigned char central[47] = "PK\1\2\24\0\24\0\0\0\10";
    unsigned char end[22] = "PK\5\6";
    put_sizes(local + 14, crc, packed.len, size);
    put_sizes(central + 16, crc, packed.len, size);
    local[26] = central[28] = 1;
    local[30] = central[46] = 'a';
    end[8] = end[10] = 1;
    put(end + 12, sizeof central, 4);
    put(end + 16, sizeof local + packed.len, 4);
    buffer_add(zip, span_of(local, sizeof local));
    buffer_add(zip, packed);
    buffer_add(zip, span_of(central, sizeof central));
    buffer_add(zip, span_of(end, sizeof end));
    if (zip->failed)
        abort();
}

/* What zlib makes of it; false unless the data ends where it should. */
static bool inflate_all(struct span packed, struct buffer *out) {
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed.at,
                       .avail_in = (unsigned)packed.len};
    if (!buffer_reserve(out, OUT_BYTES_MAX) || inflateInit2(&stream, -15) != Z_OK)
        abort();
    stream.next_out = out->at;
    stream.avail_out = OUT_BYTES_MAX;
    bool ended = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
    out->len = stream.total_out;
    inflateEnd(&stream);
    return ended;
}

static void check_member(struct arena *arena, struct span packed, bool wrong_size) {
    struct buffer plain = BUFFER_EMPTY;
    struct buffer zip = BUFFER_EMPTY;
    bool whole = inflate_all(packed, &plain);
    uint32_t crc = (uint32_t)crc32(0, plain.at, (unsigned)plain.len);
    make_zip(&zip, packed, crc, plain.len + wrong_size);
    struct artifact artifact;
    struct archive *archive = NULL;
    artifact_begin(&artifact, arena);
    artifact.file.filename = (struct span)SPAN("foo-1.0-py3-none-any.whl");
    artifact.file.format = FORMAT_WHEEL;
    artifact.file.size_bytes = zip.len;
    FUZZ_CHECK(archive_open(&archive, fuzz_file(buffer_span(&zip)), &artifact, NULL) == OUTCOME_OK);
    size_t count = 0;
    struct member *members = archive_members(archive, &count);
    FUZZ_CHECK(count == 1);
    struct span bytes = SPAN_EMPTY;
    enum outcome got = archive_bytes(archive, &members[0], TEXT_MEMBER_BYTES_MAX, &bytes);
    if (got == OUTCOME_OK) { /* that data must end somewhere, and come out right */
        FUZZ_CHECK(!wrong_size && span_equal(bytes, buffer_span(&plain)));
    } else {
        FUZZ_CHECK((!whole || wrong_size) && artifact.status != STATUS_OK);
    }
    archive_close(archive);
    buffer_free(&plain);
    buffer_free(&zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span packed = span_of(data, size);
    unsigned choice = fuzz_choice(&packed);
    struct arena *arena = fuzz_arena();
    if ((choice & 1) != 0)
        check_member(arena, packed, (choice & 2) != 0);
    else
        check_gzip(arena, packed);
    arena_free(arena);
    return 0;
}
