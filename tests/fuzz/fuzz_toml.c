/* fuzz_toml: TOML, and what a pyproject.toml declares. */
#include "artifact.h"
#include "extract/pyproject.h"

#include "fuzz.h"

static void check_same(const struct toml_value *a, const struct toml_value *b, unsigned depth) {
    FUZZ_CHECK(depth <= NESTING_MAX + 1);
    FUZZ_CHECK(a->type == b->type && a->count == b->count && span_equal(a->text, b->text));
    if (a->type == TOML_STRING)
        fuzz_text(a->text);
    for (size_t i = 0; i < a->count; i++) {
        if (a->type == TOML_TABLE) {
            fuzz_text(a->keys[i]);
            FUZZ_CHECK(span_equal(a->keys[i], b->keys[i]));
        }
        check_same(a->items[i], b->items[i], depth + 1);
    }
}

static void check_declared(const struct declared *declared) {
    fuzz_text(declared->name);
    fuzz_text(declared->version);
    FUZZ_CHECK(declared->entry_points.count <= ENTRY_POINTS_MAX + 1);
    for (size_t i = 0; i < declared->entry_points.count; i++) {
        const struct entry_point *entry = &declared->entry_points.at[i];
        fuzz_text(entry->group);
        fuzz_text(entry->name);
        fuzz_text(entry->object_reference);
        fuzz_text(entry->extras);
        FUZZ_CHECK(entry->name.len > 0);
    }
    const struct artifact_layout *layout = &declared->layout;
    const struct span_list *const paths[] = {&layout->source_roots, &layout->packages,
                                             &layout->modules, &layout->scripts};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t k = 0; k < paths[i]->count; k++) {
            fuzz_text(paths[i]->at[k]);
            FUZZ_CHECK(fuzz_stays_below(paths[i]->at[k]));
        }
    fuzz_list(&declared->requires, REQUIREMENTS_MAX + 1);
    fuzz_list(&layout->renamed, SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct toml_error error = {0};
    struct toml_error same_error = {0};
    struct toml_value *root = toml_read(arena, text, &error);
    struct toml_value *same = toml_read(arena, text, &same_error);
    FUZZ_CHECK((root == NULL) == (same == NULL));
    struct declared declared = {0};
    bool read = pyproject_read(arena, text, &declared, &same_error);
    FUZZ_CHECK(read == (root != NULL));
    if (root != NULL) {
        FUZZ_CHECK(utf8_is_valid(text));
        check_same(root, same, 0);
        check_declared(&declared);
    } else {
        FUZZ_CHECK(error.message != NULL && error.line >= 1);
        FUZZ_CHECK(error.line == same_error.line);
        FUZZ_CHECK(declared.entry_points.count == 0 && declared.name.len == 0);
    }
    FUZZ_CHECK(!arena_refused(arena));
    arena_free(arena);
    return 0;
}
