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

/* All that judging makes of a corpus. */
struct judgement {
    struct near_groups similar_payloads;
    struct near_groups similar_metadata;
    struct traits traits;
    struct timeline timeline;
    struct campaigns campaigns;
    struct verdicts verdicts;
};

/*
 * Finds campaigns and weighs all projects. Campaigns whose median member is not worth a look are
 * dropped; the others get their category and score. Texts of findings live as long as corpus and
 * judgement do. False when memory is out; judgement_free in any case.
 */
bool judgement_make(const struct corpus *corpus, const struct domain_groups *domains,
                    const struct collisions *collisions, const struct weights *weights,
                    unsigned threads, struct judgement *judgement);
void judgement_free(struct judgement *judgement);

#endif
