/*
 * probe_extract: what extract/ finds in whole archives, for an oracle. Questions as probe_lines.h
 * says: wheel PATH NORMALISED-NAME | sdist PATH NORMALISED-NAME | egg PATH NORMALISED-NAME
 */
#include "extract/extract.h"
#include "probe_declared.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum member_wish offer(void *context, const struct member *member) {
    (void)context;
    return extract_wants(member->path) ? WISH_LOOK : WISH_CRC;
}

static bool look(void *context, struct member *member, struct span bytes) {
    (void)context, (void)member, (void)bytes;
    return true;
}

static void show(struct json *json, const struct artifact *artifact) {
    const struct artifact_metadata *metadata = &artifact->metadata;
    const struct {
        const char *key;
        struct span value;
    } singles[] = {{"metadata_version", metadata->metadata_version},
                   {"name", metadata->name},
                   {"version", metadata->version},
                   {"summary", metadata->summary},
                   {"author", metadata->author},
                   {"author_email", metadata->author_email},
                   {"maintainer", metadata->maintainer},
                   {"maintainer_email", metadata->maintainer_email},
                   {"license", metadata->license},
                   {"home_page", metadata->home_page}};
    json_open(json, '{');
    json_key(json, "status");
    json_text(json, artifact_status_name(artifact->status));
    json_key(json, "found");
    json_bool(json, metadata->found);
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        json_key(json, singles[i].key);
        json_string(json, singles[i].value);
    }
    probe_list(json, "requires_dist", metadata->requires_dist.at, metadata->requires_dist.count);
    probe_list(json, "requires_projects", metadata->requires_projects.at,
               metadata->requires_projects.count);
    probe_list(json, "top_level", metadata->top_level.at, metadata->top_level.count);
    json_key(json, "entry_points");
    probe_entries(json, &artifact->entry_points);
    json_key(json, "anomalies");
    json_open(json, '[');
    for (size_t i = 0; i < artifact->anomalies.count; i++)
        json_string(json, artifact->anomalies.at[i].code);
    json_close(json, ']');
    json_close(json, '}');
}

static bool examine(struct arena *arena, struct json *json, enum artifact_format format,
                    const char *path, struct span project) {
    static const struct archive_visitor visitor = {NULL, offer, look};
    struct artifact artifact;
    struct archive *archive = NULL;
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        return false;
    artifact_begin(&artifact, arena);
    artifact.file.path = span_text(path);
    const char *slash = strrchr(path, '/');
    artifact.file.filename = span_text(slash != NULL ? slash + 1 : path);
    artifact.file.size_bytes = (uint64_t)status.st_size;
    artifact.file.format = format;
    artifact.file.project = project;
    archive_open(&archive, fd, &artifact, &visitor);
    if (archive != NULL)
        extract_declarations(archive, &artifact);
    show(json, &artifact);
    archive_close(archive);
    close(fd);
    return true;
}

static bool answer(struct arena *arena, struct json *json, struct span verb,
                   const struct span arguments[2]) {
    char path[4096];
    if (arguments[0].len >= sizeof path)
        return false;
    memcpy(path, arguments[0].at, arguments[0].len);
    path[arguments[0].len] = 0;
    enum artifact_format format = span_is(verb, "wheel") ? FORMAT_WHEEL
                                  : span_is(verb, "egg") ? FORMAT_EGG
                                                         : FORMAT_SDIST;
    return examine(arena, json, format, path, arguments[1]);
}

int main(void) {
    return probe_lines("probe_extract", answer);
}
