/*
 * extract: see extract.h. The table of contents of this folder: metadata,
 * build configuration, entry points, requirements, top-level names, and
 * whether the file's name agrees with what is inside.
 */
#include "extract/extract.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/core_metadata.h"
#include "extract/entry_points.h"
#include "extract/pyproject.h"
#include "extract/pytext.h"
#include "extract/repository.h"
#include "extract/requirement.h"
#include "extract/setup_cfg.h"
#include "extract/setup_py.h"
#include "extract/sources.h"
#include "extract/wheel_record.h"
#include "mirror/name.h"

struct extraction {
    struct archive *archive;
    struct artifact *artifact;
    struct arena *arena;
    struct sources sources;
    struct declared pyproject;
    struct declared setup_cfg;
    struct setup_py setup_py;
    struct entry_point_list entries;
    struct field_marks marks;
    enum outcome outcome; /* of the last reading of a member; SKIP_ARTIFACT ends all */
};

bool extract_wants(struct span path) {
    return sources_want(path);
}

/* The contents of a member; false when it is missing, damaged or over a budget. What it says stays
 * unknown then, and the artifact's status tells. */
static bool read_member(struct extraction *extraction, struct member *member, struct span *text) {
    if (member == NULL || extraction->outcome == SKIP_ARTIFACT)
        return false;
    extraction->outcome = archive_bytes(extraction->archive, member, TEXT_MEMBER_BYTES_MAX, text);
    if (extraction->outcome == SKIP_MEMBER && member->size > TEXT_MEMBER_BYTES_MAX)
        artifact_fail(extraction->artifact, STATUS_OVER_LIMIT,
                      "extract: a file of declarations is larger than what is read");
    return extraction->outcome == OUTCOME_OK;
}

/* --- metadata --------------------------------------------------------------------------------- */

static bool read_metadata(struct extraction *extraction) {
    struct artifact *artifact = extraction->artifact;
    struct span text;
    if (extraction->sources.several_dist_infos)
        artifact_note(artifact, "several-dist-info", extraction->sources.info_dir);
    if (read_member(extraction, extraction->sources.metadata, &text))
        return core_metadata_read(artifact, text, &extraction->marks) &&
               repository_find(artifact->arena, &artifact->metadata);
    /* Of an archive that was not read whole nobody knows; a member that cannot be read is there. */
    if (extraction->sources.metadata == NULL && artifact->status == STATUS_OK)
        artifact_note(artifact, "no-metadata", SPAN_EMPTY);
    return true;
}

/* As importlib.metadata: requires.txt counts only where there is no Requires-Dist. */
static bool read_requires(struct extraction *extraction) {
    struct span_list *requires = &extraction->artifact->metadata.requires_dist;
    struct span text;
    if (requires->count > 0 || !read_member(extraction, extraction->sources.requires, &text))
        return true;
    return text_from_bytes(extraction->arena, text, &text) &&
           requires_txt_read(extraction->arena, text, requires);
}

static void note_mismatch(struct artifact *artifact, const char *code, struct span file,
                          struct span metadata) {
    struct buffer detail = BUFFER_EMPTY;
    buffer_add_text(&detail, "file says ");
    buffer_add(&detail, span_slice(file, 0, 100));
    buffer_add_text(&detail, ", metadata says ");
    buffer_add(&detail, span_slice(metadata, 0, 100));
    artifact_note(artifact, code, buffer_span(&detail));
    buffer_free(&detail);
}

bool extract_check_identity(struct artifact *artifact) {
    struct artifact_file *file = &artifact->file;
    const struct artifact_metadata *metadata = &artifact->metadata;
    struct span name = pytext_strip(metadata->name);
    struct span version = pytext_strip(metadata->version);
    if (file->project.len == 0) {
        if (name.len > 0 && file->version.len == 0)
            file->version = version;
        return project_normalize(artifact->arena, name, &file->project);
    }
    if (name.len > 0 && !project_same(file->project, name))
        note_mismatch(artifact, "name-mismatch", file->project, name);
    if (version.len > 0 && file->version.len > 0 && !sources_same_version(file->version, version))
        note_mismatch(artifact, "version-mismatch", file->version, version);
    return true;
}

/* --- build configuration ---------------------------------------------------------------------- */

static bool read_pyproject(struct extraction *extraction) {
    struct span text;
    struct toml_error error;
    if (!read_member(extraction, extraction->sources.pyproject, &text) ||
        pyproject_read(extraction->arena, text, &extraction->pyproject, &error))
        return true;
    if (error.message == NULL)
        return false;
    artifact_notef(extraction->artifact, "bad-toml", "line %u: %s", error.line, error.message);
    return true;
}

static bool read_setup_cfg(struct extraction *extraction) {
    struct span text;
    uint32_t bad_line = 0;
    if (!read_member(extraction, extraction->sources.setup_cfg, &text))
        return true;
    if (!text_from_bytes(extraction->arena, text, &text) ||
        !setup_cfg_read(extraction->arena, text, &extraction->setup_cfg, &bad_line))
        return false;
    if (bad_line > 0)
        artifact_notef(extraction->artifact, "bad-setup-cfg", "line %u", bad_line);
    return true;
}

static bool read_setup_py(struct extraction *extraction) {
    struct span text;
    return !read_member(extraction, extraction->sources.setup_py, &text) ||
           (text_from_bytes(extraction->arena, text, &text) &&
            setup_py_read(extraction->arena, text, &extraction->setup_py));
}

static bool merge_list(struct arena *arena, struct span_list *to, const struct span_list *from) {
    for (size_t i = 0; i < from->count; i++)
        if (!declared_add_path(arena, to, from->at[i]))
            return false;
    return true;
}

static bool merge_layout(struct arena *arena, struct artifact_layout *to,
                         const struct artifact_layout *from) {
    return merge_list(arena, &to->source_roots, &from->source_roots) &&
           merge_list(arena, &to->packages, &from->packages) &&
           merge_list(arena, &to->renamed, &from->renamed) &&
           merge_list(arena, &to->modules, &from->modules) &&
           merge_list(arena, &to->scripts, &from->scripts);
}

static bool fill_layout(struct extraction *extraction) {
    struct artifact_layout *layout = &extraction->artifact->layout;
    const struct setup_py *setup = &extraction->setup_py;
    struct artifact_layout literal = {.source_roots = setup->source_roots,
                                      .packages = setup->packages,
                                      .renamed = setup->renamed,
                                      .modules = setup->modules,
                                      .scripts = setup->scripts};
    return merge_layout(extraction->arena, layout, &extraction->pyproject.layout) &&
           merge_layout(extraction->arena, layout, &extraction->setup_cfg.layout) &&
           merge_layout(extraction->arena, layout, &literal);
}

/* --- entry points ----------------------------------------------------------------------------- */

static bool read_entry_points_text(struct extraction *extraction, struct member *member,
                                   enum entry_source source) {
    struct span text;
    return !read_member(extraction, member, &text) ||
           (text_from_bytes(extraction->arena, text, &text) &&
            entry_points_read_ini(extraction->arena, text, source, &extraction->entries));
}

/* Takes over the entries of group `scripts`, or all others. */
static bool take_entries(struct extraction *extraction, const struct entry_point_list *from,
                         bool scripts) {
    for (size_t i = 0; i < from->count; i++)
        if (span_is(from->at[i].group, "scripts") == scripts &&
            !entry_point_add(extraction->arena, &extraction->entries, &from->at[i]))
            return false;
    return true;
}

static bool take_declared(struct extraction *extraction, const struct declared *declared,
                          enum entry_source source) {
    if (!take_entries(extraction, &declared->entry_points, false))
        return false;
    for (size_t i = 0; i < declared->entry_point_files.count && i < 8; i++) {
        struct member *member =
            archive_find(extraction->archive, declared->entry_point_files.at[i]);
        if (!read_entry_points_text(extraction, member, source))
            return false;
    }
    return true;
}

/*
 * An egg-info's entry_points.txt was written by the build that made the sdist: it settles the
 * matter. Without one the first file that declares anything counts. What setup.py computes is
 * unknown, and only worth a note when no better source spoke.
 */
static bool read_sdist_entry_points(struct extraction *extraction) {
    if (extraction->sources.entry_points != NULL)
        return read_entry_points_text(extraction, extraction->sources.entry_points,
                                      SOURCE_EGG_INFO);
    if (!take_declared(extraction, &extraction->pyproject, SOURCE_PYPROJECT))
        return false;
    if (extraction->entries.count == 0 &&
        !take_declared(extraction, &extraction->setup_cfg, SOURCE_SETUP_CFG))
        return false;
    if (extraction->entries.count > 0)
        return true;
    if (extraction->setup_py.entry_points_dynamic)
        artifact_note(extraction->artifact, "dynamic-entry-points", SPAN_EMPTY);
    return take_entries(extraction, &extraction->setup_py.entry_points, false);
}

/* Whether a build of the sdist has no say in its commands: they were settled by the build that made
 * the sdist's egg-info, or by a pyproject.toml that has them all. */
static bool are_commands_known(const struct extraction *extraction) {
    const struct sources *sources = &extraction->sources;
    return sources->entry_points != NULL || extraction->pyproject.settles_commands ||
           (sources->own_egg_info && !extraction->pyproject.other_backend);
}

static bool write_marks(struct extraction *extraction, bool sdist) {
    struct artifact *artifact = extraction->artifact;
    struct field_marks *marks = &extraction->marks;
    if (artifact->file.format == FORMAT_EGG || !artifact->metadata.found)
        return true;
    marks->commands_known = sdist && are_commands_known(extraction);
    return field_marks_write(extraction->arena, marks, &artifact->metadata.marks);
}

static bool take_installed_script(void *context, struct span name) {
    struct extraction *extraction = context;
    bool egg = extraction->artifact->file.format == FORMAT_EGG;
    struct entry_point entry = {.group = SPAN("scripts"),
                                .source = egg ? SOURCE_EGG_INFO : SOURCE_WHEEL};
    return text_from_bytes(extraction->arena, name, &entry.name) &&
           entry_point_add(extraction->arena, &extraction->entries, &entry);
}

static bool read_entry_points(struct extraction *extraction, bool sdist) {
    enum artifact_format format = extraction->artifact->file.format;
    if (!sdist)
        return read_entry_points_text(extraction, extraction->sources.entry_points,
                                      format == FORMAT_EGG ? SOURCE_EGG_INFO : SOURCE_WHEEL) &&
               sources_each_script(extraction->archive, format, take_installed_script, extraction);
    return read_sdist_entry_points(extraction) &&
           take_entries(extraction, &extraction->pyproject.entry_points, true) &&
           take_entries(extraction, &extraction->setup_cfg.entry_points, true) &&
           take_entries(extraction, &extraction->setup_py.entry_points, true);
}

/* Cut at a character, as metadata values are. */
static void cut_field(struct artifact *artifact, struct span *field) {
    if (field->len <= FIELD_BYTES_MAX)
        return;
    *field = utf8_cut(*field, FIELD_BYTES_MAX);
    artifact_note(artifact, "field-cut", span_text("entry point"));
}

static bool hand_over_entry_points(struct extraction *extraction) {
    for (size_t i = 0; i < extraction->entries.count; i++) {
        struct entry_point *entry = &extraction->entries.at[i];
        cut_field(extraction->artifact, &entry->group);
        cut_field(extraction->artifact, &entry->name);
        cut_field(extraction->artifact, &entry->object_reference);
        cut_field(extraction->artifact, &entry->extras);
    }
    if (!entry_points_drop_repeats(extraction->arena, &extraction->entries))
        return false;
    for (size_t i = 0; i < extraction->entries.count; i++)
        if (!artifact_add_entry_point(extraction->artifact, &extraction->entries.at[i]))
            break; /* too many: noted there */
    return true;
}

/* --- requirements and top-level names --------------------------------------------------------- */

static bool add_projects(struct extraction *extraction, const struct span_list *requirements) {
    struct artifact *artifact = extraction->artifact;
    for (size_t i = 0; i < requirements->count; i++)
        if (!requirement_add_project(extraction->arena, requirements->at[i], artifact->file.project,
                                     &artifact->metadata.requires_projects))
            return false;
    return true;
}

static bool fill_requires_projects(struct extraction *extraction) {
    struct artifact_metadata *metadata = &extraction->artifact->metadata;
    bool added = metadata->requires_dist.count > 0
                     ? add_projects(extraction, &metadata->requires_dist)
                     : add_projects(extraction, &extraction->pyproject.requires) &&
                           add_projects(extraction, &extraction->setup_cfg.requires) &&
                           add_projects(extraction, &extraction->setup_py.install_requires);
    span_list_sort_unique(&metadata->requires_projects);
    return added;
}

/* The last parts of layout paths, without ".py". */
static bool add_layout_names(struct extraction *extraction, const struct span_list *paths) {
    for (size_t i = 0; i < paths->count; i++) {
        struct span name = pytext_basename(paths->at[i]);
        if (span_ends(name, ".py"))
            name.len -= 3;
        if (name.len > 0 && !span_is(name, ".") &&
            !span_list_add(&extraction->artifact->metadata.top_level, extraction->arena, name))
            return false;
    }
    return true;
}

static bool fill_top_level(struct extraction *extraction, bool sdist) {
    struct artifact *artifact = extraction->artifact;
    struct span_list *names = &artifact->metadata.top_level;
    struct span text, line;
    if (read_member(extraction, extraction->sources.top_level, &text)) {
        if (!text_from_bytes(extraction->arena, text, &text))
            return false;
        while (names->count < REQUIREMENTS_MAX && pytext_next_line(&text, &line)) {
            line = pytext_strip(line);
            if (line.len > 0 && !span_list_add(names, extraction->arena, line))
                return false;
        }
    }
    bool filled = names->count > 0 ||
                  (sdist ? add_layout_names(extraction, &artifact->layout.packages) &&
                               add_layout_names(extraction, &artifact->layout.modules)
                         : sources_top_level(extraction->archive, extraction->arena, names));
    span_list_sort_unique(names);
    return filled;
}

static bool check_record(struct extraction *extraction) {
    struct artifact *artifact = extraction->artifact;
    if (artifact->file.format == FORMAT_WHEEL && extraction->outcome != SKIP_ARTIFACT)
        extraction->outcome =
            wheel_record_check(extraction->archive, artifact, extraction->sources.info_dir);
    return extraction->outcome != SKIP_ARTIFACT;
}

static bool run(struct extraction *extraction) {
    enum artifact_format format = extraction->artifact->file.format;
    bool sdist = format != FORMAT_WHEEL && format != FORMAT_EGG;
    sources_find(extraction->archive, extraction->artifact, &extraction->sources);
    return read_metadata(extraction) && read_requires(extraction) &&
           extract_check_identity(extraction->artifact) && read_pyproject(extraction) &&
           read_setup_cfg(extraction) && read_setup_py(extraction) && fill_layout(extraction) &&
           read_entry_points(extraction, sdist) && hand_over_entry_points(extraction) &&
           write_marks(extraction, sdist) && fill_requires_projects(extraction) &&
           fill_top_level(extraction, sdist) && check_record(extraction);
}

enum outcome extract_declarations(struct archive *archive, struct artifact *artifact) {
    struct extraction extraction = {
        .archive = archive, .artifact = artifact, .arena = artifact->arena};
    bool ran = run(&extraction);
    if (extraction.outcome == SKIP_ARTIFACT)
        return SKIP_ARTIFACT;
    if (!ran || arena_refused(artifact->arena))
        return artifact_fail(artifact, STATUS_OVER_LIMIT,
                             "extract: what it declares needs too much memory");
    return OUTCOME_OK;
}

enum outcome extract_check_hashes(struct archive *archive, struct artifact *artifact) {
    if (artifact->file.format != FORMAT_WHEEL)
        return OUTCOME_OK;
    struct sources sources;
    sources_find(archive, artifact, &sources);
    return wheel_record_hashes(archive, artifact, sources.info_dir);
}
