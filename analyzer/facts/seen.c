/*
 * seen: see seen.h. Open addressing with linear probing; keys are never
 * removed, so a reader that meets a free slot knows that the key is not there. Slot
 * value 0 means free; key 0 itself is kept beside the table.
 *
 * Only keys and marks are shared. The sizes stay in each process's own memory and
 * probing is bounded, so that an examiner that was taken over can spoil the
 * set but neither hang the keeper nor lead it out of the table.
 */
#include "facts/seen.h"

#include "base/hash.h"

#include <endian.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Above this load linear probing gets slow: 7/10 means about 6 probes for a key that is missing. */
enum { LOAD_NUMERATOR = 7, LOAD_DENOMINATOR = 10 };

struct seen {
    size_t slots;
    size_t capacity;
    size_t count; /* known to the process that adds */
    size_t shared_bytes;
    /* shared: */
    _Atomic uint64_t *keys; /* `slots` of them */
    atomic_uchar *marks;    /* the same number */
    atomic_uchar *zero_held;
    atomic_uchar *zero_mark;
};

struct seen *seen_new(size_t capacity_keys) {
    if (capacity_keys < 16)
        capacity_keys = 16;
    if (capacity_keys > SIZE_MAX / 64)
        return NULL;
    struct seen *seen = calloc(1, sizeof *seen);
    if (seen == NULL)
        return NULL;
    seen->capacity = capacity_keys;
    seen->slots = capacity_keys * LOAD_DENOMINATOR / LOAD_NUMERATOR + 1;
    seen->shared_bytes = seen->slots * (sizeof *seen->keys + 1) + 2;
    /* A fresh mapping is zero: all slots free, no marks. */
    unsigned char *shared = mmap(NULL, seen->shared_bytes, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) {
        free(seen);
        return NULL;
    }
    seen->keys = (_Atomic uint64_t *)(void *)shared;
    seen->marks = (atomic_uchar *)(shared + seen->slots * sizeof *seen->keys);
    seen->zero_held = seen->marks + seen->slots;
    seen->zero_mark = seen->zero_held + 1;
    return seen;
}

void seen_free(struct seen *seen) {
    if (seen == NULL)
        return;
    munmap(seen->keys, seen->shared_bytes);
    free(seen);
}

/* Spreads also keys that are no hashes, then scales to [0, slots). */
static size_t first_slot(const struct seen *seen, uint64_t key) {
    uint64_t mixed = key * UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio */
    mixed ^= mixed >> 32;
    mixed *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(((unsigned __int128)mixed * seen->slots) >> 64);
}

/* The slot that holds `key`, or the free slot where it would go; `slots` when there is neither. */
static size_t find_slot(const struct seen *seen, uint64_t key, bool *held) {
    size_t slot = first_slot(seen, key);
    for (size_t probes = 0; probes < seen->slots; probes++) {
        uint64_t there = atomic_load_explicit(&seen->keys[slot], memory_order_relaxed);
        *held = there == key;
        if (there == key || there == 0)
            return slot;
        if (++slot == seen->slots)
            slot = 0;
    }
    *held = false;
    return seen->slots;
}

/* The place of the key's mark; NULL when the key is not in the set. */
static atomic_uchar *find_mark(const struct seen *seen, uint64_t key) {
    if (key == 0)
        return atomic_load_explicit(seen->zero_held, memory_order_relaxed) ? seen->zero_mark : NULL;
    bool held = false;
    size_t slot = find_slot(seen, key, &held);
    return held ? &seen->marks[slot] : NULL;
}

bool seen_add(struct seen *seen, uint64_t key) {
    if (find_mark(seen, key) != NULL)
        return true;
    if (seen->count == seen->capacity)
        return false;
    if (key == 0) {
        atomic_store_explicit(seen->zero_held, 1, memory_order_relaxed);
    } else {
        bool held = false;
        size_t slot = find_slot(seen, key, &held);
        if (slot == seen->slots)
            return false;
        atomic_store_explicit(&seen->keys[slot], key, memory_order_relaxed);
    }
    seen->count++;
    return true;
}

struct seen *seen_widened(struct seen *seen, size_t more) {
    if (more <= seen->capacity - seen->count)
        return seen;
    if (more > SIZE_MAX / 4 - seen->count)
        return NULL;
    struct seen *wider = seen_new((seen->count + more) * 2);
    if (wider == NULL)
        return NULL;
    if (atomic_load_explicit(seen->zero_held, memory_order_relaxed)) {
        seen_add(wider, 0);
        if (seen_is_marked(seen, 0))
            seen_mark(wider, 0);
    }
    for (size_t i = 0; i < seen->slots; i++) {
        uint64_t key = atomic_load_explicit(&seen->keys[i], memory_order_relaxed);
        if (key == 0)
            continue;
        seen_add(wider, key);
        if (atomic_load_explicit(&seen->marks[i], memory_order_relaxed))
            seen_mark(wider, key);
    }
    seen_free(seen);
    return wider;
}

bool seen_mark(struct seen *seen, uint64_t key) {
    atomic_uchar *mark = find_mark(seen, key);
    if (mark != NULL)
        atomic_store_explicit(mark, 1, memory_order_relaxed);
    return mark != NULL;
}

bool seen_is_marked(const struct seen *seen, uint64_t key) {
    atomic_uchar *mark = find_mark(seen, key);
    return mark != NULL && atomic_load_explicit(mark, memory_order_relaxed) != 0;
}

size_t seen_count(const struct seen *seen) {
    return seen->count;
}

size_t seen_marked_count(const struct seen *seen) {
    size_t count = atomic_load_explicit(seen->zero_mark, memory_order_relaxed) != 0;
    for (size_t i = 0; i < seen->slots; i++)
        count += atomic_load_explicit(&seen->marks[i], memory_order_relaxed) != 0;
    return count;
}

uint64_t seen_key(struct span path, uint64_t size, int64_t mtime_ns, uint64_t seed) {
    /* Little-endian on every machine: a state file may travel. */
    const uint64_t parts[3] = {htole64(hash64(path, seed)), htole64(size),
                               htole64((uint64_t)mtime_ns)};
    return hash64(span_of(parts, sizeof parts), seed);
}
