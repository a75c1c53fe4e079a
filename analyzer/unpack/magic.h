/*
 * magic: what a file is by its first bytes, and what its name says it is.
 */
#ifndef WINNOW_UNPACK_MAGIC_H
#define WINNOW_UNPACK_MAGIC_H

#include "base/span.h"

enum container {
    CONTAINER_UNKNOWN,
    CONTAINER_ZIP,
    CONTAINER_TAR, /* this and the next: a tar, by its compression */
    CONTAINER_TAR_GZIP,
    CONTAINER_TAR_BZIP2,
    CONTAINER_TAR_XZ,
    CONTAINER_TAR_ZSTD,
    CONTAINER_TAR_COMPRESS,
    CONTAINER_FOREIGN,    /* an archive or a package of a format that is not opened */
    CONTAINER_NO_ARCHIVE, /* known, and no archive at all: a web page, an image */
    CONTAINER_COUNT
};

struct magic {
    enum container container;
    const char *words; /* "ZIP", "gzip", "7z archive": for people; static */
};

/* How many bytes of the head magic_of() wants to see: a tar header. */
enum { MAGIC_BYTES = 512 };

/* For compressed files the container says "tar" although that is only known once it is opened. */
struct magic magic_of(struct span head);

/* What the ending of the name promises; CONTAINER_UNKNOWN when it promises nothing we open. */
enum container container_of_name(struct span filename);

/* As endings are written: "zip", "tar.gz", "tar". */
const char *container_ending(enum container container);

/* The name without the ending that container_of_name() knows: "foo-1.0" for "foo-1.0.tar.gz". */
struct span filename_stem(struct span filename);

/* Some old tars added up signed bytes. */
enum tar_sum { TAR_SUM_WRONG, TAR_SUM_RIGHT, TAR_SUM_SIGNED };

/* Whether 512 bytes or more start with a tar header, by its checksum. */
enum tar_sum tar_header_sum(struct span head);

/* Whether all bytes are zero. */
bool all_zero(struct span bytes);

#endif
