/*
 * strings: where the string literals of Python source end. Shared by the
 * lexer and by what reads the values of literals.
 */
#ifndef WINNOW_PYTHON_STRINGS_H
#define WINNOW_PYTHON_STRINGS_H

#include "base/span.h"

struct string_prefix {
    bool is_raw;
    bool is_bytes;
    bool is_formatted; /* f or t */
};

/*
 * Whether `word` may stand before the quotes of a string: r b u f t and their
 * pairs with r in any case and order, and Python 2's ur. "" may.
 */
bool string_prefix_read(struct span word, struct string_prefix *prefix);

/* Whether three quotes open at `quote`, which holds a quote. */
bool string_is_triple(struct span source, size_t quote);

/*
 * The place behind the closing quotes of the string whose first quote is at
 * `quote`; 0 when it has no end (a string of one line must end on it).
 * *reached: how far it was read.
 */
size_t string_end(struct span source, size_t quote, size_t *reached);

/* The same for f-strings and t-strings, whose replacement fields may hold anything (PEP 701). */
size_t formatted_string_end(struct span source, size_t quote, bool is_raw, size_t *reached);

#endif
