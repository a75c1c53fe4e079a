/*
 * out_file: one file of a run while it is written. Bytes go through a buffer of its own; they are
 * counted and digested (SHA-256) on the way, for run.json. The first failure stays: later writes do
 * nothing.
 */
#ifndef WINNOW_REPORT_OUT_FILE_H
#define WINNOW_REPORT_OUT_FILE_H

#include "base/buffer.h"

enum { SHA256_BYTES = 32 };

struct out_file; /* opaque */

struct file_facts {
    uint64_t rows; /* without a header */
    uint64_t bytes;
    unsigned char sha256[SHA256_BYTES];
};

/* Creates a file that is not there yet, `name` relative to the folder. NULL with errno set. */
struct out_file *out_file_open(int folder_fd, const char *name);

/* Where the next bytes are appended; hand them on with out_file_end_row. */
struct buffer *out_file_buffer(struct out_file *file);

/* Counts a row and writes when enough has come together. False when a write failed, now or before.
 */
bool out_file_end_row(struct out_file *file);

/* Notes that memory ran out while a row was made. */
void out_file_fail(struct out_file *file, int error);

/* Writes the rest, syncs to disk (unless the caller syncs many files at once), closes, all checked.
 * False with errno set; the file is freed either way. */
bool out_file_close(struct out_file *file, bool sync, struct file_facts *facts);

/* Closes without caring for the content. NULL is nothing. */
void out_file_abandon(struct out_file *file);

/* errno of the first failure, 0 when there was none. */
int out_file_error(const struct out_file *file);

#endif
