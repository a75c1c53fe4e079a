/* main: command line -> frozen options -> one verb. Only here does the program end. */
#include "base/log.h"
#include "verbs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* With 0, 1 or 2 closed, the next file opened would get the log's lines. Writing still fails. */
static bool open_standard_files(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            return false;
    return true;
}

/* Libraries (OpenMP's, without memory or threads) end a program in their own way: with status 1,
 * which is ours for a run that was published. */
static void end_as_stopped(int status, void *ended) {
    (void)status;
    if (*(const bool *)ended)
        return;
    log_line(LOG_ERROR, "a library ended the program: out of memory, or no more threads to be had; "
                        "raise the limits, or use fewer --jobs");
    _exit(EXIT_STOPPED);
}

static enum exit_code parse_and_run(int argc, char **argv) {
    struct options options;
    if (!open_standard_files())
        return EXIT_STOPPED;
    if (!options_parse(argc, argv, &options))
        return EXIT_USAGE;
    log_set_level(options.log_level);
    if (options.help) {
        options_print_help(options.verb);
        return EXIT_DONE;
    }
    return run(&options);
}

int main(int argc, char **argv) {
    bool ended = false;
    on_exit(end_as_stopped, &ended);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond a limit of file sizes fails with EFBIG... */
    signal(SIGPIPE, SIG_IGN); /* ...and one to a reader who went away with EPIPE */
    int code = (int)parse_and_run(argc, argv);
    ended = true;
    exit(code); /* not return: what was registered looks at this frame */
}
