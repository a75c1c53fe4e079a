/*
 * buffer: bytes that grow, on the heap. A failed allocation is remembered, so
 * that a writer may append a whole row and ask once.
 */
#ifndef WINNOW_BASE_BUFFER_H
#define WINNOW_BASE_BUFFER_H

#include "base/span.h"

struct buffer {
    unsigned char *at;
    size_t len;
    size_t capacity;
    bool failed; /* memory ran out: content is incomplete, and nothing is added any more */
};

#define BUFFER_EMPTY ((struct buffer){NULL, 0, 0, false})

void buffer_free(struct buffer *buffer);
/* Empties it; a failure stays, so that a buffer used for many things may be asked once. */
void buffer_clear(struct buffer *buffer);
/* Makes room for `more` bytes after len. False when memory is out. */
bool buffer_reserve(struct buffer *buffer, size_t more);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void buffer_add(struct buffer *buffer, struct span bytes) {
    bool room = bytes.len <= buffer->capacity - buffer->len || buffer_reserve(buffer, bytes.len);
    if (bytes.len == 0 || !room)
        return;
    memcpy(buffer->at + buffer->len, bytes.at, bytes.len);
    buffer->len += bytes.len;
}

static inline void buffer_add_byte(struct buffer *buffer, unsigned char byte) {
    if (buffer->len < buffer->capacity || buffer_reserve(buffer, 1))
        buffer->at[buffer->len++] = byte;
}

static inline struct span buffer_span(const struct buffer *buffer) {
    return span_of(buffer->at, buffer->len);
}

#endif
