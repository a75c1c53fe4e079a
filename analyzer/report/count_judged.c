/* count_judged: what a run says of its verdicts in numbers. */
#include "report/run.h"

bool run_lists(const struct run *run, size_t project) {
    return run->verdicts.of_project[project].tier != TIER_NONE;
}

void run_count_judged(struct run *run) {
    struct run_counts *counts = &run->counts;
    for (size_t i = 0; i < run->campaigns.count; i++) {
        const struct group *group = &run->campaigns.at[i].group;
        uint64_t listed = 0;
        counts->campaign_projects += group->count;
        for (size_t k = 0; k < group->count; k++)
            listed += run_lists(run, group->projects[k]);
        if (listed > counts->largest_campaign)
            counts->largest_campaign = listed;
    }
    for (size_t i = 0; i < run->corpus->count; i++)
        if (run_lists(run, i))
            counts->listed[run->verdicts.of_project[i].tier]++;
}
