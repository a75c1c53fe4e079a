/*
 * store_lock: keeps two sweeps of one state apart. The lock is flock() on
 * STATE.lock, so it ends with its holder however that dies; the file itself
 * stays (removing it would race) and holds the holder's pid as text.
 */
#include "facts/store_private.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* The pid that a lock file names; 0 when it names none. */
static long read_pid(int fd) {
    char text[32];
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    if (len <= 0)
        return 0;
    text[len] = '\0';
    long pid = strtol(text, NULL, 10);
    return pid > 0 ? pid : 0;
}

static bool write_pid(int fd) {
    char text[32];
    size_t len = (size_t)snprintf(text, sizeof text, "%ld\n", (long)getpid());
    size_t done = 0;
    ssize_t wrote = ftruncate(fd, 0);
    while (wrote >= 0 && done < len) {
        wrote = pwrite(fd, text + done, len - done, (off_t)done);
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return wrote >= 0;
}

static char *lock_problem(const char *path, int error, long holder) {
    if (error == EWOULDBLOCK && holder > 0)
        return problem_of("%s is in use by another sweep, process %ld: wait until it has ended",
                          path, holder);
    if (error == EWOULDBLOCK)
        return problem_of("%s is in use by another sweep: wait until it has ended", path);
    return problem_of("%s.lock cannot be used: %s%s", path, error_words(error),
                      error_advice(error));
}

int lock_take(const char *path, char **problem) {
    int fd = -1;
    int error = ENOMEM;
    long holder = 0;
    char *name = NULL;
    if (asprintf(&name, "%s.lock", path) < 0) {
        name = NULL;
        goto failed;
    }
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0) {
        error = errno;
        goto failed;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        error = errno;
        holder = read_pid(fd);
        goto failed;
    }
    if (!write_pid(fd)) {
        error = errno;
        goto failed;
    }
    free(name);
    return fd;
failed:
    if (fd >= 0)
        close(fd);
    free(name);
    *problem = lock_problem(path, error, holder);
    return -1;
}

void lock_release(int fd) {
    if (fd < 0)
        return;
    if (ftruncate(fd, 0) != 0) {
        /* The pid of a process that is gone is only a stale word: the lock itself is flock's. */
    }
    close(fd);
}
