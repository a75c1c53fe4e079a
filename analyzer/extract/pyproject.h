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

/*
 * Calls `take` for a string, or for each string of an array (others are skipped); false as soon as
 * `take` is. `value` may be NULL.
 */
typedef bool (*pyproject_take)(void *context, struct span text);
bool pyproject_each_string(const struct toml_value *value, pyproject_take take, void *context);

/* The layout part of pyproject_read(), in pyproject_layout.c. */
bool pyproject_read_layout(struct arena *arena, const struct toml_value *root, struct span backend,
                           struct declared *declared);

/* The backend that [build-system] names, when it is known: its tables count, and no other's. ""
 * when it is not: all count. */
struct span pyproject_backend(const struct toml_value *root);

/* `word` ("poetry", "flit"...): one of those that pyproject_backend() knows. */
static inline bool pyproject_backend_is(struct span backend, const char *word) {
    return span_search(backend, word) < backend.len;
}
static inline bool pyproject_backend_may_be(struct span backend, const char *word) {
    return backend.len == 0 || pyproject_backend_is(backend, word);
}

#endif
