/* seen_commands: the commands of the open project, each with the earliest upload that declares it.
 */
#ifndef WINNOW_CLUSTER_SEEN_COMMANDS_H
#define WINNOW_CLUSTER_SEEN_COMMANDS_H

#include "cluster/corpus.h"

/* A command as one upload declares it. */
struct seen_command {
    uint32_t command; /* number in corpus->commands */
    instant at;
};

struct seen_commands {
    struct seen_command *at; /* on the heap, its owner's to free */
    size_t count;
    size_t capacity;
};

/* False when memory is out, of which STRING_NONE is the sign, too. */
bool seen_commands_add(struct seen_commands *seen, uint32_t command, instant at);

/* Fills commands and commands_seen_at of the record; the list loses its repeats. */
bool seen_commands_keep(struct seen_commands *seen, struct corpus *corpus, struct project *record);

#endif
