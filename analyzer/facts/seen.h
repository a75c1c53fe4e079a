/*
 * seen: the set of what is already stored, as 64-bit keys of (path, size, mtime), in memory
 * shared by the keeper and its examiners. The keeper fills it, examiners ask it and leave a
 * mark on what they met again; after a complete walk the keys without a mark have vanished.
 *
 * One process adds keys; any number of processes and threads may ask and mark at
 * the same time, also while keys are added.
 */
#ifndef WINNOW_FACTS_SEEN_H
#define WINNOW_FACTS_SEEN_H

#include "base/span.h"

struct seen;

/* Room for `capacity_keys` keys (about 13 bytes each, touched only when used). NULL when memory is
 * out. */
struct seen *seen_new(size_t capacity_keys);
void seen_free(struct seen *seen);

/* True when the key is in the set afterwards; false when the set is full. One process and thread
 * only. */
bool seen_add(struct seen *seen, uint64_t key);

/*
 * Makes room for `more` keys beside those it has: the same set when they fit, otherwise a wider one
 * with the same keys and marks, and the old one is freed (a process forked earlier keeps its own
 * view). NULL when memory is out; the old set is then still whole.
 */
struct seen *seen_widened(struct seen *seen, size_t more);

/* True when the key is in the set; marks it as present in the mirror. */
bool seen_mark(struct seen *seen, uint64_t key);

bool seen_is_marked(const struct seen *seen, uint64_t key);

/* Keys that this process added, or had when it was forked. */
size_t seen_count(const struct seen *seen);

/* Counts by a pass over the whole set. */
size_t seen_marked_count(const struct seen *seen);

/* The key of a file as it is now. `seed`: a secret of the state, so that nobody can prepare names
 * that collide. */
uint64_t seen_key(struct span path, uint64_t size, int64_t mtime_ns, uint64_t seed);

#endif
