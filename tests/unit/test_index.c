/* Index pages: what a visitor is told, and where urls lead. See tests/oracle/test_index.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mirror/index.h"
#include "mirror/index_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define DIGITS_60 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define DIGITS_64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static int file_with(const char *text) {
    int fd = memfd_create("page", MFD_CLOEXEC);
    size_t len = strlen(text);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct seen {
    int files;
    int owners;
    int stop_after;
    uint64_t bytes;
    struct index_file last;
    char filename[64], path[128];
};

static bool on_file(void *context, struct span project, const struct index_file *file) {
    struct seen *seen = context;
    assert_true(span_is(project, "foo"));
    seen->last = *file;
    seen->bytes += file->size_bytes;
    snprintf(seen->filename, sizeof seen->filename, "%.*s", SPAN_ARGS(file->filename));
    snprintf(seen->path, sizeof seen->path, "%.*s", SPAN_ARGS(file->path));
    return ++seen->files != seen->stop_after;
}

static bool on_owner(void *context, struct span project, struct span user) {
    struct seen *seen = context;
    assert_true(span_is(project, "foo"));
    assert_true(span_is(user, seen->owners == 0 ? "ann" : "bob"));
    return ++seen->owners != seen->stop_after;
}

static bool read_simple(int fd, struct seen *seen, const char **problem) {
    const struct index_visitor visitor = {.context = seen, .file = on_file};
    bool good =
        index_read_simple(fd, span_text("foo"), span_text("web/simple/foo"), &visitor, problem);
    close(fd);
    return good;
}

static void test_entry(void **state) {
    (void)state;
    struct seen seen = {0};
    const char *problem = "unset";
    const char *text =
        "{\"meta\":{\"api-version\":\"1.1\"},\"files\":[{\"filename\":\"foo-1.0.zip\","
        "\"url\":\"../../packages/aa/bb/" DIGITS_60 "/foo-1.0.zip\","
        "\"hashes\":{\"sha256\":\"" DIGITS_64 "\"},\"size\":12,"
        "\"upload-time\":\"1970-01-01T00:00:01.5Z\",\"yanked\":\"broken\"}]}";
    assert_true(read_simple(file_with(text), &seen, &problem));
    assert_null(problem);
    assert_int_equal(seen.files, 1);
    assert_string_equal(seen.filename, "foo-1.0.zip");
    assert_string_equal(seen.path, "web/packages/aa/bb/" DIGITS_60 "/foo-1.0.zip");
    assert_int_equal(seen.last.size_bytes, 12);
    assert_int_equal(seen.last.uploaded_at, 1500000);
    assert_true(seen.last.has_sha256 && seen.last.sha256[1] == 0x11 && seen.last.yanked);
}

static void test_defaults(void **state) {
    (void)state;
    struct seen seen = {0};
    const char *problem;
    assert_true(read_simple(file_with("{\"files\":[{\"filename\":\"x\"}]}"), &seen, &problem));
    assert_int_equal(seen.last.uploaded_at, INSTANT_UNKNOWN);
    assert_int_equal(seen.last.size_bytes, UINT64_MAX);
    assert_false(seen.last.has_sha256 || seen.last.yanked);
    assert_string_equal(seen.path, "");
}

static void test_visitor_stops(void **state) {
    (void)state;
    struct seen seen = {.stop_after = 2};
    const char *problem;
    const char *text =
        "{\"files\":[{\"filename\":\"a\"},{\"filename\":\"b\"},{\"filename\":\"c\"} not json";
    assert_true(read_simple(file_with(text), &seen, &problem));
    assert_int_equal(seen.files, 2);
    assert_null(problem);
}

static void test_unreadable(void **state) {
    (void)state;
    struct seen seen = {0};
    const char *problem = NULL;
    const struct index_visitor visitor = {.context = &seen};
    assert_false(index_read_simple(-1, span_text("foo"), SPAN_EMPTY, &visitor, &problem));
    assert_string_equal(problem, "it cannot be read");
    int folder = memfd_create("empty", MFD_CLOEXEC);
    assert_false(index_read_project(folder, span_text("foo"), &visitor, &problem));
    assert_non_null(problem);
    close(folder);
}

/* A page of 200,000 files is read in the memory of one: the process hardly grows. */
static void test_large_page(void **state) {
    (void)state;
    int fd = memfd_create("page", MFD_CLOEXEC);
    FILE *page = fdopen(dup(fd), "w");
    assert_non_null(page);
    fputs("{\"files\":[", page);
    for (int i = 0; i < 200000; i++)
        fprintf(page, "%s{\"filename\":\"foo-%d.zip\",\"size\":%d}", i ? "," : "", i, i);
    fputs("]}", page);
    assert_int_equal(fclose(page), 0);
    lseek(fd, 0, SEEK_SET);
    struct seen seen = {0};
    const char *problem;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    assert_true(read_simple(fd, &seen, &problem));
    getrusage(RUSAGE_SELF, &after);
#ifndef WINNOW_SANITIZED
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB; the page has 8 MB */
#endif
    assert_int_equal(seen.files, 200000);
    assert_int_equal(seen.bytes, UINT64_C(199999) * 100000);
}

static void test_owners(void **state) {
    (void)state;
    const char *text = "{\"ownership\":{\"roles\":[{\"role\":\"Owner\",\"user\":\"ann\"},"
                       "{\"user\":\"bob\",\"role\":\"Maintainer\"}],\"organization\":null}}";
    for (int stop_after = 0; stop_after < 3; stop_after++) {
        struct seen seen = {.stop_after = stop_after};
        const struct index_visitor visitor = {.context = &seen, .owner = on_owner};
        const char *problem;
        int fd = file_with(text);
        assert_true(index_read_project(fd, span_text("foo"), &visitor, &problem));
        assert_int_equal(seen.owners, stop_after == 1 ? 1 : 2);
        close(fd);
    }
}

static void test_urls(void **state) {
    (void)state;
    const char *const hashed = "web/packages/aa/bb/" DIGITS_60 "/f.whl";
    const struct {
        const char *url, *folder, *path;
    } rows[] = {
        {"../../packages/aa/bb/" DIGITS_60 "/f.whl", "web/simple/foo", hashed},
        {"../../packages/aa/bb/" DIGITS_60 "/f.whl", "web/simple/f/foo", hashed}, /* hash-index */
        {"https://files.example/packages/aa/bb/" DIGITS_60 "/f.whl#sha256=00", "web/simple/foo",
         hashed},
        {"/packages/aa/bb/" DIGITS_60 "/f.whl", "simple/foo", "packages/aa/bb/" DIGITS_60 "/f.whl"},
        {"/packages/aa/bb/" DIGITS_60 "/f.whl", "foo", ""},
        {"../../packages/aa/bb/" DIGITS_60 "/..", "web/simple/foo", ""},
        {"../../packages/aa/bb/" DIGITS_60 "/%2e%2e", "web/simple/foo", ""},
        {"f.whl", "foo", "foo/f.whl"},
        {"./a//b.whl?x=/../y", "foo", "foo/a/b.whl"},
        {"a%20b%2B.whl", "", "a b+.whl"},
        {"../x/f.whl", "a/b", "a/x/f.whl"},
        {"../../f.whl", "foo", ""},
        {"a%2Fb", "foo", ""},
        {"a%00b", "foo", ""},
        {"file:///etc/passwd", "foo", ""},
        {"//host/f.whl", "foo", ""},
        {"", "foo", ""},
        {"foo/", "foo", ""},
    };
    struct buffer path = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        index_url_path(span_text(rows[i].url), span_text(rows[i].folder), &path);
        assert_true(span_is(buffer_span(&path), rows[i].path));
    }
    buffer_free(&path);
    assert_true(span_is(index_url_sha256(span_text("x#sha256=ab&c")), "ab"));
    assert_int_equal(index_url_sha256(span_text("x#md5=ab")).len, 0);
    assert_int_equal(index_url_sha256(span_text("sha256=ab")).len, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entry),         cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_visitor_stops), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_large_page),    cmocka_unit_test(test_owners),
        cmocka_unit_test(test_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
