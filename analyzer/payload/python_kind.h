/*
 * python_kind: how much one Python source does, read statement by statement
 * and only until it is known to be code.
 *
 *   blank     comments, white space, docstrings, and the namespace-package boilerplate of
 *             pkg_resources and pkgutil
 *   constant  besides these, assignments of literals and of names bound to literals
 *   stub      besides these, statements without an effect beyond printing: see the table below
 *   code      everything else, and everything that cannot be read: an encoding that hides ASCII,
 *             characters Python does not have, statements of no known form, oversize
 *
 * A stub may hold: pass, `...`, import, raise, del, assert of a constant; classes and
 * functions whose bodies are stubs and whose defaults are no calls; return of a constant;
 * assignment of names and attributes of imports (an alias, a re-export); if over constants and
 * attributes of imports (`__name__`, TYPE_CHECKING, sys.version_info); try around stubs; printing
 * of constants; sys.exit; calls of functions and plain classes of the same project. Printing what a
 * caller passes or an import holds, loops, with, match, comprehensions, and calls of anything else
 * make it code. So the doubt always goes to "code": an honest source may be called code when it is
 * a stub, never a stub when it is code.
 */
#ifndef WINNOW_PAYLOAD_PYTHON_KIND_H
#define WINNOW_PAYLOAD_PYTHON_KIND_H

#include "artifact.h"

/*
 * A source that assigns or returns more literals than this, or more bytes of them, holds real data
 * (a table), not an empty payload: `code` by "any other Python source". Names like `__license__`,
 * `__all__` do not count, nor does what is printed. The empty payloads of the known campaigns
 * assign at most a dozen literals; the smallest tables people publish (country codes, colours) have
 * over 100.
 */
enum { CONSTANT_LITERALS_MAX = 64, CONSTANT_LITERAL_BYTES_MAX = 2048 };

/* Functions and classes of one stub: more of them, even empty ones, are an interface somebody
 * wrote. */
enum { STUB_DEFINITIONS_MAX = 64 };

/*
 * KIND_BLANK, KIND_CONSTANT, KIND_STUB or KIND_CODE. `own_names`: importable top-level names of the
 * same project, whose functions may be called; may be NULL. Linear in the source's length.
 */
enum payload_kind python_kind(struct span source, const struct span_list *own_names);

/* The same for a .pyi: KIND_BLANK, else KIND_CODE, because what it declares is its payload. */
enum payload_kind python_kind_of_pyi(struct span source);

#endif
