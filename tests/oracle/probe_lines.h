/*
 * probe_lines: the loop of a probe program that answers questions: one a line,
 * a verb and arguments in hex, separated by tabs; one JSON value a line comes back.
 */
#ifndef WINNOW_PROBE_LINES_H
#define WINNOW_PROBE_LINES_H

#include "base/hash.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

/* False when the verb is unknown or memory is out: ends the program. */
typedef bool (*probe_answer)(struct arena *arena, struct json *json, struct span verb,
                             const struct span arguments[2]);

static bool probe_answer_line(struct arena *arena, struct buffer *out, struct span line,
                              probe_answer answer) {
    struct span verb, hex, arguments[2] = {SPAN_EMPTY, SPAN_EMPTY};
    if (!span_next_piece(&line, '\t', &verb))
        return false;
    for (size_t i = 0; i < 2 && span_next_piece(&line, '\t', &hex); i++) {
        /* Exactly as large as needed, so that a sanitizer sees a read past the end. */
        unsigned char *bytes = malloc(hex.len / 2 + (hex.len == 0));
        if (bytes == NULL || !hex_parse(hex, bytes, hex.len / 2)) {
            free(bytes);
            return false;
        }
        arguments[i] = span_of(bytes, hex.len / 2);
    }
    struct json json = json_to(out, false);
    bool answered = answer(arena, &json, verb, arguments);
    buffer_add_byte(out, '\n');
    free((void *)(uintptr_t)arguments[0].at);
    free((void *)(uintptr_t)arguments[1].at);
    return answered;
}

static int probe_lines(const char *name, probe_answer answer) {
    struct arena *arena = arena_new((size_t)1 << 29);
    struct buffer out = BUFFER_EMPTY;
    char *text = NULL;
    size_t capacity = 0;
    bool good = arena != NULL;
    ssize_t len;
    while (good && (len = getline(&text, &capacity, stdin)) > 0) {
        buffer_clear(&out);
        arena_reset(arena);
        struct span line = span_of(text, (size_t)len - (text[len - 1] == '\n'));
        good = probe_answer_line(arena, &out, line, answer);
        good = good && fwrite(out.at, 1, out.len, stdout) == out.len;
    }
    if (!good)
        fprintf(stderr, "%s: bad question\n", name);
    free(text);
    buffer_free(&out);
    arena_free(arena);
    return good ? 0 : 1;
}

static inline void probe_list(struct json *json, const char *key, const struct span *at,
                              size_t count) {
    if (key != NULL)
        json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < count; i++)
        json_string(json, at[i]);
    json_close(json, ']');
}

static inline void probe_hex(struct json *json, struct span bytes) {
    struct buffer hex = BUFFER_EMPTY;
    hex_add(&hex, bytes);
    json_string(json, buffer_span(&hex));
    buffer_free(&hex);
}

#endif
