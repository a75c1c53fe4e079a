/* strings: see strings.h. */
#include "cluster/strings.h"

#include "base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

void strings_begin(struct strings *strings, struct arena *arena) {
    *strings = (struct strings){.arena = arena};
    if (getrandom(&strings->seed, sizeof strings->seed, GRND_NONBLOCK) < 0)
        strings->seed = (uint64_t)(uintptr_t)strings; /* numbers do not depend on it */
}

void strings_free(struct strings *strings) {
    free(strings->at);
    free(strings->slots);
    *strings = (struct strings){.arena = NULL};
}

static uint32_t hash_of(const struct strings *strings, struct span text) {
    return (uint32_t)hash64(text, strings->seed);
}

/* The slot of `text`, or the free one where it belongs. */
static struct string_slot *find_slot(const struct strings *strings, struct span text,
                                     uint32_t hash) {
    size_t mask = strings->slot_count - 1;
    struct string_slot *at = strings->slots;
    size_t slot = hash & mask;
    while (at[slot].number != 0 &&
           (at[slot].hash != hash || !span_equal(strings->at[at[slot].number - 1], text)))
        slot = (slot + 1) & mask;
    return &at[slot];
}

static bool widen_slots(struct strings *strings) {
    size_t wider = strings->slot_count ? strings->slot_count * 2 : 1024;
    struct string_slot *slots = calloc(wider, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < strings->slot_count; i++) {
        size_t slot = strings->slots[i].hash & (wider - 1);
        while (slots[slot].number != 0)
            slot = (slot + 1) & (wider - 1);
        if (strings->slots[i].number != 0)
            slots[slot] = strings->slots[i];
    }
    free(strings->slots);
    strings->slots = slots;
    strings->slot_count = wider;
    return true;
}

static bool widen_texts(struct strings *strings) {
    if (strings->capacity >= STRING_NONE / 2)
        return false;
    uint32_t wider = strings->capacity ? strings->capacity * 2 : 512;
    struct span *at = realloc(strings->at, wider * sizeof *at);
    if (at == NULL)
        return false;
    strings->at = at;
    strings->capacity = wider;
    return true;
}

uint32_t strings_intern(struct strings *strings, struct span text) {
    if (((size_t)strings->count + 1) * 4 > strings->slot_count * 3 && !widen_slots(strings))
        return STRING_NONE;
    uint32_t hash = hash_of(strings, text);
    struct string_slot *slot = find_slot(strings, text, hash);
    if (slot->number != 0)
        return slot->number - 1;
    if (strings->count == strings->capacity && !widen_texts(strings))
        return STRING_NONE;
    struct span copy;
    if (!arena_copy(strings->arena, text, &copy))
        return STRING_NONE;
    strings->at[strings->count++] = copy;
    *slot = (struct string_slot){hash, strings->count};
    return strings->count - 1;
}

uint32_t strings_find(const struct strings *strings, struct span text) {
    if (strings->slot_count == 0)
        return STRING_NONE;
    uint32_t number = find_slot(strings, text, hash_of(strings, text))->number;
    return number == 0 ? STRING_NONE : number - 1;
}

static int compare_texts(const void *left, const void *right, void *context) {
    const struct strings *strings = context;
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a == b ? 0 : span_compare(strings->at[a], strings->at[b]);
}

size_t strings_sort_unique(const struct strings *strings, uint32_t *ids, size_t count) {
    if (count < 2)
        return count;
    qsort_r(ids, count, sizeof *ids, compare_texts, (void *)(uintptr_t)strings);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    return kept;
}
