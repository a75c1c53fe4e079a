/*
 * probe_lex: reads paths from stdin, one a line, and prints one JSON object a
 * line: whether the file's bytes can be lexed as they are, and its tokens as
 * [type, line, offset, length], four numbers each.
 */
#include "base/json.h"
#include "python/lexer.h"

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

static void print_tokens(struct json *json, struct span source) {
    struct python_lexer lexer;
    struct python_token token;
    python_lexer_begin(&lexer, source);
    json_open(json, '[');
    do {
        token = python_lexer_next(&lexer);
        json_int(json, token.type);
        json_int(json, token.line);
        json_int(json, token.text.at - source.at);
        json_int(json, (int64_t)token.text.len);
    } while (token.type != PY_END);
    json_close(json, ']');
}

int main(void) {
    char path[4096];
    struct buffer bytes = BUFFER_EMPTY;
    struct buffer out = BUFFER_EMPTY;
    while (fgets(path, sizeof path, stdin) != NULL) {
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
        json_close(&json, '}');
        printf("%.*s\n", SPAN_ARGS(buffer_span(&out)));
        fflush(stdout);
    }
    buffer_free(&bytes);
    buffer_free(&out);
    return 0;
}
