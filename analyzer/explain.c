/* explain: why a name is listed, and what speaks against it, from the files of the latest run. */
#include "base/error.h"
#include "base/log.h"
#include "report/answer.h"
#include "verbs.h"

#include <errno.h>

/* Rows of a section that a person is shown. */
enum { ROWS_SHOWN = 20 };

static enum exit_code answer(const struct run_folder *folder, const struct options *options) {
    struct answer found;
    struct buffer text = BUFFER_EMPTY;
    size_t rows_max = options->json ? SIZE_MAX : ROWS_SHOWN;
    enum exit_code code = EXIT_STOPPED;
    if (answer_find(folder, span_text(options->name), rows_max, &found)) {
        bool known = answer_is_known(&found);
        if (options->json)
            answer_write_json(&found, &text);
        else if (known)
            answer_write_text(&found, &text);
        if (print_text(&text))
            code = known ? EXIT_DONE : EXIT_LOSSES;
        if (!known)
            log_name(LOG_ERROR,
                     "the run knows no project, command, domain, cluster, campaign or "
                     "signature named",
                     span_text(options->name));
    }
    buffer_free(&text);
    answer_free(&found);
    return code;
}

enum exit_code verb_explain(const struct options *options) {
    struct run_folder folder;
    if (!run_folder_open(options->out, true, &folder)) {
        if (errno == ENOENT)
            log_line(LOG_ERROR, "there is no run in %s: make one with winnow report", options->out);
        else
            log_line(LOG_ERROR, "cannot read the run in %s: %s%s", options->out, error_words(errno),
                     error_advice(errno));
        return EXIT_STOPPED;
    }
    enum exit_code code = answer(&folder, options);
    run_folder_close(&folder);
    return code;
}
