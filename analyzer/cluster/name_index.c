/* name_index: see name_index.h. */
#include "cluster/name_index.h"

#include "mirror/name.h"

#include <stdlib.h>

enum what { COMMANDS, MODULES };

static struct id_list names_of(const struct project *project, enum what what) {
    return what == COMMANDS ? project->commands : project->top_level;
}

/* For each name its key, STRING_NONE for the empty one. NULL when memory is out. */
static uint32_t *normalize_all(const struct strings *names, struct strings *keys) {
    uint32_t *key_of = malloc(((size_t)names->count + 1) * sizeof *key_of);
    struct arena *scratch = arena_new(SIZE_MAX / 4);
    bool done = key_of != NULL && scratch != NULL;
    for (uint32_t i = 0; done && i < names->count; i++) {
        struct span key;
        arena_reset(scratch);
        key_of[i] = STRING_NONE;
        done = project_normalize(scratch, names->at[i], &key);
        if (done && key.len > 0)
            done = (key_of[i] = strings_intern(keys, key)) != STRING_NONE;
    }
    arena_free(scratch);
    if (done)
        return key_of;
    free(key_of);
    return NULL;
}

/* Makes room for each key's shippers: a place for every spelling of every project. */
static bool make_room(const struct corpus *corpus, enum what what, const uint32_t *key_of,
                      struct name_index *index) {
    size_t keys = index->keys.count;
    index->starts = calloc(keys + 1, sizeof *index->starts);
    index->counts = calloc(keys + 1, sizeof *index->counts);
    if (index->starts == NULL || index->counts == NULL)
        return false;
    for (size_t i = 0; i < corpus->count; i++) {
        struct id_list names = names_of(&corpus->projects[i], what);
        for (uint32_t k = 0; k < names.count; k++)
            if (key_of[names.at[k]] != STRING_NONE)
                index->starts[key_of[names.at[k]]]++;
    }
    size_t all = 0;
    for (size_t key = 0; key < keys; key++) {
        size_t room = index->starts[key];
        index->starts[key] = all;
        all += room;
    }
    index->all = malloc((all + 1) * sizeof *index->all);
    return index->all != NULL;
}

/* Projects come in order, and their names do, so the first spelling of a project stays. */
static void add_shipper(struct name_index *index, uint32_t key, struct shipper shipper) {
    struct shipper *own = index->all + index->starts[key];
    uint32_t count = index->counts[key];
    if (count > 0 && own[count - 1].project == shipper.project)
        own[count - 1].seen_at = instant_earlier(own[count - 1].seen_at, shipper.seen_at);
    else
        own[index->counts[key]++] = shipper;
}

static void fill(const struct corpus *corpus, enum what what, const uint32_t *key_of,
                 struct name_index *index) {
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct project *project = &corpus->projects[i];
        struct id_list names = names_of(project, what);
        for (uint32_t k = 0; k < names.count; k++) {
            instant seen_at =
                what == COMMANDS ? project->commands_seen_at[k] : project->first_uploaded_at;
            if (key_of[names.at[k]] != STRING_NONE)
                add_shipper(index, key_of[names.at[k]], (struct shipper){i, names.at[k], seen_at});
        }
    }
}

static bool make(const struct corpus *corpus, enum what what, struct name_index *index) {
    *index = (struct name_index){.arena = arena_new(SIZE_MAX / 4)};
    if (index->arena == NULL)
        return false;
    strings_begin(&index->keys, index->arena);
    uint32_t *key_of =
        normalize_all(what == COMMANDS ? &corpus->commands : &corpus->modules, &index->keys);
    bool done = key_of != NULL && make_room(corpus, what, key_of, index);
    if (done)
        fill(corpus, what, key_of, index);
    free(key_of);
    return done;
}

bool name_index_commands(const struct corpus *corpus, struct name_index *index) {
    return make(corpus, COMMANDS, index);
}

bool name_index_modules(const struct corpus *corpus, struct name_index *index) {
    return make(corpus, MODULES, index);
}

void name_index_free(struct name_index *index) {
    strings_free(&index->keys);
    arena_free(index->arena);
    free(index->starts);
    free(index->counts);
    free(index->all);
    *index = (struct name_index){.arena = NULL};
}
