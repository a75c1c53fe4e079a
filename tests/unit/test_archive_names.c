/* Member names and magic bytes: tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unpack/magic.h"
#include "unpack/member_name.h"
#include "unpack/xz_header.h"
#include "unpack/zstd_header.h"

#include <stdio.h>

static void test_member_path(void **state) {
    (void)state;
    static const struct {
        struct span name;
        const char *path;
        unsigned oddities;
    } cases[] = {
        {SPAN("a/b.py"), "a/b.py", 0},
        {SPAN("./a/b.py"), "a/b.py", 0},
        {SPAN("././/a//b.py"), "a/b.py", 0}, /* a slash behind the dots is not a leading one */
        {SPAN("a/./b"), "a/b", 0},
        {SPAN("a/"), "a", 0},
        {SPAN("a///"), "a", 0},
        {SPAN("."), "", 0},
        {SPAN("./"), "", 0},
        {SPAN(""), "", NAME_EMPTY},
        {SPAN("/"), "", NAME_ABSOLUTE},
        {SPAN("/etc"), "", NAME_ABSOLUTE},
        {SPAN("//etc"), "", NAME_ABSOLUTE},
        {SPAN(".."), "", NAME_DOTDOT},
        {SPAN("a/.."), "", NAME_DOTDOT},
        {SPAN("a/../b"), "", NAME_DOTDOT},
        {SPAN("..a/b"), "..a/b", 0},
        {SPAN("a/b.."), "a/b..", NAME_WINDOWS},
        {SPAN("..."), "...", NAME_WINDOWS},
        {SPAN("a /b"), "a /b", NAME_WINDOWS},
        {SPAN("C:a"), "C:a", NAME_WINDOWS},
        {SPAN("a b/.c"), "a b/.c", 0},
        {SPAN("a\0b"), "a", NAME_NUL},
        {SPAN("\0"), "", NAME_NUL | NAME_EMPTY},
        {SPAN("a\\b"), "a\\b", NAME_BACKSLASH},
        {SPAN("a\x1b[1m"), "a\x1b[1m", NAME_CONTROL},
        {SPAN("a\x7f"), "a\x7f", NAME_CONTROL},
        {SPAN("\xc3\xa9"), "\xc3\xa9", NAME_NOT_ASCII},
        {SPAN("\xe9"), "\xe9", NAME_NOT_ASCII | NAME_NOT_UTF8},
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span path;
        unsigned oddities;
        assert_true(member_path(arena, cases[i].name, &path, &oddities));
        assert_int_equal(oddities, cases[i].oddities);
        assert_true(span_is(path, cases[i].path));
    }
    arena_free(arena);
}

static void test_links(void **state) {
    (void)state;
    static const struct {
        const char *path;
        const char *target;
        bool leaves;
    } cases[] = {
        {"a/b", "c", false},   {"a/b", "../c", false},      {"a/b", "../../c", true},
        {"b", "..", true},     {"a/b/c", "../../d", false}, {"a/b", "/etc/passwd", true},
        {"a/b", "", false},    {"a/b", "x/../../..", true}, {"a/b", "./.././c", false},
        {"", "a/../b", false}, {"", "../b", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(link_leaves_root(span_text(cases[i].path), span_text(cases[i].target)),
                         cases[i].leaves);
}

static void test_native_names(void **state) {
    (void)state;
    static const char *const yes[] = {
        "a.so", "x/a.cpython-311.so", "liba.so.1", "liba.so.1.2.3", "a.PYD", "b.dll", "c.dylib"};
    static const char *const no[] = {"a.so.py", "so", "a.so.", "a.so.1a", "a.so.1/b", "a.1.2", ""};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_true(is_native_name(span_text(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(is_native_name(span_text(no[i])));
}

static void test_endings(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum container container;
        const char *stem;
    } cases[] = {
        {"a-1.tar.gz", CONTAINER_TAR_GZIP, "a-1"},
        {"a-1.TGZ", CONTAINER_TAR_GZIP, "a-1"},
        {"a-1.tar.Z", CONTAINER_TAR_COMPRESS, "a-1"},
        {"a-1.whl", CONTAINER_ZIP, "a-1"},
        {"a-1.tar", CONTAINER_TAR, "a-1"},
        {"a-1.exe", CONTAINER_UNKNOWN, "a-1.exe"},
        {".zip", CONTAINER_UNKNOWN, ".zip"},
        {"", CONTAINER_UNKNOWN, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(container_of_name(span_text(cases[i].name)), cases[i].container);
        assert_true(span_is(filename_stem(span_text(cases[i].name)), cases[i].stem));
    }
}

static void test_magic(void **state) {
    (void)state;
    static const struct {
        struct span head;
        enum container container;
    } cases[] = {
        {SPAN("PK\3\4"), CONTAINER_ZIP},
        {SPAN("PK\5\6"), CONTAINER_ZIP},
        {SPAN("\x1f\x8b\x08"), CONTAINER_TAR_GZIP},
        {SPAN("BZh91AY"), CONTAINER_TAR_BZIP2},
        {SPAN("BZh0"), CONTAINER_UNKNOWN},
        {SPAN("BZh"), CONTAINER_UNKNOWN},
        {SPAN("\x50\x2a\x4d\x18"), CONTAINER_TAR_ZSTD},
        {SPAN("\x60\x2a\x4d\x18"), CONTAINER_UNKNOWN},
        {SPAN("\x1f\x9d\x90"), CONTAINER_TAR_COMPRESS},
        {SPAN("  \n<HTML>"), CONTAINER_NO_ARCHIVE},
        {SPAN("<!doctype HTML>"), CONTAINER_NO_ARCHIVE},
        {SPAN(""), CONTAINER_UNKNOWN},
        {SPAN("MZ"), CONTAINER_FOREIGN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(magic_of(cases[i].head).container, cases[i].container);
}

enum { HEADER_BYTES = 512, SUM_AT = 148, SUM_BYTES = 8 };

/* Both sums of a header, the field of the sum taken as spaces. */
static void sums_of(const unsigned char *head, int *sum, int *signed_sum) {
    *sum = *signed_sum = SUM_BYTES * ' ';
    for (int i = 0; i < HEADER_BYTES; i++) {
        if (i >= SUM_AT && i < SUM_AT + SUM_BYTES)
            continue;
        *sum += head[i];
        *signed_sum += (signed char)head[i];
    }
}

static void test_tar_header(void **state) {
    (void)state;
    static const char *const forms[] = {"%06o", "%07o", "%6o ", "%08o", "%o"};
    unsigned char head[HEADER_BYTES] = "na\xc3\xafve/";
    int sum, signed_sum;
    sums_of(head, &sum, &signed_sum);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char field[SUM_BYTES + 1] = "";
        assert_true(snprintf(field, sizeof field, forms[i], (unsigned)sum) <= SUM_BYTES);
        memcpy(head + SUM_AT, field, SUM_BYTES);
        assert_int_equal(tar_header_sum(span_of(head, sizeof head)), TAR_SUM_RIGHT);
        assert_int_equal(tar_header_sum(span_of(head, sizeof head - 1)), TAR_SUM_WRONG);
        snprintf(field, sizeof field, forms[i], (unsigned)signed_sum); /* as some old tars did */
        memcpy(head + SUM_AT, field, SUM_BYTES);
        assert_int_equal(tar_header_sum(span_of(head, sizeof head)), TAR_SUM_SIGNED);
        head[HEADER_BYTES - 1] = 1;
        assert_int_equal(tar_header_sum(span_of(head, sizeof head)), TAR_SUM_WRONG);
        head[HEADER_BYTES - 1] = 0;
    }
}

/* Compressed bytes in which a digit at the place of the sum happens to be the signed sum. */
static void test_no_tar_header_by_chance(void **state) {
    (void)state;
    static const char *const fields[] = {"5\x8f\x10\xfeQ\x7f\x01Z", "5       ", "5\0\0\0\0\0\0",
                                         "405\x8f\x10\xfeQZ"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        unsigned char head[HEADER_BYTES] = {0x1f, 0x8b, 8};
        memcpy(head + SUM_AT, fields[i], SUM_BYTES);
        int sum, signed_sum;
        int wanted = i == 3 ? 0405 : 5;
        for (size_t at = 256; sums_of(head, &sum, &signed_sum), signed_sum != wanted; at++) {
            int step = wanted - signed_sum;
            head[at] = (unsigned char)(step > 127 ? 127 : step < -128 ? -128 : step);
        }
        assert_int_equal(tar_header_sum(span_of(head, sizeof head)), TAR_SUM_WRONG);
        assert_int_equal(magic_of(span_of(head, sizeof head)).container, CONTAINER_TAR_GZIP);
    }
}

static void test_xz_dictionary(void **state) {
    (void)state;
    static const unsigned char head[] = {0xfd, '7',  'z', 'X', 'Z',  0, 0,  4, 0xe6, 0xd6,
                                         0xb4, 0x46, 2,   0,   0x21, 1, 22, 0, 0,    0};
    assert_int_equal(xz_dictionary_bytes(span_of(head, sizeof head)), 8U << 20);
    for (size_t len = 0; len < 17; len++)
        assert_int_equal(xz_dictionary_bytes(span_of(head, len)), 0);
    assert_int_equal(xz_dictionary_bytes(SPAN_EMPTY), 0);
}

static void test_zstd_window(void **state) {
    (void)state;
    /* A skippable frame of 2 bytes, then a frame: its flags, its window or sizes. */
    static const unsigned char head[] = {0x53, 0x2a, 0x4d, 0x18, 2,    0,    0,    0, 9,
                                         9,    0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x8b, 0, 0};
    assert_int_equal(zstd_window_bytes(span_of(head, sizeof head)), (8U << 24) + (3U << 24));
    assert_int_equal(zstd_window_bytes(span_of(head + 10, sizeof head - 10)), 11U << 24);
    for (size_t len = 0; len < 16; len++)
        assert_int_equal(zstd_window_bytes(span_of(head, len)), 0);
    static const unsigned char single[] = {0x28, 0xb5, 0x2f, 0xfd, 0x61, 7, 1, 1};
    assert_int_equal(zstd_window_bytes(span_of(single, sizeof single)), 256 + 257);
    assert_int_equal(zstd_window_bytes(span_of(single, sizeof single - 1)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_member_path),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_native_names),
        cmocka_unit_test(test_endings),
        cmocka_unit_test(test_magic),
        cmocka_unit_test(test_xz_dictionary),
        cmocka_unit_test(test_zstd_window),
        cmocka_unit_test(test_tar_header),
        cmocka_unit_test(test_no_tar_header_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
