/*
 * core: see core.h. Counts per trait lie in arrays over all traits; `touched` lists the ones in
 * use, so that the next core clears only these.
 */
#include "judge/core.h"

#include <math.h>
#include <stdlib.h>

/* Members that must share a trait, beside the project looked at, before it characterises a core. */
enum { SHARERS_MIN = 3, ROUNDS_MAX = 12 };

/* No share of a mirror is known better than to one in 65,536. */
#define FIT_BITS_MAX 16.0

/*
 * What a member must bring. A seed is chosen for what its projects share, so that others lack just
 * this says little at first: a core reaches out before it is held to account.
 */
struct demand {
    double join;                     /* bits */
    double family_min[FIT_FAMILIES]; /* at most this is held against a project */
    double members_min;              /* a smaller core is taken for a part of one of this size */
};
static const struct demand reaching = {4, {-2, -2, -2, -4, -2}, 32};
static const struct demand strict = {JOIN_BITS, {-3.3, -2, -2, -6, -6}, 1};

struct core {
    const struct scene *scene;
    const struct demand *demand;
    uint32_t *members;
    uint32_t *next; /* members of the next round */
    size_t count;
    size_t next_count;
    bool *is_member;  /* by project */
    uint32_t *inside; /* by trait: members that have it */
    uint32_t *touched;
    size_t touched_count;
    uint32_t *round_of; /* by project: the round in which it was looked at last */
    uint32_t round;
    size_t others[FAMILY_NAMES]; /* members that share no trait of a family */
    double other_background[FAMILY_NAMES];
    size_t nobody;
    size_t named;
    struct season season;
    instant *times;
};

struct core *core_new(const struct scene *scene) {
    struct core *core = calloc(1, sizeof *core);
    if (core == NULL)
        return NULL;
    size_t projects = scene->corpus->count + 1;
    core->scene = scene;
    core->demand = &strict;
    core->members = malloc(projects * sizeof *core->members);
    core->next = malloc(projects * sizeof *core->next);
    core->is_member = calloc(projects, sizeof *core->is_member);
    core->round_of = calloc(projects, sizeof *core->round_of);
    core->times = malloc(projects * sizeof *core->times);
    core->inside = calloc((size_t)scene->traits->count + 1, sizeof *core->inside);
    core->touched = malloc(((size_t)scene->traits->count + 1) * sizeof *core->touched);
    if (core->members != NULL && core->next != NULL && core->is_member != NULL &&
        core->round_of != NULL && core->times != NULL && core->inside != NULL &&
        core->touched != NULL)
        return core;
    core_free(core);
    return NULL;
}

void core_free(struct core *core) {
    if (core == NULL)
        return;
    free(core->members);
    free(core->next);
    free(core->is_member);
    free(core->round_of);
    free(core->times);
    free(core->inside);
    free(core->touched);
    season_free(&core->season);
    free(core);
}

struct group core_members(const struct core *core) {
    return (struct group){core->members, core->count};
}

/* --- fit ------------------------------------------------------------------------------------ */

/* log2 of (share inside / share outside), with half a project added to each count. */
static double ratio_bits(double inside, double members, double outside, double others) {
    return log2((inside + 0.5) / (members + 1)) - log2((outside + 0.5) / (others + 1));
}

struct view {
    const struct core *core;
    uint32_t project;
    bool is_member;
    double members; /* without the project looked at */
    double others;
};

static struct view view_of(const struct core *core, uint32_t project) {
    bool is_member = core->is_member[project];
    size_t projects = core->scene->corpus->count;
    return (struct view){core, project, is_member, (double)(core->count - is_member),
                         (double)(projects - core->count - !is_member)};
}

static double trait_bits(const struct view *view, uint32_t trait) {
    const struct core *core = view->core;
    uint32_t inside = core->inside[trait];
    size_t outside = core->scene->traits->at[trait].group.count - inside;
    return ratio_bits(inside - view->is_member, view->members, (double)(outside - !view->is_member),
                      view->others);
}

/* What so many of the members share, the whole core shares. */
static const double WHOLE_SHARE = 0.25;

/* What the trait of each family says that the project shares and that is rarest elsewhere, and the
 * trait itself if it is rare; -INFINITY when there is none. */
static void find_rarest(const struct view *view, struct fit *fit) {
    const struct core *core = view->core;
    const struct traits *traits = core->scene->traits;
    double of_whole[TRAIT_FAMILIES] = {0};
    for (int i = 0; i < TRAIT_FAMILIES; i++) {
        fit->of_family[i] = -INFINITY;
        fit->trait[i] = STRING_NONE;
    }
    for (uint32_t i = traits->starts[view->project]; i < traits->starts[view->project + 1]; i++) {
        uint32_t trait = traits->of_project[i];
        if (core->inside[trait] < SHARERS_MIN + (uint32_t)view->is_member)
            continue;
        enum trait_family family = trait_family(trait_type(&traits->at[trait]));
        double bits = trait_bits(view, trait);
        if (core_share(core, trait) >= WHOLE_SHARE)
            of_whole[family] = fmax(of_whole[family], bits);
        if (bits <= 0 || bits <= fit->of_family[family])
            continue;
        fit->of_family[family] = bits;
        fit->trait[family] = bits >= RARE_BITS ? trait : STRING_NONE;
    }
    fit->whole_bits = 0;
    for (int i = 0; i < TRAIT_FAMILIES; i++)
        fit->whole_bits += of_whole[i];
}

/* Whether a project has anything that could be shared, of a family before FAMILY_NAMES. */
static bool has_any(const struct scene *scene, uint32_t project, enum trait_family family) {
    const struct project *at = &scene->corpus->projects[project];
    if (family == FAMILY_PEOPLE)
        return scene->traits->has_people[project];
    return !signature_is_zero(family == FAMILY_PAYLOAD ? &at->signature : &at->metadata_signature);
}

/* What it says that a project shares no trait of a family with the members. */
static double other_bits(const struct view *view, enum trait_family family) {
    double inside = (double)view->core->others[family] - view->is_member;
    return log2((fmax(inside, 0) + 0.5) / (view->members + 1)) -
           log2(view->core->other_background[family]);
}

static double nobody_bits(const struct view *view) {
    const struct core *core = view->core;
    double outside = (double)(core->scene->nobody_count - core->nobody);
    return fmin(0, ratio_bits((double)core->nobody - view->is_member, view->members,
                              outside - !view->is_member, view->others));
}

/* What a family says when no trait of it is shared: nothing when the project has none at all, but
 * of people that is telling, too. */
static double lacking_bits(const struct view *view, enum trait_family family) {
    if (has_any(view->core->scene, view->project, family))
        return fmin(0, other_bits(view, family));
    return family == FAMILY_PEOPLE ? nobody_bits(view) : 0;
}

static double named_bits(const struct view *view) {
    const struct core *core = view->core;
    bool named = core->scene->named[view->project];
    double inside = (double)core->named;
    double outside = (double)(core->scene->named_count - core->named);
    if (!named) {
        inside = (double)core->count - inside;
        outside = (double)(core->scene->corpus->count - core->count) - outside;
    }
    return ratio_bits(inside - view->is_member, view->members, outside - !view->is_member,
                      view->others);
}

static double time_bits(const struct view *view) {
    const struct core *core = view->core;
    instant when = core->scene->corpus->projects[view->project].first_uploaded_at;
    if (when == INSTANT_UNKNOWN || core->season.known == 0)
        return 0;
    bool in = season_holds(&core->season, when);
    double inside = (double)(in ? core->season.inside : core->season.known - core->season.inside);
    double outside =
        (double)(in ? core->season.outside
                    : core->scene->timeline->count - core->season.known - core->season.outside);
    return ratio_bits(fmax(inside - view->is_member, 0), view->members,
                      fmax(outside - !view->is_member, 0), view->others);
}

/* A payload that one in 23 projects has, such as an empty __init__.py, binds nobody. */
static const double PAYLOAD_BITS = 4.5;

/*
 * Whether two independent families bind a project to the members. Names with one word often come
 * with one template, as tutorials teach both: these are one family; names of commands are another.
 *
 * And what the whole core shares must alone make the project as likely a member as not: of several
 * strangers who each used one common template in one week, each shares much with some members, and
 * little with all.
 */
static bool is_bound(const struct fit *fit) {
    bool alike = fit->of_family[FIT_PAYLOAD] >= PAYLOAD_BITS ||
                 fit->trait[FAMILY_METADATA] != STRING_NONE ||
                 fit->trait[FAMILY_NAMES] != STRING_NONE;
    int families = alike + (fit->trait[FAMILY_PEOPLE] != STRING_NONE) +
                   (fit->of_family[FIT_TIME] >= RARE_BITS) + (fit->named_bits >= RARE_BITS);
    return families >= 2 && fit->whole_bits >= 0;
}

struct fit core_fit(const struct core *core, uint32_t project) {
    struct view view = view_of(core, project);
    struct fit fit = {.bits = log2(fmax(core->demand->members_min, view.members + 1) /
                                   (double)core->scene->corpus->count)};
    find_rarest(&view, &fit);
    for (enum trait_family i = 0; i < FAMILY_NAMES; i++)
        if (fit.of_family[i] < 0)
            fit.of_family[i] = lacking_bits(&view, i);
    fit.of_family[FIT_TIME] = time_bits(&view);
    fit.named_bits = named_bits(&view);
    fit.whole_bits += fit.bits + fit.of_family[FIT_TIME] + fit.named_bits;
    fit.of_family[FIT_NAMES] = fmax(fit.of_family[FIT_NAMES], fit.named_bits);
    for (int i = 0; i < FIT_FAMILIES; i++) {
        fit.of_family[i] = fmax(core->demand->family_min[i], fmin(FIT_BITS_MAX, fit.of_family[i]));
        fit.bits += fit.of_family[i];
    }
    return fit;
}

/* --- members -------------------------------------------------------------------------------- */

static void forget(struct core *core) {
    for (size_t i = 0; i < core->touched_count; i++)
        core->inside[core->touched[i]] = 0;
    for (size_t i = 0; i < core->count; i++)
        core->is_member[core->members[i]] = false;
    core->touched_count = 0;
    core->count = 0;
}

/* Counts members by trait, and those who are named after commands or name nobody. */
static void count_members(struct core *core) {
    const struct traits *traits = core->scene->traits;
    core->named = 0;
    core->nobody = 0;
    for (size_t k = 0; k < core->count; k++) {
        uint32_t project = core->members[k];
        core->is_member[project] = true;
        core->named += core->scene->named[project];
        core->nobody += !traits->has_people[project];
        for (uint32_t i = traits->starts[project]; i < traits->starts[project + 1]; i++) {
            uint32_t trait = traits->of_project[i];
            if (core->inside[trait]++ == 0)
                core->touched[core->touched_count++] = trait;
        }
    }
}

/* Members, and an estimate of the other projects, without a shared trait. */
static void count_others(struct core *core) {
    const struct traits *traits = core->scene->traits;
    double rest = (double)(core->scene->corpus->count - core->count) + 1;
    double with[TRAIT_FAMILIES] = {[FAMILY_PEOPLE] =
                                       (double)(core->scene->nobody_count - core->nobody)};
    memset(core->others, 0, sizeof core->others);
    for (size_t i = 0; i < core->touched_count; i++) {
        const struct trait *trait = &traits->at[core->touched[i]];
        uint32_t inside = core->inside[core->touched[i]];
        if (inside >= SHARERS_MIN)
            with[trait_family(trait_type(trait))] += (double)(trait->group.count - inside);
    }
    for (size_t i = 0; i < core->count; i++) {
        struct view view = view_of(core, core->members[i]);
        struct fit fit;
        find_rarest(&view, &fit);
        for (enum trait_family k = 0; k < FAMILY_NAMES; k++)
            core->others[k] += fit.of_family[k] < 0 && has_any(core->scene, core->members[i], k);
    }
    for (int i = 0; i < FAMILY_NAMES; i++)
        core->other_background[i] = fmax(0.1, 1 - with[i] / rest);
}

static bool describe(struct core *core) {
    count_members(core);
    count_others(core);
    size_t known = group_times(core->scene->corpus, core_members(core), core->times);
    return season_find(&core->season, core->scene->timeline, core->times, known);
}

/* A trait that is common elsewhere characterises nothing. */
static bool is_characteristic(const struct core *core, uint32_t trait) {
    return core->inside[trait] >= SHARERS_MIN && core_trait_bits(core, trait) >= RARE_BITS;
}

static void consider(struct core *core, uint32_t project) {
    if (core->round_of[project] == core->round || core->scene->taken[project])
        return;
    core->round_of[project] = core->round;
    struct fit fit = core_fit(core, project);
    if (fit.bits >= core->demand->join && is_bound(&fit))
        core->next[core->next_count++] = project;
}

/* Looks at all who share a characteristic trait with the members, or are named after commands if
 * most members are. */
static void choose_next(struct core *core) {
    const struct traits *traits = core->scene->traits;
    core->round++;
    core->next_count = 0;
    for (size_t i = 0; i < core->count; i++)
        consider(core, core->members[i]);
    for (size_t i = 0; i < core->touched_count; i++) {
        const struct group *group = &traits->at[core->touched[i]].group;
        if (!is_characteristic(core, core->touched[i]))
            continue;
        for (size_t k = 0; k < group->count; k++)
            consider(core, group->projects[k]);
    }
    for (size_t i = 0; core->named * 2 >= core->count && i < core->scene->named_count; i++)
        consider(core, core->scene->named_projects[i]);
    if (core->next_count > 1)
        qsort(core->next, core->next_count, sizeof *core->next, compare_u32);
}

static bool next_is_same(const struct core *core) {
    return core->next_count == core->count &&
           memcmp(core->next, core->members, core->count * sizeof *core->members) == 0;
}

static bool take_members(struct core *core, const uint32_t *members, size_t count) {
    forget(core);
    memcpy(core->members, members, count * sizeof *members);
    core->count = count;
    return describe(core);
}

/* Rounds until nothing changes. */
static bool settle(struct core *core, const struct demand *demand) {
    core->demand = demand;
    for (int i = 0; i < ROUNDS_MAX && core->count >= CAMPAIGN_PROJECTS_MIN; i++) {
        choose_next(core);
        if (next_is_same(core))
            break;
        if (!take_members(core, core->next, core->next_count))
            return false;
    }
    return true;
}

bool core_load(struct core *core, const uint32_t *members, size_t count) {
    core->demand = &strict;
    return take_members(core, members, count);
}

bool core_grow(struct core *core, const uint32_t *seed, size_t count) {
    return take_members(core, seed, count) && settle(core, &reaching) && settle(core, &strict);
}

/* --- what members share --------------------------------------------------------------------- */

/* Whether trait `a` comes before `b`. */
static bool is_commoner(const struct core *core, uint32_t a, uint32_t b) {
    return core->inside[a] != core->inside[b] ? core->inside[a] > core->inside[b] : a < b;
}

size_t core_traits(const struct core *core, uint32_t *traits, size_t max) {
    size_t count = 0;
    for (size_t i = 0; i < core->touched_count; i++) {
        uint32_t trait = core->touched[i];
        if (!is_characteristic(core, trait))
            continue;
        size_t place = count < max ? count++ : max;
        while (place > 0 && is_commoner(core, trait, traits[place - 1])) {
            if (place < max)
                traits[place] = traits[place - 1];
            place--;
        }
        if (place < max)
            traits[place] = trait;
    }
    return count;
}

double core_share(const struct core *core, uint32_t trait) {
    return core->count > 0 ? core->inside[trait] / (double)core->count : 0;
}

double core_named_share(const struct core *core) {
    return core->count > 0 ? (double)core->named / (double)core->count : 0;
}

const struct season *core_season(const struct core *core) {
    return &core->season;
}

double core_trait_bits(const struct core *core, uint32_t trait) {
    double inside = core->inside[trait];
    double outside = (double)core->scene->traits->at[trait].group.count - inside;
    return ratio_bits(inside, (double)core->count, outside,
                      (double)(core->scene->corpus->count - core->count));
}

double core_cohesion(const struct core *core) {
    size_t having[FIT_FAMILIES] = {0};
    for (size_t i = 0; i < core->count; i++) {
        struct fit fit = core_fit(core, core->members[i]);
        for (int k = 0; k < FIT_FAMILIES; k++)
            having[k] += fit.of_family[k] >= RARE_BITS;
    }
    double sum = 0;
    int families = 0;
    for (int k = 0; k < FIT_FAMILIES; k++)
        if (having[k] * 2 >= core->count && core->count > 0) {
            sum += (double)having[k] / (double)core->count;
            families++;
        }
    return families > 0 ? sum / families : 0;
}
