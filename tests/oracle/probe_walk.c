/*
 * probe_walk: what mirror/walk.h finds, for an oracle.
 *   probe_walk ROOT THREADS [LIST]
 * Out: one JSON object; paths in hex, for they need not be UTF-8.
 */
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "mirror/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 16 };

struct shared {
    struct walk *walk;
    pthread_mutex_t lock; /* of json */
    struct json *json;
};

static void show(struct json *json, struct walk *walk, const struct found *found) {
    static const char *const types[] = {"artifact", "simple", "project"};
    struct buffer hex = BUFFER_EMPTY;
    hex_add(&hex, found->path);
    json_open(json, '{');
    json_key(json, "type");
    json_text(json, types[found->type]);
    json_key(json, "path");
    json_string(json, buffer_span(&hex));
    json_key(json, "project");
    json_string(json, found->project);
    json_key(json, "size");
    json_int(json, (int64_t)found->size_bytes);
    json_key(json, "mtime_ns");
    json_int(json, found->mtime_ns);
    json_key(json, "error");
    json_int(json, found->error);
    int fd = walk_open_file(walk, found->path);
    json_key(json, "open_error");
    json_int(json, fd < 0 ? errno : 0);
    json_close(json, '}');
    if (fd >= 0)
        close(fd);
    buffer_free(&hex);
}

static void *run_thread(void *context) {
    struct shared *shared = context;
    struct walk_cursor *cursor = walk_cursor_new(shared->walk);
    const struct found *batch;
    size_t count;
    if (cursor == NULL)
        abort();
    while ((count = walk_next(cursor, &batch)) > 0) {
        pthread_mutex_lock(&shared->lock);
        for (size_t i = 0; i < count; i++)
            show(shared->json, shared->walk, &batch[i]);
        pthread_mutex_unlock(&shared->lock);
    }
    walk_cursor_free(cursor);
    return NULL;
}

static void show_counts(struct json *json, struct walk *walk) {
    const struct walk_counts counts = walk_counts(walk);
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"directories", counts.directories},
        {"links_outside", counts.links_outside},
        {"links_broken", counts.links_broken},
        {"links_inside", counts.links_inside},
        {"loops", counts.loops},
        {"not_regular", counts.not_regular},
        {"not_artifacts", counts.not_artifacts},
        {"unreadable_directories", counts.unreadable_directories},
    };
    json_key(json, "counts");
    json_open(json, '{');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_key(json, rows[i].name);
        json_int(json, (int64_t)rows[i].count);
    }
    json_close(json, '}');
}

static bool start_list(struct walk *walk, const char *path) {
    int fd = path[0] == '-' ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && walk_from_list(walk, fd);
}

int main(int argc, char **argv) {
    log_set_level(LOG_ERROR);
    int threads = argc > 2 ? atoi(argv[2]) : 0;
    if (threads < 1 || threads > THREADS_MAX)
        return 2;
    struct walk *walk = walk_open(argv[1]);
    if (walk == NULL || (argc > 3 && !start_list(walk, argv[3]))) {
        perror(argv[1]);
        return 1;
    }
    struct buffer out = BUFFER_EMPTY;
    struct json json = json_to(&out, false);
    struct shared shared = {.walk = walk, .lock = PTHREAD_MUTEX_INITIALIZER, .json = &json};
    pthread_t ids[THREADS_MAX];
    json_open(&json, '{');
    json_key(&json, "found");
    json_open(&json, '[');
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[i], NULL, run_thread, &shared) != 0)
            abort();
    for (int i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    json_close(&json, ']');
    show_counts(&json, walk);
    json_close(&json, '}');
    buffer_add_byte(&out, '\n');
    bool good = !out.failed && fwrite(out.at, 1, out.len, stdout) == out.len;
    buffer_free(&out);
    walk_close(walk);
    return good ? 0 : 1;
}
