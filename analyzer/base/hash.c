/* hash: see hash.h. */
#include "base/hash.h"

#include <blake2.h>
#include <isa-l/crc.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct signature signature_of(struct span bytes) {
    struct signature signature;
    blake2b(signature.at, bytes.at ? bytes.at : (const unsigned char *)"", NULL, SIGNATURE_BYTES,
            bytes.len, 0);
    return signature;
}

bool signature_is_zero(const struct signature *signature) {
    static const struct signature zero;
    return signature_compare(signature, &zero) == 0;
}

int signature_compare(const struct signature *a, const struct signature *b) {
    return memcmp(a->at, b->at, SIGNATURE_BYTES);
}

void hex_add(struct buffer *out, struct span bytes) {
    static const char digits[] = "0123456789abcdef";
    if (!buffer_reserve(out, bytes.len * 2))
        return;
    for (size_t i = 0; i < bytes.len; i++) {
        out->at[out->len++] = (unsigned char)digits[bytes.at[i] >> 4];
        out->at[out->len++] = (unsigned char)digits[bytes.at[i] & 15];
    }
}

static int hex_value(unsigned char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_parse(struct span hex, unsigned char *bytes, size_t len) {
    if (hex.len != len * 2)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(hex.at[2 * i]);
        int low = hex_value(hex.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

uint64_t hash64(struct span bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.at ? bytes.at : (const unsigned char *)"", bytes.len, seed);
}

uint32_t crc32_add(uint32_t sum, struct span bytes) {
    return bytes.len > 0 ? crc32_gzip_refl(sum, bytes.at, bytes.len) : sum;
}
