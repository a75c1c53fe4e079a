/* budget: see budget.h. */
#include "unpack/budget.h"

#include "base/instant.h"
#include "base/limits.h"

/* Steps between two looks at the clock: some 25 ns a look against microseconds a step. */
enum { TICKS_PER_LOOK = 64 };

void budget_begin(struct budget *budget, struct artifact *artifact, uint64_t bytes_in) {
    *budget = (struct budget){.artifact = artifact,
                              .bytes_in = bytes_in,
                              .deadline_ms = monotonic_ms() + INT64_C(1000) * ARTIFACT_SECONDS_MAX};
}

enum outcome budget_spend(struct budget *budget, uint64_t bytes_out) {
    uint64_t total = budget->bytes_out + bytes_out;
    if (total < bytes_out || total > ARCHIVE_BYTES_OUT_MAX) {
        budget->crossed = true;
        return artifact_fail(budget->artifact, STATUS_OVER_LIMIT,
                             "more than %llu bytes come out of it",
                             (unsigned long long)ARCHIVE_BYTES_OUT_MAX);
    }
    budget->bytes_out = total;
    if (total > ARCHIVE_RATIO_FREE_BYTES && total / ARCHIVE_RATIO_MAX > budget->bytes_in) {
        budget->crossed = true;
        return artifact_fail(budget->artifact, STATUS_OVER_LIMIT,
                             "more than %u times its own size comes out of it", ARCHIVE_RATIO_MAX);
    }
    return budget_tick(budget);
}

enum outcome budget_tick(struct budget *budget) {
    if (!budget->crossed && ++budget->ticks % TICKS_PER_LOOK != 0)
        return OUTCOME_OK;
    if (!budget->crossed && monotonic_ms() <= budget->deadline_ms)
        return OUTCOME_OK;
    budget->crossed = true;
    return artifact_fail(budget->artifact, STATUS_OVER_LIMIT, "more than %d seconds",
                         ARTIFACT_SECONDS_MAX);
}
