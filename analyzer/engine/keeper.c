/*
 * keeper: see keeper.h.
 *
 * One examiner runs at a time. The keeper waits for its records, for its log
 * lines, for signals, and for deadlines. When the examiner dies or a thread is
 * late, every file that a thread had in hand is examined once more, alone, in
 * a process of its own; one that fails again gets a row that says so. Then a
 * new examiner goes on; what is stored is in the seen set and is not met again.
 */
#include "engine/keeper.h"

#include "base/instant.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/progress.h"
#include "engine/examine.h"
#include "engine/faults.h"
#include "engine/inbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Beyond the archive's own budget of time: the keeper's deadline is for what hangs inside one call.
 */
enum { DEADLINE_MS = (ARTIFACT_SECONDS_MAX + 15) * 1000 };
/* Until an examiner has entered its sandbox, which takes a millisecond. */
enum { BEGIN_MS = 30 * 1000 };
/* Deaths in a row without a single new record that end the scan; before each new try the keeper
 * waits a little longer, so that a passing cause (memory taken by others) may pass. */
enum { FRUITLESS_MAX = 12, FRUITLESS_PAUSE_MS = 50 };

/* --- keys ----------------------------------------------------------------------------------- */

static void count_key(void *context, uint64_t key) {
    (void)key;
    ++*(size_t *)context;
}

static void add_key(void *context, uint64_t key) {
    struct keeper *keeper = context;
    if (!seen_add(keeper->seen, key))
        keeper->no_memory = true;
}

static enum outcome load_keys(struct keeper *keeper) {
    size_t count = 0;
    if (!store_each_key(keeper->store, count_key, &count))
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

static bool someone_is_late(const struct board *board, const struct crew *crew) {
    int64_t limit_ms = fault_deadline_ms(DEADLINE_MS);
    if (!atomic_load(&board->begun))
        return monotonic_ms() - crew->started_ms > fault_deadline_ms(BEGIN_MS);
    for (unsigned i = 0; i < board->slot_count; i++)
        if (slot_is_late(&board->slots[i], limit_ms))
            return true;
    return false;
}

/* Serves one examiner to its end. */
static enum outcome serve(struct keeper *keeper, struct crew *crew) {
    enum outcome outcome = OUTCOME_OK;
    while (outcome == OUTCOME_OK) {
        enum inbox_event event = inbox_wait(keeper, crew);
        if (event == INBOX_RECORDS)
            outcome = inbox_take(keeper, crew);
        else if (event == INBOX_SIGNAL)
            keeper->result->stopped = true;
        else if (event == INBOX_ENDED)
            break;
        else if (event == INBOX_FAILED)
            outcome = STOP_RUN;
        if (!crew->killed && (outcome != OUTCOME_OK || keeper->result->stopped ||
                              crew->distrusted || someone_is_late(keeper->board, crew))) {
            crew->late = outcome == OUTCOME_OK && !keeper->result->stopped && !crew->distrusted;
            crew_kill(crew);
        }
        show_progress(keeper);
    }
    crew_end(crew);
    return outcome;
}

/* --- after a death -------------------------------------------------------------------------- */

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
    if (crew->late)
        artifact_fail(&artifact, STATUS_TIMEOUT, "no end after %d s, twice", DEADLINE_MS / 1000);
    else if (crew->exit_status == EXAMINER_NO_MEMORY)
        artifact_fail(&artifact, STATUS_OVER_LIMIT, "out of memory");
    else if (crew->signal != 0)
        artifact_fail(&artifact, STATUS_CRASHED, "the examiner died by signal %d (SIG%s), twice",
                      crew->signal, sigabbrev_np(crew->signal) ? sigabbrev_np(crew->signal) : "?");
    else
        artifact_fail(&artifact, STATUS_CRASHED, "the examiner ended with status %d, twice",
                      crew->exit_status);
    log_name(LOG_WARNING, crew->late ? "timeout:" : "crashed:", found->path);
    return keeper_store(keeper, &artifact, key) ? OUTCOME_OK : keeper_stop_for_store(keeper);
}

static enum outcome retry_alone(struct keeper *keeper, const struct found *found) {
    struct crew crew;
    uint64_t before = keeper->records;
    if (!crew_start(keeper, &crew, found))
        return STOP_RUN;
    enum outcome outcome = serve(keeper, &crew);
    if (outcome != OUTCOME_OK || keeper->result->stopped)
        return outcome;
    if (crew.done && (keeper->records > before || found->type != FOUND_ARTIFACT))
        return OUTCOME_OK;
    return store_fault(keeper, found, &crew);
}

/* Files that were in hand when an examiner died, copied off the board before it is used again. */
static enum outcome retry_suspects(struct keeper *keeper) {
    enum outcome outcome = OUTCOME_OK;
    struct arena *arena = arena_new(keeper->board->slot_count * sizeof(struct slot) * 2 + 65536);
    unsigned count = 0;
    struct found *suspects =
        arena ? arena_alloc(arena, keeper->board->slot_count * sizeof *suspects) : NULL;
    if (suspects == NULL) {
        log_line(LOG_ERROR, "out of memory");
        outcome = STOP_RUN;
    } else {
        for (unsigned i = 0; i < keeper->board->slot_count; i++) {
            count += slot_read(&keeper->board->slots[i], arena, &suspects[count]) ? 1 : 0;
            slot_release(&keeper->board->slots[i]);
        }
    }
    bool fruitful = count > 0 || keeper->records > keeper->records_at_death;
    keeper->fruitless = fruitful ? 0 : keeper->fruitless + 1;
    keeper->records_at_death = keeper->records;
    for (unsigned i = 0; i < count && outcome == OUTCOME_OK && !keeper->result->stopped; i++)
        outcome = retry_alone(keeper, &suspects[i]);
    arena_free(arena);
    return outcome;
}

/* --- the scan ------------------------------------------------------------------------------- */

static enum outcome run_examiners(struct keeper *keeper) {
    for (;;) {
        struct crew crew;
        atomic_store(&keeper->board->known, 0);
        keeper->met_again = keeper->result->examined - keeper->result->by_status[STATUS_UNREADABLE];
        if (!crew_start(keeper, &crew, NULL))
            return STOP_RUN;
        enum outcome outcome = serve(keeper, &crew);
        if (outcome != OUTCOME_OK || keeper->result->stopped)
            return outcome;
        if (crew.done && crew.exit_status == EXAMINER_DONE && crew.signal == 0)
            return OUTCOME_OK;
        if (crew.exit_status == EXAMINER_NO_MIRROR)
            return STOP_RUN; /* it has said why */
        outcome = retry_suspects(keeper);
        if (outcome != OUTCOME_OK || keeper->result->stopped)
            return outcome;
        if (keeper->fruitless >= FRUITLESS_MAX) {
            log_line(LOG_ERROR, "the examiner ended %d times without examining anything%s",
                     FRUITLESS_MAX,
                     crew.exit_status == EXAMINER_NO_MEMORY ? ": out of memory" : "");
            return STOP_RUN;
        }
        if (keeper->fruitless > 0)
            usleep(keeper->fruitless * FRUITLESS_PAUSE_MS * 1000U);
    }
}

static bool is_present(void *context, uint64_t key) {
    return seen_is_marked(((struct keeper *)context)->seen, key);
}

static enum outcome finish(struct keeper *keeper) {
    struct scan_result *result = keeper->result;
    result->known = known_count(keeper);
    result->pages_read = atomic_load(&keeper->board->pages_read);
    result->pages_damaged = atomic_load(&keeper->board->pages_damaged);
    result->layers = keeper->board->layers;
    if (keeper->request->list_fd < 0 && !result->stopped) {
        if (!keeper_refresh(keeper)) {
            log_line(LOG_ERROR, "out of memory");
            return STOP_RUN;
        }
        if (!store_mark_vanished(keeper->store, is_present, keeper, &result->vanished))
            return keeper_stop_for_store(keeper);
    }
    return store_commit(keeper->store) ? OUTCOME_OK : keeper_stop_for_store(keeper);
}

static int catch_signals(sigset_t *old) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, old);
    return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum outcome prepare(struct keeper *keeper) {
    keeper->board = board_new(keeper->request->jobs);
    keeper->arena = arena_new(RECORD_BYTES_MAX * 4);
    if (keeper->board == NULL || keeper->arena == NULL || keeper->signal_fd < 0) {
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
    sigset_t old_mask;
    struct keeper keeper = {.request = request,
                            .store = store,
                            .result = result,
                            .started_ms = monotonic_ms(),
                            .progress = progress_begin(request->quiet)};
    keeper.signal_fd = catch_signals(&old_mask);
    enum outcome outcome = prepare(&keeper);
    if (outcome == OUTCOME_OK) {
        outcome = run_examiners(&keeper);
        progress_clear(&keeper.progress);
        enum outcome finished = finish(&keeper);
        if (outcome == OUTCOME_OK)
            outcome = finished;
    }
    result->elapsed_ms = monotonic_ms() - keeper.started_ms;
    if (result->stopped) {
        log_line(LOG_ERROR,
                 "stopped by a signal; what was done is kept: run the same command again to go on");
        outcome = STOP_RUN;
    }
    inbox_close(&keeper);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
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
