/*
 * store_names: what was met lately, by name, so that an artifact asks the state for its project
 * only the first time. Open addressing by the seeded hash of the name, which stands for the name:
 * its seed is a secret of the state, and for 64 bits a mirror has few projects.
 */
#include "base/hash.h"
#include "facts/store_private.h"

#include <stdlib.h>

enum { SLOTS_MIN = 1024 };

struct name_id {
    uint64_t hash;
    int64_t id; /* 0: free */
};

/* The slot of that hash, or the free one where it would go. */
static struct name_id *find_slot(const struct names *names, uint64_t hash) {
    size_t slot = hash & (names->slots - 1);
    while (names->at[slot].id != 0 && names->at[slot].hash != hash)
        slot = (slot + 1) & (names->slots - 1);
    return &names->at[slot];
}

int64_t names_find(const struct names *names, uint64_t hash) {
    return names->slots > 0 ? find_slot(names, hash)->id : 0;
}

void names_forget(struct names *names) {
    free(names->at);
    *names = (struct names){.at = NULL};
}

/* Twice as wide, or empty where that would be too wide. Without memory nothing is remembered. */
static void widen(struct names *names, size_t slots_max) {
    if (names->slots >= slots_max)
        names_forget(names);
    struct names wider = {.slots = names->slots > 0 ? names->slots * 2 : SLOTS_MIN};
    wider.at = calloc(wider.slots, sizeof *wider.at);
    if (wider.at == NULL)
        wider.slots = 0;
    for (size_t i = 0; i < names->slots && wider.slots > 0; i++)
        if (names->at[i].id != 0) {
            *find_slot(&wider, names->at[i].hash) = names->at[i];
            wider.count++;
        }
    names_forget(names);
    *names = wider;
}

void names_add(struct names *names, uint64_t hash, int64_t id, size_t slots_max) {
    if (names->count * 10 >= names->slots * 7)
        widen(names, slots_max);
    if (names->slots == 0)
        return;
    *find_slot(names, hash) = (struct name_id){hash, id};
    names->count++;
}
