/*
 * wheel_record: see wheel_record.h. Rules: the binary distribution format's "signed wheel files"
 * and PEP 376. RECORD itself and its signatures carry no hash, and the signatures need no row;
 * directories may be listed and need not be.
 */
#include "extract/wheel_record.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/record_hash.h"
#include "extract/record_rows.h"
#include "unpack/member_name.h"

#include <stdlib.h>

enum oddity {
    ODD_MALFORMED,
    ODD_PATH,
    ODD_DUPLICATE,
    ODD_ABSENT,
    ODD_UNLISTED,
    ODD_NO_HASH,
    ODD_WEAK_HASH,
    ODD_SIZE,
    ODD_HASH,
    ODD_UNCHECKED,
    ODDITIES
};

static const char *const codes[ODDITIES] = {
    "record-malformed", "record-path",      "record-duplicate", "record-absent", "record-unlisted",
    "record-no-hash",   "record-weak-hash", "record-size",      "record-hash",   "record-unchecked",
};

struct check {
    struct archive *archive;
    struct artifact *artifact;
    struct member *members;
    size_t member_count;
    size_t next; /* the member that the next row is likely about */
    struct span info_dir;
    unsigned char *listed;     /* one bit a member */
    const struct span *sorted; /* all members' paths, made when a directory is asked for */
    bool hashing; /* the second pass, which notes what the first cannot, and nothing else */
    uint64_t counts[ODDITIES];
    struct span first[ODDITIES];
    enum outcome outcome;
};

static void note(struct check *check, enum oddity oddity, struct span name) {
    bool of_hashing = oddity == ODD_HASH || oddity == ODD_UNCHECKED;
    if (of_hashing == check->hashing && check->counts[oddity]++ == 0)
        check->first[oddity] = name;
}

/* --- which members ---------------------------------------------------------------------------- */

/* What `path` is called inside of the .dist-info; "" when it does not lie there. */
static struct span name_in_info(const struct check *check, struct span path) {
    size_t len = check->info_dir.len;
    bool inside = path.len > len && path.at[len] == '/' &&
                  span_equal(span_slice(path, 0, len), check->info_dir);
    return inside ? span_from(path, len + 1) : SPAN_EMPTY;
}

static bool is_signature(struct span name) {
    return span_is(name, "RECORD.jws") || span_is(name, "RECORD.p7s");
}

/* Whether the member was not listed before. */
static bool list(struct check *check, const struct member *member) {
    size_t i = (size_t)(member - check->members);
    unsigned char bit = (unsigned char)(1U << (i % 8));
    bool is_new = (check->listed[i / 8] & bit) == 0;
    check->listed[i / 8] |= bit;
    return is_new;
}

static bool is_listed(const struct check *check, size_t i) {
    return (check->listed[i / 8] >> (i % 8) & 1) != 0;
}

static int compare_paths(const void *left, const void *right) {
    return span_compare(*(const struct span *)left, *(const struct span *)right);
}

static bool sort_paths(struct check *check) {
    struct span *at =
        arena_alloc_raw(check->artifact->arena, (check->member_count + 1) * sizeof *at);
    if (at == NULL)
        return false;
    for (size_t i = 0; i < check->member_count; i++)
        at[i] = check->members[i].path;
    qsort(at, check->member_count, sizeof *at, compare_paths);
    check->sorted = at;
    return true;
}

/* Whether any member lies in `folder`, which ends in "/". False with check->outcome when memory is
 * out. */
static bool has_folder(struct check *check, struct span folder) {
    if (check->sorted == NULL && !sort_paths(check)) {
        check->outcome = SKIP_ARTIFACT;
        return false;
    }
    size_t low = 0;
    size_t high = check->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(check->sorted[middle], folder) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < check->member_count &&
           span_equal(span_slice(check->sorted[low], 0, folder.len), folder);
}

/* --- one row ---------------------------------------------------------------------------------- */

static void check_size(struct check *check, const struct member *member, struct span size) {
    uint64_t bytes = 0;
    if (text_to_u64(size, &bytes) && bytes == member->size)
        return;
    size_t digits = 0;
    while (digits < size.len && ascii_is_digit(size.at[digits]))
        digits++;
    note(check, digits < size.len ? ODD_MALFORMED : ODD_SIZE, member->path);
}

/* Reads the member. What comes out of it is dropped again, unless something was noted meanwhile: a
 * whole wheel does not fit into the arena. */
static void verify(struct check *check, struct member *member, const struct record_hash *algorithm,
                   struct span digest) {
    struct artifact *artifact = check->artifact;
    struct arena_mark mark = arena_mark(artifact->arena);
    size_t noted = artifact->anomalies.count;
    enum artifact_status status = artifact->status;
    struct span before = member->bytes;
    struct span bytes = SPAN_EMPTY;
    enum outcome outcome = archive_bytes(check->archive, member, RECORD_MEMBER_BYTES_MAX, &bytes);
    if (outcome == SKIP_ARTIFACT)
        check->outcome = SKIP_ARTIFACT;
    else if (outcome == SKIP_MEMBER && artifact->status == status)
        note(check, ODD_UNCHECKED, member->path);
    else if (outcome == OUTCOME_OK && !record_hash_matches(algorithm, digest, bytes))
        note(check, ODD_HASH, member->path);
    if (artifact->anomalies.count == noted && artifact->status == status) {
        arena_rewind(artifact->arena, mark);
        member->bytes = before;
    }
}

static void check_hash(struct check *check, struct member *member, struct span column) {
    const struct record_hash *algorithm = NULL;
    struct span digest = SPAN_EMPTY;
    enum record_hash_form form = record_hash_parse(column, &algorithm, &digest);
    if (form == RECORD_HASH_MALFORMED)
        note(check, ODD_MALFORMED, member->path);
    else if (form == RECORD_HASH_WEAK)
        note(check, ODD_WEAK_HASH, member->path);
    if (algorithm != NULL && check->hashing)
        verify(check, member, algorithm, digest);
}

static void check_file(struct check *check, struct member *member, const struct record_row *row) {
    struct span hash = row->cells[1];
    struct span size = row->cells[2];
    struct span own = name_in_info(check, member->path);
    if (!list(check, member)) {
        note(check, ODD_DUPLICATE, member->path);
        return;
    }
    if (row->count != RECORD_CELLS || span_is(own, "RECORD") || is_signature(own))
        return;
    if (hash.len == 0 || size.len == 0)
        note(check, ODD_NO_HASH, member->path);
    if (size.len > 0)
        check_size(check, member, size);
    if (hash.len > 0)
        check_hash(check, member, hash);
}

/* Tools write the rows in the order of the members: the next one, when the name is its own. */
static struct member *next_file(struct check *check, struct span name) {
    struct member *member = check->next < check->member_count ? &check->members[check->next] : NULL;
    bool is_it = member != NULL && member->type == MEMBER_FILE && !member->shadowed &&
                 member->path.len > 0 && span_equal(member->name, name);
    check->next += is_it;
    return is_it ? member : NULL;
}

static bool check_row(struct check *check, const struct record_row *row) {
    struct span name = row->cells[0];
    struct span path;
    unsigned oddities;
    struct member *next = next_file(check, name);
    if (next != NULL && row->count == RECORD_CELLS && !row->unclosed) {
        check_file(check, next, row);
        return check->outcome == OUTCOME_OK;
    }
    if (row->count != RECORD_CELLS || row->unclosed || name.len == 0)
        note(check, ODD_MALFORMED, name);
    if (name.len == 0)
        return true;
    if (!member_path(check->artifact->arena, name, &path, &oddities))
        return false;
    if (path.len == 0) { /* would leave the place where the wheel is installed */
        note(check, ODD_PATH, name);
        return true;
    }
    struct member *member = archive_find(check->archive, path);
    if (member != NULL)
        check->next = (size_t)(member - check->members) + 1;
    if (name.at[name.len - 1] == '/') {
        if (member == NULL && !has_folder(check, name))
            note(check, ODD_ABSENT, name);
    } else if (member == NULL) {
        note(check, ODD_ABSENT, name);
    } else {
        if (!span_equal(name, member->name) && member->type == MEMBER_FILE)
            note(check, ODD_PATH, name);
        if (member->type == MEMBER_FILE)
            check_file(check, member, row);
    }
    return check->outcome == OUTCOME_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void find_unlisted(struct check *check) {
    for (size_t i = 0; i < check->member_count; i++) {
        const struct member *member = &check->members[i];
        if (member->type != MEMBER_FILE || member->shadowed || member->path.len == 0 ||
            is_listed(check, i))
            continue;
        struct span own = name_in_info(check, member->path);
        if (!span_is(own, "RECORD") && !is_signature(own))
            note(check, ODD_UNLISTED, member->path);
    }
}

static bool compare(struct check *check, struct span text) {
    struct record_row row;
    check->listed = arena_alloc(check->artifact->arena, check->member_count / 8 + 1);
    if (check->listed == NULL)
        return false;
    while (record_rows_next(check->artifact->arena, &text, &row))
        if (!check_row(check, &row))
            return false;
    if (arena_refused(check->artifact->arena))
        return false;
    find_unlisted(check);
    for (size_t i = 0; i < ODDITIES; i++)
        if (check->counts[i] > 0)
            artifact_note_counted(check->artifact, codes[i], check->first[i], NULL,
                                  check->counts[i]);
    return true;
}

/* `name` begins with "/". *member is NULL when there is none. False when memory is out. */
static bool find_in_info(const struct check *check, struct span name, struct member **member) {
    size_t len = check->info_dir.len + name.len;
    unsigned char *path = arena_alloc_raw(check->artifact->arena, len);
    *member = NULL;
    if (path == NULL)
        return false;
    if (check->info_dir.len > 0)
        memcpy(path, check->info_dir.at, check->info_dir.len);
    memcpy(path + check->info_dir.len, name.at, name.len);
    struct member *found = archive_find(check->archive, span_of(path, len));
    arena_shrink(check->artifact->arena, path, len, 0);
    if (found != NULL && found->type == MEMBER_FILE)
        *member = found;
    return true;
}

/* The .dist-info of a wheel whose folder has nothing else of interest: the first by name. */
static struct span find_info_dir(const struct check *check) {
    static const char ending[] = ".dist-info/RECORD";
    struct span found = SPAN_EMPTY;
    for (size_t i = 0; i < check->member_count; i++) {
        struct span path = check->members[i].path;
        size_t slash = span_find(path, '/');
        if (!span_ends(path, ending) || slash + strlen("/RECORD") != path.len)
            continue;
        struct span folder = span_slice(path, 0, slash);
        if (found.len == 0 || span_compare(folder, found) < 0)
            found = folder;
    }
    return found;
}

static enum outcome read_and_compare(struct check *check, struct member *record) {
    struct span text = SPAN_EMPTY;
    enum outcome outcome = archive_bytes(check->archive, record, RECORD_MEMBER_BYTES_MAX, &text);
    if (outcome != OUTCOME_OK)
        return outcome == SKIP_ARTIFACT ? outcome : OUTCOME_OK; /* the artifact's status tells */
    return compare(check, text) ? OUTCOME_OK : SKIP_ARTIFACT;
}

static struct check begin(struct archive *archive, struct artifact *artifact,
                          struct span info_dir) {
    struct check check = {.archive = archive, .artifact = artifact, .info_dir = info_dir};
    check.members = archive_members(archive, &check.member_count);
    if (info_dir.len == 0)
        check.info_dir = find_info_dir(&check);
    return check;
}

enum outcome wheel_record_check(struct archive *archive, struct artifact *artifact,
                                struct span info_dir) {
    if (artifact->status != STATUS_OK)
        return OUTCOME_OK;
    struct check check = begin(archive, artifact, info_dir);
    struct member *wheel = NULL;
    struct member *record = NULL;
    if (!find_in_info(&check, (struct span)SPAN("/WHEEL"), &wheel) ||
        !find_in_info(&check, (struct span)SPAN("/RECORD"), &record))
        return SKIP_ARTIFACT;
    if (wheel == NULL)
        artifact_note(artifact, "no-wheel-file", SPAN_EMPTY);
    if (record != NULL)
        return read_and_compare(&check, record);
    artifact_note(artifact, "no-record", SPAN_EMPTY);
    return OUTCOME_OK;
}

enum outcome wheel_record_hashes(struct archive *archive, struct artifact *artifact,
                                 struct span info_dir) {
    if (artifact->status != STATUS_OK)
        return OUTCOME_OK;
    struct check check = begin(archive, artifact, info_dir);
    check.hashing = true;
    struct member *record = NULL;
    if (!find_in_info(&check, (struct span)SPAN("/RECORD"), &record))
        return SKIP_ARTIFACT;
    return record != NULL ? read_and_compare(&check, record) : OUTCOME_OK;
}
