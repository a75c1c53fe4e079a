/* fuzz_rows: the rows and hashes of a wheel's RECORD. */
#include "extract/record_hash.h"
#include "extract/record_rows.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    struct span rest = text;
    struct arena *arena = fuzz_arena();
    struct record_row row;
    size_t rows = 0;
    while (record_rows_next(arena, &rest, &row)) {
        const struct record_hash *algorithm;
        struct span digest;
        FUZZ_CHECK(row.count > 0 && ++rows <= size);
        for (size_t i = 0; i < RECORD_CELLS; i++)
            fuzz_touch(row.cells[i]);
        enum record_hash_form form = record_hash_parse(row.cells[1], &algorithm, &digest);
        FUZZ_CHECK(algorithm != NULL || form != RECORD_HASH_GOOD);
        if (algorithm != NULL)
            record_hash_matches(algorithm, digest, row.cells[0]);
    }
    FUZZ_CHECK(rest.len == 0 && !arena_refused(arena));
    arena_free(arena);
    return 0;
}
