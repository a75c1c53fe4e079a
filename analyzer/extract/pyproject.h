/*
 * pyproject: what a pyproject.toml declares: [project] (PEP 621) and the
 * tables of the backends that have their own ways: poetry, flit, setuptools,
 * hatch, pdm, uv, maturin.
 */
#ifndef WINNOW_EXTRACT_PYPROJECT_H
#define WINNOW_EXTRACT_PYPROJECT_H

#include "extract/declared.h"
#include "extract/toml.h"

/*
 * Fills `declared`; spans live in the arena or view `text`. When [build-system] names a backend
 * that is known, the tables of the other backends say nothing of what will be built and are passed
 * over. False on invalid TOML (declared is empty, *error says where) and when memory is out
 * (error->message is NULL).
 */
bool pyproject_read(struct arena *arena, struct span text, struct declared *declared,
                    struct toml_error *error);

#endif
