/* fuzz_record: records of the examiner, as the keeper meets them: what decodes encodes to the same
 * bytes. */
#include "facts/record.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span rest = span_of(data, size);
    struct arena *arena = fuzz_arena();
    size_t length;
    while ((length = record_length(rest)) != 0 && length <= rest.len) {
        FUZZ_CHECK(length >= RECORD_HEADER_BYTES);
        struct span bytes = span_slice(rest, 0, length);
        struct record record;
        const char *problem = NULL;
        if (!record_decode(arena, bytes, &record, &problem)) {
            FUZZ_CHECK(problem != NULL);
            break;
        }
        struct buffer out = BUFFER_EMPTY;
        FUZZ_CHECK(record_encode(&out, &record));
        FUZZ_CHECK(span_equal(buffer_span(&out), bytes));
        buffer_free(&out);
        rest = span_from(rest, length);
    }
    arena_free(arena);
    return 0;
}
