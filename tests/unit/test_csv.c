/* CSV cells and files: quoting, formulas, bytes that are no UTF-8, digests, failed writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t len;
    const char *cell;
} cells[] = {
    {BYTES(""), ""},
    {BYTES("plain"), "plain"},
    {BYTES("1.10"), "1.10"},
    {BYTES("a,b"), "\"a,b\""},
    {BYTES("say \"hi\""), "\"say \"\"hi\"\"\""},
    {BYTES("a\nb"), "\"a\nb\""},
    {BYTES("a\rb"), "\"a\rb\""},
    {BYTES(" a"), "\" a\""},
    {BYTES("a "), "\"a \""},
    {BYTES("caf\xC3\xA9"), "caf\xC3\xA9"},
    {BYTES("caf\xE9"), "caf\xEF\xBF\xBD"},
    {BYTES("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {BYTES("caf\xC3"), "caf\xEF\xBF\xBD"},
    {BYTES("a\0b"), "a\xEF\xBF\xBD"
                    "b"},
    {BYTES("=1+1"), "'=1+1"},
    {BYTES("+1"), "'+1"},
    {BYTES("-1"), "'-1"},
    {BYTES("@SUM(A1)"), "'@SUM(A1)"},
    {BYTES("\t=1"), "\"'\t'=1\""},
    {BYTES("a;=1"), "\"a;'=1\""},
    {BYTES("a; \"+1"), "\"a;' \"\"+1\""},
    {BYTES("a;b;-1;'=1;"), "\"a;b;'-1;'=1;\""},
    {BYTES("a\t=1"), "\"a\t'=1\""},
    {BYTES("a\r\n@x"), "\"a\r\n'@x\""},
    {BYTES("a\n\xEF\xBC\x9D"
           "1"),
     "\"a\n'\xEF\xBC\x9D"
     "1\""},
    {BYTES("a,=1"), "\"a,=1\""},
    {BYTES("\r=1"), "\"'\r'=1\""},
    {BYTES("\n=1"), "\"'\n'=1\""},
    {BYTES("\0=1"), "'\xEF\xBF\xBD=1"},
    {BYTES("  =1"), "\"'  =1\""},
    {BYTES("=a,\"b\""), "\"'=a,\"\"b\"\"\""},
    {BYTES("\xEF\xBC\x9D"
           "1"),
     "'\xEF\xBC\x9D"
     "1"},
    {BYTES("'=1"), "'=1"},
    {BYTES("a=1"), "a=1"},
    {BYTES(" "), "\" \""},
};

static void writes_cells(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct buffer out = BUFFER_EMPTY;
        csv_add_cell(&out, span_of(cells[i].text, cells[i].len), true);
        if (!span_is(buffer_span(&out), cells[i].cell))
            fail_msg("cell %zu (%s) is %.*s", i, cells[i].text, (int)out.len, (const char *)out.at);
        buffer_free(&out);
    }
    struct buffer number = BUFFER_EMPTY;
    csv_add_cell(&number, span_text("-1"), false);
    assert_true(span_is(buffer_span(&number), "-1"));
    buffer_free(&number);
}

/* A folder of its own, and what a file there holds. */
static char folder[] = "/tmp/winnow-csv-XXXXXX";
static int folder_fd = -1;

static int make_folder(void **state) {
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    if (mkdtemp(folder) == NULL)
        return -1;
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
    return folder_fd < 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlinkat(folder_fd, "cluster_members.csv", 0);
    close(folder_fd);
    return rmdir(folder);
}

static void write_member(struct row *row, struct out_file *csv, const char *id,
                         const char *project) {
    row_begin(row, TABLE_CLUSTER_MEMBERS);
    row_word(row, id);
    row_text(row, span_text(project));
    assert_true(row_is_complete(row));
    csv_write_row(csv, row);
}

static void digests_what_it_writes(void **state) {
    (void)state;
    struct out_file *csv = csv_open(folder_fd, schema_table(TABLE_CLUSTER_MEMBERS));
    assert_non_null(csv);
    struct row row = ROW_EMPTY;
    write_member(&row, csv, "c1", "foo");
    write_member(&row, csv, "c1", "=b\"ar");
    struct file_facts facts;
    assert_true(out_file_close(csv, true, &facts));
    row_free(&row);
    char text[256] = "";
    int fd = openat(folder_fd, "cluster_members.csv", O_RDONLY);
    assert_true(read(fd, text, sizeof text - 1) > 0);
    close(fd);
    assert_string_equal(text, "cluster_id,project\nc1,foo\nc1,\"'=b\"\"ar\"\n");
    assert_int_equal(facts.rows, 2);
    assert_int_equal(facts.bytes, strlen(text));
    struct buffer hex = BUFFER_EMPTY;
    hex_add(&hex, span_of(facts.sha256, SHA256_BYTES));
    /* printf 'cluster_id,project\nc1,foo\nc1,"'\''=b""ar"\n' | sha256sum */
    assert_true(span_is(buffer_span(&hex),
                        "72f8c3f68c24a25b674b49cdf60f0ccda622e1221fa78e3b0523bdecb859594c"));
    buffer_free(&hex);
}

static void notices_a_full_disk(void **state) {
    (void)state;
    struct out_file *csv = csv_open(folder_fd, schema_table(TABLE_CLUSTER_MEMBERS));
    assert_non_null(csv);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = before;
    small.rlim_cur = 4096;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct row row = ROW_EMPTY;
    for (int i = 0; i < 1000; i++)
        write_member(&row, csv, "c0123456789ab", "a-project-with-a-name");
    struct file_facts facts;
    bool closed = out_file_close(csv, true, &facts);
    int error = errno;
    setrlimit(RLIMIT_FSIZE, &before);
    row_free(&row);
    assert_false(closed);
    assert_int_equal(error, EFBIG);
}

static void joins_lists(void **state) {
    (void)state;
    struct row row = ROW_EMPTY;
    row_begin(&row, TABLE_SIGNATURES);
    row_hex(&row, span_text("\x01\xAB"));
    row_word(&row, "none");
    for (int i = 0; i < 3; i++)
        row_count(&row, i == 0 ? UINT64_MAX : 0);
    row_time(&row, 0);
    row_time(&row, INSTANT_UNKNOWN);
    row_day(&row, INSTANT_DAY);
    row_count(&row, 10);
    row_list_item(&row, span_text("one"));
    row_list_item(&row, span_text("t w\to"));
    row_list_end(&row);
    assert_true(row_is_complete(&row));
    static const char *const wanted[] = {
        "01ab",       "none", "18446744073709551615", "0", "0", "1970-01-01T00:00:00Z", "",
        "1970-01-02", "10",   "one t%20w%20o"};
    for (size_t i = 0; i < row.count; i++)
        if (!span_is(row_cell(&row, i), wanted[i]))
            fail_msg("cell %zu is %.*s", i, SPAN_ARGS(row_cell(&row, i)));
    row_free(&row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_cells),
        cmocka_unit_test_setup_teardown(digests_what_it_writes, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(notices_a_full_disk, make_folder, remove_folder),
        cmocka_unit_test(joins_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
