/* store_write: puts artifacts into the state. */
#include "base/hash.h"
#include "facts/list_text.h"
#include "facts/store_private.h"

void path_split(struct span path, struct span *folder, struct span *filename) {
    size_t slash = span_find_last(path, '/');
    size_t cut = slash == path.len ? 0 : slash + 1;
    *folder = span_slice(path, 0, cut);
    *filename = span_from(path, cut);
}

/* SQLite's integers are signed; sizes and counts beyond them do not exist. */
static int64_t amount(uint64_t value) {
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* 32 MiB for 1.4 million projects, the index has 740,000. */
enum { PROJECT_SLOTS_MAX = 2 * 1024 * 1024 };

static bool find_or_add_project(struct store *store, struct span name, int64_t *id) {
    struct run run = run_statement(store, SQL_PROJECT_ADD);
    run_text(&run, name);
    if (!run_once(&run))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    if (sqlite3_changes(store->db) > 0)
        return true;
    run = run_statement(store, SQL_PROJECT_FIND);
    run_text(&run, name);
    if (run_step(&run))
        *id = column_int(&run, 0);
    return run_end(&run);
}

bool project_intern(struct store *store, struct span name, int64_t *id) {
    uint64_t hash = hash64(name, store->path_seed);
    *id = name.len == 0 ? PROJECT_UNKNOWN : names_find(&store->projects, hash);
    if (*id != 0)
        return true;
    if (!find_or_add_project(store, name, id))
        return false;
    names_add(&store->projects, hash, *id, PROJECT_SLOTS_MAX);
    return true;
}

/* --- an artifact ---------------------------------------------------------------------------- */

/* Where an artifact's row goes. */
struct place {
    struct span folder;
    struct span filename;
    int64_t path_hash;
    int64_t id;
};

bool run_with_id(struct store *store, enum statement statement, int64_t id) {
    struct run run = run_statement(store, statement);
    run_int(&run, id);
    return run_once(&run);
}

static bool find_place(struct store *store, const struct artifact_file *file, struct place *place) {
    int64_t project = 0;
    *place = (struct place){.path_hash = (int64_t)hash64(file->path, store->path_seed)};
    path_split(file->path, &place->folder, &place->filename);
    if (!project_intern(store, file->project, &project))
        return false;
    place->id = cluster_first(project) | (place->path_hash & CLUSTER_MASK);
    return true;
}

static void run_signature(struct run *run, const struct signature *signature) {
    run_blob(run, signature->at, signature_is_zero(signature) ? 0 : SIGNATURE_BYTES);
}

/* A list as text, NULL when empty. */
static void run_list(struct run *run, struct span text) {
    if (text.len > 0)
        run_text(run, text);
    else
        run_null(run);
}

enum { METADATA_LISTS = 4, LISTS = 6 };

static void run_metadata(struct run *run, const struct artifact *artifact,
                         const struct span lists[LISTS]) {
    const struct artifact_metadata *metadata = &artifact->metadata;
    run_int(run, metadata->found);
    run_text(run, metadata->metadata_version);
    run_text(run, metadata->name);
    if (span_equal(metadata->version, artifact->file.version))
        run_null(run);
    else
        run_text(run, metadata->version);
    run_text(run, metadata->summary);
    run_text(run, metadata->author);
    run_text(run, metadata->home_page);
    run_text(run, metadata->repository);
    run_list(run, lists[0]);
    run_list(run, lists[1]);
    run_int(run, amount(metadata->requires_dist.count));
    run_list(run, lists[2]);
    run_list(run, lists[3]);
}

/* Binds in the order of ARTIFACT_COLUMNS. Gives the statement that has ended. */
static struct run put_row_at(struct store *store, const struct artifact *artifact,
                             const struct place *place, const struct span lists[LISTS]) {
    struct run run = run_statement(store, SQL_ARTIFACT_PUT);
    run_int(&run, place->id);
    run_text(&run, place->folder);
    run_text(&run, place->filename);
    run_text(&run, artifact->file.version);
    run_int(&run, artifact->file.format);
    run_int(&run, amount(artifact->file.size_bytes));
    run_int(&run, artifact->file.mtime_ns);
    run_int(&run, artifact->status);
    run_text(&run, artifact->status_detail);
    run_int(&run, amount(artifact->contents.member_count));
    run_int(&run, amount(artifact->contents.python_file_count));
    run_int(&run, amount(artifact->contents.python_bytes));
    run_int(&run, amount(artifact->contents.native_file_count));
    run_metadata(&run, artifact, lists);
    run_int(&run, artifact->payload.kind);
    run_signature(&run, &artifact->payload.signature);
    run_signature(&run, &artifact->payload.metadata_signature);
    run_blob(&run, artifact->metadata.marks.at, artifact->metadata.marks.len);
    run_list(&run, lists[4]);
    run_list(&run, lists[5]);
    run_once(&run);
    return run;
}

/* Removes the row at the place's id if it is of the same path. */
static bool remove_known(struct store *store, const struct place *place, bool *removed) {
    struct run run = run_statement(store, SQL_ARTIFACT_DELETE);
    run_int(&run, place->id);
    run_text(&run, place->folder);
    run_text(&run, place->filename);
    if (!run_once(&run))
        return false;
    *removed = sqlite3_changes(store->db) > 0;
    return true;
}

/* What was known of this path has the same id as a rule, and is replaced. Another artifact of the
 * project may have the same 31 bits of hash; the seed is secret, so nobody can make many. */
static bool put_row(struct store *store, const struct artifact *artifact, struct place *place,
                    const struct span lists[LISTS]) {
    struct run run = put_row_at(store, artifact, place, lists);
    while (is_taken(&run)) {
        bool removed = false;
        if (!remove_known(store, place, &removed))
            return false;
        if (!removed)
            place->id = (place->id & ~CLUSTER_MASK) | ((place->id + 1) & CLUSTER_MASK);
        run = put_row_at(store, artifact, place, lists);
    }
    return run.result == SQLITE_OK;
}

/* All lists as text in one buffer; views are taken only when it no longer grows. */
static bool write_lists(struct store *store, const struct artifact *artifact,
                        struct span lists[LISTS]) {
    const struct artifact_metadata *metadata = &artifact->metadata;
    const struct span_list *const sources[METADATA_LISTS] = {
        &metadata->author_emails, &metadata->maintainer_emails, &metadata->requires_projects,
        &metadata->top_level};
    struct buffer *text = &store->scratch;
    size_t ends[LISTS];
    buffer_clear(text);
    for (size_t i = 0; i < METADATA_LISTS; i++) {
        list_text_add(text, sources[i]);
        ends[i] = text->len;
    }
    entry_points_add_text(text, &artifact->entry_points);
    ends[4] = text->len;
    anomalies_add_text(text, &artifact->anomalies);
    ends[5] = text->len;
    for (size_t i = 0; i < LISTS; i++)
        lists[i] = span_slice(buffer_span(text), i > 0 ? ends[i - 1] : 0, ends[i]);
    return !text->failed;
}

bool store_put_artifact(struct store *store, const struct artifact *artifact, uint64_t key) {
    bool own = false;
    struct place place;
    struct span lists[LISTS];
    if (!write_lists(store, artifact, lists))
        return store_fail_memory(store);
    if (!write_begin(store, &own))
        return false;
    if (!find_place(store, &artifact->file, &place) || !put_row(store, artifact, &place, lists) ||
        !paths_put(store, place.path_hash, place.id, key) ||
        !sketches_put(store, &artifact->payload))
        return store_fail_write(store, "store an artifact");
    return write_end(store, own);
}
