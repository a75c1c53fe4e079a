/*
 * byte_source: bytes that come in pieces, whatever they come from: a plain
 * file, or one layer of compression. Every piece is charged to the archive's budget.
 */
#ifndef WINNOW_UNPACK_BYTE_SOURCE_H
#define WINNOW_UNPACK_BYTE_SOURCE_H

#include "unpack/unpack.h"

struct byte_source {
    void *state;
    /* The next piece, borrowed until the next call; empty at the end. SKIP_ARTIFACT after the
     * artifact was failed: damaged, over a limit, unreadable. */
    enum outcome (*next)(void *state, struct span *piece);
    void (*close)(void *state);
};

/* Pieces of the file as it is; not charged when they are only the input of another source
 * (`charged`). False when memory is out. */
bool file_source_open(struct unpack *unpack, bool charged, struct byte_source *source);

/* Pieces of what is in the file under one layer of bzip2, xz or zstd, through
 * libarchive's filter for it. False when memory is out. */
bool filter_source_open(struct unpack *unpack, enum container container,
                        struct byte_source *source);

#endif
