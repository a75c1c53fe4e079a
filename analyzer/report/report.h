/*
 * report: facts in, one run out: a folder with the CSV files and run.json, made
 * complete or not at all, and the same rows in Redis.
 */
#ifndef WINNOW_REPORT_REPORT_H
#define WINNOW_REPORT_REPORT_H

#include "base/error.h"
#include "facts/store.h"

struct report_request {
    const char *out;       /* folder of runs, created when missing */
    const char *allow;     /* file of projects that leave the listings (allow.h); NULL: none */
    const char *redis_url; /* NULL: none. Password included; never logged */
    unsigned redis_keep;
    unsigned jobs;
    bool quiet;
    const char *options_json; /* the options of this run as a JSON object, for run.json; copied */
    int64_t started_ms;       /* monotonic_ms() when the run began */
};

struct report; /* sinks that are open */

/*
 * Reads the list of allowed projects and opens all sinks before any work is done: the output folder
 * is writable, Redis answers and accepts the password. NULL after a logged message: *code is
 * EXIT_USAGE for a list that cannot be read, else EXIT_STOPPED.
 */
struct report *report_open(const struct report_request *request, enum exit_code *code);

/*
 * What the last scan said of the mirror and of its own work (JSON objects, for run.json) is read
 * from the store's meta values `last_scan` and `last_scan_work`; both may be missing.
 *
 * Clusters the facts, writes and publishes the run, prints the summary on stdout (unless quiet).
 * EXIT_DONE; EXIT_LOSSES when Redis was lost midway or some input could not be examined;
 * EXIT_STOPPED when the run could not be written (no run folder is left).
 */
enum exit_code report_write(struct report *report, struct store *store);

void report_close(struct report *report);

#endif
