/*
 * addresses: e-mail addresses out of an RFC 5322 address list, found where
 * Python's email.utils.getaddresses() finds them (its lenient reading): quoted
 * names, angle brackets, groups, comments, routes. In time linear in the text.
 */
#ifndef WINNOW_EXTRACT_ADDRESSES_H
#define WINNOW_EXTRACT_ADDRESSES_H

#include "base/list.h"

/*
 * Appends to `list` each address of `field`, in order, without what the list already holds. Kept
 * is only what reads local@domain, both not empty, with no white space inside and no control
 * characters ("name at host" is no address). Spelling and case stay as written; comments and
 * folding inside an address are gone. Stops at ADDRESSES_MAX. False when memory is out.
 */
bool addresses_read(struct arena *arena, struct span field, struct span_list *list);

#endif
