/* members: see members.h. */
#include "unpack/members.h"

#include "base/limits.h"
#include "base/text.h"
#include "unpack/member_name.h"

enum outcome members_reserve(struct unpack *unpack, size_t count) {
    if (count > ARCHIVE_MEMBERS_MAX)
        count = ARCHIVE_MEMBERS_MAX;
    if (count <= unpack->member_capacity)
        return OUTCOME_OK;
    unpack->members = arena_alloc_raw(unpack->artifact->arena, count * sizeof *unpack->members);
    if (unpack->members == NULL)
        return unpack_out_of_memory(unpack);
    unpack->member_capacity = count;
    return OUTCOME_OK;
}

struct name_code {
    enum name_oddity oddity;
    enum unpack_code zip;
    enum unpack_code tar; /* CODE_COUNT: not worth a word in a tar */
};

static const struct name_code name_codes[] = {
    {NAME_EMPTY, CODE_ZIP_NAME_EMPTY, CODE_TAR_NAME_EMPTY},
    {NAME_ABSOLUTE, CODE_ZIP_NAME_ABSOLUTE, CODE_TAR_NAME_ABSOLUTE},
    {NAME_DOTDOT, CODE_ZIP_NAME_DOTDOT, CODE_TAR_NAME_DOTDOT},
    {NAME_CONTROL, CODE_ZIP_NAME_CONTROL, CODE_TAR_NAME_CONTROL},
    {NAME_NUL, CODE_ZIP_NAME_NUL, CODE_TAR_NAME_CONTROL},
    {NAME_BACKSLASH, CODE_ZIP_NAME_BACKSLASH, CODE_COUNT},
    {NAME_NOT_UTF8, CODE_ZIP_NAME_NOT_UTF8, CODE_TAR_NAME_NOT_UTF8},
    {NAME_WINDOWS, CODE_ZIP_NAME_WINDOWS, CODE_COUNT},
};

static void tally_name(struct unpack *unpack, struct span name, unsigned oddities, bool is_zip) {
    for (size_t i = 0; i < sizeof name_codes / sizeof name_codes[0]; i++) {
        enum unpack_code code = is_zip ? name_codes[i].zip : name_codes[i].tar;
        if ((oddities & (unsigned)name_codes[i].oddity) != 0 && code != CODE_COUNT)
            tally(&unpack->tallies, code, name);
    }
}

enum outcome members_add(struct unpack *unpack, struct span name, bool is_zip,
                         struct member **added) {
    *added = NULL;
    if (unpack->member_count >= ARCHIVE_MEMBERS_MAX)
        return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT, "more than %u members",
                             ARCHIVE_MEMBERS_MAX);
    if (name.len > MEMBER_NAME_BYTES_MAX)
        return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT,
                             "a member's name is longer than %u bytes", MEMBER_NAME_BYTES_MAX);
    if (budget_tick(&unpack->budget) != OUTCOME_OK)
        return SKIP_ARTIFACT;
    struct span path;
    unsigned oddities;
    if (!member_path(unpack->artifact->arena, name, &path, &oddities))
        return unpack_out_of_memory(unpack);
    struct member *member =
        arena_push(unpack->artifact->arena, (void **)&unpack->members, &unpack->member_count,
                   &unpack->member_capacity, sizeof *unpack->members);
    if (member == NULL)
        return unpack_out_of_memory(unpack);
    member->name = name;
    member->path = path;
    member->oddities = (uint16_t)oddities;
    if (oddities != 0)
        tally_name(unpack, name, oddities, is_zip);
    *added = member;
    return OUTCOME_OK;
}

/* --- the root directory --------------------------------------------------------------------- */

static struct span first_part(struct span path) {
    return span_slice(path, 0, span_find(path, '/'));
}

static bool lies_below(struct span path, struct span folder) {
    return path.len > folder.len && path.at[folder.len] == '/' &&
           span_equal(span_of(path.at, folder.len), folder);
}

/* Rank of a file that marks the top of a source distribution, 0 for others. */
static int marker_rank(struct span name) {
    if (span_is(name, "PKG-INFO"))
        return 3;
    if (span_is(name, "pyproject.toml") || span_is(name, "setup.py"))
        return 2;
    return 0;
}

/* As project names compare: letters' case and the kind of separator do not matter. */
static bool same_folded(struct span a, struct span b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        unsigned char x = ascii_lower(a.at[i]);
        unsigned char y = ascii_lower(b.at[i]);
        if ((x == '-' || x == '.' ? '_' : x) != (y == '-' || y == '.' ? '_' : y))
            return false;
    }
    return true;
}

/*
 * How good a root the first part of this member's path is. A flat archive (a marker with no
 * directory above it) has no root, which outranks all.
 */
enum { RANK_NONE = 0, RANK_STEM = 4, RANK_FLAT = 16 };

static int root_rank(const struct member *member, struct span stem) {
    struct span part = first_part(member->path);
    if (part.len == member->path.len) {
        if (member->type == MEMBER_DIRECTORY)
            return same_folded(part, stem) ? 1 : RANK_NONE;
        return marker_rank(part) > 0 ? RANK_FLAT : RANK_NONE;
    }
    struct span below = span_from(member->path, part.len + 1);
    int rank = span_find(below, '/') < below.len ? 0 : marker_rank(below);
    if (same_folded(part, stem))
        rank = rank > 0 ? rank + RANK_STEM : 1;
    return rank;
}

static struct span best_root(const struct unpack *unpack) {
    struct span stem = filename_stem(unpack->artifact->file.filename);
    struct span best = SPAN_EMPTY;
    int best_rank = RANK_NONE;
    for (size_t i = 0; i < unpack->member_count; i++) {
        struct span part = first_part(unpack->members[i].path);
        if (part.len == 0 || is_junk_root(part))
            continue;
        int rank = root_rank(&unpack->members[i], stem);
        if (rank > best_rank) {
            best_rank = rank;
            best = part;
        }
    }
    return best_rank == RANK_FLAT ? SPAN_EMPTY : best;
}

/* The single first part of all paths, else the best by root_rank(), else "". */
static struct span find_root(const struct unpack *unpack) {
    struct span single = SPAN_EMPTY;
    bool has_directory = false;
    for (size_t i = 0; i < unpack->member_count; i++) {
        const struct member *member = &unpack->members[i];
        if (single.len > 0 && lies_below(member->path, single)) {
            has_directory = true;
            continue;
        }
        struct span part = first_part(member->path);
        if (part.len == 0 || is_junk_root(part))
            continue;
        if (single.len > 0 && !span_equal(single, part))
            return best_root(unpack);
        single = part;
        has_directory |= part.len < member->path.len || member->type == MEMBER_DIRECTORY;
    }
    return has_directory ? single : SPAN_EMPTY;
}

static void strip_root_directory(struct unpack *unpack) {
    struct span root = find_root(unpack);
    if (root.len == 0)
        return;
    for (size_t i = 0; i < unpack->member_count; i++) {
        struct member *member = &unpack->members[i];
        if (lies_below(member->path, root)) {
            member->path = span_from(member->path, root.len + 1);
        } else if (span_equal(member->path, root)) {
            if (member->type == MEMBER_SYMLINK)
                tally(&unpack->tallies, CODE_TAR_THROUGH_LINK, member->name);
            member->path = SPAN_EMPTY;
        } else if (member->path.len > 0 && !is_junk_root(first_part(member->path))) {
            tally(&unpack->tallies, CODE_OUTSIDE_ROOT, member->name);
        }
    }
}

/* --- finding by path ------------------------------------------------------------------------ */

/* What members are told apart by: their path; a name that leaves the root has none, and stands for
 * itself: it is no other's path. */
static struct span key_of(const struct member *member) {
    bool leaves = (member->oddities & (NAME_ABSOLUTE | NAME_DOTDOT)) != 0;
    return leaves ? member->name : member->path;
}

/* The slot of the table that holds `path`, or the free one where it would go. */
static uint32_t *find_slot(const struct unpack *unpack, struct span path) {
    size_t at = (size_t)hash64(path, unpack->table_seed) & unpack->table_mask;
    while (unpack->table[at] != 0 &&
           !span_equal(key_of(&unpack->members[unpack->table[at] - 1]), path))
        at = (at + 1) & unpack->table_mask;
    return &unpack->table[at];
}

static void mark_shadowed(struct unpack *unpack, struct member *earlier,
                          const struct member *later) {
    /* Tars repeat directories as a habit, and nothing is overwritten by it. */
    bool directories = earlier->type == MEMBER_DIRECTORY && later->type == MEMBER_DIRECTORY;
    if (directories && !unpack->is_zip)
        return;
    earlier->shadowed = true;
    tally(&unpack->tallies, CODE_DUPLICATE_MEMBER, later->name);
}

static bool build_table(struct unpack *unpack) {
    size_t slots = 16;
    while (slots < unpack->member_count * 2)
        slots *= 2;
    unpack->table = arena_alloc(unpack->artifact->arena, slots * sizeof *unpack->table);
    if (unpack->table == NULL)
        return false;
    unpack->table_mask = slots - 1;
    /* An address nobody outside can know, so that no archive can be made of collisions. */
    unpack->table_seed = (uint64_t)(uintptr_t)unpack->table ^ (uint64_t)(uintptr_t)&unpack;
    for (size_t i = 0; i < unpack->member_count; i++) {
        struct member *member = &unpack->members[i];
        if (key_of(member).len == 0)
            continue;
        uint32_t *slot = find_slot(unpack, key_of(member));
        if (*slot != 0)
            mark_shadowed(unpack, &unpack->members[*slot - 1], member);
        *slot = (uint32_t)(i + 1);
    }
    return true;
}

struct member *members_find(const struct unpack *unpack, struct span path) {
    if (unpack->table == NULL || path.len == 0)
        return NULL;
    uint32_t slot = *find_slot(unpack, path);
    return slot != 0 ? &unpack->members[slot - 1] : NULL;
}

/* How long the paths of symbolic links are: only such beginnings of other paths are looked up. */
struct link_lengths {
    uint64_t bits[MEMBER_NAME_BYTES_MAX / 64 + 1];
};

static struct link_lengths lengths_of_links(const struct unpack *unpack) {
    struct link_lengths lengths = {{0}};
    for (size_t i = 0; i < unpack->member_count; i++) {
        size_t len = unpack->members[i].path.len;
        if (unpack->members[i].type == MEMBER_SYMLINK)
            lengths.bits[len / 64] |= UINT64_C(1) << len % 64;
    }
    return lengths;
}

/* Whether a folder of this path is a symbolic link of the archive. */
static bool leads_through_link(const struct unpack *unpack, const struct link_lengths *lengths,
                               struct span path) {
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] != '/' || (lengths->bits[i / 64] >> i % 64 & 1) == 0)
            continue;
        const struct member *folder = members_find(unpack, span_slice(path, 0, i));
        if (folder != NULL && folder->type == MEMBER_SYMLINK)
            return true;
    }
    return false;
}

static void tally_through_links(struct unpack *unpack) {
    if (unpack->table == NULL || unpack->tallies.count[CODE_TAR_LINKS] == 0)
        return;
    struct link_lengths lengths = lengths_of_links(unpack);
    for (size_t i = 0; i < unpack->member_count; i++) {
        if (budget_tick(&unpack->budget) != OUTCOME_OK)
            return;
        if (leads_through_link(unpack, &lengths, unpack->members[i].path))
            tally(&unpack->tallies, CODE_TAR_THROUGH_LINK, unpack->members[i].name);
    }
}

/* --- counts --------------------------------------------------------------------------------- */

/* Sizes are claims and may be huge; the sum stops at what a database integer can hold. */
static uint64_t add_capped(uint64_t a, uint64_t b) {
    const uint64_t most = INT64_MAX;
    return b > most || a > most - b ? most : a + b;
}

static void count_contents(struct unpack *unpack) {
    struct artifact_contents *contents = &unpack->artifact->contents;
    *contents = (struct artifact_contents){.member_count = unpack->member_count};
    for (size_t i = 0; i < unpack->member_count; i++) {
        const struct member *member = &unpack->members[i];
        if (member->type != MEMBER_FILE)
            continue;
        if (span_ends(member->name, ".py")) {
            contents->python_file_count++;
            contents->python_bytes = add_capped(contents->python_bytes, member->size);
        } else if (is_native_name(member->name)) {
            contents->native_file_count++;
        }
    }
}

void members_finish(struct unpack *unpack, bool strip_root) {
    if (strip_root)
        strip_root_directory(unpack);
    if (!build_table(unpack))
        unpack_out_of_memory(unpack);
    tally_through_links(unpack);
    count_contents(unpack);
}
