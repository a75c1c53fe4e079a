/*
 * store_read: gives all facts back in the order of the reports. Projects come in
 * order of their names, and only the rows of one project are sorted at a time, so memory does not
 * grow with the mirror and nothing is written to temporary files but for a project of
 * very many files.
 */
#include "facts/store_private.h"

#include <endian.h>

/* One pass of store_each_artifact. */
struct pass {
    struct store *store;
    bool (*row)(void *context, const struct artifact_row *row);
    void *context;
    bool mirror_has_index;
    bool stopped;
};

/* A transaction around a pass, so that all of it sees one state. A reader has one since it was
 * opened. */
static bool begin_pass(struct store *store, bool *own) {
    *own = sqlite3_get_autocommit(store->db) != 0;
    return !*own || sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK ||
           store_fail(store, "read");
}

static void end_pass(struct store *store, bool own) {
    if (own)
        sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
}

static bool find_index(struct store *store, bool *has_index) {
    struct run run = run_statement(store, SQL_HAS_INDEX);
    *has_index = run_step(&run) && column_int(&run, 0) != 0;
    return run_end(&run) || store_fail(store, "read the index pages");
}

/* Several pages may name one missing file: it is reported once. */
static bool is_repeat(const struct artifact_row *row, struct buffer *before) {
    struct span was = buffer_span(before);
    const struct artifact_file *file = &row->artifact.file;
    size_t path_len = file->path.len;
    bool repeat = was.len == path_len + file->filename.len &&
                  span_equal(span_slice(was, 0, path_len), file->path) &&
                  span_equal(span_from(was, path_len), file->filename);
    buffer_clear(before);
    buffer_add(before, file->path);
    buffer_add(before, file->filename);
    return repeat;
}

static bool give_row(struct pass *pass, bool stored, const struct row_source *source,
                     struct buffer *before) {
    struct artifact_row row;
    bool made = stored ? row_from_artifact(pass->store, source, &row)
                       : row_from_index(pass->store, source, &row);
    if (made && (stored || !is_repeat(&row, before)))
        pass->stopped = !pass->row(pass->context, &row);
    row_release(pass->store);
    return made;
}

static bool give_project(struct pass *pass, int64_t id, struct span name) {
    struct run run = run_statement(pass->store, SQL_PROJECT_ROWS);
    struct buffer before = BUFFER_EMPTY;
    bool good = true;
    release_begin(pass->store, id);
    run_int(&run, id);
    run_text(&run, name);
    run_int(&run, cluster_first(id));
    run_int(&run, cluster_last(id));
    while (good && !pass->stopped && run_step(&run)) {
        const struct row_source source = {.id = column_int(&run, 1),
                                          .project_id = id,
                                          .project = name,
                                          .mirror_has_index = pass->mirror_has_index};
        good = give_row(pass, column_int(&run, 0) != 0, &source, &before);
    }
    bool remembered = !before.failed;
    buffer_free(&before);
    if (!run_end(&run))
        return store_fail(pass->store, "read a project");
    return good && (remembered || store_fail_memory(pass->store));
}

static bool give_projects(struct pass *pass) {
    struct run run = run_statement(pass->store, SQL_PROJECTS);
    bool good = true;
    while (good && !pass->stopped && run_step(&run))
        good = give_project(pass, column_int(&run, 0), column_text(&run, 1));
    if (!run_end(&run))
        return store_fail(pass->store, "read the projects");
    return good;
}

bool store_each_artifact(struct store *store,
                         bool (*row)(void *context, const struct artifact_row *row),
                         void *context) {
    struct pass pass = {.store = store, .row = row, .context = context};
    bool own = false;
    if (!begin_pass(store, &own))
        return false;
    bool good =
        find_index(store, &pass.mirror_has_index) && adopted_find(store) && give_projects(&pass);
    end_pass(store, own);
    return good;
}

bool store_each_owner(struct store *store,
                      bool (*owner)(void *context, struct span project, struct span user),
                      void *context) {
    struct run run = run_statement(store, SQL_OWNERS);
    bool wanted = true;
    while (wanted && run_step(&run))
        wanted = owner(context, column_text(&run, 0), column_text(&run, 1));
    return run_end(&run) || store_fail(store, "read the owners");
}

/* Copies the hashes, in this machine's order of bytes. False when the file must have been damaged.
 */
static bool take_hashes(const struct run *run, enum sketch_kind kind, uint32_t *hashes,
                        struct sketch *sketch) {
    struct span blob = column_text(run, 2);
    if (blob.len % sizeof *hashes != 0 || blob.len / sizeof *hashes > sketch_values_max(kind))
        return false;
    uint32_t count = (uint32_t)(blob.len / sizeof *hashes);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&hashes[i], blob.at + i * sizeof *hashes, sizeof *hashes);
        hashes[i] = le32toh(hashes[i]);
        if (i > 0 && hashes[i] <= hashes[i - 1])
            return false;
    }
    *sketch = (struct sketch){hashes, count};
    return true;
}

bool store_each_sketch(struct store *store,
                       bool (*row)(void *context, enum sketch_kind kind,
                                   const struct signature *signature, const struct sketch *sketch),
                       void *context) {
    struct run run = run_statement(store, SQL_SKETCHES);
    uint32_t hashes[SKETCH_PAYLOAD_VALUES];
    bool wanted = true;
    bool whole = true;
    while (wanted && whole && run_step(&run)) {
        enum sketch_kind kind = (enum sketch_kind)column_int(&run, 0);
        struct span blob = column_text(&run, 1);
        struct signature signature;
        struct sketch sketch;
        whole = (kind == SKETCH_PAYLOAD || kind == SKETCH_METADATA) &&
                blob.len == SIGNATURE_BYTES && take_hashes(&run, kind, hashes, &sketch);
        if (!whole)
            break;
        memcpy(signature.at, blob.at, SIGNATURE_BYTES);
        wanted = row(context, kind, &signature, &sketch);
    }
    if (!run_end(&run))
        return store_fail(store, "read the sketches");
    return whole || store_fail_damaged(store, "read the sketches");
}
