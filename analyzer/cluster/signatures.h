/* signatures: empty projects by payload signature. */
#ifndef WINNOW_CLUSTER_SIGNATURES_H
#define WINNOW_CLUSTER_SIGNATURES_H

#include "cluster/group.h"

struct signature_group {
    struct signature signature;
    enum payload_kind kind; /* the fullest of its projects' */
    struct group group;
    uint32_t domains;
    struct group_facts facts;
};

struct signature_groups {
    struct signature_group *at; /* sorted by signature */
    size_t count;
    uint32_t *members;    /* what the groups point into */
    uint32_t *of_project; /* index of its group for each project; STRING_NONE for projects that are
                             not empty or have no signature */
};

/* False when memory is out. */
bool signatures_find(const struct corpus *corpus, unsigned threads,
                     struct signature_groups *groups);
void signatures_free(struct signature_groups *groups);

#endif
