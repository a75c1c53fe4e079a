/* sweep: scan, then report: the nightly job. Sinks are opened first, so that a bad path or a dead
 * Redis fails before hours of work. */
#include "verbs.h"

enum exit_code verb_sweep(const struct options *options) {
    enum exit_code code = EXIT_STOPPED;
    struct store *store = NULL;
    struct report *report = open_report(options, &code);
    if (report != NULL)
        store = open_state(options, STORE_WRITE);
    if (store != NULL) {
        code = scan_into(store, options);
        if (code <= EXIT_LOSSES)
            code = worse(code, report_write(report, store));
    }
    store_close(store);
    report_close(report);
    return code;
}
