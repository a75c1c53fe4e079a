/*
 * judge: from campaigns and signals to a list that can be defended row by row. A score is a sum of
 * the weights of signal.h in bits, begun at the prior; two thresholds make tiers of it.
 */
#ifndef WINNOW_JUDGE_JUDGE_H
#define WINNOW_JUDGE_JUDGE_H

#include "judge/campaigns.h"
#include "judge/signal.h"

enum tier { TIER_NONE, TIER_REVIEW, TIER_HIGH };

/* "review", "high"; "" for TIER_NONE. */
const char *tier_name(enum tier tier);

struct verdict {
    enum tier tier;
    enum category category;         /* its campaign's, else by its own signals */
    uint32_t campaign;              /* index of campaigns; STRING_NONE: none */
    double score;                   /* bits */
    const struct finding *findings; /* evidence by falling bits, then counter-evidence */
    size_t finding_count;
};

struct verdicts {
    struct arena *arena;
    struct verdict *of_project; /* one for each project of the corpus */
    size_t listed;              /* how many have a tier */
};

struct judge_input {
    const struct corpus *corpus;
    const struct signature_groups *signatures;
    const struct domain_groups *domains;
    const struct collisions *collisions;
    struct campaigns *campaigns; /* gets category and score */
    unsigned threads;
};

/* False when memory is out. */
bool judge_all(const struct judge_input *input, struct verdicts *verdicts);
void verdicts_free(struct verdicts *verdicts);

#endif
