/* inbox: see inbox.h. */
#include "engine/inbox.h"

#include "base/instant.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/text.h"
#include "facts/record.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PIPE_BYTES = 1024 * 1024,
    READ_BYTES = 256 * 1024,
    WAIT_MS = 250,
    BEGIN_MS = 30 * 1000, /* until an examiner is in its sandbox, which takes milliseconds */
    /* A crash of the keeper costs at most these, or this long a time; a stop waits for them to be
     * written, and has two seconds. A commit writes each page that was touched once, and in a large
     * state every record touches others: few large commits take half the time of many small. */
    COMMIT_RECORDS = 100000,
    COMMIT_MS = 2000
};

/* --- the crew ------------------------------------------------------------------------------- */

/* In the child: descriptors 0 to 2 are safe, the pipe becomes 3, a list 4, all others are closed.
 */
static bool keep_only(int log_fd, int *pipe_fd, int *list_fd) {
    int null_fd = open("/dev/null", O_RDONLY);
    if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(log_fd, STDOUT_FILENO) < 0 ||
        dup2(log_fd, STDERR_FILENO) < 0)
        return false;
    close(log_fd);
    enum { SPARE = 5 };
    int pipe_copy = fcntl(*pipe_fd, F_DUPFD, SPARE);
    int list_copy = *list_fd >= 0 ? fcntl(*list_fd, F_DUPFD, SPARE) : -1;
    if (pipe_copy < 0 || (*list_fd >= 0 && list_copy < 0))
        return false;
    *pipe_fd = dup2(pipe_copy, 3);
    int last = 3;
    if (list_copy >= 0)
        last = *list_fd = dup2(list_copy, 4);
    return *pipe_fd == 3 && close_range((unsigned)last + 1, ~0U, 0) == 0;
}

static void run_child(const struct keeper *keeper, struct task task, int pipe_fd, int log_fd,
                      pid_t parent) {
    int list_fd = keeper->request->list_fd;
    if (!keep_only(log_fd, &pipe_fd, &list_fd))
        _exit(EXAMINER_NO_FILES);
    struct examiner_request request = {.mirror = keeper->request->mirror,
                                       .list_fd = list_fd,
                                       .files = task.files,
                                       .file_count = task.count,
                                       .only_walk = task.only_walk,
                                       .jobs = keeper->request->jobs,
                                       .sandbox = keeper->request->sandbox,
                                       .thorough = keeper->request->thorough,
                                       .key_seed = keeper->key_seed,
                                       .seen = keeper->seen,
                                       .board = keeper->board,
                                       .pipe_fd = pipe_fd,
                                       .keeper = parent};
    _exit(examiner_run(&request));
}

static void warn_of_layers(const struct scan_request *request,
                           const struct sandbox_layers *layers) {
    if (!request->sandbox)
        log_line(LOG_WARNING, "--no-sandbox: hostile files are read without protection");
    else if (layers->landlock_abi == 0)
        log_line(LOG_WARNING, "this kernel has no Landlock: the examiner runs without it");
    if (request->sandbox && !layers->seccomp)
        log_line(LOG_WARNING, "seccomp is not to be had: the examiner runs without it");
}

/* What the new examiner says of its sandbox before it reads anything: later it could lie. */
static void hear_layers(struct keeper *keeper, struct crew *crew, int records_fd) {
    struct sandbox_layers layers;
    struct pollfd pipe = {.fd = records_fd, .events = POLLIN};
    int64_t since = monotonic_ms();
    while (poll(&pipe, 1, WAIT_MS) <= 0 && !stop_wanted() && monotonic_ms() - since < BEGIN_MS) {
    }
    if (pipe.revents == 0) {
        crew->distrusted = true;
        crew_kill(crew);
    }
    if (pipe.revents == 0 || read(records_fd, &layers, sizeof layers) != (ssize_t)sizeof layers)
        return;
    if (keeper->result->examiners == 0)
        warn_of_layers(keeper->request, &layers);
    keeper->result->layers = layers;
}

bool crew_start(struct keeper *keeper, struct crew *crew, struct task task) {
    *crew = (struct crew){.pid = -1, .records_fd = -1, .log_fd = -1, .walks = task.only_walk};
    int records[2] = {-1, -1};
    int log[2] = {-1, -1};
    pid_t parent = getpid();
    for (unsigned i = 0; i < keeper->request->jobs; i++)
        slot_release(&keeper->board->slots[i]); /* of the one before */
    if (!keeper_refresh(keeper) || pipe2(records, O_CLOEXEC) != 0 || pipe2(log, O_CLOEXEC) != 0)
        goto failed;
    fcntl(records[1], F_SETPIPE_SZ, PIPE_BYTES); /* best effort: a smaller pipe is only slower */
    if (keeper->request->list_fd >= 0 && lseek(keeper->request->list_fd, 0, SEEK_SET) != 0)
        goto failed;
    crew->pid = fork();
    if (crew->pid < 0)
        goto failed;
    if (crew->pid == 0)
        run_child(keeper, task, records[1], log[1], parent);
    close(records[1]);
    close(log[1]);
    hear_layers(keeper, crew, records[0]);
    fcntl(records[0], F_SETFL, O_NONBLOCK);
    fcntl(log[0], F_SETFL, O_NONBLOCK);
    crew->records_fd = records[0];
    crew->log_fd = log[0];
    keeper->result->examiners++;
    return true;
failed:
    log_line(LOG_ERROR, "an examiner cannot be started: %s%s", strerrordesc_np(errno),
             errno == EAGAIN   ? " (too few processes: ulimit -u)"
             : errno == EMFILE ? " (ulimit -n)"
                               : "");
    for (int i = 0; i < 2; i++) {
        if (records[i] >= 0)
            close(records[i]);
        if (log[i] >= 0)
            close(log[i]);
    }
    return false;
}

void crew_kill(struct crew *crew) {
    crew->killed = true;
    if (crew->pid > 0)
        kill(crew->pid, SIGKILL);
}

void crew_end(struct crew *crew) {
    int status = 0;
    struct rusage used = {.ru_maxrss = 0};
    while (wait4(crew->pid, &status, 0, &used) < 0 && errno == EINTR) {
    }
    crew->peak_bytes = (uint64_t)used.ru_maxrss * 1024;
    if (WIFSIGNALED(status))
        crew->signal = WTERMSIG(status);
    else if (WIFEXITED(status))
        crew->exit_status = WEXITSTATUS(status);
    close(crew->records_fd);
    if (crew->log_fd >= 0)
        close(crew->log_fd);
    buffer_free(&crew->inbox);
    buffer_free(&crew->log);
}

/* --- what arrives --------------------------------------------------------------------------- */

/* The examiner's lines as they may reach a terminal: control characters escaped (again: it should
 * have), long ones cut. */
static void show_log(struct keeper *keeper, struct crew *crew, struct span lines) {
    struct buffer text = BUFFER_EMPTY;
    struct span line;
    bool full = crew->log_bytes > EXAMINER_LOG_BYTES_MAX;
    crew->log_bytes += lines.len;
    while (!full && span_next_piece(&lines, '\n', &line)) {
        if (line.len == 0)
            continue;
        text_add_escaped(&text, line, LOG_LINE_BYTES_MAX);
        buffer_add_byte(&text, '\n');
    }
    progress_clear(&keeper->progress);
    if (text.len > 0 && write(STDERR_FILENO, text.at, text.len) < 0) {
        /* Nobody is left to tell. */
    }
    buffer_free(&text);
    if (!full && crew->log_bytes > EXAMINER_LOG_BYTES_MAX)
        log_line(LOG_WARNING, "the examiner says too much: nothing more of it is shown");
}

static void forward_log(struct keeper *keeper, struct crew *crew) {
    char bytes[4096];
    ssize_t got = read(crew->log_fd, bytes, sizeof bytes);
    if (got > 0) {
        buffer_add(&crew->log, span_of(bytes, (size_t)got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(crew->log_fd);
        crew->log_fd = -1;
    }
    struct span rest = buffer_span(&crew->log);
    size_t whole = span_find_last(rest, '\n');
    whole = whole < rest.len ? whole + 1 : 0;
    if (crew->log_fd < 0 || rest.len - whole > LOG_LINE_BYTES_MAX)
        whole = rest.len;
    if (whole > 0) {
        show_log(keeper, crew, span_slice(rest, 0, whole));
        memmove(crew->log.at, crew->log.at + whole, rest.len - whole);
        crew->log.len -= whole;
    }
}

/* Reads what the pipe holds now into the crew's inbox. */
static enum inbox_event read_records(struct keeper *keeper, struct crew *crew) {
    if (!buffer_reserve(&crew->inbox, READ_BYTES)) {
        log_line(LOG_ERROR, "out of memory");
        return INBOX_FAILED;
    }
    ssize_t got = read(crew->records_fd, crew->inbox.at + crew->inbox.len, READ_BYTES);
    if (got > 0) {
        crew->inbox.len += (size_t)got;
        return INBOX_RECORDS;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return INBOX_NOTHING;
    while (crew->log_fd >= 0) /* the writer is gone: what it logged last is all there */
        forward_log(keeper, crew);
    return INBOX_ENDED;
}

enum inbox_event inbox_wait(struct keeper *keeper, struct crew *crew) {
    struct pollfd fds[2] = {{.fd = crew->records_fd, .events = POLLIN},
                            {.fd = crew->log_fd, .events = POLLIN}};
    int ready = poll(fds, 2, WAIT_MS); /* a signal ends it early */
    if (ready < 0)
        return errno == EINTR ? INBOX_NOTHING : INBOX_FAILED;
    if (crew->log_fd >= 0 && fds[1].revents != 0)
        forward_log(keeper, crew);
    return fds[0].revents != 0 ? read_records(keeper, crew) : INBOX_NOTHING;
}

/* --- what becomes of it --------------------------------------------------------------------- */

enum outcome keeper_stop_for_store(struct keeper *keeper) {
    if (!keeper->has_told)
        log_line(LOG_ERROR, "%s", store_problem(keeper->store));
    keeper->has_told = true;
    return STOP_RUN;
}

bool keeper_remember(struct keeper *keeper, uint64_t key) {
    if (keeper->fresh_count == keeper->fresh_capacity) {
        size_t wider = keeper->fresh_capacity ? keeper->fresh_capacity * 2 : 1024;
        uint64_t *grown = realloc(keeper->fresh, wider * sizeof *grown);
        if (grown == NULL) {
            log_line(LOG_ERROR, "out of memory");
            keeper->has_told = true;
            return false;
        }
        keeper->fresh = grown;
        keeper->fresh_capacity = wider;
    }
    keeper->fresh[keeper->fresh_count++] = key;
    return true;
}

bool keeper_refresh(struct keeper *keeper) {
    if (keeper->fresh_count == 0)
        return true;
    struct seen *wider = seen_widened(keeper->seen, keeper->fresh_count);
    if (wider == NULL)
        return false;
    keeper->seen = wider;
    for (size_t i = 0; i < keeper->fresh_count; i++)
        if (!seen_add(wider, keeper->fresh[i]) || !seen_mark(wider, keeper->fresh[i]))
            return false;
    keeper->fresh_count = 0;
    return true;
}

bool keeper_store(struct keeper *keeper, const struct artifact *artifact, uint64_t key) {
    keeper->records++;
    keeper->result->examined++;
    keeper->result->by_status[artifact->status]++;
    return store_put_artifact(keeper->store, artifact, key) && keeper_remember(keeper, key);
}

static bool enqueue(struct keeper *keeper, const struct found *found) {
    if (keeper->queued == keeper->queue_capacity) {
        size_t wider = keeper->queue_capacity ? keeper->queue_capacity * 2 : 1024;
        struct found *grown = realloc(keeper->queue, wider * sizeof *grown);
        if (grown == NULL)
            return false;
        keeper->queue = grown;
        keeper->queue_capacity = wider;
    }
    struct found *place = &keeper->queue[keeper->queued];
    *place = *found;
    if (!arena_copy(keeper->queue_arena, found->path, &place->path) ||
        !arena_copy(keeper->queue_arena, found->project, &place->project))
        return false;
    keeper->queued++;
    return true;
}

/* What this examiner has no business to send. */
static bool is_out_of_place(const struct crew *crew, enum record_type type) {
    bool of_walk = type == RECORD_FOUND || type == RECORD_COUNTS || type == RECORD_DONE;
    return crew->done || (crew->walks ? !of_walk : type == RECORD_FOUND);
}

static bool store_record(struct keeper *keeper, struct crew *crew, const struct record *record) {
    switch (record->type) {
    case RECORD_ARTIFACT:
        return keeper_store(keeper, &record->artifact, record->key);
    case RECORD_PAGE_BEGIN:
        return store_page_begin(keeper->store, record->page_path, record->project);
    case RECORD_PAGE_FILE:
        return store_page_file(keeper->store, record->page_path, record->project, &record->file,
                               record->on_disk);
    case RECORD_PAGE_OWNER:
        return store_page_owner(keeper->store, record->page_path, record->project, record->user);
    case RECORD_PAGE_END:
        return store_page_end(keeper->store, record->page_path, record->key) &&
               keeper_remember(keeper, record->key);
    case RECORD_COUNTS:
        keeper->result->walked = record->counts;
        return true;
    case RECORD_FOUND:
        if (enqueue(keeper, &record->found))
            return true;
        log_line(LOG_ERROR, "out of memory");
        return false;
    case RECORD_DONE:
        crew->done = true;
        return true;
    }
    return true;
}

static bool commit_when_due(struct keeper *keeper) {
    int64_t now = monotonic_ms();
    if (keeper->uncommitted < COMMIT_RECORDS && now - keeper->committed_ms < COMMIT_MS)
        return true;
    keeper->uncommitted = 0;
    keeper->committed_ms = now;
    return store_commit(keeper->store) && store_begin(keeper->store);
}

enum outcome inbox_take(struct keeper *keeper, struct crew *crew) {
    struct span rest = buffer_span(&crew->inbox);
    size_t length = 0;
    while (!crew->distrusted && (length = record_length(rest)) != 0 &&
           (length == SIZE_MAX || length <= rest.len)) {
        struct record record;
        const char *problem = "impossible length";
        arena_reset(keeper->arena);
        if (length == SIZE_MAX ||
            !record_decode(keeper->arena, span_slice(rest, 0, length), &record, &problem)) {
            log_line(LOG_ERROR, "the examiner sent a record that cannot be: %s", problem);
            crew->distrusted = true;
        } else if (is_out_of_place(crew, record.type)) {
            log_line(LOG_ERROR, "the examiner sent a record out of place");
            crew->distrusted = true;
        } else if (!store_record(keeper, crew, &record)) {
            return keeper_stop_for_store(keeper);
        } else {
            keeper->uncommitted++;
            rest = span_from(rest, length);
        }
    }
    memmove(crew->inbox.at, crew->inbox.at + (crew->inbox.len - rest.len), rest.len);
    crew->inbox.len = rest.len;
    return commit_when_due(keeper) ? OUTCOME_OK : keeper_stop_for_store(keeper);
}

void inbox_close(struct keeper *keeper) {
    seen_free(keeper->seen);
    board_free(keeper->board, keeper->request->jobs);
    arena_free(keeper->arena);
    arena_free(keeper->queue_arena);
    free(keeper->queue);
    free(keeper->fresh);
}
