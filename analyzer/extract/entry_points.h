/*
 * entry_points: one declaration "name = module:attr [extras]", and the INI
 * text that holds them (entry_points.txt of wheels, eggs and egg-info).
 * What configparser (delimiter "=", case kept) and importlib.metadata both
 * accept is read the same way; where they part, see entry_points_read_ini().
 */
#ifndef WINNOW_EXTRACT_ENTRY_POINTS_H
#define WINNOW_EXTRACT_ENTRY_POINTS_H

#include "artifact.h"

/*
 * Reads one entry: `name` and `value` as they stand around the first "=". Both are trimmed; the
 * object reference is the value without its closing "[...]" and without white space around its
 * colon, else as written; the extras are joined by one space. group and source are left empty.
 * False when the name or the object reference is empty, holds a line break or a NUL, and when
 * memory is out. Views of `name` and `value` where nothing had to change.
 */
bool entry_point_parse(struct arena *arena, struct span name, struct span value,
                       struct entry_point *entry);

/* Whether a line break or a NUL is in it: nothing that is installed is called so. */
bool entry_point_has_break(struct span s);

/* The same for a whole line "name = value"; false also when there is no "=". */
bool entry_point_parse_line(struct arena *arena, struct span line, struct entry_point *entry);

/* Appends a view. False when memory is out. One more than ENTRY_POINTS_MAX is kept, so that the
 * artifact sees that there were too many; the rest is dropped, and true. */
bool entry_point_add(struct arena *arena, struct entry_point_list *list,
                     const struct entry_point *entry);

/*
 * Appends every entry of an INI text. Lines that are no entry are skipped, so are lines before the
 * first section. A name given twice is two entries. A continuation line extends the value above it
 * (configparser); when that makes no entry but the lines are entries by themselves, they are taken
 * so (importlib.metadata, which ignores indentation). False only when memory is out.
 */
bool entry_points_read_ini(struct arena *arena, struct span text, enum entry_source source,
                           struct entry_point_list *list);

/* Drops entries that repeat an earlier one's group, name and object reference. False when memory is
 * out. */
bool entry_points_drop_repeats(struct arena *arena, struct entry_point_list *list);

#endif
