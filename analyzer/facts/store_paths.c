/*
 * store_paths: which artifact a path has. Hashes of paths come in no order, and their table is as
 * large as a mirror has files: each alone would be looked for in a page of its own. They wait until
 * a commit and are put in place sorted, so that a page is visited once for all that belong there.
 */
#include "facts/store_private.h"

#include <stdlib.h>

/* 2 MiB. */
enum { WAITING_MAX = 64 * 1024 };

struct waiting_path {
    int64_t path_hash;
    int64_t artifact;
    uint64_t key;
    size_t order; /* of two with one path the later counts */
};

static int compare_waiting(const void *left, const void *right) {
    const struct waiting_path *a = left;
    const struct waiting_path *b = right;
    if (a->path_hash != b->path_hash)
        return a->path_hash < b->path_hash ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Removes an older row of the same path, as there is where the project is told otherwise now. */
static bool remove_old(struct store *store, int64_t old, const struct waiting_path *path) {
    if (old == path->artifact)
        return true;
    struct run run = run_statement(store, SQL_ARTIFACT_DELETE_OLD);
    run_int(&run, old);
    run_int(&run, path->artifact);
    return run_once(&run);
}

static struct run put_path(struct store *store, enum statement statement,
                           const struct waiting_path *path) {
    struct run run = run_statement(store, statement);
    run_int(&run, path->path_hash);
    run_int(&run, path->artifact);
    run_int(&run, (int64_t)path->key);
    run_once(&run);
    return run;
}

/* Of a path that is in the table. */
static bool replace_path(struct store *store, const struct waiting_path *path) {
    struct run run = run_statement(store, SQL_PATH_FIND);
    run_int(&run, path->path_hash);
    int64_t old = run_step(&run) ? column_int(&run, 0) : path->artifact;
    if (!run_end(&run) || !remove_old(store, old, path))
        return false;
    return put_path(store, SQL_PATH_REPLACE, path).result == SQLITE_OK;
}

static bool put_or_replace(struct store *store, const struct waiting_path *path) {
    struct run run = put_path(store, SQL_PATH_PUT, path);
    return run.result == SQLITE_OK || (is_taken(&run) && replace_path(store, path));
}

/* Writes all that wait for one path, from `first` on; gives the place behind them. */
static bool put_same(struct store *store, const struct paths *paths, size_t first, size_t *end) {
    *end = first + 1;
    while (*end < paths->count && paths->at[*end].path_hash == paths->at[first].path_hash)
        ++*end;
    const struct waiting_path *last = &paths->at[*end - 1];
    for (size_t i = first; i + 1 < *end; i++)
        if (!remove_old(store, paths->at[i].artifact, last))
            return false;
    return put_or_replace(store, last);
}

bool paths_flush(struct store *store) {
    struct paths *paths = &store->paths;
    bool good = true;
    if (paths->count > 1)
        qsort(paths->at, paths->count, sizeof *paths->at, compare_waiting);
    for (size_t i = 0; good && i < paths->count;)
        good = put_same(store, paths, i, &i);
    paths->count = 0;
    return good;
}

bool paths_put(struct store *store, int64_t path_hash, int64_t artifact, uint64_t key) {
    struct paths *paths = &store->paths;
    if (paths->count == paths->capacity) {
        size_t wider = paths->capacity ? paths->capacity * 2 : 1024;
        struct waiting_path *grown = realloc(paths->at, wider * sizeof *grown);
        if (grown == NULL)
            return false;
        paths->at = grown;
        paths->capacity = wider;
    }
    paths->at[paths->count] = (struct waiting_path){path_hash, artifact, key, paths->count};
    paths->count++;
    return paths->count < WAITING_MAX || paths_flush(store);
}

void paths_forget(struct paths *paths) {
    free(paths->at);
    *paths = (struct paths){.at = NULL};
}
