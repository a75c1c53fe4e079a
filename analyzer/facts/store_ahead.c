/*
 * store_ahead: reads ahead of a pass. A pass takes the projects by name, but on the disk they lie
 * as they came, so that it would wait for the disk many times a project, each time for one page.
 * A state that fits into memory is fetched from end to end by one thread, and fetched again. Before
 * a larger one a few threads go, each with a connection of its own, and only touch what the pass is
 * about to read: the system then has it in memory, and the disk always has several pages to look
 * for. What they read is thrown away, so it does not matter whether they see the same state.
 */
#include "facts/store_private.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    READERS = 16,         /* reads that the disk has in hand */
    PROJECTS_MIN = 2000,  /* smaller states are in memory before threads have begun */
    STRETCH = 16,         /* projects that a reader takes at a time */
    LEAD = 2048,          /* projects that the readers may be ahead: some 50 MB */
    CACHE_KIB = 4 * 1024, /* of a reader: the upper pages of the trees */
    FETCH_BYTES = 8 << 20,
    FETCH_AGAIN_SECONDS = 5,
    DESCRIPTORS = 256, /* that may be of the state */
    REPORT_PART = 12   /* of a state, which a report over it has in memory itself (measured: 13) */
};

struct ahead {
    const struct store *store;
    const int64_t *projects;
    size_t count;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t moved; /* the pass has gone on, or there is no need any more */
    size_t reached;
    size_t next; /* to be taken by a reader */
    bool stopped;
    pthread_t readers[READERS];
    size_t reader_count;
};

/* Each touches the rows that one project has in a table; of a very large one the first, so that a
 * stop need not wait. */
#define TOUCH(rows) "SELECT count(*) FROM (SELECT 1 FROM " rows " LIMIT 4096)"
#define OF_PROJECT "BETWEEN ?1 << 31 AND (?1 << 31) + 2147483647"
static const char *const touches[] = {
    TOUCH("artifact WHERE id " OF_PROJECT),
    TOUCH("page p CROSS JOIN index_file i ON i.id BETWEEN p.id << 31 AND (p.id << 31) + 2147483647"
          " WHERE p.project = ?1")};
enum { TOUCHES = sizeof touches / sizeof *touches };

/* Waits until projects may be read, and takes some. False when there are none any more. */
static bool take_stretch(struct ahead *ahead, size_t *first, size_t *end) {
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stopped && ahead->next < ahead->count && ahead->next > ahead->reached + LEAD)
        pthread_cond_wait(&ahead->moved, &ahead->lock);
    if (ahead->next < ahead->reached) /* too late for these */
        ahead->next = ahead->reached;
    *first = ahead->next;
    *end = ahead->count - *first < STRETCH ? ahead->count : *first + STRETCH;
    bool taken = !ahead->stopped && *first < *end;
    ahead->next = *end;
    pthread_mutex_unlock(&ahead->lock);
    return taken;
}

static void touch_all(struct ahead *ahead, sqlite3_stmt *const statements[TOUCHES]) {
    size_t first = 0;
    size_t end = 0;
    while (take_stretch(ahead, &first, &end))
        for (size_t i = first; i < end; i++)
            for (size_t k = 0; k < TOUCHES; k++) {
                sqlite3_bind_int64(statements[k], 1, ahead->projects[i]);
                sqlite3_step(statements[k]);
                sqlite3_reset(statements[k]);
            }
}

/* Bytes of memory that are free, or in use only for files; 0: unknown. */
static uint64_t memory_available(void) {
    static const char available[] = "MemAvailable:";
    FILE *file = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kib = 0;
    while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, available, sizeof available - 1) == 0)
            kib = strtoull(line + sizeof available - 1, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib * 1024;
}

bool state_is_large(const struct store *store) {
    struct stat state;
    if (stat(store->path, &state) != 0)
        return false;
    uint64_t size = (uint64_t)state.st_size;
    return size + size / REPORT_PART > memory_available();
}

/*
 * The next descriptor of the state from `fd` on; -1: none. SQLite does not tell them, and to open
 * the file once more is no way: closing it would give up the locks that SQLite has on it.
 */
static int find_descriptor(const struct stat *state, int fd) {
    struct stat other;
    for (; fd < DESCRIPTORS; fd++)
        if (fstat(fd, &other) == 0 && other.st_dev == state->st_dev &&
            other.st_ino == state->st_ino)
            return fd;
    return -1;
}

/* As the pages of a project lie apart, the system must not fetch what lies behind each: of a state
 * that does not stay in memory that was read five times over. */
void advise_jumps(const struct store *store, bool jumps) {
    struct stat state;
    if (stat(store->path, &state) != 0 || !state_is_large(store))
        return;
    for (int fd = 0; (fd = find_descriptor(&state, fd)) >= 0; fd++)
        posix_fadvise(fd, 0, 0, jumps ? POSIX_FADV_RANDOM : POSIX_FADV_SEQUENTIAL);
}

/* One reader. Whatever fails here, the pass meets and reports. */
static void *read_ahead(void *context) {
    struct ahead *ahead = context;
    const struct store *store = ahead->store;
    sqlite3_stmt *statements[TOUCHES] = {NULL};
    char *problem = NULL;
    char *size = problem_of("PRAGMA cache_size=-%d; BEGIN", CACHE_KIB);
    sqlite3 *db = file_open(store->path, SQLITE_OPEN_READONLY, store->immutable, &problem);
    bool ready =
        db != NULL && size != NULL && sqlite3_exec(db, size, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t k = 0; ready && k < TOUCHES; k++)
        ready = sqlite3_prepare_v2(db, touches[k], -1, &statements[k], NULL) == SQLITE_OK;
    if (ready) {
        advise_jumps(store, true);
        touch_all(ahead, statements);
    }
    for (size_t k = 0; k < TOUCHES; k++)
        sqlite3_finalize(statements[k]);
    sqlite3_close(db);
    free(size);
    free(problem);
    return NULL;
}

/* Whether to stop, which may come within so many seconds. */
static bool is_stopped(struct ahead *ahead, unsigned seconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stopped && seconds > 0 &&
           pthread_cond_timedwait(&ahead->moved, &ahead->lock, &until) == 0)
        ;
    bool stopped = ahead->stopped;
    pthread_mutex_unlock(&ahead->lock);
    return stopped;
}

/* Again and again: what systems drop that they think is cold comes back in one go, too. */
static void *fetch_whole(void *context) {
    struct ahead *ahead = context;
    struct stat state;
    int fd = stat(ahead->store->path, &state) == 0 ? find_descriptor(&state, 0) : -1;
    if (fd < 0)
        return NULL;
    do {
        for (off_t at = 0; at < state.st_size && !is_stopped(ahead, 0); at += FETCH_BYTES)
            posix_fadvise(fd, at, FETCH_BYTES, POSIX_FADV_WILLNEED);
    } while (!is_stopped(ahead, FETCH_AGAIN_SECONDS));
    return NULL;
}

struct ahead *ahead_start(const struct store *store, const int64_t *projects, size_t count,
                          bool large) {
    struct ahead *ahead = count >= PROJECTS_MIN ? malloc(sizeof *ahead) : NULL;
    if (ahead == NULL)
        return NULL;
    *ahead = (struct ahead){.store = store, .projects = projects, .count = count};
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->moved, NULL);
    while (ahead->reader_count < (large ? READERS : 1) &&
           pthread_create(&ahead->readers[ahead->reader_count], NULL,
                          large ? read_ahead : fetch_whole, ahead) == 0)
        ahead->reader_count++;
    return ahead;
}

void ahead_reached(struct ahead *ahead, size_t place) {
    if (ahead == NULL || place % STRETCH != 0)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->reached = place;
    pthread_cond_signal(&ahead->moved);
    pthread_mutex_unlock(&ahead->lock);
}

void ahead_stop(struct ahead *ahead) {
    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stopped = true;
    pthread_cond_broadcast(&ahead->moved);
    pthread_mutex_unlock(&ahead->lock);
    for (size_t i = 0; i < ahead->reader_count; i++)
        pthread_join(ahead->readers[i], NULL);
    pthread_cond_destroy(&ahead->moved);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead);
}
