/* fuzz_ini: INI texts: setup.cfg, entry_points.txt, requires.txt. */
#include "extract/entry_points.h"
#include "extract/ini.h"
#include "extract/requirement.h"
#include "extract/setup_cfg.h"

#include "fuzz.h"

static void check_entries(struct arena *arena, struct entry_point_list *list) {
    FUZZ_CHECK(list->count <= ENTRY_POINTS_MAX + 1);
    for (size_t i = 0; i < list->count; i++) {
        const struct entry_point *entry = &list->at[i];
        fuzz_touch(entry->group);
        fuzz_touch(entry->extras);
        FUZZ_CHECK(entry->name.len > 0);
        FUZZ_CHECK(entry->object_reference.len > 0 || span_is(entry->group, "scripts"));
        FUZZ_CHECK(span_find(entry->name, '\n') == entry->name.len);
        FUZZ_CHECK(span_find(entry->object_reference, '\n') == entry->object_reference.len);
        FUZZ_CHECK(span_find(entry->name, 0) == entry->name.len);
    }
    FUZZ_CHECK(entry_points_drop_repeats(arena, list));
    size_t count = list->count;
    FUZZ_CHECK(entry_points_drop_repeats(arena, list) && list->count == count);
}

static void check_ini(struct arena *arena, struct span text, const char *delimiters) {
    struct ini ini = {0};
    FUZZ_CHECK(ini_read(arena, text, delimiters, &ini));
    for (size_t i = 0; i < ini.count; i++) {
        fuzz_touch(ini.at[i].section);
        fuzz_touch(ini.at[i].value);
        FUZZ_CHECK(ini.at[i].name.len > 0);
        fuzz_touch(ini.at[i].name);
    }
    fuzz_touch(ini_get(&ini, "options", "package_dir"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    struct arena *arena = fuzz_arena();
    check_ini(arena, text, "=");
    check_ini(arena, text, "=:");
    struct entry_point_list entries = {0};
    FUZZ_CHECK(entry_points_read_ini(arena, text, SOURCE_EGG_INFO, &entries));
    check_entries(arena, &entries);
    struct declared declared = {0};
    uint32_t bad_line = 0;
    FUZZ_CHECK(setup_cfg_read(arena, text, &declared, &bad_line));
    check_entries(arena, &declared.entry_points);
    fuzz_touch(declared.name);
    fuzz_touch(declared.version);
    fuzz_list(&declared.requires, REQUIREMENTS_MAX + 1);
    fuzz_list(&declared.layout.packages, SIZE_MAX);
    struct span_list requirements = {0};
    FUZZ_CHECK(requires_txt_read(arena, text, &requirements));
    fuzz_list(&requirements, REQUIREMENTS_MAX);
    for (size_t i = 0; i < requirements.count; i++)
        FUZZ_CHECK(fuzz_inside(requirement_name(requirements.at[i]), requirements.at[i]));
    FUZZ_CHECK(!arena_refused(arena));
    arena_free(arena);
    return 0;
}
