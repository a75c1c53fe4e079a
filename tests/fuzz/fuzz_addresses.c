/* fuzz_addresses: address lists of Author-email, in the fields of one artifact, and the registrable
 * domains of what they hold. */
#include "cluster/domain.h"
#include "extract/addresses.h"

#include "fuzz.h"

#include "base/limits.h"

/* A domain is one that stays itself. */
static void check_domain(struct span address) {
    static struct domain_rules *rules;
    struct buffer domain = BUFFER_EMPTY;
    struct buffer again = BUFFER_EMPTY;
    if (rules == NULL)
        rules = domain_rules_open();
    FUZZ_CHECK(rules != NULL);
    if (domain_of_address(rules, address, &domain)) {
        FUZZ_CHECK(domain.len > 2 && span_find(buffer_span(&domain), '.') < domain.len);
        for (size_t i = 0; i < domain.len; i++) {
            unsigned char c = domain.at[i];
            FUZZ_CHECK(c > ' ' && c < 0x7F && c == ascii_lower(c));
        }
        domain_type_of(rules, buffer_span(&domain));
        struct buffer whole = BUFFER_EMPTY;
        buffer_add_text(&whole, "x@");
        buffer_add(&whole, buffer_span(&domain));
        FUZZ_CHECK(domain_of_address(rules, buffer_span(&whole), &again));
        FUZZ_CHECK(span_equal(buffer_span(&again), buffer_span(&domain)));
        buffer_free(&whole);
    } else {
        FUZZ_CHECK(domain.len == 0);
    }
    buffer_free(&domain);
    buffer_free(&again);
}

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
        check_domain(address);
        for (size_t k = 0; k < i && i < 50; k++)
            FUZZ_CHECK(!span_equal(list.at[k], address));
    }
    arena_free(arena);
    return 0;
}
