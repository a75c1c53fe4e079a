/*
 * judge: from campaigns and signals to a list that can be defended row by row. A score is a sum:
 * the prior, and the weight of each signal that was found (signal.h, datasets/signals.txt), some in
 * part, as the signal's meaning says. Two thresholds make tiers of it.
 */
#ifndef WINNOW_JUDGE_JUDGE_H
#define WINNOW_JUDGE_JUDGE_H

#include "cluster/domains.h"
#include "judge/campaigns.h"
#include "judge/weights.h"

enum tier { TIER_NONE, TIER_REVIEW, TIER_HIGH };

/* "review", "high"; "" for TIER_NONE. */
const char *tier_name(enum tier tier);

struct verdict {
    enum tier tier;
    enum category category;         /* its campaign's, else by its own signals */
    uint32_t signals;               /* one bit for each signal that was found */
    double score;                   /* bits */
    const struct finding *findings; /* evidence by falling bits, then counter-evidence; only with a
                                       tier */
    size_t finding_count;
};

struct verdicts {
    struct arena *arena;
    struct verdict *of_project;
    size_t high;
    size_t review;
    size_t largest_campaign; /* listed projects of the campaign that has most of them */
};

struct judge_input {
    const struct corpus *corpus;
    const struct traits *traits;
    const struct timeline *timeline;
    const struct domain_groups *domains;
    const struct collisions *collisions;
    const struct weights *weights;
};

/*
 * Weighs all projects. Campaigns whose median member is not worth a look are dropped from
 * `campaigns`; the others get their category and score. Texts of findings live as long as corpus,
 * campaigns and verdicts do. False when memory is out.
 */
bool judge_all(const struct judge_input *input, struct campaigns *campaigns,
               struct verdicts *verdicts);
void verdicts_free(struct verdicts *verdicts);

#endif
