/* arena: see arena.h. Blocks of doubling size in a list, newest first. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

/*
 * Under the address sanitizer, bytes of a block that nobody asked for must not be touched, and one
 * unit stays free between two allocations: else it would only see what leaves a whole block.
 */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_IS_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_IS_GUARDED 1
#endif
#endif
#ifdef ARENA_IS_GUARDED
#include <sanitizer/asan_interface.h>
enum { GUARD_BYTES = alignof(max_align_t) };
#else
#define ASAN_POISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
enum { GUARD_BYTES = 0 };
#endif

enum { FIRST_BLOCK_BYTES = 64 * 1024, BLOCK_BYTES_MAX = 4 * 1024 * 1024 };

struct block {
    struct block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char at[];
};

struct arena {
    struct block *newest;
    size_t bytes_max;
    size_t bytes; /* in all blocks */
    bool refused;
};

struct arena *arena_new(size_t bytes_max) {
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL)
        arena->bytes_max = bytes_max;
    return arena;
}

static void free_blocks(struct block *block) {
    while (block != NULL) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_free(struct arena *arena) {
    if (arena == NULL)
        return;
    free_blocks(arena->newest);
    free(arena);
}

void arena_reset(struct arena *arena) {
    struct block *keep = NULL;
    while (arena->newest != NULL) { /* the oldest block has the standard size: keep it */
        struct block *older = arena->newest->older;
        if (older == NULL && arena->newest->size == FIRST_BLOCK_BYTES)
            keep = arena->newest;
        else
            free(arena->newest);
        arena->newest = older;
    }
    if (keep != NULL) {
        keep->used = 0;
        ASAN_POISON_MEMORY_REGION(keep->at, keep->size);
    }
    arena->newest = keep;
    arena->bytes = keep != NULL ? keep->size : 0;
    arena->refused = false;
}

static size_t block_size_for(const struct arena *arena, size_t bytes) {
    size_t size = FIRST_BLOCK_BYTES;
    if (arena->newest != NULL) {
        size = arena->newest->size * 2;
        if (size > BLOCK_BYTES_MAX)
            size = BLOCK_BYTES_MAX;
    }
    return size < bytes ? bytes : size;
}

static struct block *add_block(struct arena *arena, size_t bytes) {
    size_t size = block_size_for(arena, bytes);
    size_t left = arena->bytes_max - arena->bytes;
    if (size > left)
        size = left;
    if (size < bytes)
        return NULL;
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    *block = (struct block){.older = arena->newest, .size = size, .used = 0};
    ASAN_POISON_MEMORY_REGION(block->at, size);
    arena->newest = block;
    arena->bytes += size;
    return block;
}

/* What an allocation takes of its block. */
static size_t padded_bytes(size_t bytes) {
    const size_t unit = alignof(max_align_t);
    return (bytes + unit - 1) / unit * unit + GUARD_BYTES;
}

void *arena_alloc_raw(struct arena *arena, size_t bytes) {
    if (bytes > arena->bytes_max) {
        arena->refused = true;
        return NULL;
    }
    size_t padded = padded_bytes(bytes);
    struct block *block = arena->newest;
    if (block == NULL || block->size - block->used < padded)
        block = add_block(arena, padded);
    if (block == NULL) {
        arena->refused = true;
        return NULL;
    }
    void *at = block->at + block->used;
    block->used += padded;
    ASAN_UNPOISON_MEMORY_REGION(at, bytes);
    return at;
}

void *arena_alloc(struct arena *arena, size_t bytes) {
    void *at = arena_alloc_raw(arena, bytes);
    if (at != NULL && bytes > 0)
        memset(at, 0, bytes);
    return at;
}

void arena_shrink(struct arena *arena, void *latest, size_t allocated, size_t used) {
    struct block *block = arena->newest;
    size_t padded = padded_bytes(allocated);
    if (block == NULL || (unsigned char *)latest + padded != block->at + block->used)
        return;
    block->used -= padded - padded_bytes(used);
    ASAN_POISON_MEMORY_REGION(latest, padded);
    ASAN_UNPOISON_MEMORY_REGION(latest, used);
}

struct arena_mark arena_mark(const struct arena *arena) {
    struct block *block = arena->newest;
    return (struct arena_mark){block, block != NULL ? block->used : 0};
}

void arena_rewind(struct arena *arena, struct arena_mark mark) {
    while (arena->newest != mark.block) {
        struct block *older = arena->newest->older;
        arena->bytes -= arena->newest->size;
        free(arena->newest);
        arena->newest = older;
    }
    struct block *block = arena->newest;
    if (block == NULL)
        return;
    block->used = mark.used;
    ASAN_POISON_MEMORY_REGION(block->at + block->used, block->size - block->used);
}

bool arena_copy(struct arena *arena, struct span from, struct span *copy) {
    *copy = SPAN_EMPTY;
    if (from.len == 0)
        return true;
    unsigned char *at = arena_alloc_raw(arena, from.len);
    if (at == NULL)
        return false;
    memcpy(at, from.at, from.len);
    *copy = span_of(at, from.len);
    return true;
}

bool arena_refused(const struct arena *arena) {
    return arena->refused;
}

size_t arena_bytes(const struct arena *arena) {
    return arena->bytes;
}

void *arena_push(struct arena *arena, void **array, size_t *count, size_t *capacity, size_t size) {
    if (*count == *capacity) {
        size_t wider = *capacity ? *capacity * 2 : 8;
        void *grown = arena_alloc_raw(arena, wider * size);
        if (grown == NULL)
            return NULL;
        if (*count > 0)
            memcpy(grown, *array, *count * size);
        *array = grown;
        *capacity = wider;
    }
    unsigned char *place = (unsigned char *)*array + *count * size;
    memset(place, 0, size);
    ++*count;
    return place;
}
