/* group: what domains, signatures and clusters say alike of a set of projects. */
#ifndef WINNOW_CLUSTER_GROUP_H
#define WINNOW_CLUSTER_GROUP_H

#include "cluster/corpus.h"

/* Projects given as examples. */
enum { EXAMPLES_MAX = 5 };

/* Indexes of corpus->projects, ascending, which is by name. */
struct group {
    const uint32_t *projects;
    size_t count;
};

struct group_facts {
    uint32_t addresses; /* different ones */
    instant first_uploaded_at;
    instant last_uploaded_at;
    instant busiest_day;
    uint32_t busiest_day_projects;
};

/*
 * With `domain` only the addresses at that domain count; STRING_NONE counts all. Reads the corpus
 * only: safe on many threads. False when memory is out.
 */
bool group_examine(const struct corpus *corpus, struct group group, uint32_t domain,
                   struct group_facts *facts);

/* How many different numbers the lists of a group's projects hold. False when memory is out. */
bool group_count_ids(const struct corpus *corpus, struct group group,
                     const struct id_list *(*list_of)(const struct project *project),
                     uint32_t *different);
const struct id_list *project_domains(const struct project *project);
const struct id_list *project_owners(const struct project *project);

/* A row of a pair of small numbers and a project; how groups are made: sort, then cut where the
 * keys change. */
struct grouped {
    uint64_t key;
    uint32_t project;
};
void grouped_sort(struct grouped *rows, size_t count);
int compare_u32(const void *left, const void *right);

/* Index after the last row with the key of rows[start]. */
static inline size_t grouped_end(const struct grouped *rows, size_t count, size_t start) {
    size_t end = start + 1;
    while (end < count && rows[end].key == rows[start].key)
        end++;
    return end;
}

#endif
