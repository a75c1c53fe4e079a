/*
 * csv_reader: reads what csv.h writes, and nothing looser: rows of the width of the first one, a
 * quote only around a whole cell, "\n" after each row. Cells without quotes are views of the bytes;
 * of others the marks inside are taken off.
 */
#ifndef WINNOW_REPORT_CSV_READER_H
#define WINNOW_REPORT_CSV_READER_H

#include "report/schema.h"

enum csv_result { CSV_ROW, CSV_END, CSV_DAMAGED };

struct csv_reader {
    struct span rest;
    struct span cells[COLUMNS_MAX]; /* of the row in hand, valid until the next one */
    size_t count;                   /* of cells in every row; 0 before the first */
    struct buffer unquoted;         /* private */
};

/* Begins at `text`, which must outlive the reader. */
struct csv_reader csv_reader_begin(struct span text);
void csv_reader_free(struct csv_reader *reader);

/* The next row, header included; memory that runs out counts as damage. */
enum csv_result csv_reader_next(struct csv_reader *reader);

/* A hostile cell without the "'" that the writer puts before what looks like a formula. */
struct span csv_cell_text(struct span cell);

#endif
