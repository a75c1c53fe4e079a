/*
 * literal: the value of Python literals without running anything: string tokens
 * (prefixes, escapes, implicit concatenation is the caller's), numbers are left as text.
 */
#ifndef WINNOW_PYTHON_LITERAL_H
#define WINNOW_PYTHON_LITERAL_H

#include "base/arena.h"

/*
 * The text between the quotes with escapes resolved, as UTF-8 in the arena
 * (or a view when nothing had to change). False for f-strings and t-strings with
 * replacement fields, for tokens that are no complete string, and when memory is out.
 *
 * Line ends become \n. \N{...} stays as written, as does any escape that Python would
 * refuse; surrogates become U+FFFD. Bytes of the source from 0x80 pass as they are, and so
 * do those that escapes of a bytes literal make: the value is UTF-8 if they are.
 */
bool python_string_value(struct arena *arena, struct span token, struct span *value);

#endif
