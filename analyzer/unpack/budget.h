/*
 * budget: what one archive may cost: bytes that came out of it, their ratio to
 * the bytes of the file, and seconds. Crossing it fails the artifact with
 * STATUS_OVER_LIMIT; what was learned before stays.
 */
#ifndef WINNOW_UNPACK_BUDGET_H
#define WINNOW_UNPACK_BUDGET_H

#include "artifact.h"

struct budget {
    struct artifact *artifact;
    uint64_t bytes_in; /* of the file */
    uint64_t bytes_out;
    int64_t deadline_ms; /* of the clock of monotonic_ms() */
    unsigned ticks;
    bool crossed; /* stays */
};

void budget_begin(struct budget *budget, struct artifact *artifact, uint64_t bytes_in);

/* Counts bytes that came out. SKIP_ARTIFACT past ARCHIVE_BYTES_OUT_MAX, ARCHIVE_RATIO_MAX or the
 * deadline. */
enum outcome budget_spend(struct budget *budget, uint64_t bytes_out);

/* To be called once a step (a member, a record); looks at the clock now and then. */
enum outcome budget_tick(struct budget *budget);

#endif
