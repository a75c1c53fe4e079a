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
    struct arena *arena; /* of texts */
    int column;
    bool damaged; /* or memory is out */
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
    struct span copy;
    if (!arena_copy(cursor->arena, column_text(cursor->run, cursor->column++), &copy))
        cursor->damaged = true;
    return copy;
}

static void take_blob(struct cursor *cursor, void *at, size_t len) {
    struct span blob = column_text(cursor->run, cursor->column++);
    cursor->damaged = cursor->damaged || (blob.len != 0 && blob.len != len);
    if (blob.len == len)
        memcpy(at, blob.at, len);
}

static struct span_list take_list(struct cursor *cursor) {
    struct span_list list;
    if (!list_text_read(cursor->arena, take_text(cursor), &list))
        cursor->damaged = true;
    return list;
}

/* --- the artifact --------------------------------------------------------------------------- */

static void take_metadata(struct cursor *cursor, struct artifact *artifact) {
    struct artifact_metadata *metadata = &artifact->metadata;
    metadata->found = take_choice(cursor, 1) == 1;
    metadata->metadata_version = take_text(cursor);
    metadata->name = take_text(cursor);
    bool declared = !column_is_null(cursor->run, cursor->column);
    metadata->version = take_text(cursor);
    if (!declared)
        metadata->version = artifact->file.version;
    metadata->summary = take_text(cursor);
    metadata->author = take_text(cursor);
    metadata->home_page = take_text(cursor);
    metadata->repository = take_text(cursor);
    metadata->author_emails = take_list(cursor);
    metadata->maintainer_emails = take_list(cursor);
    metadata->requires_dist.count = take_amount(cursor);
    metadata->requires_projects = take_list(cursor);
    metadata->top_level = take_list(cursor);
}

bool path_join(struct arena *arena, struct span folder, struct span filename, struct span *path) {
    unsigned char *at = arena_alloc_raw(arena, folder.len + filename.len);
    if (at == NULL)
        return false;
    if (folder.len > 0)
        memcpy(at, folder.at, folder.len);
    if (filename.len > 0)
        memcpy(at + folder.len, filename.at, filename.len);
    *path = span_of(at, folder.len + filename.len);
    return true;
}

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

/* Entry points and anomalies; more of these may come, so that they are sorted at the end. */
static void take_attached(struct cursor *cursor, struct artifact *artifact) {
    struct entry_point_list *entries = &artifact->entry_points;
    if (!entry_points_read_text(artifact->arena, take_text(cursor), entries) ||
        !anomalies_read_text(artifact->arena, take_text(cursor), &artifact->anomalies))
        cursor->damaged = true;
    if (entries->count > 1)
        qsort(entries->at, entries->count, sizeof *entries->at, compare_entry_points);
}

/* What is stored of the artifact beside what is reported. */
struct stored {
    int64_t id;
    struct span folder;
};

/* Reads in the order of ARTIFACT_COLUMNS. */
static bool take_artifact(const struct run *run, struct artifact_row *row, struct stored *stored) {
    struct artifact *artifact = &row->artifact;
    struct cursor cursor = {.run = run, .arena = artifact->arena};
    stored->id = column_int(run, cursor.column++);
    row->vanished = take_choice(&cursor, 1) == 1;
    stored->folder = take_text(&cursor);
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
    artifact->metadata.marks = take_text(&cursor);
    take_attached(&cursor, artifact);
    if (cursor.damaged ||
        !path_join(artifact->arena, stored->folder, filename, &artifact->file.path))
        return false;
    artifact->file.filename = span_from(artifact->file.path, stored->folder.len);
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

/* --- what the index says -------------------------------------------------------------------- */

/* What pages say of an artifact: the project's own first. *wanted: as in row_from_artifact. */
static bool find_word(struct store *store, const struct row_source *source,
                      const struct stored *stored, const struct artifact_file *file,
                      struct index_word *word, bool *wanted) {
    const struct page_word like = {.hash = (int64_t)hash64(file->path, store->path_seed),
                                   .in_mirror = true,
                                   .folder = stored->folder,
                                   .filename = file->filename};
    bool adopted = stored->id >> CLUSTER_BITS != source->project_id;
    int64_t adopter = 0;
    *wanted = true;
    *word = INDEX_WORD_NONE;
    if (!source->mirror_has_index)
        return true;
    const struct page_word *own = words_find(&store->words, &like);
    if (own == NULL || (source->project_id == PROJECT_UNKNOWN && !adopted)) {
        if (!words_ask_all(store, source->project_id, like.hash, file->path, word, &adopter))
            return false;
        *wanted = adopted || adopter == 0;
    }
    if (own == NULL && !word->found && source->project_id != PROJECT_UNKNOWN)
        own = words_find_name(store, file->filename);
    if (own != NULL)
        *word = own->what;
    return true;
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

static bool begin_row(struct store *store, const struct row_source *source,
                      struct artifact_row *row) {
    *row = (struct artifact_row){.uploaded_at = INSTANT_UNKNOWN};
    artifact_begin(&row->artifact, store->arena);
    return arena_copy(store->arena, source->project, &row->artifact.file.project) ||
           store_fail_memory(store);
}

static bool make_row(struct store *store, const struct row_source *source,
                     const struct stored *stored, const struct index_word *word,
                     struct artifact_row *row) {
    struct artifact *artifact = &row->artifact;
    bool adopted = stored->id >> CLUSTER_BITS != source->project_id;
    apply_word(word, row);
    if ((adopted && !adopted_rename(artifact)) || !compare_with_index(store, source, word, row))
        return store_fail_memory(store);
    if (!row->vanished && !release_compare(store, artifact))
        return false;
    if (artifact->anomalies.count > 1)
        qsort(artifact->anomalies.at, artifact->anomalies.count, sizeof *artifact->anomalies.at,
              compare_anomalies);
    return true;
}

bool row_from_artifact(struct store *store, const struct row_source *source, const struct run *run,
                       struct artifact_row *row, bool *wanted) {
    struct stored stored;
    struct index_word word;
    if (!begin_row(store, source, row))
        return false;
    if (!take_artifact(run, row, &stored))
        return store_fail_damaged(store, reading);
    if (!find_word(store, source, &stored, &row->artifact.file, &word, wanted))
        return false;
    return !*wanted || make_row(store, source, &stored, &word, row);
}

bool row_from_word(struct store *store, const struct row_source *source, const struct extra *extra,
                   struct artifact_row *row) {
    const struct index_word *word = &extra->word->what;
    struct artifact_file *file = &row->artifact.file;
    if (!begin_row(store, source, row))
        return false;
    if (!arena_copy(store->arena, extra->filename, &file->filename) ||
        !arena_copy(store->arena, extra->path, &file->path) ||
        !arena_copy(store->arena, extra->version, &file->version))
        return store_fail_memory(store);
    file->format = filename_parse(file->filename, source->project).format;
    file->size_bytes = word->size_bytes == UINT64_MAX ? 0 : word->size_bytes;
    row->artifact.status = STATUS_UNREADABLE;
    row->artifact.status_detail = span_text("named by the index, missing on disk");
    row->uploaded_at = word->uploaded_at;
    row->uploaded_at_from_index = word->uploaded_at != INSTANT_UNKNOWN;
    memcpy(row->sha256, word->sha256, sizeof row->sha256);
    row->has_sha256 = word->has_sha256;
    row->yanked = word->yanked;
    return true;
}
