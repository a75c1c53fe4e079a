/*
 * campaigns: sets of projects joined by several independent rare traits.
 */
#ifndef WINNOW_JUDGE_CAMPAIGNS_H
#define WINNOW_JUDGE_CAMPAIGNS_H

#include "cluster/clusters.h"
#include "cluster/collisions.h"
#include "cluster/near.h"

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
    double score;       /* bits by which it fits the core better than chance */
    struct span traits; /* "payload:1a2b... domain:inbox.ru burst:2025-06-30", in the arena */
};

struct campaign {
    char id[CAMPAIGN_ID_DIGITS + 2]; /* "g" and hex digits */
    enum category category;
    struct group group;                    /* its projects, ascending */
    const struct campaign_member *members; /* the same order */
    struct group_facts facts;
    uint32_t domains;
    uint32_t owners;
    uint32_t signatures;
    uint32_t colliding_projects;
    double cohesion;    /* 0..1: mean share of the core's traits that a member has */
    double score;       /* median score of its members' verdicts, bits */
    struct span traits; /* of the core, as campaign_member.traits */
};

struct campaigns {
    struct arena *arena;
    struct campaign *at; /* sorted by id */
    size_t count;
    uint32_t *of_project; /* index of its campaign; STRING_NONE: none */
};

#endif
