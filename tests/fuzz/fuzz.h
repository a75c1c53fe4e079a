/*
 * fuzz: what the fuzzers share. Each fuzz_NAME.c is one entry for libFuzzer: bytes in, and beside
 * "no crash, no hang" the promises of the parser's header as assertions. Memory of an arena that
 * nobody asked for is guarded (base/arena.c), so looking at every byte of a result tells whether
 * its spans stay where they may point to.
 */
#ifndef WINNOW_FUZZ_H
#define WINNOW_FUZZ_H

#include "base/list.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(holds)                                                                          \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Memory for one input: what one artifact may have would hide a parser that takes too much of it.
 * The caller frees it. */
enum { FUZZ_ARENA_BYTES = 64 << 20 };

static inline struct arena *fuzz_arena(void) {
    struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
    if (arena == NULL)
        abort();
    return arena;
}

/* The first byte of the input chooses what is done with the rest; 0 when there is none. */
static inline unsigned fuzz_choice(struct span *input) {
    unsigned choice = input->len > 0 ? input->at[0] : 0;
    *input = span_from(*input, 1);
    return choice;
}

/* Up to the next 0xFF, which is dropped; all that is left when there is none. */
static inline struct span fuzz_piece(struct span *input) {
    size_t end = span_find(*input, 0xFF);
    struct span piece = span_slice(*input, 0, end);
    *input = span_from(*input, end + 1);
    return piece;
}

/* Looks at every byte. */
static inline void fuzz_touch(struct span span) {
    unsigned char sum = 0;
    for (size_t i = 0; i < span.len; i++)
        sum ^= span.at[i];
    __asm__ volatile("" : : "r"(sum)); /* used, for all the compiler knows */
}

static inline void fuzz_text(struct span text) {
    fuzz_touch(text);
    FUZZ_CHECK(utf8_is_valid(text));
}

static inline void fuzz_list(const struct span_list *list, size_t count_max) {
    FUZZ_CHECK(list->count <= count_max);
    for (size_t i = 0; i < list->count; i++)
        fuzz_touch(list->at[i]);
}

/* All bytes of `inner` are bytes of `outer`. */
static inline bool fuzz_inside(struct span inner, struct span outer) {
    return inner.len == 0 || (inner.at >= outer.at && inner.at + inner.len <= outer.at + outer.len);
}

/* Below the root: not absolute, no ".." part. */
static inline bool fuzz_stays_below(struct span path) {
    if (path.len > 0 && path.at[0] == '/')
        return false;
    struct span part;
    while (span_next_piece(&path, '/', &part))
        if (span_is(part, ".."))
            return false;
    return true;
}

/* A file in memory that holds the bytes; the same one every time. */
static inline int fuzz_file(struct span bytes) {
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        abort();
    if (bytes.len > 0 && pwrite(fd, bytes.at, bytes.len, 0) != (ssize_t)bytes.len)
        abort();
    return fd;
}

#endif
