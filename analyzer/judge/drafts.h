/*
 * drafts: campaigns as bare sets of projects. First each seed grows into what fits its core; then
 * sets that one hand made of several templates or domains, and that therefore grew apart, are put
 * together when they share rare traits and the union holds as well as its parts.
 */
#ifndef WINNOW_JUDGE_DRAFTS_H
#define WINNOW_JUDGE_DRAFTS_H

#include "judge/core.h"

struct draft {
    uint32_t *members; /* ascending */
    size_t count;
};

struct drafts {
    struct draft *at; /* in the order of their seeds */
    size_t count;
    size_t capacity;
};

/* Marks the members as taken in the scene. False when memory is out; drafts_free in any case. */
bool drafts_grow(struct scene *scene, struct core *core, struct drafts *drafts);
bool drafts_merge(struct scene *scene, struct core *core, struct drafts *drafts);
void drafts_free(struct drafts *drafts);

#endif
