/* store_write: puts artifacts into the state. */
#include "base/hash.h"
#include "facts/list_text.h"
#include "facts/store_private.h"

#include <endian.h>

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

/* The id of a name in a table of names; the name is added when new. */
static bool intern(struct store *store, enum statement add, enum statement find, struct span name,
                   int64_t *id) {
    struct run run = run_statement(store, add);
    run_text(&run, name);
    if (!run_once(&run))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    if (sqlite3_changes(store->db) > 0)
        return true;
    run = run_statement(store, find);
    run_text(&run, name);
    if (run_step(&run))
        *id = column_int(&run, 0);
    return run_end(&run);
}

/* 32 MiB for 1.4 million projects, the index has 740,000; 2 MiB for 90,000 signatures. */
enum { PROJECT_SLOTS_MAX = 2 * 1024 * 1024, SKETCHED_SLOTS_MAX = 128 * 1024 };

bool project_intern(struct store *store, struct span name, int64_t *id) {
    uint64_t hash = hash64(name, store->path_seed);
    *id = name.len == 0 ? PROJECT_UNKNOWN : names_find(&store->projects, hash);
    if (*id != 0)
        return true;
    if (!intern(store, SQL_PROJECT_ADD, SQL_PROJECT_FIND, name, id))
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

/* Removes what was known of this path, with all that hung on it. */
static bool forget_known(struct store *store, const struct place *place) {
    struct run run = run_statement(store, SQL_ARTIFACT_FIND);
    run_int(&run, place->path_hash);
    run_text(&run, place->folder);
    run_text(&run, place->filename);
    bool known = run_step(&run);
    int64_t id = known ? column_int(&run, 0) : 0;
    bool had_entry_points = known && column_int(&run, 1) > 0;
    bool had_anomalies = known && column_int(&run, 2) > 0;
    return run_end(&run) && (!known || run_with_id(store, SQL_ARTIFACT_DELETE, id)) &&
           (!had_entry_points || run_with_id(store, SQL_ENTRY_POINTS_DELETE, id)) &&
           (!had_anomalies || run_with_id(store, SQL_ANOMALIES_DELETE, id));
}

static bool find_place(struct store *store, const struct artifact_file *file, struct place *place) {
    int64_t project = 0;
    *place = (struct place){.path_hash = (int64_t)hash64(file->path, store->path_seed)};
    path_split(file->path, &place->folder, &place->filename);
    if (!forget_known(store, place) || !project_intern(store, file->project, &project))
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

enum { LISTS = 4 };

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

/* Binds in the order of ARTIFACT_COLUMNS. SQLITE_OK, or how it failed. */
static int put_row_at(struct store *store, const struct artifact *artifact, uint64_t key,
                      const struct place *place, const struct span lists[LISTS]) {
    struct run run = run_statement(store, SQL_ARTIFACT_PUT);
    run_int(&run, place->id);
    run_int(&run, place->path_hash);
    run_int(&run, (int64_t)key);
    run_int(&run, 0);
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
    run_int(&run, amount(artifact->entry_points.count));
    run_int(&run, amount(artifact->anomalies.count));
    run_blob(&run, artifact->metadata.marks.at, artifact->metadata.marks.len);
    run_once(&run);
    return run.result;
}

/* Another artifact of the project may have the same 31 bits of hash; the seed is secret, so nobody
 * can make many. */
static bool put_row(struct store *store, const struct artifact *artifact, uint64_t key,
                    struct place *place, const struct span lists[LISTS]) {
    int result = put_row_at(store, artifact, key, place, lists);
    while (result == SQLITE_CONSTRAINT_PRIMARYKEY || result == SQLITE_CONSTRAINT_ROWID) {
        place->id = (place->id & ~CLUSTER_MASK) | ((place->id + 1) & CLUSTER_MASK);
        result = put_row_at(store, artifact, key, place, lists);
    }
    return result == SQLITE_OK;
}

/* All lists as text in one buffer; views are taken only when it no longer grows. */
static bool write_lists(struct store *store, const struct artifact_metadata *metadata,
                        struct span lists[LISTS]) {
    const struct span_list *const sources[LISTS] = {
        &metadata->author_emails, &metadata->maintainer_emails, &metadata->requires_projects,
        &metadata->top_level};
    size_t ends[LISTS];
    buffer_clear(&store->scratch);
    for (size_t i = 0; i < LISTS; i++) {
        list_text_add(&store->scratch, sources[i]);
        ends[i] = store->scratch.len;
    }
    for (size_t i = 0; i < LISTS; i++)
        lists[i] = span_slice(buffer_span(&store->scratch), i > 0 ? ends[i - 1] : 0, ends[i]);
    return !store->scratch.failed;
}

/* Numbers that schema.sql gives to the commonest groups. */
static int64_t common_group(struct span group) {
    static const char *const common[] = {"console_scripts", "gui_scripts", "scripts"};
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (span_is(group, common[i]))
            return (int64_t)i + 1;
    return 0;
}

static bool put_entry_points(struct store *store, int64_t artifact,
                             const struct entry_point_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct entry_point *entry = &list->at[i];
        int64_t group = common_group(entry->group);
        if (group == 0 && !intern(store, SQL_GROUP_ADD, SQL_GROUP_FIND, entry->group, &group))
            return false;
        struct run run = run_statement(store, SQL_ENTRY_POINT_PUT);
        run_int(&run, artifact);
        run_int(&run, (int64_t)i);
        run_int(&run, group);
        run_text(&run, entry->name);
        run_text(&run, entry->object_reference);
        run_text(&run, entry->extras);
        run_int(&run, entry->source);
        if (!run_once(&run))
            return false;
    }
    return true;
}

static bool put_anomalies(struct store *store, int64_t artifact, const struct anomaly_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        struct run run = run_statement(store, SQL_ANOMALY_PUT);
        run_int(&run, artifact);
        run_int(&run, (int64_t)i);
        run_text(&run, list->at[i].code);
        run_text(&run, list->at[i].detail);
        if (!run_once(&run))
            return false;
    }
    return true;
}

/* The first artifact with a signature brings its sketch; others bring the same. Where that is
 * forgotten, it is stored again, which costs less than an index in the order of signatures. */
static bool put_sketch(struct store *store, enum sketch_kind kind,
                       const struct signature *signature, const struct sketch *sketch) {
    if (sketch->count == 0 || signature_is_zero(signature))
        return true;
    uint64_t hash = hash64(span_of(signature->at, SIGNATURE_BYTES), store->path_seed + kind);
    if (names_find(&store->sketched, hash) != 0)
        return true;
    uint32_t hashes[SKETCH_PAYLOAD_VALUES];
    uint32_t count = sketch->count < SKETCH_PAYLOAD_VALUES ? sketch->count : SKETCH_PAYLOAD_VALUES;
    for (uint32_t i = 0; i < count; i++)
        hashes[i] = htole32(sketch->at[i]);
    struct run run = run_statement(store, SQL_SKETCH_PUT);
    run_int(&run, kind);
    run_blob(&run, signature->at, SIGNATURE_BYTES);
    run_blob(&run, hashes, count * sizeof *hashes);
    if (!run_once(&run))
        return false;
    names_add(&store->sketched, hash, 1, SKETCHED_SLOTS_MAX);
    return true;
}

static bool put_sketches(struct store *store, const struct artifact_payload *payload) {
    return put_sketch(store, SKETCH_PAYLOAD, &payload->signature, &payload->sketch) &&
           put_sketch(store, SKETCH_METADATA, &payload->metadata_signature,
                      &payload->metadata_sketch);
}

bool store_put_artifact(struct store *store, const struct artifact *artifact, uint64_t key) {
    bool own = false;
    struct place place;
    struct span lists[LISTS];
    if (!write_lists(store, &artifact->metadata, lists))
        return store_fail_memory(store);
    if (!write_begin(store, &own))
        return false;
    if (!find_place(store, &artifact->file, &place) ||
        !put_row(store, artifact, key, &place, lists) ||
        !put_entry_points(store, place.id, &artifact->entry_points) ||
        !put_anomalies(store, place.id, &artifact->anomalies) ||
        !put_sketches(store, &artifact->payload))
        return store_fail_write(store, "store an artifact");
    return write_end(store, own);
}
