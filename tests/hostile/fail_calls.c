/*
 * fail_calls: a shim (LD_PRELOAD) that lets the n-th call fail which changes files, see
 * fail_book.h. With ENOSPC only those count that may need room: a full disk still closes and
 * removes. Calls that only read count with FAIL_READS=1, and then no others. Descriptors 0 to 2,
 * pipes and sockets are left alone.
 */
#include "fail_book.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum group { WRITES, GROWS, SHRINKS, READS };

static bool wants_reads(void) {
    const char *text = getenv("FAIL_READS");
    return text != NULL && *text != '\0';
}

static bool fails(const char *name, enum group group) {
    if (wants_reads() != (group == READS) || (group != WRITES && fail.error == 0) ||
        (group == SHRINKS && fail.error == ENOSPC) || !fail_now(name))
        return false;
    errno = fail.error;
    return true;
}

static bool is_file(int fd) {
    struct stat status;
    int error = errno;
    bool file = fd > STDERR_FILENO && fstat(fd, &status) == 0 &&
                (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    errno = error;
    return file;
}

static bool fails_on(int fd, const char *name, enum group group) {
    return is_file(fd) && fails(name, group);
}

/* How much of a write is done: all, half (the shim's), or nothing. */
static bool write_fails(int fd, const char *name, size_t *size) {
    if (!fails_on(fd, name, WRITES))
        return false;
    if (fail.error != 0)
        return true;
    *size = (*size + 1) / 2;
    return false;
}

ssize_t write(int fd, const void *at, size_t size) {
    return write_fails(fd, "write", &size) ? -1 : REAL(write)(fd, at, size);
}

ssize_t pwrite(int fd, const void *at, size_t size, off_t offset) {
    return write_fails(fd, "pwrite", &size) ? -1 : REAL(pwrite)(fd, at, size, offset);
}

ssize_t pwrite64(int fd, const void *at, size_t size, off64_t offset) {
    return write_fails(fd, "pwrite", &size) ? -1 : REAL(pwrite64)(fd, at, size, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    return fails_on(fd, "writev", GROWS) ? -1 : REAL(writev)(fd, parts, count);
}

int fsync(int fd) {
    return fails_on(fd, "fsync", GROWS) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    return fails_on(fd, "fdatasync", GROWS) ? -1 : REAL(fdatasync)(fd);
}

int syncfs(int fd) {
    return fails_on(fd, "syncfs", GROWS) ? -1 : REAL(syncfs)(fd);
}

/* The descriptor is gone even when it fails, as on Linux. */
int close(int fd) {
    bool failing = fails_on(fd, "close", SHRINKS);
    int done = REAL(close)(fd);
    if (failing)
        errno = fail.error;
    return failing ? -1 : done;
}

int ftruncate(int fd, off_t size) {
    return fails_on(fd, "ftruncate", GROWS) ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    return fails_on(fd, "ftruncate", GROWS) ? -1 : REAL(ftruncate64)(fd, size);
}

int fallocate(int fd, int mode, off_t from, off_t size) {
    return fails_on(fd, "fallocate", GROWS) ? -1 : REAL(fallocate)(fd, mode, from, size);
}

int posix_fallocate(int fd, off_t from, off_t size) {
    return fails_on(fd, "fallocate", GROWS) ? fail.error : REAL(posix_fallocate)(fd, from, size);
}

int rename(const char *from, const char *to) {
    return fails("rename", GROWS) ? -1 : REAL(rename)(from, to);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to) {
    return fails("renameat", GROWS) ? -1 : REAL(renameat)(from_fd, from, to_fd, to);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    return fails("renameat2", GROWS) ? -1 : REAL(renameat2)(from_fd, from, to_fd, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    return fails("mkdir", GROWS) ? -1 : REAL(mkdir)(path, mode);
}

int mkdirat(int fd, const char *path, mode_t mode) {
    return fails("mkdirat", GROWS) ? -1 : REAL(mkdirat)(fd, path, mode);
}

int symlink(const char *target, const char *path) {
    return fails("symlink", GROWS) ? -1 : REAL(symlink)(target, path);
}

int symlinkat(const char *target, int fd, const char *path) {
    return fails("symlinkat", GROWS) ? -1 : REAL(symlinkat)(target, fd, path);
}

int unlink(const char *path) {
    return fails("unlink", SHRINKS) ? -1 : REAL(unlink)(path);
}

int unlinkat(int fd, const char *path, int flags) {
    return fails("unlinkat", SHRINKS) ? -1 : REAL(unlinkat)(fd, path, flags);
}

/* Opening for reading counts as reading. */
static bool open_fails(const char *name, int flags) {
    bool reads = (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT);
    return fails(name, reads ? READS : GROWS);
}

#define MODE_OF(flags, mode)                                                                       \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        if ((flags) & (O_CREAT | __O_TMPFILE))                                                     \
            (mode) = va_arg(args, mode_t);                                                         \
        va_end(args);                                                                              \
    } while (0)

int __open64_2(const char *path, int flags);
int __openat64_2(int fd, const char *path, int flags);

int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return open_fails("open", flags) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return open_fails("open", flags) ? -1 : REAL(open64)(path, flags, mode);
}

int openat(int fd, const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return open_fails("openat", flags) ? -1 : REAL(openat)(fd, path, flags, mode);
}

int openat64(int fd, const char *path, int flags, ...) {
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return open_fails("openat", flags) ? -1 : REAL(openat64)(fd, path, flags, mode);
}

/* What _FORTIFY_SOURCE makes of the two when there is no mode. */
int __open64_2(const char *path, int flags) {
    return open64(path, flags);
}

int __openat64_2(int fd, const char *path, int flags) {
    return openat64(fd, path, flags);
}

ssize_t read(int fd, void *at, size_t size) {
    return fails_on(fd, "read", READS) ? -1 : REAL(read)(fd, at, size);
}

ssize_t pread(int fd, void *at, size_t size, off_t offset) {
    return fails_on(fd, "pread", READS) ? -1 : REAL(pread)(fd, at, size, offset);
}

ssize_t pread64(int fd, void *at, size_t size, off64_t offset) {
    return fails_on(fd, "pread", READS) ? -1 : REAL(pread64)(fd, at, size, offset);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    if (fd >= 0 && fails_on(fd, "mmap", READS))
        return MAP_FAILED;
    return REAL(mmap)(at, size, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    if (fd >= 0 && fails_on(fd, "mmap", READS))
        return MAP_FAILED;
    return REAL(mmap64)(at, size, protection, flags, fd, offset);
}
