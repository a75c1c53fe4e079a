/* cell_json: a cell of a table as a JSON value of its column's type. */
#ifndef WINNOW_REPORT_CELL_JSON_H
#define WINNOW_REPORT_CELL_JSON_H

#include "base/json.h"
#include "report/schema.h"

/* Counts and numbers become numbers, lists arrays (split at spaces), texts strings; an empty cell
 * is null, but "" for a text and [] for a list. */
void cell_add_json(struct json *json, enum column_type type, struct span cell);

#endif
