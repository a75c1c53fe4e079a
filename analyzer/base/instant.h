/*
 * instant: a point in time as microseconds since 1970-01-01T00:00:00Z, the
 * finest that an index states. INSTANT_UNKNOWN sorts before all others.
 */
#ifndef WINNOW_BASE_INSTANT_H
#define WINNOW_BASE_INSTANT_H

#include "base/buffer.h"

typedef int64_t instant;
#define INSTANT_UNKNOWN INT64_MIN
#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_DAY (INT64_C(86400) * INSTANT_SECOND)

/* Reads RFC 3339, with or without fraction and offset (none means UTC). False when it is not one.
 */
bool instant_parse(struct span text, instant *when);

/* Appends RFC 3339 UTC, "2025-06-30T12:34:56Z"; a fraction (6 digits) only when not zero; nothing
 * when unknown. */
void instant_add(struct buffer *out, instant when);

/* Appends the day only, "2025-06-30". */
void instant_add_day(struct buffer *out, instant when);

/* Start of the UTC day that holds `when`. */
instant instant_day(instant when);

/* The earlier of two, of which one that is unknown does not count. */
static inline instant instant_earlier(instant a, instant b) {
    if (a == INSTANT_UNKNOWN || b == INSTANT_UNKNOWN)
        return a > b ? a : b;
    return a < b ? a : b;
}

/* Now, from the system clock. */
instant instant_now(void);

/* Milliseconds of a clock that never steps; for deadlines, not for dates. */
int64_t monotonic_ms(void);

#endif
