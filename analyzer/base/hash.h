/*
 * hash: three kinds with three jobs. BLAKE2b (libb2) where a forged match could
 * frame an honest project; xxHash where only chance must be kept away; CRC-32
 * (ISA-L, 4 times as fast as libdeflate's) where a format asks for it.
 */
#ifndef WINNOW_BASE_HASH_H
#define WINNOW_BASE_HASH_H

#include "base/buffer.h"

/* Bytes of a signature: 128 bits of BLAKE2b, 32 hex digits in reports. */
enum { SIGNATURE_BYTES = 16 };

struct signature {
    unsigned char at[SIGNATURE_BYTES];
};

struct signature signature_of(struct span bytes);
bool signature_is_zero(const struct signature *signature);
int signature_compare(const struct signature *a, const struct signature *b);

/* Appends lower-case hex digits, two a byte. */
void hex_add(struct buffer *out, struct span bytes);
/* Reads exactly `len` bytes from 2*len hex digits (either case). */
bool hex_parse(struct span hex, unsigned char *bytes, size_t len);

/* XXH3, 64 bits, seeded. Not a security boundary. */
uint64_t hash64(struct span bytes, uint64_t seed);

/* CRC-32 of gzip and ZIP: of what `sum` is the CRC of, 0 for nothing, and `bytes` behind it. */
uint32_t crc32_add(uint32_t sum, struct span bytes);

#endif
