/*
 * strings: each different text is kept once and known by a small number, 0, 1, 2... in order of
 * appearance. Twenty million rows repeat a few million names and addresses.
 */
#ifndef WINNOW_CLUSTER_STRINGS_H
#define WINNOW_CLUSTER_STRINGS_H

#include "base/arena.h"

/* No number: returned when memory is out, or the text is unknown. */
#define STRING_NONE UINT32_MAX

/* With the hash, most texts need not be looked at to tell that they are others. */
struct string_slot {
    uint32_t hash;
    uint32_t number; /* plus 1; 0: free */
};

struct strings {
    struct arena *arena; /* borrowed */
    struct span *at;     /* text of number i */
    uint32_t count;
    uint32_t capacity;
    struct string_slot *slots; /* open addressing */
    size_t slot_count;
    uint64_t seed; /* random, so that no mirror can be made to fill one corner of the table */
};

/* The texts are copied into `arena`, which must outlive the table. */
void strings_begin(struct strings *strings, struct arena *arena);
void strings_free(struct strings *strings);

/* Number of `text`, made when new. */
uint32_t strings_intern(struct strings *strings, struct span text);

/* Number of `text`, STRING_NONE when it was never interned. */
uint32_t strings_find(const struct strings *strings, struct span text);

/* Sorts numbers by their texts, bytewise, and drops repeats. Returns how many are left. */
size_t strings_sort_unique(const struct strings *strings, uint32_t *ids, size_t count);

#endif
