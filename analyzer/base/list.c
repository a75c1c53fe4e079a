/* list: see list.h. */
#include "base/list.h"

#include <stdlib.h>

static int compare_spans(const void *a, const void *b) {
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

void span_list_sort_unique(struct span_list *list) {
    if (list->count < 2)
        return;
    qsort(list->at, list->count, sizeof *list->at, compare_spans);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++)
        if (!span_equal(list->at[i], list->at[kept - 1]))
            list->at[kept++] = list->at[i];
    list->count = kept;
}
