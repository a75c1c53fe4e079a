/*
 * run: what one run has found and written, on its way from the facts to the
 * sinks. Private to report/.
 */
#ifndef WINNOW_REPORT_RUN_H
#define WINNOW_REPORT_RUN_H

#include "cluster/clusters.h"
#include "judge/judge.h"
#include "report/allow.h"
#include "report/csv.h"
#include "report/listing.h"
#include "report/previous_run.h"
#include "report/publish.h"
#include "report/redis.h"
#include "report/report.h"

enum {
    STATUS_COUNT = STATUS_UNREADABLE + 1,
    KIND_COUNT = KIND_CODE + 1,
    NAMED_COUNTS = 20 + STATUS_COUNT + KIND_COUNT,
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
    uint64_t campaign_projects;
    uint64_t listed[TIER_HIGH + 1]; /* rows of takedown.csv by tier; [TIER_NONE] stays 0 */
    uint64_t allowed;               /* projects with a tier that --allow took out */
    uint64_t largest_campaign;      /* how many of them are in the campaign that has most */
};

/* A file that holds one listing. */
struct own_file {
    char *name; /* with its folder; owned */
    struct file_facts facts;
};

struct run {
    const struct report_request *request;
    char *options_json;           /* copy of the request's, NULL when it had none */
    struct buffer scan_json;      /* what the last scan said of the mirror; empty when unknown */
    struct buffer scan_work_json; /* ...and of its own work, which differs from scan to scan */
    instant started_at;
    int64_t read_ms; /* reading facts and writing the tables of artifacts */
    int64_t cluster_ms;
    int64_t write_ms;        /* the other tables */
    struct allow_list allow; /* empty: nobody is allowed */
    struct domain_rules *rules;
    struct word_list generic_names;
    struct weights weights;
    struct publication *publication;
    struct redis_sink *redis;              /* NULL: none */
    struct out_file *tables[TABLES];       /* NULL once closed */
    struct out_file *forms[LISTING_FORMS]; /* the same; NULL for a form that is a folder */
    struct file_facts table_facts[TABLES];
    struct file_facts form_facts[LISTING_FORMS];
    struct own_file *own_files; /* in the order of the rows */
    size_t own_file_count;
    size_t own_file_capacity;
    bool own_file_failed;
    struct row row; /* reused */
    struct run_counts counts;
    struct buffer vanished; /* paths, NUL after each */
    size_t vanished_named;
    struct corpus *corpus;
    struct signature_groups signatures;
    struct domain_groups domains;
    struct clusters clusters;
    struct collisions collisions;
    struct previous_run previous;
    struct campaign_history history;
    struct traits traits;
    struct campaigns campaigns;
    struct verdicts verdicts;
};

/* Opens all files that every run has, before any work. False after a logged message. */
bool run_files_open(struct run *run);
/* Closes them; what they hold is on disk then. False after a logged message. */
bool run_files_close(struct run *run);
/* Writes one listing into a file of its own. False when it cannot. */
bool run_files_add_own(struct run *run, const struct listing_form *form,
                       const struct listing *listing);
/* Why a row was not taken: a file that cannot be written, else memory. */
void run_files_log_failure(const struct run *run);
void run_files_free(struct run *run);

/* Finds campaigns and judges all projects, from the facts and the groups. False when memory is out.
 */
bool run_judge(struct run *run);
void run_judge_free(struct run *run);
/* Between finding campaigns and judging: gives them their ids, from the run before where they were
 * there. False when memory is out. */
bool run_name_campaigns(struct run *run);
/* Counts what was judged. */
void run_count_judged(struct run *run);

/* Whether a project has a row in takedown.csv, by index: it has a tier and is not allowed. */
bool run_lists(const struct run *run, size_t project);

/* Hands a complete row to its file. False when the file cannot take it. */
bool run_emit(struct run *run, enum table_id table);
/* The same, and to Redis. */
bool run_emit_everywhere(struct run *run, enum table_id table);

/* Writes artifacts, entry points and anomalies of one artifact. */
bool run_emit_artifact(struct run *run, const struct artifact_row *row);

/* Writes all tables of projects and groups; with Redis, also there. */
bool run_emit_groups(struct run *run);

/* Writes collisions and watchlist. */
bool run_emit_names(struct run *run);
/* Writes campaigns, their members, and the listings in all their forms; with Redis, also there. */
bool run_emit_judged(struct run *run);

/* Inputs that should have been examined and were not: all but `ok` and `unsupported`. */
uint64_t run_losses(const struct run_counts *counts);

/* The numbers of a run by name, for run.json's readers in Redis; returns how many (at most
 * NAMED_COUNTS). */
size_t run_named_counts(const struct run *run, struct named_count *out);

/* Appends run.json. */
void run_write_json(const struct run *run, struct buffer *out);

/* Appends the screenful for people. */
void run_write_summary(const struct run *run, struct buffer *out);

/* Add "libraries", "campaign_changes" and "allowed", each an object, to an open one. */
struct json;
void run_write_changes(const struct run *run, struct json *json);
void run_write_allowed(const struct run *run, struct json *json);
void libraries_write_json(struct json *json);

#endif
