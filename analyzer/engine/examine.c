/* examine: see examine.h. The table of contents of the left half of the house. */
#include "engine/examine.h"

#include "engine/faults.h"
#include "extract/extract.h"
#include "facts/seen.h"
#include "mirror/filename.h"
#include "mirror/name.h"
#include "payload/payload.h"

#include <errno.h>

bool examine_begin(struct artifact *artifact, struct arena *arena, const struct found *found) {
    artifact_begin(artifact, arena);
    struct artifact_file *file = &artifact->file;
    if (!arena_copy(arena, found->path, &file->path))
        return false;
    size_t slash = span_find_last(file->path, '/');
    file->filename = slash < file->path.len ? span_from(file->path, slash + 1) : file->path;
    file->size_bytes = found->size_bytes;
    file->mtime_ns = found->mtime_ns;
    struct parsed_filename parsed = filename_parse(file->filename, found->project);
    file->format = parsed.format;
    file->version = parsed.version;
    if (parsed.name.len > 0)
        return project_normalize(arena, parsed.name, &file->project);
    return arena_copy(arena, found->project, &file->project);
}

uint64_t examine_key(const struct found *found, uint64_t seed, bool thorough) {
    bool other = thorough && found->type == FOUND_ARTIFACT;
    return seen_key(found->path, found->size_bytes, found->mtime_ns, other ? ~seed : seed);
}

/* What the visitor of a tar remembers on its way: what extract/ reads is kept, the rest is
 * payload/'s. */
static enum member_wish offer(void *context, const struct member *member) {
    return extract_wants(member->path) ? WISH_LOOK : payload_offer(context, member);
}

static bool look(void *context, struct member *member, struct span bytes) {
    bool wanted = extract_wants(member->path);
    return payload_look(context, member, bytes) || wanted;
}

static struct archive *examine_open(struct artifact *artifact, int fd) {
    fault_inject(artifact);
    struct payload_visit visit = {0};
    const struct archive_visitor visitor = {.context = &visit, .offer = offer, .look = look};
    struct archive *archive = NULL;
    enum outcome opened = archive_open(&archive, fd, artifact, &visitor);
    enum outcome outcome = opened;
    if (archive != NULL) {
        outcome = extract_declarations(archive, artifact);
        if (opened == OUTCOME_OK && outcome == OUTCOME_OK)
            outcome = payload_examine(archive, artifact);
        if (artifact->thorough) {
            extract_check_hashes(archive, artifact);
            archive_read_rest(archive);
        }
    }
    /* Whoever gives an artifact up says why, unless there was no memory. */
    if (artifact->status == STATUS_OK &&
        (arena_refused(artifact->arena) || opened > SKIP_MEMBER || outcome > SKIP_MEMBER))
        artifact_fail(artifact, STATUS_OVER_LIMIT, "needs more memory than one artifact may have");
    return archive;
}

struct archive *examine_artifact(struct artifact *artifact, struct arena *arena,
                                 const struct found *found, int fd, bool thorough) {
    if (!examine_begin(artifact, arena, found)) {
        artifact_fail(artifact, STATUS_OVER_LIMIT, "out of memory");
        return NULL;
    }
    artifact->thorough = thorough;
    if (fd < 0) {
        artifact_fail(artifact, STATUS_UNREADABLE, "%s",
                      fd == -EXDEV ? "outside the mirror" : strerrordesc_np(-fd));
        return NULL;
    }
    return examine_open(artifact, fd);
}
