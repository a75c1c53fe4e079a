/* row: see row.h. */
#include "report/row.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>

void row_begin(struct row *row, enum table_id table) {
    row->table = schema_table(table);
    assert(row->table->column_count <= COLUMNS_MAX);
    buffer_clear(&row->text);
    row->count = 0;
}

void row_free(struct row *row) {
    buffer_free(&row->text);
}

static enum column_type next_type(const struct row *row) {
    assert(row->count < row->table->column_count);
    return row->table->columns[row->count].type;
}

static void end_cell(struct row *row) {
    row->ends[row->count++] = row->text.len;
}

void row_text(struct row *row, struct span text) {
    assert(next_type(row) == COLUMN_TEXT || next_type(row) == COLUMN_LIST ||
           next_type(row) == COLUMN_WORD);
    buffer_add(&row->text, text);
    end_cell(row);
}

void row_word(struct row *row, const char *word) {
    assert(next_type(row) == COLUMN_WORD);
    buffer_add_text(&row->text, word);
    end_cell(row);
}

void row_unknown(struct row *row) {
    end_cell(row);
}

void row_count(struct row *row, uint64_t count) {
    assert(next_type(row) == COLUMN_COUNT);
    unsigned char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (unsigned char)('0' + count % 10);
        count /= 10;
    } while (count > 0);
    buffer_add(&row->text, span_of(digits + at, sizeof digits - at));
    end_cell(row);
}

void row_share(struct row *row, double value) {
    assert(next_type(row) == COLUMN_NUMBER);
    buffer_printf(&row->text, "%.6f", value);
    end_cell(row);
}

void row_small_number(struct row *row, double value) {
    assert(next_type(row) == COLUMN_NUMBER);
    buffer_printf(&row->text, "%.6g", value);
    end_cell(row);
}

void row_bits(struct row *row, double value) {
    assert(next_type(row) == COLUMN_NUMBER);
    bool nothing = fabs(value) < 0.0005; /* never "-0.000" */
    buffer_printf(&row->text, "%.3f", nothing ? 0 : value);
    end_cell(row);
}

void row_time(struct row *row, instant when) {
    assert(next_type(row) == COLUMN_TIME);
    instant_add(&row->text, when);
    end_cell(row);
}

void row_day(struct row *row, instant when) {
    assert(next_type(row) == COLUMN_DAY);
    instant_add_day(&row->text, when);
    end_cell(row);
}

void row_hex(struct row *row, struct span bytes) {
    assert(next_type(row) == COLUMN_HEX);
    hex_add(&row->text, bytes);
    end_cell(row);
}

void row_signature(struct row *row, const struct signature *signature) {
    row_hex(row,
            signature_is_zero(signature) ? SPAN_EMPTY : span_of(signature->at, SIGNATURE_BYTES));
}

void row_list_item(struct row *row, struct span item) {
    assert(next_type(row) == COLUMN_LIST);
    size_t start = row->count ? row->ends[row->count - 1] : 0;
    if (row->text.len > start)
        buffer_add_byte(&row->text, ' ');
    for (size_t i = 0; i < item.len; i++) {
        if (ascii_is_space(item.at[i]))
            buffer_add_text(&row->text, "%20");
        else
            buffer_add_byte(&row->text, item.at[i]);
    }
}

void row_list_end(struct row *row) {
    assert(next_type(row) == COLUMN_LIST);
    end_cell(row);
}

void row_list(struct row *row, const struct span_list *items) {
    for (size_t i = 0; i < items->count; i++)
        row_list_item(row, items->at[i]);
    row_list_end(row);
}

bool row_is_complete(const struct row *row) {
    assert(row->count == row->table->column_count);
    return !row->text.failed;
}
