/* hash: CRC-32 against another library, of every length, up to the last byte of a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

#include <libdeflate.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BYTES = 4096 };

static int map_bytes(void **state) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *at =
        mmap(NULL, BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED || mprotect(at + BYTES, page, PROT_NONE) != 0)
        return -1;
    for (size_t i = 0; i < BYTES; i++)
        at[i] = (unsigned char)(i * 2654435761U >> 13);
    *state = at;
    return 0;
}

static void test_crc32_of_any_length(void **state) {
    const unsigned char *at = *state;
    for (size_t len = 0; len <= BYTES; len++) {
        assert_int_equal(crc32_add(0, span_of(at, len)), libdeflate_crc32(0, at, len));
        struct span last = span_of(at + BYTES - len, len);
        assert_int_equal(crc32_add(0, last), libdeflate_crc32(0, last.at, len));
    }
    assert_int_equal(crc32_add(0, SPAN_EMPTY), 0);
}

static void test_crc32_in_pieces(void **state) {
    struct span all = span_of(*state, BYTES);
    uint32_t whole = crc32_add(0, all);
    for (size_t cut = 0; cut <= BYTES; cut++)
        assert_int_equal(crc32_add(crc32_add(0, span_slice(all, 0, cut)), span_from(all, cut)),
                         whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc32_of_any_length),
        cmocka_unit_test(test_crc32_in_pieces),
    };
    return cmocka_run_group_tests(tests, map_bytes, NULL);
}
