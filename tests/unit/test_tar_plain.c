/* Which tars are so plain that libarchive need not be asked: one oddity at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unpack/tar_plain.h"

#include <stdio.h>

enum { BLOCK = 512, TAR_BYTES_MAX = 16 * BLOCK };

struct tar {
    unsigned char at[TAR_BYTES_MAX];
    size_t len;
};

static void add_sum(unsigned char *head) {
    unsigned sum = 0;
    memset(head + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += head[i];
    snprintf((char *)head + 148, 8, "%06o", sum);
}

static unsigned char *add(struct tar *tar, const char *name, char type, const char *contents) {
    unsigned char *head = tar->at + tar->len;
    unsigned size = (unsigned)strlen(contents) & (TAR_BYTES_MAX - 1);
    memcpy(head, name, strlen(name));
    memcpy(head + 100, "0000644", 8);
    memcpy(head + 108, "0001750", 8);
    memcpy(head + 116, "0001750", 8);
    snprintf((char *)head + 124, 12, "%011o", size);
    memcpy(head + 136, "14371573520", 12);
    head[156] = (unsigned char)type;
    memcpy(head + 257, "ustar\00000root", 12);
    memcpy(head + 297, "root", 4);
    add_sum(head);
    memcpy(head + BLOCK, contents, size);
    tar->len += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    return head;
}

static struct tar begin(void) {
    return (struct tar){.len = 0};
}

static bool read_with_end(struct arena *arena, struct tar *tar, size_t end_bytes,
                          struct plain_tar *plain) {
    return tar_plain_read(arena, span_of(tar->at, tar->len + end_bytes), plain);
}

static bool is_plain(struct tar *tar) {
    struct arena *arena = arena_new(1 << 20);
    struct plain_tar plain;
    bool found = read_with_end(arena, tar, 2 * BLOCK, &plain);
    arena_free(arena);
    return found;
}

static void test_members(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct tar tar = begin();
    add(&tar, "f-1", '5', "");
    add(&tar, "f-1/a.py", '0', "x = 1\n");
    unsigned char *head = add(&tar, "b.py", '0', "");
    memcpy(head + 345, "f-1/deep", 8);
    add_sum(head);
    add(&tar, "f-1/PaxHeaders/c.py", 'x', "28 mtime=1700000000.1234567\n22 path=f-1/long/c.py\n");
    add(&tar, "c.py", '0', "y");
    struct plain_tar plain;
    assert_true(read_with_end(arena, &tar, 3 * BLOCK, &plain));
    assert_int_equal(plain.count, 4);
    assert_int_equal(plain.members[0].type, MEMBER_DIRECTORY);
    assert_true(span_is(plain.members[0].name, "f-1"));
    assert_int_equal(plain.members[1].type, MEMBER_FILE);
    assert_true(span_is(plain.members[1].bytes, "x = 1\n"));
    assert_true(span_is(plain.members[2].name, "f-1/deep/b.py"));
    assert_int_equal(plain.members[2].bytes.len, 0);
    assert_true(span_is(plain.members[3].name, "f-1/long/c.py"));
    assert_true(span_is(plain.members[3].bytes, "y"));
    arena_free(arena);
}

static void test_ends(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct plain_tar plain;
    struct tar tar = begin();
    assert_false(read_with_end(arena, &tar, 2 * BLOCK, &plain)); /* nothing but an end */
    add(&tar, "a", '0', "x");
    for (size_t end = 0; end <= 3 * BLOCK; end++)
        assert_int_equal(read_with_end(arena, &tar, end, &plain), end >= 2 * BLOCK);
    tar.at[tar.len + 2 * BLOCK] = 1;
    assert_false(read_with_end(arena, &tar, 3 * BLOCK, &plain));
    arena_free(arena);
}

struct oddity {
    size_t at;
    const char *bytes;
    size_t len;
};

#define ODDITY(at, text)                                                                           \
    { at, text, sizeof(text) - 1 }

static void test_headers(void **state) {
    (void)state;
    static const struct oddity oddities[] = {
        ODDITY(0, "\xc3"),       /* a name that is not ASCII */
        ODDITY(0, "\n"),         /* a name with a control character */
        ODDITY(8, "/"),          /* a file named like a folder */
        ODDITY(0, "\0"),         /* no name */
        ODDITY(100, "-"),        /* mode */
        ODDITY(100, "00006444"), /* without an end */
        ODDITY(100, " "),
        ODDITY(108, "\x80"), /* owner in base 256 */
        ODDITY(116, "8"),
        ODDITY(124, "\x80"),
        ODDITY(124, "9"),
        ODDITY(130, "7"), /* more than there is */
        ODDITY(136, "\xff"),
        ODDITY(156, "\0"), /* types */
        ODDITY(156, "1"),
        ODDITY(156, "2"),
        ODDITY(156, "5"), /* a folder with contents */
        ODDITY(156, "7"),
        ODDITY(156, "g"),
        ODDITY(156, "L"),
        ODDITY(156, "S"),
        ODDITY(157, "x"),          /* a link's target */
        ODDITY(257, "ustar\0001"), /* versions */
        ODDITY(257, "\0"),
        ODDITY(265, "\xc3"),
        ODDITY(297, "\x7f"),
        ODDITY(329, "x"),
        ODDITY(345, "x/"), /* a prefix with a slash at its end */
    };
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++) {
        struct tar tar = begin();
        add(&tar, "foo-1/0", '0', "x = 1\n"); /* what it says is not said of the next */
        unsigned char *head = add(&tar, "foo-1/a", '0', "x = 1\n");
        if (oddities[i].at == 8)
            head[7] = 'b';
        add_sum(head);
        assert_true(is_plain(&tar));
        memcpy(head + oddities[i].at, oddities[i].bytes, oddities[i].len);
        add_sum(head);
        if (is_plain(&tar))
            fail_msg("oddity %zu at %zu", i, oddities[i].at);
    }
    struct tar tar = begin();
    add(&tar, "a", '0', "x")[150] ^= 1;
    assert_false(is_plain(&tar)); /* the sum */
}

static void test_links(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *target;
        const char *contents;
        bool plain;
    } rows[] = {
        {"foo-1/a", "../b", "", true}, {"foo-1/a", "", "", false},   {"foo-1/a", "\xc3", "", false},
        {"foo-1/a", "b\n", "", false}, {"foo-1/a/", "b", "", false}, {"foo-1/a", "b", "x", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(1 << 20);
        struct tar tar = begin();
        unsigned char *head = add(&tar, rows[i].name, '2', rows[i].contents);
        memcpy(head + 157, rows[i].target, strlen(rows[i].target));
        add_sum(head);
        struct plain_tar plain;
        if (read_with_end(arena, &tar, 2 * BLOCK, &plain) != rows[i].plain)
            fail_msg("link %zu", i);
        if (rows[i].plain) {
            assert_int_equal(plain.members[0].type, MEMBER_SYMLINK);
            assert_true(span_is(plain.members[0].target, rows[i].target));
        }
        arena_free(arena);
    }
    struct tar tar = begin();
    unsigned char *head = add(&tar, "a", '2', "");
    memset(head + 157, 'b', 100); /* as long as the field */
    add_sum(head);
    assert_true(is_plain(&tar));
}

static void test_formats(void **state) {
    (void)state;
    struct tar tar = begin();
    unsigned char *head = add(&tar, "a", '0', "x");
    memcpy(head + 257, "ustar  ", 8);
    add_sum(head);
    assert_true(is_plain(&tar)); /* GNU's */
    head[345] = '1';
    add_sum(head);
    assert_false(is_plain(&tar)); /* with times where POSIX has a prefix */
}

static void test_extended(void **state) {
    (void)state;
    static const struct {
        const char *records;
        bool plain;
    } rows[] = {
        {"19 mtime=1700000000\n", false}, /* its length is 20 */
        {"20 mtime=1700000000\n", true},
        {"17 atime=123.125\n11 ctime=0\n", true},
        {"12 mtime=-1\n", false},
        {"12 mtime=.5\n", false},
        {"9 mtime=\n", false},
        {"11 mtime=1\n11 mtime=1\n", false},
        {"43 mtime=111111111111111111111111111111111\n", false},
        {"9 path=a\n", true},
        {"8 path=\n", false},
        {"9 path=\xc3\n", false},
        {"11 path=a/\n", false},
        {"9 path=a\n9 path=a\n", false},
        {"15 uid=1234567\n11 gid=501\n", true},
        {"20 uid=123456789012\n", false},
        {"9 uid=-1\n", false},
        {"9 size=1\n", false},
        {"13 comment=x\n", false},
        {"22 GNU.sparse.major=1\n", false},
        {"11 mtime=1", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tar tar = begin();
        add(&tar, "x", 'x', rows[i].records);
        add(&tar, "a", '0', "x");
        if (is_plain(&tar) != rows[i].plain)
            fail_msg("records %s", rows[i].records);
    }
    struct tar tar = begin();
    add(&tar, "a", '0', "x");
    add(&tar, "x", 'x', "11 mtime=1\n");
    assert_false(is_plain(&tar)); /* of no member */
    add(&tar, "x", 'x', "11 mtime=1\n");
    add(&tar, "b", '0', "x");
    assert_false(is_plain(&tar)); /* two of one member */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),  cmocka_unit_test(test_ends),
        cmocka_unit_test(test_headers),  cmocka_unit_test(test_formats),
        cmocka_unit_test(test_extended), cmocka_unit_test(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
