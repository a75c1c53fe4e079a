/* count_judged: what a run says of its verdicts in numbers. */
#include "base/json.h"
#include "report/run.h"

#include <math.h>

bool run_lists(const struct run *run, size_t project) {
    return run->verdicts.of_project[project].tier != TIER_NONE &&
           allow_list_find(&run->allow, run->corpus->projects[project].project) == NULL;
}

/* The verdict that would list an allowed project; NULL when there is none. */
static const struct verdict *verdict_of(const struct run *run, const struct allowed *allowed) {
    size_t project = corpus_find(run->corpus, allowed->project);
    if (project == run->corpus->count || run->verdicts.of_project[project].tier == TIER_NONE)
        return NULL;
    return &run->verdicts.of_project[project];
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
    for (size_t i = 0; i < run->allow.count; i++)
        counts->allowed += verdict_of(run, &run->allow.at[i]) != NULL;
}

void run_write_allowed(const struct run *run, struct json *json) {
    json_key(json, "allowed");
    json_open(json, '{');
    json_key(json, "projects");
    json_open(json, '[');
    for (size_t i = 0; i < run->allow.count; i++) {
        const struct allowed *allowed = &run->allow.at[i];
        const struct verdict *verdict = verdict_of(run, allowed);
        if (verdict == NULL)
            continue;
        json_open(json, '{');
        json_key(json, "project");
        json_string(json, allowed->project);
        json_key(json, "reason");
        json_string(json, allowed->reason);
        json_key(json, "tier");
        json_text(json, tier_name(verdict->tier));
        json_key(json, "score");
        json_double(json, round(verdict->score * 1000) / 1000); /* as in the CSV files */
        json_close(json, '}');
    }
    json_close(json, ']');
    json_key(json, "unmatched");
    json_int(json, (int64_t)(run->allow.count - run->counts.allowed));
    json_close(json, '}');
}
