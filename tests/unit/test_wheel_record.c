/* The rows and hashes of a wheel's RECORD; tests/oracle/test_wheel_record.py has the rest. */
#include "extract_test.h"

#include "extract/record_hash.h"
#include "extract/record_rows.h"

/* "path,hash,size" of each row with its number of cells, joined by "|"; "!" where a quote is open.
 */
static void assert_rows(struct arena *arena, const char *text, const char *joined) {
    struct span rest = span_text(text);
    struct record_row row;
    struct buffer out = BUFFER_EMPTY;
    while (record_rows_next(arena, &rest, &row))
        buffer_printf(&out, "%s%zu%s:%.*s,%.*s,%.*s", out.len > 0 ? "|" : "", row.count,
                      row.unclosed ? "!" : "", SPAN_ARGS(row.cells[0]), SPAN_ARGS(row.cells[1]),
                      SPAN_ARGS(row.cells[2]));
    assert_span(buffer_span(&out), joined);
    buffer_free(&out);
}

static void test_rows(void **state) {
    assert_rows(*state, "", "");
    assert_rows(*state, "\n\r\n\n", "");
    assert_rows(*state, "a,b,1", "3:a,b,1");
    assert_rows(*state, "a,b,1\r\nc,,\rd,e\n", "3:a,b,1|3:c,,|2:d,e,");
    assert_rows(*state, "a,b,c,d,e\n,", "5:a,b,c|2:,,");
    assert_rows(*state, "\"a,\"\"b\nc\",x,1\nd,,\n", "3:a,\"b\nc,x,1|3:d,,");
    assert_rows(*state, "\"\",\"b\"c\"d,\"", "3!:,bc\"d,");
    assert_rows(*state, "a\"b\",c,\"unclosed,\n1", "3!:a\"b\",c,unclosed,\n1");
    assert_rows(*state, "\"ends in two\"\"", "1!:ends in two\",,");
}

static bool read_all(struct arena *arena, struct span text) {
    struct record_row row;
    while (record_rows_next(arena, &text, &row))
        ;
    return !arena_refused(arena);
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_all, "\"a\",\"b\",\"c\"\n\"d\",e,f\n");
}

static enum record_hash_form parse(const char *column, const struct record_hash **algorithm) {
    struct span digest;
    return record_hash_parse(span_text(column), algorithm, &digest);
}

#define EMPTY_SHA256 "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"

static void test_hashes(void **state) {
    (void)state;
    const struct record_hash *algorithm;
    assert_int_equal(parse("sha256=" EMPTY_SHA256, &algorithm), RECORD_HASH_GOOD);
    assert_true(record_hash_matches(algorithm, span_text(EMPTY_SHA256), SPAN_EMPTY));
    assert_false(record_hash_matches(algorithm, span_text(EMPTY_SHA256), span_text("x")));
    assert_int_equal(parse("SHA256=" EMPTY_SHA256, &algorithm), RECORD_HASH_GOOD);
    assert_int_equal(parse("md5=1B2M2Y8AsgTpgAmY7PhCfg", &algorithm), RECORD_HASH_WEAK);
    assert_true(record_hash_matches(algorithm, span_text("1B2M2Y8AsgTpgAmY7PhCfg"), SPAN_EMPTY));
    assert_int_equal(parse("bla360=abc", &algorithm), RECORD_HASH_WEAK);
    assert_null(algorithm);
    static const char *const malformed[] = {"",
                                            "=",
                                            "sha256",
                                            "sha256=",
                                            "=" EMPTY_SHA256,
                                            "sha256=" EMPTY_SHA256 "=",
                                            "sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        assert_int_equal(parse(malformed[i], &algorithm), RECORD_HASH_MALFORMED);
        assert_null(algorithm);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_rows), TEST(test_memory_out), TEST(test_hashes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
