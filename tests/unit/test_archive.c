/* The archive reader's contract: visitors, bytes on demand, finding, failing reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "unpack/anomalies.h"
#include "unpack/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct file {
    const char *name;
    const char *bytes;
};

static const struct file files[] = {
    {"foo-1.0/PKG-INFO", "Name: foo\n"},
    {"foo-1.0/setup.py", "import setuptools\n"},
    {"foo-1.0/foo/__init__.py", ""},
    {"foo-1.0/foo/data.bin", "0123456789"},
};
enum { FILE_COUNT = sizeof files / sizeof files[0] };

/* An archive in memory, written by libarchive. */
static int make(int format, int filter) {
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert_true(fd >= 0);
    struct archive *out = archive_write_new();
    archive_write_set_format(out, format);
    archive_write_add_filter(out, filter);
    archive_write_set_bytes_in_last_block(out, 1);
    assert_int_equal(archive_write_open_fd(out, fd), ARCHIVE_OK);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, files[i].name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)strlen(files[i].bytes));
        assert_int_equal(archive_write_header(out, entry), ARCHIVE_OK);
        archive_write_data(out, files[i].bytes, strlen(files[i].bytes));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(out), ARCHIVE_OK);
    return fd;
}

static void begin(struct artifact *artifact, struct arena *arena, int fd, const char *name) {
    artifact_begin(artifact, arena);
    artifact->file.filename = span_text(name);
    artifact->file.size_bytes = (uint64_t)lseek(fd, 0, SEEK_END);
    size_t len = strlen(name);
    artifact->file.format =
        len > 4 && strcmp(name + len - 4, ".whl") == 0 ? FORMAT_WHEEL : FORMAT_SDIST;
}

/* Wishes by name, and what it was shown. */
struct witness {
    unsigned offered;
    unsigned looked;
    bool keep;
};

static enum member_wish offer(void *context, const struct member *member) {
    struct witness *witness = context;
    witness->offered++;
    assert_true(span_starts(member->path, "foo-1.0"));
    if (span_ends(member->path, ".bin"))
        return WISH_CRC;
    return span_ends(member->path, "setup.py") ? WISH_SKIP : WISH_LOOK;
}

static bool look(void *context, struct member *member, struct span bytes) {
    struct witness *witness = context;
    witness->looked++;
    member->verdict = (uint8_t)(bytes.len + 1);
    return witness->keep;
}

static uint32_t crc_of(const char *text) {
    return libdeflate_crc32(0, text, strlen(text));
}

static void test_tar_visitor(void **state) {
    (void)state;
    static const int filters[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ,
                                  ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_COMPRESS};
    static const char *const names[] = {"foo-1.0.tar", "foo-1.0.tar.gz", "foo-1.0.tar.xz",
                                        "foo-1.0.tar.bz2", "foo-1.0.tar.Z"};
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        int fd = make(ARCHIVE_FORMAT_TAR_USTAR, filters[i]);
        struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
        struct artifact artifact;
        begin(&artifact, arena, fd, names[i]);
        struct witness witness = {.keep = true};
        const struct archive_visitor visitor = {&witness, offer, look};
        struct archive *archive;
        assert_int_equal(archive_open(&archive, fd, &artifact, &visitor), OUTCOME_OK);
        assert_int_equal(artifact.anomalies.count, 0);
        assert_int_equal(witness.offered, FILE_COUNT);
        assert_int_equal(witness.looked, 2);

        struct span bytes;
        struct member *member = archive_find(archive, span_text("PKG-INFO"));
        assert_non_null(member);
        assert_int_equal(member->verdict, 11);
        assert_int_equal(archive_crc32(member), crc_of("Name: foo\n"));
        assert_int_equal(archive_bytes(archive, member, 100, &bytes), OUTCOME_OK);
        assert_true(span_is(bytes, "Name: foo\n"));
        assert_int_equal(archive_bytes(archive, member, 9, &bytes), SKIP_MEMBER);

        member = archive_find(archive, span_text("setup.py"));
        assert_int_equal(archive_crc32(member), 0); /* skipped */
        assert_int_equal(archive_bytes(archive, member, 100, &bytes), SKIP_MEMBER);
        member = archive_find(archive, span_text("foo/data.bin"));
        assert_int_equal(archive_crc32(member), crc_of("0123456789"));
        member = archive_find(archive, span_text("foo/__init__.py"));
        assert_int_equal(archive_bytes(archive, member, 0, &bytes), OUTCOME_OK);
        assert_int_equal(bytes.len, 0);
        assert_null(archive_find(archive, span_text("foo-1.0/setup.py")));
        assert_null(archive_find(archive, SPAN_EMPTY));
        assert_int_equal(artifact.status, STATUS_OK);
        archive_close(archive);
        arena_free(arena);
        close(fd);
    }
}

static void test_no_visitor_means_crc(void **state) {
    (void)state;
    int fd = make(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_GZIP);
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    struct artifact artifact;
    begin(&artifact, arena, fd, "foo-1.0.tar.gz");
    struct archive *archive;
    assert_int_equal(archive_open(&archive, fd, &artifact, NULL), OUTCOME_OK);
    assert_int_equal(artifact.contents.member_count, FILE_COUNT);
    assert_int_equal(artifact.contents.python_file_count, 2);
    assert_int_equal(artifact.contents.python_bytes, strlen("import setuptools\n"));
    size_t count;
    struct member *members = archive_members(archive, &count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(archive_crc32(&members[i]), crc_of(files[i].bytes));
    archive_close(archive);
    arena_free(arena);
    close(fd);
}

static void test_zip_bytes(void **state) {
    (void)state;
    int fd = make(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE);
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    struct artifact artifact;
    begin(&artifact, arena, fd, "foo-1.0-py3-none-any.whl");
    struct archive *archive;
    assert_int_equal(archive_open(&archive, fd, &artifact, NULL), OUTCOME_OK);
    struct member *member = archive_find(archive, span_text("foo-1.0/foo/data.bin"));
    struct span bytes;
    assert_int_equal(archive_bytes(archive, member, 9, &bytes), SKIP_MEMBER);
    assert_int_equal(artifact.status, STATUS_OK); /* too large is no damage */
    assert_int_equal(archive_bytes(archive, member, 10, &bytes), OUTCOME_OK);
    assert_true(span_is(bytes, "0123456789"));
    struct span again;
    assert_int_equal(archive_bytes(archive, member, 10, &again), OUTCOME_OK);
    assert_ptr_equal(again.at, bytes.at); /* inflated once */
    assert_int_equal(archive_bytes(archive, member, 9, &again), SKIP_MEMBER);
    member->bytes = SPAN_EMPTY; /* as after its memory was given back */
    assert_int_equal(archive_bytes(archive, member, 10, &again), OUTCOME_OK);
    assert_true(again.at != bytes.at && span_is(again, "0123456789"));
    archive_close(archive);
    arena_free(arena);
    close(fd);
}

static void test_bad_crc_costs_one_member(void **state) {
    (void)state;
    static const char zip[] = "PK\3\4\24\0\0\0\0\0\0\0!\0\1\2\3\4\1\0\0\0\1\0\0\0\1\0\0\0ax"
                              "PK\1\2\24\3\24\0\0\0\0\0\0\0!\0\1\2\3\4\1\0\0\0\1\0\0\0"
                              "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a"
                              "PK\5\6\0\0\0\0\1\0\1\0/\0\0\0 \0\0\0\0\0";
    int fd = memfd_create("zip", MFD_CLOEXEC);
    assert_int_equal(write(fd, zip, sizeof zip - 1), sizeof zip - 1);
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    struct artifact artifact;
    begin(&artifact, arena, fd, "foo-1.0-py3-none-any.whl");
    struct archive *archive;
    assert_int_equal(archive_open(&archive, fd, &artifact, NULL), OUTCOME_OK);
    struct span bytes;
    struct member *member = archive_find(archive, span_text("a"));
    assert_int_equal(archive_bytes(archive, member, 9, &bytes), SKIP_MEMBER);
    assert_int_equal(bytes.len, 0);
    assert_int_equal(artifact.status, STATUS_DAMAGED);
    assert_true(span_is(artifact.status_detail, "member a: its CRC is wrong"));
    archive_close(archive);
    arena_free(arena);
    close(fd);
}

/* The walk saw more bytes than are there now; or a file that cannot be read at all. */
static void test_files_that_change(void **state) {
    (void)state;
    static const int formats[] = {ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_TAR_USTAR};
    static const char *const names[] = {"foo-1.0-py3-none-any.whl", "foo-1.0.tar"};
    for (size_t i = 0; i < 2; i++) {
        int fd = make(formats[i], ARCHIVE_FILTER_NONE);
        struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
        struct artifact artifact;
        begin(&artifact, arena, fd, names[i]);
        assert_int_equal(ftruncate(fd, 100), 0);
        struct archive *archive;
        assert_int_equal(archive_open(&archive, fd, &artifact, NULL), SKIP_ARTIFACT);
        assert_int_equal(artifact.status, STATUS_DAMAGED);
        archive_close(archive);
        close(fd);
        begin(&artifact, arena, 0, names[i]);
        artifact.file.size_bytes = 1 << 20;
        assert_int_equal(archive_open(&archive, fd, &artifact, NULL), SKIP_ARTIFACT);
        assert_int_equal(artifact.status, STATUS_UNREADABLE);
        archive_close(archive);
        arena_free(arena);
    }
}

static void test_little_memory(void **state) {
    (void)state;
    static const int formats[] = {ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_TAR_USTAR};
    for (size_t i = 0; i < 2; i++) {
        int fd = make(formats[i], ARCHIVE_FILTER_NONE);
        for (size_t bytes = 64; bytes < 20000; bytes += 64) {
            struct arena *arena = arena_new(bytes);
            struct artifact artifact;
            begin(&artifact, arena, fd, i == 0 ? "foo-1.0-py3-none-any.whl" : "foo-1.0.tar");
            struct witness witness = {.keep = true};
            const struct archive_visitor visitor = {&witness, offer, look};
            struct archive *archive;
            enum outcome outcome = archive_open(&archive, fd, &artifact, &visitor);
            if (arena_refused(arena)) {
                assert_int_equal(outcome, SKIP_ARTIFACT);
                assert_int_equal(artifact.status, STATUS_OVER_LIMIT);
            } else {
                assert_int_equal(outcome, OUTCOME_OK);
            }
            archive_close(archive);
            arena_free(arena);
        }
        close(fd);
    }
}

static void test_codes_are_words(void **state) {
    (void)state;
    for (size_t i = 0; i < unpack_anomaly_count; i++) {
        const char *code = unpack_anomalies[i].code;
        assert_non_null(code);
        assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(code));
        assert_true(strlen(unpack_anomalies[i].meaning) > 10);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(code, unpack_anomalies[j].code);
    }
}

static void test_tallies(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct tallies tallies = {0};
    char longest[1000];
    memset(longest, 'x', sizeof longest);
    tally(&tallies, CODE_ZIP_GAP, span_text("one"));
    tally(&tallies, CODE_TAR_LINKS, span_of(longest, sizeof longest));
    tally(&tallies, CODE_TAR_LINKS, span_text("second"));
    tallies_note(&tallies, &artifact);
    assert_int_equal(artifact.anomalies.count, 2);
    assert_true(span_is(artifact.anomalies.at[0].detail, "one"));
    assert_true(span_ends(artifact.anomalies.at[1].detail, "x and 1 more"));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tar_visitor),       cmocka_unit_test(test_no_visitor_means_crc),
        cmocka_unit_test(test_zip_bytes),         cmocka_unit_test(test_bad_crc_costs_one_member),
        cmocka_unit_test(test_files_that_change), cmocka_unit_test(test_little_memory),
        cmocka_unit_test(test_codes_are_words),   cmocka_unit_test(test_tallies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
