/* seen_commands: see seen_commands.h. */
#include "cluster/seen_commands.h"

#include <stdlib.h>

bool seen_commands_add(struct seen_commands *seen, uint32_t command, instant at) {
    if (command == STRING_NONE)
        return false;
    if (seen->count == seen->capacity) {
        size_t wider = seen->capacity ? seen->capacity * 2 : 64;
        struct seen_command *list = realloc(seen->at, wider * sizeof *list);
        if (list == NULL)
            return false;
        seen->at = list;
        seen->capacity = wider;
    }
    seen->at[seen->count++] = (struct seen_command){command, at};
    return true;
}

static int compare_texts(const void *left, const void *right, void *context) {
    const struct strings *strings = context;
    uint32_t a = ((const struct seen_command *)left)->command;
    uint32_t b = ((const struct seen_command *)right)->command;
    return a == b ? 0 : span_compare(strings->at[a], strings->at[b]);
}

static void merge_repeats(struct seen_commands *seen, const struct strings *strings) {
    if (seen->count < 2)
        return;
    qsort_r(seen->at, seen->count, sizeof *seen->at, compare_texts, (void *)(uintptr_t)strings);
    size_t kept = 1;
    for (size_t i = 1; i < seen->count; i++) {
        struct seen_command *last = &seen->at[kept - 1];
        if (seen->at[i].command == last->command)
            last->at = instant_earlier(last->at, seen->at[i].at);
        else
            seen->at[kept++] = seen->at[i];
    }
    seen->count = kept;
}

bool seen_commands_keep(struct seen_commands *seen, struct corpus *corpus, struct project *record) {
    merge_repeats(seen, &corpus->commands);
    if (seen->count == 0)
        return true;
    uint32_t *commands = arena_alloc_raw(corpus->arena, seen->count * sizeof *commands);
    instant *seen_at = arena_alloc_raw(corpus->arena, seen->count * sizeof *seen_at);
    if (commands == NULL || seen_at == NULL)
        return false;
    for (size_t i = 0; i < seen->count; i++) {
        commands[i] = seen->at[i].command;
        seen_at[i] = seen->at[i].at;
    }
    record->commands = (struct id_list){commands, (uint32_t)seen->count};
    record->commands_seen_at = seen_at;
    return true;
}
