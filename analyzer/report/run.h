/*
 * run: what one run has found and written, on its way from the facts to the
 * sinks. Private to report/.
 */
#ifndef WINNOW_REPORT_RUN_H
#define WINNOW_REPORT_RUN_H

#include "cluster/clusters.h"
#include "cluster/collisions.h"
#include "report/csv.h"
#include "report/publish.h"
#include "report/redis.h"
#include "report/report.h"

enum {
    STATUS_COUNT = STATUS_UNREADABLE + 1,
    KIND_COUNT = KIND_CODE + 1,
    NAMED_COUNTS = 14 + STATUS_COUNT + KIND_COUNT,
    VANISHED_PATHS_MAX = 100 /* named in run.json; the count counts all */
};

struct run_counts {
    uint64_t artifacts;
    uint64_t by_status[STATUS_COUNT];
    uint64_t entry_points;
    uint64_t anomalies;
    uint64_t vanished;
    uint64_t projects;
    uint64_t projects_by_kind[KIND_COUNT];
    uint64_t empty_projects;
    uint64_t clustered_projects;
};

struct run {
    const struct report_request *request;
    char *options_json;           /* copy of the request's, NULL when it had none */
    struct buffer scan_json;      /* what the last scan said of the mirror; empty when unknown */
    struct buffer scan_work_json; /* ...and of its own work, which differs from scan to scan */
    instant started_at;
    int64_t read_ms; /* reading facts and writing the tables of artifacts */
    int64_t cluster_ms;
    int64_t write_ms; /* the other tables */
    struct domain_rules *rules;
    struct word_list generic_names;
    struct publication *publication;
    struct redis_sink *redis; /* NULL: none */
    struct csv *csv[TABLES];  /* NULL once closed */
    struct file_facts files[TABLES];
    struct row row; /* reused */
    struct run_counts counts;
    struct buffer vanished; /* paths, NUL after each */
    size_t vanished_named;
    struct corpus *corpus;
    struct signature_groups signatures;
    struct domain_groups domains;
    struct clusters clusters;
    struct collisions collisions;
};

/* Hands a complete row to its file. False when the file cannot take it. */
bool run_emit(struct run *run, enum table_id table);

/* Writes artifacts, entry points and anomalies of one artifact. */
bool run_emit_artifact(struct run *run, const struct artifact_row *row);

/* Writes all tables of projects and groups; with Redis, also there. */
bool run_emit_groups(struct run *run);

/* Writes collisions and watchlist. */
bool run_emit_names(struct run *run);

/* Inputs that should have been examined and were not: all but `ok` and `unsupported`. */
uint64_t run_losses(const struct run_counts *counts);

/* The numbers of a run by name, for run.json's readers in Redis; returns how many (at most
 * NAMED_COUNTS). */
size_t run_named_counts(const struct run *run, struct named_count *out);

/* Appends run.json. */
void run_write_json(const struct run *run, struct buffer *out);

/* Appends the screenful for people. */
void run_write_summary(const struct run *run, struct buffer *out);

/* Adds "libraries": {...} to an open object. */
struct json;
void libraries_write_json(struct json *json);

#endif
