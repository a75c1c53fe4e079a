/*
 * examiner: see examiner.h. One OpenMP team; each thread takes batches of files
 * from the walk, opens a few ahead, examines one at a time with its own arena, and collects
 * records in its own buffer. A buffer goes into the pipe under one mutex, so records
 * of different threads never mix. A full pipe holds the team back: the keeper sets the pace.
 */
#include "engine/examiner.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/threads.h"
#include "engine/examine.h"
#include "engine/faults.h"
#include "facts/record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Records wait until this many bytes are there, or the thread's batch is done. */
enum { FLUSH_BYTES = 64 * 1024 };
/* Of files that are given: records wait for at most so many. */
enum { FLUSH_FILES = 16 };
/* Files that a thread has open, and asked of the disk, before their turn: on a cold disk that saves
 * 8 to 30 % of a scan, with 2 threads and with 8; 16 save no more, 4 less. */
enum { AHEAD_FILES = 8 };
/* A key of the seen set, which may be half empty after it was widened. */
enum { SEEN_KEY_BYTES = 32 };
/* Address space beside the threads' arenas: code, libraries, the walk, decompressors. */
#define MEMORY_BASE_BYTES (UINT64_C(1) << 30)

struct team {
    const struct examiner_request *request;
    struct walk *walk;
    pthread_mutex_t pipe_lock;
    _Atomic size_t next;  /* of the files that are given */
    _Atomic int failed;   /* an exit status */
    bool pinched;         /* memory is limited from outside */
    unsigned ahead_files; /* at most AHEAD_FILES */
};

/* A file that waits for its turn. */
struct ahead {
    uint64_t key;
    bool known; /* stored already */
    int fd;     /* or a negative errno */
};

struct member_of_team {
    struct team *team;
    struct slot *slot;
    struct arena *arena;
    struct buffer out;
};

static bool write_all(int fd, struct span bytes) {
    while (bytes.len > 0) {
        ssize_t wrote = write(fd, bytes.at, bytes.len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes = span_from(bytes, (size_t)wrote);
    }
    return true;
}

static void flush(struct member_of_team *self) {
    if (self->out.len == 0)
        return;
    pthread_mutex_lock(&self->team->pipe_lock);
    bool sent = write_all(self->team->request->pipe_fd, buffer_span(&self->out));
    pthread_mutex_unlock(&self->team->pipe_lock);
    if (!sent)
        atomic_store(&self->team->failed, EXAMINER_NO_PIPE);
    buffer_clear(&self->out);
}

static bool send(struct member_of_team *self, const struct record *record) {
    bool encoded = record_encode(&self->out, record);
    if (self->out.failed)
        atomic_store(&self->team->failed, EXAMINER_NO_MEMORY);
    if (self->out.len >= FLUSH_BYTES)
        flush(self);
    return encoded;
}

/* Stored already, at least as thoroughly as is wanted now? */
static bool is_known(const struct examiner_request *request, const struct found *found,
                     uint64_t key) {
    return seen_mark(request->seen, key) ||
           (!request->thorough && found->type == FOUND_ARTIFACT &&
            seen_mark(request->seen, examine_key(found, request->key_seed, true)));
}

static void examine_file(struct member_of_team *self, const struct found *found,
                         const struct ahead *ahead) {
    struct record record = {.type = RECORD_ARTIFACT, .key = ahead->key};
    struct archive *archive = examine_artifact(&record.artifact, self->arena, found, ahead->fd,
                                               self->team->request->thorough);
    /* What could not be read may be readable tomorrow without any change: its key matches nothing.
     */
    enum artifact_status status = record.artifact.status;
    if (status == STATUS_UNREADABLE || (status != STATUS_OK && self->team->pinched))
        record.key = ~ahead->key;
    if (!send(self, &record)) {
        examine_begin(&record.artifact, self->arena, found);
        artifact_fail(&record.artifact, STATUS_OVER_LIMIT, "its record is too large");
        send(self, &record);
    }
    archive_close(archive);
}

/* --- index pages ---------------------------------------------------------------------------- */

struct page_visit {
    struct member_of_team *self;
    struct span path;
};

static bool is_on_disk(const struct member_of_team *self, struct span path) {
    char name[BOARD_PATH_BYTES_MAX + 1];
    if (path.len == 0) /* a foreign url: only a walk over all files can tell */
        return self->team->request->list_fd >= 0;
    if (path.len > BOARD_PATH_BYTES_MAX || span_find(path, 0) < path.len)
        return false;
    memcpy(name, path.at, path.len);
    name[path.len] = '\0';
    struct stat status;
    return fstatat(walk_root_fd(self->team->walk), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode);
}

static bool on_page_file(void *context, struct span project, const struct index_file *file) {
    struct page_visit *visit = context;
    struct record record = {.type = RECORD_PAGE_FILE,
                            .page_path = visit->path,
                            .project = project,
                            .file = *file,
                            .on_disk = is_on_disk(visit->self, file->path)};
    return send(visit->self, &record);
}

static bool on_page_owner(void *context, struct span project, struct span user) {
    struct page_visit *visit = context;
    struct record record = {
        .type = RECORD_PAGE_OWNER, .page_path = visit->path, .project = project, .user = user};
    return send(visit->self, &record);
}

static bool read_page(struct page_visit *visit, const struct found *found, int fd,
                      const char **problem) {
    const struct index_visitor visitor = {
        .context = visit, .file = on_page_file, .owner = on_page_owner};
    *problem = "it cannot be opened";
    if (fd < 0)
        return false;
    struct span folder = span_slice(found->path, 0, span_find_last(found->path, '/'));
    if (folder.len == found->path.len)
        folder = SPAN_EMPTY;
    return found->type == FOUND_SIMPLE_PAGE
               ? index_read_simple(fd, found->project, folder, &visitor, problem)
               : index_read_project(fd, found->project, &visitor, problem);
}

static void examine_page(struct member_of_team *self, const struct found *found,
                         const struct ahead *ahead) {
    struct page_visit visit = {.self = self, .path = found->path};
    struct record begin = {
        .type = RECORD_PAGE_BEGIN, .page_path = found->path, .project = found->project};
    send(self, &begin);
    const char *problem = "";
    if (read_page(&visit, found, ahead->fd, &problem)) {
        struct record end = {.type = RECORD_PAGE_END, .page_path = found->path, .key = ahead->key};
        send(self, &end);
        atomic_fetch_add(&self->team->request->board->pages_read, 1);
    } else { /* no end: what was read is kept, and the page is read again next time */
        char message[256];
        snprintf(message, sizeof message, "index page cannot be read to its end (%s):", problem);
        log_name(LOG_WARNING, message, found->path);
        atomic_fetch_add(&self->team->request->board->pages_damaged, 1);
    }
}

/* --- the team ------------------------------------------------------------------------------- */

static void name_found(struct member_of_team *self, const struct found *found) {
    const struct record record = {.type = RECORD_FOUND, .found = *found};
    send(self, &record);
}

/* Opens the file, unless it is known, and has the disk fetch what will be read of it. */
static struct ahead look_ahead(struct member_of_team *self, const struct found *found) {
    const struct examiner_request *request = self->team->request;
    struct ahead ahead = {.key = examine_key(found, request->key_seed, request->thorough),
                          .fd = -found->error};
    ahead.known = is_known(request, found, ahead.key);
    if (ahead.known || request->only_walk || found->error != 0)
        return ahead;
    slot_take(self->slot, found); /* opening a file may hang, too */
    ahead.fd = walk_open_file(self->team->walk, found->path);
    if (ahead.fd < 0)
        ahead.fd = -errno;
    else if (found->type == FOUND_ARTIFACT)
        archive_fetch(ahead.fd, found->path, found->size_bytes);
    slot_release(self->slot);
    return ahead;
}

static void examine_found(struct member_of_team *self, const struct found *found,
                          const struct ahead *ahead) {
    const struct examiner_request *request = self->team->request;
    if (ahead->known) {
        if (found->type == FOUND_ARTIFACT && request->files == NULL)
            atomic_fetch_add_explicit(&request->board->known, 1, memory_order_relaxed);
        return;
    }
    if (request->only_walk) {
        name_found(self, found);
        return;
    }
    slot_take(self->slot, found);
    fault_lie(found->path, request->board, board_bytes(request->jobs));
    arena_reset(self->arena);
    if (found->type == FOUND_ARTIFACT)
        examine_file(self, found, ahead);
    else
        examine_page(self, found, ahead);
    if (ahead->fd >= 0)
        close(ahead->fd);
    slot_release(self->slot);
}

/* After a failure the rest is left as it is: the process ends. */
static void examine_batch(struct member_of_team *self, const struct found *batch, size_t count) {
    struct ahead ahead[AHEAD_FILES] = {{.known = false}};
    size_t opened = 0;
    for (size_t i = 0; i < count && atomic_load(&self->team->failed) == 0; i++) {
        for (; opened < count && opened - i < self->team->ahead_files; opened++)
            ahead[opened % AHEAD_FILES] = look_ahead(self, &batch[opened]);
        examine_found(self, &batch[i], &ahead[i % AHEAD_FILES]);
    }
}

static void work_through(struct member_of_team *self) {
    const struct examiner_request *request = self->team->request;
    for (size_t done = 1; atomic_load(&self->team->failed) == 0; done++) {
        size_t place = atomic_fetch_add(&self->team->next, 1);
        if (place >= request->file_count)
            break;
        examine_batch(self, &request->files[place], 1);
        if (done % FLUSH_FILES == 0)
            flush(self);
    }
}

static void work(struct member_of_team *self) {
    struct walk_cursor *cursor = walk_cursor_new(self->team->walk);
    if (cursor == NULL) {
        atomic_store(&self->team->failed, EXAMINER_NO_MEMORY);
        return;
    }
    const struct found *batch = NULL;
    size_t count = 0;
    while (atomic_load(&self->team->failed) == 0 && (count = walk_next(cursor, &batch)) > 0) {
        examine_batch(self, batch, count);
        flush(self);
        if (walk_is_short_of_files(self->team->walk))
            atomic_store(&self->team->failed, EXAMINER_NO_FILES);
    }
    if (walk_is_short_of_files(self->team->walk))
        atomic_store(&self->team->failed, EXAMINER_NO_FILES);
    walk_cursor_free(cursor);
    if (walk_lacked_memory(self->team->walk)) /* the next examiner may find what this one did not */
        atomic_store(&self->team->failed, EXAMINER_NO_MEMORY);
}

static void run_thread(struct team *team, unsigned number) {
    struct member_of_team self = {.team = team,
                                  .slot = &team->request->board->slots[number],
                                  .arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX),
                                  .out = BUFFER_EMPTY};
    if (self.arena == NULL)
        atomic_store(&team->failed, EXAMINER_NO_MEMORY);
    else if (team->request->files != NULL)
        work_through(&self);
    else
        work(&self);
    flush(&self);
    buffer_free(&self.out);
    arena_free(self.arena);
}

static void send_done(struct team *team) {
    struct buffer out = BUFFER_EMPTY;
    const struct record counts = {.type = RECORD_COUNTS, .counts = walk_counts(team->walk)};
    const struct record done = {.type = RECORD_DONE};
    bool walked = team->request->files == NULL;
    if ((walked && !record_encode(&out, &counts)) || !record_encode(&out, &done))
        atomic_store(&team->failed, EXAMINER_NO_MEMORY);
    else if (!write_all(team->request->pipe_fd, buffer_span(&out)))
        atomic_store(&team->failed, EXAMINER_NO_PIPE);
    buffer_free(&out);
}

/* The keeper decides when to stop; its death is ours. */
static void follow_keeper(pid_t keeper) {
    stop_ignore();
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(EXAMINER_NO_PIPE);
}

uint64_t examiner_memory_bytes(unsigned jobs, const struct seen *seen) {
    return MEMORY_BASE_BYTES + UINT64_C(2) * jobs * ARTIFACT_MEMORY_BYTES_MAX +
           seen_count(seen) * SEEN_KEY_BYTES;
}

bool examiner_is_pinched(unsigned jobs, const struct seen *seen) {
    struct rlimit memory;
    return getrlimit(RLIMIT_AS, &memory) == 0 &&
           memory.rlim_cur < examiner_memory_bytes(jobs, seen);
}

/* A walk holds folders open: as many as the system lets us. */
static void raise_file_limit(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Where few files may be open, they are left to the walk. */
static unsigned ahead_files(unsigned jobs) {
    enum { FOLDERS_FOR_A_FILE = 8 };
    struct rlimit files;
    bool many = getrlimit(RLIMIT_NOFILE, &files) == 0 &&
                files.rlim_cur / jobs / FOLDERS_FOR_A_FILE >= AHEAD_FILES;
    return many ? AHEAD_FILES : 1;
}

/* Enters the sandbox and tells the keeper of it, before the first hostile byte is read. An exit
 * status. */
static int settle_in(const struct examiner_request *request, unsigned jobs, struct walk *walk) {
    struct sandbox_layers layers = {.seccomp = false};
    raise_file_limit();
    if (request->sandbox &&
        !sandbox_enter(walk_root_fd(walk), examiner_memory_bytes(jobs, request->seen), &layers))
        return EXAMINER_NO_MEMORY;
    if (layers.landlock_abi > 0)
        walk_confine(walk);
    return write_all(request->pipe_fd, span_of(&layers, sizeof layers)) ? EXAMINER_DONE
                                                                        : EXAMINER_NO_PIPE;
}

int examiner_run(const struct examiner_request *request) {
    struct team team = {.request = request, .walk = walk_open(request->mirror)};
    if (team.walk == NULL) {
        log_line(LOG_ERROR, "the mirror cannot be opened: %s", strerrordesc_np(errno));
        return EXAMINER_NO_MIRROR;
    }
    if (request->list_fd >= 0 && request->files == NULL &&
        !walk_from_list(team.walk, request->list_fd))
        return EXAMINER_NO_MEMORY;
    follow_keeper(request->keeper);
    unsigned jobs = request->jobs;
    if (request->files != NULL && request->file_count < jobs)
        jobs = (unsigned)request->file_count;
    team.pinched = examiner_is_pinched(jobs, request->seen);
    int status = settle_in(request, jobs, team.walk);
    if (status != EXAMINER_DONE)
        return status;
    jobs = threads_available(jobs);
    team.ahead_files = ahead_files(jobs);
    pthread_mutex_init(&team.pipe_lock, NULL);
#pragma omp parallel for num_threads(jobs) schedule(static, 1)
    for (unsigned number = 0; number < jobs; number++)
        run_thread(&team, number);
    pthread_mutex_destroy(&team.pipe_lock);
    if (atomic_load(&team.failed) == 0)
        send_done(&team);
    walk_close(team.walk);
    return atomic_load(&team.failed);
}
