/* report: facts in, reports out; the mirror is not touched. */
#include "base/instant.h"
#include "base/json.h"
#include "base/stop.h"
#include "report/schema.h"
#include "verbs.h"

#include <stdio.h>

/* What only a scan has. */
static void add_scan_options(struct json *json, const struct options *options) {
    json_key(json, "files_from");
    if (options->files_from != NULL)
        json_text(json, options->files_from);
    else
        json_null(json);
    json_key(json, "sandbox");
    json_bool(json, options->sandbox);
    json_key(json, "thorough");
    json_bool(json, options->thorough);
}

/* For run.json; secrets (the Redis URL) stay out. */
static void add_options(struct buffer *out, const struct options *options) {
    struct json json = json_to(out, false);
    json_open(&json, '{');
    json_key(&json, "verb");
    json_text(&json, options->verb == VERB_SWEEP ? "sweep" : "report");
    if (options->verb == VERB_SWEEP)
        add_scan_options(&json, options);
    json_key(&json, "state");
    json_text(&json, options->state);
    json_key(&json, "out");
    json_text(&json, options->out);
    if (options->allow != NULL) {
        json_key(&json, "allow");
        json_text(&json, options->allow);
    }
    json_key(&json, "jobs");
    json_int(&json, options->jobs);
    json_key(&json, "redis");
    json_bool(&json, options->redis_url != NULL);
    json_key(&json, "redis_keep");
    json_int(&json, options->redis_keep);
    json_close(&json, '}');
}

struct report *open_report(const struct options *options, enum exit_code *code) {
    *code = EXIT_STOPPED;
    struct buffer words = BUFFER_EMPTY;
    add_options(&words, options);
    buffer_add_byte(&words, '\0');
    struct report *report = NULL;
    if (words.failed) {
        log_line(LOG_ERROR, "out of memory");
    } else {
        const struct report_request request = {.out = options->out,
                                               .allow = options->allow,
                                               .redis_url = options->redis_url,
                                               .redis_keep = options->redis_keep,
                                               .jobs = options->jobs,
                                               .quiet = options->quiet,
                                               .options_json = (const char *)words.at,
                                               .started_ms = monotonic_ms()};
        report = report_open(&request, code);
    }
    buffer_free(&words);
    return report;
}

enum exit_code verb_report(const struct options *options) {
    enum exit_code code = EXIT_STOPPED;
    stop_listen();
    struct report *report = open_report(options, &code);
    struct store *store = report ? open_state(options, STORE_READ) : NULL;
    if (store != NULL)
        code = report_write(report, store);
    store_close(store);
    report_close(report);
    return code;
}

enum exit_code verb_schema(void) {
    struct buffer text = BUFFER_EMPTY;
    schema_write_markdown(&text);
    bool written = print_text(&text);
    buffer_free(&text);
    return written ? EXIT_DONE : EXIT_STOPPED;
}
