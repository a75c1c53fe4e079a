/* xz_header: see xz_header.h. */
#include "unpack/xz_header.h"

enum {
    STREAM_HEADER_BYTES = 12,
    LZMA2_FILTER = 0x21,
    FILTER_COUNT_BITS = 0x03,
    HAS_PACKED_SIZE = 0x40,
    HAS_SIZE = 0x80,
    VARINT_BYTES_MAX = 9
};

/* Little-endian base 128. False when it runs out of bytes. */
static bool take_varint(struct span *rest, uint64_t *value) {
    *value = 0;
    for (unsigned i = 0; i < VARINT_BYTES_MAX && i < rest->len; i++) {
        unsigned char byte = rest->at[i];
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) == 0) {
            *rest = span_from(*rest, i + 1);
            return true;
        }
    }
    return false;
}

static uint64_t dictionary_of(unsigned char property) {
    if (property > 39)
        return UINT32_MAX;
    return (uint64_t)(2U | (property & 1U)) << (property / 2U + 11U);
}

uint64_t xz_dictionary_bytes(struct span head) {
    struct span rest = span_from(head, STREAM_HEADER_BYTES);
    if (rest.len < 2 || rest.at[0] == 0) /* 0: an index, no block */
        return 0;
    unsigned char flags = rest.at[1];
    rest = span_slice(rest, 2, ((size_t)rest.at[0] + 1) * 4);
    uint64_t ignored;
    if ((flags & HAS_PACKED_SIZE) != 0 && !take_varint(&rest, &ignored))
        return 0;
    if ((flags & HAS_SIZE) != 0 && !take_varint(&rest, &ignored))
        return 0;
    for (int i = 0; i <= (flags & FILTER_COUNT_BITS); i++) {
        uint64_t id;
        uint64_t bytes;
        if (!take_varint(&rest, &id) || !take_varint(&rest, &bytes) || bytes > rest.len)
            return 0;
        if (id == LZMA2_FILTER && bytes == 1)
            return dictionary_of(rest.at[0]);
        rest = span_from(rest, (size_t)bytes);
    }
    return 0;
}
