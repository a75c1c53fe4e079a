/* fuzz_addresses: address lists of Author-email, in two fields of one artifact. */
#include "extract/addresses.h"

#include "fuzz.h"

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span input = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct span_list list = {0};
    while (input.len > 0)
        FUZZ_CHECK(addresses_read(arena, fuzz_piece(&input), &list));
    fuzz_list(&list, ADDRESSES_MAX);
    for (size_t i = 0; i < list.count; i++) {
        struct span address = list.at[i];
        size_t at = span_find_last(address, '@');
        FUZZ_CHECK(at > 0 && at + 1 < address.len);
        for (size_t k = 0; k < address.len; k++)
            FUZZ_CHECK(address.at[k] > ' ' && address.at[k] != 0x7F);
        for (size_t k = 0; k < i && i < 50; k++)
            FUZZ_CHECK(!span_equal(list.at[k], address));
    }
    arena_free(arena);
    return 0;
}
