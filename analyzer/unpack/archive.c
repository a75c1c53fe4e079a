/*
 * archive: see archive.h. Says what a file is, hands it to the reader of that
 * format, and finishes the list of members.
 *
 * Bytes decide, names only break ties: a name that promises a ZIP gets the ZIP that is found
 * from the file's end (as installers do) even when the head is something else.
 */
#include "unpack/archive.h"

#include "base/limits.h"
#include "unpack/members.h"
#include "unpack/tar_stream.h"
#include "unpack/unpack.h"
#include "unpack/zip_directory.h"
#include "unpack/zip_reader.h"

#include <fcntl.h>
#include <stdlib.h>

/* How much of a tar is fetched early: reading on fetches the rest. */
enum { FETCH_BYTES_MAX = 1024 * 1024 };

struct archive {
    struct unpack unpack;
    const struct reader *reader;
    void *state;
};

/* One line to add to for a new format; `enum container` and magic.c say how it is recognised. */
static const struct reader *const readers[CONTAINER_COUNT] = {
    [CONTAINER_ZIP] = &zip_reader,          [CONTAINER_TAR] = &tar_reader,
    [CONTAINER_TAR_GZIP] = &tar_reader,     [CONTAINER_TAR_BZIP2] = &tar_reader,
    [CONTAINER_TAR_XZ] = &tar_reader,       [CONTAINER_TAR_ZSTD] = &tar_reader,
    [CONTAINER_TAR_COMPRESS] = &tar_reader,
};

/* --- what is it ----------------------------------------------------------------------------- */

static enum outcome read_head(struct unpack *unpack, unsigned char *buffer, struct span *head) {
    if (unpack->size <= ZIP_TAIL_BYTES) { /* one read serves all */
        enum outcome outcome = unpack_read_tail(unpack, ZIP_TAIL_BYTES);
        *head = span_slice(unpack->tail, 0, MAGIC_BYTES);
        return outcome;
    }
    *head = span_of(buffer, MAGIC_BYTES);
    return unpack_read(unpack, 0, buffer, MAGIC_BYTES);
}

static enum outcome refuse(struct unpack *unpack, struct magic magic, enum container named) {
    struct artifact *artifact = unpack->artifact;
    if (artifact->file.format == FORMAT_OTHER)
        return artifact_fail(artifact, STATUS_UNSUPPORTED,
                             magic.container == CONTAINER_UNKNOWN ? "unknown format: %s" : "%s",
                             magic.words);
    if (magic.container == CONTAINER_FOREIGN)
        return artifact_fail(artifact, STATUS_UNSUPPORTED, "%s under a name for %s", magic.words,
                             container_ending(named));
    return artifact_fail(artifact, STATUS_DAMAGED, "not %s: %s", container_ending(named),
                         magic.words);
}

static void note_mismatch(struct unpack *unpack, enum container named, struct magic found) {
    if (named == CONTAINER_UNKNOWN || found.container == CONTAINER_UNKNOWN ||
        named == found.container)
        return;
    bool readable = readers[found.container] != NULL;
    unpack_notef(unpack->artifact, CODE_MAGIC_MISMATCH, "name says %s, bytes say %s",
                 container_ending(named),
                 readable ? container_ending(found.container) : found.words);
}

/* Sets *container to one that has a reader, or fails the artifact. */
static enum outcome identify(struct unpack *unpack, enum container *container) {
    struct artifact *artifact = unpack->artifact;
    enum container named = container_of_name(artifact->file.filename);
    *container = CONTAINER_UNKNOWN;
    if (unpack->size == 0)
        return refuse(unpack, (struct magic){CONTAINER_NO_ARCHIVE, "an empty file"}, named);
    unsigned char buffer[MAGIC_BYTES];
    struct span head = SPAN_EMPTY;
    enum outcome outcome = read_head(unpack, buffer, &head);
    if (outcome != OUTCOME_OK)
        return outcome;
    struct magic magic = magic_of(head);
    if (artifact->file.format == FORMAT_OTHER)
        return refuse(unpack, magic, named);
    /* An empty tar is zeros, and so is what a broken disk leaves: only a bare .tar may be one. */
    if (magic.container == CONTAINER_UNKNOWN && named == CONTAINER_TAR && head.len == MAGIC_BYTES &&
        all_zero(head))
        magic = (struct magic){CONTAINER_TAR, "tar"};
    bool by_end = magic.container != CONTAINER_ZIP &&
                  (named == CONTAINER_ZIP || magic.container == CONTAINER_UNKNOWN) &&
                  zip_has_end(unpack);
    if (by_end) {
        if (magic.container >= CONTAINER_TAR && magic.container <= CONTAINER_TAR_COMPRESS)
            unpack_notef(artifact, CODE_ZIP_AND_TAR, "starts as %s", magic.words);
        magic = (struct magic){CONTAINER_ZIP, "ZIP"};
    }
    if (artifact->status != STATUS_OK) /* the end could not be read */
        return SKIP_ARTIFACT;
    note_mismatch(unpack, named, magic);
    if (readers[magic.container] == NULL)
        return refuse(unpack, magic, named);
    *container = magic.container;
    return OUTCOME_OK;
}

/* --- the contract --------------------------------------------------------------------------- */

static void read_members(struct archive *archive, enum container container) {
    struct unpack *unpack = &archive->unpack;
    unpack->is_zip = container == CONTAINER_ZIP;
    archive->reader->open(unpack, container, &archive->state);
    members_finish(unpack, !unpack->is_zip || unpack->artifact->file.format == FORMAT_SDIST);
    tallies_note(&unpack->tallies, unpack->artifact);
    if (arena_refused(unpack->artifact->arena)) /* an anomaly may be lost, which fails silently */
        unpack_out_of_memory(unpack);
}

void archive_fetch(int fd, struct span filename, uint64_t size) {
    enum container named = container_of_name(filename);
    uint64_t head = MAGIC_BYTES;
    if (size <= ZIP_TAIL_BYTES)
        head = size;
    else if (named == CONTAINER_ZIP)
        posix_fadvise(fd, (off_t)(size - ZIP_TAIL_BYTES), ZIP_TAIL_BYTES, POSIX_FADV_WILLNEED);
    else if (named != CONTAINER_UNKNOWN)
        head = size < FETCH_BYTES_MAX ? size : FETCH_BYTES_MAX;
    posix_fadvise(fd, 0, (off_t)head, POSIX_FADV_WILLNEED);
}

enum outcome archive_open(struct archive **archive, int fd, struct artifact *artifact,
                          const struct archive_visitor *visitor) {
    *archive = NULL;
    struct archive *opened = arena_alloc(artifact->arena, sizeof *opened);
    if (opened == NULL)
        return artifact_fail(artifact, STATUS_OVER_LIMIT, "needs more memory than allowed");
    opened->unpack.artifact = artifact;
    opened->unpack.fd = fd;
    opened->unpack.size = artifact->file.size_bytes;
    opened->unpack.visitor = visitor;
    budget_begin(&opened->unpack.budget, artifact, artifact->file.size_bytes);
    enum container container;
    enum outcome outcome = identify(&opened->unpack, &container);
    opened->reader = readers[container];
    if (outcome != OUTCOME_OK || opened->reader == NULL)
        return outcome;
    read_members(opened, container);
    *archive = opened;
    return artifact->status == STATUS_OK ? OUTCOME_OK : SKIP_ARTIFACT;
}

void archive_close(struct archive *archive) {
    if (archive != NULL && archive->state != NULL)
        archive->reader->close(archive->state);
}

struct member *archive_members(struct archive *archive, size_t *count) {
    *count = archive->unpack.member_count;
    return archive->unpack.members;
}

enum outcome archive_bytes(struct archive *archive, struct member *member, uint64_t bytes_max,
                           struct span *bytes) {
    *bytes = SPAN_EMPTY;
    return archive->reader->bytes(&archive->unpack, archive->state, member, bytes_max, bytes);
}

uint32_t archive_crc32(const struct member *member) {
    return member->not_summed ? crc32_add(0, member->bytes) : member->crc32;
}

enum outcome archive_read_rest(struct archive *archive) {
    if (archive->reader->read_rest == NULL)
        return OUTCOME_OK;
    return archive->reader->read_rest(&archive->unpack, archive->state);
}

struct member *archive_find(struct archive *archive, struct span path) {
    return members_find(&archive->unpack, path);
}
