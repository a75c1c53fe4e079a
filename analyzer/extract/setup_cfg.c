/* setup_cfg: see setup_cfg.h. */
#include "extract/setup_cfg.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/entry_points.h"
#include "extract/ini.h"
#include "extract/pytext.h"

struct reader {
    struct arena *arena;
    const struct ini *ini;
    struct declared *declared;
    struct package_dirs dirs;
};

/* Calls `take` for each item of the list in an option. */
static bool each_item(struct reader *reader, struct span value,
                      bool (*take)(struct reader *reader, struct span item)) {
    struct pytext_list list = pytext_list(value);
    struct span item;
    while (pytext_list_next(&list, &item))
        if (!take(reader, item))
            return false;
    return true;
}

static bool take_script(struct reader *reader, struct span item) {
    return declared_add_script(reader->arena, reader->declared, item, SOURCE_SETUP_CFG);
}

static bool take_package(struct reader *reader, struct span item) {
    return declared_add_package(reader->arena, reader->declared, &reader->dirs, item);
}

static bool take_module(struct reader *reader, struct span item) {
    return declared_add_module(reader->arena, reader->declared, &reader->dirs, item);
}

static bool take_root(struct reader *reader, struct span item) {
    return declared_add_path(reader->arena, &reader->declared->layout.source_roots, item);
}

static bool take_entry_point_file(struct reader *reader, struct span item) {
    return declared_add_path(reader->arena, &reader->declared->entry_point_files, item);
}

static bool take_requirement(struct reader *reader, struct span item) {
    struct span_list *requires = &reader->declared->requires;
    return requires->count >= REQUIREMENTS_MAX || span_list_add(requires, reader->arena, item);
}

/* package_dir: "package = folder", the package may be empty for all of them. */
static bool take_package_dir(struct reader *reader, struct span item) {
    size_t equals = span_find(item, '=');
    if (equals == item.len || reader->dirs.packages.count >= DECLARED_ITEMS_MAX)
        return true;
    struct span package = pytext_strip(span_slice(item, 0, equals));
    struct span folder = pytext_strip(span_from(item, equals + 1));
    if (package.len == 0 && !take_root(reader, folder))
        return false;
    return span_list_add(&reader->dirs.packages, reader->arena, package) &&
           span_list_add(&reader->dirs.folders, reader->arena, folder);
}

/* pbr takes option names in lower case, with "_" for "-": groups of entry points too. */
static bool pbr_group(struct arena *arena, struct span name, struct span *group) {
    unsigned char *out = arena_alloc_raw(arena, name.len);
    if (out == NULL)
        return false;
    for (size_t i = 0; i < name.len; i++)
        out[i] = name.at[i] == '-' ? '_' : ascii_lower(name.at[i]);
    *group = span_of(out, name.len);
    return true;
}

static bool read_entry_points(struct reader *reader, const struct ini_item *option) {
    bool pbr = span_is(option->section, "entry_points");
    struct pytext_list list = pytext_list(option->value);
    list.by_line = list.by_line || pbr;
    struct span group = option->name;
    struct span item;
    if (pbr && !pbr_group(reader->arena, option->name, &group))
        return false;
    while (pytext_list_next(&list, &item)) {
        size_t equals = span_find(item, '=');
        if (equals < item.len &&
            !declared_add_entry(reader->arena, reader->declared, group, span_slice(item, 0, equals),
                                span_from(item, equals + 1), SOURCE_SETUP_CFG))
            return false;
    }
    return true;
}

/* "find:" and "find_namespace:" look below [options.packages.find] where, else the root. */
static bool read_packages(struct reader *reader) {
    struct span packages = ini_get(reader->ini, "options", "packages");
    struct span trimmed = pytext_strip(packages);
    if (!span_starts(trimmed, "find:") && !span_starts(trimmed, "find_namespace:"))
        return each_item(reader, packages, take_package);
    struct span where = ini_get(reader->ini, "options.packages.find", "where");
    if (where.len > 0)
        return each_item(reader, where, take_root);
    return reader->declared->layout.source_roots.count > 0 || take_root(reader, span_text("."));
}

/* pbr names folders and files, not packages and modules. */
static bool take_pbr_package(struct reader *reader, struct span item) {
    size_t equals = span_find(item, '=');
    return declared_add_path(reader->arena, &reader->declared->layout.packages,
                             span_slice(item, 0, equals));
}

static bool read_options(struct reader *reader) {
    const struct ini *ini = reader->ini;
    struct span entry_points = pytext_strip(ini_get(ini, "options", "entry_points"));
    bool taken = span_starts(entry_points, "file:")
                     ? each_item(reader, span_from(entry_points, 5), take_entry_point_file)
                     : entry_points_read_ini(reader->arena, entry_points, SOURCE_SETUP_CFG,
                                             &reader->declared->entry_points);
    if (!taken)
        return false;
    return each_item(reader, ini_get(ini, "options", "package_dir"), take_package_dir) &&
           read_packages(reader) &&
           each_item(reader, ini_get(ini, "options", "py_modules"), take_module) &&
           each_item(reader, ini_get(ini, "options", "scripts"), take_script) &&
           each_item(reader, ini_get(ini, "options", "install_requires"), take_requirement) &&
           each_item(reader, ini_get(ini, "files", "packages"), take_pbr_package) &&
           each_item(reader, ini_get(ini, "files", "modules"), take_module) &&
           each_item(reader, ini_get(ini, "files", "scripts"), take_script);
}

bool setup_cfg_read(struct arena *arena, struct span text, struct declared *declared,
                    uint32_t *bad_line) {
    *declared = (struct declared){0};
    struct ini ini;
    if (!ini_read(arena, text, "=:", &ini))
        return false;
    *bad_line = ini.bad_line;
    struct reader reader = {.arena = arena, .ini = &ini, .declared = declared};
    declared->name = ini_get(&ini, "metadata", "name");
    declared->version = ini_get(&ini, "metadata", "version");
    for (size_t i = 0; i < ini.count; i++) {
        const struct ini_item *item = &ini.at[i];
        bool entries = span_is(item->section, "options.entry_points") ||
                       span_is(item->section, "entry_points");
        if (entries && !read_entry_points(&reader, item))
            return false;
        if (span_is(item->section, "options.extras_require") &&
            !each_item(&reader, item->value, take_requirement))
            return false;
    }
    return read_options(&reader) && !arena_refused(arena);
}
