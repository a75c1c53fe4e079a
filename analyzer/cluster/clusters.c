/*
 * clusters: see clusters.h. Every (domain, signature) that an empty project has
 * becomes one 64-bit key: the domain's rank + 1 (0 for no address) above the
 * signature's rank. Sorted, equal keys are neighbours.
 */
#include "cluster/clusters.h"

#include <stdlib.h>

static bool set_id(struct cluster *cluster, struct span domain, const struct signature *signature) {
    struct buffer text = BUFFER_EMPTY;
    buffer_add(&text, domain);
    buffer_add_byte(&text, 0);
    hex_add(&text, span_of(signature->at, SIGNATURE_BYTES));
    struct signature digest = signature_of(buffer_span(&text));
    static const char digits[] = "0123456789abcdef";
    cluster->id[0] = 'c';
    for (size_t i = 0; i < CLUSTER_ID_DIGITS; i++)
        cluster->id[i + 1] = digits[i % 2 == 0 ? digest.at[i / 2] >> 4 : digest.at[i / 2] & 15];
    cluster->id[CLUSTER_ID_DIGITS + 1] = '\0';
    bool done = !text.failed;
    buffer_free(&text);
    return done;
}

/* All (key, project) of empty projects; NULL when memory is out. */
static struct grouped *collect_pairs(const struct corpus *corpus,
                                     const struct signature_groups *signatures,
                                     const uint32_t *rank, size_t *count) {
    size_t all = 0;
    for (size_t i = 0; i < corpus->count; i++)
        all += corpus->projects[i].domains.count + 1;
    struct grouped *pairs = malloc((all + 1) * sizeof *pairs);
    *count = 0;
    if (pairs == NULL)
        return NULL;
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct project *project = &corpus->projects[i];
        uint64_t signature = signatures->of_project[i];
        if (signature == STRING_NONE)
            continue;
        if (project->addresses.count == 0)
            pairs[(*count)++] = (struct grouped){signature, i};
        for (uint32_t k = 0; k < project->domains.count; k++)
            pairs[(*count)++] =
                (struct grouped){((uint64_t)rank[project->domains.at[k]] + 1) << 32 | signature, i};
    }
    grouped_sort(pairs, *count);
    return pairs;
}

static bool add_cluster(const struct corpus *corpus, const struct signature_groups *signatures,
                        const struct domain_groups *domains, uint64_t key, struct group group,
                        struct clusters *clusters) {
    struct cluster *made = &clusters->at[clusters->count++];
    *made = (struct cluster){.domain = STRING_NONE, .signature = (uint32_t)key, .group = group};
    if (key >> 32 != 0)
        made->domain = domains->at[(key >> 32) - 1].domain;
    struct span domain =
        made->domain == STRING_NONE ? SPAN_EMPTY : corpus->domains.at[made->domain];
    if (!set_id(made, domain, &signatures->at[made->signature].signature))
        return false;
    for (size_t i = 0; i < group.count; i++) {
        uint32_t project = group.projects[i];
        if (corpus->projects[project].kind > made->kind)
            made->kind = corpus->projects[project].kind;
        clusters->project_count += !clusters->has_project[project];
        clusters->has_project[project] = true;
    }
    return group_examine(corpus, group, made->domain, &made->facts);
}

bool clusters_find(const struct corpus *corpus, const struct signature_groups *signatures,
                   const struct domain_groups *domains, struct clusters *clusters) {
    *clusters = (struct clusters){.at = NULL};
    uint32_t *rank = malloc((domains->count + 1) * sizeof *rank);
    struct grouped *pairs = NULL;
    size_t count = 0;
    bool done = rank != NULL;
    for (size_t i = 0; done && i < domains->count; i++)
        rank[domains->at[i].domain] = (uint32_t)i;
    if (done)
        pairs = collect_pairs(corpus, signatures, rank, &count);
    clusters->members = calloc(count + 1, sizeof *clusters->members);
    clusters->at = malloc((count / CLUSTER_PROJECTS_MIN + 1) * sizeof *clusters->at);
    clusters->has_project = calloc(corpus->count + 1, sizeof *clusters->has_project);
    done = pairs != NULL && clusters->members != NULL && clusters->at != NULL &&
           clusters->has_project != NULL;
    for (size_t start = 0, end = 0; done && start < count; start = end) {
        end = grouped_end(pairs, count, start);
        for (size_t i = start; i < end; i++)
            clusters->members[i] = pairs[i].project;
        if (end - start >= CLUSTER_PROJECTS_MIN)
            done = add_cluster(corpus, signatures, domains, pairs[start].key,
                               (struct group){clusters->members + start, end - start}, clusters);
    }
    free(pairs);
    free(rank);
    return done;
}

void clusters_free(struct clusters *clusters) {
    free(clusters->at);
    free(clusters->members);
    free(clusters->has_project);
    *clusters = (struct clusters){.at = NULL};
}

static int compare_ids(const void *left, const void *right, void *context) {
    const struct cluster *at = context;
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    int order = strcmp(at[a].id, at[b].id);
    return order != 0 ? order : a < b ? -1 : a > b;
}

uint32_t *clusters_by_id(const struct clusters *clusters) {
    uint32_t *order = malloc((clusters->count + 1) * sizeof *order);
    for (uint32_t i = 0; order != NULL && i < clusters->count; i++)
        order[i] = i;
    if (order != NULL && clusters->count > 1)
        qsort_r(order, clusters->count, sizeof *order, compare_ids, clusters->at);
    return order;
}
