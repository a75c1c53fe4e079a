/*
 * probe_archive: opens archives with unpack/ and prints what it found, one
 * JSON object a line. Paths of files come in on stdin, one a line, or as
 * arguments; `--as NAME` gives the next files another name, `--brief` leaves
 * out contents and members, `--thorough` reads every member's header and contents, `--repeat N`
 * opens each file N times (for timing).
 */
#include "base/hash.h"
#include "base/instant.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "unpack/anomalies.h"
#include "unpack/archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct probe {
    const char *as;
    bool brief;
    bool thorough;
    long repeat;
};

static enum member_wish offer(void *context, const struct member *member) {
    (void)context;
    (void)member;
    return WISH_LOOK;
}

static bool look(void *context, struct member *member, struct span bytes) {
    (void)context;
    member->verdict = (uint8_t)(bytes.len & 0xff);
    return true;
}

static const char *type_name(enum member_type type) {
    static const char *const names[] = {"file", "directory", "symlink", "hardlink", "special"};
    return names[type];
}

/* Bytes as Latin-1, so that JSON carries each of them. */
static void json_bytes(struct json *json, struct span bytes) {
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char out[4];
        buffer_add(&text, span_of(out, utf8_encode(bytes.at[i], out)));
    }
    json_string(json, buffer_span(&text));
    buffer_free(&text);
}

static void print_member(struct json *json, struct archive *archive, struct member *member) {
    json_open(json, '{');
    json_key(json, "name");
    json_bytes(json, member->name);
    json_key(json, "path");
    json_bytes(json, member->path);
    json_key(json, "size");
    json_int(json, (int64_t)member->size);
    json_key(json, "crc");
    json_int(json, archive_crc32(member));
    json_key(json, "type");
    json_text(json, type_name(member->type));
    json_key(json, "shadowed");
    json_bool(json, member->shadowed);
    json_key(json, "found");
    json_bool(json, archive_find(archive, member->path) == member);
    struct span bytes = SPAN_EMPTY;
    if (member->type == MEMBER_FILE &&
        archive_bytes(archive, member, TEXT_MEMBER_BYTES_MAX, &bytes) == OUTCOME_OK) {
        char hash[17];
        snprintf(hash, sizeof hash, "%016llx", (unsigned long long)hash64(bytes, 0));
        json_key(json, "length");
        json_int(json, (int64_t)bytes.len);
        json_key(json, "hash");
        json_text(json, hash);
        if (bytes.len <= 4096) {
            json_key(json, "bytes");
            json_bytes(json, bytes);
        }
    }
    json_close(json, '}');
}

static void print_artifact(struct json *json, struct archive *archive, struct artifact *artifact,
                           bool brief) {
    json_key(json, "members");
    json_open(json, '[');
    size_t count = 0;
    struct member *members = archive != NULL ? archive_members(archive, &count) : NULL;
    for (size_t i = 0; i < count && !brief; i++)
        print_member(json, archive, &members[i]);
    json_close(json, ']');
    if (artifact->thorough && archive != NULL)
        archive_read_rest(archive);
    json_key(json, "status");
    json_text(json, artifact_status_name(artifact->status));
    json_key(json, "detail");
    json_bytes(json, artifact->status_detail);
    json_key(json, "member_count");
    json_int(json, (int64_t)artifact->contents.member_count);
    json_key(json, "python_file_count");
    json_int(json, (int64_t)artifact->contents.python_file_count);
    json_key(json, "python_bytes");
    json_int(json, (int64_t)artifact->contents.python_bytes);
    json_key(json, "native_file_count");
    json_int(json, (int64_t)artifact->contents.native_file_count);
    json_key(json, "anomalies");
    json_open(json, '[');
    for (size_t i = 0; i < artifact->anomalies.count; i++) {
        json_open(json, '[');
        json_bytes(json, artifact->anomalies.at[i].code);
        json_bytes(json, artifact->anomalies.at[i].detail);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static enum artifact_format format_of(struct span filename) {
    if (span_ends(filename, ".whl"))
        return FORMAT_WHEEL;
    if (span_ends(filename, ".egg"))
        return FORMAT_EGG;
    static const char *const endings[] = {".zip",     ".tar",    ".tar.gz",  ".tgz",
                                          ".tar.bz2", ".tar.xz", ".tar.zst", ".tar.Z"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (span_ends(filename, endings[i]))
            return FORMAT_SDIST;
    return FORMAT_OTHER;
}

static void examine(struct arena *arena, int fd, uint64_t size, struct span filename,
                    const struct probe *probe, struct buffer *out) {
    static const struct archive_visitor visitor = {NULL, offer, look};
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.filename = filename;
    artifact.file.path = filename;
    artifact.file.size_bytes = size;
    artifact.file.format = format_of(filename);
    artifact.thorough = probe->thorough;
    int64_t begun = monotonic_ms();
    struct archive *archive;
    archive_open(&archive, fd, &artifact, &visitor);
    struct json json = json_to(out, false);
    json_open(&json, '{');
    json_key(&json, "file");
    json_bytes(&json, filename);
    print_artifact(&json, archive, &artifact, probe->brief);
    json_key(&json, "ms");
    json_int(&json, monotonic_ms() - begun);
    json_key(&json, "arena_bytes");
    json_int(&json, (int64_t)arena_bytes(arena));
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
    archive_close(archive);
}

static int probe_file(const char *path, const struct probe *probe) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        perror(path);
        return 1;
    }
    const char *name = probe->as;
    if (name == NULL) {
        const char *slash = strrchr(path, '/');
        name = slash != NULL ? slash + 1 : path;
    }
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    struct buffer out = BUFFER_EMPTY;
    for (long i = 0; i < probe->repeat; i++) {
        buffer_clear(&out);
        examine(arena, fd, (uint64_t)info.st_size, span_text(name), probe, &out);
        arena_reset(arena);
    }
    fwrite(out.at, 1, out.len, stdout);
    fflush(stdout);
    buffer_free(&out);
    arena_free(arena);
    close(fd);
    return 0;
}

static int probe_list(struct probe *probe) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int failed = 0;
    while ((len = getline(&line, &room, stdin)) > 0) {
        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        char *tab = strchr(line, '\t'); /* "path<TAB>name" */
        struct probe one = *probe;
        if (tab != NULL) {
            *tab = '\0';
            one.as = tab + 1;
        }
        failed |= probe_file(line, &one);
    }
    free(line);
    return failed;
}

static int print_codes(void) {
    for (size_t i = 0; i < unpack_anomaly_count; i++)
        printf("%s\t%d\t%s\n", unpack_anomalies[i].code, unpack_anomalies[i].refused,
               unpack_anomalies[i].meaning);
    return 0;
}

int main(int argc, char **argv) {
    struct probe probe = {.repeat = 1};
    int failed = 0;
    bool any = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--as") == 0 && i + 1 < argc) {
            probe.as = argv[++i];
        } else if (strcmp(argv[i], "--brief") == 0) {
            probe.brief = true;
        } else if (strcmp(argv[i], "--thorough") == 0) {
            probe.thorough = true;
        } else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            probe.repeat = strtol(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--codes") == 0) {
            return print_codes();
        } else {
            any = true;
            failed |= probe_file(argv[i], &probe);
        }
    }
    return any ? failed : probe_list(&probe);
}
