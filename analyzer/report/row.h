/*
 * row: one row of a table on its way to the sinks. Producers add the cells in the
 * order of the schema; the texts are plain and lossless, each sink escapes what
 * it must. Reused from row to row, so that a row costs no allocation.
 */
#ifndef WINNOW_REPORT_ROW_H
#define WINNOW_REPORT_ROW_H

#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "report/schema.h"

struct row {
    const struct table *table;
    struct buffer text; /* the cells, one after the other; `failed` when memory ran out */
    size_t ends[COLUMNS_MAX];
    size_t count;
};

#define ROW_EMPTY ((struct row){.text = BUFFER_EMPTY})

void row_begin(struct row *row, enum table_id table);
void row_free(struct row *row);

/* Each adds the next cell, and asserts that the schema has it with a type that fits. */
void row_text(struct row *row, struct span text);
void row_word(struct row *row, const char *word); /* "" for unknown */
void row_unknown(struct row *row);
void row_count(struct row *row, uint64_t count);
void row_share(struct row *row, double value); /* six digits after the point */
void row_small_number(struct row *row,
                      double value);          /* six significant digits, exponent when small */
void row_bits(struct row *row, double value); /* three digits after the point */
void row_time(struct row *row, instant when);
void row_day(struct row *row, instant when);
void row_hex(struct row *row, struct span bytes);
void row_signature(struct row *row, const struct signature *signature); /* empty when zero */

/* A list cell: begin, the items, then end. White space inside an item becomes %20, so that a list
 * splits back. */
void row_list_item(struct row *row, struct span item);
void row_list_end(struct row *row);
void row_list(struct row *row, const struct span_list *items);

/* Cell `index` of a complete row; valid until the next row_begin. */
static inline struct span row_cell(const struct row *row, size_t index) {
    return span_slice(buffer_span(&row->text), index ? row->ends[index - 1] : 0, row->ends[index]);
}

/* All cells are there (asserted) and memory did not run out. */
bool row_is_complete(const struct row *row);

#endif
