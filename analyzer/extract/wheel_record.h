/*
 * wheel_record: a wheel's RECORD against the members that the wheel has: who is missing on either
 * side, sizes, and (artifact->thorough) hashes. Each oddity is one anomaly with a count.
 */
#ifndef WINNOW_EXTRACT_WHEEL_RECORD_H
#define WINNOW_EXTRACT_WHEEL_RECORD_H

#include "unpack/archive.h"

/*
 * `info_dir`: the wheel's .dist-info; when "", any top-level one that has a RECORD. Says nothing of
 * an archive that was not read whole. SKIP_ARTIFACT only when a budget was crossed or memory is
 * out.
 */
enum outcome wheel_record_check(struct archive *archive, struct artifact *artifact,
                                struct span info_dir);

#endif
