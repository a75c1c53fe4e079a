/* walk_queue: the directories that wait for a thread. See walk_room.h for how threads share. */
#include "mirror/walk_room.h"

#include <stdlib.h>
#include <unistd.h>

void item_free(struct item *item) {
    if (item->listing != NULL)
        close(item->listing->fd);
    free(item->listing);
    free(item->path);
    *item = (struct item){0};
}

bool stack_reserve(struct stack *stack, size_t more) {
    if (stack->capacity - stack->count >= more)
        return true;
    size_t capacity = stack->capacity * 2 + more;
    struct item *at = reallocarray(stack->at, capacity, sizeof *at);
    if (at == NULL)
        return false;
    stack->at = at;
    stack->capacity = capacity;
    return true;
}

bool stack_push(struct stack *stack, struct item item) {
    if (!stack_reserve(stack, 1))
        return false;
    stack->at[stack->count++] = item;
    return true;
}

void stack_free(struct stack *stack) {
    for (size_t i = 0; i < stack->count; i++)
        item_free(&stack->at[i]);
    free(stack->at);
    *stack = (struct stack){0};
}

/* Moves items [from, from + count) of one stack to the top of another. False, nothing moved, when
 * memory is out. */
static bool stack_move(struct stack *to, struct stack *stack, size_t from, size_t count) {
    if (!stack_reserve(to, count))
        return false;
    if (count == 0)
        return true;
    memcpy(to->at + to->count, stack->at + from, count * sizeof *to->at);
    to->count += count;
    memmove(stack->at + from, stack->at + from + count,
            (stack->count - from - count) * sizeof *stack->at);
    stack->count -= count;
    return true;
}

bool queue_init(struct queue *queue) {
    *queue = (struct queue){.busy = 0};
    atomic_init(&queue->hungry, 0);
    if (pthread_mutex_init(&queue->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&queue->changed, NULL) == 0)
        return true;
    pthread_mutex_destroy(&queue->lock);
    return false;
}

void queue_free(struct queue *queue) {
    stack_free(&queue->stack);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
}

bool queue_take(struct queue *queue, struct stack *own, bool busy, bool wait) {
    pthread_mutex_lock(&queue->lock);
    while (wait && queue->stack.count == 0 && queue->busy > 0) {
        atomic_fetch_add(&queue->hungry, 1);
        pthread_cond_wait(&queue->changed, &queue->lock);
        atomic_fetch_sub(&queue->hungry, 1);
    }
    size_t waiting = queue->stack.count;
    /* Half of what there is, so that the next thread finds some, too. `own` has room since
     * walk_cursor_new: the move cannot fail. */
    size_t count = (waiting + 1) / 2 < WALK_TAKE_MAX ? (waiting + 1) / 2 : WALK_TAKE_MAX;
    bool taken = count > 0 && stack_move(own, &queue->stack, waiting - count, count);
    if (taken && !busy)
        queue->busy++;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void queue_share(struct queue *queue, struct stack *own) {
    if (own->count < 2 || atomic_load_explicit(&queue->hungry, memory_order_relaxed) == 0)
        return;
    pthread_mutex_lock(&queue->lock);
    /* The oldest lie nearest to the root and promise the most work. */
    stack_move(&queue->stack, own, 0, own->count / 2);
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

static void stop_being_busy(struct queue *queue) {
    queue->busy--;
    if (queue->stack.count > 0 || queue->busy == 0)
        pthread_cond_broadcast(&queue->changed);
}

bool queue_return(struct queue *queue, struct stack *own) {
    pthread_mutex_lock(&queue->lock);
    bool moved = stack_move(&queue->stack, own, 0, own->count);
    if (moved)
        stop_being_busy(queue);
    pthread_mutex_unlock(&queue->lock);
    return moved;
}

void queue_leave(struct queue *queue, struct stack *own) {
    stack_free(own);
    pthread_mutex_lock(&queue->lock);
    stop_being_busy(queue);
    pthread_mutex_unlock(&queue->lock);
}
