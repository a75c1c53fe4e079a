/* unpack: see unpack.h. */
#include "unpack/unpack.h"

#include "base/limits.h"

#include <errno.h>
#include <unistd.h>

enum outcome unpack_out_of_memory(struct unpack *unpack) {
    return artifact_fail(unpack->artifact, STATUS_OVER_LIMIT, "needs more memory than allowed");
}

enum outcome unpack_read(struct unpack *unpack, uint64_t at, void *to, size_t bytes) {
    unsigned char *place = to;
    size_t done = 0;
    while (done < bytes) {
        ssize_t got = pread(unpack->fd, place + done, bytes - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const char *why = strerrordesc_np(errno);
            return artifact_fail(unpack->artifact, STATUS_UNREADABLE, "%s",
                                 why != NULL ? why : "unknown error");
        }
        if (got == 0)
            return artifact_fail(unpack->artifact, STATUS_DAMAGED,
                                 "the file ends at byte %llu, it was %llu bytes long",
                                 (unsigned long long)at + done, (unsigned long long)unpack->size);
        done += (size_t)got;
    }
    return OUTCOME_OK;
}

enum outcome unpack_view(struct unpack *unpack, uint64_t at, size_t bytes, struct span *view) {
    *view = SPAN_EMPTY;
    if (unpack->tail.len > 0 && at >= unpack->tail_at && at - unpack->tail_at <= unpack->tail.len &&
        bytes <= unpack->tail.len - (size_t)(at - unpack->tail_at)) {
        *view = span_of(unpack->tail.at + (at - unpack->tail_at), bytes);
        return OUTCOME_OK;
    }
    unsigned char *copy = arena_alloc_raw(unpack->artifact->arena, bytes);
    if (copy == NULL)
        return unpack_out_of_memory(unpack);
    enum outcome outcome = unpack_read(unpack, at, copy, bytes);
    if (outcome == OUTCOME_OK)
        *view = span_of(copy, bytes);
    return outcome;
}

enum outcome unpack_read_tail(struct unpack *unpack, uint64_t bytes) {
    if (bytes > unpack->size)
        bytes = unpack->size;
    if (unpack->tail.len >= bytes)
        return OUTCOME_OK;
    uint64_t at = unpack->size - bytes;
    struct span tail = SPAN_EMPTY;
    enum outcome outcome = unpack_view(unpack, at, (size_t)bytes, &tail);
    if (outcome != OUTCOME_OK)
        return outcome;
    unpack->tail = tail;
    unpack->tail_at = at;
    return OUTCOME_OK;
}
