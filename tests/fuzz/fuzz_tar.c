/* fuzz_tar: tars, bare and under all layers of compression. */
#include "fuzz_archive.h"

enum { BLOCK_BYTES = 512, MAGIC_AT = 257, CHECKSUM_AT = 148, CHECKSUM_BYTES = 8 };

/* A header with a wrong checksum is not read at all: what a mutation breaks is mended. */
static void mend_checksums(unsigned char *bytes, size_t len) {
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span bytes = span_of(data, size);
    unsigned choice = fuzz_choice(&bytes);
    struct buffer mended = BUFFER_EMPTY;
    buffer_add(&mended, bytes);
    if ((choice & 8) == 0)
        mend_checksums(mended.at, mended.len);
    fuzz_archive(buffer_span(&mended), (choice & 2) != 0 ? "foo-1.0.tar.gz" : "foo-1.0.tar",
                 FORMAT_SDIST, (choice & 1) != 0, (choice & 4) != 0);
    buffer_free(&mended);
    return 0;
}
