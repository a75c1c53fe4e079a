/*
 * fail_book: what the shims that let calls fail share: which call is next, whose it is, and a file
 * in memory (the book) where it is counted, so that the count outlives the process. The environment
 * says: FAIL_BOOK   the book, a file of at least sizeof (struct book) zero bytes; without it
 * nothing fails FAIL_WHO    "examiner": calls of the children count, else those of the first
 * process FAIL_AT     the call that fails, from 1; 0: none, they are only counted FAIL_UNTIL  the
 * last one that fails (default: FAIL_AT) FAIL_ERRNO  with this; 0: a write is done by half instead
 */
#ifndef WINNOW_TESTS_FAIL_BOOK_H
#define WINNOW_TESTS_FAIL_BOOK_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Read by tests/hostile/failing.py: keep both alike. */
struct book {
    _Atomic uint64_t calls;
    _Atomic uint64_t failed;
    _Atomic int64_t blocks; /* of memory held by the first process: allocations less frees */
    char first[40];         /* name of the first call that failed */
};

static struct {
    struct book *book;
    uint64_t at;
    uint64_t until;
    int error;
    bool wants_examiner;
    bool is_examiner;
} fail;

static uint64_t fail_number(const char *name, uint64_t standard) {
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : standard;
}

static void fail_note_fork(void) {
    fail.is_examiner = true;
}

__attribute__((constructor)) static void fail_begin(void) {
    const char *path = getenv("FAIL_BOOK");
    const char *who = getenv("FAIL_WHO");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *book = mmap(NULL, sizeof *fail.book, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    fail.at = fail_number("FAIL_AT", 0);
    fail.until = fail_number("FAIL_UNTIL", fail.at);
    fail.error = (int)fail_number("FAIL_ERRNO", 0);
    fail.wants_examiner = who != NULL && strcmp(who, "examiner") == 0;
    pthread_atfork(NULL, NULL, fail_note_fork);
    fail.book = book != MAP_FAILED ? book : NULL;
}

/* Counts a call; whether it is to fail. */
static bool fail_now(const char *name) {
    if (fail.book == NULL || fail.is_examiner != fail.wants_examiner)
        return false;
    uint64_t number = atomic_fetch_add(&fail.book->calls, 1) + 1;
    if (fail.at == 0 || number < fail.at || number > fail.until)
        return false;
    if (atomic_fetch_add(&fail.book->failed, 1) == 0)
        strncpy(fail.book->first, name, sizeof fail.book->first - 1);
    return true;
}

#endif
