/*
 * tar_layout: where the fields of a tar header are (POSIX.1, "ustar Interchange Format").
 */
#ifndef WINNOW_UNPACK_TAR_LAYOUT_H
#define WINNOW_UNPACK_TAR_LAYOUT_H

#include "base/span.h"

enum {
    TAR_BLOCK_BYTES = 512,
    TAR_NAME_BYTES = 100, /* at the beginning */
    TAR_MODE_AT = 100,    /* then the numbers of owner and group; eight bytes each */
    TAR_SIZE_AT = 124,
    TAR_SIZE_BYTES = 12,
    TAR_TIME_AT = 136,
    TAR_TIME_BYTES = 12,
    TAR_TYPE_AT = 156,
    TAR_LINK_AT = 157,
    TAR_LINK_BYTES = 100,
    TAR_MAGIC_AT = 257,
    TAR_OWNERS_AT = 265, /* names of user and group */
    TAR_OWNERS_BYTES = 64,
    TAR_DEVICE_AT = 329, /* two numbers of eight bytes */
    TAR_PREFIX_AT = 345,
    TAR_PREFIX_BYTES = 155
};

/* A field of text ends at its first NUL, if it has one. */
static inline struct span tar_text(struct span field) {
    return span_slice(field, 0, span_find(field, 0));
}

#endif
