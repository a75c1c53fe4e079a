/*
 * judge: from campaigns and signals to a list that can be defended row by row. A score is a sum:
 * the prior, and the weight of each signal that was found (signal.h, datasets/signals.txt), some in
 * part, as the signal's meaning says. Two thresholds make tiers of it.
 */
#ifndef WINNOW_JUDGE_JUDGE_H
#define WINNOW_JUDGE_JUDGE_H

#include "cluster/domains.h"
#include "judge/campaigns.h"
#include "judge/standing.h"
#include "judge/weights.h"

enum tier { TIER_NONE, TIER_REVIEW, TIER_HIGH };

/* "review", "high"; "" for TIER_NONE. */
const char *tier_name(enum tier tier);

struct verdict {
    enum tier tier;
    enum category category;         /* its campaign's, else by its own signals */
    uint32_t campaign;              /* index of campaigns; STRING_NONE: none */
    uint32_t signals;               /* one bit for each signal that was found */
    double score;                   /* bits */
    const struct finding *findings; /* evidence by falling bits, then counter-evidence; only with a
                                       tier */
    size_t finding_count;
};

struct verdicts {
    struct arena *arena;
    struct verdict *of_project; /* one for each project of the corpus */
};

/* What is known before anything is judged; all borrowed. */
struct judge_input {
    const struct corpus *corpus;
    const struct traits *traits;
    const struct standing *standing;
    const struct domain_groups *domains;
    const struct collisions *collisions;
    const struct weights *weights;
};

/* Drops the campaigns whose median project is not worth a look, and gives the others their category
 * and score. False when memory is out. */
bool judge_campaigns(const struct judge_input *input, struct campaigns *campaigns);

/* Weighs all projects. Texts of findings live as long as corpus and campaigns. False when memory is
 * out; verdicts_free in any case. */
bool judge_projects(const struct judge_input *input, const struct campaigns *campaigns,
                    struct verdicts *verdicts);
void verdicts_free(struct verdicts *verdicts);

#endif
