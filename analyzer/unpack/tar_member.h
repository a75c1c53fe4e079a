/*
 * tar_member: the members of one tar, as libarchive's reader hands them over, or as they stand in a
 * plain tar: into the list, and past the visitor.
 */
#ifndef WINNOW_UNPACK_TAR_MEMBER_H
#define WINNOW_UNPACK_TAR_MEMBER_H

#include "base/buffer.h"
#include "unpack/tar_headers.h"
#include "unpack/tar_plain.h"
#include "unpack/unpack.h"

struct tar_reading {
    struct unpack *unpack;
    struct archive *reader; /* libarchive's, open on a tar; owned */
    bool in_memory; /* the whole tar lies in memory until tar_reading_end(): views are good */
    struct tar_headers *headers; /* the second reading; owned */
    struct buffer gathered;      /* contents of the member in hand, when they came in pieces */
};

/* Lists all members. SKIP_ARTIFACT after the artifact was failed; the list so far stays. */
enum outcome tar_read_members(struct tar_reading *reading);

/* The same of a plain tar in memory, without libarchive. */
enum outcome tar_read_plain(struct tar_reading *reading, const struct plain_tar *plain);

/* Fails the artifact for what libarchive said last. SKIP_ARTIFACT. */
enum outcome tar_damage(struct tar_reading *reading);

void tar_reading_end(struct tar_reading *reading);

#endif
