/*
 * store_read: gives all facts back in the order of the reports. Projects come in
 * order of their names, and only the rows of one project are sorted at a time, so memory does not
 * grow with the mirror and nothing is written to temporary files but for a project of
 * very many files.
 */
#include "facts/store_private.h"

#include <pthread.h>
#include <stdlib.h>

static const char reading[] = "read a project";

/* One pass of store_each_artifact. */
struct pass {
    struct store *store;
    bool (*row)(void *context, const struct artifact_row *row);
    void *context;
    struct relay *relay; /* NULL: rows are taken where they are read */
    bool mirror_has_index;
    bool stopped;
    bool good; /* what the thread that reads has to say */
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

static void give(struct pass *pass, const struct artifact_row *row) {
    if (pass->relay != NULL) {
        pass->stopped = !relay_give(pass->relay, row);
        return;
    }
    pass->stopped = !pass->row(pass->context, row);
    arena_reset(pass->store->arena);
}

/* Gives what SQL_ARTIFACTS or SQL_ARTIFACT_GET has stepped to. */
static bool give_artifact(struct pass *pass, const struct row_source *source,
                          const struct run *run) {
    struct artifact_row row;
    bool wanted = false;
    struct arena_mark before = arena_mark(pass->store->arena);
    if (!row_from_artifact(pass->store, source, run, &row, &wanted))
        return false;
    if (wanted)
        give(pass, &row);
    else
        arena_rewind(pass->store->arena, before);
    return true;
}

static bool give_extra(struct pass *pass, const struct row_source *source,
                       const struct extra *extra) {
    if (extra->artifact == 0) {
        struct artifact_row row;
        if (!row_from_word(pass->store, source, extra, &row))
            return false;
        give(pass, &row);
        return true;
    }
    struct run run = run_statement(pass->store, SQL_ARTIFACT_GET);
    run_int(&run, extra->artifact);
    bool found = run_step(&run);
    bool good = found && give_artifact(pass, source, &run);
    if (!run_end(&run))
        return store_fail(pass->store, reading);
    return found ? good : store_fail_damaged(pass->store, reading);
}

/* Whether an extra comes before the artifact that `run` has stepped to. */
static bool extra_precedes(struct store *store, const struct extra *extra, const struct run *run) {
    struct buffer *path = &store->scratch;
    buffer_clear(path);
    buffer_add(path, column_text(run, ARTIFACT_FOLDER));
    buffer_add(path, column_text(run, ARTIFACT_FILENAME));
    return extra_compare(extra, column_text(run, ARTIFACT_VERSION),
                         column_text(run, ARTIFACT_FILENAME), buffer_span(path)) < 0;
}

/* The id of a project's only artifact; 0: it has none, or more. */
static bool find_alone(struct store *store, int64_t project, int64_t *id) {
    struct run run = run_statement(store, SQL_ARTIFACT_IDS);
    run_int(&run, cluster_first(project));
    run_int(&run, cluster_last(project));
    *id = run_step(&run) ? column_int(&run, 0) : 0;
    if (*id != 0 && run_step(&run))
        *id = 0;
    return run_end(&run) || store_fail(store, reading);
}

/* The artifacts of a project, to be stepped through in order. */
static bool begin_artifacts(struct store *store, int64_t project, struct run *run) {
    int64_t alone = 0;
    if (!find_alone(store, project, &alone))
        return false;
    *run = run_statement(store, alone != 0 ? SQL_ARTIFACT_ALONE : SQL_ARTIFACTS);
    if (alone != 0) {
        run_int(run, alone);
        if (store->extras.count == 0)
            release_alone(store);
    } else {
        run_int(run, cluster_first(project));
        run_int(run, cluster_last(project));
    }
    return true;
}

/* Artifacts and extras are both sorted: merges them. */
static bool give_rows(struct pass *pass, const struct row_source *source) {
    struct run run;
    const struct extra *extra = pass->store->extras.at;
    const struct extra *end = extra + pass->store->extras.count;
    bool good = true;
    if (!begin_artifacts(pass->store, source->project_id, &run))
        return false;
    while (good && !pass->stopped && run_step(&run)) {
        while (good && !pass->stopped && extra < end && extra_precedes(pass->store, extra, &run))
            good = give_extra(pass, source, extra++);
        good = good && (pass->stopped || give_artifact(pass, source, &run));
    }
    if (!run_end(&run))
        return store_fail(pass->store, reading);
    while (good && !pass->stopped && extra < end)
        good = give_extra(pass, source, extra++);
    return good;
}

static bool give_project(struct pass *pass, int64_t id, struct span name) {
    const struct row_source source = {
        .project_id = id, .project = name, .mirror_has_index = pass->mirror_has_index};
    release_begin(pass->store, id);
    return (!source.mirror_has_index ||
            (words_read(pass->store, id) && extras_find(pass->store, &source))) &&
           give_rows(pass, &source);
}

/* The projects in the order of the pass; free(*ids). */
static bool list_projects(struct store *store, int64_t **ids, size_t *count) {
    struct run run = run_statement(store, SQL_PROJECT_IDS);
    size_t capacity = 0;
    bool room = true;
    while (room && run_step(&run)) {
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            int64_t *wider = realloc(*ids, capacity * sizeof *wider);
            room = wider != NULL;
            *ids = room ? wider : *ids;
        }
        if (room)
            (*ids)[(*count)++] = column_int(&run, 0);
    }
    if (!run_end(&run))
        return store_fail(store, "read the projects");
    return room || store_fail_memory(store);
}

static bool give_in_order(struct pass *pass, struct ahead *ahead) {
    struct run run = run_statement(pass->store, SQL_PROJECTS);
    bool good = true;
    for (size_t place = 0; good && !pass->stopped && run_step(&run); place++) {
        ahead_reached(ahead, place);
        good = give_project(pass, column_int(&run, 0), column_text(&run, 1));
    }
    if (!run_end(&run))
        return store_fail(pass->store, "read the projects");
    return good;
}

static bool give_projects(struct pass *pass) {
    int64_t *ids = NULL;
    size_t count = 0;
    cache_for_pass(pass->store);
    bool good = list_projects(pass->store, &ids, &count);
    if (good) {
        struct ahead *ahead = ahead_start(pass->store, ids, count, state_is_large(pass->store));
        good = give_in_order(pass, ahead);
        ahead_stop(ahead);
    }
    free(ids);
    return good;
}

static void *read_projects(void *context) {
    struct pass *pass = context;
    pass->good = give_projects(pass);
    relay_end(pass->relay);
    return NULL;
}

/* The same with a thread that reads. */
static bool give_projects_beside(struct pass *pass) {
    pthread_t reader;
    pass->relay = relay_new(pass->store);
    if (pass->relay == NULL || pthread_create(&reader, NULL, read_projects, pass) != 0) {
        relay_free(pass->relay);
        pass->relay = NULL;
        return give_projects(pass);
    }
    relay_take(pass->relay, pass->row, pass->context);
    pthread_join(reader, NULL);
    relay_free(pass->relay);
    return pass->good;
}

bool store_each_artifact(struct store *store, unsigned threads,
                         bool (*row)(void *context, const struct artifact_row *row),
                         void *context) {
    struct pass pass = {.store = store, .row = row, .context = context};
    bool own = false;
    if (!begin_pass(store, &own))
        return false;
    arena_reset(store->arena);
    bool good = find_index(store, &pass.mirror_has_index) &&
                (threads > 1 ? give_projects_beside(&pass) : give_projects(&pass));
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
