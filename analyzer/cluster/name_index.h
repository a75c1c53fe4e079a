/*
 * name_index: who ships which command or importable module, by normalised name (PEP 503). Built
 * once, in two passes over the corpus; read by many threads.
 */
#ifndef WINNOW_CLUSTER_NAME_INDEX_H
#define WINNOW_CLUSTER_NAME_INDEX_H

#include "cluster/corpus.h"

struct shipper {
    uint32_t project;
    uint32_t name;   /* as it writes it: number in the corpus; of several spellings the first */
    instant seen_at; /* of a command: earliest upload that declares it; of a module: first upload */
};

struct shippers {
    const struct shipper *at; /* by project, each once */
    size_t count;
};

struct name_index {
    struct arena *arena;
    struct strings keys; /* normalised names */
    size_t *starts;      /* of keys.at[i] in `all` */
    uint32_t *counts;
    struct shipper *all;
};

/* False when memory is out; free it all the same. */
bool name_index_commands(const struct corpus *corpus, struct name_index *index);
bool name_index_modules(const struct corpus *corpus, struct name_index *index);
void name_index_free(struct name_index *index);

static inline struct shippers name_index_at(const struct name_index *index, uint32_t key) {
    return (struct shippers){index->all + index->starts[key], index->counts[key]};
}

#endif
