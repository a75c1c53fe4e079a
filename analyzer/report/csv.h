/*
 * csv: the sink that an analyst opens: RFC 4180, UTF-8, "\n". One writer, one
 * file; bytes go through a buffer of its own, and the SHA-256 of the file is
 * computed on the way.
 *
 * Decisions. Quotes only where needed: comma, quote, CR, LF, a space at either end. Invalid UTF-8
 * and NUL become U+FFFD, one for each byte (SQLite and Python would stop at a NUL). A text cell
 * that a spreadsheet could take for a formula gets "'" in front: one that starts, after any spaces,
 * with = + - @ or their full-width forms, or with tab, CR, LF or NUL. Words, numbers and times of
 * ours never need it.
 */
#ifndef WINNOW_REPORT_CSV_H
#define WINNOW_REPORT_CSV_H

#include "report/row.h"

enum { SHA256_BYTES = 32 };

struct csv; /* opaque */

struct file_facts {
    uint64_t rows; /* without the header */
    uint64_t bytes;
    unsigned char sha256[SHA256_BYTES];
};

/* Creates NAME.csv of the table in the folder and writes the header. NULL on failure, with errno
 * set. */
struct csv *csv_open(int folder_fd, const struct table *table);

/* False when a write failed, now or before (errno in csv_error). */
bool csv_write_row(struct csv *csv, const struct row *row);

/* Flushes, syncs to disk and closes, all checked. False with errno set; the writer is freed either
 * way. */
bool csv_close(struct csv *csv, struct file_facts *facts);

/* Closes without caring for the content. */
void csv_abandon(struct csv *csv);

/* errno of the first failed write, 0 when none failed. */
int csv_error(const struct csv *csv);

/* Appends one cell as the file would hold it, for tests and other sinks of the same form. */
void csv_add_cell(struct buffer *out, struct span text, bool hostile);

#endif
