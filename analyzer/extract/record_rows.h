/*
 * record_rows: the rows of a wheel's RECORD, in the reading of Python's csv module, which writes
 * and reads it: path, hash, size.
 */
#ifndef WINNOW_EXTRACT_RECORD_ROWS_H
#define WINNOW_EXTRACT_RECORD_ROWS_H

#include "base/arena.h"

enum { RECORD_CELLS = 3 };

struct record_row {
    struct span cells[RECORD_CELLS]; /* views of the text, or in the arena where quotes were */
    size_t count;                    /* of the row's cells; those past RECORD_CELLS are not kept */
    bool unclosed;                   /* the text ends inside quotes */
};

/* Cuts the next row off `rest`; empty lines are passed over. False at the end, or (arena_refused)
 * when memory is out. */
bool record_rows_next(struct arena *arena, struct span *rest, struct record_row *row);

#endif
