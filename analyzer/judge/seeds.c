/* seeds: see seeds.h. */
#include "judge/seeds.h"

#include "cluster/stats.h"

#include <stdlib.h>

/* Chance would have to be this wrong, in logarithm and in ratio. */
static const double LOG_P_MAX = -13.8;
static const double RATIO_MIN = 5;
/* People of one project that are paired with its templates. */
enum { PEOPLE_MAX = 16 };

static bool reserve_members(struct seeds *seeds, size_t more) {
    if (more <= seeds->member_capacity - seeds->member_count)
        return true;
    size_t wider = (seeds->member_count + more) * 2;
    uint32_t *members = realloc(seeds->members, wider * sizeof *members);
    if (members == NULL)
        return false;
    seeds->members = members;
    seeds->member_capacity = wider;
    return true;
}

/* Keeps the members appended since `first` as a seed. */
static bool keep(struct seeds *seeds, size_t first, double log_p) {
    if (seeds->count == seeds->capacity) {
        size_t wider = seeds->capacity ? seeds->capacity * 2 : 256;
        struct seed *at = realloc(seeds->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        seeds->at = at;
        seeds->capacity = wider;
    }
    seeds->at[seeds->count++] =
        (struct seed){log_p, first, (uint32_t)(seeds->member_count - first)};
    return true;
}

/* Log-probability that `both` projects share two traits of `a` and `b` projects by chance; 0 when
 * that is not remarkable. */
static double weigh_pair(const struct scene *scene, size_t both, size_t a, size_t b) {
    double expected = (double)a * (double)b / (double)scene->corpus->count;
    if (both < CAMPAIGN_PROJECTS_MIN || (double)both < RATIO_MIN * expected)
        return 0;
    return poisson_tail_log(both, expected);
}

/* --- template, and people or names
 * -------------------------------------------------------------------- */

static bool is_worth(const struct scene *scene, uint32_t trait) {
    return scene->traits->at[trait].group.count >= CAMPAIGN_PROJECTS_MIN;
}

/* Where the traits of a family, or of a later one, begin among those of a project, which are sorted
 * by type. */
static uint32_t find_family(const struct traits *traits, uint32_t start, uint32_t end,
                            enum trait_family family) {
    while (start < end && trait_family(trait_type(&traits->at[traits->of_project[start]])) < family)
        start++;
    return start;
}

/* Every (template, people) of a project into `pairs` when there is one, else only counts.
 */
static size_t pair_project(const struct scene *scene, uint32_t project, struct grouped *pairs) {
    const struct traits *traits = scene->traits;
    uint32_t start = traits->starts[project];
    uint32_t end = traits->starts[project + 1];
    uint32_t people = find_family(traits, start, end, FAMILY_PEOPLE);
    size_t count = 0;
    end = find_family(traits, people, end, FAMILY_NAMES);
    if (end - people > PEOPLE_MAX)
        end = people + PEOPLE_MAX;
    for (uint32_t a = start; a < people; a++)
        for (uint32_t b = people; b < end; b++) {
            uint32_t template = traits->of_project[a];
            uint32_t person = traits->of_project[b];
            if (!is_worth(scene, template) || !is_worth(scene, person))
                continue;
            if (pairs != NULL)
                pairs[count] = (struct grouped){(uint64_t) template << 32 | person, project};
            count++;
        }
    return count;
}

static bool take_pairs(const struct scene *scene, const struct grouped *pairs, size_t count,
                       struct seeds *seeds) {
    const struct trait *traits = scene->traits->at;
    for (size_t start = 0, end = 0; start < count; start = end) {
        end = grouped_end(pairs, count, start);
        double log_p = weigh_pair(scene, end - start, traits[pairs[start].key >> 32].group.count,
                                  traits[(uint32_t)pairs[start].key].group.count);
        if (log_p > LOG_P_MAX)
            continue;
        size_t first = seeds->member_count;
        if (!reserve_members(seeds, end - start))
            return false;
        for (size_t i = start; i < end; i++)
            seeds->members[seeds->member_count++] = pairs[i].project;
        if (!keep(seeds, first, log_p))
            return false;
    }
    return true;
}

static bool find_pairs(const struct scene *scene, struct seeds *seeds) {
    size_t count = 0;
    for (uint32_t i = 0; i < scene->corpus->count; i++)
        count += pair_project(scene, i, NULL);
    struct grouped *pairs = malloc((count + 1) * sizeof *pairs);
    if (pairs == NULL)
        return false;
    count = 0;
    for (uint32_t i = 0; i < scene->corpus->count; i++)
        count += pair_project(scene, i, pairs + count);
    grouped_sort(pairs, count);
    bool done = take_pairs(scene, pairs, count, seeds);
    free(pairs);
    return done;
}

/* --- one trait, and time or names ----------------------------------------------------------- */

static bool take_named(const struct scene *scene, const struct group *group, struct seeds *seeds) {
    size_t first = seeds->member_count;
    if (!reserve_members(seeds, group->count))
        return false;
    for (size_t i = 0; i < group->count; i++)
        if (scene->named[group->projects[i]])
            seeds->members[seeds->member_count++] = group->projects[i];
    double log_p = weigh_pair(scene, seeds->member_count - first, group->count, scene->named_count);
    if (log_p <= LOG_P_MAX)
        return keep(seeds, first, log_p);
    seeds->member_count = first;
    return true;
}

static bool take_burst(const struct scene *scene, const struct group *group,
                       const struct burst *burst, struct seeds *seeds) {
    size_t first = seeds->member_count;
    if (burst->projects == 0)
        return true;
    if (!reserve_members(seeds, group->count))
        return false;
    for (size_t i = 0; i < group->count; i++) {
        instant when = scene->corpus->projects[group->projects[i]].first_uploaded_at;
        if (when != INSTANT_UNKNOWN && when >= burst->start && when <= burst->start + burst->span)
            seeds->members[seeds->member_count++] = group->projects[i];
    }
    return keep(seeds, first, burst->log_p);
}

static bool find_single(const struct scene *scene, struct seeds *seeds) {
    instant *times = malloc((scene->corpus->count + 1) * sizeof *times);
    bool done = times != NULL;
    for (uint32_t i = 0; done && i < scene->traits->count; i++) {
        const struct group *group = &scene->traits->at[i].group;
        if (!is_worth(scene, i))
            continue;
        size_t known = group_times(scene->corpus, *group, times);
        struct burst burst = burst_find(scene->timeline, times, known);
        done = take_burst(scene, group, &burst, seeds) && take_named(scene, group, seeds);
    }
    free(times);
    return done;
}

/* --- order ---------------------------------------------------------------------------------- */

static int compare_seeds(const void *left, const void *right) {
    const struct seed *a = left;
    const struct seed *b = right;
    if (a->log_p != b->log_p)
        return a->log_p < b->log_p ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

bool seeds_find(const struct scene *scene, struct seeds *seeds) {
    *seeds = (struct seeds){.at = NULL};
    if (!find_pairs(scene, seeds) || !find_single(scene, seeds))
        return false;
    if (seeds->count > 1)
        qsort(seeds->at, seeds->count, sizeof *seeds->at, compare_seeds);
    return true;
}

void seeds_free(struct seeds *seeds) {
    free(seeds->at);
    free(seeds->members);
    *seeds = (struct seeds){.at = NULL};
}
