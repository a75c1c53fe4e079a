/*
 * setup_py: see setup_py.h. Gathers the arguments of each setup() call, those
 * behind ** too, and reads the ones that the record has a place for. When a
 * file calls setup() more than once (one call per branch, as a rule), all that
 * they declare is taken; entry points that differ from call to call are dynamic.
 */
#include "extract/setup_py.h"

#include "base/limits.h"
#include "extract/declared.h"
#include "extract/entry_points.h"
#include "extract/setup_py_parts.h"

enum argument {
    ARGUMENT_NAME,
    ARGUMENT_VERSION,
    ARGUMENT_ENTRY_POINTS,
    ARGUMENT_SCRIPTS,
    ARGUMENT_INSTALL_REQUIRES,
    ARGUMENT_EXTRAS_REQUIRE,
    ARGUMENT_PACKAGE_DIR,
    ARGUMENT_PACKAGES,
    ARGUMENT_PY_MODULES,
    ARGUMENT_COUNT
};

static const char *const argument_names[ARGUMENT_COUNT] = {
    "name",           "version",     "entry_points", "scripts",   "install_requires",
    "extras_require", "package_dir", "packages",     "py_modules"};

/* The arguments of one call. */
struct arguments {
    struct value values[ARGUMENT_COUNT];
    bool given[ARGUMENT_COUNT];
    bool is_open; /* ** of something that we cannot see through */
};

struct reader {
    struct setup_file *file;
    struct arena *arena;
    struct setup_py *out;
    struct declared declared;
    struct package_dirs dirs;
    unsigned depth;
};

static enum argument find_argument(struct span name) {
    unsigned i = 0;
    while (i < ARGUMENT_COUNT && !span_is(name, argument_names[i]))
        i++;
    return (enum argument)i;
}

/* What ** adds. An argument given by name cannot come from there too. */
static void spread(struct setup_file *file, const struct value *dict, struct arguments *arguments,
                   const bool by_name[ARGUMENT_COUNT]) {
    if (dict->kind != VALUE_DICT) {
        arguments->is_open = true;
        return;
    }
    arguments->is_open = arguments->is_open || dict->is_dynamic;
    for (size_t i = 0; i + 1 < dict->count; i += 2) {
        enum argument argument = find_argument(dict->items[i].text);
        if (argument == ARGUMENT_COUNT || by_name[argument])
            continue;
        if (arguments->given[argument])
            value_add_choice(file, &arguments->values[argument], dict->items[i + 1]);
        else
            arguments->values[argument] = dict->items[i + 1];
        arguments->given[argument] = true;
    }
}

static void read_arguments(struct setup_file *file, const struct setup_call *call,
                           struct arguments *arguments) {
    bool by_name[ARGUMENT_COUNT] = {false};
    struct setup_range range;
    struct span keyword;
    unsigned stars;
    struct setup_range rest = setup_inside(file, call->open, file->token_count);
    while (setup_next_argument(file, &rest, &keyword, &range, &stars)) {
        enum argument argument = find_argument(keyword);
        if (argument == ARGUMENT_COUNT)
            continue;
        by_name[argument] = true;
        arguments->given[argument] = true;
        arguments->values[argument] = setup_value(file, range, call->block);
    }
    rest = setup_inside(file, call->open, file->token_count);
    while (setup_next_argument(file, &rest, &keyword, &range, &stars)) {
        if (stars != 2)
            continue;
        struct value dict = {.kind = VALUE_DICT};
        struct value from = setup_value(file, range, call->block);
        value_merge(file, &dict, &from, true);
        spread(file, &dict, arguments, by_name);
    }
    arguments->is_open = arguments->is_open || file->work == 0;
}

/* --- entry points --------------------------------------------------------------------------- */

/* Lines "name = value"; with `sections`, "[group]" lines change the group. */
static bool take_lines(struct reader *reader, struct span group, struct span text, bool sections) {
    struct span line;
    while (span_next_line(&text, &line)) {
        line = span_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (sections && line.at[0] == '[' && line.at[line.len - 1] == ']') {
            group = span_trim(span_slice(line, 1, line.len - 1));
            continue;
        }
        struct entry_point entry;
        if (group.len == 0 || !entry_point_parse_line(reader->arena, line, &entry))
            continue;
        entry.group = group;
        entry.source = SOURCE_SETUP_PY;
        if (!entry_point_add(reader->arena, &reader->declared.entry_points, &entry))
            return false;
    }
    return true;
}

/* The declarations of one group: a list of lines, or lines in one string. */
static bool take_group(struct reader *reader, struct span group, const struct value *value) {
    bool taken = true;
    if (value->is_dynamic)
        reader->out->entry_points_dynamic = true;
    if (value->kind == VALUE_STRING)
        return take_lines(reader, group, value->text, false);
    if ((value->kind != VALUE_LIST && value->kind != VALUE_CHOICE) || reader->depth == NESTING_MAX)
        return true;
    reader->depth++;
    for (size_t i = 0; i < value->count && taken && setup_work(reader->file, 1); i++)
        taken = take_group(reader, group, &value->items[i]);
    reader->depth--;
    return taken;
}

static bool take_entry_points(struct reader *reader, const struct value *value) {
    bool taken = true;
    if (value->is_dynamic)
        reader->out->entry_points_dynamic = true;
    if (value->kind == VALUE_STRING)
        return take_lines(reader, SPAN_EMPTY, value->text, true);
    if ((value->kind != VALUE_DICT && value->kind != VALUE_CHOICE) || reader->depth == NESTING_MAX)
        return true;
    reader->depth++;
    for (size_t i = 0; i < value->count && taken && setup_work(reader->file, 1); i++) {
        if (value->kind == VALUE_CHOICE) {
            taken = take_entry_points(reader, &value->items[i]);
        } else if (i + 1 < value->count) {
            taken = take_group(reader, span_trim(value->items[i].text), &value->items[i + 1]);
            i++;
        }
    }
    reader->depth--;
    return taken;
}

/* --- lists of texts ------------------------------------------------------------------------- */

typedef bool take_text(struct reader *reader, struct span text);

/* Hands over every string of a value, however deep. */
static bool each_text(struct reader *reader, const struct value *value, take_text *take) {
    bool taken = true;
    if (value->kind == VALUE_STRING)
        return take(reader, value->text);
    bool is_dict = value->kind == VALUE_DICT;
    if ((value->kind != VALUE_LIST && value->kind != VALUE_CHOICE && !is_dict) ||
        reader->depth == NESTING_MAX)
        return true;
    reader->depth++;
    for (size_t i = is_dict; i < value->count && taken && setup_work(reader->file, 1);
         i += is_dict ? 2 : 1)
        taken = each_text(reader, &value->items[i], take);
    reader->depth--;
    return taken;
}

static bool take_requirements(struct reader *reader, struct span text) {
    struct span line;
    while (span_next_line(&text, &line)) {
        line = span_trim(line);
        size_t comment = span_search(line, " #");
        line = span_trim(span_slice(line, 0, comment));
        if (line.len == 0 || line.at[0] == '#' ||
            reader->declared.requires.count >= REQUIREMENTS_MAX)
            continue;
        if (!span_list_add(&reader->declared.requires, reader->arena, line))
            return false;
    }
    return true;
}

static bool take_script(struct reader *reader, struct span path) {
    return declared_add_script(reader->arena, &reader->declared, path, SOURCE_SETUP_PY);
}

static bool take_package(struct reader *reader, struct span package) {
    return declared_add_package(reader->arena, &reader->declared, &reader->dirs, package);
}

static bool take_module(struct reader *reader, struct span module) {
    return declared_add_module(reader->arena, &reader->declared, &reader->dirs, module);
}

/* --- layout --------------------------------------------------------------------------------- */

static bool add_root(struct reader *reader, struct span folder) {
    return declared_add_path(reader->arena, &reader->declared.layout.source_roots, folder);
}

static bool take_package_dir(struct reader *reader, const struct value *dict) {
    reader->dirs = (struct package_dirs){{NULL, 0, 0}, {NULL, 0, 0}};
    if (dict->kind != VALUE_DICT)
        return true;
    for (size_t i = 0; i + 1 < dict->count && i < DECLARED_ITEMS_MAX; i += 2) {
        struct span package = span_trim(dict->items[i].text);
        struct span folder = dict->items[i + 1].text;
        if (dict->items[i + 1].kind != VALUE_STRING)
            continue;
        if (folder.len == 0)
            folder = span_text(".");
        if (!span_list_add(&reader->dirs.packages, reader->arena, package) ||
            !span_list_add(&reader->dirs.folders, reader->arena, folder) ||
            (package.len == 0 && !add_root(reader, folder)))
            return false;
    }
    return true;
}

/* find_packages() in a packages= value. Without a folder it means the root, unless package_dir
 * says that everything lies elsewhere. */
static bool take_finds(struct reader *reader, const struct value *value) {
    bool taken = true;
    if (value->kind == VALUE_FIND) {
        bool is_root = span_is(value->text, ".");
        if (is_root && span_list_has(&reader->dirs.packages, SPAN_EMPTY))
            return true;
        return add_root(reader, value->text);
    }
    if ((value->kind != VALUE_LIST && value->kind != VALUE_CHOICE) || reader->depth == NESTING_MAX)
        return true;
    reader->depth++;
    for (size_t i = 0; i < value->count && taken && setup_work(reader->file, 1); i++)
        taken = take_finds(reader, &value->items[i]);
    reader->depth--;
    return taken;
}

/* --- calls ---------------------------------------------------------------------------------- */

/* A value that is one text for certain. */
static void take_single(struct span *place, const struct value *value) {
    if (place->len == 0 && !value->is_dynamic &&
        (value->kind == VALUE_STRING || value->kind == VALUE_CONSTANT))
        *place = value->text;
}

static bool take_arguments(struct reader *reader, const struct arguments *arguments) {
    const struct value *values = arguments->values;
    take_single(&reader->out->name, &values[ARGUMENT_NAME]);
    take_single(&reader->out->version, &values[ARGUMENT_VERSION]);
    if (arguments->given[ARGUMENT_ENTRY_POINTS])
        reader->out->entry_points_given = true;
    else if (arguments->is_open)
        reader->out->entry_points_dynamic = true;
    return (!arguments->given[ARGUMENT_ENTRY_POINTS] ||
            take_entry_points(reader, &values[ARGUMENT_ENTRY_POINTS])) &&
           each_text(reader, &values[ARGUMENT_SCRIPTS], take_script) &&
           each_text(reader, &values[ARGUMENT_INSTALL_REQUIRES], take_requirements) &&
           each_text(reader, &values[ARGUMENT_EXTRAS_REQUIRE], take_requirements) &&
           take_package_dir(reader, &values[ARGUMENT_PACKAGE_DIR]) &&
           each_text(reader, &values[ARGUMENT_PACKAGES], take_package) &&
           take_finds(reader, &values[ARGUMENT_PACKAGES]) &&
           each_text(reader, &values[ARGUMENT_PY_MODULES], take_module);
}

static bool append_entries(struct reader *reader, struct entry_point_list *all) {
    struct entry_point_list *own = &reader->declared.entry_points;
    for (size_t i = 0; i < own->count; i++)
        if (!entry_point_add(reader->arena, all, &own->at[i]))
            return false;
    return entry_points_drop_repeats(reader->arena, all);
}

static bool read_calls(struct reader *reader) {
    struct setup_file *file = reader->file;
    struct entry_point_list *all = &reader->out->entry_points;
    size_t counts[SETUP_PY_CALLS_MAX];
    for (size_t i = 0; i < file->call_count; i++) {
        struct arguments arguments = {.is_open = false};
        reader->declared.entry_points = (struct entry_point_list){NULL, 0, 0};
        read_arguments(file, &file->calls[i], &arguments);
        if (!take_arguments(reader, &arguments) ||
            !entry_points_drop_repeats(reader->arena, &reader->declared.entry_points) ||
            !append_entries(reader, all))
            return false;
        counts[i] = reader->declared.entry_points.count;
    }
    for (size_t i = 0; i < file->call_count; i++)
        if (counts[i] != all->count)
            reader->out->entry_points_dynamic = true;
    return true;
}

bool setup_py_read(struct arena *arena, struct span source, struct setup_py *out) {
    memset(out, 0, sizeof *out);
    struct setup_file file = {.arena = arena, .source = source, .work = SETUP_PY_WORK_MAX};
    struct reader reader = {.file = &file, .arena = arena, .out = out};
    if (!setup_tokens_read(&file) || !setup_scan(&file) || !read_calls(&reader) ||
        arena_refused(arena))
        return false;
    out->has_setup_call = file.call_count > 0;
    if (file.is_cut || file.work == 0)
        out->entry_points_dynamic = true;
    out->install_requires = reader.declared.requires;
    out->source_roots = reader.declared.layout.source_roots;
    out->packages = reader.declared.layout.packages;
    out->renamed = reader.declared.layout.renamed;
    out->modules = reader.declared.layout.modules;
    out->scripts = reader.declared.layout.scripts;
    return true;
}
