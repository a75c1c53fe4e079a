/*
 * seeds: where campaigns may begin. A seed is a set of projects that share two independent traits
 * far more often than chance explains: a template and people; a template, people or a word of the
 * names, and a burst of uploads; one of these three, and names of commands.
 */
#ifndef WINNOW_JUDGE_SEEDS_H
#define WINNOW_JUDGE_SEEDS_H

#include "judge/core.h"

struct seed {
    double log_p; /* of so many projects sharing both by chance: Poisson tail */
    size_t first; /* in members */
    uint32_t count;
};

struct seeds {
    struct seed *at; /* the least likely by chance first */
    size_t count;
    size_t capacity;
    uint32_t *members; /* ascending within a seed */
    size_t member_count;
    size_t member_capacity;
};

/* Seeds have CAMPAIGN_PROJECTS_MIN members at least. False when memory is out. */
bool seeds_find(const struct scene *scene, struct seeds *seeds);
void seeds_free(struct seeds *seeds);

#endif
