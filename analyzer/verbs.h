/* verbs: one function a verb; each reads like the pipeline and parses nothing. */
#ifndef WINNOW_VERBS_H
#define WINNOW_VERBS_H

#include "base/error.h"
#include "engine/keeper.h"
#include "options.h"
#include "report/report.h"

enum exit_code verb_sweep(const struct options *options);
enum exit_code verb_scan(const struct options *options);
enum exit_code verb_report(const struct options *options);
/* EXIT_LOSSES when the run knows nothing by that name. */
enum exit_code verb_explain(const struct options *options);
/* Prints reports/SCHEMA.md on stdout. */
enum exit_code verb_schema(void);

/* --- shared by the verbs -------------------------------------------------------------------- */

/* Opens the state for writing, or for reading; NULL after a logged message. */
struct store *open_state(const struct options *options, enum store_mode mode);

/* What a scan reads. */
struct source {
    char *mirror; /* its real path */
    int list_fd;  /* of --files-from, else -1 */
};

/* False after a logged message; the source is closed then. */
bool source_open(struct source *source, const struct options *options);
void source_close(struct source *source);

/* Scans into an open state and remembers what the scan said of itself, for report. */
enum exit_code scan_into(struct store *store, const struct source *source,
                         const struct options *options);

/* Opens the sinks of a report; NULL after a logged message, *code says how to end. */
struct report *open_report(const struct options *options, enum exit_code *code);

/* The worse of two results. */
static inline enum exit_code worse(enum exit_code a, enum exit_code b) {
    return a > b ? a : b;
}

#endif
