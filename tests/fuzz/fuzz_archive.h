/* fuzz_archive: one whole archive through all that an examiner does with it, for the fuzzers of zip
 * and tar. */
#ifndef WINNOW_FUZZ_ARCHIVE_H
#define WINNOW_FUZZ_ARCHIVE_H

#include "extract/extract.h"
#include "facts/record.h"
#include "payload/payload.h"

#include "fuzz.h"

static inline enum member_wish fuzz_offer(void *context, const struct member *member) {
    return extract_wants(member->path) ? WISH_LOOK : payload_offer(context, member);
}

static inline bool fuzz_look(void *context, struct member *member, struct span bytes) {
    bool wanted = extract_wants(member->path);
    fuzz_touch(bytes);
    return payload_look(context, member, bytes) || wanted;
}

/* What is said of a member holds, and its contents can be had or the artifact says why not. */
static inline void fuzz_member(struct archive *archive, struct artifact *artifact,
                               struct member *member) {
    fuzz_touch(member->name);
    FUZZ_CHECK(member->name.len <= MEMBER_NAME_BYTES_MAX);
    FUZZ_CHECK(fuzz_stays_below(member->path));
    FUZZ_CHECK(span_find(member->path, 0) == member->path.len);
    if (!member->shadowed && member->path.len > 0)
        FUZZ_CHECK(archive_find(archive, member->path) != NULL);
    struct span bytes = SPAN_EMPTY;
    enum outcome got = archive_bytes(archive, member, TEXT_MEMBER_BYTES_MAX, &bytes);
    if (got == OUTCOME_OK)
        fuzz_touch(bytes);
    if (got == OUTCOME_OK && member->type == MEMBER_FILE)
        FUZZ_CHECK(bytes.len == member->size);
    if (got == SKIP_ARTIFACT)
        FUZZ_CHECK(artifact->status != STATUS_OK);
}

/* The keeper takes no record that the examiner may not have made. */
static inline void fuzz_travels(const struct artifact *artifact) {
    struct buffer out = BUFFER_EMPTY;
    struct arena *arena = fuzz_arena();
    struct record record = {.type = RECORD_ARTIFACT, .key = 1, .artifact = *artifact};
    struct record arrived;
    const char *problem = NULL;
    FUZZ_CHECK(record_encode(&out, &record));
    FUZZ_CHECK(record_length(buffer_span(&out)) == out.len);
    FUZZ_CHECK(record_decode(arena, buffer_span(&out), &arrived, &problem));
    buffer_free(&out);
    arena_free(arena);
}

/* Reads the bytes as the file called `filename`. `eager`: asks for the contents of all members
 * before the declarations are read. */
static inline void fuzz_archive(struct span bytes, const char *filename,
                                enum artifact_format format, bool thorough, bool eager) {
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    struct payload_visit visit = {0};
    const struct archive_visitor visitor = {&visit, fuzz_offer, fuzz_look};
    struct artifact artifact;
    struct archive *archive = NULL;
    if (arena == NULL)
        abort();
    artifact_begin(&artifact, arena);
    artifact.file.path = artifact.file.filename = span_text(filename);
    artifact.file.size_bytes = bytes.len;
    artifact.file.format = format;
    artifact.file.project = (struct span)SPAN("foo");
    artifact.file.version = (struct span)SPAN("1.0");
    artifact.thorough = thorough;
    enum outcome opened = archive_open(&archive, fuzz_file(bytes), &artifact, &visitor);
    FUZZ_CHECK((opened == OUTCOME_OK) == (artifact.status == STATUS_OK));
    size_t count = 0;
    struct member *members = archive != NULL ? archive_members(archive, &count) : NULL;
    FUZZ_CHECK(count <= ARCHIVE_MEMBERS_MAX && count == artifact.contents.member_count);
    for (size_t i = 0; eager && i < count; i++)
        fuzz_member(archive, &artifact, &members[i]);
    if (archive != NULL && extract_declarations(archive, &artifact) == OUTCOME_OK &&
        opened == OUTCOME_OK)
        payload_examine(archive, &artifact);
    FUZZ_CHECK(artifact.anomalies.count <= ANOMALIES_MAX);
    fuzz_travels(&artifact);
    archive_close(archive);
    arena_free(arena);
}

#endif
