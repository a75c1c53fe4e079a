/*
 * examiner: the child process that reads hostile bytes. In: a mirror. Out: records
 * through a pipe, log lines through its stderr. It never returns to the keeper's code.
 */
#ifndef WINNOW_ENGINE_EXAMINER_H
#define WINNOW_ENGINE_EXAMINER_H

#include "engine/board.h"
#include "engine/sandbox.h"
#include "facts/seen.h"

#include <sys/types.h>

struct examiner_request {
    const char *mirror;
    int list_fd;               /* files to examine instead of walking; -1: walk */
    const struct found *files; /* examine these only, and walk for nothing; NULL: all */
    size_t file_count;
    bool only_walk; /* examine nothing, name what should be */
    unsigned jobs;
    bool sandbox;
    bool thorough;
    uint64_t key_seed;
    struct seen *seen; /* what need not be examined again */
    struct board *board;
    int pipe_fd;  /* first the struct sandbox_layers in force, then records */
    pid_t keeper; /* the parent: when it is gone, so are we */
};

/* Exit statuses of the process. */
enum {
    EXAMINER_DONE = 0,
    EXAMINER_NO_MIRROR = 10,
    EXAMINER_NO_MEMORY = 11,
    EXAMINER_NO_PIPE = 12,
    EXAMINER_NO_FILES = 13 /* the limit of open files is too low */
};

/* Address space that a sandboxed examiner may have. */
uint64_t examiner_memory_bytes(unsigned jobs, const struct seen *seen);

/* Whether the process that starts an examiner may not give it as much (ulimit -v). That an artifact
 * then fails (libarchive takes some lack of memory for damage) says nothing of the artifact: it is
 * to be tried again, as unreadable ones are. */
bool examiner_is_pinched(unsigned jobs, const struct seen *seen);

/* The whole life of the process, called right after fork. Returns the exit status. */
int examiner_run(const struct examiner_request *request);

#endif
