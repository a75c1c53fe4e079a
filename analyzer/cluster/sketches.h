/* sketches: what is known of how much the projects' payloads, or metadata, resemble each other: a
 * sketch for each different signature. */
#ifndef WINNOW_CLUSTER_SKETCHES_H
#define WINNOW_CLUSTER_SKETCHES_H

#include "artifact.h"

struct sketched {
    struct signature signature;
    struct sketch sketch; /* empty when there is nothing to compare */
};

struct sketches {
    struct sketched *at; /* sorted by signature, no repeats */
    size_t count;
};

/* Lists signatures (sorted here; repeats are dropped), all without a sketch yet. False when memory
 * is out. */
bool sketches_list(struct sketches *sketches, struct arena *arena, struct signature *signatures,
                   size_t count);

/* Copies the first sketch of a signature that is listed. False when memory is out. */
bool sketches_add(struct sketches *sketches, struct arena *arena, const struct signature *signature,
                  const struct sketch *sketch);

/* Index of a signature; `count` when it is not listed. */
size_t sketches_find(const struct sketches *sketches, const struct signature *signature);

/*
 * How much two bodies resemble each other, 0 to 1: the Jaccard similarity of their shingles. Exact
 * when both sketches hold all shingles. Otherwise estimated from those below the bound up to which
 * both are complete, a random sample of the union of at least sketch_values_max() shingles (A.
 * Broder, 1997; E. Cohen and H. Kaplan, 2007): standard error at most 0.044 for payloads. Returns 0
 * as soon as it is certain that `floor` is not reached.
 */
double sketch_similarity(const struct sketch *a, const struct sketch *b, enum sketch_kind kind,
                         double floor);

#endif
