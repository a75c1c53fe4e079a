/* watchlist: commands with reach that no project is named after. See collisions.h. */
#include "cluster/name_search.h"

#include "base/stop.h"
#include "base/text.h"

#include <stdlib.h>

/* Whether an index would take it (PEP 508): ASCII letters, digits, "." "_" "-", a letter or digit
 * at both ends. `key` is normalised. */
static bool is_legal_name(struct span key) {
    if (key.len == 0 || !ascii_is_alnum(key.at[0]) || !ascii_is_alnum(key.at[key.len - 1]))
        return false;
    for (size_t i = 0; i < key.len; i++)
        if (!ascii_is_alnum(key.at[i]) && key.at[i] != '-')
            return false;
    return true;
}

/* Marks the commands that a project is named after. */
static bool *mark_taken(const struct name_search *search) {
    const struct corpus *corpus = search->corpus;
    const struct strings *keys = &search->commands.keys;
    bool *taken = calloc((size_t)keys->count + 1, sizeof *taken);
    for (size_t i = 0; taken != NULL && i < corpus->count; i++) {
        uint32_t key = strings_find(keys, corpus->projects[i].project);
        if (key != STRING_NONE)
            taken[key] = true;
    }
    return taken;
}

static uint32_t sum_dependents(const struct corpus *corpus, struct shippers shippers) {
    uint32_t sum = 0;
    for (size_t i = 0; i < shippers.count; i++)
        sum += corpus->projects[shippers.at[i].project].dependents;
    return sum;
}

/* Marks as taken what else is not to be watched. */
static bool choose(const struct name_search *search, unsigned threads, bool *taken) {
    const struct strings *keys = &search->commands.keys;
    bool done = true;
    (void)threads; /* a build without OpenMP */
#pragma omp parallel for schedule(dynamic, 256) num_threads(threads) reduction(&& : done)
    for (uint32_t key = 0; key < keys->count; key++) {
        if (taken[key])
            continue;
        if (!is_legal_name(keys->at[key]) ||
            sum_dependents(search->corpus, name_index_at(&search->commands, key)) == 0)
            taken[key] = true;
        else
            done = !stop_wanted() &&
                   name_is_generic(search, RELATION_COMMAND, key, STRING_NONE, &taken[key]) && done;
    }
    return done;
}

static void add_watch(const struct name_search *search, struct shippers shippers, uint32_t *owners,
                      struct watch *made) {
    const struct strings *texts = &search->corpus->commands;
    *made = (struct watch){.command = shippers.at[0].name,
                           .owners = owners,
                           .owner_count = (uint32_t)shippers.count,
                           .dependents = sum_dependents(search->corpus, shippers),
                           .first_seen_at = INSTANT_UNKNOWN};
    for (size_t i = 0; i < shippers.count; i++) {
        const struct shipper *shipper = &shippers.at[i];
        owners[i] = shipper->project;
        made->first_seen_at = instant_earlier(made->first_seen_at, shipper->seen_at);
        if (span_compare(texts->at[shipper->name], texts->at[made->command]) < 0)
            made->command = shipper->name;
    }
}

static int compare_watches(const void *left, const void *right, void *context) {
    const struct strings *texts = context;
    return span_compare(texts->at[((const struct watch *)left)->command],
                        texts->at[((const struct watch *)right)->command]);
}

/* One watch for each key that is left. */
static bool fill(const struct name_search *search, const bool *taken,
                 struct collisions *collisions) {
    const struct strings *texts = &search->corpus->commands;
    uint32_t keys = search->commands.keys.count;
    size_t count = 0;
    size_t owners = 0;
    for (uint32_t key = 0; key < keys; key++)
        if (!taken[key]) {
            count++;
            owners += search->commands.counts[key];
        }
    collisions->watched = malloc((count + 1) * sizeof *collisions->watched);
    collisions->watch_owners = malloc((owners + 1) * sizeof *collisions->watch_owners);
    if (collisions->watched == NULL || collisions->watch_owners == NULL)
        return false;
    uint32_t *place = collisions->watch_owners;
    for (uint32_t key = 0; key < keys; key++)
        if (!taken[key]) {
            struct shippers shippers = name_index_at(&search->commands, key);
            add_watch(search, shippers, place, &collisions->watched[collisions->watched_count++]);
            place += shippers.count;
        }
    if (count > 1)
        qsort_r(collisions->watched, count, sizeof *collisions->watched, compare_watches,
                (void *)(uintptr_t)texts);
    return true;
}

bool watchlist_find(const struct name_search *search, unsigned threads,
                    struct collisions *collisions) {
    bool *taken = mark_taken(search);
    bool done = taken != NULL && choose(search, threads, taken) && fill(search, taken, collisions);
    free(taken);
    return done;
}
