/* member_class: what a member is by its name: importable, compiled, data, or packaging boilerplate.
 */
#ifndef WINNOW_PAYLOAD_MEMBER_CLASS_H
#define WINNOW_PAYLOAD_MEMBER_CLASS_H

#include "base/span.h"

enum member_class {
    CLASS_BOILERPLATE, /* README, LICENSE, py.typed, pyproject.toml, byte code caches, dotfiles...
                        */
    CLASS_PYTHON,
    CLASS_PYI,
    CLASS_NATIVE,        /* a compiled module, library or program; byte code without a cache */
    CLASS_NATIVE_SOURCE, /* what a build would compile: C, Cython, Rust, Fortran... */
    CLASS_DATA
};

/* By the last component and the folders of `path`. A .pyc beside its .py is for the caller to drop.
 */
enum member_class member_class(struct span path);

/* The same of what is no data, with less work; boilerplate may come as data. */
enum member_class member_code_class(struct span path);

/* The last component, and the extension with its dot ("" when none; a leading dot is none). */
struct span path_basename(struct span path);
struct span path_extension(struct span path);

/* Whether a folder of `path` is named `tests` or `test`, or the path is a test module at the root.
 */
bool path_is_test(struct span path);

/* Whether a top-level folder of an sdist with this name is usually not installed: docs, tests,
 * tools... */
bool folder_is_auxiliary(struct span name);
/* The same for a module: setup.py, conftest.py, noxfile.py... */
bool module_is_auxiliary(struct span name);

#endif
