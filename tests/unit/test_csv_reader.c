/* csv_reader against csv's writer: what one writes the other reads back, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/csv.h"
#include "report/csv_reader.h"

#include <stdlib.h>

enum { ROUNDS = 2000, CELLS_MAX = 5, CELL_BYTES_MAX = 12 };

static unsigned next_random(uint64_t *state, unsigned below) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*state >> 33) % below;
}

/* Bytes that matter to either side, all valid UTF-8, so that a cell comes back as it was. */
static void make_cell(uint64_t *random, struct buffer *cell) {
    static const char *const pieces[] = {"a",  ",", "\"", "\n", "\r", " ",    "'", "=",
                                         "-1", "@", "\t", ";",  "é",  "\"\"", "x", "\xEF\xBC\x9D"};
    buffer_clear(cell);
    for (unsigned n = next_random(random, CELL_BYTES_MAX); n > 0; n--)
        buffer_add_text(cell, pieces[next_random(random, sizeof pieces / sizeof *pieces)]);
}

/* "'=x" and ";'=x" are the texts that come back as others ("=x"): they look like the writer's
 * marks, which are taken off. */
static struct span as_read(struct span text, struct buffer *out) {
    text = csv_cell_text(text);
    buffer_clear(out);
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\'' || i == 0 ||
            !csv_is_formula_amid(text.at[i - 1], span_from(text, i + 1)))
            buffer_add_byte(out, text.at[i]);
    return buffer_span(out);
}

static void reads_what_is_written(void **state) {
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct buffer cells[CELLS_MAX];
        memset(cells, 0, sizeof cells); /* BUFFER_EMPTY, each */
        struct buffer text = BUFFER_EMPTY;
        struct buffer wanted = BUFFER_EMPTY;
        unsigned columns = 1 + next_random(&random, CELLS_MAX);
        unsigned rows = 1 + next_random(&random, 3);
        uint64_t again = random;
        for (unsigned row = 0; row < rows; row++)
            for (unsigned i = 0; i < columns; i++) {
                make_cell(&random, &cells[i]);
                csv_add_cell(&text, buffer_span(&cells[i]), true);
                buffer_add_byte(&text, i + 1 < columns ? ',' : '\n');
            }
        struct csv_reader reader = csv_reader_begin(buffer_span(&text));
        for (unsigned row = 0; row < rows; row++) {
            assert_int_equal(csv_reader_next(&reader), CSV_ROW);
            assert_int_equal(reader.count, columns);
            for (unsigned i = 0; i < columns; i++) {
                make_cell(&again, &cells[i]);
                struct span read = csv_cell_text(reader.cells[i]);
                if (!span_equal(read, as_read(buffer_span(&cells[i]), &wanted)))
                    fail_msg("round %d: %.*s came back as %.*s", round,
                             SPAN_ARGS(buffer_span(&cells[i])), SPAN_ARGS(read));
            }
        }
        assert_int_equal(csv_reader_next(&reader), CSV_END);
        csv_reader_free(&reader);
        for (unsigned i = 0; i < CELLS_MAX; i++)
            buffer_free(&cells[i]);
        buffer_free(&wanted);
        buffer_free(&text);
    }
}

/* Bytes at random, and good files with a byte changed or cut off: read to an end, in bounds. */
static void survives_any_bytes(void **state) {
    (void)state;
    static const char good[] = "id,project\ng1,\"a\"\"b,\n\"\n'=x,plain\n";
    static const char bytes[] = ",\"\n\r'=a\0\xFF";
    uint64_t random = 11;
    for (int round = 0; round < ROUNDS * 5; round++) {
        size_t len = next_random(&random, sizeof good);
        unsigned char *text = malloc(len + 1); /* exact, so that a sanitizer sees a step too far */
        assert_non_null(text);
        for (size_t i = 0; i < len; i++)
            text[i] = round % 2 ? (unsigned char)good[i]
                                : (unsigned char)bytes[next_random(&random, sizeof bytes - 1)];
        if (len > 0)
            text[next_random(&random, (unsigned)len)] =
                (unsigned char)bytes[next_random(&random, sizeof bytes - 1)];
        unsigned char *exact = realloc(text, len > 0 ? len : 1);
        assert_non_null(exact);
        struct csv_reader reader = csv_reader_begin(span_of(exact, len));
        size_t total = 0;
        size_t rows = 0;
        while (csv_reader_next(&reader) == CSV_ROW) {
            for (size_t i = 0; i < reader.count; i++)
                for (size_t k = 0; k < reader.cells[i].len; k++)
                    total += reader.cells[i].at[k];
            rows++;
        }
        assert_true(rows <= len && total <= len * 255);
        csv_reader_free(&reader);
        free(exact);
    }
}

static void refuses_what_is_not_ours(void **state) {
    (void)state;
    static const char *const damaged[] = {
        "a,b",                                 /* no line end */
        "\"a\n",                               /* no closing quote */
        "a\"b\n",                              /* a quote inside */
        "\"a\"b\n",                            /* something after it */
        "a\r\n",                               /* another line end */
        "1,2\n1\n",                            /* another width */
        "1\n1,2\n",                            /* another width */
        "\"a\"",                               /* no line end after the quote */
        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", /* wider than any table */
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct csv_reader reader = csv_reader_begin(span_text(damaged[i]));
        enum csv_result result = CSV_ROW;
        while (result == CSV_ROW)
            result = csv_reader_next(&reader);
        if (result != CSV_DAMAGED)
            fail_msg("case %zu was read: %s", i, damaged[i]);
        csv_reader_free(&reader);
    }
    struct csv_reader empty = csv_reader_begin(SPAN_EMPTY);
    assert_int_equal(csv_reader_next(&empty), CSV_END);
    csv_reader_free(&empty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_written),
        cmocka_unit_test(survives_any_bytes),
        cmocka_unit_test(refuses_what_is_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
