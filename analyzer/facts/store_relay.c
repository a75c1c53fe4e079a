/*
 * store_relay: rows on their way from the thread that reads them to the one that takes them, which
 * have about the same work. A batch of rows has all that they consist of in an arena of its own, so
 * that the reader is never more than a few batches ahead.
 */
#include "facts/store_private.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    BATCHES = 4,
    BATCH_ROWS = 64,
    BATCH_BYTES = 256 * 1024 /* a batch with more is handed over before it is full */
};

struct batch {
    struct arena *arena;
    struct artifact_row rows[BATCH_ROWS];
    size_t count;
};

struct relay {
    struct store *store;
    struct arena *store_arena; /* the store's own, which has a batch's meanwhile */
    struct batch batches[BATCHES];
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t moved;
    size_t filled; /* batches so far, which come in turn */
    size_t taken;
    bool ended;   /* no more will be filled */
    bool stopped; /* no more are wanted */
};

void relay_free(struct relay *relay) {
    if (relay == NULL)
        return;
    relay->store->arena = relay->store_arena;
    for (size_t i = 0; i < BATCHES; i++)
        arena_free(relay->batches[i].arena);
    pthread_cond_destroy(&relay->moved);
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}

struct relay *relay_new(struct store *store) {
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL)
        return NULL;
    relay->store = store;
    relay->store_arena = store->arena;
    pthread_mutex_init(&relay->lock, NULL);
    pthread_cond_init(&relay->moved, NULL);
    bool room = true;
    for (size_t i = 0; i < BATCHES; i++) {
        relay->batches[i].arena = arena_new(ROW_MEMORY_BYTES_MAX);
        room = room && relay->batches[i].arena != NULL;
    }
    store->arena = relay->batches[0].arena;
    if (room)
        return relay;
    relay_free(relay);
    return NULL;
}

/* --- the reader ----------------------------------------------------------------------------- */

/* Hands the batch over and waits for the next one to be free. False when no more are wanted. */
static bool begin_next(struct relay *relay) {
    pthread_mutex_lock(&relay->lock);
    relay->filled++;
    pthread_cond_signal(&relay->moved);
    while (!relay->stopped && relay->filled - relay->taken == BATCHES)
        pthread_cond_wait(&relay->moved, &relay->lock);
    bool wanted = !relay->stopped;
    struct batch *batch = &relay->batches[relay->filled % BATCHES];
    pthread_mutex_unlock(&relay->lock);
    if (wanted) {
        arena_reset(batch->arena);
        batch->count = 0;
        relay->store->arena = batch->arena;
    }
    return wanted;
}

bool relay_give(struct relay *relay, const struct artifact_row *row) {
    struct batch *batch = &relay->batches[relay->filled % BATCHES];
    batch->rows[batch->count++] = *row;
    return (batch->count < BATCH_ROWS && arena_bytes(batch->arena) < BATCH_BYTES) ||
           begin_next(relay);
}

void relay_end(struct relay *relay) {
    pthread_mutex_lock(&relay->lock);
    relay->filled += !relay->stopped; /* else the batch is another's */
    relay->ended = true;
    pthread_cond_signal(&relay->moved);
    pthread_mutex_unlock(&relay->lock);
}

/* --- the taker ------------------------------------------------------------------------------ */

/* The next batch; NULL when there are none any more. */
static struct batch *wait_for_batch(struct relay *relay) {
    pthread_mutex_lock(&relay->lock);
    while (!relay->ended && relay->taken == relay->filled)
        pthread_cond_wait(&relay->moved, &relay->lock);
    struct batch *batch =
        relay->taken < relay->filled ? &relay->batches[relay->taken % BATCHES] : NULL;
    pthread_mutex_unlock(&relay->lock);
    return batch;
}

static void give_back(struct relay *relay, bool wanted) {
    pthread_mutex_lock(&relay->lock);
    relay->taken++;
    relay->stopped = !wanted;
    pthread_cond_signal(&relay->moved);
    pthread_mutex_unlock(&relay->lock);
}

void relay_take(struct relay *relay, bool (*row)(void *context, const struct artifact_row *row),
                void *context) {
    struct batch *batch = NULL;
    bool wanted = true;
    while (wanted && (batch = wait_for_batch(relay)) != NULL) {
        for (size_t i = 0; wanted && i < batch->count; i++)
            wanted = row(context, &batch->rows[i]);
        give_back(relay, wanted);
    }
}
