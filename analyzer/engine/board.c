/* board: see board.h. */
#include "engine/board.h"

#include "base/instant.h"

#include <sys/mman.h>

struct board *board_new(unsigned threads) {
    void *at =
        mmap(NULL, board_bytes(threads), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    return at;
}

void board_free(struct board *board, unsigned threads) {
    if (board != NULL)
        munmap(board, board_bytes(threads));
}

static uint32_t put(unsigned char *place, size_t room, struct span text) {
    struct span cut = span_slice(text, 0, room);
    if (cut.len > 0)
        memcpy(place, cut.at, cut.len);
    return (uint32_t)cut.len;
}

void slot_take(struct slot *slot, const struct found *found) {
    slot->type = found->type;
    slot->size_bytes = found->size_bytes;
    slot->mtime_ns = found->mtime_ns;
    slot->path_len = put(slot->path, sizeof slot->path, found->path);
    slot->project_len = put(slot->project, sizeof slot->project, found->project);
    atomic_store(&slot->since_ms, monotonic_ms());
}

void slot_release(struct slot *slot) {
    atomic_store(&slot->since_ms, 0);
}

bool slot_read(const struct slot *slot, struct arena *arena, struct found *found) {
    size_t path_len = slot->path_len < sizeof slot->path ? slot->path_len : sizeof slot->path;
    size_t project_len =
        slot->project_len < sizeof slot->project ? slot->project_len : sizeof slot->project;
    if (atomic_load(&slot->since_ms) == 0 || slot->type > FOUND_PROJECT_PAGE ||
        slot->size_bytes > INT64_MAX || path_len == 0 ||
        span_find(span_of(slot->path, path_len), '\0') < path_len)
        return false;
    *found = (struct found){.type = (enum found_type)slot->type,
                            .size_bytes = slot->size_bytes,
                            .mtime_ns = slot->mtime_ns};
    return arena_copy(arena, span_of(slot->path, path_len), &found->path) &&
           arena_copy(arena, span_of(slot->project, project_len), &found->project);
}

bool slot_is_late(const struct slot *slot, int64_t limit_ms) {
    int64_t since = atomic_load(&slot->since_ms);
    int64_t passed = 0;
    return since != 0 &&
           (__builtin_sub_overflow(monotonic_ms(), since, &passed) || passed > limit_ms);
}
