/*
 * progress: one line that says how far long work has come: redrawn in place on
 * a terminal, one line a minute otherwise, nothing when quiet.
 */
#ifndef WINNOW_BASE_PROGRESS_H
#define WINNOW_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool quiet;
    bool terminal;
    bool drawn;
    int64_t next_ms;
};

struct progress progress_begin(bool quiet);
/* Whether it is time for a new line; ask before making the text. */
bool progress_is_due(const struct progress *progress);
void progress_show(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes the line off the terminal, so that something else can be printed. */
void progress_clear(struct progress *progress);

#endif
