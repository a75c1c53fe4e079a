/* name_search: what collisions.c and watchlist.c share. Private to them. */
#ifndef WINNOW_CLUSTER_NAME_SEARCH_H
#define WINNOW_CLUSTER_NAME_SEARCH_H

#include "cluster/collisions.h"
#include "cluster/kin.h"

struct name_search {
    const struct corpus *corpus;
    const struct word_list *generic_names;
    struct name_index commands;
    struct name_index modules;
    struct kin kin;
};

/*
 * Whether the name of number `key` in the index of `relation` belongs to nobody in particular:
 * listed, or shipped by GENERIC_PROJECTS_MIN unrelated projects besides `except`. Projects that
 * ship one command from one module are forks, hence related. False when memory is out.
 */
bool name_is_generic(const struct name_search *search, enum relation relation, uint32_t key,
                     uint32_t except, bool *generic);

/* Fills the watches of `collisions`. False when memory is out. */
bool watchlist_find(const struct name_search *search, unsigned threads,
                    struct collisions *collisions);

#endif
