/*
 * Drafts: sets that are put together, and sets that stay apart. Between honest projects, sets that
 * one hand made of one template, with addresses at different domains.
 */
#include "campaign_stage.h"

#include "judge/drafts.h"

enum { EACH = 30, SETS_MAX = 16 };

struct bench {
    struct stage *stage;
    struct scene scene;
    struct core *core;
    struct drafts drafts;
    bool *named;
    uint32_t nobody[1];
};

static int open_bench(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    void *stage = NULL;
    if (open_stage(&stage) != 0)
        return 1;
    bench->stage = stage;
    *state = bench;
    return 0;
}

static int close_bench(void **state) {
    struct bench *bench = *state;
    void *stage = bench->stage;
    drafts_free(&bench->drafts);
    core_free(bench->core);
    free(bench->scene.taken);
    free(bench->named);
    close_stage(&stage);
    free(bench);
    return 0;
}

/* EACH projects of a payload from a day on, with addresses at a domain. */
static void add_set(struct stage *stage, const char *name, unsigned char signature, int day,
                    const char *domain) {
    for (unsigned i = 0; i < EACH; i++)
        add(stage, name, i, FIRST_DAY + day + (int)i / 15, signature,
            text(stage, "q%u@%s", i, domain));
}

static void begin(struct bench *bench) {
    struct stage *stage = bench->stage;
    find(stage);
    const struct corpus *corpus = stage->corpus;
    size_t nobody = 0;
    for (size_t i = 0; i < corpus->count; i++)
        nobody += !stage->traits.has_people[i];
    bench->named = calloc(corpus->count, sizeof *bench->named);
    bench->scene = (struct scene){.corpus = corpus,
                                  .traits = &stage->traits,
                                  .timeline = &stage->timeline,
                                  .named = bench->named,
                                  .named_projects = bench->nobody,
                                  .nobody_count = nobody,
                                  .taken = calloc(corpus->count, sizeof *bench->scene.taken)};
    bench->core = core_new(&bench->scene);
    assert_non_null(bench->core);
}

/* The projects whose names begin with `name`, as a draft of theirs. */
static void draft_of(struct bench *bench, const char *name) {
    const struct corpus *corpus = bench->stage->corpus;
    struct drafts *drafts = &bench->drafts;
    if (drafts->at == NULL) {
        drafts->at = calloc(SETS_MAX, sizeof *drafts->at);
        drafts->capacity = SETS_MAX;
    }
    struct draft *draft = &drafts->at[drafts->count++];
    draft->members = malloc(EACH * sizeof *draft->members);
    for (uint32_t i = 0; i < corpus->count; i++)
        if (span_starts(corpus->projects[i].project, name)) {
            draft->members[draft->count++] = i;
            bench->scene.taken[i] = true;
        }
    assert_int_equal(draft->count, EACH);
}

static void merge(struct bench *bench) {
    assert_true(drafts_merge(&bench->scene, bench->core, &bench->drafts));
    for (size_t i = 0; i < bench->drafts.count; i++) {
        const struct draft *draft = &bench->drafts.at[i];
        for (size_t k = 0; k < draft->count; k++) {
            assert_true(bench->scene.taken[draft->members[k]]);
            assert_true(k == 0 || draft->members[k - 1] < draft->members[k]);
        }
    }
}

static void one_template_and_time(void **state) {
    struct bench *bench = *state;
    add_set(bench->stage, "one", 2, 400, "bulk.example");
    add_set(bench->stage, "two", 2, 400, "other.example");
    begin(bench);
    draft_of(bench, "one");
    draft_of(bench, "two");
    merge(bench);
    assert_int_equal(bench->drafts.count, 1);
    assert_int_equal(bench->drafts.at[0].count, 2 * EACH);
}

/* Among other sets, as what all sets have in common is no bond. */
static void three_of_nine_become_one(void **state) {
    static const char *const others[] = {"a1", "b2", "c3", "d4", "e5", "f6"};
    enum { OTHERS = sizeof others / sizeof *others };
    struct bench *bench = *state;
    add_set(bench->stage, "one", 2, 400, "bulk.example");
    add_set(bench->stage, "three", 2, 400, "third.example");
    add_set(bench->stage, "two", 2, 400, "other.example");
    for (unsigned i = 0; i < OTHERS; i++)
        add_set(bench->stage, others[i], (unsigned char)(3 + i), 50 * (int)i,
                text(bench->stage, "%2$s%1$u.example", i, others[i]));
    begin(bench);
    draft_of(bench, "one");
    draft_of(bench, "three");
    draft_of(bench, "two");
    for (unsigned i = 0; i < OTHERS; i++)
        draft_of(bench, others[i]);
    merge(bench);
    assert_int_equal(bench->drafts.count, 1 + OTHERS);
    assert_int_equal(bench->drafts.at[0].count, 3 * EACH);
}

/* Nothing in common but the time. */
static void strangers_of_one_week(void **state) {
    struct bench *bench = *state;
    add_set(bench->stage, "one", 2, 400, "bulk.example");
    add_set(bench->stage, "two", 3, 400, "other.example");
    begin(bench);
    draft_of(bench, "one");
    draft_of(bench, "two");
    merge(bench);
    assert_int_equal(bench->drafts.count, 2);
    assert_int_equal(bench->drafts.at[0].count, EACH);
    assert_int_equal(bench->drafts.at[1].count, EACH);
}

/* The commonest payload of the mirror is no bond. */
static void a_common_template_is_no_bond(void **state) {
    struct bench *bench = *state;
    add_set(bench->stage, "one", COMMON, 200, "bulk.example");
    add_set(bench->stage, "two", COMMON, 700, "other.example");
    begin(bench);
    draft_of(bench, "one");
    draft_of(bench, "two");
    merge(bench);
    assert_int_equal(bench->drafts.count, 2);
}

/* Each set grows from a seed of its own. */
static void sets_grow_apart(void **state) {
    struct bench *bench = *state;
    add_set(bench->stage, "one", 2, 200, "bulk.example");
    add_set(bench->stage, "two", 3, 700, "other.example");
    begin(bench);
    assert_true(drafts_grow(&bench->scene, bench->core, &bench->drafts));
    assert_int_equal(bench->drafts.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(bench->drafts.at[i].count, EACH);
        for (size_t k = 0; k < EACH; k++)
            assert_true(bench->scene.taken[bench->drafts.at[i].members[k]]);
    }
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH(one_template_and_time), BENCH(three_of_nine_become_one),
        BENCH(strangers_of_one_week), BENCH(a_common_template_is_no_bond),
        BENCH(sets_grow_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
