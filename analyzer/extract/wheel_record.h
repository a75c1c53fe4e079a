/*
 * wheel_record: a wheel's RECORD against the members that the wheel has: who is missing on either
 * side, sizes, and (a second pass) hashes. Each oddity is one anomaly with a count.
 */
#ifndef WINNOW_EXTRACT_WHEEL_RECORD_H
#define WINNOW_EXTRACT_WHEEL_RECORD_H

#include "unpack/archive.h"

/*
 * Both say nothing of an archive that was not read whole. `info_dir`: the wheel's .dist-info; when
 * "", any top-level one that has a RECORD. SKIP_ARTIFACT only when a budget was crossed or memory
 * is out.
 */
enum outcome wheel_record_check(struct archive *archive, struct artifact *artifact,
                                struct span info_dir);

/* Reads every member that RECORD has a hash of, one at a time in memory; a damaged one fails the
 * artifact. */
enum outcome wheel_record_hashes(struct archive *archive, struct artifact *artifact,
                                 struct span info_dir);

#endif
