/* fuzz_layers: the other layers of compression: compress(1), bzip2, xz, zstd. */
#include "unpack/lzw.h"
#include "unpack/xz_header.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span packed = span_of(data, size);
    unsigned choice = fuzz_choice(&packed) % 4;
    struct arena *arena = fuzz_arena();
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.filename = (struct span)SPAN("foo-1.0.tar.xz");
    artifact.file.format = FORMAT_SDIST;
    artifact.file.size_bytes = packed.len;
    struct unpack unpack = {.artifact = &artifact, .fd = fuzz_file(packed), .size = packed.len};
    budget_begin(&unpack.budget, &artifact, packed.len);
    uint64_t dictionary = xz_dictionary_bytes(packed);
    FUZZ_CHECK(dictionary <= UINT32_MAX);

    static const enum container containers[] = {CONTAINER_TAR_COMPRESS, CONTAINER_TAR_BZIP2,
                                                CONTAINER_TAR_XZ, CONTAINER_TAR_ZSTD};
    struct byte_source source;
    if (choice == 2 && dictionary > XZ_DICTIONARY_BYTES_MAX) {
        arena_free(arena);
        return 0; /* tar_stream.c does not open it */
    }
    FUZZ_CHECK(choice == 0 ? lzw_source_open(&unpack, &source)
                           : filter_source_open(&unpack, containers[choice], &source));
    struct span piece = SPAN_EMPTY;
    uint64_t total = 0;
    enum outcome got = OUTCOME_OK;
    while ((got = source.next(source.state, &piece)) == OUTCOME_OK && piece.len > 0) {
        fuzz_touch(piece);
        total += piece.len;
    }
    FUZZ_CHECK(total <= unpack.budget.bytes_out);
    FUZZ_CHECK((got == OUTCOME_OK) == (artifact.status == STATUS_OK));
    source.close(source.state);
    arena_free(arena);
    return 0;
}
