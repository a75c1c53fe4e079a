/*
 * batches: how the keeper goes on once an examiner has died. To walk the mirror anew after each
 * death would make the time grow with deaths times files. So one examiner only walks, opens no
 * file, and names what is new; from its names the keeper cuts batches, each for an examiner that
 * gets exactly these files. A death then costs one batch at most, and who is to blame is found
 * without believing what a dead examiner says: when it left nothing new behind, or lied, the next
 * batch is half as long, down to a single file, which is then the culprit.
 *
 * The walking examiner waits at its full pipe while a batch is examined.
 */
#include "base/log.h"
#include "base/stop.h"
#include "engine/examine.h"
#include "engine/inbox.h"

#include <unistd.h>

/* Files of a batch: enough that starting a process does not count. */
enum { BATCH_MAX = 4096 };
/* Names of some more than a batch, and of what is in the pipe. */
#define QUEUE_BYTES_MAX (UINT64_C(256) << 20)
/* Walks, or single files, that fail one after the other and for no reason of their own before the
 * scan ends; the pauses grow, so that a passing cause (memory taken by others) may pass. */
enum { FRUITLESS_MAX = 12, FRUITLESS_PAUSE_MS = 50 };

struct batches {
    struct keeper *keeper;
    size_t length;      /* of the next batch */
    unsigned fruitless; /* single files in a row that were not even in hand at the end */
};

static bool is_stored(const struct keeper *keeper, const struct found *found) {
    uint64_t key = examine_key(found, keeper->key_seed, keeper->request->thorough);
    return seen_is_marked(keeper->seen, key);
}

/* Takes what is stored by now out of the first `length` of the queue. */
static void drop_stored(struct keeper *keeper, size_t length) {
    size_t kept = 0;
    for (size_t i = 0; i < keeper->queued; i++)
        if (i >= length || !is_stored(keeper, &keeper->queue[i]))
            keeper->queue[kept++] = keeper->queue[i];
    keeper->queued = kept;
}

static void drop_first(struct keeper *keeper, size_t count) {
    keeper->queued -= count;
    memmove(keeper->queue, keeper->queue + count, keeper->queued * sizeof *keeper->queue);
}

/* A single file that ended its examiner: alone once more, then it has its row. */
static enum outcome blame_first(struct keeper *keeper) {
    enum outcome outcome = is_stored(keeper, &keeper->queue[0])
                               ? OUTCOME_OK
                               : keeper_retry_alone(keeper, &keeper->queue[0]);
    drop_first(keeper, 1);
    return outcome;
}

static enum outcome after_death(struct batches *batches, const struct crew *crew, size_t length) {
    struct keeper *keeper = batches->keeper;
    size_t before = seen_count(keeper->seen);
    enum outcome outcome = keeper_retry_suspects(keeper);
    if (outcome != OUTCOME_OK || keeper->result->stopped)
        return outcome;
    if (!keeper_refresh(keeper)) {
        log_line(LOG_ERROR, "out of memory");
        return STOP_RUN;
    }
    bool fruitful = seen_count(keeper->seen) > before;
    if (length > 1) {
        if (!fruitful || crew->distrusted)
            batches->length = length / 2;
        drop_stored(keeper, length);
        return OUTCOME_OK;
    }
    batches->fruitless = fruitful || crew->distrusted ? 0 : batches->fruitless + 1;
    if (batches->fruitless < FRUITLESS_MAX) {
        usleep(batches->fruitless * FRUITLESS_PAUSE_MS * 1000U);
        return blame_first(keeper);
    }
    char end[80];
    crew_say_end(crew, end, sizeof end);
    log_line(LOG_ERROR, "%s, with %d files one after the other", end, FRUITLESS_MAX);
    return STOP_RUN;
}

static enum outcome examine_batch(struct batches *batches) {
    struct keeper *keeper = batches->keeper;
    size_t length = batches->length < keeper->queued ? batches->length : keeper->queued;
    struct crew crew;
    if (!crew_start(keeper, &crew, (struct task){.files = keeper->queue, .count = length}))
        return STOP_RUN;
    enum outcome outcome = crew_serve(keeper, &crew);
    if (outcome != OUTCOME_OK || keeper->result->stopped)
        return outcome;
    if (crew_is_hopeless(&crew))
        return STOP_RUN;
    if (!crew_has_finished(&crew))
        return after_death(batches, &crew, length);
    batches->fruitless = 0;
    batches->length = batches->length < BATCH_MAX / 2 ? batches->length * 2 : BATCH_MAX;
    drop_first(keeper, length);
    return OUTCOME_OK;
}

static enum outcome examine_queue(struct batches *batches) {
    enum outcome outcome = OUTCOME_OK;
    while (outcome == OUTCOME_OK && !batches->keeper->result->stopped &&
           batches->keeper->queued > 0)
        outcome = examine_batch(batches);
    arena_reset(batches->keeper->queue_arena);
    return outcome;
}

/* Serves the walking examiner, with a batch each time that enough names are there. */
static enum outcome serve_walk(struct batches *batches, struct crew *walk) {
    struct keeper *keeper = batches->keeper;
    enum outcome outcome = OUTCOME_OK;
    enum inbox_event event = INBOX_NOTHING;
    while (outcome == OUTCOME_OK && event != INBOX_ENDED && !walk->distrusted &&
           !keeper->result->stopped) {
        event = inbox_wait(keeper, walk);
        if (event == INBOX_RECORDS)
            outcome = inbox_take(keeper, walk);
        else if (event == INBOX_FAILED)
            outcome = STOP_RUN;
        keeper->result->stopped = stop_wanted();
        if (outcome == OUTCOME_OK && keeper->queued >= BATCH_MAX)
            outcome = examine_queue(batches);
    }
    if (event != INBOX_ENDED)
        crew_kill(walk);
    crew_end(walk);
    return outcome == OUTCOME_OK ? examine_queue(batches) : outcome;
}

enum outcome keeper_run_batches(struct keeper *keeper) {
    struct batches batches = {.keeper = keeper, .length = BATCH_MAX};
    keeper->queue_arena = arena_new(QUEUE_BYTES_MAX);
    if (keeper->queue_arena == NULL) {
        log_line(LOG_ERROR, "out of memory");
        return STOP_RUN;
    }
    for (unsigned walks = 1;; walks++) {
        struct crew walk;
        keeper_begin_walk(keeper);
        if (!crew_start(keeper, &walk, (struct task){.only_walk = true}))
            return STOP_RUN;
        enum outcome outcome = serve_walk(&batches, &walk);
        if (outcome != OUTCOME_OK || keeper->result->stopped || crew_has_finished(&walk))
            return outcome;
        if (crew_is_hopeless(&walk))
            return STOP_RUN;
        if (walks == FRUITLESS_MAX) {
            char end[80];
            crew_say_end(&walk, end, sizeof end);
            log_line(LOG_ERROR, "%s, %d times while it only walked%s", end, FRUITLESS_MAX,
                     examiner_is_pinched(1, keeper->seen)
                         ? "; the limit of memory may be too low (ulimit -v)"
                         : "");
            return STOP_RUN;
        }
        usleep(walks * FRUITLESS_PAUSE_MS * 1000U);
    }
}
