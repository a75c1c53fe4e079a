/* fuzz_tar: tars, bare and under all layers of compression. */
#include "fuzz_archive.h"
#include "mend_tar.h"

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
