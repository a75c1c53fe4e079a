/*
 * season: when the members of a campaign came. Either one span of time that holds nearly all of
 * them, or the days around dense stretches, whichever tells more; both with some time to spare.
 */
#ifndef WINNOW_JUDGE_SEASON_H
#define WINNOW_JUDGE_SEASON_H

#include "cluster/burst.h"

struct stretch {
    instant from;
    instant to;
};

struct season {
    struct stretch *at; /* ascending, apart from each other */
    size_t count;
    size_t capacity;
    size_t known;   /* members whose time is known */
    size_t inside;  /* of these, those in the season */
    size_t outside; /* other projects in it */
};

/* `times` of the members, ascending. Reuses the season's memory. False when memory is out. */
bool season_find(struct season *season, const struct timeline *timeline, const instant *times,
                 size_t count);
void season_free(struct season *season);

bool season_holds(const struct season *season, instant when);

#endif
