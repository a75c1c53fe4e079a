/*
 * walk_layout: which folder of which kind of mirror a path stands in, and so
 * what its files are. Only names are looked at, except to know the root.
 */
#include "mirror/walk_room.h"

#include "mirror/filename.h"
#include "mirror/name.h"

#include <fcntl.h>

struct span path_last(struct span path) {
    size_t slash = span_find_last(path, '/');
    return slash < path.len ? span_from(path, slash + 1) : path;
}

static bool is_directory(int root_fd, const char *path) {
    struct stat status;
    return fstatat(root_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

/* A project may be called `web`, `simple` or `packages`, so one such folder alone proves nothing.
 */
enum place layout_of_root(int root_fd) {
    if (is_directory(root_fd, "web") &&
        (is_directory(root_fd, "web/simple") || is_directory(root_fd, "web/packages") ||
         is_directory(root_fd, "web/json") || is_directory(root_fd, "web/pypi")))
        return PLACE_ROOT;
    if (is_directory(root_fd, "simple") && is_directory(root_fd, "packages"))
        return PLACE_WEB;
    return PLACE_FREE;
}

static enum place below_web(struct span name) {
    if (span_is(name, "packages"))
        return PLACE_PACKAGES;
    if (span_is(name, "simple"))
        return PLACE_SIMPLE;
    if (span_is(name, "json"))
        return PLACE_JSON;
    return span_is(name, "pypi") ? PLACE_PYPI : PLACE_ASIDE;
}

enum place layout_below(const struct folder *folder, struct span name) {
    bool is_versions = span_is(name, "versions");
    switch (folder->place) {
    case PLACE_ROOT:
        return span_is(name, "web") ? PLACE_WEB : PLACE_ASIDE;
    case PLACE_WEB:
        return below_web(name);
    case PLACE_SIMPLE:
        return name.len == 1 ? PLACE_LETTER : PLACE_PROJECT;
    case PLACE_LETTER: /* with hash-index, v/versions/ is the folder of a project */
        return is_versions && !span_is(path_last(folder->path), "v") ? PLACE_UNENTERED
                                                                     : PLACE_PROJECT;
    case PLACE_PROJECT:
        return is_versions ? PLACE_UNENTERED : PLACE_ASIDE;
    case PLACE_PYPI:
        return PLACE_PYPI_PROJECT;
    case PLACE_JSON:
    case PLACE_PYPI_PROJECT:
        return PLACE_ASIDE;
    case PLACE_FREE:
    case PLACE_ASIDE:
    case PLACE_PACKAGES:
    case PLACE_UNENTERED:
        break;
    }
    return folder->place;
}

struct folder layout_of_path(enum place root, struct span path) {
    struct folder folder = {.path = SPAN_EMPTY, .depth = 0, .place = root};
    struct span rest = path, name;
    while (path.len > 0 && span_next_piece(&rest, '/', &name)) {
        if (name.len == 0) /* before the first "/": a path that is not below the root */
            continue;
        folder.place = layout_below(&folder, name);
        folder.path = span_of(path.at, (size_t)(name.at - path.at) + name.len);
        folder.depth++;
    }
    folder.path = path;
    return folder;
}

/* What stands in mirrors beside the artifacts. All else in a folder for artifacts is one, if only
 * to be reported as `unsupported`. */
struct furniture {
    enum { WHOLE_NAME, NAME_START, NAME_END } match;
    struct span text; /* lower case */
};

/* In any folder. */
static const struct furniture sidecars[] = {
    /* temporary and hidden files */
    {NAME_START, SPAN(".")},
    {NAME_END, SPAN(".tmp")},
    {NAME_END, SPAN(".part")},
    {NAME_END, SPAN(".lock")},
    /* what stands beside one artifact: PEP 658, PEP 740, signatures, checksums */
    {NAME_END, SPAN(".metadata")},
    {NAME_END, SPAN(".provenance")},
    {NAME_END, SPAN(".attestation")},
    {NAME_END, SPAN(".asc")},
    {NAME_END, SPAN(".sig")},
    {NAME_END, SPAN(".sigstore")},
    {NAME_END, SPAN(".md5")},
    {NAME_END, SPAN(".sha256")},
    {NAME_END, SPAN(".sha512")},
    {NAME_END, SPAN(".blake2b")},
};

/* Not below packages/, which holds what the index serves and nothing else: there such a file is one
 * of a release. */
static const struct furniture texts[] = {
    /* pages */
    {NAME_START, SPAN("index.")},
    {NAME_END, SPAN(".html")},
    {NAME_END, SPAN(".htm")},
    {NAME_END, SPAN(".v1_html")},
    {NAME_END, SPAN(".v1_json")},
    {NAME_END, SPAN(".json")},
    {NAME_END, SPAN(".xml")},
    /* texts for people, and bandersnatch's notes to itself */
    {NAME_START, SPAN("readme")},
    {NAME_END, SPAN(".txt")},
    {NAME_END, SPAN(".md")},
    {NAME_END, SPAN(".rst")},
    {NAME_END, SPAN(".log")},
    {WHOLE_NAME, SPAN("status")},
    {WHOLE_NAME, SPAN("todo")},
    {WHOLE_NAME, SPAN("generation")},
    {WHOLE_NAME, SPAN("sha256sums")},
    {WHOLE_NAME, SPAN("md5sums")},
};

static bool is_one_of(struct span name, const struct furniture *furniture, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct span text = furniture[i].text, part = name;
        if (furniture[i].match == NAME_START)
            part = span_slice(name, 0, text.len);
        else if (furniture[i].match == NAME_END && name.len > text.len)
            part = span_from(name, name.len - text.len);
        if (span_equal_nocase(part, text))
            return true;
    }
    return false;
}

static bool is_sidecar(struct span name) {
    return is_one_of(name, sidecars, sizeof sidecars / sizeof *sidecars);
}

static bool is_furniture(struct span name) {
    return is_sidecar(name) || is_one_of(name, texts, sizeof texts / sizeof *texts);
}

static bool is_artifact_name(struct span name) {
    return filename_parse(name, SPAN_EMPTY).is_artifact;
}

/* Index pages in free layouts: of the folder they stand in. index.json is too common a name to be
 * trusted anywhere but in <project>/ and simple/<project>/. */
static bool is_free_page(const struct folder *folder, struct span name) {
    if (span_is(name, "index.v1_json"))
        return folder->depth > 0;
    return span_is(name, "index.json") &&
           (folder->depth == 1 || (folder->depth == 2 && span_starts(folder->path, "simple/")));
}

enum role_of_file layout_role(const struct folder *folder, struct span name) {
    bool is_page = span_is(name, "index.v1_json");
    switch (folder->place) {
    case PLACE_LETTER:
    case PLACE_PROJECT:
        if (is_page || span_is(name, "index.json"))
            return FILE_SIMPLE_PAGE;
        break;
    case PLACE_JSON:
        return is_furniture(name) && !span_is(name, "status") && !span_is(name, "todo") &&
                       !span_is(name, "generation")
                   ? FILE_FURNITURE
                   : FILE_PROJECT_PAGE;
    case PLACE_PYPI_PROJECT:
        if (span_is(name, "json"))
            return FILE_PROJECT_PAGE;
        break;
    case PLACE_FREE:
        if (is_free_page(folder, name))
            return FILE_SIMPLE_PAGE;
        return is_artifact_name(name) || !is_furniture(name) ? FILE_ARTIFACT : FILE_FURNITURE;
    case PLACE_PACKAGES:
        return is_artifact_name(name) || !is_sidecar(name) ? FILE_ARTIFACT : FILE_FURNITURE;
    case PLACE_ROOT:
    case PLACE_ASIDE:
    case PLACE_WEB:
    case PLACE_SIMPLE:
    case PLACE_PYPI:
    case PLACE_UNENTERED:
        break;
    }
    return is_artifact_name(name) ? FILE_ARTIFACT : FILE_FURNITURE;
}

/* Whether a file name begins with a project's name and a separator. */
static bool name_starts_with(struct span name, struct span project) {
    for (size_t i = 1; i < name.len; i++)
        if ((name.at[i] == '-' || name.at[i] == '_' || name.at[i] == '.') &&
            project_same(span_slice(name, 0, i), project))
            return true;
    return false;
}

struct span layout_project(const struct folder *folder, struct span name, enum role_of_file role) {
    struct span last = path_last(folder->path);
    if (role == FILE_SIMPLE_PAGE)
        return last;
    if (role == FILE_PROJECT_PAGE)
        return folder->place == PLACE_JSON ? name : last;
    if (folder->place != PLACE_FREE || folder->depth == 0)
        return SPAN_EMPTY;
    /* Deeper folders need not be projects ("+f/ab3/...", "foo/1.0/..."). */
    return folder->depth == 1 || name_starts_with(name, last) ? last : SPAN_EMPTY;
}
