/*
 * probe_index: what mirror/index.h reads from pages, for an oracle.
 * In: one question a line, fields separated by tabs, arguments in hex:
 *   simple PAGE-PATH PROJECT FOLDER | project PAGE-PATH PROJECT
 * Out: one JSON object a line.
 */
#include "base/hash.h"
#include "base/json.h"
#include "mirror/index.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool show_file(void *context, struct span project, const struct index_file *file) {
    struct json *json = context;
    struct buffer hex = BUFFER_EMPTY;
    json_open(json, '{');
    json_key(json, "project");
    json_string(json, project);
    json_key(json, "filename");
    json_string(json, file->filename);
    json_key(json, "path");
    json_string(json, file->path);
    json_key(json, "size");
    if (file->size_bytes == UINT64_MAX)
        json_null(json);
    else
        json_int(json, (int64_t)file->size_bytes);
    json_key(json, "time");
    if (file->uploaded_at == INSTANT_UNKNOWN)
        json_null(json);
    else
        json_int(json, file->uploaded_at);
    json_key(json, "sha256");
    hex_add(&hex, span_of(file->sha256, file->has_sha256 ? sizeof file->sha256 : 0));
    json_string(json, buffer_span(&hex));
    json_key(json, "yanked");
    json_bool(json, file->yanked);
    json_close(json, '}');
    buffer_free(&hex);
    return true;
}

static bool show_owner(void *context, struct span project, struct span user) {
    (void)project;
    json_string(context, user);
    return true;
}

static bool answer(struct json *json, struct span verb, const struct span *arg, const char *path) {
    struct index_visitor visitor = {.context = json, .file = show_file, .owner = show_owner};
    const char *problem = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    json_open(json, '{');
    json_key(json, "items");
    json_open(json, '[');
    bool good = span_is(verb, "simple") ? index_read_simple(fd, arg[1], arg[2], &visitor, &problem)
                                        : index_read_project(fd, arg[1], &visitor, &problem);
    json_close(json, ']');
    json_key(json, "good");
    json_bool(json, good);
    json_key(json, "problem");
    json_text(json, problem ? problem : "");
    json_close(json, '}');
    close(fd);
    return true;
}

static bool answer_line(struct buffer *out, struct span line) {
    struct span verb, hex, arg[3] = {SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY};
    unsigned char bytes[3][4096];
    if (!span_next_piece(&line, '\t', &verb))
        return false;
    for (size_t i = 0; i < 3 && span_next_piece(&line, '\t', &hex); i++) {
        if (hex.len / 2 >= sizeof bytes[i] || !hex_parse(hex, bytes[i], hex.len / 2))
            return false;
        bytes[i][hex.len / 2] = 0;
        arg[i] = span_of(bytes[i], hex.len / 2);
    }
    struct json json = json_to(out, false);
    bool answered = arg[0].len > 0 && answer(&json, verb, arg, (const char *)bytes[0]);
    buffer_add_byte(out, '\n');
    return answered;
}

int main(void) {
    struct buffer out = BUFFER_EMPTY;
    char *text = NULL;
    size_t capacity = 0;
    bool good = true;
    ssize_t len;
    while (good && (len = getline(&text, &capacity, stdin)) > 0) {
        buffer_clear(&out);
        good = answer_line(&out, span_of(text, (size_t)len - (text[len - 1] == '\n')));
        good = good && fwrite(out.at, 1, out.len, stdout) == out.len;
    }
    if (!good)
        fprintf(stderr, "probe_index: bad question: %s\n", text ? text : "");
    free(text);
    buffer_free(&out);
    return good ? 0 : 1;
}
