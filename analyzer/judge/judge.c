/* judge: see judge.h. */
#include "judge/judge.h"

#include "base/stop.h"
#include "judge/court.h"

#include <stdlib.h>

const char *tier_name(enum tier tier) {
    static const char *const names[] = {"", "review", "high"};
    return names[tier];
}

/* --- one project ---------------------------------------------------------------------------- */

static void weigh(const struct court *court, uint32_t project, struct verdict *verdict) {
    const struct weights *weights = court->input->weights;
    struct finding findings[SIGNALS];
    size_t count = court_hear(court, project, findings);
    *verdict = (struct verdict){.score = weights->prior,
                                .campaign = court->campaigns->of_project[project]};
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
static double median_score(const struct verdict *verdicts, struct group group, double *scratch) {
    for (size_t i = 0; i < group.count; i++)
        scratch[i] = verdicts[group.projects[i]].score;
    qsort(scratch, group.count, sizeof *scratch, compare_doubles);
    return scratch[(group.count - 1) / 2];
}

/* How many members have a signal. */
static size_t count_signal(const struct verdict *verdicts, struct group group, enum signal signal) {
    size_t count = 0;
    for (size_t i = 0; i < group.count; i++)
        count += verdicts[group.projects[i]].signals >> signal & 1;
    return count;
}

/* The rules stand in reports/SCHEMA.md. */
static enum category find_category(const struct court *court, const struct verdict *verdicts,
                                   size_t index) {
    const struct campaign *campaign = &court->campaigns->at[index];
    struct group group = campaign->group;
    size_t half = (group.count + 1) / 2;
    if (campaign->named_projects >= half)
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

static bool weigh_campaigns(const struct court *court, struct campaigns *campaigns) {
    struct verdict *verdicts = calloc(court->corpus->count + 1, sizeof *verdicts);
    double *scratch = malloc((court->corpus->count + 1) * sizeof *scratch);
    bool done = verdicts != NULL && scratch != NULL;
    for (size_t i = 0; done && i < campaigns->count; i++) {
        struct campaign *campaign = &campaigns->at[i];
        for (size_t k = 0; k < campaign->group.count; k++)
            weigh(court, campaign->group.projects[k], &verdicts[campaign->group.projects[k]]);
        campaign->score = median_score(verdicts, campaign->group, scratch);
        campaign->category = find_category(court, verdicts, i);
    }
    free(verdicts);
    free(scratch);
    return done;
}

bool judge_campaigns(const struct judge_input *input, struct campaigns *campaigns) {
    struct court court;
    bool done = court_open(&court, input, campaigns) && weigh_campaigns(&court, campaigns);
    court_close(&court);
    if (done)
        keep_suspicious(campaigns, input->weights);
    return done;
}

static bool weigh_projects(const struct court *court, struct verdicts *verdicts) {
    bool done = true;
    for (uint32_t i = 0; done && !stop_wanted() && i < court->corpus->count; i++) {
        struct verdict *verdict = &verdicts->of_project[i];
        weigh(court, i, verdict);
        verdict->category = verdict->campaign != STRING_NONE
                                ? court->campaigns->at[verdict->campaign].category
                                : category_alone(verdict);
        if (verdict->tier != TIER_NONE)
            done = keep_findings(court, i, verdicts->arena, verdict);
    }
    return done;
}

bool judge_projects(const struct judge_input *input, const struct campaigns *campaigns,
                    struct verdicts *verdicts) {
    struct court court;
    *verdicts = (struct verdicts){.arena = arena_new(SIZE_MAX / 4)};
    verdicts->of_project = calloc(input->corpus->count + 1, sizeof *verdicts->of_project);
    bool done = court_open(&court, input, campaigns) && verdicts->arena != NULL &&
                verdicts->of_project != NULL && weigh_projects(&court, verdicts);
    court_close(&court);
    return done;
}

void verdicts_free(struct verdicts *verdicts) {
    arena_free(verdicts->arena);
    free(verdicts->of_project);
    *verdicts = (struct verdicts){.arena = NULL};
}
