/*
 * redis: the sink that other programs ask. A run is written under its own keys, winnow:run:ID:...,
 * and only when all of it is there does winnow:latest move to it, in one MULTI; so a reader of
 * winnow:latest never sees half a run. The stream winnow:takedown:new gets, in the same MULTI, an
 * entry for each listing that the run in force until then did not have.
 *
 * Bookkeeping beside the contract's keys: winnow:run:ID:keys (set of the run's keys, so that
 * removing it needs no SCAN), winnow:runs (zset, finished runs by time), winnow:runs:unfinished
 * (zset; what a killed process left is removed by a later run, an hour after it began).
 */
#ifndef WINNOW_REPORT_REDIS_H
#define WINNOW_REPORT_REDIS_H

#include "report/row.h"

struct redis_sink;

/* A number of run.json that goes into the hash of the run. */
struct named_count {
    const char *name;
    uint64_t value;
};

/* Connects. `keep`: finished runs kept, at least 1. NULL after a logged message. */
struct redis_sink *redis_open(const char *url, unsigned keep);

/* Begins the keys of a run; connects again when the connection went stale during a long scan. */
void redis_begin(struct redis_sink *sink, const char *run_id);

/* Writes what the contract has of this row: nothing for some tables. After a failure, logged once,
 * it does nothing. */
void redis_write_row(struct redis_sink *sink, const struct row *row);

/* Writes the hash of the run, switches winnow:latest, removes old runs. False when any of it was
 * lost: the previous run is in force then. */
bool redis_publish(struct redis_sink *sink, const struct named_count *counts, size_t count);

/* An unpublished run's keys are removed, as far as the server can be reached. */
void redis_close(struct redis_sink *sink);

#endif
