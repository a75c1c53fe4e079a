/*
 * extract: what an artifact declares of itself: core metadata, addresses,
 * requirements, entry points. Reads the members that hold declarations, runs nothing.
 */
#ifndef WINNOW_EXTRACT_EXTRACT_H
#define WINNOW_EXTRACT_EXTRACT_H

#include "unpack/archive.h"

/* Whether the contents of a member with this path are worth keeping for extract_declarations().
 * `path` may still have the root directory on it. */
bool extract_wants(struct span path);

/* Fills artifact->metadata, artifact->entry_points and (sdists) artifact->layout; the project and
 * version of artifact->file when the file name gave none. SKIP_ARTIFACT only when a budget was
 * crossed or memory is out. */
enum outcome extract_declarations(struct archive *archive, struct artifact *artifact);

/* With --thorough, after all else: compares a wheel's members with the hashes in its RECORD.
 * SKIP_ARTIFACT as above. */
enum outcome extract_check_hashes(struct archive *archive, struct artifact *artifact);

/* Notes where the file name and the metadata disagree on project and version. False when memory is
 * out. */
bool extract_check_identity(struct artifact *artifact);

#endif
