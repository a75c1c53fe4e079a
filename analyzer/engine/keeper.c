/*
 * keeper: see keeper.h.
 *
 * One examiner does it all while nothing goes wrong. The keeper waits for its records, for its
 * log lines, for signals, and for deadlines. When the examiner dies or a thread is late, every
 * file that a thread had in hand is examined once more, alone, in a process of its own; one that
 * fails again gets a row that says so. The rest is done in batches (batches.c).
 */
#include "engine/keeper.h"

#include "base/instant.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/stop.h"
#include "engine/examine.h"
#include "engine/faults.h"
#include "engine/inbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Beyond the archive's own budget of time: the keeper's deadline is for what hangs inside one call.
 */
enum { DEADLINE_MS = (ARTIFACT_SECONDS_MAX + 15) * 1000 };
/* A SIGKILL that the keeper did not send is hardly the file's fault (but for one that takes all
 * memory of the machine): so often it is examined alone, with longer and longer pauses. */
enum { KILLED_TRIES = 5, KILLED_PAUSE_MS = 50 };

/* --- keys ----------------------------------------------------------------------------------- */

static void add_key(void *context, uint64_t key) {
    struct keeper *keeper = context;
    if (!seen_add(keeper->seen, key))
        keeper->no_memory = true;
}

static enum outcome load_keys(struct keeper *keeper) {
    size_t count = 0;
    if (!store_count_keys(keeper->store, &count))
        return keeper_stop_for_store(keeper);
    keeper->seen = seen_new(count + 1024);
    if (keeper->seen == NULL)
        keeper->no_memory = true;
    else if (!store_each_key(keeper->store, add_key, keeper))
        return keeper_stop_for_store(keeper);
    if (keeper->no_memory) {
        log_line(LOG_ERROR, "not enough memory for the keys of %zu known files", count);
        return STOP_RUN;
    }
    return OUTCOME_OK;
}

/* The seed keeps an attacker from making two files with one key; it is as old as the state. */
static enum outcome load_seed(struct keeper *keeper) {
    struct buffer text = BUFFER_EMPTY;
    unsigned char bytes[8] = {0};
    enum outcome outcome = OUTCOME_OK;
    if (!store_get_meta(keeper->store, "key_seed", &text)) {
        outcome = keeper_stop_for_store(keeper);
    } else if (!hex_parse(buffer_span(&text), bytes, sizeof bytes)) {
        buffer_clear(&text);
        if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
            log_line(LOG_ERROR, "the system gives no random numbers");
            outcome = STOP_RUN;
        } else {
            hex_add(&text, span_of(bytes, sizeof bytes));
            if (text.failed || !store_set_meta(keeper->store, "key_seed", buffer_span(&text)))
                outcome = keeper_stop_for_store(keeper);
        }
    }
    memcpy(&keeper->key_seed, bytes, sizeof bytes);
    buffer_free(&text);
    return outcome;
}

/* --- one examiner --------------------------------------------------------------------------- */

/* Files met and not examined, less those that this very scan has stored before a restart. */
static uint64_t known_count(const struct keeper *keeper) {
    uint64_t met = atomic_load(&keeper->board->known);
    return met > keeper->met_again ? met - keeper->met_again : 0;
}

static void show_progress(struct keeper *keeper) {
    if (!progress_is_due(&keeper->progress))
        return;
    const struct scan_result *result = keeper->result;
    int64_t elapsed_ms = monotonic_ms() - keeper->started_ms;
    double rate = elapsed_ms > 0 ? (double)result->examined * 1000.0 / (double)elapsed_ms : 0.0;
    progress_show(&keeper->progress,
                  "scanning: %llu examined (%.0f/s), %llu known, %llu not ok, %llu index pages",
                  (unsigned long long)result->examined, rate,
                  (unsigned long long)known_count(keeper),
                  (unsigned long long)(result->examined - result->by_status[STATUS_OK]),
                  (unsigned long long)atomic_load(&keeper->board->pages_read));
}

static bool someone_is_late(const struct keeper *keeper) {
    int64_t limit_ms = fault_deadline_ms(DEADLINE_MS);
    for (unsigned i = 0; i < keeper->request->jobs; i++)
        if (slot_is_late(&keeper->board->slots[i], limit_ms))
            return true;
    return false;
}

enum outcome crew_serve(struct keeper *keeper, struct crew *crew) {
    enum outcome outcome = OUTCOME_OK;
    while (outcome == OUTCOME_OK) {
        enum inbox_event event = inbox_wait(keeper, crew);
        if (event == INBOX_RECORDS)
            outcome = inbox_take(keeper, crew);
        else if (event == INBOX_ENDED)
            break;
        else if (event == INBOX_FAILED)
            outcome = STOP_RUN;
        if (stop_wanted())
            keeper->result->stopped = true;
        if (!crew->killed && (outcome != OUTCOME_OK || keeper->result->stopped ||
                              crew->distrusted || someone_is_late(keeper))) {
            crew->late = outcome == OUTCOME_OK && !keeper->result->stopped && !crew->distrusted;
            crew_kill(crew);
        }
        show_progress(keeper);
    }
    crew_end(crew);
    return outcome;
}

/* --- after a death -------------------------------------------------------------------------- */

/* Whether the process died the way it does when memory is out: the kernel kills it, or what asked
 * for more than the limit does not look at the answer. */
static bool ran_out_of_memory(const struct keeper *keeper, const struct crew *crew) {
    return crew->exit_status == EXAMINER_NO_MEMORY || (crew->signal == SIGKILL && !crew->killed) ||
           (crew->signal != 0 && !crew->killed &&
            crew->peak_bytes > examiner_memory_bytes(1, keeper->seen) / 2);
}

void crew_say_end(const struct crew *crew, char *text, size_t size) {
    const char *name = crew->signal != 0 ? sigabbrev_np(crew->signal) : NULL;
    if (crew->distrusted)
        snprintf(text, size, "the examiner sent a record that cannot be");
    else if (crew->exit_status == EXAMINER_NO_MEMORY)
        snprintf(text, size, "the examiner was out of memory");
    else if (crew->signal != 0)
        snprintf(text, size, "the examiner died by signal %d (SIG%s)", crew->signal,
                 name ? name : "?");
    else
        snprintf(text, size, "the examiner ended with status %d", crew->exit_status);
}

/* The row of an artifact that ended its examiner twice. */
static enum outcome store_fault(struct keeper *keeper, const struct found *found,
                                const struct crew *crew) {
    uint64_t key = examine_key(found, keeper->key_seed, keeper->request->thorough);
    if (found->type != FOUND_ARTIFACT) {
        log_name(LOG_WARNING, "index page cannot be read, its reader died:", found->path);
        atomic_fetch_add(&keeper->board->pages_damaged, 1);
        return keeper_remember(keeper, key) ? OUTCOME_OK : STOP_RUN;
    }
    struct artifact artifact;
    arena_reset(keeper->arena);
    if (!examine_begin(&artifact, keeper->arena, found)) {
        log_line(LOG_ERROR, "out of memory");
        return STOP_RUN;
    }
    char end[80];
    crew_say_end(crew, end, sizeof end);
    if (crew->late)
        artifact_fail(&artifact, STATUS_TIMEOUT, "no end after %d s, twice", DEADLINE_MS / 1000);
    else if (ran_out_of_memory(keeper, crew))
        artifact_fail(&artifact, STATUS_OVER_LIMIT, "out of memory: %s, twice", end);
    else
        artifact_fail(&artifact, STATUS_CRASHED, "%s, twice", end);
    if (!crew->late && examiner_is_pinched(1, keeper->seen))
        key = ~key;
    log_name(LOG_WARNING, crew->late ? "timeout:" : "crashed:", found->path);
    return keeper_store(keeper, &artifact, key) ? OUTCOME_OK : keeper_stop_for_store(keeper);
}

enum outcome keeper_retry_alone(struct keeper *keeper, const struct found *found) {
    struct crew crew;
    uint64_t before = keeper->records;
    for (unsigned tries = 1;; tries++) {
        if (!crew_start(keeper, &crew, (struct task){.files = found, .count = 1}))
            return STOP_RUN;
        enum outcome outcome = crew_serve(keeper, &crew);
        if (outcome != OUTCOME_OK || keeper->result->stopped)
            return outcome;
        if (crew.signal != SIGKILL || crew.killed || tries == KILLED_TRIES)
            break;
        usleep(tries * KILLED_PAUSE_MS * 1000U);
    }
    if (crew.done && (keeper->records > before || found->type != FOUND_ARTIFACT))
        return OUTCOME_OK;
    return store_fault(keeper, found, &crew);
}

/* They are copied off the board before it is used again. */
enum outcome keeper_retry_suspects(struct keeper *keeper) {
    enum outcome outcome = OUTCOME_OK;
    unsigned slots = keeper->request->jobs;
    struct arena *arena = arena_new(slots * sizeof(struct slot) * 2 + 65536);
    unsigned count = 0;
    struct found *suspects = arena ? arena_alloc(arena, slots * sizeof *suspects) : NULL;
    if (suspects == NULL) {
        log_line(LOG_ERROR, "out of memory");
        outcome = STOP_RUN;
    } else {
        for (unsigned i = 0; i < slots; i++) {
            count += slot_read(&keeper->board->slots[i], arena, &suspects[count]) ? 1 : 0;
            slot_release(&keeper->board->slots[i]);
        }
    }
    for (unsigned i = 0; i < count && outcome == OUTCOME_OK && !keeper->result->stopped; i++)
        outcome = keeper_retry_alone(keeper, &suspects[i]);
    arena_free(arena);
    return outcome;
}

/* --- the scan ------------------------------------------------------------------------------- */

bool crew_is_hopeless(const struct crew *crew) {
    if (crew->exit_status == EXAMINER_NO_FILES)
        log_line(LOG_ERROR, "the limit of open files is too low (ulimit -n)");
    return crew->exit_status == EXAMINER_NO_MIRROR || crew->exit_status == EXAMINER_NO_FILES;
}

bool crew_has_finished(const struct crew *crew) {
    return crew->done && crew->exit_status == EXAMINER_DONE && crew->signal == 0;
}

void keeper_begin_walk(struct keeper *keeper) {
    atomic_store(&keeper->board->known, 0);
    keeper->met_again = keeper->result->examined - keeper->result->by_status[STATUS_UNREADABLE];
}

static enum outcome run_examiners(struct keeper *keeper) {
    struct crew crew;
    if (examiner_is_pinched(keeper->request->jobs, keeper->seen))
        log_line(LOG_WARNING, "the limit of memory is low (ulimit -v): what does not fit becomes "
                              "over_limit or damaged, and is tried again by the next sweep");
    keeper_begin_walk(keeper);
    if (!crew_start(keeper, &crew, (struct task){.files = NULL}))
        return STOP_RUN;
    enum outcome outcome = crew_serve(keeper, &crew);
    if (outcome != OUTCOME_OK || keeper->result->stopped || crew_has_finished(&crew))
        return outcome;
    if (crew_is_hopeless(&crew))
        return STOP_RUN;
    outcome = keeper_retry_suspects(keeper);
    if (outcome != OUTCOME_OK || keeper->result->stopped)
        return outcome;
    return keeper_run_batches(keeper);
}

static bool is_present(void *context, uint64_t key) {
    return seen_is_marked(((struct keeper *)context)->seen, key);
}

/* A mirror that is not mounted looks like one in which all has vanished. */
static enum outcome mark_vanished(struct keeper *keeper) {
    struct scan_result *result = keeper->result;
    if (!keeper_refresh(keeper)) {
        log_line(LOG_ERROR, "out of memory");
        return STOP_RUN;
    }
    if (!store_mark_vanished(keeper->store, is_present, keeper, &result->vanished))
        return keeper_stop_for_store(keeper);
    result->stopped = stop_wanted(); /* then some are not marked yet */
    if (result->stopped || result->vanished == 0 || result->examined + result->known > 0)
        return OUTCOME_OK;
    log_line(LOG_ERROR,
             "no artifact was found in %s, where the state knows %llu: is it mounted? Nothing was "
             "changed; if it is meant to be empty, give it a new state (--state FILE)",
             keeper->request->mirror, (unsigned long long)result->vanished);
    return STOP_RUN; /* without a commit: the store forgets the marks */
}

static enum outcome finish(struct keeper *keeper, bool whole) {
    struct scan_result *result = keeper->result;
    result->known = known_count(keeper);
    result->pages_read = atomic_load(&keeper->board->pages_read);
    result->pages_damaged = atomic_load(&keeper->board->pages_damaged);
    if (whole && keeper->request->list_fd < 0 && mark_vanished(keeper) != OUTCOME_OK)
        return STOP_RUN;
    return store_commit(keeper->store) ? OUTCOME_OK : keeper_stop_for_store(keeper);
}

static enum outcome prepare(struct keeper *keeper) {
    keeper->board = board_new(keeper->request->jobs);
    keeper->arena = arena_new(RECORD_BYTES_MAX * 4);
    if (keeper->board == NULL || keeper->arena == NULL) {
        log_line(LOG_ERROR, "not enough memory to begin a scan");
        return STOP_RUN;
    }
    enum outcome outcome = load_seed(keeper);
    if (outcome == OUTCOME_OK)
        outcome = load_keys(keeper);
    if (outcome == OUTCOME_OK && !store_begin(keeper->store))
        outcome = keeper_stop_for_store(keeper);
    return outcome;
}

enum outcome keeper_scan(const struct scan_request *request, struct store *store,
                         struct scan_result *result) {
    *result = (struct scan_result){0};
    struct keeper keeper = {.request = request,
                            .store = store,
                            .result = result,
                            .started_ms = monotonic_ms(),
                            .progress = progress_begin(request->quiet)};
    enum outcome outcome = prepare(&keeper);
    if (outcome == OUTCOME_OK) {
        outcome = run_examiners(&keeper);
        progress_clear(&keeper.progress);
        enum outcome finished = finish(&keeper, outcome == OUTCOME_OK && !result->stopped);
        if (outcome == OUTCOME_OK)
            outcome = finished;
    }
    result->elapsed_ms = monotonic_ms() - keeper.started_ms;
    if (result->stopped) {
        stop_say();
        outcome = STOP_RUN;
    }
    inbox_close(&keeper);
    return outcome;
}

struct named_number {
    const char *name;
    uint64_t number;
};

static void add_numbers(struct json *json, const struct named_number *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_key(json, numbers[i].name);
        json_int(json, (int64_t)numbers[i].number);
    }
}

static void add_layers(struct json *json, const struct sandbox_layers *layers) {
    json_key(json, "sandbox");
    json_open(json, '{');
    json_key(json, "no_new_privs");
    json_bool(json, layers->no_new_privs);
    json_key(json, "capabilities_dropped");
    json_bool(json, layers->capabilities);
    json_key(json, "rlimits");
    json_bool(json, layers->rlimits);
    json_key(json, "landlock_abi");
    json_int(json, layers->landlock_abi);
    json_key(json, "seccomp");
    json_bool(json, layers->seccomp);
    json_close(json, '}');
}

void scan_result_add_json(struct buffer *out, const struct scan_result *result,
                          const char *mirror) {
    const struct named_number skipped[] = {
        {"links_outside", result->walked.links_outside},
        {"links_inside", result->walked.links_inside},
        {"links_broken", result->walked.links_broken},
        {"loops", result->walked.loops},
        {"not_regular", result->walked.not_regular},
        {"not_artifacts", result->walked.not_artifacts},
        {"unreadable_directories", result->walked.unreadable_directories},
        {"index_pages_damaged", result->pages_damaged},
    };
    struct json json = json_to(out, false);
    json_open(&json, '{');
    json_key(&json, "mirror");
    json_text(&json, mirror);
    json_key(&json, "skipped");
    json_open(&json, '{');
    add_numbers(&json, skipped, sizeof skipped / sizeof skipped[0]);
    json_close(&json, '}');
    add_layers(&json, &result->layers);
    json_close(&json, '}');
}

void scan_result_add_work_json(struct buffer *out, const struct scan_result *result) {
    const struct named_number work[] = {
        {"examined", result->examined},
        {"known", result->known},
        {"index_pages_read", result->pages_read},
        {"examiners_started", result->examiners},
        {"elapsed_ms", (uint64_t)result->elapsed_ms},
    };
    struct json json = json_to(out, false);
    json_open(&json, '{');
    add_numbers(&json, work, sizeof work / sizeof work[0]);
    json_close(&json, '}');
}
