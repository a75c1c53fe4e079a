/*
 * report: see report.h. Reads like the pipeline: facts stream by once, feeding three
 * tables and the corpus; the corpus is clustered; the other tables follow; then all becomes visible
 * at once.
 */
#include "report/report.h"

#include "base/log.h"
#include "base/progress.h"
#include "base/stop.h"
#include "base/threads.h"
#include "report/run.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct report {
    struct report_request request;
    struct run run;
};

bool run_emit(struct run *run, enum table_id table) {
    assert(run->row.table == schema_table(table));
    return !stop_wanted() && csv_write_row(run->tables[table], &run->row);
}

bool run_emit_everywhere(struct run *run, enum table_id table) {
    if (run->redis != NULL)
        redis_write_row(run->redis, &run->row);
    return run_emit(run, table);
}

struct report *report_open(const struct report_request *request, enum exit_code *code) {
    struct report *report = calloc(1, sizeof *report);
    *code = EXIT_STOPPED;
    if (report == NULL) {
        log_line(LOG_ERROR, "out of memory");
        return NULL;
    }
    report->request = *request;
    struct run *run = &report->run;
    run->request = &report->request;
    run->started_at = instant_now();
    if (request->options_json != NULL)
        run->options_json = strdup(request->options_json);
    if (request->allow != NULL && !allow_list_read(request->allow, &run->allow)) {
        *code = EXIT_USAGE;
        report_close(report);
        return NULL;
    }
    run->rules = domain_rules_open();
    if (run->rules != NULL && generic_names_load(&run->generic_names) &&
        weights_load(&run->weights))
        run->publication = publication_open(request->out);
    bool done = run->publication != NULL && run_files_open(run);
    if (done && request->redis_url != NULL) {
        run->redis = redis_open(request->redis_url, request->redis_keep);
        done = run->redis != NULL;
    }
    if (done)
        return report;
    report_close(report);
    return NULL;
}

/* --- the road ------------------------------------------------------------------------------- */

/* Rows between two looks at the clock. */
enum { PROGRESS_ROWS = 4096 };

struct reading {
    struct run *run;
    struct progress progress;
    bool failed; /* the callback stopped the reading */
};

/* Why a stage has ended early; a stop from outside is told once, at the end. */
static void log_failure(const struct run *run) {
    if (!stop_wanted())
        run_files_log_failure(run);
}

/* What is gone from the mirror is no input of this run: it is counted, not clustered. */
static void note_vanished(struct run *run, const struct artifact_row *row) {
    run->counts.vanished++;
    if (run->vanished_named == VANISHED_PATHS_MAX)
        return;
    run->vanished_named++;
    buffer_add(&run->vanished, row->artifact.file.path);
    buffer_add_byte(&run->vanished, 0);
}

static bool take_artifact(void *context, const struct artifact_row *row) {
    struct reading *reading = context;
    struct run *run = reading->run;
    if (run->counts.artifacts % PROGRESS_ROWS == PROGRESS_ROWS - 1 &&
        progress_is_due(&reading->progress))
        progress_show(&reading->progress, "report: %" PRIu64 " artifacts read",
                      run->counts.artifacts);
    if (row->vanished) {
        note_vanished(run, row);
        return true;
    }
    reading->failed =
        stop_wanted() || !run_emit_artifact(run, row) || !corpus_add(run->corpus, row);
    return !reading->failed;
}

static bool take_owner(void *context, struct span project, struct span user) {
    struct reading *reading = context;
    reading->failed = stop_wanted() || !corpus_add_owner(reading->run->corpus, project, user);
    return !reading->failed;
}

static bool take_sketch(void *context, enum sketch_kind kind, const struct signature *signature,
                        const struct sketch *sketch) {
    struct reading *reading = context;
    reading->failed =
        stop_wanted() || !corpus_add_sketch(reading->run->corpus, kind, signature, sketch);
    return !reading->failed;
}

/* Ends a reading of the store; false, after a logged message, when it is not whole. */
static bool end_reading(const struct reading *reading, const struct store *store, bool read) {
    if (reading->failed)
        log_failure(reading->run);
    else if (!read)
        log_name(LOG_ERROR, "cannot read the state:", span_text(store_problem(store)));
    return read && !reading->failed;
}

static bool read_facts(struct run *run, struct store *store) {
    struct reading reading = {run, progress_begin(run->request->quiet), false};
    run->corpus = corpus_new(run->rules);
    bool done = run->corpus != NULL;
    if (!done) {
        log_failure(run);
        return false;
    }
    bool read = store_each_artifact(store, run->request->jobs, take_artifact, &reading);
    if (read && !reading.failed) {
        reading.failed = !corpus_end_artifacts(run->corpus);
        read = reading.failed || store_each_owner(store, take_owner, &reading);
    }
    progress_clear(&reading.progress);
    return end_reading(&reading, store, read);
}

struct sketch_reading {
    struct run *run;
    struct store *store;
    bool done;
};

static void *read_sketches(void *context) {
    struct sketch_reading *sketches = context;
    struct reading reading = {.run = sketches->run};
    bool read = store_each_sketch(sketches->store, take_sketch, &reading);
    sketches->done = end_reading(&reading, sketches->store, read);
    return NULL;
}

static void count_projects(struct run *run) {
    struct run_counts *counts = &run->counts;
    counts->projects = run->corpus->count;
    for (size_t i = 0; i < run->corpus->count; i++)
        counts->projects_by_kind[run->corpus->projects[i].kind]++;
    counts->empty_projects = run->domains.empty_projects;
    counts->clustered_projects = run->clusters.project_count;
}

/* The groups that are found without sketches. */
static bool find_groups(struct run *run, unsigned threads) {
    return signatures_find(run->corpus, threads, &run->signatures) &&
           domains_find(run->corpus, &run->signatures, threads, &run->domains) &&
           clusters_find(run->corpus, &run->signatures, &run->domains, &run->clusters) &&
           collisions_find(run->corpus, &run->generic_names, threads, &run->collisions);
}

/* A thread of its own, if there may be one, reads the sketches meanwhile. */
static bool cluster(struct run *run, struct store *store) {
    struct sketch_reading sketches = {run, store, false};
    unsigned threads = run->request->jobs;
    pthread_t reader;
    bool beside = threads > 1 && pthread_create(&reader, NULL, read_sketches, &sketches) == 0;
    bool found = find_groups(run, beside ? threads - 1 : threads);
    if (beside)
        pthread_join(reader, NULL);
    else
        read_sketches(&sketches);
    if (found && sketches.done && run_judge(run) && !stop_wanted()) {
        count_projects(run);
        run_count_judged(run);
        return true;
    }
    if (sketches.done && !stop_wanted())
        log_line(LOG_ERROR, "out of memory");
    return false;
}

static bool write_groups(struct run *run) {
    if (run->redis != NULL)
        redis_begin(run->redis, publication_run_id(run->publication));
    if (run_emit_groups(run) && run_emit_names(run) && run_emit_judged(run))
        return true;
    log_failure(run);
    return false;
}

static bool write_run_json(struct run *run) {
    struct buffer text = BUFFER_EMPTY;
    run_write_json(run, &text);
    errno = ENOMEM; /* when the text is not whole */
    bool done = !text.failed && publication_write(run->publication, "run.json", buffer_span(&text));
    if (!done)
        publication_complain(run->publication, "run.json", errno);
    buffer_free(&text);
    return done;
}

static bool publish_to_redis(struct run *run) {
    struct named_count counts[NAMED_COUNTS];
    size_t count = run_named_counts(run, counts);
    return redis_publish(run->redis, counts, count);
}

static bool print_summary(const struct run *run) {
    struct buffer text = BUFFER_EMPTY;
    run_write_summary(run, &text);
    bool printed = print_text(&text);
    buffer_free(&text);
    return printed;
}

static int64_t lap(int64_t *since) {
    int64_t now = monotonic_ms();
    int64_t passed = now - *since;
    *since = now;
    return passed;
}

static bool make_run(struct run *run, struct store *store) {
    int64_t since = monotonic_ms();
    if (!store_get_meta(store, "last_scan", &run->scan_json) ||
        !store_get_meta(store, "last_scan_work", &run->scan_work_json)) {
        log_line(LOG_ERROR, "%s", store_problem(store));
        return false;
    }
    if (!read_facts(run, store))
        return false;
    run->read_ms = lap(&since);
    if (!cluster(run, store))
        return false;
    run->cluster_ms = lap(&since);
    if (!write_groups(run) || !run_files_close(run))
        return false;
    run->write_ms = lap(&since);
    return !stop_wanted() && write_run_json(run) && publication_publish(run->publication);
}

enum exit_code report_write(struct report *report, struct store *store) {
    struct run *run = &report->run;
    report->request.jobs = threads_available(report->request.jobs);
    if (!make_run(run, store)) {
        if (stop_wanted())
            stop_say();
        return EXIT_STOPPED;
    }
    bool complete = publication_move_latest(run->publication);
    if (run->redis != NULL && !publish_to_redis(run))
        complete = false;
    if (!run->request->quiet && !print_summary(run))
        complete = false;
    return complete && run_losses(&run->counts) == 0 ? EXIT_DONE : EXIT_LOSSES;
}

void report_close(struct report *report) {
    if (report == NULL)
        return;
    struct run *run = &report->run;
    run_files_free(run);
    redis_close(run->redis);
    publication_close(run->publication);
    collisions_free(&run->collisions);
    run_judge_free(run);
    campaign_history_free(&run->history);
    previous_run_free(&run->previous);
    clusters_free(&run->clusters);
    domains_free(&run->domains);
    signatures_free(&run->signatures);
    corpus_free(run->corpus);
    word_list_free(&run->generic_names);
    weights_free(&run->weights);
    domain_rules_close(run->rules);
    row_free(&run->row);
    allow_list_free(&run->allow);
    free(run->options_json);
    buffer_free(&run->scan_json);
    buffer_free(&run->scan_work_json);
    buffer_free(&run->vanished);
    free(report);
}
