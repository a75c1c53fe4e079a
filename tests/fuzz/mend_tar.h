/* mend_tar: what a fuzzer breaks of a tar, mended, so that it is read at all. */
#ifndef WINNOW_FUZZ_MEND_TAR_H
#define WINNOW_FUZZ_MEND_TAR_H

#include <stdio.h>
#include <string.h>

/* A header with a wrong checksum is not read at all: what a mutation breaks is mended. */
static inline void mend_checksums(unsigned char *bytes, size_t len) {
    enum { BLOCK_BYTES = 512, MAGIC_AT = 257, CHECKSUM_AT = 148, CHECKSUM_BYTES = 8 };
    for (size_t at = 0; at + BLOCK_BYTES <= len; at += BLOCK_BYTES) {
        unsigned char *block = bytes + at;
        unsigned sum = 0;
        char digits[CHECKSUM_BYTES];
        if (memcmp(block + MAGIC_AT, "ustar", 5) != 0)
            continue;
        memset(block + CHECKSUM_AT, ' ', CHECKSUM_BYTES);
        for (size_t i = 0; i < BLOCK_BYTES; i++)
            sum += block[i];
        snprintf(digits, sizeof digits, "%06o", sum);
        memcpy(block + CHECKSUM_AT, digits, CHECKSUM_BYTES - 1);
    }
}

#endif
