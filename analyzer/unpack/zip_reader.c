/* zip_reader: see zip_reader.h. */
#include "unpack/zip_reader.h"

#include "base/limits.h"
#include "unpack/members.h"
#include "unpack/zip_checks.h"
#include "unpack/zip_member.h"

struct zip {
    struct zip_directory directory;
    struct zip_inflating inflating;
    struct zip_extent *extents;
};

/* A directory by its name, as zipfile and the installers do; all else they write as a plain file,
 * whatever its Unix mode says: a "link" with source text in it is code. */
static enum member_type type_of(const struct zip_record *record) {
    bool is_directory = record->name.len > 0 && record->name.at[record->name.len - 1] == '/';
    return is_directory ? MEMBER_DIRECTORY : MEMBER_FILE;
}

static enum outcome add_record(struct unpack *unpack, struct zip *zip,
                               const struct zip_record *record, size_t at) {
    size_t index = unpack->member_count;
    struct member *member;
    enum outcome outcome = members_add(unpack, record->name, true, &member);
    if (outcome != OUTCOME_OK)
        return outcome;
    member->size = record->size;
    member->crc32 = record->crc32;
    member->type = type_of(record);
    member->index = at;
    zip_check_record(unpack, record);
    uint64_t limit = zip->directory.at;
    uint64_t start = record->offset + zip->directory.shift;
    uint64_t end = limit;
    uint64_t header = ZIP_LOCAL_BYTES + record->name.len;
    if (start < record->offset || start > limit || header > limit - start) {
        tally(&unpack->tallies, CODE_ZIP_LOCAL_MISSING, record->name);
        artifact_fail(unpack->artifact, STATUS_DAMAGED, "zip: a member lies outside the file");
        start = limit; /* an empty place that overlaps nothing */
    } else {
        end = zip_extent_end(&zip->directory, start, header, record->packed_size);
        if (end > limit)
            artifact_fail(unpack->artifact, STATUS_DAMAGED,
                          "zip: a member reaches into the directory");
    }
    member->far = unpack->size > ZIP_TAIL_BYTES && start < unpack->size - ZIP_TAIL_BYTES;
    zip->extents[index] = (struct zip_extent){start, end, (uint32_t)at};
    return OUTCOME_OK;
}

/* The number of records there is room for, whatever is claimed. */
static size_t records_at_most(const struct zip_directory *directory) {
    size_t most = directory->records.len / ZIP_CENTRAL_BYTES;
    return most < ARCHIVE_MEMBERS_MAX ? most : ARCHIVE_MEMBERS_MAX;
}

static enum outcome check_count(struct unpack *unpack, const struct zip_directory *directory) {
    uint64_t found = unpack->member_count;
    if (found == directory->claimed_count)
        return OUTCOME_OK;
    unpack_notef(unpack->artifact, CODE_ZIP_DIRECTORY_COUNT, "%llu stated, %llu found",
                 (unsigned long long)directory->claimed_count, (unsigned long long)found);
    if (found < directory->claimed_count)
        return artifact_fail(unpack->artifact, STATUS_DAMAGED,
                             "zip: the directory lacks %llu of %llu records",
                             (unsigned long long)(directory->claimed_count - found),
                             (unsigned long long)directory->claimed_count);
    return OUTCOME_OK;
}

static enum outcome list_records(struct unpack *unpack, struct zip *zip) {
    const struct zip_directory *directory = &zip->directory;
    size_t room = records_at_most(directory);
    if (room > directory->claimed_count)
        room = (size_t)directory->claimed_count + 1;
    enum outcome outcome = members_reserve(unpack, room);
    if (outcome != OUTCOME_OK)
        return outcome;
    size_t at = 0;
    while (at < directory->records.len) {
        struct zip_record record;
        if (!zip_record_at(directory->records, at, &record)) {
            unpack_notef(unpack->artifact, CODE_ZIP_DIRECTORY_SIZE, "no record at byte %zu of %zu",
                         at, directory->records.len);
            artifact_fail(unpack->artifact, STATUS_DAMAGED,
                          "zip: the directory is damaged after %zu records", unpack->member_count);
            break;
        }
        outcome = add_record(unpack, zip, &record, at);
        if (outcome != OUTCOME_OK)
            return outcome;
        at = record.next;
    }
    return check_count(unpack, directory);
}

/*
 * Bombs, by what the directory claims: as the index counts, and as we do. Such a claim either comes
 * out, which is too much, or does not, which is damage: no need to see which.
 */
static void check_ratio(struct unpack *unpack) {
    uint64_t total = 0;
    for (size_t i = 0; i < unpack->member_count; i++)
        total = unpack->members[i].size > UINT64_MAX - total ? UINT64_MAX
                                                             : total + unpack->members[i].size;
    if (total > INDEX_RATIO_FREE_BYTES && total / INDEX_RATIO_MAX >= unpack->size)
        unpack_notef(unpack->artifact, CODE_ZIP_RATIO, "%llu bytes of %llu",
                     (unsigned long long)total, (unsigned long long)unpack->size);
    if (total > ARCHIVE_RATIO_FREE_BYTES && total / ARCHIVE_RATIO_MAX > unpack->size)
        artifact_fail(unpack->artifact, STATUS_OVER_LIMIT,
                      "more than %u times its own size is said to come out of it",
                      ARCHIVE_RATIO_MAX);
}

/* Whether the directory gave reason to look closer. */
static bool is_odd(const struct unpack *unpack) {
    static const enum unpack_code harmless[] = {CODE_ZIP_DATA_DESCRIPTOR, CODE_ZIP_METHOD,
                                                CODE_ZIP_SYMLINK,         CODE_ZIP_NAME_BACKSLASH,
                                                CODE_ZIP_NAME_WINDOWS,    CODE_ZIP_NAME_UNMARKED};
    uint64_t odd = 0;
    for (size_t code = 0; code < CODE_COUNT; code++)
        odd += unpack->tallies.count[code];
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
        odd -= unpack->tallies.count[harmless[i]];
    return odd > 0 || unpack->artifact->anomalies.count > 0 ||
           unpack->artifact->status != STATUS_OK;
}

static enum outcome zip_open(struct unpack *unpack, enum container container, void **state) {
    (void)container;
    struct zip *zip = arena_alloc(unpack->artifact->arena, sizeof *zip);
    *state = zip;
    if (zip == NULL)
        return unpack_out_of_memory(unpack);
    enum outcome outcome = zip_directory_read(unpack, &zip->directory);
    if (outcome != OUTCOME_OK)
        return outcome;
    zip->extents = arena_alloc_raw(unpack->artifact->arena,
                                   records_at_most(&zip->directory) * sizeof *zip->extents);
    if (zip->extents == NULL)
        return unpack_out_of_memory(unpack);
    outcome = list_records(unpack, zip);
    check_ratio(unpack);
    enum outcome laid =
        zip_check_layout(unpack, &zip->directory, zip->extents, unpack->member_count,
                         unpack->artifact->thorough || is_odd(unpack));
    return outcome != OUTCOME_OK ? outcome : laid;
}

static enum outcome zip_bytes(struct unpack *unpack, void *state, struct member *member,
                              uint64_t bytes_max, struct span *bytes) {
    struct zip *zip = state;
    struct zip_record record;
    if (member->bytes.at != NULL && member->bytes.len <= bytes_max) {
        *bytes = member->bytes;
        return OUTCOME_OK;
    }
    if (member->lost || !zip_record_at(zip->directory.records, member->index, &record))
        return SKIP_MEMBER;
    enum outcome outcome = zip_may_read(unpack, &record);
    if (outcome == OUTCOME_OK && record.size > bytes_max)
        return SKIP_MEMBER;
    if (outcome == OUTCOME_OK)
        outcome = zip_member_bytes(unpack, &zip->inflating, &zip->directory, &record, bytes);
    member->read = outcome == OUTCOME_OK;
    if (member->read)
        member->bytes = *bytes;
    member->lost = outcome == SKIP_MEMBER;
    return outcome;
}

static enum outcome zip_rest(struct unpack *unpack, void *state) {
    struct zip *zip = state;
    return zip_read_rest(unpack, &zip->directory);
}

static void zip_close(void *state) {
    struct zip *zip = state;
    zip_inflating_end(&zip->inflating);
}

const struct reader zip_reader = {
    .open = zip_open, .bytes = zip_bytes, .close = zip_close, .read_rest = zip_rest};
