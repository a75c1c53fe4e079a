/* log: see log.h. One write a line, so that processes and threads do not mix; no memory is asked
 * for, because that it is out must be told, too. */
#include "base/log.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

/* Of a name and of what stands before it; each byte of the name may need four. */
enum { NAME_BYTES_MAX = 512, MESSAGE_BYTES_MAX = 1024 };

/* The one mutable global: set before any thread exists, read-only afterwards. */
static enum log_level shown = LOG_INFO;

static const char *const level_names[] = {"error", "warning", "info", "debug"};

void log_set_level(enum log_level level) {
    shown = level;
}

enum log_level log_get_level(void) {
    return shown;
}

bool log_level_parse(const char *name, enum log_level *level) {
    for (int i = LOG_ERROR; i <= LOG_DEBUG; i++)
        if (strcmp(name, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

static void emit(enum log_level level, struct span text) {
    const char *name = level != LOG_INFO ? level_names[level] : "";
    const struct span parts[] = {SPAN("winnow: "), span_text(name),
                                 span_text(level != LOG_INFO ? ": " : ""), text, SPAN("\n")};
    enum { PARTS = sizeof parts / sizeof *parts };
    struct iovec line[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        line[i] = (struct iovec){(void *)(uintptr_t)parts[i].at, parts[i].len};
    if (writev(STDERR_FILENO, line, PARTS) < 0) {
        /* Nobody is left to tell. */
    }
}

void log_line(enum log_level level, const char *format, ...) {
    if (level > shown)
        return;
    char text[2048];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0)
        return;
    emit(level, span_of(text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1));
}

void log_name(enum log_level level, const char *message, struct span name) {
    if (level > shown)
        return;
    unsigned char room[MESSAGE_BYTES_MAX + 4 * NAME_BYTES_MAX + 8];
    struct buffer text = {.at = room, .capacity = sizeof room}; /* never grows */
    buffer_add(&text, span_slice(span_text(message), 0, MESSAGE_BYTES_MAX));
    buffer_add_byte(&text, ' ');
    text_add_escaped(&text, name, NAME_BYTES_MAX);
    emit(level, buffer_span(&text));
}

bool print_text(const struct buffer *text) {
    int error = text->failed ? ENOMEM : 0;
    for (size_t done = 0; error == 0 && done < text->len;) {
        ssize_t wrote = write(STDOUT_FILENO, text->at + done, text->len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            error = errno;
    }
    if (error == 0 || error == EPIPE)
        return true;
    log_line(LOG_ERROR, "cannot write to standard output: %s%s", error_words(error),
             error_advice(error));
    return false;
}
