/*
 * slow_disk: preloaded into winnow, makes the mirror seem to lie on a slow disk: each opening of a
 * folder or file of the mirror, and each read from one, first sleeps for SLOW_DISK_US microseconds.
 * What the keeper does with its state is not slowed: only the walk opens by openat2, or follows no
 * links. At its end the examiner says how long its threads worked in writes to the pipe, which they
 * make one at a time.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 1 << 16, ARGUMENTS = 6, RECORDS_PIPE = 3 };

static atomic_bool of_mirror[FDS];
static struct timespec latency;
static long (*real_syscall)(long number, ...);
static int (*real_openat)(int folder, const char *path, int flags);
static ssize_t (*real_pread)(int fd, void *to, size_t bytes, off_t at);
static ssize_t (*real_write)(int fd, const void *from, size_t bytes);
static void (*real_exit)(int status);
static _Atomic long long in_pipe_ns;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("SLOW_DISK_US");
    long us = text != NULL ? strtol(text, NULL, 10) : 0;
    latency = (struct timespec){us / 1000000, us % 1000000 * 1000};
    *(void **)&real_syscall = dlsym(RTLD_NEXT, "syscall");
    *(void **)&real_openat = dlsym(RTLD_NEXT, "__openat64_2");
    *(void **)&real_pread = dlsym(RTLD_NEXT, "pread64");
    *(void **)&real_write = dlsym(RTLD_NEXT, "write");
    *(void **)&real_exit = dlsym(RTLD_NEXT, "_exit");
}

static void wait_for_disk(void) {
    if (latency.tv_sec > 0 || latency.tv_nsec > 0)
        nanosleep(&latency, NULL);
}

long syscall(long number, ...) {
    long words[ARGUMENTS];
    va_list args;
    va_start(args, number);
    for (int i = 0; i < ARGUMENTS; i++)
        words[i] = va_arg(args, long);
    va_end(args);
    if (number == SYS_openat2)
        wait_for_disk();
    long result = real_syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
    if (number == SYS_openat2 && result >= 0 && result < FDS)
        of_mirror[result] = true;
    return result;
}

/* What openat() is where flags are no constant. */
int __openat64_2(int folder, const char *path, int flags) {
    bool by_walk = folder != AT_FDCWD && (flags & O_NOFOLLOW) != 0 && (flags & O_PATH) == 0;
    if (by_walk)
        wait_for_disk();
    int result = real_openat(folder, path, flags);
    if (by_walk && result >= 0 && result < FDS)
        of_mirror[result] = true;
    return result;
}

ssize_t pread64(int fd, void *to, size_t bytes, off_t at) {
    if (fd >= 0 && fd < FDS && of_mirror[fd])
        wait_for_disk();
    return real_pread(fd, to, bytes, at);
}

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

ssize_t write(int fd, const void *from, size_t bytes) {
    long long begin = now_ns();
    ssize_t wrote = real_write(fd, from, bytes);
    if (fd == RECORDS_PIPE)
        in_pipe_ns += now_ns() - begin;
    return wrote;
}

/* How an examiner ends. */
void _exit(int status) {
    char line[64];
    int len = snprintf(line, sizeof line, "slow_disk: %lld us in the pipe\n", in_pipe_ns / 1000);
    real_write(STDERR_FILENO, line, (size_t)len);
    real_exit(status);
    __builtin_unreachable();
}
