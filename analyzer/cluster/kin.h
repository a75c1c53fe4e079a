/*
 * kin: which projects belong together, by what they say of their people: an address, a domain of
 * their own (no mail provider's), an owner account. Forks tell on themselves by a shared module,
 * too.
 */
#ifndef WINNOW_CLUSTER_KIN_H
#define WINNOW_CLUSTER_KIN_H

#include "cluster/name_index.h"

struct kin {
    const struct corpus *corpus; /* borrowed */
    bool *own_domain;            /* of corpus->domains: no provider's */
    bool *common_module;         /* of corpus->modules: a generic name, which tells nothing */
};

/* `generic_names` is read here only. False when memory is out; free it all the same. */
bool kin_begin(const struct corpus *corpus, const struct word_list *generic_names, struct kin *kin);
void kin_free(struct kin *kin);

bool kin_share_domain(const struct kin *kin, const struct project *a, const struct project *b);

/*
 * Into how many groups the shippers fall when kin are one group, `except` (a project or
 * STRING_NONE) left out. `by_module`: a shared module makes kin, too. False when memory is out.
 */
bool kin_count_groups(const struct kin *kin, struct shippers shippers, uint32_t except,
                      bool by_module, size_t *groups);

#endif
