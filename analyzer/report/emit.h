/* emit: cells that several producers of rows share. */
#ifndef WINNOW_REPORT_EMIT_H
#define WINNOW_REPORT_EMIT_H

#include "cluster/group.h"
#include "report/row.h"

/* A list cell: the texts of these numbers. */
void row_ids(struct row *row, const struct strings *strings, const struct id_list *list);

/* A list cell: the group's first projects by name. */
void row_examples(struct row *row, const struct corpus *corpus, struct group group);

/* Four cells: first and last upload, busiest day and its projects. */
void row_times(struct row *row, const struct group_facts *facts);

#endif
