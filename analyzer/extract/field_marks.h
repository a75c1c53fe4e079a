/*
 * field_marks: a few bytes from which it can be told later, without the archives, in which metadata
 * fields two artifacts of one release differ. 32 bits a field: chance is kept away, an adversary
 * who searches for two texts of one mark is not.
 *
 *   flags (1 byte: what else is known), minor number of Metadata-Version 2.x (1 byte, 0: another),
 *   set of the fields there are (u32), set of those that are Dynamic (u32), a u32 for each field
 *   there is, in order; all little-endian
 */
#ifndef WINNOW_EXTRACT_FIELD_MARKS_H
#define WINNOW_EXTRACT_FIELD_MARKS_H

#include "base/arena.h"
#include "base/buffer.h"

/* Fields that are compared; their names stand in field_marks.c. */
enum { MARKED_FIELDS = 22 };

/* Bytes that marks take at most. */
enum { FIELD_MARKS_BYTES_MAX = 2 + 2 * 4 + MARKED_FIELDS * 4 };

/* While the metadata is read; zeroed at first. */
struct field_marks {
    bool commands_known; /* of an sdist: no build can add commands to those that were found */
    unsigned char minor;
    uint32_t present;
    uint32_t dynamic;
    uint32_t of[MARKED_FIELDS]; /* the sum over the values: their order does not matter */
};

/* Takes in one field; `name` in lower case, `value` as written. Others are passed over. */
void field_marks_add(struct field_marks *marks, struct span name, struct span value);

/* The bytes, in the arena. False when memory is out. */
bool field_marks_write(struct arena *arena, const struct field_marks *marks, struct span *bytes);

/* False when they are no marks. */
bool field_marks_read(struct span bytes, struct field_marks *marks);

/*
 * Appends the names of the fields in which `wheel` differs although the metadata of `sdist` is of a
 * version (2.2 or later: PEP 643) that promises them to be equal: "Requires-Dist Summary".
 */
void field_marks_compare(const struct field_marks *sdist, const struct field_marks *wheel,
                         struct buffer *names);

#endif
