/*
 * tar_headers: the headers of a tar, read a second time. libarchive says what
 * the members are; this reading, by the letter of POSIX and in the way of
 * Python's tarfile, notes what parsers are known to disagree on, and whether
 * both readings find members in the same places.
 */
#ifndef WINNOW_UNPACK_TAR_HEADERS_H
#define WINNOW_UNPACK_TAR_HEADERS_H

#include "unpack/unpack.h"

struct tar_headers;

/* NULL when memory is out. */
struct tar_headers *tar_headers_new(struct unpack *unpack);
void tar_headers_free(struct tar_headers *headers);

/*
 * The next bytes of the tar, in any pieces, before libarchive gets them; oddities of members are
 * tallied on the way. SKIP_ARTIFACT at a header that libarchive would take too long for.
 */
enum outcome tar_headers_feed(struct tar_headers *headers, struct span bytes);

/*
 * A member that libarchive found, the first of its headers at offset `at`; to be called in order,
 * once the bytes of its header were fed.
 */
void tar_headers_compare(struct tar_headers *headers, uint64_t at, struct span name);

/*
 * After the last byte. `whole`: libarchive read to the end without a failure, so that members that
 * it did not find count, too.
 */
void tar_headers_end(struct tar_headers *headers, bool whole);

#endif
