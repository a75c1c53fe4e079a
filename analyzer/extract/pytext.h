/*
 * pytext: lines and white space as Python's str sees them. The files read
 * here are read by Python programs first, and white space is not ASCII to them.
 */
#ifndef WINNOW_EXTRACT_PYTEXT_H
#define WINNOW_EXTRACT_PYTEXT_H

#include "base/span.h"

/* str.strip(), str.lstrip(), str.rstrip() on UTF-8; other bytes are no white space. */
struct span pytext_strip(struct span s);
struct span pytext_lstrip(struct span s);
struct span pytext_rstrip(struct span s);

/* Whether any character is white space. */
bool pytext_has_space(struct span s);

/* Cuts the next line off `rest` as str.splitlines() does (\n, \r, \r\n, \v, \f, U+001C to U+001E,
 * U+0085, U+2028, U+2029), the ending not included. False when nothing is left. */
bool pytext_next_line(struct span *rest, struct span *line);

/* Without a UTF-8 byte order mark. */
struct span pytext_without_bom(struct span s);

/*
 * The next item of a list as setup.cfg writes them: one a line when the value holds a line
 * break, else one a comma; items are stripped, empty ones skipped. Start with
 * `pytext_list(value)`.
 */
struct pytext_list {
    struct span rest;
    bool by_line;
};
struct pytext_list pytext_list(struct span value);
bool pytext_list_next(struct pytext_list *list, struct span *item);

/* The last component of a "/" path, trailing slashes ignored. */
struct span pytext_basename(struct span path);

#endif
