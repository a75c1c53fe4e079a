/*
 * zip_checks: what is odd about a ZIP, by its directory alone and, where that
 * is cheap or called for, by the members' own headers.
 */
#ifndef WINNOW_UNPACK_ZIP_CHECKS_H
#define WINNOW_UNPACK_ZIP_CHECKS_H

#include "unpack/zip_directory.h"

/* The bytes of the file that one member takes. */
struct zip_extent {
    uint64_t start; /* of its local header, in the file */
    uint64_t end;   /* at least; its local header may have extra fields */
    uint32_t record_at;
};

/* The end of a member at `start`, with a header and data of these lengths; a byte behind where the
 * directory begins for one that reaches into it, however far. */
uint64_t zip_extent_end(const struct zip_directory *directory, uint64_t start, uint64_t header,
                        uint64_t data);

/* Tallies the oddities of one record. Fails the artifact when its sizes cannot be known. */
void zip_check_record(struct unpack *unpack, const struct zip_record *record);

/* Tallies the oddities of extra fields, local or central, of the member called `name`. */
void zip_check_extra(struct unpack *unpack, struct span name, struct span extra);

/*
 * Tallies overlaps, gaps, data before the archive. Sorts `extents`. The members' own headers are
 * read too when the whole file is in memory, or when `odd` (the directory gave reason).
 */
enum outcome zip_check_layout(struct unpack *unpack, const struct zip_directory *directory,
                              struct zip_extent *extents, size_t count, bool odd);

#endif
