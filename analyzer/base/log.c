/* log: see log.h. One write(2) a line, so that processes and threads do not mix. */
#include "base/log.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 512 };

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
    struct buffer line = BUFFER_EMPTY;
    buffer_add_text(&line, "winnow: ");
    if (level != LOG_INFO)
        buffer_printf(&line, "%s: ", level_names[level]);
    buffer_add(&line, text);
    buffer_add_byte(&line, '\n');
    if (line.len > 0 && write(STDERR_FILENO, line.at, line.len) < 0) {
        /* Nobody is left to tell. */
    }
    buffer_free(&line);
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
    struct buffer text = BUFFER_EMPTY;
    buffer_add_text(&text, message);
    buffer_add_byte(&text, ' ');
    text_add_escaped(&text, name, NAME_BYTES_MAX);
    emit(level, buffer_span(&text));
    buffer_free(&text);
}
