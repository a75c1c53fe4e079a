/*
 * faults: a hook for tests, in builds with `make FAULTS=1` only: files whose
 * names say so make the examiner crash, hang or eat memory, as a bug in a parser
 * would. Without it this header is empty of effect.
 */
#ifndef WINNOW_ENGINE_FAULTS_H
#define WINNOW_ENGINE_FAULTS_H

#include "base/span.h"

#ifdef WINNOW_FAULTS
/* Acts on "fault-crash", "fault-hang", "fault-memory", "fault-exit" in a file name. */
void fault_inject(struct span filename);
/* The deadline in ms: WINNOW_DEADLINE_MS from the environment, else `standard`. */
int64_t fault_deadline_ms(int64_t standard);
#else
static inline void fault_inject(struct span filename) {
    (void)filename;
}
static inline int64_t fault_deadline_ms(int64_t standard) {
    return standard;
}
#endif

#endif
