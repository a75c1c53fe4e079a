/* examine: one file through the stations of the road: open, unpack, extract, payload. */
#ifndef WINNOW_ENGINE_EXAMINE_H
#define WINNOW_ENGINE_EXAMINE_H

#include "mirror/walk.h"
#include "unpack/archive.h"

/* The record of a found file before anything of it was read: place, name, format. False when memory
 * is out. */
bool examine_begin(struct artifact *artifact, struct arena *arena, const struct found *found);

/* The seen set's key of a file; one of an artifact's thorough examination is another. */
uint64_t examine_key(const struct found *found, uint64_t seed, bool thorough);

/*
 * The whole examination; whatever happens ends in artifact->status. `fd`: the open file, which the
 * caller closes, or a negative errno. The record views the arena and the archive that is returned:
 * close that (archive_close, NULL is fine) when the record has been used.
 */
struct archive *examine_artifact(struct artifact *artifact, struct arena *arena,
                                 const struct found *found, int fd, bool thorough);

#endif
