/* domain_list: one reference list of domains, held sorted in memory. See domain.h for where it is
 * looked for. */
#ifndef WINNOW_CLUSTER_DOMAIN_LIST_H
#define WINNOW_CLUSTER_DOMAIN_LIST_H

#include "base/buffer.h"

struct domain_list {
    struct buffer text; /* the file; the domains are views of it */
    struct span *domains;
    size_t count;
    char *source; /* path, or "built in" */
};

/* `name` without ".txt". `built_in` is used when no folder has the list. False after a logged
 * message. */
bool domain_list_load(struct domain_list *list, const char *name, const char *built_in);
void domain_list_free(struct domain_list *list);
bool domain_list_has(const struct domain_list *list, struct span domain);

#endif
