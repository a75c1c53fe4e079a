/*
 * campaigns: sets of projects joined by several independent rare traits. Each grows from a seed
 * (seeds.h), the least likely one first, by what fits its core (core.h); a project is in one
 * campaign at most.
 */
#ifndef WINNOW_JUDGE_CAMPAIGNS_H
#define WINNOW_JUDGE_CAMPAIGNS_H

#include "cluster/burst.h"
#include "cluster/collisions.h"
#include "cluster/traits.h"

enum { CAMPAIGN_ID_DIGITS = 12 };

enum category {
    CATEGORY_OTHER,
    CATEGORY_NAME_SQUAT,
    CATEGORY_PLACEHOLDER,
    CATEGORY_SPAM,
    CATEGORY_DEPENDENCY_CONFUSION
};

/* "name-squat", "placeholder", "spam", "dependency-confusion", "other". */
const char *category_name(enum category category);

struct campaign_member {
    uint32_t project;
    double score;        /* bits by which it fits the core better than chance */
    double payload_bits; /* of these */
    double metadata_bits;
    struct span traits; /* "payload:1a2b3c4d domain:inbox.ru time names", in the arena */
};

struct campaign {
    char id[CAMPAIGN_ID_DIGITS + 2]; /* "g" and hex digits */
    enum category category;
    struct group group;                    /* its projects, ascending */
    const struct campaign_member *members; /* the same order */
    struct group_facts facts;
    struct burst burst; /* of its first uploads; burst.projects is 0 without */
    uint32_t domains;
    uint32_t owners;
    uint32_t signatures;
    uint32_t colliding_projects;
    uint32_t named_projects; /* these, and those with filler code or the command itself */
    double cohesion;         /* 0..1: mean share of the core's traits that a member has */
    double score;            /* median score of its members' verdicts, bits */
    struct span traits;      /* of the core, with shares: "payload:1a2b3c4d=0.93" */
};

struct campaigns {
    struct arena *arena;
    struct campaign *at;
    size_t count;
    uint32_t *of_project; /* index of its campaign; STRING_NONE: none */
};

/* All sets of projects that hold together, suspicious or not: judge.h weighs them. Ids, categories
 * and scores come later. False when memory is out. */
bool campaigns_find(const struct corpus *corpus, const struct traits *traits,
                    const struct timeline *timeline, const struct collisions *collisions,
                    struct campaigns *campaigns);
void campaigns_free(struct campaigns *campaigns);

#endif
