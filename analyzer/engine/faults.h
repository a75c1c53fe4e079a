/*
 * faults: a hook for tests, in builds with `make FAULTS=1` only: files whose
 * names say so make the examiner crash, hang, eat memory, send what is no record, or try to get
 * out, as a bug in a parser would. Without it this header is empty of effect.
 */
#ifndef WINNOW_ENGINE_FAULTS_H
#define WINNOW_ENGINE_FAULTS_H

#include "artifact.h"

#ifdef WINNOW_FAULTS
/*
 * Acts on "fault-WORD" (or fault_WORD) in the artifact's file name. WORD is one of: crash, hang,
 * memory, exit; badrecord (sends garbage through the pipe, then all goes on); escape (tries to
 * leave the sandbox; status_detail says what was possible).
 */
void fault_inject(struct artifact *artifact);
/* Acts on "fault-lie": spoils the memory shared with the keeper, then dies. */
void fault_lie(struct span path, void *shared, size_t len);
/* The deadline in ms: WINNOW_DEADLINE_MS from the environment, else `standard`. */
int64_t fault_deadline_ms(int64_t standard);
#else
static inline void fault_inject(struct artifact *artifact) {
    (void)artifact;
}
static inline void fault_lie(struct span path, void *shared, size_t len) {
    (void)path;
    (void)shared;
    (void)len;
}
static inline int64_t fault_deadline_ms(int64_t standard) {
    return standard;
}
#endif

#endif
