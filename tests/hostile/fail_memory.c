/* fail_memory: a shim (LD_PRELOAD) that lets the n-th request for memory fail, see fail_book.h. It
 * also counts the blocks that the first process holds: those at its end are leaks. */
#include "fail_book.h"

#include <sys/syscall.h>

/* What glibc's malloc family is when a program brings its own; other names would need dlsym, which
 * asks for memory itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t unit, size_t size);
void __libc_free(void *at);

static void hold(const void *at, int64_t change) {
    if (at != NULL && fail.book != NULL && !fail.is_examiner)
        atomic_fetch_add(&fail.book->blocks, change);
}

static void *refuse(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) {
    void *at = fail_now("malloc") ? refuse() : __libc_malloc(size);
    hold(at, 1);
    return at;
}

void *calloc(size_t count, size_t size) {
    void *at = fail_now("calloc") ? refuse() : __libc_calloc(count, size);
    hold(at, 1);
    return at;
}

void *realloc(void *old, size_t size) {
    void *at = fail_now("realloc") ? refuse() : __libc_realloc(old, size);
    if (old == NULL)
        hold(at, 1);
    else if (size == 0)
        hold(old, -1);
    return at;
}

void *reallocarray(void *old, size_t count, size_t size) {
    return size != 0 && count > SIZE_MAX / size ? refuse() : realloc(old, count * size);
}

void *memalign(size_t unit, size_t size) {
    void *at = fail_now("memalign") ? refuse() : __libc_memalign(unit, size);
    hold(at, 1);
    return at;
}

void *aligned_alloc(size_t unit, size_t size) {
    return memalign(unit, size);
}

int posix_memalign(void **at, size_t unit, size_t size) {
    void *made = memalign(unit, size);
    if (made == NULL)
        return ENOMEM;
    *at = made;
    return 0;
}

void free(void *at) {
    hold(at, -1);
    __libc_free(at);
}

static void *map(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    if (fail_now("mmap")) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return map(at, size, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    return map(at, size, protection, flags, fd, offset);
}
