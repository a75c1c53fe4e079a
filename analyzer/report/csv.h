/*
 * csv: the sink that an analyst opens: RFC 4180, UTF-8, "\n". One writer, one
 * file; bytes go through a buffer of its own, and the SHA-256 of the file is
 * computed on the way.
 *
 * Decisions. Quotes only where needed: comma, quote, CR, LF, a space at either end. Invalid UTF-8
 * and NUL become U+FFFD, one for each byte (SQLite and Python would stop at a NUL). A text cell
 * that a spreadsheet could take for a formula gets "'" in front: one that starts, after any spaces,
 * with = + - @ or their full-width forms, or with tab, CR, LF or NUL. The same mark stands behind a
 * ";", tab or line end in a cell, where other list separators than ours would begin a formula.
 * Words, numbers and times of ours never need it.
 */
#ifndef WINNOW_REPORT_CSV_H
#define WINNOW_REPORT_CSV_H

#include "report/out_file.h"
#include "report/row.h"

/* Creates NAME.csv of the table in the folder and writes the header. NULL on failure, with errno
 * set. */
struct out_file *csv_open(int folder_fd, const struct table *table);

/* False when a write failed, now or before. */
bool csv_write_row(struct out_file *file, const struct row *row);

/* Appends one cell as the file would hold it, for tests and other sinks of the same form. */
void csv_add_cell(struct buffer *out, struct span text, bool hostile);

/* Whether a cell would get "'" in front, or between `before` and `text` inside it: a reader takes
 * them off again. */
bool csv_is_formula(struct span text);
bool csv_is_formula_amid(unsigned char before, struct span text);

#endif
