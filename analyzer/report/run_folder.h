/*
 * run_folder: a finished run, read back from its own files: by `explain`, and by the next run,
 * which compares itself with it. Read defensively: a table that is missing has no rows, a column
 * that is missing is empty, a damaged table is said to be damaged and ends there.
 */
#ifndef WINNOW_REPORT_RUN_FOLDER_H
#define WINNOW_REPORT_RUN_FOLDER_H

#include "report/csv_reader.h"

struct run_folder {
    int fd;
    char *path;
};

/* Opens OUT/latest, or OUT itself when that is a run (has a run.json) and `or_itself`. False when
 * there is none, with errno (ENOENT: there is none); nothing is logged. */
bool run_folder_open(const char *out, bool or_itself, struct run_folder *folder);
void run_folder_close(struct run_folder *folder);

/* A whole file, mapped: valid until mapped_close. */
struct mapped {
    struct span text;
};
/* False with errno set; an empty file is fine. */
bool run_folder_map(const struct run_folder *folder, const char *name, struct mapped *mapped);
void mapped_close(struct mapped *mapped);

struct table_reader {
    const struct table *table;
    struct mapped mapped;
    struct csv_reader csv;
    bool damaged;
    bool no_memory;            /* ran out: what was read is not all */
    size_t place[COLUMNS_MAX]; /* of the schema's column in the file; COLUMNS_MAX: not there */
};

/* Always succeeds: a file that is missing or has no header reads as empty (the latter is logged).
 */
void table_open(const struct run_folder *folder, enum table_id table, struct table_reader *reader);
void table_close(struct table_reader *reader);

/* The next row; false at the end, also at damage, which is logged. */
bool table_next(struct table_reader *reader);

/* A cell of the row in hand, by the number of its column in the schema; lossless as far as a CSV
 * can be. Valid until the next row. */
struct span table_cell(const struct table_reader *reader, size_t column);

#endif
