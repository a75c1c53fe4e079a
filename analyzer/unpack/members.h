/*
 * members: the list of an archive's members: adding one with its path cleaned,
 * and, once all are known, the root directory, duplicates and counts.
 */
#ifndef WINNOW_UNPACK_MEMBERS_H
#define WINNOW_UNPACK_MEMBERS_H

#include "unpack/unpack.h"

/* Room for `count` members at once. `count` must have been counted, not claimed. */
enum outcome members_reserve(struct unpack *unpack, size_t count);

/*
 * Appends a member called `name` (which must live as long as the arena) with its path set and the
 * oddities of its name tallied; *added is good until the next call. SKIP_ARTIFACT past
 * ARCHIVE_MEMBERS_MAX, MEMBER_NAME_BYTES_MAX, a budget, or memory.
 */
enum outcome members_add(struct unpack *unpack, struct span name, bool is_zip,
                         struct member **added);

/*
 * After the last member, also after a failure: strips the root directory of a source distribution
 * (`strip_root`), marks shadowed members, builds the index for members_find(), fills
 * artifact->contents.
 */
void members_finish(struct unpack *unpack, bool strip_root);

/* The last member with this path; NULL when there is none. */
struct member *members_find(const struct unpack *unpack, struct span path);

#endif
