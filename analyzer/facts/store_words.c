/*
 * store_words: what index pages say of files. The pages of the project in hand are
 * read once, in a row, and kept in a table; pages of other projects are asked by path, which only
 * artifacts need that no page of their own project names.
 */
#include "base/hash.h"
#include "facts/store_private.h"
#include "mirror/filename.h"
#include "mirror/name.h"

static const char reading[] = "read the index pages";

/* Reads in the order of INDEX_FILE_COLUMNS; texts are the statement's. False when damaged. */
static bool take_word(const struct run *run, struct page_word *word) {
    struct span sha256 = column_text(run, 5);
    int64_t size_bytes = column_int(run, 4);
    int64_t yanked = column_int(run, 6);
    *word = (struct page_word){.hash = column_int(run, 0),
                               .in_mirror = !column_is_null(run, 1),
                               .folder = column_text(run, 1),
                               .filename = column_text(run, 2),
                               .on_disk = column_int(run, 7) != 0};
    struct index_word *what = &word->what;
    what->found = true;
    what->uploaded_at = column_is_null(run, 3) ? INSTANT_UNKNOWN : column_int(run, 3);
    what->size_bytes = column_is_null(run, 4) ? UINT64_MAX : (uint64_t)size_bytes;
    what->yanked = yanked == 1;
    what->has_sha256 = sha256.len == sizeof what->sha256;
    if (what->has_sha256)
        memcpy(what->sha256, sha256.at, sha256.len);
    return (sha256.len == 0 || what->has_sha256) && yanked >= 0 && yanked <= 1;
}

/* --- the project's own pages ---------------------------------------------------------------- */

static bool keep_word(struct store *store, const struct page_word *from) {
    struct words *words = &store->words;
    struct page_word *word = arena_push(words->arena, (void **)&words->at, &words->count,
                                        &words->capacity, sizeof *words->at);
    if (word == NULL)
        return false;
    *word = *from;
    if (!word->in_mirror)
        word->hash = (int64_t)hash64(word->filename, store->path_seed);
    return arena_copy(words->arena, from->folder, &word->folder) &&
           arena_copy(words->arena, from->filename, &word->filename);
}

static bool read_page(struct store *store, int64_t id) {
    struct run run = run_statement(store, SQL_PAGE_FILES);
    struct page_word word;
    bool whole = true;
    bool room = true;
    run_int(&run, cluster_first(id));
    run_int(&run, cluster_last(id));
    while (whole && room && run_step(&run)) {
        whole = take_word(&run, &word);
        room = whole && keep_word(store, &word);
    }
    if (!run_end(&run))
        return store_fail(store, reading);
    if (!whole)
        return store_fail_damaged(store, reading);
    return room || store_fail_memory(store);
}

static bool same_file(const struct page_word *word, const struct page_word *other) {
    return word->hash == other->hash && word->in_mirror == other->in_mirror &&
           span_equal(word->filename, other->filename) && span_equal(word->folder, other->folder);
}

/* The place in the table of a word like this: taken by the first such, or free. */
static uint32_t *slot_of(const struct words *words, const struct page_word *like) {
    size_t slot = (size_t)like->hash & words->slots_mask;
    while (words->slots[slot] != 0 && !same_file(&words->at[words->slots[slot] - 1], like))
        slot = (slot + 1) & words->slots_mask;
    return &words->slots[slot];
}

/* At most half of the places are taken. */
static bool make_table(struct words *words) {
    size_t slots = 8;
    while (slots < words->count * 2)
        slots *= 2;
    words->slots_mask = slots - 1;
    words->slots = arena_alloc(words->arena, slots * sizeof *words->slots);
    if (words->slots == NULL || words->count >= UINT32_MAX)
        return false;
    for (size_t i = 0; i < words->count; i++) {
        uint32_t *slot = slot_of(words, &words->at[i]);
        if (*slot == 0)
            *slot = (uint32_t)i + 1;
    }
    return true;
}

bool words_read(struct store *store, int64_t project) {
    struct words *words = &store->words;
    arena_reset(words->arena);
    *words = (struct words){.arena = words->arena};
    struct run run = run_statement(store, SQL_PROJECT_PAGES);
    bool good = true;
    run_int(&run, project);
    while (good && run_step(&run))
        good = read_page(store, column_int(&run, 0));
    if (!run_end(&run))
        return store_fail(store, reading);
    return good && (make_table(words) || store_fail_memory(store));
}

struct page_word *words_find(const struct words *words, const struct page_word *like) {
    uint32_t at = words->count > 0 ? *slot_of(words, like) : 0;
    return at != 0 ? &words->at[at - 1] : NULL;
}

struct page_word *words_find_name(const struct store *store, struct span filename) {
    const struct page_word like = {.hash = (int64_t)hash64(filename, store->path_seed),
                                   .filename = filename};
    return words_find(&store->words, &like);
}

/* --- the pages of all projects -------------------------------------------------------------- */

bool filename_tells(struct span filename, struct span project) {
    return project_same(filename_parse(filename, SPAN_EMPTY).name, project);
}

bool words_ask_all(struct store *store, int64_t project, int64_t path_hash, struct span path,
                   struct index_word *first, int64_t *adopter) {
    struct run run = run_statement(store, SQL_INDEX_BY_PATH);
    struct span folder;
    struct span filename;
    struct page_word word;
    bool whole = true;
    bool own = false;
    *adopter = 0;
    *first = INDEX_WORD_NONE;
    path_split(path, &folder, &filename);
    run_int(&run, path_hash);
    run_text(&run, folder);
    run_text(&run, filename);
    while (whole && run_step(&run)) {
        int64_t speaker = column_int(&run, INDEX_FILE_COLUMN_COUNT);
        struct span name = column_text(&run, INDEX_FILE_COLUMN_COUNT + 1);
        whole = take_word(&run, &word);
        if (!first->found)
            *first = word.what;
        own = own || (speaker == project && project != PROJECT_UNKNOWN);
        if (*adopter == 0 && speaker != PROJECT_UNKNOWN && speaker != project &&
            !filename_tells(filename, name))
            *adopter = speaker;
    }
    if (own)
        *adopter = 0;
    if (!run_end(&run))
        return store_fail(store, reading);
    return whole || store_fail_damaged(store, reading);
}
