/* fuzz_setup_py: what a setup.py states literally. */
#include "extract/setup_py.h"

#include "fuzz.h"

static void check_same(const struct span_list *a, const struct span_list *b) {
    FUZZ_CHECK(a->count == b->count);
    for (size_t i = 0; i < a->count; i++)
        FUZZ_CHECK(span_equal(a->at[i], b->at[i]));
    fuzz_list(a, SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    struct setup_py setup = {0};
    struct setup_py same = {0};
    FUZZ_CHECK(setup_py_read(arena, span_of(data, size), &setup));
    FUZZ_CHECK(setup_py_read(arena, span_of(data, size), &same));
    FUZZ_CHECK(setup.has_setup_call == same.has_setup_call &&
               setup.entry_points_given == same.entry_points_given &&
               setup.entry_points_dynamic == same.entry_points_dynamic);
    if (!setup.has_setup_call)
        FUZZ_CHECK(setup.entry_points.count == 0 && setup.name.len == 0);
    FUZZ_CHECK(setup.entry_points.count == same.entry_points.count &&
               setup.entry_points.count <= ENTRY_POINTS_MAX + 1);
    for (size_t i = 0; i < setup.entry_points.count; i++) {
        const struct entry_point *entry = &setup.entry_points.at[i];
        fuzz_touch(entry->group);
        fuzz_touch(entry->name);
        fuzz_touch(entry->object_reference);
        fuzz_touch(entry->extras);
        FUZZ_CHECK(entry->source == SOURCE_SETUP_PY && entry->name.len > 0);
    }
    fuzz_touch(setup.name);
    fuzz_touch(setup.version);
    check_same(&setup.install_requires, &same.install_requires);
    check_same(&setup.source_roots, &same.source_roots);
    check_same(&setup.packages, &same.packages);
    check_same(&setup.renamed, &same.renamed);
    check_same(&setup.modules, &same.modules);
    check_same(&setup.scripts, &same.scripts);
    arena_free(arena);
    return 0;
}
