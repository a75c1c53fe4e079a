/* fuzz_plain_tar: in a tar that counts as plain, libarchive finds the same members, warns of none,
 * and the second reading notes nothing. */
#include "unpack/tar_headers.h"
#include "unpack/tar_plain.h"

#include "fuzz.h"
#include "mend_tar.h"

#include <archive.h>
#include <archive_entry.h>

static void check_contents(struct archive *reader, struct span expected) {
    const void *at = NULL;
    size_t len = 0;
    la_int64_t offset = 0;
    int code = archive_read_data_block(reader, &at, &len, &offset);
    if (expected.len == 0) {
        FUZZ_CHECK(code == ARCHIVE_EOF);
        return;
    }
    FUZZ_CHECK(code == ARCHIVE_OK && offset == 0);
    FUZZ_CHECK(len == expected.len && at == expected.at);
    FUZZ_CHECK(archive_read_data_block(reader, &at, &len, &offset) == ARCHIVE_EOF);
}

static unsigned filetype_of(enum member_type type) {
    if (type == MEMBER_SYMLINK)
        return AE_IFLNK;
    return type == MEMBER_DIRECTORY ? AE_IFDIR : AE_IFREG;
}

static void check_member(struct archive *reader, struct archive_entry *entry,
                         const struct plain_member *member) {
    const char *name = archive_entry_pathname(entry);
    FUZZ_CHECK(name != NULL && span_is(member->name, name));
    FUZZ_CHECK(archive_entry_hardlink(entry) == NULL);
    FUZZ_CHECK(archive_entry_filetype(entry) == filetype_of(member->type));
    const char *target = archive_entry_symlink(entry);
    FUZZ_CHECK(span_is(member->target, target != NULL ? target : ""));
    FUZZ_CHECK((uint64_t)archive_entry_size(entry) == member->bytes.len);
    check_contents(reader, member->bytes);
}

static void check(struct arena *arena, struct span whole, const struct plain_tar *plain) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct unpack unpack = {.artifact = &artifact, .size = whole.len};
    struct tar_headers *headers = tar_headers_new(&unpack);
    struct archive *reader = archive_read_new();
    if (headers == NULL || reader == NULL)
        abort();
    archive_read_support_format_tar(reader);
    FUZZ_CHECK(archive_read_open_memory(reader, whole.at, whole.len) == ARCHIVE_OK);
    FUZZ_CHECK(tar_headers_feed(headers, whole) == OUTCOME_OK);
    struct archive_entry *entry;
    for (size_t i = 0; i < plain->count; i++) {
        FUZZ_CHECK(archive_read_next_header(reader, &entry) == ARCHIVE_OK);
        tar_headers_compare(headers, (uint64_t)archive_read_header_position(reader),
                            plain->members[i].name);
        check_member(reader, entry, &plain->members[i]);
    }
    FUZZ_CHECK(archive_read_next_header(reader, &entry) == ARCHIVE_EOF);
    FUZZ_CHECK(archive_filter_bytes(reader, 0) > archive_read_header_position(reader));
    tar_headers_end(headers, true);
    tallies_note(&unpack.tallies, &artifact);
    FUZZ_CHECK(artifact.status == STATUS_OK && artifact.anomalies.count == 0);
    tar_headers_free(headers);
    archive_read_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { END_BYTES = 1024 };
    struct arena *arena = fuzz_arena();
    struct buffer mended = BUFFER_EMPTY;
    struct plain_tar plain;
    buffer_add(&mended, span_of(data, size));
    mend_checksums(mended.at, mended.len);
    if (size % 512 == 0) /* most lack their end */
        for (size_t i = 0; i < END_BYTES; i++)
            buffer_add_byte(&mended, 0);
    if (tar_plain_read(arena, buffer_span(&mended), &plain))
        check(arena, buffer_span(&mended), &plain);
    buffer_free(&mended);
    arena_free(arena);
    return 0;
}
