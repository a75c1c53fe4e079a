/*
 * open_project: folds the artifacts of one project into its record. Memory is
 * that of the project's own versions, names and signatures, and is reused for the next.
 */
#ifndef WINNOW_CLUSTER_OPEN_PROJECT_H
#define WINNOW_CLUSTER_OPEN_PROJECT_H

#include "cluster/corpus.h"

/* NULL when memory is out. */
struct open_project *open_project_new(void);
void open_project_free(struct open_project *open);

/* The name of the project that is open; "" when none is. */
struct span open_project_name(const struct open_project *open);

/* Opens the project of `row`; none is open. Then open_project_add it, too. */
bool open_project_begin(struct open_project *open, const struct artifact_row *row);
bool open_project_add(struct open_project *open, struct corpus *corpus,
                      const struct artifact_row *row);

/* Appends the record to the corpus; none is open afterwards. */
bool open_project_end(struct open_project *open, struct corpus *corpus);

#endif
