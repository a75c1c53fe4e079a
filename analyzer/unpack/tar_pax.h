/*
 * tar_pax: the records of one pax extended header ("27 mtime=1350244992.0239\n"),
 * as far as they decide where members are and what they are called.
 */
#ifndef WINNOW_UNPACK_TAR_PAX_H
#define WINNOW_UNPACK_TAR_PAX_H

#include "base/span.h"

#include <stdint.h>

struct pax_facts {
    bool malformed; /* a record that does not parse, or a value that makes no sense */
    bool repeated;  /* path, linkpath or size stands twice */
    bool sparse;
    bool map_in_contents; /* of a sparse file: format 1.0 */
    size_t acl_bytes;     /* of the longest access control list */
    bool has_size;
    uint64_t size;
    bool has_path;
    bool has_linkpath;
    struct span path; /* borrowed from the records; "" when not stated */
};

struct pax_facts pax_read(struct span records);

/* Whether the records say nothing but times, owners' numbers and a path, once each; *path is the
 * path, borrowed, or "". */
bool pax_is_plain(struct span records, struct span *path);

/*
 * How many pieces a sparse file of format 1.0 claims to have, from the beginning of its contents.
 * UINT64_MAX when that cannot be told and libarchive may read on; 0 when it will not.
 */
uint64_t pax_sparse_pieces(struct span contents);

#endif
