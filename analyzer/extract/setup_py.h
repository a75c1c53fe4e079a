/*
 * setup_py: what a setup.py states literally. Tokens are read, nothing is run:
 * arguments of the setup() call that are literals, or names bound once to
 * literals in the same file. Anything else is dynamic.
 *
 * - A call is setup(...), setuptools.setup(...), distutils.core.setup(...) or
 *   any name that an import gives to them, wherever it stands.
 * - Arguments behind ** count when they are a dict that we can read; an
 *   entry_points= in the call itself cannot be overridden by others.
 * - A name bound in a branch that does not hold its use, bound twice, or changed
 *   by += or a method keeps all that it may be, and is dynamic. name["key"] = value
 *   in plain sight is as good as a literal.
 * - Only entry_points= makes entry points dynamic; a scripts= that is no literal is
 *   just missing.
 * - Past a limit (SETUP_PY_TOKENS_MAX and its like) the file is read up to there, and dynamic.
 */
#ifndef WINNOW_EXTRACT_SETUP_PY_H
#define WINNOW_EXTRACT_SETUP_PY_H

#include "artifact.h"

struct setup_py {
    bool has_setup_call;
    bool entry_points_given;   /* an entry_points= argument is there */
    bool entry_points_dynamic; /* ...or may come from somewhere we cannot see: not all of it is
                                  literal, or the call takes **arguments that we cannot resolve */
    struct entry_point_list entry_points; /* the literal part, source SOURCE_SETUP_PY; also scripts=
                                             as group `scripts` */
    struct span_list
        install_requires;          /* raw requirement texts, literal part (extras_require too) */
    struct span_list source_roots; /* package_dir={"": "src"} -> "src" */
    struct span_list packages;     /* literal packages=, top-level part, under package_dir */
    struct span_list renamed;      /* see artifact_layout */
    struct span_list modules;      /* literal py_modules= as files, "foo.py" */
    struct span_list scripts;      /* literal scripts=, as written */
    struct span name;              /* literal name=, else "" */
    struct span version;           /* literal version=, else "" */
};

/* Results live in `arena` or view `source`. False only when memory is out. */
bool setup_py_read(struct arena *arena, struct span source, struct setup_py *out);

#endif
