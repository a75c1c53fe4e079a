/*
 * sdist_tree: which files of an sdist a build would install. All paths are
 * sorted first, so that "is there a folder foo" and "what lies below src" are
 * binary searches, and the whole is n log n however the archive is made.
 */
#include "payload/payload_tree.h"

#include <stdlib.h>

/* Import roots that projects use without saying so. */
static const char *const USUAL_ROOTS[] = {"", "src/", "lib/", "python/"};
/* Roots tried in all; parts of a path below which a package folder is still found. */
enum { USUAL_ROOTS_COUNT = 4, ROOTS_MAX = 12, PACKAGE_DEPTH_MAX = 8 };

/* A package folder, module or script that is installed, and how much of its path is not. */
struct install {
    struct span path;
    size_t strip;
    struct span name; /* what takes the place of the whole path; "" for none */
    bool is_script;
};

/* What its name says of a file is looked at again and again. */
struct file {
    struct member *member;
    enum member_class class; /* of code */
};

struct sdist {
    struct artifact *artifact;
    const struct mask *mask;
    struct file *files; /* by path */
    size_t count;
    struct span
        roots[ROOTS_MAX]; /* with a slash at their end; first those that are said, then the usual */
    size_t root_count;
    size_t said_roots;
    struct install *installs;
    size_t install_count;
    size_t install_capacity;
    size_t longest_install; /* bytes of its path; 0: there is none */
    bool folder_named;      /* one of the installs is a package */
};

/* --- looking at the files -------------------------------------------------------------------- */

static int compare_files(const void *a, const void *b) {
    return span_compare(((const struct file *)a)->member->path,
                        ((const struct file *)b)->member->path);
}

static bool list_files(struct archive *archive, struct sdist *sdist) {
    size_t count = 0;
    struct member *members = archive_members(archive, &count);
    sdist->files = arena_alloc_raw(sdist->artifact->arena, (count + 1) * sizeof *sdist->files);
    if (sdist->files == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (members[i].type == MEMBER_FILE && members[i].path.len > 0 && !members[i].shadowed)
            sdist->files[sdist->count++] =
                (struct file){&members[i], member_code_class(members[i].path)};
    qsort(sdist->files, sdist->count, sizeof *sdist->files, compare_files);
    return true;
}

/* Index of the first file whose path is not before `path`. */
static size_t lower_bound(const struct sdist *sdist, struct span path) {
    size_t low = 0;
    size_t high = sdist->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(sdist->files[middle].member->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_prefix(struct span s, struct span prefix) {
    return span_equal(span_slice(s, 0, prefix.len), prefix);
}

static bool has_file(const struct sdist *sdist, struct span path) {
    size_t i = lower_bound(sdist, path);
    return i < sdist->count && span_equal(sdist->files[i].member->path, path);
}

/* Whether anything lies below `folder`, which ends in a slash. */
static bool has_folder(const struct sdist *sdist, struct span folder) {
    size_t i = lower_bound(sdist, folder);
    return i < sdist->count && has_prefix(sdist->files[i].member->path, folder);
}

/* --- what is installed ------------------------------------------------------------------------ */

static bool add_install(struct sdist *sdist, const struct install *install) {
    struct install *place =
        arena_push(sdist->artifact->arena, (void **)&sdist->installs, &sdist->install_count,
                   &sdist->install_capacity, sizeof *place);
    if (place == NULL)
        return false;
    *place = *install;
    if (install->path.len > sdist->longest_install)
        sdist->longest_install = install->path.len;
    return true;
}

/* root + name + ending, in the arena. False when memory is out. */
static bool build_path(struct sdist *sdist, struct span root, struct span name, const char *ending,
                       struct span *path) {
    size_t more = strlen(ending);
    unsigned char *at = arena_alloc_raw(sdist->artifact->arena, root.len + name.len + more + 1);
    if (at == NULL)
        return false;
    if (root.len > 0)
        memcpy(at, root.at, root.len);
    if (name.len > 0)
        memcpy(at + root.len, name.at, name.len);
    memcpy(at + root.len + name.len, ending, more + 1);
    *path = span_of(at, root.len + name.len + more);
    return true;
}

/* A folder as a configuration says it, without "./" and slashes at the end. */
static struct span plain_folder(struct span folder) {
    while (folder.len > 0 && folder.at[folder.len - 1] == '/')
        folder.len--;
    if (span_starts(folder, "./"))
        folder = span_from(folder, 2);
    return span_is(folder, ".") ? SPAN_EMPTY : folder;
}

static bool list_roots(struct sdist *sdist) {
    const struct span_list *said = &sdist->artifact->layout.source_roots;
    for (size_t i = 0; i < said->count && i < ROOTS_MAX - USUAL_ROOTS_COUNT; i++) {
        struct span root = plain_folder(said->at[i]);
        if (root.len > 0 && !build_path(sdist, root, SPAN_EMPTY, "/", &root))
            return false;
        sdist->roots[sdist->root_count++] = root;
    }
    sdist->said_roots = sdist->root_count;
    for (size_t i = 0; i < USUAL_ROOTS_COUNT; i++)
        sdist->roots[sdist->root_count++] = span_text(USUAL_ROOTS[i]);
    return true;
}

/* How much of a package's path is its root: the longest that fits, or all of it when it was said
 * to be one. */
static size_t strip_of(const struct sdist *sdist, struct span path) {
    size_t strip = 0;
    for (size_t i = 0; i < sdist->said_roots; i++)
        if (sdist->roots[i].len == path.len + 1 && has_prefix(sdist->roots[i], path))
            return sdist->roots[i].len;
    for (size_t i = 0; i < sdist->root_count; i++)
        if (sdist->roots[i].len > strip && path.len > sdist->roots[i].len &&
            has_prefix(path, sdist->roots[i]))
            strip = sdist->roots[i].len;
    return strip;
}

/* The package that a folder of another name is installed as; "" for none. */
static struct span renamed_to(const struct sdist *sdist, struct span folder) {
    const struct span_list *renamed = &sdist->artifact->layout.renamed;
    for (size_t i = 0; i < renamed->count; i++) {
        size_t equals = span_find(renamed->at[i], '=');
        if (span_equal(plain_folder(span_from(renamed->at[i], equals + 1)), folder))
            return span_slice(renamed->at[i], 0, equals);
    }
    return SPAN_EMPTY;
}

/* A package folder (without a slash at its end), if it is there. */
static bool add_folder(struct sdist *sdist, struct span folder, size_t strip) {
    struct span prefix;
    if (!build_path(sdist, folder, SPAN_EMPTY, "/", &prefix))
        return false;
    if (!has_folder(sdist, prefix))
        return true;
    sdist->folder_named = true;
    return add_install(
        sdist,
        &(struct install){.path = folder, .strip = strip, .name = renamed_to(sdist, folder)});
}

static bool add_file(struct sdist *sdist, struct span path, size_t strip, bool is_script) {
    return !has_file(sdist, path) ||
           add_install(sdist,
                       &(struct install){.path = path, .strip = strip, .is_script = is_script});
}

/* A top-level name, below the first root that has it. */
static bool add_top_level(struct sdist *sdist, struct span name) {
    size_t before = sdist->install_count;
    for (size_t i = 0; i < sdist->root_count && sdist->install_count == before; i++) {
        struct span root = sdist->roots[i];
        struct span folder;
        struct span module;
        if (!build_path(sdist, root, name, "", &folder) ||
            !build_path(sdist, root, name, ".py", &module) || !add_folder(sdist, folder, root.len))
            return false;
        if (sdist->install_count == before && !add_file(sdist, module, root.len, false))
            return false;
    }
    return true;
}

/* What metadata and configuration name, as far as it is there. */
static bool add_named(struct sdist *sdist) {
    const struct artifact *artifact = sdist->artifact;
    for (size_t i = 0; i < artifact->metadata.top_level.count; i++)
        if (!add_top_level(sdist, artifact->metadata.top_level.at[i]))
            return false;
    const struct artifact_layout *layout = &artifact->layout;
    for (size_t i = 0; i < layout->packages.count; i++) {
        struct span folder = plain_folder(layout->packages.at[i]);
        if (folder.len > 0 && !add_folder(sdist, folder, strip_of(sdist, folder)))
            return false;
    }
    for (size_t i = 0; i < layout->modules.count; i++) {
        struct span module = plain_folder(layout->modules.at[i]);
        if (!add_file(sdist, module, strip_of(sdist, module), false))
            return false;
    }
    return true;
}

static bool add_scripts(struct sdist *sdist) {
    const struct span_list *scripts = &sdist->artifact->layout.scripts;
    for (size_t i = 0; i < scripts->count; i++)
        if (!add_file(sdist, plain_folder(scripts->at[i]), 0, true))
            return false;
    return true;
}

/* --- discovery -------------------------------------------------------------------------------- */

/* A top-level folder or module below a root. */
struct candidate {
    struct span name; /* "foo", "foo.py" */
    bool is_folder;
    bool is_package; /* has an __init__ somewhere */
    bool importable; /* has Python or compiled code */
    bool is_project; /* named like the project */
};

/* The candidate that starts at file *at; *at goes behind it. False behind the last below `root`. */
static bool next_candidate(const struct sdist *sdist, struct span root, size_t *at,
                           struct candidate *candidate) {
    if (*at >= sdist->count || !has_prefix(sdist->files[*at].member->path, root))
        return false;
    struct span rest = span_from(sdist->files[*at].member->path, root.len);
    size_t slash = span_find(rest, '/');
    *candidate =
        (struct candidate){.name = span_slice(rest, 0, slash), .is_folder = slash < rest.len};
    struct span whole = span_slice(sdist->files[*at].member->path, 0, root.len + slash);
    for (; *at < sdist->count; ++*at) {
        struct span path = sdist->files[*at].member->path;
        bool inside = candidate->is_folder ? has_prefix(path, whole) && path.len > whole.len &&
                                                 path.at[whole.len] == '/'
                                           : span_equal(path, whole);
        if (!inside)
            break;
        enum member_class class = sdist->files[*at].class;
        struct span name = path_basename(path);
        candidate->importable = candidate->importable || class == CLASS_PYTHON ||
                                class == CLASS_PYI || class == CLASS_NATIVE;
        candidate->is_package =
            candidate->is_package || span_is(name, "__init__.py") || span_is(name, "__init__.pyi");
    }
    struct span stem = candidate->name;
    if (!candidate->is_folder)
        stem.len -= path_extension(stem).len;
    candidate->is_project = mask_is_project(sdist->mask, stem);
    return true;
}

/* What a root has to offer. */
struct offer {
    bool project; /* a package or module named like the project */
    bool packages;
    bool folders; /* folders with code but no __init__ */
    bool modules;
};

static bool is_candidate(const struct candidate *candidate) {
    if (candidate->is_project)
        return candidate->is_folder || candidate->importable;
    return candidate->importable && !(candidate->is_folder ? folder_is_auxiliary(candidate->name)
                                                           : module_is_auxiliary(candidate->name));
}

static struct offer look_below(const struct sdist *sdist, struct span root) {
    struct offer offer = {false, false, false, false};
    struct candidate candidate;
    size_t at = lower_bound(sdist, root);
    while (next_candidate(sdist, root, &at, &candidate)) {
        if (!is_candidate(&candidate))
            continue;
        offer.project = offer.project || candidate.is_project;
        offer.packages = offer.packages || (candidate.is_folder && candidate.is_package);
        offer.folders = offer.folders || candidate.is_folder;
        offer.modules = offer.modules || !candidate.is_folder;
    }
    return offer;
}

/* The root whose packages a build backend would find. */
static struct span choose_root(const struct sdist *sdist, struct offer *offer) {
    for (size_t i = 0; i < sdist->root_count; i++) {
        *offer = look_below(sdist, sdist->roots[i]);
        if (offer->project || (i < sdist->said_roots && (offer->folders || offer->modules)))
            return sdist->roots[i];
    }
    struct span src = span_text("src/");
    *offer = look_below(sdist, src);
    if (offer->folders || offer->modules)
        return src;
    *offer = look_below(sdist, SPAN_EMPTY);
    return SPAN_EMPTY;
}

/* Whether a candidate is installed, given what lies beside it. */
static bool is_installed(const struct sdist *sdist, const struct offer *offer,
                         const struct candidate *candidate, bool folders_only) {
    if (folders_only)
        return candidate->is_folder &&
               (candidate->is_project || (candidate->is_package && sdist->said_roots > 0));
    if (candidate->is_project)
        return true;
    return candidate->is_folder ? candidate->is_package || !(offer->packages || offer->modules)
                                : !(offer->packages || offer->project);
}

/*
 * Packages (with an __init__) and whatever is named like the project; without any, folders with
 * code (namespace packages); modules only beside no package, or named like the project. When
 * modules have been named and packages have not, those may be computed: `folders_only` looks for
 * them.
 */
static bool discover(struct sdist *sdist, bool folders_only) {
    struct offer offer;
    struct span root = choose_root(sdist, &offer);
    struct candidate candidate;
    size_t at = lower_bound(sdist, root);
    size_t from = at;
    for (; next_candidate(sdist, root, &at, &candidate); from = at) {
        if (!is_candidate(&candidate))
            continue;
        struct span path = sdist->files[from].member->path;
        path.len = root.len + candidate.name.len;
        if (is_installed(sdist, &offer, &candidate, folders_only) &&
            !add_install(sdist, &(struct install){.path = path, .strip = root.len}))
            return false;
    }
    return true;
}

/* --- the tree --------------------------------------------------------------------------------- */

static int compare_installs(const void *a, const void *b) {
    return span_compare(((const struct install *)a)->path, ((const struct install *)b)->path);
}

static const struct install *install_at(const struct sdist *sdist, struct span path) {
    const struct install key = {.path = path};
    return path.len > sdist->longest_install ? NULL
                                             : bsearch(&key, sdist->installs, sdist->install_count,
                                                       sizeof *sdist->installs, compare_installs);
}

/* The install that holds `path`: itself or one of its first folders. */
static const struct install *find_install(const struct sdist *sdist, struct span path) {
    const struct install *found = install_at(sdist, path);
    size_t depth = 0;
    size_t end = path.len <= sdist->longest_install ? path.len : sdist->longest_install + 1;
    for (size_t i = 0; found == NULL && i < end && depth < PACKAGE_DEPTH_MAX; i++) {
        if (path.at[i] != '/')
            continue;
        depth++;
        found = install_at(sdist, span_slice(path, 0, i));
    }
    return found;
}

/* A source to compile outside the packages: it ends up in a compiled module. */
static bool is_native_source(const struct file *file) {
    if (file->class != CLASS_NATIVE_SOURCE)
        return false;
    struct span path = file->member->path;
    struct span rest = span_slice(path, 0, path.len - path_basename(path).len);
    struct span part;
    while (span_next_piece(&rest, '/', &part))
        if (folder_is_auxiliary(part))
            return false;
    return true;
}

static bool add_installed(struct sdist *sdist, struct payload_tree *tree, struct member *member,
                          const struct install *install) {
    struct span path = span_from(member->path, install->strip);
    if (install->name.len > 0 &&
        !build_path(sdist, install->name, span_from(member->path, install->path.len), "", &path))
        return false;
    return payload_tree_add(sdist->artifact, tree, member, path);
}

bool sdist_tree_build(struct archive *archive, struct artifact *artifact, const struct mask *mask,
                      struct payload_tree *tree) {
    struct sdist sdist = {.artifact = artifact, .mask = mask};
    if (!list_files(archive, &sdist) || !list_roots(&sdist) || !add_named(&sdist))
        return false;
    if (!sdist.folder_named && !discover(&sdist, sdist.install_count > 0))
        return false;
    if (!add_scripts(&sdist))
        return false;
    if (sdist.install_count > 0)
        qsort(sdist.installs, sdist.install_count, sizeof *sdist.installs, compare_installs);
    for (size_t i = 0; i < sdist.count; i++) {
        struct member *member = sdist.files[i].member;
        const struct install *install = find_install(&sdist, member->path);
        bool added = true;
        if (install != NULL && install->is_script)
            added = payload_tree_add_script(artifact, tree, member);
        else if (install != NULL)
            added = add_installed(&sdist, tree, member, install);
        else if (is_native_source(&sdist.files[i]))
            added = payload_tree_add(artifact, tree, member, member->path);
        if (!added)
            return false;
    }
    return true;
}
