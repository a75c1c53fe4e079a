/*
 * word_list: one reference list of datasets/, a word or domain a line, lower case, "#" starts a
 * comment. Looked for in this order: the folder in WINNOW_DATASETS; `datasets` beside the program;
 * `../share/winnow/datasets` from the program; the copy built into the program. Within a folder,
 * `fetched/NAME.txt` is preferred to `NAME.txt`. Read-only after loading: threads share it.
 */
#ifndef WINNOW_CLUSTER_WORD_LIST_H
#define WINNOW_CLUSTER_WORD_LIST_H

#include "base/buffer.h"

struct word_list {
    struct buffer text; /* the file; the words are views of it */
    struct span *words; /* sorted bytewise */
    size_t count;
    const char *name; /* "free-mail"; the caller's */
    char *source;     /* path, or "built in" */
};

/* `name` without ".txt". `built_in` is used when no folder has the list. False after a logged
 * message. */
bool word_list_load(struct word_list *list, const char *name, const char *built_in);
void word_list_free(struct word_list *list);
bool word_list_has(const struct word_list *list, struct span word);

#endif
