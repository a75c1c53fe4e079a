/*
 * store_row: makes one row of a report from what is stored: the artifact, what
 * an index page says of it, and the two anomalies that only both together show. The file
 * may have been damaged or edited, so enums are checked here, too.
 */
#include "base/hash.h"
#include "facts/list_text.h"
#include "facts/store_private.h"
#include "mirror/filename.h"

#include <stdio.h>
#include <stdlib.h>

static const char reading[] = "read an artifact";

/* A walk over the columns of a row, which tells at its end whether all values could be. */
struct cursor {
    const struct run *run;
    int column;
    bool damaged;
};

static uint64_t take_amount(struct cursor *cursor) {
    int64_t value = column_int(cursor->run, cursor->column++);
    cursor->damaged = cursor->damaged || value < 0;
    return value < 0 ? 0 : (uint64_t)value;
}

static unsigned take_choice(struct cursor *cursor, unsigned last) {
    uint64_t value = take_amount(cursor);
    cursor->damaged = cursor->damaged || value > last;
    return value > last ? 0 : (unsigned)value;
}

static struct span take_text(struct cursor *cursor) {
    return column_text(cursor->run, cursor->column++);
}

static void take_blob(struct cursor *cursor, void *at, size_t len) {
    struct span blob = take_text(cursor);
    cursor->damaged = cursor->damaged || (blob.len != 0 && blob.len != len);
    if (blob.len == len)
        memcpy(at, blob.at, len);
}

static struct span_list take_list(struct cursor *cursor, struct arena *arena) {
    struct span_list list;
    if (!list_text_read(arena, take_text(cursor), &list))
        cursor->damaged = true;
    return list;
}

/* --- the artifact --------------------------------------------------------------------------- */

static void take_metadata(struct cursor *cursor, struct artifact *artifact) {
    struct artifact_metadata *metadata = &artifact->metadata;
    metadata->found = take_choice(cursor, 1) == 1;
    metadata->metadata_version = take_text(cursor);
    metadata->name = take_text(cursor);
    metadata->version = column_is_null(cursor->run, cursor->column)
                            ? artifact->file.version
                            : column_text(cursor->run, cursor->column);
    cursor->column++;
    metadata->summary = take_text(cursor);
    metadata->author = take_text(cursor);
    metadata->home_page = take_text(cursor);
    metadata->repository = take_text(cursor);
    metadata->author_emails = take_list(cursor, artifact->arena);
    metadata->maintainer_emails = take_list(cursor, artifact->arena);
    metadata->requires_dist.count = take_amount(cursor);
    metadata->requires_projects = take_list(cursor, artifact->arena);
    metadata->top_level = take_list(cursor, artifact->arena);
}

static bool join_path(struct arena *arena, struct span folder, struct span filename,
                      struct artifact_file *file) {
    unsigned char *path = arena_alloc_raw(arena, folder.len + filename.len);
    if (path == NULL)
        return false;
    if (folder.len > 0)
        memcpy(path, folder.at, folder.len);
    if (filename.len > 0)
        memcpy(path + folder.len, filename.at, filename.len);
    file->path = span_of(path, folder.len + filename.len);
    file->filename = span_from(file->path, folder.len);
    return true;
}

/* How many rows of other tables belong to an artifact: most have none, and need no look. */
struct children {
    uint64_t entry_points;
    uint64_t anomalies;
};

/* Reads in the order of ARTIFACT_COLUMNS. */
static bool take_artifact(struct run *run, struct artifact_row *row, int64_t *path_hash,
                          struct children *children) {
    struct cursor cursor = {.run = run, .column = 1};
    struct artifact *artifact = &row->artifact;
    *path_hash = column_int(run, cursor.column++);
    cursor.column++; /* key */
    row->vanished = take_choice(&cursor, 1) == 1;
    struct span folder = take_text(&cursor);
    struct span filename = take_text(&cursor);
    artifact->file.version = take_text(&cursor);
    artifact->file.format = (enum artifact_format)take_choice(&cursor, FORMAT_EGG);
    artifact->file.size_bytes = take_amount(&cursor);
    artifact->file.mtime_ns = column_int(run, cursor.column++);
    artifact->status = (enum artifact_status)take_choice(&cursor, STATUS_UNREADABLE);
    artifact->status_detail = take_text(&cursor);
    artifact->contents.member_count = take_amount(&cursor);
    artifact->contents.python_file_count = take_amount(&cursor);
    artifact->contents.python_bytes = take_amount(&cursor);
    artifact->contents.native_file_count = take_amount(&cursor);
    take_metadata(&cursor, artifact);
    artifact->payload.kind = (enum payload_kind)take_choice(&cursor, KIND_CODE);
    take_blob(&cursor, artifact->payload.signature.at, SIGNATURE_BYTES);
    take_blob(&cursor, artifact->payload.metadata_signature.at, SIGNATURE_BYTES);
    children->entry_points = take_amount(&cursor);
    children->anomalies = take_amount(&cursor);
    artifact->metadata.marks = take_text(&cursor);
    return join_path(artifact->arena, folder, filename, &artifact->file) && !cursor.damaged;
}

/* --- what hangs on it ----------------------------------------------------------------------- */

static int compare_entry_points(const void *left, const void *right) {
    const struct entry_point *a = left;
    const struct entry_point *b = right;
    int order = span_compare(a->group, b->group);
    if (order == 0)
        order = span_compare(a->name, b->name);
    if (order == 0)
        order = span_compare(a->object_reference, b->object_reference);
    if (order == 0)
        order = span_compare(a->extras, b->extras);
    return order != 0 ? order : (int)a->source - (int)b->source;
}

static int compare_anomalies(const void *left, const void *right) {
    const struct anomaly *a = left;
    const struct anomaly *b = right;
    int order = span_compare(a->code, b->code);
    return order != 0 ? order : span_compare(a->detail, b->detail);
}

static bool add_entry_points(struct store *store, int64_t id, struct artifact *artifact) {
    struct entry_point_list *list = &artifact->entry_points;
    struct run run = run_statement(store, SQL_ENTRY_POINTS_GET);
    bool good = true;
    run_int(&run, id);
    while (good && run_step(&run)) {
        struct cursor cursor = {.run = &run, .column = 4};
        struct entry_point *entry = arena_push(store->arena, (void **)&list->at, &list->count,
                                               &list->capacity, sizeof *list->at);
        good = entry != NULL && arena_copy(store->arena, column_text(&run, 0), &entry->group) &&
               arena_copy(store->arena, column_text(&run, 1), &entry->name) &&
               arena_copy(store->arena, column_text(&run, 2), &entry->object_reference) &&
               arena_copy(store->arena, column_text(&run, 3), &entry->extras);
        if (good)
            entry->source = (enum entry_source)take_choice(&cursor, SOURCE_SETUP_PY);
        good = good && !cursor.damaged;
    }
    if (!run_end(&run))
        return store_fail(store, reading);
    if (!good)
        return store_fail_damaged(store, reading);
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, compare_entry_points);
    return true;
}

bool row_add_anomaly(struct store *store, struct anomaly_list *list, struct span code,
                     struct span detail) {
    struct anomaly *anomaly = arena_push(store->arena, (void **)&list->at, &list->count,
                                         &list->capacity, sizeof *list->at);
    detail = span_slice(detail, 0, ANOMALY_DETAIL_BYTES_MAX);
    return anomaly != NULL && arena_copy(store->arena, code, &anomaly->code) &&
           arena_copy(store->arena, detail, &anomaly->detail);
}

static bool add_anomalies(struct store *store, int64_t id, struct artifact *artifact) {
    struct run run = run_statement(store, SQL_ANOMALIES_GET);
    bool room = true;
    run_int(&run, id);
    while (room && run_step(&run))
        room = row_add_anomaly(store, &artifact->anomalies, column_text(&run, 0),
                               column_text(&run, 1));
    if (!run_end(&run))
        return store_fail(store, reading);
    return room || store_fail_memory(store);
}

/* --- what the index says -------------------------------------------------------------------- */

/* What a page says of a file. */
struct index_word {
    bool found;
    instant uploaded_at;
    uint64_t size_bytes;
    unsigned char sha256[32];
    bool has_sha256;
    bool yanked;
    bool damaged;
    bool of_own_project; /* said by a page of the project itself */
    int64_t page;
};

/* Reads in the order of INDEX_FILE_COLUMNS. */
static struct index_word take_word(const struct run *run) {
    struct index_word word = {.found = true};
    word.uploaded_at = column_is_null(run, 0) ? INSTANT_UNKNOWN : column_int(run, 0);
    word.size_bytes = column_is_null(run, 1) ? UINT64_MAX : (uint64_t)column_int(run, 1);
    struct cursor cursor = {.run = run, .column = 2};
    word.has_sha256 = !column_is_null(run, 2);
    take_blob(&cursor, word.sha256, sizeof word.sha256);
    word.yanked = take_choice(&cursor, 1) == 1;
    word.damaged = cursor.damaged;
    return word;
}

/* Whether the path of page `a` comes before that of page `b`. */
static bool page_precedes(struct store *store, int64_t a, int64_t b, bool *precedes) {
    struct run run = run_statement(store, SQL_PAGE_PATH);
    struct span path = SPAN_EMPTY;
    run_int(&run, a);
    bool copied = !run_step(&run) || arena_copy(store->arena, column_text(&run, 0), &path);
    if (!run_end(&run) || !copied)
        return false;
    run = run_statement(store, SQL_PAGE_PATH);
    run_int(&run, b);
    *precedes = run_step(&run) && span_compare(path, column_text(&run, 0)) < 0;
    return run_end(&run);
}

/*
 * Pages may repeat each other (bandersnatch keeps old versions of a page): the project's own page
 * counts first, then the first by name; of what one page repeats, the first.
 */
static bool take_best_word(struct store *store, const struct row_source *source, struct run *run,
                           struct index_word *best) {
    while (run_step(run)) {
        struct index_word word = take_word(run);
        bool better = !best->found;
        word.of_own_project = column_int(run, 4) == source->project_id;
        word.page = column_int(run, 5);
        if (best->found && word.of_own_project != best->of_own_project)
            better = word.of_own_project;
        else if (best->found && word.page != best->page &&
                 !page_precedes(store, word.page, best->page, &better))
            return false;
        if (better)
            *best = word;
    }
    return true;
}

static bool find_word_by_path(struct store *store, const struct row_source *source,
                              int64_t path_hash, struct span path, struct index_word *word) {
    struct run run = run_statement(store, SQL_INDEX_BY_PATH);
    struct span folder;
    struct span filename;
    path_split(path, &folder, &filename);
    run_int(&run, path_hash);
    run_text(&run, folder);
    run_text(&run, filename);
    bool taken = take_best_word(store, source, &run, word);
    return run_end(&run) && taken;
}

/* For pages whose urls point outside of the mirror. */
static bool find_word_by_name(struct store *store, const struct row_source *source,
                              struct span filename, struct index_word *word) {
    struct run run = run_statement(store, SQL_INDEX_BY_NAME);
    run_int(&run, source->project_id);
    run_text(&run, filename);
    bool taken = take_best_word(store, source, &run, word);
    return run_end(&run) && taken;
}

static bool find_word(struct store *store, const struct row_source *source, int64_t path_hash,
                      const struct artifact_file *file, struct index_word *word) {
    *word = (struct index_word){.uploaded_at = INSTANT_UNKNOWN, .size_bytes = UINT64_MAX};
    if (!source->mirror_has_index)
        return true;
    if (!find_word_by_path(store, source, path_hash, file->path, word) ||
        (!word->found && source->project_id != PROJECT_UNKNOWN &&
         !find_word_by_name(store, source, file->filename, word)))
        return store_fail(store, reading);
    return !word->damaged || store_fail_damaged(store, reading);
}

/* Nanoseconds to microseconds, towards the past. */
static instant instant_of_ns(int64_t ns) {
    return ns / 1000 - (ns % 1000 < 0 ? 1 : 0);
}

/* A file that could not even be looked at has neither time nor size. */
static bool was_never_seen(const struct artifact *artifact) {
    return artifact->status == STATUS_UNREADABLE && artifact->file.size_bytes == 0 &&
           artifact->file.mtime_ns == 0;
}

static void apply_word(const struct index_word *word, struct artifact_row *row) {
    row->uploaded_at = word->uploaded_at;
    row->uploaded_at_from_index = word->uploaded_at != INSTANT_UNKNOWN;
    if (!row->uploaded_at_from_index && !was_never_seen(&row->artifact))
        row->uploaded_at = instant_of_ns(row->artifact.file.mtime_ns);
    memcpy(row->sha256, word->sha256, sizeof row->sha256);
    row->has_sha256 = word->has_sha256;
    row->yanked = word->yanked;
}

/* Only of what is in the mirror now: an index need not name what is gone. */
static bool compare_with_index(struct store *store, const struct row_source *source,
                               const struct index_word *word, struct artifact_row *row) {
    struct anomaly_list *list = &row->artifact.anomalies;
    if (!source->mirror_has_index || row->vanished)
        return true;
    if (!word->found)
        return row_add_anomaly(store, list, span_text("not-in-index"), SPAN_EMPTY);
    if (word->size_bytes == UINT64_MAX || word->size_bytes == row->artifact.file.size_bytes ||
        was_never_seen(&row->artifact))
        return true;
    char detail[80];
    int len = snprintf(detail, sizeof detail, "index says %llu, file has %llu",
                       (unsigned long long)word->size_bytes,
                       (unsigned long long)row->artifact.file.size_bytes);
    return row_add_anomaly(store, list, span_text("size-mismatch"), span_of(detail, (size_t)len));
}

/* --- rows ----------------------------------------------------------------------------------- */

static void begin_row(struct store *store, const struct row_source *source,
                      struct artifact_row *row) {
    arena_reset(store->arena);
    *row = (struct artifact_row){.uploaded_at = INSTANT_UNKNOWN};
    artifact_begin(&row->artifact, store->arena);
    row->artifact.file.project = source->project;
}

bool row_from_artifact(struct store *store, const struct row_source *source,
                       struct artifact_row *row) {
    struct run run = run_statement(store, SQL_ARTIFACT_GET);
    struct children children = {0};
    struct index_word word;
    int64_t path_hash = 0;
    begin_row(store, source, row);
    run_int(&run, source->id);
    if (!run_step(&run)) {
        return run_end(&run) ? store_fail_damaged(store, reading) : store_fail(store, reading);
    }
    if (!take_artifact(&run, row, &path_hash, &children))
        return store_fail_damaged(store, reading);
    if (!find_word(store, source, path_hash, &row->artifact.file, &word) ||
        (children.entry_points > 0 && !add_entry_points(store, source->id, &row->artifact)) ||
        (children.anomalies > 0 && !add_anomalies(store, source->id, &row->artifact)))
        return false;
    bool adopted = source->id >> CLUSTER_BITS != source->project_id;
    apply_word(&word, row);
    if ((adopted && !adopted_rename(&row->artifact)) ||
        !compare_with_index(store, source, &word, row))
        return store_fail_memory(store);
    if (!row->vanished && !release_compare(store, &row->artifact))
        return false;
    if (row->artifact.anomalies.count > 1)
        qsort(row->artifact.anomalies.at, row->artifact.anomalies.count,
              sizeof *row->artifact.anomalies.at, compare_anomalies);
    return true;
}

bool row_from_index(struct store *store, const struct row_source *source,
                    struct artifact_row *row) {
    struct run run = run_statement(store, SQL_INDEX_FILE_GET);
    struct artifact_file *file = &row->artifact.file;
    begin_row(store, source, row);
    run_int(&run, source->id);
    if (!run_step(&run))
        return run_end(&run) ? store_fail_damaged(store, reading) : store_fail(store, reading);
    struct index_word word = take_word(&run);
    struct span folder = column_text(&run, 4);
    bool in_mirror = !column_is_null(&run, 4);
    bool joined = join_path(store->arena, folder, column_text(&run, 5), file);
    if (!run_end(&run) || !joined || word.damaged)
        return store_fail_damaged(store, reading);
    if (!in_mirror)
        file->path = SPAN_EMPTY; /* the index has a name for it, the mirror has no place */
    struct parsed_filename parsed = filename_parse(file->filename, source->project);
    file->format = parsed.format;
    file->version = parsed.version;
    file->size_bytes = word.size_bytes == UINT64_MAX ? 0 : word.size_bytes;
    row->artifact.status = STATUS_UNREADABLE;
    row->artifact.status_detail = span_text("named by the index, missing on disk");
    row->uploaded_at = word.uploaded_at;
    row->uploaded_at_from_index = word.uploaded_at != INSTANT_UNKNOWN;
    memcpy(row->sha256, word.sha256, sizeof row->sha256);
    row->has_sha256 = word.has_sha256;
    row->yanked = word.yanked;
    return true;
}

void row_release(struct store *store) {
    sqlite3_reset(store->statements[SQL_ARTIFACT_GET]);
}
