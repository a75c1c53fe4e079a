/* fuzz_tar: tars, bare and under all layers of compression. */
#include "fuzz_archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span bytes = span_of(data, size);
    unsigned choice = fuzz_choice(&bytes);
    fuzz_archive(bytes, (choice & 2) != 0 ? "foo-1.0.tar.gz" : "foo-1.0.tar", FORMAT_SDIST,
                 (choice & 1) != 0, (choice & 4) != 0);
    return 0;
}
