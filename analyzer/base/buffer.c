/* buffer: see buffer.h. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_free(struct buffer *buffer) {
    free(buffer->at);
    *buffer = BUFFER_EMPTY;
}

void buffer_clear(struct buffer *buffer) {
    buffer->len = 0;
}

bool buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->failed)
        return false;
    if (buffer->capacity - buffer->len >= more)
        return true;
    size_t wanted = buffer->capacity ? buffer->capacity * 2 : 256;
    if (wanted < buffer->len + more)
        wanted = buffer->len + more;
    unsigned char *grown = realloc(buffer->at, wanted);
    if (grown == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->at = grown;
    buffer->capacity = wanted;
    return true;
}

void buffer_add_text(struct buffer *buffer, const char *text) {
    buffer_add(buffer, span_text(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) /* some forms of numbers take memory */
        buffer->failed = true;
    else if (buffer_reserve(buffer, (size_t)len + 1)) {
        vsnprintf((char *)buffer->at + buffer->len, (size_t)len + 1, format, again);
        buffer->len += (size_t)len;
    }
    va_end(again);
}
