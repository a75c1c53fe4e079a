/* clusters: empty projects that share a domain and a payload signature. */
#ifndef WINNOW_CLUSTER_CLUSTERS_H
#define WINNOW_CLUSTER_CLUSTERS_H

#include "cluster/domains.h"

/* Fewer projects than this are no cluster. */
enum { CLUSTER_PROJECTS_MIN = 3 };

/* Hex digits of a cluster's id after the "c": 48 bits, 1 chance in 100,000 that any two of 50,000
 * agree. */
enum { CLUSTER_ID_DIGITS = 12 };

struct cluster {
    char id[CLUSTER_ID_DIGITS + 2];
    uint32_t domain;    /* number in corpus->domains; STRING_NONE: projects without any address */
    uint32_t signature; /* index of signature_groups */
    enum payload_kind kind; /* the fullest of its projects' */
    struct group group;
    struct group_facts facts;
};

struct clusters {
    struct cluster *at; /* sorted by (domain, signature), no domain first */
    size_t count;
    uint32_t *members;    /* what the groups point into */
    bool *has_project;    /* whether a project is in a cluster, by index */
    size_t project_count; /* projects in at least one */
};

/* `domains` gives the order. False when memory is out. */
bool clusters_find(const struct corpus *corpus, const struct signature_groups *signatures,
                   const struct domain_groups *domains, struct clusters *clusters);
void clusters_free(struct clusters *clusters);

/* Indexes of clusters, sorted by id, in memory of the caller; NULL when memory is out. */
uint32_t *clusters_by_id(const struct clusters *clusters);

#endif
