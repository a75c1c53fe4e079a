/* signature: see signature.h. */
#include "payload/signature.h"

#include <endian.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "payload/sketch.h"
#include "python/lexer.h"

/* One member as it enters the hash: its masked path, then what stands for its contents. */
struct leaf {
    struct span path;
    struct signature contents;
};

static int compare_leaves(const void *a, const void *b) {
    const struct leaf *first = a;
    const struct leaf *second = b;
    int order = span_compare(first->path, second->path);
    return order != 0 ? order : signature_compare(&first->contents, &second->contents);
}

static bool is_text(struct span bytes) {
    return memchr(bytes.len > 0 ? (const void *)bytes.at : "", 0, bytes.len) == NULL &&
           utf8_is_valid(bytes);
}

/* Whether a plain script is Python: its first line says so. */
static bool has_python_line(struct span bytes) {
    struct span line = SPAN_EMPTY;
    return span_starts(bytes, "#!") && span_next_line(&bytes, &line) &&
           span_search(line, "python") < line.len;
}

static void write_contents(const struct mask *mask, struct arena *arena,
                           const struct payload_entry *entry, struct span bytes,
                           struct buffer *out) {
    bool python = entry->class == CLASS_PYTHON || entry->class == CLASS_PYI ||
                  (entry->is_script && has_python_line(bytes));
    bool small = bytes.len <= MASKED_MEMBER_BYTES_MAX;
    if (python && small && python_source_is_transparent(bytes))
        mask_python(mask, arena, bytes, out);
    else if (entry->class == CLASS_DATA && small && is_text(bytes))
        mask_text(mask, bytes, out);
    else
        buffer_add(out, bytes);
}

/* Size and CRC-32 as they are, with nothing hashed: a large payload has thousands of files. */
static struct signature crc_of(const struct member *member) {
    struct signature stands_for = {{0}};
    uint64_t size = htole64(member->size);
    uint32_t crc32 = htole32(archive_crc32(member));
    memcpy(stands_for.at, &size, sizeof size);
    memcpy(stands_for.at + sizeof size, &crc32, sizeof crc32);
    return stands_for;
}

/* What the leaves of one payload share. */
struct hashing {
    struct archive *archive;
    struct artifact *artifact;
    const struct mask *mask;
    struct buffer scratch;
    struct sketcher sketcher;
};

static enum outcome write_leaf(struct hashing *hashing, const struct payload_entry *entry,
                               bool by_contents, struct leaf *leaf) {
    struct buffer *scratch = &hashing->scratch;
    struct arena *arena = hashing->artifact->arena;
    buffer_clear(scratch);
    mask_path(hashing->mask, entry->path, scratch);
    if (scratch->failed || !arena_copy(arena, buffer_span(scratch), &leaf->path))
        return SKIP_ARTIFACT;
    buffer_clear(scratch);
    struct span bytes = SPAN_EMPTY;
    enum outcome got = SKIP_MEMBER;
    if (by_contents && entry->member->size == 0)
        got = OUTCOME_OK;
    else if (by_contents)
        got = archive_bytes(hashing->archive, entry->member, PYTHON_FILE_BYTES_MAX, &bytes);
    if (got > SKIP_MEMBER)
        return got;
    if (got == SKIP_MEMBER) {
        leaf->contents = crc_of(entry->member);
        return OUTCOME_OK;
    }
    write_contents(hashing->mask, arena, entry, bytes, scratch);
    leaf->contents = signature_of(buffer_span(scratch));
    bool done =
        !scratch->failed && sketcher_add_python(&hashing->sketcher, arena, buffer_span(scratch));
    return done ? OUTCOME_OK : SKIP_ARTIFACT;
}

/* Most tools write the members in the order of their paths. */
static void sort_leaves(struct leaf *leaves, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (compare_leaves(&leaves[i - 1], &leaves[i]) > 0) {
            qsort(leaves, count, sizeof *leaves, compare_leaves);
            return;
        }
}

static bool hash_leaves(struct leaf *leaves, size_t count, struct buffer *scratch,
                        struct signature *signature) {
    sort_leaves(leaves, count);
    buffer_clear(scratch);
    buffer_add_text(scratch, "payload");
    for (size_t i = 0; i < count; i++) {
        buffer_add_byte(scratch, 0);
        buffer_add(scratch, leaves[i].path);
        buffer_add_byte(scratch, 0);
        buffer_add(scratch, span_of(leaves[i].contents.at, SIGNATURE_BYTES));
    }
    if (scratch->failed)
        return false;
    *signature = signature_of(buffer_span(scratch));
    return true;
}

enum outcome payload_signature(struct archive *archive, struct artifact *artifact,
                               const struct mask *mask, const struct payload_tree *tree,
                               bool small) {
    struct artifact_payload *payload = &artifact->payload;
    struct leaf *leaves = arena_alloc(artifact->arena, (tree->count + 1) * sizeof *leaves);
    if (leaves == NULL)
        return SKIP_ARTIFACT;
    struct hashing hashing = {.archive = archive, .artifact = artifact, .mask = mask};
    sketcher_begin(&hashing.sketcher, SKETCH_PAYLOAD_VALUES);
    enum outcome outcome = OUTCOME_OK;
    uint64_t masked = 0;
    for (size_t i = 0; i < tree->count && outcome == OUTCOME_OK; i++) {
        masked += tree->at[i].member->size;
        bool by_contents = small && masked <= MASKED_PAYLOAD_BYTES_MAX;
        outcome = write_leaf(&hashing, &tree->at[i], by_contents, &leaves[i]);
    }
    if (outcome == OUTCOME_OK &&
        (!sketcher_end(&hashing.sketcher, artifact->arena, &payload->sketch) ||
         !hash_leaves(leaves, tree->count, &hashing.scratch, &payload->signature)))
        outcome = SKIP_ARTIFACT;
    buffer_free(&hashing.scratch);
    return outcome;
}

/* --- metadata --------------------------------------------------------------------------------- */

static void write_field(const struct mask *mask, struct span value, struct buffer *out) {
    mask_text(mask, value, out);
    buffer_add_byte(out, 0);
}

static void write_metadata(const struct artifact_metadata *metadata, const struct mask *mask,
                           struct buffer *out) {
    buffer_add_text(out, "metadata");
    buffer_add_byte(out, 0);
    for (size_t i = 0; i < metadata->field_names.count; i++) {
        buffer_add(out, metadata->field_names.at[i]);
        buffer_add_byte(out, ' ');
    }
    /* Who it is differs from copy to copy; whether somebody is named does not. */
    buffer_add_byte(out, metadata->author.len > 0 ? '+' : '-');
    buffer_add_byte(out, metadata->maintainer.len > 0 ? '+' : '-');
    buffer_add_byte(out, 0);
    write_field(mask, metadata->summary, out);
    write_field(mask, metadata->license, out);
    write_field(mask, metadata->home_page, out);
    for (size_t i = 0; i < metadata->project_urls.count; i++)
        write_field(mask, metadata->project_urls.at[i], out);
    write_field(mask, span_slice(metadata->description, 0, MASKED_DESCRIPTION_BYTES), out);
}

/* Of bytes that are hashed, so that one signature has one sketch. */
static bool sketch_metadata(struct arena *arena, struct span written, struct sketch *sketch) {
    struct sketcher sketcher;
    struct span piece = SPAN_EMPTY;
    sketcher_begin(&sketcher, SKETCH_METADATA_VALUES);
    for (size_t i = 0; span_next_piece(&written, 0, &piece); i++)
        if (i == 1)
            sketcher_add_sequence(&sketcher, piece); /* the fields; before them stands a word */
        else if (i > 1)
            sketcher_add_text(&sketcher, piece);
    return sketcher_end(&sketcher, arena, sketch);
}

bool metadata_signature(struct artifact *artifact, const struct mask *mask) {
    struct artifact_payload *payload = &artifact->payload;
    struct span rest = span_slice(artifact->metadata.description, MASKED_DESCRIPTION_BYTES,
                                  MASKED_MEMBER_BYTES_MAX);
    struct buffer out = BUFFER_EMPTY;
    buffer_reserve(&out, 2 * MASKED_DESCRIPTION_BYTES + rest.len); /* enough for most */
    write_metadata(&artifact->metadata, mask, &out);
    bool done = !out.failed &&
                sketch_metadata(artifact->arena, buffer_span(&out), &payload->metadata_sketch);
    buffer_add(&out, span_trim(rest));
    done = done && !out.failed;
    if (done)
        payload->metadata_signature = signature_of(buffer_span(&out));
    buffer_free(&out);
    return done;
}
