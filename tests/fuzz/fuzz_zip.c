/* fuzz_zip: ZIP directories, members and layout, as wheel, egg and source distribution. */
#include "fuzz_archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span bytes = span_of(data, size);
    unsigned choice = fuzz_choice(&bytes);
    bool thorough = (choice & 1) != 0;
    bool eager = (choice & 2) != 0;
    if ((choice & 12) == 0)
        fuzz_archive(bytes, "foo-1.0.zip", FORMAT_SDIST, thorough, eager);
    else if ((choice & 12) == 4)
        fuzz_archive(bytes, "foo-1.0-py3.8.egg", FORMAT_EGG, thorough, eager);
    else
        fuzz_archive(bytes, "foo-1.0-py3-none-any.whl", FORMAT_WHEEL, thorough, eager);
    return 0;
}
