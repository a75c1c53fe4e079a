/* season: see season.h. */
#include "judge/season.h"

#include <math.h>
#include <stdlib.h>

enum { DENSE_MIN = 4 };                /* members within two days, itself one of them */
enum { SPARE_PART = 20 };              /* of a span's length, added at either end: a day at least */
static const double LATE_SHARE = 0.02; /* members at each end that a span may leave out */

void season_free(struct season *season) {
    free(season->at);
    *season = (struct season){.at = NULL};
}

bool season_holds(const struct season *season, instant when) {
    size_t low = 0;
    size_t high = season->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (season->at[middle].to < when)
            low = middle + 1;
        else
            high = middle;
    }
    return low < season->count && season->at[low].from <= when;
}

/* Adds a stretch that begins no earlier than those before it. */
static bool add_stretch(struct season *season, instant from, instant to) {
    struct stretch *last = season->count > 0 ? &season->at[season->count - 1] : NULL;
    if (last != NULL && from <= last->to) {
        if (to > last->to)
            last->to = to;
        return true;
    }
    if (season->count == season->capacity) {
        size_t wider = season->capacity ? season->capacity * 2 : 16;
        struct stretch *at = realloc(season->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        season->at = at;
        season->capacity = wider;
    }
    season->at[season->count++] = (struct stretch){from, to};
    return true;
}

static bool find_span(struct season *season, const instant *times, size_t count) {
    size_t late = (size_t)((double)count * LATE_SHARE);
    instant from = times[late];
    instant to = times[count - 1 - late];
    instant spare = (to - from) / SPARE_PART > INSTANT_DAY ? (to - from) / SPARE_PART : INSTANT_DAY;
    return add_stretch(season, from - spare, to + spare);
}

static bool find_dense_days(struct season *season, const instant *times, size_t count) {
    size_t first = 0;
    size_t end = 0;
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        while (times[first] < times[i] - INSTANT_DAY)
            first++;
        while (end < count && times[end] <= times[i] + INSTANT_DAY)
            end++;
        if (end - first >= DENSE_MIN)
            done = add_stretch(season, times[i] - INSTANT_DAY, times[i] + INSTANT_DAY);
    }
    return done;
}

/* Counts who came in the season; returns how much it tells of a member, in bits. */
static double weigh(struct season *season, const struct timeline *timeline, const instant *times,
                    size_t count) {
    size_t all = 0;
    season->known = count;
    season->inside = 0;
    for (size_t i = 0; i < season->count; i++)
        all += timeline_count(timeline, season->at[i].from, season->at[i].to);
    for (size_t i = 0; i < count; i++)
        season->inside += season_holds(season, times[i]);
    season->outside = all - season->inside;
    double share = (double)season->inside / (double)count;
    double background = ((double)season->outside + 0.5) / ((double)(timeline->count - count) + 1);
    return season->inside > 0 ? share * log2(share / background) : 0;
}

bool season_find(struct season *season, const struct timeline *timeline, const instant *times,
                 size_t count) {
    season->count = season->known = season->inside = season->outside = 0;
    if (count == 0)
        return true;
    if (!find_span(season, times, count))
        return false;
    double of_span = weigh(season, timeline, times, count);
    season->count = 0;
    if (!find_dense_days(season, times, count))
        return false;
    if (weigh(season, timeline, times, count) > of_span)
        return true;
    season->count = 0;
    if (!find_span(season, times, count))
        return false;
    weigh(season, timeline, times, count);
    return true;
}
