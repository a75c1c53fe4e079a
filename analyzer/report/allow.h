/*
 * allow: projects that somebody looked at and found harmless: they leave the listings, visibly. A
 * text file, one project a line: "project<tab or comma>reason"; empty lines and lines that begin
 * with "#" are comments. A project may be written in any spelling, a reason must be given.
 */
#ifndef WINNOW_REPORT_ALLOW_H
#define WINNOW_REPORT_ALLOW_H

#include "base/list.h"

struct allowed {
    struct span project; /* normalised */
    struct span reason;
    size_t line;
};

struct allow_list {
    struct arena *arena;
    struct allowed *at; /* sorted by project, no repeats */
    size_t count;
    size_t capacity;
};

/* Reads the file. False after a logged message that names file and line; allow_list_free in any
 * case. */
bool allow_list_read(const char *path, struct allow_list *list);
void allow_list_free(struct allow_list *list);

/* NULL when the project is not in the list. */
const struct allowed *allow_list_find(const struct allow_list *list, struct span project);

#endif
