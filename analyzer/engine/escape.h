/*
 * escape: what an examiner that was taken over would try. For tests: the hook `fault-escape`
 * (faults.h) and tests/unit/test_sandbox.c call it; nothing else does, so the linker leaves it
 * out of the program.
 */
#ifndef WINNOW_ENGINE_ESCAPE_H
#define WINNOW_ENGINE_ESCAPE_H

#include "base/buffer.h"

#include <sys/types.h>

/* Where the attempts are made. */
struct escape_ground {
    int root_fd;        /* an open folder of the mirror */
    const char *inside; /* a file in it */
    pid_t keeper;
    int pipe_fd; /* records go here; it and what is below may be written */
};

/* One attempt: what a sandbox without seccomp, or without Landlock, cannot refuse is said. */
struct escape {
    const char *name;
    bool (*succeeds)(const struct escape_ground *ground);
    bool needs_landlock;
    bool needs_seccomp;
};

/* Ends with a name of NULL. */
extern const struct escape escapes[];

/* Tries all; the names of those that succeed are added, one space between. Returns how many were
 * tried. */
size_t escape_try_all(const struct escape_ground *ground, struct buffer *succeeded);

#endif
