/*
 * store_extras: rows of a project that are not artifacts stored under it. The scan knows a
 * file's name only; the page that names the file may come later, and settles whose it is:
 * "foo-2-1.tar.gz" on the page of foo is its release 2-1. And files that only a page names are
 * missing in the mirror.
 */
#include "extract/extract.h"
#include "facts/store_private.h"
#include "mirror/filename.h"
#include "mirror/name.h"

#include <stdlib.h>

static const char reading[] = "read the index pages";

/* The file name cut for `project`; false when it cannot be read so. */
static bool parse_for(struct span filename, struct span project, struct parsed_filename *parsed) {
    *parsed = filename_parse(filename, project);
    return parsed->version.len > 0 && project_same(parsed->name, project);
}

static struct extra *add_extra(struct store *store, const struct page_word *word,
                               struct span path) {
    struct extras *extras = &store->extras;
    struct extra *extra = arena_push(store->words.arena, (void **)&extras->at, &extras->count,
                                     &extras->capacity, sizeof *extras->at);
    if (extra == NULL) {
        store_fail_memory(store);
        return NULL;
    }
    extra->path = path;
    extra->filename = word->filename;
    extra->word = word;
    return extra;
}

/* --- adopted -------------------------------------------------------------------------------- */

/* What is stored of a path. */
struct stored {
    int64_t id; /* 0: nothing */
    bool vanished;
    struct span version; /* in the arena of words */
};

static bool find_stored(struct store *store, const struct page_word *word, struct stored *stored) {
    struct run run = run_statement(store, SQL_ARTIFACT_FIND);
    bool room = true;
    *stored = (struct stored){.id = 0};
    run_int(&run, word->hash);
    run_text(&run, word->folder);
    run_text(&run, word->filename);
    if (run_step(&run)) {
        stored->id = column_int(&run, 0);
        stored->vanished = column_int(&run, 1) != 0;
        room = arena_copy(store->words.arena, column_text(&run, 2), &stored->version);
    }
    if (!run_end(&run))
        return store_fail(store, reading);
    return room || store_fail_memory(store);
}

static bool add_adopted(struct store *store, const struct row_source *source,
                        const struct page_word *word, struct span path,
                        const struct stored *stored) {
    struct parsed_filename parsed;
    struct index_word first;
    int64_t adopter = 0;
    if (!words_ask_all(store, stored->id >> CLUSTER_BITS, word->hash, path, &first, &adopter))
        return false;
    if (adopter != source->project_id)
        return true;
    struct extra *extra = add_extra(store, word, path);
    if (extra == NULL)
        return false;
    bool fits = parse_for(word->filename, source->project, &parsed);
    extra->version = fits ? parsed.version : stored->version;
    extra->artifact = stored->id;
    return true;
}

static bool is_mismatch(const struct anomaly *anomaly) {
    return span_is(anomaly->code, "name-mismatch") || span_is(anomaly->code, "version-mismatch");
}

bool adopted_rename(struct artifact *artifact) {
    struct parsed_filename parsed;
    if (!parse_for(artifact->file.filename, artifact->file.project, &parsed))
        return true;
    artifact->file.version = parsed.version;
    struct anomaly_list *list = &artifact->anomalies;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!is_mismatch(&list->at[i]))
            list->at[kept++] = list->at[i];
    list->count = kept;
    return extract_check_identity(artifact);
}

/* --- missing -------------------------------------------------------------------------------- */

static bool add_missing(struct store *store, const struct row_source *source,
                        const struct page_word *word, struct span path) {
    struct extra *extra = add_extra(store, word, path);
    if (extra != NULL)
        extra->version = filename_parse(word->filename, source->project).version;
    return extra != NULL;
}

/* A file with a place in the mirror. */
static bool add_of_mirror(struct store *store, const struct row_source *source,
                          const struct page_word *word) {
    bool may_adopt =
        source->project_id != PROJECT_UNKNOWN && !filename_tells(word->filename, source->project);
    struct stored stored;
    struct span path;
    if (word->on_disk && !may_adopt)
        return true;
    if (!find_stored(store, word, &stored))
        return false;
    bool foreign = stored.id != 0 && stored.id >> CLUSTER_BITS != source->project_id;
    bool missing = !word->on_disk && (stored.id == 0 || stored.vanished);
    if (!(may_adopt && foreign) && !missing)
        return true;
    if (!path_join(store->words.arena, word->folder, word->filename, &path))
        return store_fail_memory(store);
    return (!may_adopt || !foreign || add_adopted(store, source, word, path, &stored)) &&
           (!missing || add_missing(store, source, word, path));
}

/* Pages whose urls point outside of the mirror name files without a place: the project's artifacts
 * are theirs by name. */
static bool note_present(struct store *store, const struct row_source *source) {
    struct run run = run_statement(store, SQL_ARTIFACT_NAMES);
    run_int(&run, cluster_first(source->project_id));
    run_int(&run, cluster_last(source->project_id));
    while (run_step(&run)) {
        struct page_word *word = words_find_name(store, column_text(&run, 0));
        if (word != NULL)
            word->present = true;
    }
    return run_end(&run) || store_fail(store, reading);
}

static bool add_of_elsewhere(struct store *store, const struct row_source *source) {
    struct words *words = &store->words;
    if (!note_present(store, source))
        return false;
    for (size_t i = 0; i < words->count; i++)
        if (!words->at[i].in_mirror && !words_find(words, &words->at[i])->present &&
            !add_missing(store, source, &words->at[i], SPAN_EMPTY))
            return false;
    return true;
}

/* --- both ----------------------------------------------------------------------------------- */

int extra_compare(const struct extra *extra, struct span version, struct span filename,
                  struct span path) {
    int order = span_compare(extra->version, version);
    if (order == 0)
        order = span_compare(extra->filename, filename);
    return order != 0 ? order : span_compare(extra->path, path);
}

/* Of one file: what is stored of it, then what pages say, in the order of the pages. */
static int compare_extras(const void *left, const void *right) {
    const struct extra *a = left;
    const struct extra *b = right;
    int order = extra_compare(a, b->version, b->filename, b->path);
    if (order == 0)
        order = (a->artifact == 0) - (b->artifact == 0);
    return order != 0 ? order : (a->word > b->word) - (a->word < b->word);
}

/* Several pages may name one file: it is reported once. */
static void drop_repeats(struct extras *extras) {
    size_t kept = 0;
    for (size_t i = 0; i < extras->count; i++) {
        const struct extra *extra = &extras->at[i];
        const struct extra *last = kept > 0 ? &extras->at[kept - 1] : NULL;
        if (last == NULL || (last->artifact == 0) != (extra->artifact == 0) ||
            extra_compare(last, extra->version, extra->filename, extra->path) != 0)
            extras->at[kept++] = *extra;
    }
    extras->count = kept;
}

bool extras_find(struct store *store, const struct row_source *source) {
    const struct words *words = &store->words;
    struct extras *extras = &store->extras;
    bool elsewhere = false;
    *extras = (struct extras){.at = NULL};
    for (size_t i = 0; i < words->count; i++) {
        elsewhere = elsewhere || !words->at[i].in_mirror;
        if (words->at[i].in_mirror && !add_of_mirror(store, source, &words->at[i]))
            return false;
    }
    if (elsewhere && !add_of_elsewhere(store, source))
        return false;
    if (extras->count > 1)
        qsort(extras->at, extras->count, sizeof *extras->at, compare_extras);
    drop_repeats(extras);
    return true;
}
