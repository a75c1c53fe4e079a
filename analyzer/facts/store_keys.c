/* store_keys: what is stored, by key, for the start of a scan, and what has vanished, for its end.
 */
#include "base/stop.h"
#include "facts/store_private.h"

#include <stdlib.h>

bool store_count_keys(struct store *store, size_t *count) {
    if (!paths_flush(store))
        return store_fail_write(store, "count the keys");
    struct run run = run_statement(store, SQL_KEY_COUNT);
    *count = run_step(&run) ? (size_t)column_int(&run, 0) : 0;
    return run_end(&run) || store_fail(store, "count the keys");
}

bool store_each_key(struct store *store, void (*key)(void *context, uint64_t key), void *context) {
    if (!paths_flush(store))
        return store_fail_write(store, "read the keys");
    struct run run = run_statement(store, SQL_ARTIFACT_KEYS);
    while (!stop_wanted() && run_step(&run))
        key(context, (uint64_t)column_int(&run, 1));
    if (!run_end(&run))
        return store_fail(store, "read the keys");
    run = run_statement(store, SQL_PAGE_KEYS);
    while (run_step(&run))
        if (column_int(&run, 2) != 0) /* complete */
            key(context, (uint64_t)column_int(&run, 1));
    return run_end(&run) || store_fail(store, "read the keys");
}

/* Rows to be changed, collected first: a table must not change while it is read. */
struct ids {
    int64_t *at;
    size_t count;
    size_t capacity;
};

static bool add_id(struct ids *ids, int64_t id) {
    if (ids->count == ids->capacity) {
        size_t wider = ids->capacity ? ids->capacity * 2 : 256;
        int64_t *grown = realloc(ids->at, wider * sizeof *grown);
        if (grown == NULL)
            return false;
        ids->at = grown;
        ids->capacity = wider;
    }
    ids->at[ids->count++] = id;
    return true;
}

/* The question of store_mark_vanished and its answers. */
struct roll_call {
    bool (*is_present)(void *context, uint64_t key);
    void *context;
    struct ids gone; /* hashes of paths */
    struct ids back;
    struct ids pages;
    uint64_t vanished;
};

enum call_result { CALL_DONE, CALL_NO_MEMORY, CALL_FAILED };

static enum call_result call_artifacts(struct store *store, struct roll_call *call) {
    struct run run = run_statement(store, SQL_ARTIFACT_KEYS);
    bool room = true;
    while (room && !stop_wanted() && run_step(&run)) {
        bool was_present = column_int(&run, 2) == 0;
        bool present = call->is_present(call->context, (uint64_t)column_int(&run, 1));
        call->vanished += present ? 0 : 1;
        if (present != was_present)
            room = add_id(present ? &call->back : &call->gone, column_int(&run, 0));
    }
    if (!run_end(&run))
        return CALL_FAILED;
    return room ? CALL_DONE : CALL_NO_MEMORY;
}

/* A page that is still not complete after a complete scan has gone before it could be read again.
 */
static enum call_result call_pages(struct store *store, struct roll_call *call) {
    struct run run = run_statement(store, SQL_PAGE_KEYS);
    bool room = true;
    while (room && run_step(&run))
        if (column_int(&run, 2) != 0
                ? !call->is_present(call->context, (uint64_t)column_int(&run, 1))
                : column_int(&run, 3) == 0)
            room = add_id(&call->pages, column_int(&run, 0));
    if (!run_end(&run))
        return CALL_FAILED;
    return room ? CALL_DONE : CALL_NO_MEMORY;
}

static bool set_one(struct store *store, enum statement statement, int64_t id, bool vanished) {
    struct run run = run_statement(store, statement);
    run_int(&run, id);
    run_int(&run, vanished);
    return run_once(&run);
}

/* A page that names the file was read when it was still there: from now on it names a missing one.
 */
static bool set_vanished(struct store *store, const struct ids *ids, bool vanished) {
    for (size_t i = 0; i < ids->count && !stop_wanted(); i++)
        if (!set_one(store, SQL_ARTIFACT_SET_VANISHED, ids->at[i], vanished) ||
            !set_one(store, SQL_PATH_SET_VANISHED, ids->at[i], vanished) ||
            !set_one(store, SQL_INDEX_FILE_SET_VANISHED, ids->at[i], vanished))
            return false;
    return true;
}

static bool write_down(struct store *store, const struct roll_call *call) {
    if (!set_vanished(store, &call->gone, true) || !set_vanished(store, &call->back, false))
        return false;
    for (size_t i = 0; i < call->pages.count; i++)
        if (!page_remove(store, call->pages.at[i]))
            return false;
    struct run run = run_statement(store, SQL_PAGES_FORGET);
    return run_once(&run);
}

bool store_mark_vanished(struct store *store, bool (*is_present)(void *context, uint64_t key),
                         void *context, uint64_t *vanished) {
    struct roll_call call = {.is_present = is_present, .context = context};
    bool own = false;
    if (!write_begin(store, &own))
        return false;
    enum call_result result = paths_flush(store) ? call_artifacts(store, &call) : CALL_FAILED;
    if (result == CALL_DONE)
        result = call_pages(store, &call);
    if (result == CALL_DONE && !write_down(store, &call))
        result = CALL_FAILED;
    *vanished = call.vanished;
    free(call.gone.at);
    free(call.back.at);
    free(call.pages.at);
    if (result == CALL_NO_MEMORY)
        return store_fail_memory(store);
    return result == CALL_DONE ? write_end(store, own)
                               : store_fail_write(store, "mark what has vanished");
}
