/* answer_facts: what an answer says in JSON of its own files: the listing's findings, the run's id,
 * the reason why a project was allowed. Private to answer_text and answer_json. */
#ifndef WINNOW_REPORT_ANSWER_FACTS_H
#define WINNOW_REPORT_ANSWER_FACTS_H

#include "report/answer.h"

#include <yajl/yajl_tree.h>

/* NULL when it is no JSON; the caller frees it (yajl_tree_free). `out`, what is written from it,
 * fails when memory is out. */
yajl_val facts_parse(struct span json, struct buffer *out);

/* A value's text; SPAN_EMPTY when it is none. Borrowed from the tree. */
struct span facts_string(yajl_val value);
/* A text member; SPAN_EMPTY when there is none. Borrowed from the tree. */
struct span facts_text(yajl_val object, const char *name);
/* A number as the file writes it; SPAN_EMPTY when there is none. */
struct span facts_number(yajl_val object, const char *name);
/* An array's items; *count is 0 when there is none. */
yajl_val *facts_items(yajl_val object, const char *name, size_t *count);

/* A member that is an object; NULL when there is none. */
yajl_val facts_object(yajl_val object, const char *name);

/* The entry of run.json's list of allowed projects; NULL: none. */
yajl_val facts_allowed(yajl_val run, struct span project);

#endif
