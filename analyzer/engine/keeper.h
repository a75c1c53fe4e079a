/*
 * keeper: the parent process. It owns state, deadlines and progress; it starts
 * examiners, stores what they send, and never parses a byte of an archive.
 */
#ifndef WINNOW_ENGINE_KEEPER_H
#define WINNOW_ENGINE_KEEPER_H

#include "engine/sandbox.h"
#include "facts/store.h"
#include "mirror/walk.h"

struct scan_request {
    const char *mirror; /* root of the mirror */
    int list_fd;        /* files to examine (list_file.h), borrowed; -1: walk all of it */
    unsigned jobs;
    bool sandbox;
    bool thorough; /* as artifact.thorough, for all */
    bool quiet;
};

struct scan_result {
    uint64_t examined;                         /* artifacts examined in this scan */
    uint64_t known;                            /* unchanged since an earlier scan */
    uint64_t vanished;                         /* known, and no longer there */
    uint64_t by_status[STATUS_UNREADABLE + 1]; /* of the examined ones */
    uint64_t pages_read;
    uint64_t pages_damaged;
    uint64_t examiners; /* processes started; more than 1: something died */
    struct walk_counts walked;
    struct sandbox_layers layers;
    int64_t elapsed_ms;
    bool stopped; /* by a signal; what was done is kept */
};

/*
 * Examines what is new in the mirror and stores it. OUTCOME_OK when all was met (losses are in the
 * result); STOP_RUN after a logged message, with what was done so far kept in the store.
 */
enum outcome keeper_scan(const struct scan_request *request, struct store *store,
                         struct scan_result *result);

/* What the scan found of the mirror, the same for every scan of the same mirror, as a JSON object.
 */
void scan_result_add_json(struct buffer *out, const struct scan_result *result, const char *mirror);

/* What work this scan was, which depends on what was known before, as a JSON object. */
void scan_result_add_work_json(struct buffer *out, const struct scan_result *result);

#endif
