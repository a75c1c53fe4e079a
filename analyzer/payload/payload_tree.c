/* payload_tree: see payload_tree.h. Wheels and eggs, and what all formats share; sdists:
 * sdist_tree.c. */
#include "payload/payload_tree.h"

#include "base/text.h"

static bool joined(struct arena *arena, const char *folder, struct span rest, struct span *path) {
    size_t len = strlen(folder);
    unsigned char *at = arena_alloc_raw(arena, len + rest.len);
    if (at == NULL)
        return false;
    memcpy(at, folder, len);
    if (rest.len > 0)
        memcpy(at + len, rest.at, rest.len);
    *path = span_of(at, len + rest.len);
    return true;
}

static bool push(struct artifact *artifact, struct payload_tree *tree,
                 const struct payload_entry *entry) {
    struct payload_entry *place = arena_push(artifact->arena, (void **)&tree->at, &tree->count,
                                             &tree->capacity, sizeof *tree->at);
    if (place == NULL)
        return false;
    *place = *entry;
    return true;
}

bool payload_tree_add(struct artifact *artifact, struct payload_tree *tree, struct member *member,
                      struct span path) {
    enum member_class class = member_class(path);
    if (class == CLASS_NATIVE_SOURCE)
        class = artifact->file.format == FORMAT_SDIST ? CLASS_NATIVE : CLASS_DATA;
    if (class == CLASS_BOILERPLATE || (class == CLASS_DATA && member->size == 0))
        return true;
    struct payload_entry entry = {.member = member, .path = path, .class = class};
    return push(artifact, tree, &entry);
}

bool payload_tree_add_script(struct artifact *artifact, struct payload_tree *tree,
                             struct member *member) {
    struct payload_entry entry = {.member = member, .class = CLASS_DATA, .is_script = true};
    if (!joined(artifact->arena, "scripts/", path_basename(member->path), &entry.path))
        return false;
    enum member_class class = member_class(entry.path);
    if (class == CLASS_PYTHON || class == CLASS_NATIVE)
        entry.class = class;
    return member->size == 0 || push(artifact, tree, &entry);
}

/* Files that a data folder holds about a project: manual pages, documentation. */
static bool is_shared_text(struct span path) {
    return span_starts(path, "share/man/") || span_starts(path, "share/doc/") ||
           span_starts(path, "share/licenses/");
}

/* "NAME.data/KEY/REST" (PEP 427). */
static bool add_wheel_data(struct artifact *artifact, struct payload_tree *tree,
                           struct member *member, struct span key, struct span rest) {
    if (span_is(key, "purelib") || span_is(key, "platlib"))
        return payload_tree_add(artifact, tree, member, rest);
    if (span_is(key, "scripts"))
        return payload_tree_add_script(artifact, tree, member);
    struct span path;
    if (is_shared_text(rest))
        return true;
    return joined(artifact->arena, "data/", rest, &path) &&
           payload_tree_add(artifact, tree, member, path);
}

static bool add_wheel_member(struct artifact *artifact, struct payload_tree *tree,
                             struct member *member) {
    struct span path = member->path;
    size_t slash = span_find(path, '/');
    struct span top = span_slice(path, 0, slash);
    if (slash == path.len) /* a module at the root, but not a stray build script */
        return span_is(path, "setup.py") || payload_tree_add(artifact, tree, member, path);
    if (span_ends(top, ".dist-info"))
        return true;
    if (!span_ends(top, ".data"))
        return payload_tree_add(artifact, tree, member, path);
    struct span rest = span_from(path, slash + 1);
    size_t next = span_find(rest, '/');
    return add_wheel_data(artifact, tree, member, span_slice(rest, 0, next),
                          span_from(rest, next + 1));
}

static bool add_egg_member(struct artifact *artifact, struct payload_tree *tree,
                           struct member *member) {
    if (span_starts(member->path, "EGG-INFO/scripts/"))
        return payload_tree_add_script(artifact, tree, member);
    if (span_starts(member->path, "EGG-INFO/"))
        return true;
    return payload_tree_add(artifact, tree, member, member->path);
}

/* --- what is dropped when all is known -------------------------------------------------------- */

/* Byte code beside its source: "foo.pyc" where "foo.py" is. */
static bool is_cached(struct archive *archive, struct artifact *artifact, struct span path) {
    if (!span_ends(path, ".pyc") && !span_ends(path, ".pyo"))
        return false;
    struct span source;
    return path_extension(path).len > 0 &&
           arena_copy(artifact->arena, span_slice(path, 0, path.len - 1), &source) &&
           archive_find(archive, source) != NULL;
}

/* Whether the project says by its name that it is about tests. */
static bool is_about_tests(const struct artifact *artifact) {
    struct span rest = artifact->file.project;
    struct span word;
    while (span_next_piece(&rest, '-', &word))
        if (span_starts(word, "test"))
            return true;
    return false;
}

static bool is_importable(const struct payload_entry *entry) {
    return entry->class != CLASS_DATA || entry->is_script;
}

static void drop_tests(const struct artifact *artifact, struct payload_tree *tree) {
    bool others = false;
    for (size_t i = 0; i < tree->count && !others; i++)
        others = is_importable(&tree->at[i]) && !path_is_test(tree->at[i].path);
    if (!others || is_about_tests(artifact))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (!path_is_test(tree->at[i].path))
            tree->at[kept++] = tree->at[i];
    tree->count = kept;
}

static bool is_plain_file(const struct member *member) {
    return member->type == MEMBER_FILE && member->path.len > 0 && !member->shadowed;
}

bool payload_tree_build(struct archive *archive, struct artifact *artifact, const struct mask *mask,
                        struct payload_tree *tree) {
    if (artifact->file.format == FORMAT_SDIST) {
        if (!sdist_tree_build(archive, artifact, mask, tree))
            return false;
    } else {
        size_t count = 0;
        struct member *members = archive_members(archive, &count);
        bool egg = artifact->file.format == FORMAT_EGG;
        for (size_t i = 0; i < count; i++) {
            if (!is_plain_file(&members[i]) || is_cached(archive, artifact, members[i].path))
                continue;
            if (egg ? !add_egg_member(artifact, tree, &members[i])
                    : !add_wheel_member(artifact, tree, &members[i]))
                return false;
        }
    }
    drop_tests(artifact, tree);
    for (size_t i = 0; i < tree->count; i++)
        tree->bytes += tree->at[i].member->size;
    return true;
}
