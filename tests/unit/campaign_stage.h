/*
 * campaign_stage: a mirror for tests of campaigns and verdicts: 2,000 honest projects, one every 12
 * hours, each tenth of them empty with the commonest payload, and what a test adds.
 */
#ifndef WINNOW_TEST_CAMPAIGN_STAGE_H
#define WINNOW_TEST_CAMPAIGN_STAGE_H

#include "corpus_samples.h"

#include "judge/campaigns.h"

#include <stdio.h>
#include <stdlib.h>

enum { HONEST = 2000, FIRST_DAY = 18000, TEXT_MAX = 64, COMMON = 1 };

struct stage {
    struct domain_rules *rules;
    struct arena *arena; /* texts of samples */
    struct sample *samples;
    size_t count;
    struct corpus *corpus;
    struct traits traits;
    struct timeline timeline;
    struct collisions collisions;
    struct campaigns campaigns;
};

static inline const char *text(struct stage *stage, const char *format, unsigned number,
                               const char *more) {
    char *at = arena_alloc(stage->arena, TEXT_MAX);
    assert_non_null(at);
    snprintf(at, TEXT_MAX, format, number, more);
    return at;
}

static inline struct sample *add(struct stage *stage, const char *name, unsigned number, int day,
                                 unsigned char signature, const char *authors) {
    struct sample *sample = &stage->samples[stage->count++];
    *sample = (struct sample){.project = text(stage, "%2$s-%1$05u", number, name),
                              .version = "1",
                              .filename = "f",
                              .name = "n",
                              .day = day,
                              .kind = KIND_BLANK,
                              .signature = signature,
                              .authors = authors};
    return sample;
}

static inline int open_stage(void **state) {
    struct stage *stage = calloc(1, sizeof *stage);
    stage->rules = domain_rules_open();
    stage->arena = arena_new(SIZE_MAX / 4);
    stage->samples = calloc((size_t)HONEST * 2, sizeof *stage->samples);
    for (unsigned i = 0; i < HONEST; i++) {
        struct sample *sample =
            add(stage, "honest", i, FIRST_DAY + (int)i / 2, COMMON,
                text(stage, i % 3 ? "dev%u@gmail.com%s" : "dev@firm%u.example%s",
                     1000 + i * 7919 % HONEST, "")); /* numbers do not go with time */
        if (i % 10 != 0)
            *sample = (struct sample){.project = sample->project,
                                      .version = "1",
                                      .filename = "f",
                                      .name = "n",
                                      .day = sample->day,
                                      .kind = KIND_CODE,
                                      .authors = sample->authors};
    }
    *state = stage;
    return 0;
}

static inline int close_stage(void **state) {
    struct stage *stage = *state;
    campaigns_free(&stage->campaigns);
    traits_free(&stage->traits);
    timeline_free(&stage->timeline);
    collisions_free(&stage->collisions);
    corpus_free(stage->corpus);
    domain_rules_close(stage->rules);
    arena_free(stage->arena);
    free(stage->samples);
    free(stage);
    return 0;
}

static inline int compare_samples(const void *left, const void *right) {
    return strcmp(((const struct sample *)left)->project, ((const struct sample *)right)->project);
}

static inline void find(struct stage *stage) {
    struct word_list generic_names;
    struct near_groups none = {.count = 0};
    qsort(stage->samples, stage->count, sizeof *stage->samples, compare_samples);
    stage->corpus = fold(stage->rules, stage->samples, stage->count);
    none.of_project = malloc(stage->count * sizeof *none.of_project);
    memset(none.of_project, 0xFF, stage->count * sizeof *none.of_project); /* STRING_NONE */
    assert_true(generic_names_load(&generic_names));
    assert_true(collisions_find(stage->corpus, &generic_names, 1, &stage->collisions));
    assert_true(traits_find(stage->corpus, &none, &none, &stage->traits));
    assert_true(timeline_find(stage->corpus, &stage->timeline));
    assert_true(campaigns_find(stage->corpus, &stage->traits, &stage->timeline, &stage->collisions,
                               &stage->campaigns));
    word_list_free(&generic_names);
    free(none.of_project);
}

#endif
