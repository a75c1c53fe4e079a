/* previous_run: which project was in which campaign when the folder of runs was last written to. */
#ifndef WINNOW_REPORT_PREVIOUS_RUN_H
#define WINNOW_REPORT_PREVIOUS_RUN_H

#include "judge/campaign_ids.h"

struct previous_run {
    char *run_id;            /* NULL: no run before this one */
    struct arena *arena;     /* holds the texts */
    struct membership *rows; /* in the order of the file */
    size_t count;
};

/*
 * Reads OUT/latest/campaign_members.csv. Nothing there is fine, and a file that is not as we write
 * it counts for nothing after a logged warning: ids are convenience, a run must not fail for them.
 * False only when memory is out.
 */
bool previous_run_read(const char *out, struct previous_run *previous);
void previous_run_free(struct previous_run *previous);

#endif
