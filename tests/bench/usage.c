/*
 * usage: runs a program and writes what it took to a file: wall seconds, processor seconds and peak
 * bytes of the largest process, it and its children.
 *
 *     usage FILE PROGRAM [ARGUMENT...]
 *
 * A small process, because Linux counts what the starter had in memory as the started one's peak.
 * Exits as the program did.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 3)
        return 125;
    double begin = seconds_now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(126);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 125;
    double wall = seconds_now() - begin;
    FILE *file = fopen(argv[1], "w");
    if (file == NULL ||
        fprintf(file, "%.6f %.6f %lld\n", wall,
                seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
                (long long)usage.ru_maxrss * 1024) < 0 ||
        fclose(file) != 0)
        return 125;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}
