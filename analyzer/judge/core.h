/*
 * core: what the members of a campaign share, and how well a project fits that.
 *
 * A project's fit is the logarithm to base 2 of odds: how many times likelier the project is as a
 * member than as any other project of the mirror. For each family of traits (payload,
 * metadata, people, names) and for its time it adds
 *
 *     log2(share among the members / share among all others)
 *
 * of the rarest trait that project and members share, and, where they share none, of sharing none;
 * then the prior, log2(members / projects). The project itself is left out of both shares. So a
 * trait weighs as much as it is rare outside the campaign: a common one, such as an empty
 * __init__.py or an address at a large provider, weighs next to nothing.
 *
 * Every member must fit the whole core; that a project resembles one member counts for nothing, so
 * there are no chains.
 */
#ifndef WINNOW_JUDGE_CORE_H
#define WINNOW_JUDGE_CORE_H

#include "cluster/burst.h"
#include "cluster/traits.h"
#include "judge/season.h"

/* What all cores look at, made once. */
struct scene {
    const struct corpus *corpus;
    const struct traits *traits;
    const struct timeline *timeline;
    const bool *named; /* by project: named after a command of another project */
    const uint32_t *named_projects;
    size_t named_count;
    size_t nobody_count; /* projects that name no people at all */
    bool *taken;         /* by project: in a campaign already */
};

/* The families of traits, then what is no trait. */
enum fit_family {
    FIT_PAYLOAD = FAMILY_PAYLOAD,
    FIT_METADATA = FAMILY_METADATA,
    FIT_PEOPLE = FAMILY_PEOPLE,
    FIT_NAMES = FAMILY_NAMES,
    FIT_TIME,
    FIT_FAMILIES
};

struct fit {
    double bits; /* all together, with the prior */
    double of_family[FIT_FAMILIES];
    double named_bits; /* what names of commands say, of FIT_NAMES */
    double whole_bits; /* prior, time, names of commands, and traits of many members only */
    uint32_t trait[TRAIT_FAMILIES]; /* the rarest shared one of each; STRING_NONE: none */
};

/* A project joins at odds of 64 to 1... */
#define JOIN_BITS 6.0
/* ...if two families at least say so, each with odds of 8 to 1. */
#define RARE_BITS 3.0
/* Fewer projects are no campaign. */
enum { CAMPAIGN_PROJECTS_MIN = 5 };

/* Members and what is known of them; working memory is kept from one core to the next. */
struct core;

/* NULL when memory is out. `scene` must outlive it. */
struct core *core_new(const struct scene *scene);
void core_free(struct core *core);

/*
 * Begins with the projects of a seed (ascending, none of them taken), then takes in what fits and
 * drops what does not until nothing changes. False when memory is out. A core that does not hold
 * together ends with less than CAMPAIGN_PROJECTS_MIN members.
 */
bool core_grow(struct core *core, const uint32_t *seed, size_t count);

/* The same without growing: for sets that are known. */
bool core_load(struct core *core, const uint32_t *members, size_t count);

/* The members, ascending; valid until the next core_grow or core_load. */
struct group core_members(const struct core *core);

struct fit core_fit(const struct core *core, uint32_t project);
/* Traits that the members share: those with RARE_BITS that three members have at least, by falling
 * share, then by key. Returns how many were written to `traits` (room for `max`). */
size_t core_traits(const struct core *core, uint32_t *traits, size_t max);
/* log2 of how many times commoner a trait is among the members than elsewhere. */
double core_trait_bits(const struct core *core, uint32_t trait);
/* Share of the members that have a trait, 0 to 1. */
double core_share(const struct core *core, uint32_t trait);
/* Share of the members that are named after commands. */
double core_named_share(const struct core *core);
/* When the members came. */
const struct season *core_season(const struct core *core);
/* Mean over the members of the share of families, among those that half of the members have a rare
 * trait of, in which the member has one. */
double core_cohesion(const struct core *core);

#endif
