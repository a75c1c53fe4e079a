/*
 * tar_plain: a tar that all readers read alike, as nearly every sdist is: files, folders
 * and symbolic links with names in ASCII, every field of a header as the standard writes it, no
 * extended header that says more than a name, a time or an owner's number, zeros behind the end.
 * There libarchive and the second reading of tar_headers find the same and nothing odd, so neither
 * is asked.
 */
#ifndef WINNOW_UNPACK_TAR_PLAIN_H
#define WINNOW_UNPACK_TAR_PLAIN_H

#include "unpack/archive.h"

struct plain_member {
    enum member_type type; /* a file, a directory or a symbolic link */
    struct span name;      /* views the tar, or in the arena */
    struct span bytes;     /* of a file: views the tar */
    struct span target;    /* of a link: views the tar */
};

struct plain_tar {
    struct plain_member *members; /* in the arena */
    size_t count;
};

/* All members of the tar `whole`, of which there is at least one. False when anything about it is
 * not plain, or memory is out: nothing was learned then. */
bool tar_plain_read(struct arena *arena, struct span whole, struct plain_tar *tar);

#endif
