/*
 * near: signatures whose shingle sets overlap, so that copies of one template with edits come
 * together. MinHash over stored shingles and LSH find candidates (A. Broder, 1997); the Jaccard
 * similarity of the stored shingles decides. Groups have a leader that each member resembles: no
 * chains.
 */
#ifndef WINNOW_CLUSTER_NEAR_H
#define WINNOW_CLUSTER_NEAR_H

#include "cluster/corpus.h"

enum near_what { NEAR_PAYLOAD, NEAR_METADATA };

struct near_groups {
    uint32_t *of_project; /* number of its group; STRING_NONE: no shingles, or alone */
    uint32_t count;       /* of groups */
};

/* By (project's signature, signature's shingles in the corpus). The same groups with the same
 * numbers for any `threads`. False when memory is out. */
bool near_find(const struct corpus *corpus, enum near_what what, unsigned threads,
               struct near_groups *groups);
void near_free(struct near_groups *groups);

#endif
