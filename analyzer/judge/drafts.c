/* drafts: see drafts.h. */
#include "judge/drafts.h"

#include "judge/seeds.h"

#include <math.h>
#include <stdlib.h>

/*
 * Two drafts are one campaign when so much is common to both that less than half a draft is
 * expected to share it with one of them by chance...
 */
static const double CHANCE_PARTNERS_MAX = 0.5;
/* ...and this share of either stays when the union is held to account. */
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
    uint32_t traits[LEADING_MAX]; /* that half of its members have */
    size_t trait_count;
    instant from; /* its season */
    instant to;
    bool named; /* most members are named after commands */
};

/* All drafts on their way to fewer. */
struct merging {
    struct scene *scene;
    struct core *core;
    struct drafts *drafts;
    struct face *faces;
    struct grouped *leads; /* (trait, draft), sorted: who is led by a trait */
    size_t lead_count;
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
    face->named = core_named_share(core) >= LEADING_SHARE;
    return true;
}

static bool find_faces(struct merging *merging) {
    size_t count = merging->drafts->count;
    merging->faces = calloc(count + 1, sizeof *merging->faces);
    merging->leads = malloc((count * LEADING_MAX + 1) * sizeof *merging->leads);
    bool done = merging->faces != NULL && merging->leads != NULL;
    for (size_t i = 0; done && i < count; i++) {
        struct face *face = &merging->faces[i];
        done = find_face(merging->core, &merging->drafts->at[i], face);
        for (size_t k = 0; done && k < face->trait_count; k++)
            merging->leads[merging->lead_count++] = (struct grouped){face->traits[k], (uint32_t)i};
    }
    if (done)
        grouped_sort(merging->leads, merging->lead_count);
    return done;
}

/* Index of the first row of a trait among the leads. */
static size_t first_lead(const struct merging *merging, uint32_t trait) {
    size_t low = 0;
    size_t high = merging->lead_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (merging->leads[middle].key < trait)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Seasons no further apart than this are one. */
#define SEASON_GAP (5 * INSTANT_DAY)

static bool overlap(const struct face *a, const struct face *b) {
    return a->from != INSTANT_UNKNOWN && b->from != INSTANT_UNKNOWN &&
           a->from <= b->to + SEASON_GAP && b->from <= a->to + SEASON_GAP;
}

/* Bits of something that `having` of all drafts have, the two in question among them. */
static double draft_bits(const struct merging *merging, size_t having) {
    return log2((double)(merging->drafts->count + 1) / (double)(having > 2 ? having - 1 : 1));
}

static double season_bits(const struct merging *merging, const struct face *a,
                          const struct face *b) {
    size_t having = 0;
    if (!overlap(a, b))
        return 0;
    for (size_t i = 0; i < merging->drafts->count; i++)
        having += overlap(a, &merging->faces[i]) || overlap(b, &merging->faces[i]);
    return draft_bits(merging, having);
}

static double named_bits(const struct merging *merging, const struct face *a,
                         const struct face *b) {
    size_t having = 0;
    if (!a->named || !b->named)
        return 0;
    for (size_t i = 0; i < merging->drafts->count; i++)
        having += merging->faces[i].named;
    return draft_bits(merging, having);
}

static bool has_trait(const struct face *face, uint32_t trait) {
    for (size_t i = 0; i < face->trait_count; i++)
        if (face->traits[i] == trait)
            return true;
    return false;
}

/* A payload that is so rare elsewhere was not made twice by chance. */
static const double RARE_PAYLOAD_BITS = 8;

/*
 * What two drafts share, in bits, the core being their union: the rarest common trait of people,
 * and that of payload, metadata or words (which are one, as templates go), their season, their
 * being named after commands. A trait is as rare as it is among projects, and at most as it is
 * among drafts: what honest sets have in common joins none of them. Shapes of addresses are too
 * common. Without people, a season or a rare payload in common, names and metadata are nothing, and
 * who takes names of commands is not who does not: 0.
 */
static double bond_bits(const struct merging *merging, const struct face *a, const struct face *b) {
    if (a->named != b->named)
        return 0;
    double people = 0;
    double alike = 0;
    double payload = 0;
    for (size_t i = 0; i < a->trait_count; i++) {
        uint32_t trait = a->traits[i];
        enum trait_type type = trait_type(&merging->scene->traits->at[trait]);
        if (type == TRAIT_SHAPE || !has_trait(b, trait))
            continue;
        size_t first = first_lead(merging, trait);
        size_t end = first;
        while (end < merging->lead_count && merging->leads[end].key == trait)
            end++;
        double bits = fmin(core_trait_bits(merging->core, trait), draft_bits(merging, end - first));
        double *family = trait_family(type) == FAMILY_PEOPLE ? &people : &alike;
        *family = fmax(*family, bits);
        if (trait_family(type) == FAMILY_PAYLOAD)
            payload = fmax(payload, core_trait_bits(merging->core, trait));
    }
    double season = season_bits(merging, a, b);
    if (people == 0 && season == 0 && payload < RARE_PAYLOAD_BITS)
        return 0;
    return people + alike + season + named_bits(merging, a, b);
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

/* Makes the core the union of two drafts, which must not be taken, and says whether it holds. */
static bool try_union(const struct merging *merging, size_t a, size_t b, bool *holds) {
    const struct draft *first = &merging->drafts->at[a];
    const struct draft *second = &merging->drafts->at[b];
    struct core *core = merging->core;
    struct draft both = {.members = NULL};
    *holds = false;
    bool done = join_members(first, second, &both) && core_load(core, both.members, both.count);
    double bits = done ? bond_bits(merging, &merging->faces[a], &merging->faces[b]) : 0;
    double others = (double)(merging->drafts->count - 2);
    if (bits > 0 && others * exp2(-bits) <= CHANCE_PARTNERS_MAX) {
        done = core_grow(core, both.members, both.count);
        *holds = done && (double)count_kept(core, first) >= KEPT_SHARE * (double)first->count &&
                 (double)count_kept(core, second) >= KEPT_SHARE * (double)second->count;
    }
    free(both.members);
    return done;
}

/* Puts draft `b` into `a` if they are one; an empty draft is a former one. */
static bool merge_pair(const struct merging *merging, size_t a, size_t b, bool *merged) {
    struct draft *first = &merging->drafts->at[a];
    struct draft *second = &merging->drafts->at[b];
    struct draft both = {.members = NULL};
    mark_taken(merging->scene, first, false);
    mark_taken(merging->scene, second, false);
    bool done = try_union(merging, a, b, merged);
    if (done && *merged) {
        done = copy_members(merging->core, &both);
        free(first->members);
        free(second->members);
        *first = both;
        *second = (struct draft){.members = NULL};
    }
    mark_taken(merging->scene, first, true);
    mark_taken(merging->scene, second, true);
    return done && (!*merged || find_face(merging->core, first, &merging->faces[a]));
}

/* Drafts that share a trait with more others than this share nothing remarkable. */
enum { PARTNERS_MAX = 32 };

/* Looks for partners of one draft among later ones that share a leading trait. */
static bool merge_partners(const struct merging *merging, size_t a, bool *merged) {
    const struct face *face = &merging->faces[a];
    bool done = true;
    *merged = false;
    for (size_t i = 0; done && !*merged && i < face->trait_count; i++) {
        uint32_t trait = face->traits[i];
        size_t first = first_lead(merging, trait);
        for (size_t k = first; done && !*merged && k < merging->lead_count &&
                               k - first < PARTNERS_MAX && merging->leads[k].key == trait;
             k++) {
            size_t b = merging->leads[k].project;
            if (b > a && merging->drafts->at[b].count > 0)
                done = merge_pair(merging, a, b, merged);
        }
    }
    return done;
}

static void drop_empty(struct drafts *drafts) {
    size_t kept = 0;
    for (size_t i = 0; i < drafts->count; i++)
        if (drafts->at[i].count > 0)
            drafts->at[kept++] = drafts->at[i];
    drafts->count = kept;
}

bool drafts_merge(struct scene *scene, struct core *core, struct drafts *drafts) {
    struct merging merging = {.scene = scene, .core = core, .drafts = drafts};
    bool done = find_faces(&merging);
    for (size_t i = 0; done && i < drafts->count; i++) {
        bool merged = drafts->at[i].count > 0;
        while (done && merged)
            done = merge_partners(&merging, i, &merged);
    }
    drop_empty(drafts);
    free(merging.faces);
    free(merging.leads);
    return done;
}
