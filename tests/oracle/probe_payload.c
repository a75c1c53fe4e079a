/*
 * probe_payload: examines archives as the examiner does (open, extract, payload)
 * and prints status, kind, signatures and the tree, one JSON object a line.
 * Paths of files come in as arguments, else on stdin, one a line.
 */
#include "base/json.h"
#include "base/limits.h"
#include "extract/extract.h"
#include "mirror/filename.h"
#include "mirror/name.h"
#include "payload/payload.h"
#include "payload/payload_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum member_wish offer(void *context, const struct member *member) {
    return extract_wants(member->path) ? WISH_LOOK : payload_offer(context, member);
}

static bool look(void *context, struct member *member, struct span bytes) {
    bool wanted = extract_wants(member->path);
    return payload_look(context, member, bytes) || wanted;
}

static void json_signature(struct json *json, const char *key, const struct signature *signature) {
    struct buffer hex = BUFFER_EMPTY;
    if (!signature_is_zero(signature))
        hex_add(&hex, span_of(signature->at, SIGNATURE_BYTES));
    json_key(json, key);
    json_string(json, buffer_span(&hex));
    buffer_free(&hex);
}

static void json_sketch(struct json *json, const char *key, const struct sketch *sketch) {
    json_key(json, key);
    json_open(json, '[');
    for (uint32_t i = 0; i < sketch->count; i++)
        json_int(json, sketch->at[i]);
    json_close(json, ']');
}

static void json_tree(struct json *json, struct archive *archive, struct artifact *artifact) {
    struct mask mask;
    struct payload_tree tree = {0};
    mask_begin(&mask, artifact);
    json_key(json, "tree");
    json_open(json, '[');
    if (archive != NULL && payload_tree_build(archive, artifact, &mask, &tree))
        for (size_t i = 0; i < tree.count; i++)
            json_string(json, tree.at[i].path);
    json_close(json, ']');
}

static void examine(struct artifact *artifact, const char *path, struct json *json) {
    struct artifact_file *file = &artifact->file;
    file->path = span_text(path);
    size_t slash = span_find_last(file->path, '/');
    file->filename = slash < file->path.len ? span_from(file->path, slash + 1) : file->path;
    struct parsed_filename parsed = filename_parse(file->filename, SPAN_EMPTY);
    file->format = parsed.format;
    file->version = parsed.version;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (!project_normalize(artifact->arena, parsed.name, &file->project) || fd < 0 ||
        fstat(fd, &status) != 0)
        exit(1);
    file->size_bytes = (uint64_t)status.st_size;
    struct payload_visit visit = {0};
    const struct archive_visitor visitor = {.context = &visit, .offer = offer, .look = look};
    struct archive *archive = NULL;
    enum outcome opened = archive_open(&archive, fd, artifact, &visitor);
    if (archive != NULL && extract_declarations(archive, artifact) == OUTCOME_OK &&
        opened == OUTCOME_OK)
        payload_examine(archive, artifact);
    json_open(json, '{');
    json_key(json, "path");
    json_text(json, path);
    json_key(json, "status");
    json_text(json, artifact_status_name(artifact->status));
    json_key(json, "kind");
    json_text(json, payload_kind_name(artifact->payload.kind));
    json_signature(json, "signature", &artifact->payload.signature);
    json_signature(json, "metadata_signature", &artifact->payload.metadata_signature);
    json_sketch(json, "sketch", &artifact->payload.sketch);
    json_sketch(json, "metadata_sketch", &artifact->payload.metadata_sketch);
    json_tree(json, archive, artifact);
    json_close(json, '}');
    archive_close(archive);
    close(fd);
}

static void probe(const char *path) {
    struct arena *arena = arena_new((size_t)ARTIFACT_MEMORY_BYTES_MAX);
    if (arena == NULL)
        exit(1);
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct buffer out = BUFFER_EMPTY;
    struct json json = json_to(&out, false);
    examine(&artifact, path, &json);
    printf("%.*s\n", SPAN_ARGS(buffer_span(&out)));
    fflush(stdout);
    buffer_free(&out);
    arena_free(arena);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        probe(argv[i]);
    char line[4096];
    while (argc == 1 && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        probe(line);
    }
    return 0;
}
