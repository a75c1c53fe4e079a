/* domains: see domains.h. */
#include "cluster/domains.h"

#include "base/stop.h"
#include "cluster/stats.h"

#include <stdlib.h>

/* rank[domain number] = place among the domains sorted by text; order is the inverse. */
static bool rank_domains(const struct corpus *corpus, uint32_t **order, uint32_t **rank) {
    uint32_t count = corpus->domains.count;
    *order = malloc(((size_t)count + 1) * sizeof **order);
    *rank = malloc(((size_t)count + 1) * sizeof **rank);
    if (*order == NULL || *rank == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        (*order)[i] = i;
    strings_sort_unique(&corpus->domains, *order, count);
    for (uint32_t i = 0; i < count; i++)
        (*rank)[(*order)[i]] = i;
    return true;
}

/* One group per domain: a counting sort of (domain, project), which keeps projects in order. */
static bool make_groups(const struct corpus *corpus, const uint32_t *order, const uint32_t *rank,
                        struct domain_groups *groups) {
    size_t count = corpus->domains.count;
    size_t pairs = 0;
    for (size_t i = 0; i < corpus->count; i++)
        pairs += corpus->projects[i].domains.count;
    groups->at = calloc(count + 1, sizeof *groups->at);
    groups->members = malloc((pairs + 1) * sizeof *groups->members);
    size_t *starts = calloc(count + 1, sizeof *starts);
    if (groups->at == NULL || groups->members == NULL || starts == NULL) {
        free(starts);
        return false;
    }
    for (size_t i = 0; i < corpus->count; i++)
        for (uint32_t k = 0; k < corpus->projects[i].domains.count; k++)
            starts[rank[corpus->projects[i].domains.at[k]] + 1]++;
    for (size_t i = 0; i < count; i++) {
        groups->at[i].domain = order[i];
        groups->at[i].group = (struct group){groups->members + starts[i], starts[i + 1]};
        starts[i + 1] += starts[i];
    }
    for (uint32_t i = 0; i < corpus->count; i++)
        for (uint32_t k = 0; k < corpus->projects[i].domains.count; k++)
            groups->members[starts[rank[corpus->projects[i].domains.at[k]]]++] = i;
    groups->count = count;
    free(starts);
    return true;
}

/* Different signatures among the empty projects, and the commonest; of several, the smallest. */
static bool examine_signatures(const struct signature_groups *signatures,
                               struct domain_group *row) {
    uint32_t *ids = malloc((row->group.count + 1) * sizeof *ids);
    if (ids == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < row->group.count; i++)
        if (signatures->of_project[row->group.projects[i]] != STRING_NONE)
            ids[count++] = signatures->of_project[row->group.projects[i]];
    if (count > 1)
        qsort(ids, count, sizeof *ids,
              compare_u32); /* groups are sorted: number order is hex order */
    for (size_t start = 0, end = 0; start < count; start = end) {
        while (end < count && ids[end] == ids[start])
            end++;
        row->signatures++;
        if (end - start > row->top_signature_projects) {
            row->top_signature_projects = (uint32_t)(end - start);
            row->top_signature = signatures->at[ids[start]].signature;
        }
    }
    free(ids);
    return true;
}

static bool examine_domain(const struct corpus *corpus, const struct signature_groups *signatures,
                           double base_share, struct domain_group *row, double *log_p) {
    for (size_t i = 0; i < row->group.count; i++)
        row->empty_projects += project_is_empty(&corpus->projects[row->group.projects[i]]);
    row->type = domain_type_of(corpus->rules, corpus->domains.at[row->domain]);
    row->empty_share = (double)row->empty_projects / (double)row->group.count;
    row->lift =
        base_share > 0 ? wilson_lower(row->empty_projects, row->group.count) / base_share : 0;
    *log_p = binomial_tail_log(row->empty_projects, row->group.count, base_share);
    return examine_signatures(signatures, row) &&
           group_examine(corpus, row->group, row->domain, &row->facts);
}

bool domains_find(const struct corpus *corpus, const struct signature_groups *signatures,
                  unsigned threads, struct domain_groups *groups) {
    *groups = (struct domain_groups){.at = NULL};
    uint32_t *order = NULL;
    uint32_t *rank = NULL;
    bool done = rank_domains(corpus, &order, &rank) && make_groups(corpus, order, rank, groups);
    free(order);
    free(rank);
    double *log_q = malloc((groups->count + 1) * sizeof *log_q);
    if (!done || log_q == NULL) {
        free(log_q);
        return false;
    }
    for (size_t i = 0; i < corpus->count; i++)
        groups->empty_projects += project_is_empty(&corpus->projects[i]);
    if (corpus->count > 0)
        groups->base_share = (double)groups->empty_projects / (double)corpus->count;
    /* Each row depends on the corpus only: any order gives the same rows. */
    (void)threads; /* a build without OpenMP */
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads) reduction(&& : done)
    for (size_t i = 0; i < groups->count; i++)
        done = !stop_wanted() &&
               examine_domain(corpus, signatures, groups->base_share, &groups->at[i], &log_q[i]) &&
               done;
    done = done && false_discovery_log(log_q, groups->count);
    for (size_t i = 0; i < groups->count; i++)
        groups->at[i].log_q = log_q[i];
    free(log_q);
    return done;
}

void domains_free(struct domain_groups *groups) {
    free(groups->at);
    free(groups->members);
    *groups = (struct domain_groups){.at = NULL};
}
