/* near: what comes together and what does not: no chains, nothing unlike its leader, the same for
 * any number of threads, and no quadratic cost. */
#include "corpus_samples.h"

#include "base/instant.h"
#include "cluster/group.h"
#include "cluster/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* --- a corpus of sets ------------------------------------------------------------------------- */

struct stage {
    struct corpus *corpus;
    struct arena *arena;
    uint32_t projects;
};

static struct stage begin(const struct domain_rules *rules) {
    return (struct stage){.corpus = corpus_new(rules), .arena = arena_new(1 << 20)};
}

/* Signatures are in the order of their numbers, which begin at 1. */
static struct signature signature_number(uint32_t number) {
    struct signature signature = {{0}};
    for (size_t i = 0; i < 4; i++)
        signature.at[i] = (unsigned char)(number >> (24 - 8 * i));
    return signature;
}

static void add_projects(struct stage *stage, uint32_t signature, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        struct artifact_row row = {.uploaded_at = INSTANT_UNKNOWN};
        arena_reset(stage->arena);
        artifact_begin(&row.artifact, stage->arena);
        snprintf(name, sizeof name, "p%07u", stage->projects++);
        row.artifact.file.project = span_text(name);
        row.artifact.payload.kind = KIND_CODE;
        if (signature > 0)
            row.artifact.payload.signature = signature_number(signature);
        assert_true(corpus_add(stage->corpus, &row));
    }
}

static void add_sketch(struct stage *stage, uint32_t signature, const uint32_t *at,
                       uint32_t count) {
    const struct signature key = signature_number(signature);
    const struct sketch sketch = {at, count};
    assert_true(corpus_add_sketch(stage->corpus, SKETCH_PAYLOAD, &key, &sketch));
}

static uint32_t mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    return x ^ x >> 16;
}

static int compare_values(const void *left, const void *right) {
    return compare_u32(left, right);
}

/* The sketch of the words [from, to): sets that overlap have ranges that do. */
static void add_range(struct stage *stage, uint32_t signature, uint32_t from, uint32_t to) {
    uint32_t *at = malloc((to - from) * sizeof *at);
    for (uint32_t i = from; i < to; i++)
        at[i - from] = mix(i);
    qsort(at, to - from, sizeof *at, compare_values);
    uint32_t most = sketch_values_max(SKETCH_PAYLOAD);
    add_sketch(stage, signature, at, to - from < most ? to - from : most);
    free(at);
}

static struct near_groups find(const struct stage *stage, unsigned threads) {
    struct near_groups groups;
    assert_true(near_find(stage->corpus, SKETCH_PAYLOAD, threads, &groups));
    return groups;
}

/* The groups of the projects, in order: "0 0 - 1 1". */
static void assert_groups(const struct stage *stage, const char *want) {
    struct near_groups groups = find(stage, 2);
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < stage->corpus->count; i++) {
        buffer_add_text(&text, i > 0 ? " " : "");
        if (groups.of_project[i] == STRING_NONE)
            buffer_add_byte(&text, '-');
        else
            buffer_printf(&text, "%u", groups.of_project[i]);
    }
    buffer_add_byte(&text, '\0');
    assert_string_equal((const char *)text.at, want);
    buffer_free(&text);
    near_free(&groups);
}

static void end(struct stage *stage) {
    corpus_free(stage->corpus);
    arena_free(stage->arena);
}

/* --- similarity ------------------------------------------------------------------------------- */

static void similarities(void **state) {
    (void)state;
    const uint32_t values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const struct sketch a = {values, 8};
    const struct sketch b = {values + 2, 8};
    const struct sketch none = {.at = NULL};
    assert_true(sketch_similarity(&a, &a, SKETCH_PAYLOAD, 1) == 1);
    assert_true(sketch_similarity(&a, &b, SKETCH_PAYLOAD, 0) == 6 / 10.0);
    assert_true(sketch_similarity(&b, &a, SKETCH_METADATA, 0.6) == 6 / 10.0);
    assert_true(sketch_similarity(&a, &b, SKETCH_PAYLOAD, 0.61) == 0);
    assert_true(sketch_similarity(&a, &none, SKETCH_PAYLOAD, 0) == 0);
    assert_true(sketch_similarity(&none, &none, SKETCH_PAYLOAD, 0) == 0);
    /* A full sketch says nothing of what is above its last hash. */
    uint32_t many[SKETCH_METADATA_VALUES];
    for (uint32_t i = 0; i < SKETCH_METADATA_VALUES; i++)
        many[i] = i + 1;
    const struct sketch full = {many, SKETCH_METADATA_VALUES};
    const uint32_t few[] = {1, 2, 1000, 2000};
    const struct sketch small = {few, 4};
    assert_true(sketch_similarity(&full, &small, SKETCH_METADATA, 0) ==
                2.0 / SKETCH_METADATA_VALUES);
    assert_true(sketch_similarity(&full, &small, SKETCH_PAYLOAD, 0) ==
                2.0 / (SKETCH_METADATA_VALUES + 2));
}

static void estimates_are_near(void **state) {
    (void)state;
    enum { VALUES = SKETCH_PAYLOAD_VALUES };
    double error = 0;
    for (uint32_t round = 0; round < 200; round++) { /* 900 of 1,100 in common, drawn anew */
        uint32_t values[2][1000];
        for (uint32_t side = 0; side < 2; side++) {
            for (uint32_t i = 0; i < 1000; i++)
                values[side][i] = mix(round * 5000 + side * 100 + i);
            qsort(values[side], 1000, sizeof values[side][0], compare_values);
        }
        const struct sketch a = {values[0], VALUES};
        const struct sketch b = {values[1], VALUES};
        double similarity = sketch_similarity(&a, &b, SKETCH_PAYLOAD, 0);
        assert_true(similarity > 0.65 && similarity < 0.97);
        error += similarity - 900.0 / 1100.0;
    }
    assert_true(error / 200 > -0.01 && error / 200 < 0.01);
}

/* --- groups ----------------------------------------------------------------------------------- */

static void copies_come_together(void **state) {
    struct stage stage = begin(*state);
    static const uint32_t projects[] = {1, 3, 1, 1, 1, 1, 2, 1};
    for (uint32_t i = 0; i < 8; i++)
        add_projects(&stage, i + 1, projects[i]);
    add_projects(&stage, 0, 1); /* no signature */
    assert_true(corpus_end_artifacts(stage.corpus));
    add_range(&stage, 1, 0, 40);    /* like 2 */
    add_range(&stage, 2, 2, 42);    /* leads: 3 projects */
    add_range(&stage, 3, 500, 560); /* alone */
    add_range(&stage, 4, 900, 912); /* the same set as 5: together they have two projects */
    add_range(&stage, 5, 900, 912);
    add_sketch(&stage, 6, NULL, 0);   /* nothing to compare */
    add_range(&stage, 7, 3000, 3011); /* two projects, but too small */
    add_range(&stage, 99, 0, 40);     /* nobody's */
    /* 8 has no sketch at all. */
    assert_groups(&stage, "0 0 0 0 - 1 1 - - - - -");
    end(&stage);
}

/* b resembles a and c, which do not resemble each other. */
static void there_are_no_chains(void **state) {
    struct stage stage = begin(*state);
    for (uint32_t i = 1; i <= 5; i++)
        add_projects(&stage, i, 6 - i);
    assert_true(corpus_end_artifacts(stage.corpus));
    for (uint32_t i = 0; i < 5; i++)
        add_range(&stage, i + 1, i * 10, i * 10 + 60); /* neighbours: 50 of 70 in common */
    /* The first leads the second; the third is too far from it, leads the fourth; the fifth is
     * alone. */
    assert_groups(&stage, "0 0 0 0 0 0 0 0 0 1 1 1 1 1 -");
    end(&stage);
}

static void the_best_leader_wins(void **state) {
    struct stage stage = begin(*state);
    static const uint32_t projects[] = {5, 4, 1, 1};
    for (uint32_t i = 0; i < 4; i++)
        add_projects(&stage, i + 1, projects[i]);
    assert_true(corpus_end_artifacts(stage.corpus));
    add_range(&stage, 1, 0, 70);
    add_range(&stage, 2, 24, 94); /* 46 of 94: another leader */
    add_range(&stage, 3, 16, 86); /* 54 of 86 in common with 1, 62 of 78 with 2 */
    add_range(&stage, 4, 8, 78);  /* the other way round */
    assert_groups(&stage, "0 0 0 0 0 1 1 1 1 1 0");
    end(&stage);
}

/* --- many ------------------------------------------------------------------------------------- */

/* Families of sets with edits, among sets that share a few shingles with everybody. */
static void add_many(struct stage *stage, uint32_t families, uint32_t each) {
    for (uint32_t i = 1; i <= families * each; i++)
        add_projects(stage, i, 1 + mix(i) % 16 / 15);
    assert_true(corpus_end_artifacts(stage->corpus));
    for (uint32_t i = 1; i <= families * each; i++) {
        uint32_t values[SKETCH_PAYLOAD_VALUES - 1];
        uint32_t family = i % families;
        uint32_t size = 20 + mix(family) % 100;
        for (uint32_t k = 0; k < size; k++) {
            bool edited = mix(i * 131 + k) % 100 < mix(i) % 30;
            bool common = k < 6;
            values[k] = mix(common ? k : edited ? i << 8 | k : family << 8 | k | 1u << 31);
        }
        qsort(values, size, sizeof values[0], compare_values);
        add_sketch(stage, i, values, size);
    }
}

static const struct sketch *sketch_of(const struct stage *stage, size_t project) {
    const struct sketches *sketches = &stage->corpus->sketches[SKETCH_PAYLOAD];
    return &sketches->at[sketches_find(sketches, &stage->corpus->projects[project].signature)]
                .sketch;
}

static void every_member_resembles_its_leader(void **state) {
    enum { FAMILIES = 40, EACH = 25 };
    struct stage stage = begin(*state);
    add_many(&stage, FAMILIES, EACH);
    struct near_groups groups = find(&stage, 1);
    size_t count = stage.corpus->count;
    uint32_t together = 0;
    uint32_t apart = 0;
    for (uint32_t group = 0; group < groups.count; group++) {
        size_t members = 0;
        bool led = false; /* by one of them at least */
        for (size_t i = 0; i < count; i++)
            members += groups.of_project[i] == group;
        assert_true(members > 1);
        for (size_t leader = 0; leader < count && !led; leader++) {
            size_t alike = 0;
            for (size_t i = 0; i < count && groups.of_project[leader] == group; i++)
                alike += groups.of_project[i] == group &&
                         sketch_similarity(sketch_of(&stage, leader), sketch_of(&stage, i),
                                           SKETCH_PAYLOAD, NEAR_SIMILARITY) > 0;
            led = alike == members;
        }
        assert_true(led);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (sketch_similarity(sketch_of(&stage, i), sketch_of(&stage, k), SKETCH_PAYLOAD, 0.8) >
                0)
                *(groups.of_project[i] != STRING_NONE &&
                          groups.of_project[i] == groups.of_project[k]
                      ? &together
                      : &apart) += 1;
    assert_true(together > 1000);
    assert_true(apart * 10 < together); /* alike, but nearer to different leaders */
    near_free(&groups);
    end(&stage);
}

static void the_same_for_any_threads(void **state) {
    struct stage stage = begin(*state);
    add_many(&stage, 300, 30); /* more than one stretch */
    struct near_groups one = find(&stage, 1);
    assert_true(one.count > 100);
    for (unsigned threads = 2; threads <= 7; threads += 5) {
        struct near_groups more = find(&stage, threads);
        assert_int_equal(more.count, one.count);
        assert_memory_equal(more.of_project, one.of_project,
                            stage.corpus->count * sizeof *one.of_project);
        near_free(&more);
    }
    near_free(&one);
    end(&stage);
}

static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* 60,000 signatures of one set, 60,000 of sets that have half of their shingles in common with all
 * others. */
static void crowds_cost_no_more(void **state) {
    enum { EACH = 60000, SIZE = 40 };
    struct stage stage = begin(*state);
    for (uint32_t i = 1; i <= 2 * EACH; i++)
        add_projects(&stage, i, 1);
    assert_true(corpus_end_artifacts(stage.corpus));
    for (uint32_t i = 1; i <= 2 * EACH; i++) {
        uint32_t values[SIZE];
        for (uint32_t k = 0; k < SIZE; k++)
            values[k] = mix(i > EACH && k >= SIZE / 2 ? i * 64 + k : k);
        qsort(values, SIZE, sizeof values[0], compare_values);
        add_sketch(&stage, i, values, SIZE);
    }
    double start = seconds();
    struct near_groups groups = find(&stage, 1);
    assert_true(seconds() - start < 60); /* about 1; quadratic, it would be hundreds */
    assert_int_equal(groups.count, 1);
    for (size_t i = 0; i < 2 * EACH; i++)
        assert_int_equal(groups.of_project[i], i < EACH ? 0 : STRING_NONE);
    near_free(&groups);
    end(&stage);
}

static void nothing_is_no_problem(void **state) {
    struct stage stage = begin(*state);
    assert_true(corpus_end_artifacts(stage.corpus));
    assert_groups(&stage, "");
    end(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(similarities),
        cmocka_unit_test(estimates_are_near),
        cmocka_unit_test(copies_come_together),
        cmocka_unit_test(there_are_no_chains),
        cmocka_unit_test(the_best_leader_wins),
        cmocka_unit_test(every_member_resembles_its_leader),
        cmocka_unit_test(the_same_for_any_threads),
        cmocka_unit_test(crowds_cost_no_more),
        cmocka_unit_test(nothing_is_no_problem),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
