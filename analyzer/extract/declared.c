/* declared: see declared.h. */
#include "extract/declared.h"

#include "base/buffer.h"
#include "extract/entry_points.h"
#include "extract/pytext.h"

bool declared_add(struct arena *arena, struct span_list *list, struct span item) {
    if (item.len == 0 || list->count >= DECLARED_ITEMS_MAX || span_list_has(list, item))
        return true;
    return span_list_add(list, arena, item);
}

static bool leaves_root(struct span path) {
    struct span rest = path;
    struct span part;
    while (span_next_piece(&rest, '/', &part))
        if (span_is(part, ".."))
            return true;
    return path.len > 0 && path.at[0] == '/';
}

static struct span clean_path(struct span path) {
    path = pytext_strip(path);
    if (leaves_root(path))
        return SPAN_EMPTY;
    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    while (span_starts(path, "./") && path.len > 2)
        path = span_from(path, 2);
    return span_is(path, "./") ? span_slice(path, 0, 1) : path;
}

bool declared_add_path(struct arena *arena, struct span_list *list, struct span path) {
    return declared_add(arena, list, clean_path(path));
}

bool declared_add_script(struct arena *arena, struct declared *declared, struct span path,
                         enum entry_source source) {
    path = clean_path(path);
    struct entry_point entry = {
        .group = SPAN("scripts"), .name = pytext_basename(path), .source = source};
    if (entry.name.len == 0 || entry_point_has_break(entry.name))
        return true;
    return entry_point_add(arena, &declared->entry_points, &entry) &&
           declared_add(arena, &declared->layout.scripts, path);
}

bool declared_add_entry(struct arena *arena, struct declared *declared, struct span group,
                        struct span name, struct span value, enum entry_source source) {
    struct entry_point entry;
    if (!entry_point_parse(arena, name, value, &entry))
        return !arena_refused(arena);
    entry.group = group;
    entry.source = source;
    return entry_point_add(arena, &declared->entry_points, &entry);
}

/* "folder/name" + ending, or the one of the two that is there ("." is no folder). */
static bool join(struct arena *arena, struct span folder, struct span name, const char *ending,
                 struct span *path) {
    if (span_is(folder, "."))
        folder = SPAN_EMPTY;
    size_t tail = strlen(ending);
    size_t slash = folder.len > 0 && name.len > 0 ? 1 : 0;
    unsigned char *out = arena_alloc_raw(arena, folder.len + slash + name.len + tail);
    if (out == NULL)
        return false;
    size_t len = 0;
    if (folder.len > 0)
        memcpy(out, folder.at, folder.len);
    len += folder.len;
    if (slash)
        out[len++] = '/';
    for (size_t i = 0; i < name.len; i++)
        out[len++] = name.at[i] == '.' ? '/' : name.at[i];
    if (tail > 0)
        memcpy(out + len, ending, tail);
    *path = span_of(out, len + tail);
    return true;
}

static bool folder_of(const struct package_dirs *dirs, struct span package, struct span *folder) {
    for (size_t i = dirs->packages.count; i > 0; i--)
        if (span_equal(dirs->packages.at[i - 1], package)) {
            *folder = clean_path(dirs->folders.at[i - 1]);
            return true;
        }
    *folder = SPAN_EMPTY;
    return false;
}

/* Adds a folder that package_dir gives to the package `name`. */
static bool add_package_folder(struct arena *arena, struct artifact_layout *layout,
                               struct span name, struct span folder) {
    struct buffer rename = BUFFER_EMPTY;
    struct span kept = SPAN_EMPTY;
    buffer_add(&rename, name);
    buffer_add_byte(&rename, '=');
    buffer_add(&rename, folder);
    bool added = declared_add(arena, &layout->packages, folder);
    if (added && folder.len > 0 && !span_equal(pytext_basename(folder), name))
        added = !rename.failed && arena_copy(arena, buffer_span(&rename), &kept) &&
                declared_add(arena, &layout->renamed, kept);
    buffer_free(&rename);
    return added;
}

bool declared_add_package(struct arena *arena, struct declared *declared,
                          const struct package_dirs *dirs, struct span package) {
    package = pytext_strip(package);
    struct span top = span_slice(package, 0, span_find(package, '.'));
    struct span folder, path;
    if (top.len == 0 || span_find(top, '/') < top.len ||
        declared->layout.packages.count >= DECLARED_ITEMS_MAX)
        return true;
    if (folder_of(dirs, top, &folder))
        return add_package_folder(arena, &declared->layout, top, folder);
    folder_of(dirs, SPAN_EMPTY, &folder);
    return join(arena, folder, top, "", &path) &&
           declared_add(arena, &declared->layout.packages, path);
}

bool declared_add_module(struct arena *arena, struct declared *declared,
                         const struct package_dirs *dirs, struct span module) {
    struct span folder, path;
    module = pytext_strip(module);
    if (module.len == 0 || span_find(module, '/') < module.len)
        return true;
    folder_of(dirs, SPAN_EMPTY, &folder);
    return join(arena, folder, module, ".py", &path) &&
           declared_add(arena, &declared->layout.modules, path);
}
