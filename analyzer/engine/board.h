/*
 * board: what keeper and examiner both see, in shared memory: which artifact
 * each thread has in hand and since when, and counts for the progress line. The
 * examiner writes, the keeper reads and believes nothing: lengths are clipped.
 */
#ifndef WINNOW_ENGINE_BOARD_H
#define WINNOW_ENGINE_BOARD_H

#include "engine/sandbox.h"
#include "mirror/walk.h"

#include <stdatomic.h>

enum { BOARD_PATH_BYTES_MAX = 4096, BOARD_PROJECT_BYTES_MAX = 256 };

/* One thread's artifact or page in hand. */
struct slot {
    _Atomic int64_t since_ms; /* monotonic; 0: nothing in hand */
    enum found_type type;
    uint64_t size_bytes;
    int64_t mtime_ns;
    uint32_t path_len;
    uint32_t project_len;
    unsigned char path[BOARD_PATH_BYTES_MAX];
    unsigned char project[BOARD_PROJECT_BYTES_MAX];
};

struct board {
    struct sandbox_layers layers;
    _Atomic bool begun;     /* the examiner has its sandbox and meets files */
    _Atomic uint64_t known; /* artifacts met that were stored before */
    _Atomic uint64_t pages_read;
    _Atomic uint64_t pages_damaged; /* index pages that could not be read to the end */
    unsigned slot_count;
    struct slot slots[];
};

/* Shared memory for `threads` slots; NULL when memory is out. */
struct board *board_new(unsigned threads);
void board_free(struct board *board);

/* Enters a file into a thread's slot, and takes it out again. A path too long for the slot is cut.
 */
void slot_take(struct slot *slot, const struct found *found);
void slot_release(struct slot *slot);

/* What a slot holds, copied into the arena; false when it is idle (or memory is out). */
bool slot_read(const struct slot *slot, struct arena *arena, struct found *found);

/* Whether a slot has been busy for longer than `limit_ms`. */
bool slot_is_late(const struct slot *slot, int64_t limit_ms);

#endif
