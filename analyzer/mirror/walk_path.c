/*
 * walk_path: opening and resolving below the root. A mirror may be written to
 * while it is read, and not by friends: between a look at a folder and its
 * opening it may have become a link to /etc. So nothing is opened by a path
 * that may hold a link; where a link is to be followed, it is resolved first,
 * and the end of it is opened by its own path, once more without links.
 */
#include "mirror/walk_room.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RACE_RETRIES = 8 };

/* Component by component, for kernels and sandboxes without openat2. */
static int open_stepwise(int root_fd, const char *path, int flags) {
    struct span rest = span_text(path), part;
    int fd = root_fd, error = ENOENT;
    while (span_next_piece(&rest, '/', &part)) {
        char name[256];
        error = part.len == 0 ? EINVAL : part.len >= sizeof name ? ENAMETOOLONG : 0;
        if (span_is(part, ".."))
            error = EXDEV;
        if (error != 0)
            break;
        memcpy(name, part.at, part.len);
        name[part.len] = '\0';
        int step = rest.at != NULL ? O_PATH | O_DIRECTORY : flags;
        int next = openat(fd, name, step | O_NOFOLLOW | O_CLOEXEC);
        error = next < 0 ? errno : 0;
        if (fd != root_fd)
            close(fd);
        fd = next;
        if (error != 0)
            break;
    }
    if (error == 0)
        return fd;
    if (fd >= 0 && fd != root_fd)
        close(fd);
    errno = error;
    return -1;
}

int open_below(const struct walk *walk, const char *path, int flags) {
    if (walk->confined)
        return openat(walk->root_fd, path, flags | O_NOFOLLOW | O_CLOEXEC);
    const struct open_how how = {
        .flags = (unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    for (int i = 0; i < RACE_RETRIES; i++) {
        long fd = syscall(SYS_openat2, walk->root_fd, path, &how, sizeof how);
        if (fd >= 0)
            return (int)fd;
        if (errno == ENOSYS || errno == EPERM)
            break;
        if (errno != EAGAIN && errno != EINTR)
            return -1;
    }
    return open_stepwise(walk->root_fd, path, flags);
}

/* The path of an open file, as the kernel knows it. */
static int path_of_fd(int fd, char *path, size_t size, size_t *len) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t got = readlinkat(AT_FDCWD, link, path, size);
    if (got < 0)
        return EXDEV; /* without /proc nobody can say where it lies */
    *len = (size_t)got;
    return *len == size ? ENAMETOOLONG : 0;
}

/* Drops the root from an absolute path. */
static int relative_to_root(const struct walk *walk, struct span absolute,
                            char relative[WALK_PATH_BYTES]) {
    if (!span_starts(absolute, walk->root_path))
        return EXDEV;
    struct span rest = span_from(absolute, strlen(walk->root_path));
    if (rest.len > 0 && rest.at[0] != '/')
        return EXDEV;
    rest = span_from(rest, 1);
    if (rest.len >= WALK_PATH_BYTES)
        return ENAMETOOLONG;
    if (rest.len > 0)
        memcpy(relative, rest.at, rest.len);
    relative[rest.len] = '\0';
    return 0;
}

int resolve_below(struct walk *walk, int dir_fd, const char *name, struct stat *status,
                  char canonical[WALK_PATH_BYTES]) {
    int fd = openat(dir_fd, name, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return note_shortage(walk, errno);
    char absolute[2 * WALK_PATH_BYTES];
    size_t len = 0;
    int error = fstat(fd, status) != 0 ? errno : path_of_fd(fd, absolute, sizeof absolute, &len);
    close(fd);
    return error != 0 ? error : relative_to_root(walk, span_of(absolute, len), canonical);
}

static int open_resolved(struct walk *walk, const char *path, int flags) {
    struct stat status;
    char canonical[WALK_PATH_BYTES];
    int error = resolve_below(walk, walk->root_fd, path, &status, canonical);
    if (error == 0)
        return open_below(walk, canonical, flags);
    errno = error;
    return -1;
}

int walk_open_file(struct walk *walk, struct span path) {
    char text[WALK_PATH_BYTES];
    if (path.len == 0 || path.len >= sizeof text || span_find(path, '\0') < path.len) {
        errno = path.len >= sizeof text ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    memcpy(text, path.at, path.len);
    text[path.len] = '\0';
    const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    int fd = open_below(walk, text, flags);
    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
        fd = open_resolved(walk, text, flags);
    if (fd < 0) {
        note_shortage(walk, errno);
        return -1;
    }
    struct stat status;
    int error = fstat(fd, &status) != 0   ? errno
                : S_ISREG(status.st_mode) ? 0
                : S_ISDIR(status.st_mode) ? EISDIR
                                          : EOPNOTSUPP;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}
