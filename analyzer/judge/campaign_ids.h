/*
 * campaign_ids: names for campaigns that last from night to night. A campaign keeps the id of an
 * earlier one when it holds at least half of that one's projects that are still there; where two
 * could, the larger overlap has it, then the smaller id, then the earlier founder. Any other gets
 * an id from its founder, the project that was uploaded first. So one mirror gives the same ids
 * with and without an earlier run of equal content.
 */
#ifndef WINNOW_JUDGE_CAMPAIGN_IDS_H
#define WINNOW_JUDGE_CAMPAIGN_IDS_H

#include "judge/campaigns.h"

/* A project in a campaign of the earlier run. */
struct membership {
    struct span campaign_id;
    struct span project;
};

struct earlier_campaign {
    struct span id;    /* borrowed from the memberships */
    uint32_t projects; /* that it had */
    uint32_t present;  /* how many of them the corpus still has */
};

/* Projects of an earlier campaign that are in one of today's. */
struct campaign_overlap {
    uint32_t earlier;  /* index of campaign_history.earlier */
    uint32_t campaign; /* index of campaigns.at */
    uint32_t projects;
};

struct campaign_history {
    struct earlier_campaign *earlier; /* sorted by id */
    size_t earlier_count;
    struct campaign_overlap *overlaps; /* sorted by (earlier, campaign) */
    size_t overlap_count;
};

/*
 * Fills the ids, sorts the campaigns by them and renumbers of_project. `rows`: memberships of the
 * earlier run in any order, none for a first run; they must outlive the history. False when memory
 * is out: the history is empty then.
 */
bool campaign_ids_assign(const struct corpus *corpus, const struct membership *rows, size_t count,
                         struct campaigns *campaigns, struct campaign_history *history);
void campaign_history_free(struct campaign_history *history);

#endif
