/*
 * keeper: what the keeper costs without an examiner beside it. Examines a mirror into memory, then
 * stores its records as a scan does, from pieces as large as a read of the pipe.
 *
 *     keeper MIRROR STATE
 */
#include "base/instant.h"
#include "engine/examiner.h"
#include "engine/inbox.h"
#include "facts/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_BYTES = 256 * 1024 };

static void die(const char *why) {
    fprintf(stderr, "keeper: %s\n", why);
    exit(3);
}

static int64_t cpu_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* All that an examiner sends of this mirror, without what it says of its sandbox. */
static struct span examine(const char *mirror, struct buffer *bytes) {
    int ends[2];
    if (pipe(ends) != 0)
        die("no pipe");
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        const struct examiner_request request = {.mirror = mirror,
                                                 .list_fd = -1,
                                                 .jobs = 2,
                                                 .seen = seen_new(16),
                                                 .board = board_new(2),
                                                 .pipe_fd = ends[1],
                                                 .keeper = parent};
        _exit(examiner_run(&request));
    }
    close(ends[1]);
    ssize_t got = 1;
    while (got > 0) {
        if (!buffer_reserve(bytes, PIECE_BYTES))
            die("out of memory");
        got = read(ends[0], bytes->at + bytes->len, PIECE_BYTES);
        bytes->len += got > 0 ? (size_t)got : 0;
    }
    int status = 0;
    if (waitpid(child, &status, 0) < 0 || status != 0)
        die("the examiner failed");
    return span_from(buffer_span(bytes), sizeof(struct sandbox_layers));
}

static void decode_all(struct span rest) {
    struct arena *arena = arena_new(RECORD_BYTES_MAX * 4);
    for (size_t length; (length = record_length(rest)) != 0; rest = span_from(rest, length)) {
        struct record record;
        const char *problem = NULL;
        arena_reset(arena);
        if (!record_decode(arena, span_slice(rest, 0, length), &record, &problem))
            die(problem);
    }
    arena_free(arena);
}

static void store_all(struct span rest, struct store *store, struct scan_result *result) {
    const struct scan_request request = {.jobs = 1};
    struct keeper keeper = {.request = &request,
                            .store = store,
                            .result = result,
                            .board = board_new(1),
                            .seen = seen_new(16),
                            .arena = arena_new(RECORD_BYTES_MAX * 4),
                            .committed_ms = monotonic_ms()};
    struct crew crew = {.inbox = BUFFER_EMPTY};
    if (!store_begin(store))
        die(store_problem(store));
    while (rest.len > 0) {
        buffer_add(&crew.inbox, span_slice(rest, 0, PIECE_BYTES));
        rest = span_from(rest, PIECE_BYTES);
        if (inbox_take(&keeper, &crew) != OUTCOME_OK)
            die("stopped");
    }
    if (!store_commit(store))
        die(store_problem(store));
    buffer_free(&crew.inbox);
    inbox_close(&keeper);
}

int main(int argc, char **argv) {
    if (argc != 3)
        die("usage: keeper MIRROR STATE");
    struct buffer bytes = BUFFER_EMPTY;
    struct span records = examine(argv[1], &bytes);
    char *problem = NULL;
    store_count_no_memory();
    struct store *store = store_open(argv[2], STORE_WRITE, &problem);
    if (store == NULL)
        die(problem != NULL ? problem : "out of memory");
    struct scan_result result = {0};
    int64_t start_us = cpu_us();
    decode_all(records);
    int64_t decoded_us = cpu_us();
    int64_t start_ms = monotonic_ms();
    store_all(records, store, &result);
    printf("%llu records, %.0f bytes each: decoding %.2f us, all %.2f us of CPU, %lld ms of wall\n",
           (unsigned long long)result.examined, (double)records.len / (double)result.examined,
           (double)(decoded_us - start_us) / (double)result.examined,
           (double)(cpu_us() - decoded_us) / (double)result.examined,
           (long long)(monotonic_ms() - start_ms));
    store_close(store);
    buffer_free(&bytes);
    return 0;
}
