/*
 * Verdicts: what speaks for and against lone projects and campaigns, and how findings add up. With
 * the weights of datasets/signals.txt: sums are checked against that table, whatever it says.
 */
#include "campaign_stage.h"

#include "judge/judge.h"

#include <math.h>

struct trial {
    struct stage *stage;
    struct signature_groups signatures;
    struct domain_groups domains;
    struct weights weights;
    struct verdicts verdicts;
    size_t campaigns_found; /* before those that are not worth a look are dropped */
};

static int open_trial(void **state) {
    struct trial *trial = calloc(1, sizeof *trial);
    void *stage = NULL;
    if (open_stage(&stage) != 0 || !weights_load(&trial->weights))
        return 1;
    trial->stage = stage;
    *state = trial;
    return 0;
}

static int close_trial(void **state) {
    struct trial *trial = *state;
    void *stage = trial->stage;
    verdicts_free(&trial->verdicts);
    domains_free(&trial->domains);
    signatures_free(&trial->signatures);
    weights_free(&trial->weights);
    close_stage(&stage);
    free(trial);
    return 0;
}

static const struct verdict *verdict_of(const struct trial *trial, const char *project) {
    size_t index = corpus_find(trial->stage->corpus, span_text(project));
    assert_true(index < trial->stage->corpus->count);
    return &trial->verdicts.of_project[index];
}

static bool found(const struct verdict *verdict, enum signal signal) {
    return verdict->signals >> signal & 1;
}

/* The finding of a listed project; fails when there is none. */
static const struct finding *finding_of(const struct verdict *verdict, enum signal signal) {
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].signal == signal)
            return &verdict->findings[i];
    fail_msg("no finding %s", signal_name(signal));
    return NULL;
}

/* Evidence first, then counter-evidence, each by falling weight; the score is their sum. */
static void check_findings(const struct trial *trial, const struct verdict *verdict) {
    double sum = trial->weights.prior;
    uint32_t signals = 0;
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct finding *finding = &verdict->findings[i];
        sum += finding->bits;
        signals |= UINT32_C(1) << finding->signal;
        if (i == 0)
            continue;
        double before = verdict->findings[i - 1].bits;
        assert_true(before >= 0 || finding->bits < 0);
        if ((before < 0) == (finding->bits < 0))
            assert_true(fabs(before) >= fabs(finding->bits));
    }
    assert_true(fabs(sum - verdict->score) < 1e-9);
    assert_int_equal(signals, verdict->signals);
}

static void check_verdict(const struct trial *trial, const struct verdict *verdict) {
    const struct weights *weights = &trial->weights;
    assert_int_equal(verdict->tier, verdict->score >= weights->high     ? TIER_HIGH
                                    : verdict->score >= weights->review ? TIER_REVIEW
                                                                        : TIER_NONE);
    if (verdict->tier == TIER_NONE)
        assert_int_equal(verdict->finding_count, 0);
    else
        check_findings(trial, verdict);
}

static void judge(struct trial *trial) {
    struct stage *stage = trial->stage;
    find(stage);
    assert_true(signatures_find(stage->corpus, 1, &trial->signatures));
    assert_true(domains_find(stage->corpus, &trial->signatures, 1, &trial->domains));
    struct standing standing;
    assert_true(standing_find(&stage->traits, &standing));
    const struct judge_input input = {.corpus = stage->corpus,
                                      .traits = &stage->traits,
                                      .standing = &standing,
                                      .domains = &trial->domains,
                                      .collisions = &stage->collisions,
                                      .weights = &trial->weights};
    trial->campaigns_found = stage->campaigns.count;
    assert_true(judge_campaigns(&input, &stage->campaigns));
    assert_true(judge_projects(&input, &stage->campaigns, &trial->verdicts));
    standing_free(&standing);
    for (size_t i = 0; i < stage->corpus->count; i++)
        check_verdict(trial, &trial->verdicts.of_project[i]);
}

/* How many projects whose name begins with `name` have a tier at least. */
static size_t count_tier(const struct trial *trial, const char *name, enum tier tier) {
    const struct corpus *corpus = trial->stage->corpus;
    size_t count = 0;
    for (size_t i = 0; i < corpus->count; i++)
        count += span_starts(corpus->projects[i].project, name) &&
                 trial->verdicts.of_project[i].tier >= tier;
    return count;
}

static double sum_of(const struct weights *weights, const enum signal *signals, size_t count) {
    double sum = weights->prior;
    for (size_t i = 0; i < count; i++)
        sum += weights->of_signal[signals[i]];
    return sum;
}

#define assert_score(verdict, weights, ...)                                                        \
    assert_true(fabs((verdict)->score - sum_of(weights, (const enum signal[]){__VA_ARGS__},        \
                                               sizeof(const enum signal[]){__VA_ARGS__} /          \
                                                   sizeof(enum signal))) < 1e-9)

/* --- lone projects -------------------------------------------------------------------------- */

/* A project with commands, and others that require it. */
static void add_maker(struct stage *stage, unsigned number, const char *commands,
                      unsigned dependents) {
    struct sample *maker = add(stage, "maker", number, FIRST_DAY, 0, "dev@maker.example");
    maker->kind = KIND_CODE;
    maker->commands = commands;
    for (unsigned i = 0; i < dependents; i++) {
        struct sample *user = add(stage, "user", number * 100 + i, FIRST_DAY + 9 * (int)i, 0, NULL);
        user->kind = KIND_CODE;
        user->requires = maker->project;
    }
}

static void lone_names(void **state) {
    struct trial *trial = *state;
    struct stage *stage = trial->stage;
    add_maker(stage, 1, "known-00001 known-00002", 7);
    add_maker(stage, 2, "obscure-00001", 0);
    add(stage, "known", 1, FIRST_DAY + 300, COMMON, NULL);
    add(stage, "known", 2, FIRST_DAY + 500, COMMON, NULL)->filename = "A Placeholder, for now";
    add(stage, "obscure", 1, FIRST_DAY + 700, COMMON, NULL);
    add(stage, "nothing", 1, FIRST_DAY + 800, COMMON, NULL);
    add(stage, "words", 1, FIRST_DAY + 810, COMMON, NULL)->filename = "Reserved";
    judge(trial);
    const struct weights *weights = &trial->weights;
    const struct verdict *known = verdict_of(trial, "known-00001");
    assert_score(known, weights, SIGNAL_EMPTY, SIGNAL_COMMAND_NAME, SIGNAL_SINGLE_RELEASE,
                 SIGNAL_NO_LINK);
    assert_int_equal(known->category, CATEGORY_NAME_SQUAT);
    assert_int_equal(known->campaign, STRING_NONE);
    const struct verdict *worded = verdict_of(trial, "known-00002");
    assert_score(worded, weights, SIGNAL_EMPTY, SIGNAL_COMMAND_NAME, SIGNAL_SINGLE_RELEASE,
                 SIGNAL_NO_LINK, SIGNAL_WORDING);
    assert_int_equal(worded->category, CATEGORY_NAME_SQUAT);
    /* Half the weight after a command of a project that nobody requires. */
    assert_true(fabs(known->score - verdict_of(trial, "obscure-00001")->score -
                     weights->of_signal[SIGNAL_COMMAND_NAME] / 2) < 1e-9);
    const struct verdict *nothing = verdict_of(trial, "nothing-00001");
    assert_score(nothing, weights, SIGNAL_EMPTY, SIGNAL_SINGLE_RELEASE, SIGNAL_NO_LINK);
    assert_int_equal(nothing->tier, TIER_NONE);
    const struct verdict *words = verdict_of(trial, "words-00001");
    assert_int_equal(words->tier, TIER_NONE); /* weak evidence, never enough alone */
    assert_int_equal(words->category, CATEGORY_PLACEHOLDER);
}

static void lone_records(void **state) {
    struct trial *trial = *state;
    struct stage *stage = trial->stage;
    add(stage, "bid", 1, FIRST_DAY + 300, COMMON, NULL)->version = "99.0";
    add(stage, "year", 1, FIRST_DAY + 310, COMMON, NULL)->version = "2024.1";
    add(stage, "date", 1, FIRST_DAY + 320, COMMON, NULL)->version = "20250630";
    add(stage, "thrown", 1, FIRST_DAY + 330, COMMON, "a@mailinator.com");
    struct sample *code = add(stage, "code", 1, FIRST_DAY + 340, 0, NULL);
    code->kind = KIND_CODE;
    for (int i = 0; i < 6; i++) { /* six releases in a year */
        struct sample *old = add(stage, "old", 1, FIRST_DAY + i * 73, COMMON, NULL);
        old->version = text(stage, "0.%u%s", (unsigned)i, "");
    }
    judge(trial);
    const struct weights *weights = &trial->weights;
    assert_score(verdict_of(trial, "bid-00001"), weights, SIGNAL_EMPTY, SIGNAL_HIGH_VERSION,
                 SIGNAL_SINGLE_RELEASE, SIGNAL_NO_LINK);
    assert_int_equal(verdict_of(trial, "bid-00001")->category, CATEGORY_DEPENDENCY_CONFUSION);
    assert_false(found(verdict_of(trial, "year-00001"), SIGNAL_HIGH_VERSION));
    assert_false(found(verdict_of(trial, "date-00001"), SIGNAL_HIGH_VERSION));
    assert_score(verdict_of(trial, "thrown-00001"), weights, SIGNAL_EMPTY, SIGNAL_DISPOSABLE_DOMAIN,
                 SIGNAL_SINGLE_RELEASE, SIGNAL_NO_LINK);
    assert_score(verdict_of(trial, "code-00001"), weights, SIGNAL_REAL_CODE, SIGNAL_SINGLE_RELEASE,
                 SIGNAL_NO_LINK);
    assert_score(verdict_of(trial, "old-00001"), weights, SIGNAL_EMPTY, SIGNAL_AGE, SIGNAL_RELEASES,
                 SIGNAL_NO_LINK);
}

/* --- campaigns ------------------------------------------------------------------------------ */

enum { SQUATS = 80 };

/* One template in two days, addresses at three domains. */
static struct sample *add_squats(struct stage *stage, const char *name) {
    static const char *const domains[] = {"bulk.example", "other.example", "third.example"};
    struct sample *first = &stage->samples[stage->count];
    for (unsigned i = 0; i < SQUATS; i++)
        add(stage, name, i, FIRST_DAY + 400 + (int)i / 40, 2,
            text(stage, "x%u@%s", i, domains[i % 3]));
    return first;
}

static void a_campaign_is_high(void **state) {
    struct trial *trial = *state;
    add_squats(trial->stage, "squat");
    judge(trial);
    assert_int_equal(trial->stage->campaigns.count, 1);
    const struct campaign *campaign = &trial->stage->campaigns.at[0];
    assert_int_equal(campaign->category, CATEGORY_SPAM);
    assert_true(campaign->score >= trial->weights.high);
    assert_int_equal(count_tier(trial, "squat", TIER_HIGH), SQUATS);
    assert_int_equal(count_tier(trial, "", TIER_REVIEW), SQUATS); /* and nobody else */
    const struct verdict *one = verdict_of(trial, "squat-00007");
    assert_int_equal(one->campaign, 0);
    assert_int_equal(one->category, CATEGORY_SPAM);
    assert_int_equal(finding_of(one, SIGNAL_CAMPAIGN)->count, SQUATS);
    assert_int_equal(finding_of(one, SIGNAL_SHARED_PAYLOAD)->count, SQUATS - 1);
    assert_false(found(one, SIGNAL_MANY_PEOPLE)); /* one word, one project each: as in a course */
    assert_int_equal(finding_of(one, SIGNAL_BURST)->count, SQUATS);
    assert_false(found(one, SIGNAL_ONE_ORGANISATION)); /* three domains */
}

static void dependents_count_from_outside(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    const char *inner = squats[0].project;
    const char *outer = squats[1].project;
    for (unsigned i = 2; i < 20; i++)
        squats[i].requires = inner;
    for (unsigned i = 0; i < 3; i++)
        trial->stage->samples[i * 10 + 1].requires = outer; /* honest ones */
    judge(trial);
    const struct verdict *alone = verdict_of(trial, "squat-00050");
    assert_false(found(verdict_of(trial, inner), SIGNAL_DEPENDENTS));
    assert_true(found(verdict_of(trial, outer), SIGNAL_DEPENDENTS));
    assert_true(fabs(verdict_of(trial, inner)->score - alone->score) < 1); /* all but rarity */
    assert_true(fabs(verdict_of(trial, inner)->score - verdict_of(trial, outer)->score +
                     trial->weights.of_signal[SIGNAL_DEPENDENTS]) < 1);
}

/* Who shares real code with the campaign shares its template: a sixth of what counts alone. */
static void shared_code_counts_a_sixth(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    for (unsigned i = 0; i < SQUATS; i++)
        squats[i].kind = KIND_CODE;
    judge(trial);
    assert_int_equal(trial->stage->campaigns.count, 1);
    const struct finding *code = finding_of(verdict_of(trial, "squat-00003"), SIGNAL_REAL_CODE);
    assert_true(fabs(code->bits - trial->weights.of_signal[SIGNAL_REAL_CODE] / 6) < 1e-9);
}

/* A company that keeps its own name free for itself. */
static void own_brands_stay_out_of_high(void **state) {
    struct trial *trial = *state;
    for (unsigned i = 0; i < SQUATS; i++)
        add(trial->stage, "wonderco", i, FIRST_DAY + 400, 2, "legal@wonderco.example")->filename =
            "reserved";
    judge(trial);
    assert_int_equal(trial->campaigns_found, 1);
    assert_int_equal(count_tier(trial, "wonderco", TIER_HIGH), 0);
    assert_true(found(verdict_of(trial, "wonderco-00001"), SIGNAL_OWN_BRAND));
    assert_int_equal(count_tier(trial, "honest", TIER_REVIEW), 0);
}

/* A class: one template on one day, an address each at one own domain. With `people` addresses. */
static void add_class(struct stage *stage, unsigned people, enum payload_kind kind) {
    for (unsigned i = 0; i < SQUATS; i++)
        add(stage, "exercise", i, FIRST_DAY + 400, 2,
            text(stage, "student%u@school.example%s", i % people, ""))
            ->kind = kind;
}

static double class_bits(struct trial *trial, unsigned people, enum payload_kind kind) {
    add_class(trial->stage, people, kind);
    trial->weights.review = -1000; /* to see the findings of all */
    judge(trial);
    assert_int_equal(trial->stage->campaigns.count, 1);
    const struct verdict *one = verdict_of(trial, "exercise-00003");
    if (!found(one, SIGNAL_ONE_ORGANISATION))
        return 0;
    const struct finding *finding = finding_of(one, SIGNAL_ONE_ORGANISATION);
    assert_true(span_is(finding->subject, "school.example"));
    assert_int_equal(finding->count, SQUATS);
    return finding->bits / trial->weights.of_signal[SIGNAL_ONE_ORGANISATION];
}

static void one_organisation_of_many(void **state) {
    assert_true(class_bits(*state, SQUATS, KIND_BLANK) == 1);
}

static void one_organisation_of_few(void **state) {
    assert_true(class_bits(*state, 2, KIND_CODE) == 0);
}

/* A domain that has other projects, with code, is not there for these. */
static void one_organisation_with_other_projects(void **state) {
    struct trial *trial = *state;
    for (unsigned i = 0; i < 2; i++)
        add(trial->stage, "library", i, FIRST_DAY + 100 * (int)i, 0, "staff@school.example")->kind =
            KIND_CODE;
    assert_true(class_bits(trial, 2, KIND_BLANK) == 1);
}

/* Learners are told to name packages so. */
static void names_of_their_authors(void **state) {
    struct trial *trial = *state;
    add(trial->stage, "lesson-jhopper", 1, FIRST_DAY + 300, COMMON, "j.hopper77@gmail.com");
    add(trial->stage, "lesson-other", 1, FIRST_DAY + 310, COMMON, "j.hopper77@gmail.com");
    judge(trial);
    assert_true(found(verdict_of(trial, "lesson-jhopper-00001"), SIGNAL_OWN_NAME));
    assert_false(found(verdict_of(trial, "lesson-other-00001"), SIGNAL_OWN_NAME));
}

static void harmless_campaigns_are_dropped(void **state) {
    struct trial *trial = *state;
    struct stage *stage = trial->stage;
    add_class(stage, SQUATS, KIND_CODE);
    judge(trial);
    assert_int_equal(trial->campaigns_found, 1);
    assert_int_equal(stage->campaigns.count, 0);
    for (size_t i = 0; i < stage->corpus->count; i++) {
        assert_int_equal(stage->campaigns.of_project[i], STRING_NONE);
        assert_int_equal(trial->verdicts.of_project[i].campaign, STRING_NONE);
    }
    assert_false(found(verdict_of(trial, "exercise-00001"), SIGNAL_CAMPAIGN));
    assert_int_equal(count_tier(trial, "", TIER_REVIEW), 0);
}

/* The numbers of those that stay close up. */
static void kept_campaigns_are_renumbered(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    for (unsigned i = 0; i < SQUATS; i++)
        squats[i].signature = 3;
    add_class(trial->stage, SQUATS, KIND_CODE);
    for (unsigned i = 0; i < SQUATS; i++)
        trial->stage->samples[trial->stage->count - 1 - i].day += 200;
    judge(trial);
    assert_int_equal(trial->campaigns_found, 2);
    assert_int_equal(trial->stage->campaigns.count, 1);
    assert_int_equal(verdict_of(trial, "squat-00001")->campaign, 0);
    assert_int_equal(verdict_of(trial, "exercise-00001")->campaign, STRING_NONE);
}

/* --- categories ----------------------------------------------------------------------------- */

static enum category category_of_campaign(struct trial *trial) {
    trial->weights.review = -1000;
    judge(trial);
    assert_int_equal(trial->stage->campaigns.count, 1);
    assert_int_equal(verdict_of(trial, "squat-00001")->category,
                     trial->stage->campaigns.at[0].category);
    return trial->stage->campaigns.at[0].category;
}

/* Half of the members decide; names before versions before words. */
static void categories_of_names(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    char *commands = arena_alloc(trial->stage->arena, SQUATS * 16);
    size_t len = 0;
    for (unsigned i = 0; i < SQUATS; i++) {
        squats[i].version = "99";
        if (i % 2)
            len += (size_t)snprintf(commands + len, 16, "%ssquat-%05u", len ? " " : "", i);
    }
    add_maker(trial->stage, 1, commands, 0);
    assert_int_equal(category_of_campaign(trial), CATEGORY_NAME_SQUAT);
}

static void categories_of_versions(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    for (unsigned i = 0; i < SQUATS; i++) {
        squats[i].version = i % 2 ? "99" : "1";
        squats[i].filename = "reserved";
    }
    assert_int_equal(category_of_campaign(trial), CATEGORY_DEPENDENCY_CONFUSION);
}

static void categories_of_words(void **state) {
    struct trial *trial = *state;
    struct sample *squats = add_squats(trial->stage, "squat");
    for (unsigned i = 0; i < SQUATS; i++)
        squats[i].filename = i % 2 ? "reserved" : "f";
    assert_int_equal(category_of_campaign(trial), CATEGORY_PLACEHOLDER);
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, open_trial, close_trial)

int main(void) {
    const struct CMUnitTest tests[] = {
        TRIAL(lone_names),
        TRIAL(lone_records),
        TRIAL(a_campaign_is_high),
        TRIAL(dependents_count_from_outside),
        TRIAL(shared_code_counts_a_sixth),
        TRIAL(own_brands_stay_out_of_high),
        TRIAL(one_organisation_of_many),
        TRIAL(one_organisation_of_few),
        TRIAL(one_organisation_with_other_projects),
        TRIAL(names_of_their_authors),
        TRIAL(harmless_campaigns_are_dropped),
        TRIAL(kept_campaigns_are_renumbered),
        TRIAL(categories_of_names),
        TRIAL(categories_of_versions),
        TRIAL(categories_of_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
