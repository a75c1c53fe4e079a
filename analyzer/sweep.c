/* sweep: scan, then report: the nightly job. All that is named is opened first, so that a bad path
 * or a dead Redis fails before hours of work, and leaves nothing behind. */
#include "base/stop.h"
#include "verbs.h"

enum exit_code verb_sweep(const struct options *options) {
    enum exit_code code = EXIT_STOPPED;
    struct source source;
    struct report *report = NULL;
    struct store *store = NULL;
    if (source_open(&source, options)) {
        stop_listen();
        report = open_report(options, &code);
    }
    if (report != NULL)
        store = open_state(options, STORE_WRITE);
    if (store != NULL) {
        code = scan_into(store, &source, options);
        if (code <= EXIT_LOSSES)
            code = worse(code, report_write(report, store));
    }
    store_close(store);
    report_close(report);
    source_close(&source);
    return code;
}
