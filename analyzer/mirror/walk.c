/*
 * walk: see walk.h, and walk_room.h for the files of this room. Comes in: the
 * root's path, perhaps a list. Goes out: batches of found files. Reads
 * directories and link targets, never a file.
 */
#include "mirror/walk_room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static bool push_root(struct walk *walk) {
    struct item root = {.path = strdup(""), .place = walk->root_place};
    if (root.path != NULL && stack_push(&walk->queue.stack, root))
        return true;
    item_free(&root);
    return false;
}

/* Opens the root and learns its name and layout. */
static bool open_root(struct walk *walk, const char *root) {
    walk->root_path = realpath(root, NULL);
    if (walk->root_path == NULL)
        return false;
    walk->root_fd = open(walk->root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (walk->root_fd < 0)
        return false;
    if (strcmp(walk->root_path, "/") == 0)
        walk->root_path[0] = '\0';
    walk->root_place = layout_of_root(walk->root_fd);
    return true;
}

struct walk *walk_open(const char *root) {
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        return NULL;
    walk->root_fd = -1;
    if (!queue_init(&walk->queue)) {
        free(walk);
        return NULL;
    }
    if (!list_init(&walk->list)) {
        queue_free(&walk->queue);
        free(walk);
        return NULL;
    }
    if (open_root(walk, root) && push_root(walk))
        return walk;
    int error = errno;
    walk_close(walk);
    errno = error;
    return NULL;
}

void walk_close(struct walk *walk) {
    if (walk == NULL)
        return;
    if (walk->root_fd >= 0)
        close(walk->root_fd);
    free(walk->root_path);
    list_free(&walk->list);
    queue_free(&walk->queue);
    free(walk);
}

bool walk_from_list(struct walk *walk, int list_fd) {
    if (walk->root_place == PLACE_FREE) /* no index pages to walk for */
        stack_free(&walk->queue.stack);
    return list_open(walk, list_fd);
}

struct walk_cursor *walk_cursor_new(struct walk *walk) {
    struct walk_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    cursor->walk = walk;
    cursor->arena = arena_new(WALK_ARENA_BYTES);
    if (cursor->arena != NULL && stack_reserve(&cursor->own, WALK_TAKE_MAX))
        return cursor;
    walk_cursor_free(cursor);
    return NULL;
}

void walk_cursor_free(struct walk_cursor *cursor) {
    if (cursor == NULL)
        return;
    if (cursor->busy)
        queue_leave(&cursor->walk->queue, &cursor->own);
    stack_free(&cursor->own);
    free(cursor->spare);
    arena_free(cursor->arena);
    free(cursor);
}

/* Goes down into directories until the batch is full, or there are none without waiting for other
 * threads and the batch is not empty. */
static void fill_from_directories(struct walk_cursor *cursor) {
    struct queue *queue = &cursor->walk->queue;
    while (cursor->count < WALK_BATCH_FILES) {
        if (cursor->own.count == 0) {
            bool must_wait = cursor->count == 0;
            /* Who waits must not be waited for. */
            if (cursor->busy && must_wait)
                cursor->busy = !queue_return(queue, &cursor->own);
            if (!queue_take(queue, &cursor->own, cursor->busy, must_wait))
                break;
            cursor->busy = true;
        }
        directory_step(cursor);
        queue_share(queue, &cursor->own);
    }
    if (cursor->busy)
        cursor->busy = !queue_return(queue, &cursor->own);
}

size_t walk_next(struct walk_cursor *cursor, const struct found **batch) {
    arena_reset(cursor->arena);
    cursor->count = 0;
    if (cursor->walk->list.fd >= 0)
        list_fill(cursor);
    if (cursor->count == 0)
        fill_from_directories(cursor);
    *batch = cursor->batch;
    return cursor->count;
}

bool walk_is_short_of_files(const struct walk *walk) {
    return atomic_load(&walk->short_of_files);
}

struct walk_counts walk_counts(const struct walk *walk) {
    const struct counters *counters = &walk->counters;
    return (struct walk_counts){
        .directories = atomic_load(&counters->directories),
        .links_outside = atomic_load(&counters->links_outside),
        .links_broken = atomic_load(&counters->links_broken),
        .loops = atomic_load(&counters->loops),
        .not_regular = atomic_load(&counters->not_regular),
        .not_artifacts = atomic_load(&counters->not_artifacts),
        .unreadable_directories = atomic_load(&counters->unreadable_directories),
        .links_inside = atomic_load(&counters->links_inside),
    };
}

bool walk_lacked_memory(const struct walk *walk) {
    return atomic_load(&walk->lacked_memory);
}

void walk_confine(struct walk *walk) {
    walk->confined = true;
}

int walk_root_fd(const struct walk *walk) {
    return walk->root_fd;
}
