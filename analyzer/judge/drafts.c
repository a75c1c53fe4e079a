/* drafts: see drafts.h. */
#include "judge/drafts.h"

#include "judge/seeds.h"

#include <stdlib.h>

/* Two drafts are one campaign at odds of a thousand to one on what both share... */
static const double BOND_BITS = 10;
/* ...if this share of either stays when the union is held to account. */
static const double KEPT_SHARE = 0.9;
/* Traits that lead a draft: half of its members have them. */
enum { LEADING_MAX = 16 };
static const double LEADING_SHARE = 0.5;

void drafts_free(struct drafts *drafts) {
    for (size_t i = 0; i < drafts->count; i++)
        free(drafts->at[i].members);
    free(drafts->at);
    *drafts = (struct drafts){.at = NULL};
}

static void mark_taken(struct scene *scene, const struct draft *draft, bool taken) {
    for (size_t i = 0; i < draft->count; i++)
        scene->taken[draft->members[i]] = taken;
}

/* A copy of the core's members. */
static bool copy_members(const struct core *core, struct draft *draft) {
    struct group group = core_members(core);
    draft->members = malloc((group.count + 1) * sizeof *draft->members);
    if (draft->members == NULL)
        return false;
    memcpy(draft->members, group.projects, group.count * sizeof *draft->members);
    draft->count = group.count;
    return true;
}

/* --- growing -------------------------------------------------------------------------------- */

static bool add_draft(struct scene *scene, const struct core *core, struct drafts *drafts) {
    if (drafts->count == drafts->capacity) {
        size_t wider = drafts->capacity ? drafts->capacity * 2 : 64;
        struct draft *at = realloc(drafts->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        drafts->at = at;
        drafts->capacity = wider;
    }
    if (!copy_members(core, &drafts->at[drafts->count]))
        return false;
    mark_taken(scene, &drafts->at[drafts->count++], true);
    return true;
}

/*
 * What is left of a seed when the projects of earlier drafts are taken out. Seeds overlap much: one
 * whose projects were mostly looked at before, in a stronger seed, is passed over (0).
 */
static size_t free_members(const struct scene *scene, const uint32_t *members, size_t count,
                           bool *tried, uint32_t *kept) {
    size_t kept_count = 0;
    size_t fresh = 0;
    for (size_t i = 0; i < count; i++)
        if (!scene->taken[members[i]]) {
            kept[kept_count++] = members[i];
            fresh += !tried[members[i]];
        }
    if (kept_count < CAMPAIGN_PROJECTS_MIN || fresh * 2 < kept_count)
        return 0;
    for (size_t i = 0; i < kept_count; i++)
        tried[kept[i]] = true;
    return kept_count;
}

bool drafts_grow(struct scene *scene, struct core *core, struct drafts *drafts) {
    struct seeds seeds;
    bool *tried = calloc(scene->corpus->count + 1, sizeof *tried);
    uint32_t *kept = malloc((scene->corpus->count + 1) * sizeof *kept);
    bool done = seeds_find(scene, &seeds) && tried != NULL && kept != NULL;
    for (size_t i = 0; done && i < seeds.count; i++) {
        const struct seed *seed = &seeds.at[i];
        size_t count = free_members(scene, seeds.members + seed->first, seed->count, tried, kept);
        if (count == 0)
            continue;
        done = core_grow(core, kept, count);
        if (done && core_members(core).count >= CAMPAIGN_PROJECTS_MIN)
            done = add_draft(scene, core, drafts);
    }
    seeds_free(&seeds);
    free(tried);
    free(kept);
    return done;
}

/* --- merging -------------------------------------------------------------------------------- */

/* What a draft shows to others. */
struct face {
    uint32_t traits[LEADING_MAX];
    size_t trait_count;
    instant from; /* its season */
    instant to;
};

static bool find_face(struct core *core, const struct draft *draft, struct face *face) {
    if (!core_load(core, draft->members, draft->count))
        return false;
    face->trait_count = core_traits(core, face->traits, LEADING_MAX);
    while (face->trait_count > 0 &&
           core_share(core, face->traits[face->trait_count - 1]) < LEADING_SHARE)
        face->trait_count--;
    const struct season *season = core_season(core);
    face->from = season->count > 0 ? season->at[0].from : INSTANT_UNKNOWN;
    face->to = season->count > 0 ? season->at[season->count - 1].to : INSTANT_UNKNOWN;
    return true;
}

static size_t common_traits(const struct face *a, const struct face *b, uint32_t *common) {
    size_t count = 0;
    for (size_t i = 0; i < a->trait_count; i++)
        for (size_t k = 0; k < b->trait_count; k++)
            if (a->traits[i] == b->traits[k])
                common[count++] = a->traits[i];
    return count;
}

static bool join_members(const struct draft *a, const struct draft *b, struct draft *both) {
    both->members = malloc((a->count + b->count + 1) * sizeof *both->members);
    if (both->members == NULL)
        return false;
    memcpy(both->members, a->members, a->count * sizeof *a->members);
    memcpy(both->members + a->count, b->members, b->count * sizeof *b->members);
    both->count = a->count + b->count;
    qsort(both->members, both->count, sizeof *both->members, compare_u32);
    return true;
}

/* How many of a draft's members the core has; both ascending. */
static size_t count_kept(const struct core *core, const struct draft *draft) {
    struct group group = core_members(core);
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < draft->count; i++) {
        while (k < group.count && group.projects[k] < draft->members[i])
            k++;
        kept += k < group.count && group.projects[k] == draft->members[i];
    }
    return kept;
}

/* Loads the union, and says whether it holds. `a` and `b` must not be taken. */
static bool try_union(struct core *core, const struct draft *a, const struct draft *b,
                      const uint32_t *common, size_t common_count, bool one_season, bool *holds) {
    struct draft both = {.members = NULL};
    *holds = false;
    bool done = join_members(a, b, &both) && core_load(core, both.members, both.count);
    if (done && core_bond(core, common, common_count, one_season) >= BOND_BITS) {
        done = core_grow(core, both.members, both.count);
        *holds = done && (double)count_kept(core, a) >= KEPT_SHARE * (double)a->count &&
                 (double)count_kept(core, b) >= KEPT_SHARE * (double)b->count;
    }
    free(both.members);
    return done;
}

/* Puts draft `b` into `a` if they are one; an empty draft is a former one. */
static bool merge_pair(struct scene *scene, struct core *core, struct draft *a, struct face *face,
                       struct draft *b, const struct face *other) {
    uint32_t common[LEADING_MAX];
    size_t count = common_traits(face, other, common);
    if (count == 0)
        return true;
    bool one_season = face->from <= other->to && other->from <= face->to;
    bool holds = false;
    struct draft merged = {.members = NULL};
    mark_taken(scene, a, false);
    mark_taken(scene, b, false);
    bool done = try_union(core, a, b, common, count, one_season, &holds);
    if (done && holds) {
        done = copy_members(core, &merged);
        free(a->members);
        free(b->members);
        *a = merged;
        *b = (struct draft){.members = NULL};
    }
    mark_taken(scene, a, true);
    mark_taken(scene, b, true);
    return done && (!holds || find_face(core, a, face));
}

static void drop_empty(struct drafts *drafts) {
    size_t kept = 0;
    for (size_t i = 0; i < drafts->count; i++)
        if (drafts->at[i].count > 0)
            drafts->at[kept++] = drafts->at[i];
    drafts->count = kept;
}

bool drafts_merge(struct scene *scene, struct core *core, struct drafts *drafts) {
    struct face *faces = calloc(drafts->count + 1, sizeof *faces);
    bool done = faces != NULL;
    for (size_t i = 0; done && i < drafts->count; i++)
        done = find_face(core, &drafts->at[i], &faces[i]);
    for (size_t i = 0; done && i < drafts->count; i++)
        for (size_t k = i + 1; done && k < drafts->count; k++)
            if (drafts->at[i].count > 0 && drafts->at[k].count > 0)
                done =
                    merge_pair(scene, core, &drafts->at[i], &faces[i], &drafts->at[k], &faces[k]);
    drop_empty(drafts);
    free(faces);
    return done;
}
