/*
 * arena: memory that is dropped whole. One arena serves one artifact and is
 * reset after it; what must live longer is copied out. An arena has a budget,
 * so that no archive can make the examiner grow without end.
 */
#ifndef WINNOW_BASE_ARENA_H
#define WINNOW_BASE_ARENA_H

#include "base/span.h"

struct arena;

/* `bytes_max`: how much it may hold at once. NULL when memory is out. Owned by the caller. */
struct arena *arena_new(size_t bytes_max);
void arena_free(struct arena *arena);

/* Drops all content; keeps one block for reuse. */
void arena_reset(struct arena *arena);

/* `bytes` of zeroed memory aligned for any type; NULL past the budget or when memory is out. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* The same without zeroing, for buffers that are written at once. */
void *arena_alloc_raw(struct arena *arena, size_t bytes);

/* Gives back the end of the latest allocation: `used` of its bytes stay. */
void arena_shrink(struct arena *arena, void *latest, size_t allocated, size_t used);

/* A copy living as long as the arena. Returns false (and an empty span) when memory is out. */
bool arena_copy(struct arena *arena, struct span from, struct span *copy);

/* A moment of an arena, to come back to: what was allocated since is dropped, and the budget is
 * free for other things. Marks are taken back in the opposite order. */
struct arena_mark {
    void *block;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Whether an allocation was ever refused since the last reset. */
bool arena_refused(const struct arena *arena);

size_t arena_bytes(const struct arena *arena);

/*
 * Grows an array that lives in an arena: returns the place of a new zeroed
 * element of `size` bytes at index *count and raises *count; NULL when memory is out.
 */
void *arena_push(struct arena *arena, void **array, size_t *count, size_t *capacity, size_t size);

#endif
