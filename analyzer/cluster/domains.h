/* domains: how much more often than the rest of the mirror a domain's projects are empty. */
#ifndef WINNOW_CLUSTER_DOMAINS_H
#define WINNOW_CLUSTER_DOMAINS_H

#include "cluster/signatures.h"

struct domain_group {
    uint32_t domain; /* number in corpus->domains */
    enum domain_type type;
    struct group group;
    uint32_t empty_projects;
    double empty_share;
    double lift;
    double log_q;
    uint32_t signatures;
    struct signature top_signature; /* zero when no empty project has one */
    uint32_t top_signature_projects;
    struct group_facts facts;
};

struct domain_groups {
    struct domain_group *at; /* sorted by domain */
    size_t count;
    uint32_t *members;       /* what the groups point into */
    uint64_t empty_projects; /* of the whole corpus */
    double base_share;       /* empty projects / projects, of the whole corpus */
};

/* False when memory is out. */
bool domains_find(const struct corpus *corpus, const struct signature_groups *signatures,
                  unsigned threads, struct domain_groups *groups);
void domains_free(struct domain_groups *groups);

#endif
