/* burst: see burst.h. */
#include "cluster/burst.h"

#include "cluster/stats.h"

#include <math.h>
#include <stdlib.h>

static const instant windows[] = {INSTANT_DAY / 24, INSTANT_DAY, 7 * INSTANT_DAY};
enum { WINDOWS = sizeof windows / sizeof *windows };

static int compare_instants(const void *left, const void *right) {
    instant a = *(const instant *)left;
    instant b = *(const instant *)right;
    return a < b ? -1 : a > b;
}

size_t group_times(const struct corpus *corpus, struct group group, instant *times) {
    size_t count = 0;
    for (size_t i = 0; i < group.count; i++) {
        instant first = corpus->projects[group.projects[i]].first_uploaded_at;
        if (first != INSTANT_UNKNOWN)
            times[count++] = first;
    }
    if (count > 1)
        qsort(times, count, sizeof *times, compare_instants);
    return count;
}

bool timeline_find(const struct corpus *corpus, struct timeline *timeline) {
    *timeline = (struct timeline){.at = malloc((corpus->count + 1) * sizeof *timeline->at)};
    if (timeline->at == NULL)
        return false;
    for (size_t i = 0; i < corpus->count; i++)
        if (corpus->projects[i].first_uploaded_at != INSTANT_UNKNOWN)
            timeline->at[timeline->count++] = corpus->projects[i].first_uploaded_at;
    if (timeline->count > 1)
        qsort(timeline->at, timeline->count, sizeof *timeline->at, compare_instants);
    return true;
}

void timeline_free(struct timeline *timeline) {
    free(timeline->at);
    *timeline = (struct timeline){.at = NULL};
}

/* How many first uploads are earlier than `when`. */
static size_t count_before(const struct timeline *timeline, instant when) {
    size_t low = 0;
    size_t high = timeline->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (timeline->at[middle] < when)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t timeline_count(const struct timeline *timeline, instant from, instant to) {
    return count_before(timeline, to + 1) - count_before(timeline, from);
}

/* What the rest of the mirror predicts for a window in which `inside` of the group's `count` lie:
 * the group's size times the share of the others' first uploads, half a project at the least. */
static double expect(const struct timeline *timeline, instant start, instant span, size_t inside,
                     size_t count) {
    double others = (double)(timeline_count(timeline, start, start + span) - inside) + 0.5;
    double rest = (double)(timeline->count - count) + 1;
    return (double)count * fmin(1, others / rest);
}

/* The best window of one length. */
static void try_window(const struct timeline *timeline, const instant *times, size_t count,
                       instant span, struct burst *best) {
    double tried = log((double)count * WINDOWS);
    size_t end = 0;
    for (size_t start = 0; start < count; start++) {
        while (end < count && times[end] <= times[start] + span)
            end++;
        size_t inside = end - start;
        if (inside < BURST_PROJECTS_MIN || (start > 0 && times[start - 1] == times[start]))
            continue;
        double expected = expect(timeline, times[start], span, inside, count);
        if ((double)inside < BURST_RATIO_MIN * expected)
            continue;
        double log_p = poisson_tail_log(inside, expected) + tried;
        if (log_p < best->log_p)
            *best = (struct burst){times[start], span, (uint32_t)inside, expected, log_p};
    }
}

struct burst burst_find(const struct timeline *timeline, const instant *times, size_t count) {
    struct burst best = {.start = INSTANT_UNKNOWN, .log_p = BURST_LOG_P_MAX};
    for (size_t i = 0; i < WINDOWS; i++)
        try_window(timeline, times, count, windows[i], &best);
    return best;
}
