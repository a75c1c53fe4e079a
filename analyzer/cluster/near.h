/*
 * near: signatures whose shingle sets overlap, so that copies of one template with edits come
 * together.
 *
 * Projects whose sketches are the same set make one item. MinHash values of the sketches, cut into
 * bands, find candidates (locality-sensitive hashing: P. Indyk and R. Motwani, 1998; A. Broder,
 * 1997); the Jaccard similarity of the stored shingles decides (sketches.h). Items come in the
 * order of how many projects they have: each joins the leader that it resembles most, or becomes a
 * leader. So there are no chains: every member resembles its leader.
 */
#ifndef WINNOW_CLUSTER_NEAR_H
#define WINNOW_CLUSTER_NEAR_H

#include "cluster/corpus.h"

/*
 * Least similarity of a member and its leader. Of small templates 98% of the copies with one edit
 * keep it and 93% of those with three; of pairs of different small programs 73 in 100,000 have it,
 * most of them of one template, too (how this was measured: payload/sketch.h). For metadata: of
 * 11,000 pairs of 150 well-known projects none has it, nor have those of which little is known and
 * the summary differs (at most 0.4); of copies with three words or fields changed more than 95%
 * have it, when there is a description of some 20 words. At 0.5 accidents begin: a license and a
 * set of fields in common, and four words different.
 */
#define NEAR_SIMILARITY 0.55

/*
 * Payloads with fewer shingles have no group. A function that prints one text has 10, whoever
 * writes it: among such programs likeness is no sign of a common hand, equality (the signature) is.
 * On labelled mirrors of 4,000 honest projects and 1,600 of campaigns that keeps students' first
 * steps out of campaigns, and costs 0.5% of these.
 */
enum { NEAR_PAYLOAD_SHINGLES_MIN = 12 };

struct near_groups {
    uint32_t *of_project; /* number of its group; STRING_NONE: too few shingles, or alone */
    uint32_t count;       /* of groups; each has two projects at least */
};

/* By the projects' signatures of this kind and their sketches in the corpus. The same groups with
 * the same numbers for any `threads`. False when memory is out. */
bool near_find(const struct corpus *corpus, enum sketch_kind kind, unsigned threads,
               struct near_groups *groups);
void near_free(struct near_groups *groups);

#endif
