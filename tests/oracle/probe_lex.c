/*
 * probe_lex: reads paths from stdin, one a line, and prints one JSON object a
 * line: whether the file's bytes can be lexed as they are, and its tokens as
 * [type, line, offset, length], four numbers each; with the argument "values"
 * also the value of each string token in hexadecimal, or null.
 */
#include "base/hash.h"
#include "base/json.h"
#include "python/lexer.h"
#include "python/literal.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_file(const char *path, struct buffer *bytes) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t got = 0;
    do {
        bytes->len += got;
        if (!buffer_reserve(bytes, 1 << 16))
            break;
        got = fread(bytes->at + bytes->len, 1, 1 << 16, file);
    } while (got > 0);
    fclose(file);
    return !bytes->failed;
}

/* Line ends: \n, \r\n, \r. */
static int64_t count_lines(const unsigned char *from, const unsigned char *to) {
    int64_t lines = 0;
    for (const unsigned char *at = from; at < to; at++)
        lines += *at == '\n' || (*at == '\r' && (at + 1 == to || at[1] != '\n'));
    return lines;
}

static void print_tokens(struct json *json, struct span source) {
    struct python_lexer lexer;
    struct python_token token;
    const unsigned char *passed = source.at;
    int64_t line = 1;
    python_lexer_begin(&lexer, source);
    json_open(json, '[');
    do {
        python_lexer_next(&lexer, &token);
        json_int(json, token.type);
        line += count_lines(passed, token.text.at);
        passed = token.text.at;
        json_int(json, line);
        json_int(json, token.text.at - source.at);
        json_int(json, (int64_t)token.text.len);
        bool unwritten = token.type == PY_NEWLINE || token.type == PY_NL; /* at the very end */
        line += unwritten && token.text.len == 0;
    } while (token.type != PY_END);
    json_close(json, ']');
}

static void print_values(struct json *json, struct arena *arena, struct span source) {
    struct python_lexer lexer;
    struct python_token token;
    struct buffer hex = BUFFER_EMPTY;
    python_lexer_begin(&lexer, source);
    json_key(json, "values");
    json_open(json, '[');
    do {
        struct span value;
        python_lexer_next(&lexer, &token);
        if (token.type != PY_STRING)
            continue;
        buffer_clear(&hex);
        if (python_string_value(arena, token.text, &value)) {
            hex_add(&hex, value);
            json_string(json, buffer_span(&hex));
        } else {
            json_null(json);
        }
    } while (token.type != PY_END);
    json_close(json, ']');
    buffer_free(&hex);
}

int main(int count, char **arguments) {
    bool with_values = count > 1 && strcmp(arguments[1], "values") == 0;
    struct arena *arena = arena_new((size_t)256 << 20);
    char path[4096];
    struct buffer bytes = BUFFER_EMPTY;
    struct buffer out = BUFFER_EMPTY;
    while (arena != NULL && fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        buffer_clear(&bytes);
        buffer_clear(&out);
        if (!read_file(path, &bytes)) {
            fprintf(stderr, "probe_lex: cannot read %s\n", path);
            return 1;
        }
        struct json json = json_to(&out, false);
        json_open(&json, '{');
        json_key(&json, "transparent");
        json_bool(&json, python_source_is_transparent(buffer_span(&bytes)));
        json_key(&json, "tokens");
        print_tokens(&json, buffer_span(&bytes));
        if (with_values)
            print_values(&json, arena, buffer_span(&bytes));
        arena_reset(arena);
        json_close(&json, '}');
        printf("%.*s\n", SPAN_ARGS(buffer_span(&out)));
        fflush(stdout);
    }
    arena_free(arena);
    buffer_free(&bytes);
    buffer_free(&out);
    return 0;
}
