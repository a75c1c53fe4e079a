/*
 * payload: see payload.h. The tree says what is payload, python_kind how much a source does; here
 * the sources are read in an order that finds code soon, and no further than that.
 */
#include "payload/payload.h"

#include <stdlib.h>

#include "base/limits.h"
#include "payload/python_kind.h"
#include "payload/signature.h"

/* --- while a tar streams by ------------------------------------------------------------------- */

/* Where the payload begins is not known yet, so everything that could be payload is looked at. */
enum member_wish payload_offer(struct payload_visit *visit, const struct member *member) {
    (void)visit;
    if (member->type != MEMBER_FILE || member->size == 0)
        return WISH_CRC;
    enum member_class class = member_class(member->path);
    if (class == CLASS_PYTHON || class == CLASS_PYI)
        return member->size <= PYTHON_FILE_BYTES_MAX ? WISH_LOOK : WISH_CRC;
    return class != CLASS_BOILERPLATE && member->size <= KEPT_MEMBER_BYTES_MAX ? WISH_LOOK
                                                                               : WISH_CRC;
}

bool payload_look(struct payload_visit *visit, struct member *member, struct span bytes) {
    bool room = visit->kept_bytes <= PAYLOAD_KEPT_BYTES_MAX &&
                bytes.len <= PAYLOAD_KEPT_BYTES_MAX - visit->kept_bytes;
    bool keep = room && bytes.len <= KEPT_MEMBER_BYTES_MAX;
    if (!keep) {
        enum member_class class = member_class(member->path);
        if (class == CLASS_PYTHON)
            member->verdict = (uint8_t)python_kind(bytes, NULL);
        else if (class == CLASS_PYI)
            member->verdict = (uint8_t)python_kind_of_pyi(bytes);
        keep = room && payload_kind_is_empty((enum payload_kind)member->verdict);
    }
    if (keep)
        visit->kept_bytes += bytes.len;
    return keep;
}

/* --- kind ------------------------------------------------------------------------------------- */

struct examination {
    struct archive *archive;
    struct artifact *artifact;
    struct payload_tree tree;
    struct span_list own_names;
    enum payload_kind kind;
    bool unread; /* the contents of a payload member could not be had */
};

/* Enough for every honest wheel; names past it are taken for foreign ones. */
enum { OWN_NAMES_MAX = 64 };

/* The importable name at the top of an installed path. */
static struct span own_name(struct span path) {
    size_t slash = span_find(path, '/');
    if (slash < path.len)
        return span_slice(path, 0, slash);
    return span_slice(path, 0, path.len - path_extension(path).len);
}

static bool collect_own_names(struct examination *examination) {
    struct span_list *names = &examination->own_names;
    for (size_t i = 0; i < examination->tree.count && names->count < OWN_NAMES_MAX; i++) {
        struct span name = own_name(examination->tree.at[i].path);
        if (!span_list_has(names, name) &&
            !span_list_add(names, examination->artifact->arena, name))
            return false;
    }
    return true;
}

static bool is_program(struct span bytes) {
    return span_starts(bytes, "\x7f"
                              "ELF") ||
           span_starts(bytes, "MZ") || span_starts(bytes, "\xcf\xfa\xed\xfe") ||
           span_starts(bytes, "\xca\xfe\xba\xbe");
}

/* A file that Python reads at every start; it runs the lines that import. */
static bool is_start_file(struct span path) {
    return span_find(path, '/') == path.len && span_is(path_extension(path), ".pth");
}

static enum payload_kind kind_of_start_file(struct span bytes) {
    struct span line = SPAN_EMPTY;
    while (span_next_line(&bytes, &line))
        if (span_starts(line, "import ") || span_starts(line, "import\t"))
            return KIND_CODE;
    return KIND_DATA;
}

static enum payload_kind kind_of_bytes(const struct examination *examination,
                                       const struct payload_entry *entry, struct span bytes) {
    if (entry->class == CLASS_PYI)
        return python_kind_of_pyi(bytes);
    if (entry->class == CLASS_PYTHON)
        return python_kind(bytes, &examination->own_names);
    if (is_start_file(entry->path))
        return kind_of_start_file(bytes);
    struct span rest = bytes;
    struct span line = SPAN_EMPTY;
    if (is_program(bytes))
        return KIND_NATIVE;
    if (span_starts(bytes, "#!") && span_next_line(&rest, &line) &&
        span_search(line, "python") < line.len)
        return python_kind(bytes, &examination->own_names);
    return KIND_DATA;
}

static enum outcome examine_member(struct examination *examination,
                                   const struct payload_entry *entry) {
    struct member *member = entry->member;
    enum payload_kind kind = KIND_UNKNOWN;
    if (member->size == 0) {
        kind = KIND_BLANK;
    } else if (member->size > PYTHON_FILE_BYTES_MAX) {
        kind = entry->is_script ? KIND_NATIVE : KIND_CODE;
    } else if (member->verdict != KIND_UNKNOWN && !member->kept) {
        kind = (enum payload_kind)member->verdict;
    } else {
        struct span bytes = SPAN_EMPTY;
        enum outcome outcome =
            archive_bytes(examination->archive, member, PYTHON_FILE_BYTES_MAX, &bytes);
        if (outcome > SKIP_MEMBER)
            return outcome;
        if (outcome == OUTCOME_OK)
            kind = kind_of_bytes(examination, entry, bytes);
        else
            examination->unread = true;
    }
    if (kind > examination->kind)
        examination->kind = kind;
    return OUTCOME_OK;
}

/* How far a source is from the size at which it most likely is code and cheap to read. One that
 * asks for another read comes last: on a cold disk that is a seek. */
static uint64_t distance(const struct payload_entry *entry) {
    enum { LIKELY_BYTES = 1024 };
    const uint64_t far = entry->member->far ? UINT64_C(1) << 62 : 0;
    uint64_t size = entry->member->size;
    return far + (size > LIKELY_BYTES ? size - LIKELY_BYTES : LIKELY_BYTES - size);
}

static int compare_distance(const void *a, const void *b) {
    const struct payload_entry *first = *(const struct payload_entry *const *)a;
    const struct payload_entry *second = *(const struct payload_entry *const *)b;
    if (distance(first) != distance(second))
        return distance(first) < distance(second) ? -1 : 1;
    return span_compare(first->path, second->path);
}

/* Puts the likeliest first, and the others in order only when that was not enough. */
static void bring_first(const struct payload_entry **at, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (compare_distance(&at[i], &at[0]) < 0) {
            const struct payload_entry *nearer = at[i];
            at[i] = at[0];
            at[0] = nearer;
        }
}

/* The fullest kind of the payload members. */
static enum outcome find_kind(struct examination *examination) {
    const struct payload_tree *tree = &examination->tree;
    const struct payload_entry **to_read =
        arena_alloc_raw(examination->artifact->arena, (tree->count + 1) * sizeof(void *));
    if (to_read == NULL || !collect_own_names(examination))
        return SKIP_ARTIFACT;
    size_t count = 0;
    examination->kind = KIND_NONE;
    for (size_t i = 0; i < tree->count; i++) {
        const struct payload_entry *entry = &tree->at[i];
        enum payload_kind kind = entry->class == CLASS_NATIVE ? KIND_NATIVE : KIND_NONE;
        if (entry->class == CLASS_DATA && !entry->is_script && !is_start_file(entry->path))
            kind = KIND_DATA;
        if (kind == KIND_NONE)
            to_read[count++] = entry;
        else if (kind > examination->kind)
            examination->kind = kind;
    }
    bring_first(to_read, count);
    for (size_t i = 0; i < count && examination->kind < KIND_CODE; i++) {
        if (i == 1)
            qsort(to_read + 1, count - 1, sizeof *to_read, compare_distance);
        enum outcome outcome = examine_member(examination, to_read[i]);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

/* What the artifact as a whole is, given its fullest member. */
static enum payload_kind conclude(const struct examination *examination) {
    const struct artifact *artifact = examination->artifact;
    enum payload_kind kind = examination->kind;
    bool members_missing = artifact->status != STATUS_OK;
    /* A part that could not be read may hold more; only code cannot be surpassed. */
    if ((members_missing && kind != KIND_CODE) ||
        (examination->unread && payload_kind_is_empty(kind)))
        return KIND_UNKNOWN;
    if ((kind == KIND_NONE || kind == KIND_BLANK) && artifact->metadata.requires_projects.count > 0)
        return KIND_METAPACKAGE;
    return kind;
}

/* --- one artifact ----------------------------------------------------------------------------- */

static enum outcome examine(struct archive *archive, struct artifact *artifact,
                            const struct mask *mask) {
    struct examination examination = {.archive = archive, .artifact = artifact};
    if (!payload_tree_build(archive, artifact, mask, &examination.tree))
        return SKIP_ARTIFACT;
    enum outcome outcome = find_kind(&examination);
    if (outcome != OUTCOME_OK)
        return outcome;
    enum payload_kind kind = conclude(&examination);
    if (kind == KIND_UNKNOWN || artifact->status != STATUS_OK) {
        artifact->payload.kind = kind;
        return OUTCOME_OK;
    }
    bool small = kind <= KIND_METAPACKAGE || examination.tree.bytes <= SMALL_PAYLOAD_BYTES;
    outcome = payload_signature(archive, artifact, mask, &examination.tree, small);
    if (outcome == OUTCOME_OK)
        artifact->payload.kind = kind;
    return outcome;
}

enum outcome payload_examine(struct archive *archive, struct artifact *artifact) {
    artifact->payload = (struct artifact_payload){.kind = KIND_UNKNOWN};
    if (archive == NULL || (artifact->status != STATUS_OK && artifact->status != STATUS_DAMAGED &&
                            artifact->status != STATUS_OVER_LIMIT))
        return OUTCOME_OK;
    struct mask mask;
    mask_begin(&mask, artifact);
    if (artifact->metadata.found && !metadata_signature(artifact, &mask))
        return SKIP_ARTIFACT;
    return examine(archive, artifact, &mask);
}
