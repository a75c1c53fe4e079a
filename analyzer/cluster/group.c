/* group: see group.h. */
#include "cluster/group.h"

#include <stdlib.h>

int compare_u32(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static int compare_grouped(const void *left, const void *right) {
    const struct grouped *a = left;
    const struct grouped *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->project < b->project ? -1 : a->project > b->project;
}

void grouped_sort(struct grouped *rows, size_t count) {
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_grouped);
}

static int compare_instants(const void *left, const void *right) {
    instant a = *(const instant *)left;
    instant b = *(const instant *)right;
    return a < b ? -1 : a > b;
}

/* Times of the group, and the day with most first uploads; of several, the earliest. */
static bool examine_times(const struct corpus *corpus, struct group group,
                          struct group_facts *facts) {
    instant *days = malloc((group.count + 1) * sizeof *days);
    if (days == NULL)
        return false;
    size_t known = 0;
    for (size_t i = 0; i < group.count; i++) {
        const struct project *project = &corpus->projects[group.projects[i]];
        instant first = project->first_uploaded_at;
        if (first == INSTANT_UNKNOWN)
            continue;
        if (facts->first_uploaded_at == INSTANT_UNKNOWN || first < facts->first_uploaded_at)
            facts->first_uploaded_at = first;
        if (project->last_uploaded_at > facts->last_uploaded_at)
            facts->last_uploaded_at = project->last_uploaded_at;
        days[known++] = instant_day(first);
    }
    if (known > 1)
        qsort(days, known, sizeof *days, compare_instants);
    for (size_t start = 0, end = 0; start < known; start = end) {
        while (end < known && days[end] == days[start])
            end++;
        if (end - start > facts->busiest_day_projects) {
            facts->busiest_day = days[start];
            facts->busiest_day_projects = (uint32_t)(end - start);
        }
    }
    free(days);
    return true;
}

static bool count_addresses(const struct corpus *corpus, struct group group, uint32_t domain,
                            uint32_t *addresses) {
    size_t all = 0;
    for (size_t i = 0; i < group.count; i++)
        all += corpus->projects[group.projects[i]].addresses.count;
    uint32_t *ids = malloc((all + 1) * sizeof *ids);
    if (ids == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < group.count; i++) {
        const struct id_list *list = &corpus->projects[group.projects[i]].addresses;
        for (uint32_t k = 0; k < list->count; k++)
            if (domain == STRING_NONE || corpus->address_domains[list->at[k]] == domain)
                ids[count++] = list->at[k];
    }
    if (count > 1)
        qsort(ids, count, sizeof *ids, compare_u32);
    *addresses = count > 0;
    for (size_t i = 1; i < count; i++)
        *addresses += ids[i] != ids[i - 1];
    free(ids);
    return true;
}

const struct id_list *project_domains(const struct project *project) {
    return &project->domains;
}

const struct id_list *project_owners(const struct project *project) {
    return &project->owners;
}

bool group_count_ids(const struct corpus *corpus, struct group group,
                     const struct id_list *(*list_of)(const struct project *project),
                     uint32_t *different) {
    size_t all = 0;
    for (size_t i = 0; i < group.count; i++)
        all += list_of(&corpus->projects[group.projects[i]])->count;
    uint32_t *ids = malloc((all + 1) * sizeof *ids);
    if (ids == NULL)
        return false;
    all = 0;
    for (size_t i = 0; i < group.count; i++) {
        const struct id_list *list = list_of(&corpus->projects[group.projects[i]]);
        for (uint32_t k = 0; k < list->count; k++)
            ids[all++] = list->at[k];
    }
    if (all > 1)
        qsort(ids, all, sizeof *ids, compare_u32);
    *different = all > 0;
    for (size_t i = 1; i < all; i++)
        *different += ids[i] != ids[i - 1];
    free(ids);
    return true;
}

bool group_examine(const struct corpus *corpus, struct group group, uint32_t domain,
                   struct group_facts *facts) {
    *facts = (struct group_facts){.first_uploaded_at = INSTANT_UNKNOWN,
                                  .last_uploaded_at = INSTANT_UNKNOWN,
                                  .busiest_day = INSTANT_UNKNOWN};
    return examine_times(corpus, group, facts) &&
           count_addresses(corpus, group, domain, &facts->addresses);
}
