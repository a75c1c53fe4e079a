/* main: command line -> frozen options -> one verb. Only here does the program end. */
#include "base/log.h"
#include "verbs.h"

#include <signal.h>
#include <stdio.h>

static enum exit_code run(const struct options *options) {
    switch (options->verb) {
    case VERB_SWEEP:
        return verb_sweep(options);
    case VERB_SCAN:
        return verb_scan(options);
    case VERB_REPORT:
        return verb_report(options);
    case VERB_EXPLAIN:
        return verb_explain(options);
    case VERB_SCHEMA:
        return verb_schema();
    case VERB_VERSION:
        puts("winnow " WINNOW_VERSION);
        return EXIT_DONE;
    case VERB_NONE:
    case VERB_HELP:
        break;
    }
    options_print_help(VERB_NONE);
    return EXIT_DONE;
}

int main(int argc, char **argv) {
    struct options options;
    signal(SIGXFSZ, SIG_IGN); /* a write beyond a limit of file sizes fails with EFBIG... */
    signal(SIGPIPE, SIG_IGN); /* ...and one to a reader who went away with EPIPE */
    if (!options_parse(argc, argv, &options))
        return EXIT_USAGE;
    log_set_level(options.log_level);
    if (options.help) {
        options_print_help(options.verb);
        return EXIT_DONE;
    }
    return (int)run(&options);
}
