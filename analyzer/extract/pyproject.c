/* pyproject: see pyproject.h. Entry points and requirements; the layout is pyproject_layout.c. */
#include "extract/pyproject.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/entry_points.h"
#include "extract/pytext.h"

struct reader {
    struct arena *arena;
    const struct toml_value *root;
    struct span backend;
    struct declared *declared;
};

bool pyproject_each_string(const struct toml_value *value, pyproject_take take, void *context) {
    if (toml_is(value, TOML_STRING))
        return take(context, value->text);
    if (!toml_is(value, TOML_ARRAY))
        return true;
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i]->type == TOML_STRING && !take(context, value->items[i]->text))
            return false;
    return true;
}

struct span pyproject_backend(const struct toml_value *root) {
    /* Words in the module names of the backends. */
    static const char *const known[] = {"poetry",   "flit",    "setuptools",   "hatchling", "pdm",
                                        "uv_build", "maturin", "scikit_build", "mesonpy"};
    struct span named = toml_string(toml_path(root, "build-system.build-backend"));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (pyproject_backend_is(named, known[i]))
            return named;
    return SPAN_EMPTY;
}

/* --- entry points ----------------------------------------------------------------------------- */

static bool add_entry(struct reader *reader, struct span group, struct span name,
                      struct span value) {
    return declared_add_entry(reader->arena, reader->declared, group, name, value,
                              SOURCE_PYPROJECT);
}

/* A table of name = "module:attr". */
static bool read_group(struct reader *reader, const struct toml_value *table, struct span group) {
    if (!toml_is(table, TOML_TABLE))
        return true;
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->type == TOML_STRING &&
            !add_entry(reader, group, table->keys[i], table->items[i]->text))
            return false;
    return true;
}

/* A table of such tables, one a group. */
static bool read_groups(struct reader *reader, const struct toml_value *groups) {
    if (!toml_is(groups, TOML_TABLE))
        return true;
    for (size_t i = 0; i < groups->count; i++)
        if (!read_group(reader, groups->items[i], groups->keys[i]))
            return false;
    return true;
}

static bool take_script_file(void *context, struct span path) {
    struct reader *reader = context;
    return declared_add_script(reader->arena, reader->declared, path, SOURCE_PYPROJECT);
}

static bool add_plain_script(struct reader *reader, struct span name, struct span path) {
    struct entry_point entry = {
        .group = SPAN("scripts"), .name = pytext_strip(name), .source = SOURCE_PYPROJECT};
    if (entry.name.len == 0)
        return true;
    return entry_point_add(reader->arena, &reader->declared->entry_points, &entry) &&
           declared_add_path(reader->arena, &reader->declared->layout.scripts, path);
}

static bool take_extra(void *context, struct span extra) {
    struct buffer *joined = context;
    if (joined->len > 0)
        buffer_add_byte(joined, ' ');
    buffer_add(joined, extra);
    return true;
}

static bool is_poetry_file(const struct toml_value *script) {
    return span_is(toml_string(toml_get(script, "type")), "file");
}

/*
 * Poetry's long form: { reference = "bin/foo", type = "file" } is a plain script, installed under
 * the name of its file whatever its key (so poetry-core builds wheels); { callable = "m:f", extras
 * = [...] } and { reference = "m:f", type = "console" } are commands.
 */
static bool read_poetry_script(struct reader *reader, struct span name,
                               const struct toml_value *table) {
    struct span reference = toml_string(toml_get(table, "reference"));
    if (is_poetry_file(table))
        return add_plain_script(reader, pytext_basename(reference), reference);
    if (reference.len == 0)
        reference = toml_string(toml_get(table, "callable"));
    struct entry_point entry;
    if (!entry_point_parse(reader->arena, name, reference, &entry))
        return !arena_refused(reader->arena);
    struct buffer joined = BUFFER_EMPTY;
    pyproject_each_string(toml_get(table, "extras"), take_extra, &joined);
    bool kept = !joined.failed;
    if (kept && joined.len > 0)
        kept = arena_copy(reader->arena, buffer_span(&joined), &entry.extras);
    buffer_free(&joined);
    entry.group = span_text("console_scripts");
    entry.source = SOURCE_PYPROJECT;
    return kept && entry_point_add(reader->arena, &reader->declared->entry_points, &entry);
}

static bool read_poetry_scripts(struct reader *reader, const struct toml_value *scripts,
                                bool only_files) {
    if (!toml_is(scripts, TOML_TABLE))
        return true;
    for (size_t i = 0; i < scripts->count; i++)
        if (scripts->items[i]->type == TOML_TABLE &&
            (!only_files || is_poetry_file(scripts->items[i])) &&
            !read_poetry_script(reader, scripts->keys[i], scripts->items[i]))
            return false;
    return only_files || read_group(reader, scripts, span_text("console_scripts"));
}

static bool says_something(const struct toml_value *table) {
    return toml_is(table, TOML_TABLE) && table->count > 0;
}

/* Scripts and plugins below tool.poetry count where [project] has none; plain files always. */
static bool read_poetry(struct reader *reader, const struct toml_value *poetry) {
    const struct toml_value *project = toml_get(reader->root, "project");
    return read_poetry_scripts(reader, toml_get(poetry, "scripts"),
                               says_something(toml_get(project, "scripts"))) &&
           (says_something(toml_get(project, "entry-points")) ||
            read_groups(reader, toml_get(poetry, "plugins")));
}

/* Hatch: { "tools/a.sh" = "a" }, file = name in the environment's bin. */
static bool read_shared_scripts(struct reader *reader, const struct toml_value *scripts) {
    if (!toml_is(scripts, TOML_TABLE))
        return true;
    for (size_t i = 0; i < scripts->count; i++)
        if (!add_plain_script(reader, pytext_basename(toml_string(scripts->items[i])),
                              scripts->keys[i]))
            return false;
    return true;
}

static bool take_entry_point_file(void *context, struct span path) {
    struct reader *reader = context;
    return declared_add_path(reader->arena, &reader->declared->entry_point_files, path);
}

static bool read_backend_entries(struct reader *reader, const struct toml_value *tool) {
    struct span backend = reader->backend;
    if (pyproject_backend_may_be(backend, "poetry") &&
        !read_poetry(reader, toml_get(tool, "poetry")))
        return false;
    if (pyproject_backend_may_be(backend, "flit") &&
        (!read_group(reader, toml_path(tool, "flit.scripts"), span_text("console_scripts")) ||
         !read_groups(reader, toml_path(tool, "flit.entrypoints")) ||
         !take_entry_point_file(reader,
                                toml_string(toml_path(tool, "flit.metadata.entry-points-file")))))
        return false;
    if (pyproject_backend_may_be(backend, "setuptools") &&
        (!pyproject_each_string(toml_path(tool, "setuptools.script-files"), take_script_file,
                                reader) ||
         !pyproject_each_string(toml_path(tool, "setuptools.dynamic.entry-points.file"),
                                take_entry_point_file, reader)))
        return false;
    return !pyproject_backend_may_be(backend, "hatchling") ||
           read_shared_scripts(reader, toml_path(tool, "hatch.build.targets.wheel.shared-scripts"));
}

static bool read_entries(struct reader *reader) {
    const struct toml_value *project = toml_get(reader->root, "project");
    return read_group(reader, toml_get(project, "scripts"), span_text("console_scripts")) &&
           read_group(reader, toml_get(project, "gui-scripts"), span_text("gui_scripts")) &&
           read_groups(reader, toml_get(project, "entry-points")) &&
           read_backend_entries(reader, toml_get(reader->root, "tool"));
}

static bool take_dynamic(void *context, struct span field) {
    bool *settled = context;
    if (span_is(field, "scripts") || span_is(field, "gui-scripts") ||
        span_is(field, "entry-points"))
        *settled = false;
    return true;
}

/* [project] has the last word on what it does not call dynamic (PEP 621). Before it, poetry and
 * flit had tables that do. */
static bool settles_commands(const struct reader *reader) {
    const struct toml_value *root = reader->root;
    const struct toml_value *project = toml_get(root, "project");
    bool settled = true;
    pyproject_each_string(toml_get(project, "dynamic"), take_dynamic, &settled);
    if (toml_is(project, TOML_TABLE) && toml_string(toml_get(project, "name")).len > 0)
        return settled;
    return (pyproject_backend_is(reader->backend, "poetry") &&
            toml_string(toml_path(root, "tool.poetry.name")).len > 0 &&
            toml_path(root, "tool.poetry.build") == NULL) ||
           (pyproject_backend_is(reader->backend, "flit") &&
            toml_is(toml_path(root, "tool.flit.metadata"), TOML_TABLE));
}

/* --- requirements ----------------------------------------------------------------------------- */

static bool take_requirement(void *context, struct span text) {
    struct reader *reader = context;
    struct span_list *requires = &reader->declared->requires;
    return requires->count >= REQUIREMENTS_MAX || span_list_add(requires, reader->arena, text);
}

/* Each value of the table is a list of requirements. */
static bool read_requirement_lists(struct reader *reader, const struct toml_value *table) {
    if (!toml_is(table, TOML_TABLE))
        return true;
    for (size_t i = 0; i < table->count; i++)
        if (!pyproject_each_string(table->items[i], take_requirement, reader))
            return false;
    return true;
}

/* Poetry names the project in the key. */
static bool read_poetry_dependencies(struct reader *reader, const struct toml_value *table) {
    if (!toml_is(table, TOML_TABLE))
        return true;
    for (size_t i = 0; i < table->count; i++)
        if (!span_is_nocase(table->keys[i], "python") && !take_requirement(reader, table->keys[i]))
            return false;
    return true;
}

static bool read_requirements(struct reader *reader) {
    const struct toml_value *root = reader->root;
    const struct toml_value *tool = toml_get(root, "tool");
    return pyproject_each_string(toml_path(root, "project.dependencies"), take_requirement,
                                 reader) &&
           read_requirement_lists(reader, toml_path(root, "project.optional-dependencies")) &&
           (!pyproject_backend_may_be(reader->backend, "poetry") ||
            read_poetry_dependencies(reader, toml_path(tool, "poetry.dependencies"))) &&
           (!pyproject_backend_may_be(reader->backend, "flit") ||
            (pyproject_each_string(toml_path(tool, "flit.metadata.requires"), take_requirement,
                                   reader) &&
             read_requirement_lists(reader, toml_path(tool, "flit.metadata.requires-extra"))));
}

bool pyproject_read(struct arena *arena, struct span text, struct declared *declared,
                    struct toml_error *error) {
    *declared = (struct declared){0};
    *error = (struct toml_error){0};
    struct toml_value *root = toml_read(arena, text, error);
    if (root == NULL)
        return false;
    struct reader reader = {
        .arena = arena, .root = root, .backend = pyproject_backend(root), .declared = declared};
    const struct toml_value *poetry = toml_path(root, "tool.poetry");
    declared->name = toml_string(toml_path(root, "project.name"));
    declared->version = toml_string(toml_path(root, "project.version"));
    if (declared->name.len == 0)
        declared->name = toml_string(toml_get(poetry, "name"));
    if (declared->version.len == 0)
        declared->version = toml_string(toml_get(poetry, "version"));
    declared->other_backend = !pyproject_backend_may_be(reader.backend, "setuptools");
    declared->settles_commands = settles_commands(&reader);
    return read_entries(&reader) && read_requirements(&reader) &&
           pyproject_read_layout(arena, root, reader.backend, declared);
}
