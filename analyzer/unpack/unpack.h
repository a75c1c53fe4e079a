/*
 * unpack: one archive while it is being read: what all readers share. A reader
 * of one format is a row of functions; archive.c picks one by magic bytes.
 */
#ifndef WINNOW_UNPACK_UNPACK_H
#define WINNOW_UNPACK_UNPACK_H

#include "unpack/anomalies.h"
#include "unpack/archive.h"
#include "unpack/budget.h"
#include "unpack/magic.h"

struct unpack {
    struct artifact *artifact;
    int fd;
    uint64_t size;                         /* of the file, as the mirror's walk found it */
    const struct archive_visitor *visitor; /* may be NULL */
    struct budget budget;
    struct tallies tallies;
    bool is_zip;

    /* The end of the file: all of it when it is small. */
    struct span tail;
    uint64_t tail_at; /* offset of the tail in the file */

    /* members.c owns these. */
    struct member *members;
    size_t member_count;
    size_t member_capacity;
    uint32_t *table; /* open addressing by path: index + 1, 0 for free */
    size_t table_mask;
    uint64_t table_seed;
};

struct reader {
    /* Lists the members into `unpack`; *state is the reader's own, to be closed even after a
     * failure when it is not NULL. */
    enum outcome (*open)(struct unpack *unpack, enum container container, void **state);
    /* As archive_bytes(). */
    enum outcome (*bytes)(struct unpack *unpack, void *state, struct member *member,
                          uint64_t bytes_max, struct span *bytes);
    void (*close)(void *state);
    /* As archive_read_rest(); NULL where listing the members reads them all. */
    enum outcome (*read_rest)(struct unpack *unpack, void *state);
};

/*
 * Exactly `bytes` bytes from offset `at`. Fails the artifact with STATUS_DAMAGED when the file
 * ends before, STATUS_UNREADABLE when the system says no.
 */
enum outcome unpack_read(struct unpack *unpack, uint64_t at, void *to, size_t bytes);

/* The same bytes as a span: a view of the tail, or read into the arena. */
enum outcome unpack_view(struct unpack *unpack, uint64_t at, size_t bytes, struct span *view);

/* Makes the tail that long, or the whole file, unless it is by now. Views of a shorter one stay. */
enum outcome unpack_read_tail(struct unpack *unpack, uint64_t bytes);

/* Fails the artifact: memory, or the arena's budget, is used up. */
enum outcome unpack_out_of_memory(struct unpack *unpack);

#endif
