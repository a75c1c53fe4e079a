/* sources: see sources.h. */
#include "extract/sources.h"

#include "base/text.h"
#include "extract/pytext.h"
#include "mirror/name.h"

static struct span folder_of(struct span path) {
    size_t slash = span_find_last(path, '/');
    return slash < path.len ? span_slice(path, 0, slash) : SPAN_EMPTY;
}

static size_t parts_of(struct span path) {
    size_t parts = path.len > 0 ? 1 : 0;
    for (size_t i = 0; i < path.len; i++)
        parts += path.at[i] == '/';
    return parts;
}

static bool is_live_file(const struct member *member) {
    return member->type == MEMBER_FILE && !member->shadowed && member->path.len > 0;
}

static bool is_info_file(struct span base) {
    static const char *const names[] = {"METADATA", "PKG-INFO", "entry_points.txt", "requires.txt",
                                        "top_level.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_is(base, names[i]))
            return true;
    return false;
}

/* What most members are not. */
static bool may_be_info_file(struct span path) {
    return span_ends(path, ".txt") || span_ends(path, "METADATA") || span_ends(path, "PKG-INFO");
}

static bool is_info_member(const struct member *member) {
    return may_be_info_file(member->path) && is_live_file(member) &&
           is_info_file(pytext_basename(member->path));
}

/* --- what to keep while a tar streams by ------------------------------------------------------ */

enum {
    INFO_PARTS_MAX = 8,  /* root/a/b/c/d/e/foo.egg-info/PKG-INFO */
    BUILD_PARTS_MAX = 2, /* root/setup.py */
    NAMED_PARTS_MAX = 4  /* root/packaging/linux/entry_points.cfg */
};

static bool is_configuration(struct span path) {
    return span_ends(path, ".txt") || span_ends(path, ".cfg") || span_ends(path, ".ini") ||
           span_ends(path, ".toml") || span_ends(path, ".conf");
}

/* Files that setup.cfg or pyproject.toml may name as holding the entry points: what they are called
 * is free, so the usual names are kept. */
static bool may_hold_entry_points(struct span base) {
    return is_configuration(base) && span_search(base, "entry") < base.len &&
           span_search(base, "point") < base.len;
}

bool sources_want(struct span path) {
    if (!is_configuration(path) && !may_be_info_file(path) && !span_ends(path, "setup.py"))
        return false;
    struct span base = pytext_basename(path);
    size_t parts = parts_of(path);
    if (span_is(base, "pyproject.toml") || span_is(base, "setup.cfg") || span_is(base, "setup.py"))
        return parts <= BUILD_PARTS_MAX;
    if (is_info_file(base)) {
        struct span folder = folder_of(path);
        if (span_is(base, "PKG-INFO") && parts <= BUILD_PARTS_MAX)
            return true;
        if (span_ends(folder, ".dist-info") || span_ends(folder, ".egg-info") ||
            span_is(pytext_basename(folder), "EGG-INFO"))
            return parts <= INFO_PARTS_MAX;
    }
    return parts <= NAMED_PARTS_MAX && may_hold_entry_points(base);
}

/* --- choosing the folder ---------------------------------------------------------------------- */

struct choice {
    const struct artifact *artifact;
    struct span folder;
    unsigned rank; /* higher is better; 0: nothing chosen */
    size_t parts;
};

/* Spelling by spelling, with all that PEP 427 escapes ("1.0+a" is "1.0_a" in a file name) as one.
 */
static bool same_escaped(struct span a, struct span b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        unsigned char x = ascii_lower(a.at[i]), y = ascii_lower(b.at[i]);
        bool plain = ascii_is_alnum(x) || x == '.' || ascii_is_alnum(y) || y == '.';
        if (plain && x != y)
            return false;
    }
    return true;
}

bool sources_same_version(struct span a, struct span b) {
    return span_equal(a, b) || version_same(a, b) || same_escaped(a, b);
}

/* 3: name and version are those of the file name; 2: the name is; 1: neither. */
static unsigned dist_info_rank(const struct artifact *artifact, struct span folder) {
    struct span stem = span_slice(folder, 0, folder.len - strlen(".dist-info"));
    size_t dash = span_find(stem, '-');
    struct span version = span_from(stem, dash + 1);
    if (!project_same(span_slice(stem, 0, dash), artifact->file.project))
        return 1;
    return sources_same_version(version, artifact->file.version) ? 3 : 2;
}

/* 2: named like the project; 1: in a place where only the project's own is expected; 0: not ours.
 */
static unsigned egg_info_rank(const struct artifact *artifact, struct span folder) {
    struct span base = pytext_basename(folder);
    if (!span_ends(base, ".egg-info"))
        return 0;
    struct span stem = span_slice(base, 0, base.len - strlen(".egg-info"));
    struct span project = artifact->file.project;
    struct span undated = span_slice(stem, 0, span_find(stem, '-')); /* foo-1.0-py2.7.egg-info */
    if (project.len > 0 && (project_same(stem, project) || project_same(undated, project)))
        return 2;
    struct span parent = folder_of(folder);
    return parent.len == 0 || span_is(parent, "src") || span_is(parent, "lib") ||
                   span_is(parent, "python")
               ? 1
               : 0;
}

static unsigned folder_rank(const struct artifact *artifact, struct span folder) {
    switch (artifact->file.format) {
    case FORMAT_WHEEL:
        return span_ends(folder, ".dist-info") && parts_of(folder) == 1
                   ? dist_info_rank(artifact, folder)
                   : 0;
    case FORMAT_EGG:
        return span_is(folder, "EGG-INFO");
    default:
        return egg_info_rank(artifact, folder);
    }
}

/* Better rank, then less deep, then first by name: no member order may matter. */
static void consider(struct choice *choice, struct span folder) {
    if (choice->rank > 0 && span_equal(folder, choice->folder))
        return;
    unsigned rank = folder_rank(choice->artifact, folder);
    size_t parts = parts_of(folder);
    bool better = rank > choice->rank ||
                  (rank == choice->rank &&
                   (parts < choice->parts ||
                    (parts == choice->parts && span_compare(folder, choice->folder) < 0)));
    if (rank > 0 && better)
        *choice = (struct choice){choice->artifact, folder, rank, parts};
}

static bool is_other_dist_info(struct span folder, struct span chosen) {
    return span_ends(folder, ".dist-info") && parts_of(folder) == 1 && !span_equal(folder, chosen);
}

static struct span choose_info_dir(struct archive *archive, const struct artifact *artifact,
                                   bool *several) {
    struct choice with_metadata = {.artifact = artifact}, any = {.artifact = artifact};
    size_t count;
    struct member *members = archive_members(archive, &count);
    for (size_t i = 0; i < count; i++) {
        if (!is_info_member(&members[i]))
            continue;
        struct span folder = folder_of(members[i].path);
        consider(&any, folder);
        if (!span_ends(members[i].path, ".txt"))
            consider(&with_metadata, folder);
    }
    /* In a wheel a folder without METADATA is no better than none; an egg-info may lack it. */
    bool prefer = with_metadata.rank > 0 && artifact->file.format != FORMAT_SDIST;
    struct span chosen = prefer ? with_metadata.folder : any.folder;
    *several = false;
    for (size_t i = 0; i < count && artifact->file.format == FORMAT_WHEEL && !*several; i++)
        if (is_info_member(&members[i]))
            *several = is_other_dist_info(folder_of(members[i].path), chosen);
    return chosen;
}

/* --- the members ------------------------------------------------------------------------------ */

static void take_info_file(struct sources *sources, struct member *member, bool wheel) {
    size_t len = sources->info_dir.len;
    if (len == 0 || member->path.len <= len || member->path.at[len] != '/' ||
        !span_equal(span_slice(member->path, 0, len), sources->info_dir))
        return;
    struct span base = span_from(member->path, len + 1);
    if (span_is(base, wheel ? "METADATA" : "PKG-INFO"))
        sources->metadata = member;
    else if (span_is(base, "entry_points.txt"))
        sources->entry_points = member;
    else if (span_is(base, "requires.txt"))
        sources->requires = member;
    else if (span_is(base, "top_level.txt"))
        sources->top_level = member;
}

void sources_find(struct archive *archive, const struct artifact *artifact,
                  struct sources *sources) {
    *sources = (struct sources){0};
    sources->info_dir = choose_info_dir(archive, artifact, &sources->several_dist_infos);
    bool wheel = artifact->file.format == FORMAT_WHEEL;
    bool sdist = !wheel && artifact->file.format != FORMAT_EGG;
    struct member *root_metadata = NULL;
    size_t count;
    struct member *members = archive_members(archive, &count);
    for (size_t i = 0; i < count; i++) {
        struct member *member = &members[i];
        if (!is_live_file(member))
            continue;
        take_info_file(sources, member, wheel);
        if (!sdist)
            continue;
        if (span_is(member->path, "PKG-INFO"))
            root_metadata = member;
        else if (span_is(member->path, "pyproject.toml"))
            sources->pyproject = member;
        else if (span_is(member->path, "setup.cfg"))
            sources->setup_cfg = member;
        else if (span_is(member->path, "setup.py"))
            sources->setup_py = member;
    }
    if (root_metadata != NULL)
        sources->metadata = root_metadata;
    sources->own_egg_info = sdist && egg_info_rank(artifact, sources->info_dir) == 2;
}

bool sources_each_script(struct archive *archive, enum artifact_format format,
                         bool (*take)(void *context, struct span name), void *context) {
    size_t count;
    struct member *members = archive_members(archive, &count);
    for (size_t i = 0; i < count; i++) {
        size_t slash = span_find(members[i].path, '/');
        struct span top = span_slice(members[i].path, 0, slash);
        struct span rest = span_from(members[i].path, slash + 1);
        if (!span_starts(rest, "scripts/") || !is_live_file(&members[i]))
            continue;
        struct span name = span_from(rest, strlen("scripts/"));
        bool script = format == FORMAT_WHEEL ? span_ends(top, ".data") : span_is(top, "EGG-INFO");
        if (script && span_find(name, '/') == name.len && !take(context, name))
            return false;
    }
    return true;
}

/* --- top-level names -------------------------------------------------------------------------- */

static bool is_importable(struct span path) {
    return span_ends(path, ".py") || span_ends(path, ".so") || span_ends(path, ".pyd") ||
           span_ends(path, ".pyc") || span_ends(path, ".pyi");
}

static bool is_identifier(struct span name) {
    for (size_t i = 0; i < name.len; i++)
        if (!ascii_is_alnum(name.at[i]) && name.at[i] != '_' && name.at[i] < 0x80)
            return false;
    return name.len > 0 && !ascii_is_digit(name.at[0]);
}

/* The path as installed: "foo.data/purelib/bar/x.py" lands as "bar/x.py". "" for the other parts of
 * .data, and for metadata. */
static struct span installed_path(struct span path) {
    size_t slash = span_find(path, '/');
    struct span top = span_slice(path, 0, slash);
    if (slash == path.len)
        return path;
    if (span_ends(top, ".dist-info") || span_is(top, "EGG-INFO"))
        return SPAN_EMPTY;
    if (!span_ends(top, ".data"))
        return path;
    struct span rest = span_from(path, slash + 1);
    return span_starts(rest, "purelib/") || span_starts(rest, "platlib/") ? span_from(rest, 8)
                                                                          : SPAN_EMPTY;
}

bool sources_top_level(struct archive *archive, struct arena *arena, struct span_list *names) {
    size_t count;
    struct member *members = archive_members(archive, &count);
    for (size_t i = 0; i < count; i++) {
        struct span path = installed_path(members[i].path);
        if (path.len == 0 || !is_live_file(&members[i]) || !is_importable(path))
            continue;
        size_t slash = span_find(path, '/');
        struct span name = span_slice(path, 0, slash);
        if (slash == path.len) /* foo.cpython-311-x86_64-linux-gnu.so */
            name = span_slice(path, 0, span_find(path, '.'));
        bool again = names->count > 0 && span_equal(names->at[names->count - 1], name);
        if (is_identifier(name) && !again && !span_list_add(names, arena, name))
            return false;
    }
    return true;
}
