/* store_stage: what the tests of the store share: a folder of their own, facts to put, rows as
 * text. */
#ifndef WINNOW_TESTS_STORE_STAGE_H
#define WINNOW_TESTS_STORE_STAGE_H

#include "facts/store.h"

#include "base/text.h"
#include "facts/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the stage ------------------------------------------------------------------------------ */

struct stage {
    char folder[64];
    char path[128];
    struct arena *arena;
};

static inline int set_stage(void **state) {
    struct stage *stage = calloc(1, sizeof *stage);
    strcpy(stage->folder, "/tmp/winnow-store-XXXXXX");
    if (mkdtemp(stage->folder) == NULL)
        return 1;
    snprintf(stage->path, sizeof stage->path, "%s/state.db", stage->folder);
    stage->arena = arena_new(1 << 26);
    *state = stage;
    return 0;
}

static inline void remove_tree(const char *path) {
    DIR *folder = opendir(path);
    struct dirent *entry = NULL;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char *inner = NULL;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (asprintf(&inner, "%s/%s", path, entry->d_name) < 0)
            break;
        if (unlink(inner) != 0)
            remove_tree(inner);
        free(inner);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

static inline int strike_stage(void **state) {
    struct stage *stage = *state;
    chmod(stage->folder, 0755);
    remove_tree(stage->folder);
    arena_free(stage->arena);
    free(stage);
    return 0;
}

static inline struct store *open_or_die(const char *path, enum store_mode mode) {
    char *problem = NULL;
    struct store *store = store_open(path, mode, &problem);
    if (store == NULL)
        fail_msg("%s", problem ? problem : "no problem told");
    assert_null(problem);
    return store;
}

static inline void assert_refused(const char *path, enum store_mode mode, const char *words) {
    char *problem = NULL;
    assert_null(store_open(path, mode, &problem));
    assert_non_null(problem);
    if (strstr(problem, words) == NULL || strstr(problem, path) == NULL)
        fail_msg("\"%s\" does not hold \"%s\" and the path", problem, words);
    free(problem);
}

static inline void good(struct store *store, bool result) {
    if (!result)
        fail_msg("%s", store_problem(store));
}

/* Runs `role` in a child; its result is the exit status. */
static inline int in_child(struct stage *stage, int (*role)(struct stage *stage)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(role(stage));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)

/* --- facts ---------------------------------------------------------------------------------- */

static inline struct span copy_text(struct arena *arena, const char *text) {
    struct span copy;
    assert_true(arena_copy(arena, span_text(text), &copy));
    return copy;
}

static inline struct artifact plain_artifact(struct arena *arena, const char *path,
                                             const char *project, const char *version) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.path = copy_text(arena, path);
    artifact.file.filename = artifact.file.path;
    artifact.file.project = copy_text(arena, project);
    artifact.file.version = copy_text(arena, version);
    artifact.file.format = FORMAT_WHEEL;
    artifact.file.size_bytes = 1000;
    artifact.file.mtime_ns = INT64_C(1700000000123456789);
    return artifact;
}

static inline void put(struct stage *stage, struct store *store, const char *path,
                       const char *project, const char *version, uint64_t key) {
    struct artifact artifact = plain_artifact(stage->arena, path, project, version);
    good(store, store_put_artifact(store, &artifact, key));
}

static inline void put_page(struct store *store, const char *page, const char *project,
                            const struct index_file *files, size_t count, bool on_disk,
                            uint64_t key) {
    good(store, store_page_begin(store, span_text(page), span_text(project)));
    for (size_t i = 0; i < count; i++)
        good(store,
             store_page_file(store, span_text(page), span_text(project), &files[i], on_disk));
    good(store, store_page_end(store, span_text(page), key));
}

static inline struct index_file index_entry(const char *path, instant uploaded_at, uint64_t size) {
    struct span whole = span_text(path);
    size_t slash = span_find_last(whole, '/');
    return (struct index_file){.filename = slash == whole.len ? whole : span_from(whole, slash + 1),
                               .path = whole,
                               .uploaded_at = uploaded_at,
                               .size_bytes = size};
}

/* Writes rows as lines: "project version path status [detail] when(i|m) flags anomalies". */
struct listing {
    struct buffer text;
    size_t rows;
    size_t stop_after; /* 0: never */
};

static inline void add_span(struct buffer *out, struct span text) {
    buffer_add(out, text);
    buffer_add_byte(out, ' ');
}

static inline bool list_row(void *context, const struct artifact_row *row) {
    struct listing *listing = context;
    const struct artifact *artifact = &row->artifact;
    struct buffer *out = &listing->text;
    add_span(out, artifact->file.project.len ? artifact->file.project : span_text("-"));
    add_span(out, artifact->file.version.len ? artifact->file.version : span_text("-"));
    add_span(out, artifact->file.path.len ? artifact->file.path : span_text("-"));
    add_span(out, span_text(artifact_status_name(artifact->status)));
    instant_add(out, row->uploaded_at);
    buffer_add_text(out, row->uploaded_at_from_index ? " index" : " mtime");
    buffer_add_text(out, row->vanished ? " vanished" : "");
    buffer_add_text(out, row->yanked ? " yanked" : "");
    buffer_add_text(out, row->has_sha256 ? " sha256" : "");
    for (size_t i = 0; i < artifact->anomalies.count; i++) {
        buffer_add_byte(out, ' ');
        buffer_add(out, artifact->anomalies.at[i].code);
        buffer_add_byte(out, '(');
        buffer_add(out, artifact->anomalies.at[i].detail);
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, '\n');
    listing->rows++;
    return listing->rows != listing->stop_after;
}

static inline void assert_listing(struct store *store, const char *want) {
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct listing listing = {.text = BUFFER_EMPTY};
        good(store, store_each_artifact(store, threads, list_row, &listing));
        buffer_add_byte(&listing.text, '\0');
        assert_string_equal((const char *)listing.text.at, want);
        buffer_free(&listing.text);
    }
}

static inline size_t count_rows(struct store *store) {
    struct listing listing = {.text = BUFFER_EMPTY};
    good(store, store_each_artifact(store, 1, list_row, &listing));
    buffer_free(&listing.text);
    return listing.rows;
}

/* The one number that an SQL query gives. */
static inline int64_t ask(struct store *store, const char *sql) {
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    else
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    sqlite3_finalize(statement);
    return answer;
}

static inline void assert_span(struct span got, struct span want) {
    assert_int_equal(got.len, want.len);
    if (want.len > 0)
        assert_memory_equal(got.at, want.at, want.len);
}

static inline void assert_list(const struct span_list *got, const struct span_list *want) {
    assert_int_equal(got->count, want->count);
    for (size_t i = 0; i < want->count; i++)
        assert_span(got->at[i], want->at[i]);
}

struct keys {
    uint64_t at[20];
    size_t count;
};

static inline void collect_key(void *context, uint64_t key) {
    struct keys *keys = context;
    assert_true(keys->count < 20);
    keys->at[keys->count++] = key;
}

static inline bool has_key(void *context, uint64_t key) {
    const struct keys *keys = context;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->at[i] == key)
            return true;
    return false;
}

#endif
