/* progress: see progress.h. */
#include "base/progress.h"

#include "base/instant.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { TERMINAL_INTERVAL_MS = 200, LOG_INTERVAL_MS = 60 * 1000 };

struct progress progress_begin(bool quiet) {
    struct progress progress = {.quiet = quiet, .terminal = isatty(STDERR_FILENO) == 1};
    progress.next_ms = monotonic_ms() + (progress.terminal ? 0 : LOG_INTERVAL_MS);
    return progress;
}

bool progress_is_due(const struct progress *progress) {
    return !progress->quiet && monotonic_ms() >= progress->next_ms;
}

void progress_show(struct progress *progress, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    progress->next_ms =
        monotonic_ms() + (progress->terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
    if (!progress->terminal) {
        log_line(LOG_INFO, "%s", text);
        return;
    }
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
    progress->drawn = true;
}

void progress_clear(struct progress *progress) {
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}
