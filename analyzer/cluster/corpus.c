/* corpus: see corpus.h. */
#include "cluster/corpus.h"

#include "cluster/open_project.h"

#include <assert.h>
#include <stdlib.h>

bool id_list_has(const struct strings *strings, struct id_list list, struct span text) {
    uint32_t from = 0;
    uint32_t to = list.count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = span_compare(strings->at[list.at[middle]], text);
        if (order == 0)
            return true;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

bool id_lists_meet(const struct strings *strings, struct id_list a, struct id_list b) {
    const struct id_list shorter = a.count < b.count ? a : b;
    const struct id_list longer = a.count < b.count ? b : a;
    for (uint32_t i = 0; i < shorter.count; i++)
        if (id_list_has(strings, longer, strings->at[shorter.at[i]]))
            return true;
    return false;
}

struct corpus *corpus_new(const struct domain_rules *rules) {
    struct corpus *corpus = calloc(1, sizeof *corpus);
    if (corpus == NULL)
        return NULL;
    corpus->rules = rules;
    corpus->arena = arena_new(SIZE_MAX / 4);
    corpus->open = open_project_new();
    if (corpus->arena == NULL || corpus->open == NULL) {
        corpus_free(corpus);
        return NULL;
    }
    strings_begin(&corpus->addresses, corpus->arena);
    strings_begin(&corpus->domains, corpus->arena);
    strings_begin(&corpus->commands, corpus->arena);
    strings_begin(&corpus->owners, corpus->arena);
    strings_begin(&corpus->modules, corpus->arena);
    strings_begin(&corpus->versions, corpus->arena);
    strings_begin(&corpus->repositories, corpus->arena);
    strings_begin(&corpus->names, corpus->arena);
    return corpus;
}

void corpus_free(struct corpus *corpus) {
    if (corpus == NULL)
        return;
    strings_free(&corpus->addresses);
    strings_free(&corpus->domains);
    strings_free(&corpus->commands);
    strings_free(&corpus->owners);
    strings_free(&corpus->modules);
    strings_free(&corpus->versions);
    strings_free(&corpus->repositories);
    strings_free(&corpus->names);
    free(corpus->projects);
    free(corpus->dependents);
    free(corpus->address_domains);
    open_project_free(corpus->open);
    arena_free(corpus->arena);
    free(corpus);
}

bool corpus_add(struct corpus *corpus, const struct artifact_row *row) {
    struct span project = row->artifact.file.project;
    struct span open = open_project_name(corpus->open);
    if (project.len == 0)
        return true;
    assert(open.len == 0 || span_compare(open, project) <= 0);
    if (open.len > 0 && !span_equal(open, project)) {
        if (!open_project_end(corpus->open, corpus))
            return false;
        open = SPAN_EMPTY;
    }
    if (open.len == 0 && !open_project_begin(corpus->open, row))
        return false;
    return open_project_add(corpus->open, corpus, row);
}

/* Makes room for the sketches of the projects' signatures. */
static bool list_signatures(struct corpus *corpus, enum sketch_kind kind) {
    struct signature *at = malloc((corpus->count + 1) * sizeof *at);
    size_t count = 0;
    for (size_t i = 0; at != NULL && i < corpus->count; i++) {
        const struct signature *signature = project_signature(&corpus->projects[i], kind);
        if (!signature_is_zero(signature))
            at[count++] = *signature;
    }
    bool listed = at != NULL && sketches_list(&corpus->sketches[kind], corpus->arena, at, count);
    free(at);
    return listed;
}

bool corpus_end_artifacts(struct corpus *corpus) {
    if (open_project_name(corpus->open).len > 0 && !open_project_end(corpus->open, corpus))
        return false;
    for (size_t i = 0; i < corpus->count; i++) {
        uint32_t name = strings_find(&corpus->names, corpus->projects[i].project);
        if (name != STRING_NONE && name < corpus->dependents_capacity)
            corpus->projects[i].dependents = corpus->dependents[name];
    }
    return list_signatures(corpus, SKETCH_PAYLOAD) && list_signatures(corpus, SKETCH_METADATA);
}

bool corpus_add_sketch(struct corpus *corpus, enum sketch_kind kind,
                       const struct signature *signature, const struct sketch *sketch) {
    return sketches_add(&corpus->sketches[kind], corpus->arena, signature, sketch);
}

/* Owners of one project come together: its list grows at the end of the arena. */
bool corpus_add_owner(struct corpus *corpus, struct span project, struct span user) {
    while (corpus->owner_cursor < corpus->count &&
           span_compare(corpus->projects[corpus->owner_cursor].project, project) < 0)
        corpus->owner_cursor++;
    if (corpus->owner_cursor == corpus->count)
        return true;
    struct project *owned = &corpus->projects[corpus->owner_cursor];
    if (!span_equal(owned->project, project))
        return true;
    uint32_t id = strings_intern(&corpus->owners, user);
    if (id == STRING_NONE)
        return false;
    uint32_t count = owned->owners.count;
    if (count > 0 && owned->owners.at[count - 1] == id)
        return true;
    /* Lists double at counts 0, 1, 2, 4, 8...: their capacity needs no member. */
    uint32_t *at = (uint32_t *)(uintptr_t)owned->owners.at;
    if ((count & (count - 1)) == 0) {
        at = arena_alloc_raw(corpus->arena, (count ? (size_t)count * 2 : 1) * sizeof *at);
        if (at == NULL)
            return false;
        if (count > 0)
            memcpy(at, owned->owners.at, count * sizeof *at);
    }
    at[count] = id;
    owned->owners = (struct id_list){at, count + 1};
    return true;
}

size_t corpus_find(const struct corpus *corpus, struct span project) {
    size_t low = 0;
    size_t high = corpus->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(corpus->projects[middle].project, project) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < corpus->count && span_equal(corpus->projects[low].project, project);
    return found ? low : corpus->count;
}
