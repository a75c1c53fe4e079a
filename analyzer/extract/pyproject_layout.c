/*
 * pyproject_layout: which files of the sdist the build backend would install,
 * as far as pyproject.toml says so. A backend that finds its files by itself
 * (flit's module in the root or in src/) gets all places listed; those that are not in the
 * sdist do no harm.
 */
#include "extract/pyproject.h"
#include "extract/pytext.h"

#include "base/text.h"

struct reader {
    struct arena *arena;
    const struct toml_value *tool;
    struct span backend;
    struct declared *declared;
    struct package_dirs dirs;
};

/* Puts the folder in front of what is added next; "" for the root. */
static bool set_folder(struct reader *reader, struct span folder) {
    reader->dirs.packages.count = 0;
    reader->dirs.folders.count = 0;
    return span_list_add(&reader->dirs.packages, reader->arena, SPAN_EMPTY) &&
           span_list_add(&reader->dirs.folders, reader->arena, folder);
}

static bool take_root(void *context, struct span folder) {
    struct reader *reader = context;
    return declared_add_path(reader->arena, &reader->declared->layout.source_roots, folder);
}

static bool take_package(void *context, struct span package) {
    struct reader *reader = context;
    return declared_add_package(reader->arena, reader->declared, &reader->dirs, package);
}

static bool take_module(void *context, struct span module) {
    struct reader *reader = context;
    return declared_add_module(reader->arena, reader->declared, &reader->dirs, module);
}

/* A path up to its first component with a wildcard. */
static struct span before_wildcard(struct span path) {
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] != '*' && path.at[i] != '?' && path.at[i] != '[')
            continue;
        size_t slash = span_find_last(span_slice(path, 0, i), '/');
        return slash < i ? span_slice(path, 0, slash) : SPAN_EMPTY;
    }
    return path;
}

/* A folder is a package, a .py file a module. */
static bool take_path(void *context, struct span path) {
    struct reader *reader = context;
    struct artifact_layout *layout = &reader->declared->layout;
    path = before_wildcard(pytext_strip(path));
    return declared_add_path(reader->arena,
                             span_ends(path, ".py") ? &layout->modules : &layout->packages, path);
}

static bool join_path(struct arena *arena, struct span folder, struct span path,
                      struct span *joined) {
    unsigned char *out = arena_alloc_raw(arena, folder.len + 1 + path.len);
    if (out == NULL)
        return false;
    memcpy(out, folder.at, folder.len);
    out[folder.len] = '/';
    if (path.len > 0)
        memcpy(out + folder.len + 1, path.at, path.len);
    *joined = span_of(out, folder.len + 1 + path.len);
    return true;
}

/* What most backends take when told nothing: the package or module named like the project, from
 * the root or src/. */
static bool take_project(struct reader *reader) {
    struct span name = reader->declared->name;
    unsigned char *module = arena_alloc_raw(reader->arena, name.len + 1);
    if (module == NULL)
        return false;
    for (size_t i = 0; i < name.len; i++)
        module[i] = name.at[i] == '-' || name.at[i] == '.' ? '_' : ascii_lower(name.at[i]);
    static const char *const folders[] = {"", "src"};
    for (size_t i = 0; i < 2; i++)
        if (!set_folder(reader, span_text(folders[i])) ||
            !take_package(reader, span_of(module, name.len)) ||
            !take_module(reader, span_of(module, name.len)))
            return false;
    return true;
}

/* packages = [{ include = "foo", from = "src" }]; with a wildcard at once the folder is a root. */
static bool read_poetry(struct reader *reader) {
    const struct toml_value *packages = toml_path(reader->tool, "poetry.packages");
    if (packages == NULL && pyproject_backend_is(reader->backend, "poetry"))
        return take_project(reader);
    for (size_t i = 0; toml_is(packages, TOML_ARRAY) && i < packages->count; i++) {
        struct span include = toml_string(toml_get(packages->items[i], "include"));
        struct span from = toml_string(toml_get(packages->items[i], "from"));
        struct span path = before_wildcard(include);
        if (include.len == 0)
            continue;
        if (from.len > 0 && path.len > 0 && !join_path(reader->arena, from, path, &path))
            return false;
        if (!(path.len > 0 ? take_path(reader, path)
                           : take_root(reader, from.len > 0 ? from : span_text("."))))
            return false;
    }
    return true;
}

static bool read_flit(struct reader *reader) {
    struct span module = toml_string(toml_path(reader->tool, "flit.module.name"));
    if (module.len == 0)
        module = toml_string(toml_path(reader->tool, "flit.metadata.module"));
    if (module.len == 0 && pyproject_backend_is(reader->backend, "flit"))
        return take_project(reader);
    return module.len == 0 ||
           (set_folder(reader, SPAN_EMPTY) && take_package(reader, module) &&
            take_module(reader, module) && set_folder(reader, span_text("src")) &&
            take_package(reader, module) && take_module(reader, module));
}

static bool read_setuptools_dirs(struct reader *reader, const struct toml_value *dirs) {
    reader->dirs = (struct package_dirs){0};
    for (size_t i = 0; toml_is(dirs, TOML_TABLE) && i < dirs->count; i++) {
        struct span folder = toml_string(dirs->items[i]);
        if (i >= DECLARED_ITEMS_MAX || folder.len == 0)
            continue;
        if (dirs->keys[i].len == 0 && !take_root(reader, folder))
            return false;
        if (!span_list_add(&reader->dirs.packages, reader->arena, dirs->keys[i]) ||
            !span_list_add(&reader->dirs.folders, reader->arena, folder))
            return false;
    }
    return true;
}

static bool read_setuptools(struct reader *reader) {
    const struct toml_value *table = toml_get(reader->tool, "setuptools");
    const struct toml_value *find = toml_path(table, "packages.find");
    return read_setuptools_dirs(reader, toml_get(table, "package-dir")) &&
           pyproject_each_string(toml_get(find, "where"), take_root, reader) &&
           pyproject_each_string(toml_path(table, "packages.find-namespace.where"), take_root,
                                 reader) &&
           pyproject_each_string(toml_get(table, "packages"), take_package, reader) &&
           pyproject_each_string(toml_get(table, "py-modules"), take_module, reader);
}

static bool read_hatch_target(struct reader *reader, const struct toml_value *target) {
    const struct toml_value *sources = toml_get(target, "sources");
    for (size_t i = 0; toml_is(sources, TOML_TABLE) && i < sources->count; i++)
        if (toml_string(sources->items[i]).len == 0 && !take_root(reader, sources->keys[i]))
            return false;
    return pyproject_each_string(sources, take_root, reader) &&
           pyproject_each_string(toml_get(target, "packages"), take_path, reader) &&
           pyproject_each_string(toml_get(target, "only-include"), take_path, reader);
}

static bool read_hatch(struct reader *reader) {
    const struct toml_value *build = toml_path(reader->tool, "hatch.build");
    const struct artifact_layout *layout = &reader->declared->layout;
    if (!read_hatch_target(reader, build) ||
        !read_hatch_target(reader, toml_path(build, "targets.wheel")))
        return false;
    bool told = layout->packages.count + layout->modules.count + layout->source_roots.count > 0;
    return told || !pyproject_backend_is(reader->backend, "hatchling") || take_project(reader);
}

/* The tables of PDM 2 are under build, those of PDM 1 were not. */
static bool read_pdm(struct reader *reader) {
    const struct toml_value *pdm = toml_get(reader->tool, "pdm");
    const struct toml_value *build = toml_get(pdm, "build");
    return pyproject_each_string(toml_get(build, "package-dir"), take_root, reader) &&
           pyproject_each_string(toml_get(build, "includes"), take_path, reader) &&
           pyproject_each_string(toml_get(pdm, "package-dir"), take_root, reader) &&
           pyproject_each_string(toml_get(pdm, "includes"), take_path, reader);
}

/* uv's root is src/ unless module-root says otherwise ("" is the project's root). */
static bool read_uv(struct reader *reader) {
    const struct toml_value *build = toml_path(reader->tool, "uv.build-backend");
    const struct toml_value *given = toml_get(build, "module-root");
    const struct toml_value *names = toml_get(build, "module-name");
    if (build == NULL && !pyproject_backend_is(reader->backend, "uv_build"))
        return true;
    struct span folder = given != NULL ? toml_string(given) : span_text("src");
    return take_root(reader, folder.len > 0 ? folder : span_text(".")) &&
           (names != NULL || take_project(reader)) && set_folder(reader, folder) &&
           pyproject_each_string(names, take_package, reader);
}

static bool read_maturin(struct reader *reader) {
    const struct toml_value *maturin = toml_get(reader->tool, "maturin");
    struct span folder = toml_string(toml_get(maturin, "python-source"));
    return pyproject_each_string(toml_get(maturin, "python-source"), take_root, reader) &&
           set_folder(reader, folder) &&
           pyproject_each_string(toml_get(maturin, "python-packages"), take_package, reader);
}

bool pyproject_read_layout(struct arena *arena, const struct toml_value *root, struct span backend,
                           struct declared *declared) {
    static const struct {
        const char *backend;
        bool (*read)(struct reader *reader);
    } backends[] = {{"poetry", read_poetry},   {"flit", read_flit}, {"setuptools", read_setuptools},
                    {"hatchling", read_hatch}, {"pdm", read_pdm},   {"uv_build", read_uv},
                    {"maturin", read_maturin}};
    struct reader reader = {
        .arena = arena, .tool = toml_get(root, "tool"), .backend = backend, .declared = declared};
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (pyproject_backend_may_be(backend, backends[i].backend) && !backends[i].read(&reader))
            return false;
    return !arena_refused(arena);
}
