/*
 * log: lines for people on stderr. Arguments from a mirror go through
 * log_name(), which escapes what could drive a terminal.
 */
#ifndef WINNOW_BASE_LOG_H
#define WINNOW_BASE_LOG_H

#include "base/buffer.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Set once by main, before any thread exists. Messages above `level` are dropped. */
void log_set_level(enum log_level level);
enum log_level log_get_level(void);
/* False when `name` is not one of error, warning, info, debug. */
bool log_level_parse(const char *name, enum log_level *level);

/* One line, "winnow: LEVEL: ...". Trusted arguments only. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line ending in a name or text taken from a mirror, escaped and cut. */
void log_name(enum log_level level, const char *message, struct span name);

/* Text for the reader, on standard output. False after a logged message when not all of it went
 * there; a reader who went away (... | head) is fine. */
bool print_text(const struct buffer *text);

#endif
