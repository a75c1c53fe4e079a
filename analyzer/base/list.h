/* list: growable arrays of spans in an arena, the commonest one. */
#ifndef WINNOW_BASE_LIST_H
#define WINNOW_BASE_LIST_H

#include "base/arena.h"

struct span_list {
    struct span *at;
    size_t count;
    size_t capacity;
};

/* Appends a view (not a copy) of `item`. False when memory is out. */
static inline bool span_list_add(struct span_list *list, struct arena *arena, struct span item) {
    struct span *place =
        arena_push(arena, (void **)&list->at, &list->count, &list->capacity, sizeof *list->at);
    if (place != NULL)
        *place = item;
    return place != NULL;
}

static inline bool span_list_has(const struct span_list *list, struct span item) {
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(list->at[i], item))
            return true;
    return false;
}

/* Sorts bytewise and drops repeats. */
void span_list_sort_unique(struct span_list *list);

#endif
