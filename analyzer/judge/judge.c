/* judge: see judge.h. */
#include "judge/judge.h"

#include "judge/core.h"
#include "judge/court.h"

#include <stdlib.h>

const char *tier_name(enum tier tier) {
    static const char *const names[] = {"", "review", "high"};
    return names[tier];
}

/* --- one project ---------------------------------------------------------------------------- */

static void weigh(const struct court *court, uint32_t project, struct verdict *verdict) {
    const struct weights *weights = court->weights;
    struct finding findings[SIGNALS];
    size_t count = court_hear(court, project, findings);
    *verdict = (struct verdict){.score = weights->prior};
    for (size_t i = 0; i < count; i++) {
        verdict->score += findings[i].bits;
        verdict->signals |= UINT32_C(1) << findings[i].signal;
    }
    if (verdict->score >= weights->review)
        verdict->tier = verdict->score >= weights->high ? TIER_HIGH : TIER_REVIEW;
}

/* Evidence by falling bits, then counter-evidence by its weight. */
static int compare_findings(const void *left, const void *right) {
    const struct finding *a = left;
    const struct finding *b = right;
    if ((a->bits < 0) != (b->bits < 0))
        return a->bits < 0 ? 1 : -1;
    double first = a->bits < 0 ? -a->bits : a->bits;
    double second = b->bits < 0 ? -b->bits : b->bits;
    if (first != second)
        return first > second ? -1 : 1;
    return a->signal < b->signal ? -1 : a->signal > b->signal;
}

static bool keep_findings(const struct court *court, uint32_t project, struct arena *arena,
                          struct verdict *verdict) {
    struct finding *findings = arena_alloc_raw(arena, SIGNALS * sizeof *findings);
    if (findings == NULL)
        return false;
    size_t count = court_hear(court, project, findings);
    if (count > 1)
        qsort(findings, count, sizeof *findings, compare_findings);
    arena_shrink(arena, findings, SIGNALS * sizeof *findings, count * sizeof *findings);
    verdict->findings = findings;
    verdict->finding_count = count;
    return true;
}

/* --- one campaign --------------------------------------------------------------------------- */

static int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The lower one of two. */
static double median_score(const struct verdicts *verdicts, struct group group, double *scratch) {
    for (size_t i = 0; i < group.count; i++)
        scratch[i] = verdicts->of_project[group.projects[i]].score;
    qsort(scratch, group.count, sizeof *scratch, compare_doubles);
    return scratch[(group.count - 1) / 2];
}

/* How many members have a signal. */
static size_t count_signal(const struct verdicts *verdicts, struct group group,
                           enum signal signal) {
    size_t count = 0;
    for (size_t i = 0; i < group.count; i++)
        count += verdicts->of_project[group.projects[i]].signals >> signal & 1;
    return count;
}

/* The rules stand in reports/SCHEMA.md. */
static enum category find_category(const struct court *court, const struct verdicts *verdicts,
                                   size_t index) {
    const struct campaign *campaign = &court->campaigns->at[index];
    struct group group = campaign->group;
    size_t half = (group.count + 1) / 2;
    if (campaign->colliding_projects >= half)
        return CATEGORY_NAME_SQUAT;
    if (count_signal(verdicts, group, SIGNAL_HIGH_VERSION) >= half)
        return CATEGORY_DEPENDENCY_CONFUSION;
    if (count_signal(verdicts, group, SIGNAL_WORDING) >= half ||
        count_signal(verdicts, group, SIGNAL_OWN_BRAND) >= half)
        return CATEGORY_PLACEHOLDER;
    if (count_signal(verdicts, group, SIGNAL_EMPTY) >= half ||
        court->contexts[index].templated >= half)
        return CATEGORY_SPAM;
    return CATEGORY_OTHER;
}

static enum category category_alone(const struct verdict *verdict) {
    uint32_t names = UINT32_C(1) << SIGNAL_COMMAND_NAME | UINT32_C(1) << SIGNAL_AFFIX_NAME;
    if (verdict->signals & names)
        return CATEGORY_NAME_SQUAT;
    if (verdict->signals & UINT32_C(1) << SIGNAL_HIGH_VERSION)
        return CATEGORY_DEPENDENCY_CONFUSION;
    return verdict->signals & UINT32_C(1) << SIGNAL_WORDING ? CATEGORY_PLACEHOLDER : CATEGORY_OTHER;
}

/* Drops the campaigns that are not worth a look; their projects then stand alone. */
static void keep_suspicious(struct campaigns *campaigns, const struct weights *weights) {
    size_t kept = 0;
    for (size_t i = 0; i < campaigns->count; i++) {
        struct campaign *campaign = &campaigns->at[i];
        bool keep = campaign->score >= weights->review;
        for (size_t k = 0; k < campaign->group.count; k++)
            campaigns->of_project[campaign->group.projects[k]] =
                keep ? (uint32_t)kept : STRING_NONE;
        if (keep)
            campaigns->at[kept++] = *campaign;
    }
    campaigns->count = kept;
}

/* --- all ------------------------------------------------------------------------------------ */

static bool weigh_campaigns(const struct court *court, struct campaigns *campaigns,
                            struct verdicts *verdicts) {
    double *scratch = malloc((court->corpus->count + 1) * sizeof *scratch);
    for (size_t i = 0; scratch != NULL && i < campaigns->count; i++) {
        struct campaign *campaign = &campaigns->at[i];
        for (size_t k = 0; k < campaign->group.count; k++)
            weigh(court, campaign->group.projects[k],
                  &verdicts->of_project[campaign->group.projects[k]]);
        campaign->score = median_score(verdicts, campaign->group, scratch);
        campaign->category = find_category(court, verdicts, i);
    }
    free(scratch);
    return scratch != NULL;
}

static bool weigh_projects(const struct court *court, const struct campaigns *campaigns,
                           struct verdicts *verdicts) {
    bool done = true;
    for (uint32_t i = 0; done && i < court->corpus->count; i++) {
        struct verdict *verdict = &verdicts->of_project[i];
        weigh(court, i, verdict);
        uint32_t campaign = campaigns->of_project[i];
        verdict->category =
            campaign != STRING_NONE ? campaigns->at[campaign].category : category_alone(verdict);
        if (verdict->tier == TIER_NONE)
            continue;
        verdicts->high += verdict->tier == TIER_HIGH;
        verdicts->review += verdict->tier == TIER_REVIEW;
        done = keep_findings(court, i, verdicts->arena, verdict);
    }
    return done;
}

static void find_largest(const struct campaigns *campaigns, struct verdicts *verdicts) {
    for (size_t i = 0; i < campaigns->count; i++) {
        size_t listed = 0;
        struct group group = campaigns->at[i].group;
        for (size_t k = 0; k < group.count; k++)
            listed += verdicts->of_project[group.projects[k]].tier != TIER_NONE;
        if (listed > verdicts->largest_campaign)
            verdicts->largest_campaign = listed;
    }
}

static bool judge(struct court *court, struct judgement *made) {
    struct verdicts *verdicts = &made->verdicts;
    verdicts->arena = arena_new(SIZE_MAX / 4);
    verdicts->of_project = calloc(court->corpus->count + 1, sizeof *verdicts->of_project);
    bool done = verdicts->arena != NULL && verdicts->of_project != NULL &&
                court_open(court, &made->traits) &&
                weigh_campaigns(court, &made->campaigns, verdicts);
    court_close(court);
    if (!done)
        return false;
    keep_suspicious(&made->campaigns, court->weights);
    done = court_open(court, &made->traits) && weigh_projects(court, &made->campaigns, verdicts);
    court_close(court);
    find_largest(&made->campaigns, verdicts);
    return done;
}

bool judgement_make(const struct corpus *corpus, const struct domain_groups *domains,
                    const struct collisions *collisions, const struct weights *weights,
                    unsigned threads, struct judgement *made) {
    *made = (struct judgement){.campaigns = {.arena = NULL}};
    struct court court = {.corpus = corpus,
                          .domains = domains,
                          .collisions = collisions,
                          .weights = weights,
                          .campaigns = &made->campaigns};
    return near_find(corpus, NEAR_PAYLOAD, threads, &made->similar_payloads) &&
           near_find(corpus, NEAR_METADATA, threads, &made->similar_metadata) &&
           traits_find(corpus, &made->similar_payloads, &made->similar_metadata, &made->traits) &&
           timeline_find(corpus, &made->timeline) &&
           campaigns_find(corpus, &made->traits, &made->timeline, collisions, &made->campaigns) &&
           judge(&court, made);
}

void judgement_free(struct judgement *made) {
    near_free(&made->similar_payloads);
    near_free(&made->similar_metadata);
    traits_free(&made->traits);
    timeline_free(&made->timeline);
    campaigns_free(&made->campaigns);
    arena_free(made->verdicts.arena);
    free(made->verdicts.of_project);
    *made = (struct judgement){.campaigns = {.arena = NULL}};
}
