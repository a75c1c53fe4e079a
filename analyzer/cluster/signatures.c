/* signatures: see signatures.h. */
#include "cluster/signatures.h"

#include "base/stop.h"

#include <stdlib.h>

static int compare_members(const void *left, const void *right, void *context) {
    const struct corpus *corpus = context;
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    int order = signature_compare(&corpus->projects[a].signature, &corpus->projects[b].signature);
    return order != 0 ? order : a < b ? -1 : a > b;
}

/* The projects that count, sorted by signature, then by name. */
static size_t collect_members(const struct corpus *corpus, struct signature_groups *groups) {
    size_t count = 0;
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct project *project = &corpus->projects[i];
        groups->of_project[i] = STRING_NONE;
        if (project_is_empty(project) && !signature_is_zero(&project->signature))
            groups->members[count++] = i;
    }
    if (count > 1)
        qsort_r(groups->members, count, sizeof *groups->members, compare_members,
                (void *)(uintptr_t)corpus);
    return count;
}

static void cut_groups(const struct corpus *corpus, struct signature_groups *groups,
                       size_t member_count) {
    for (size_t start = 0, end = 0; start < member_count; start = end) {
        const struct signature *signature = &corpus->projects[groups->members[start]].signature;
        struct signature_group *made = &groups->at[groups->count];
        *made = (struct signature_group){.signature = *signature};
        for (; end < member_count; end++) {
            const struct project *project = &corpus->projects[groups->members[end]];
            if (signature_compare(signature, &project->signature) != 0)
                break;
            if (project->kind > made->kind)
                made->kind = project->kind;
            groups->of_project[groups->members[end]] = (uint32_t)groups->count;
        }
        made->group = (struct group){groups->members + start, end - start};
        groups->count++;
    }
}

bool signatures_find(const struct corpus *corpus, unsigned threads,
                     struct signature_groups *groups) {
    *groups = (struct signature_groups){.at = NULL};
    groups->members = malloc((corpus->count + 1) * sizeof *groups->members);
    groups->of_project = malloc((corpus->count + 1) * sizeof *groups->of_project);
    if (groups->members == NULL || groups->of_project == NULL)
        return false;
    size_t member_count = collect_members(corpus, groups);
    groups->at = calloc(member_count + 1, sizeof *groups->at);
    if (groups->at == NULL)
        return false;
    cut_groups(corpus, groups, member_count);
    bool done = true;
    /* Groups do not touch each other: any order gives the same rows. */
    (void)threads; /* a build without OpenMP */
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads) reduction(&& : done)
    for (size_t i = 0; i < groups->count; i++) {
        struct signature_group *row = &groups->at[i];
        done = !stop_wanted() && group_examine(corpus, row->group, STRING_NONE, &row->facts) &&
               group_count_ids(corpus, row->group, project_domains, &row->domains) && done;
    }
    return done;
}

void signatures_free(struct signature_groups *groups) {
    free(groups->at);
    free(groups->members);
    free(groups->of_project);
    *groups = (struct signature_groups){.at = NULL};
}
