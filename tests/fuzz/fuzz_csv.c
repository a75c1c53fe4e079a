/* fuzz_csv: a table of an earlier run, which anybody may have edited: what can be read is what the
 * writer would have written. And the looser tables that wheels carry: RECORD. */
#include "extract/record_rows.h"
#include "report/csv.h"
#include "report/csv_reader.h"

#include "fuzz.h"

/* Whether a text looks as if the writer had put its marks there. */
static bool looks_marked(struct span text) {
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.at[i + 1] == '\'' && csv_is_formula_amid(text.at[i], span_from(text, i + 2)))
            return true;
    return span_starts(text, "'");
}

/* Any bytes as one cell: no formula for a spreadsheet, wherever it splits, and it reads back. */
static void check_cell(struct span text) {
    struct buffer out = BUFFER_EMPTY;
    csv_add_cell(&out, text, true);
    for (size_t i = 0; i + 1 < out.len; i++)
        FUZZ_CHECK(!csv_is_formula_amid(out.at[i], span_from(buffer_span(&out), i + 1)));
    buffer_add_byte(&out, '\n');
    struct csv_reader reader = csv_reader_begin(buffer_span(&out));
    FUZZ_CHECK(csv_reader_next(&reader) == CSV_ROW && reader.count == 1);
    FUZZ_CHECK(!csv_is_formula(reader.cells[0]));
    if (!looks_marked(text) && utf8_is_valid(text) && span_find(text, 0) == text.len)
        FUZZ_CHECK(span_equal(csv_cell_text(reader.cells[0]), text));
    FUZZ_CHECK(csv_reader_next(&reader) == CSV_END);
    csv_reader_free(&reader);
    buffer_free(&out);
}

static void check_record(struct span text) {
    struct arena *arena = fuzz_arena();
    struct record_row row;
    size_t left = text.len + 1;
    for (struct span rest = text; record_rows_next(arena, &rest, &row); left = rest.len) {
        FUZZ_CHECK(row.count > 0 && rest.len < left && fuzz_inside(rest, text));
        for (size_t i = 0; i < row.count && i < RECORD_CELLS; i++) {
            fuzz_touch(row.cells[i]);
            FUZZ_CHECK(row.cells[i].len <= text.len);
        }
    }
    FUZZ_CHECK(!arena_refused(arena));
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    check_cell(text);
    check_record(text);
    struct csv_reader reader = csv_reader_begin(text);
    struct buffer out = BUFFER_EMPTY;
    struct buffer cell = BUFFER_EMPTY;
    enum csv_result got;
    size_t width = 0;
    while ((got = csv_reader_next(&reader)) == CSV_ROW) {
        FUZZ_CHECK(reader.count > 0 && reader.count <= COLUMNS_MAX);
        FUZZ_CHECK(width == 0 || width == reader.count);
        width = reader.count;
        for (size_t i = 0; i < reader.count; i++) {
            struct span plain = csv_cell_text(reader.cells[i]);
            FUZZ_CHECK(fuzz_inside(plain, reader.cells[i]));
            buffer_clear(&cell);
            csv_add_cell(&cell, plain, true);
            FUZZ_CHECK(utf8_is_valid(buffer_span(&cell)));
            buffer_add(&out, buffer_span(&cell));
            buffer_add_byte(&out, i + 1 < reader.count ? ',' : '\n');
        }
    }
    csv_reader_free(&reader);
    /* What was written from it reads back to as many cells, and then stays as it is. */
    if (got == CSV_END) {
        struct csv_reader again = csv_reader_begin(buffer_span(&out));
        while ((got = csv_reader_next(&again)) == CSV_ROW)
            FUZZ_CHECK(again.count == width);
        FUZZ_CHECK(got == CSV_END);
        csv_reader_free(&again);
    }
    buffer_free(&out);
    buffer_free(&cell);
    return 0;
}
