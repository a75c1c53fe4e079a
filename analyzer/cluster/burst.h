/*
 * burst: more first uploads in a window than the rate of the whole mirror explains. Only the first
 * upload of each project counts, so that one project with many releases is no burst.
 */
#ifndef WINNOW_CLUSTER_BURST_H
#define WINNOW_CLUSTER_BURST_H

#include "cluster/group.h"

/* First uploads of all projects, ascending; those of unknown time are left out. */
struct timeline {
    instant *at;
    size_t count;
};

/* False when memory is out. */
bool timeline_find(const struct corpus *corpus, struct timeline *timeline);
void timeline_free(struct timeline *timeline);

/* How many first uploads lie in [from, to]. */
size_t timeline_count(const struct timeline *timeline, instant from, instant to);

/* First uploads of a group, ascending, into `times` (room for all of the group). Returns how many
 * are known. */
size_t group_times(const struct corpus *corpus, struct group group, instant *times);

struct burst {
    instant start;
    instant span;      /* length of the window, microseconds */
    uint32_t projects; /* first uploads in it; 0: there is no burst */
    double expected;   /* first uploads that the rest of the mirror predicts for it */
    double log_p;      /* Poisson tail, corrected for the windows tried (Bonferroni) */
};

/*
 * The window of an hour, a day or a week with the smallest log_p, if that is below
 * BURST_LOG_P_MAX and it holds at least BURST_PROJECTS_MIN projects, BURST_RATIO_MIN times as many
 * as expected. `times` ascending, all of them in the timeline.
 */
struct burst burst_find(const struct timeline *timeline, const instant *times, size_t count);

/* One false burst is expected in a million groups. */
#define BURST_LOG_P_MAX (-13.8)
#define BURST_RATIO_MIN 5.0
enum { BURST_PROJECTS_MIN = 5 };

#endif
