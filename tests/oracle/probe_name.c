/*
 * probe_name: what mirror/name.h and mirror/filename.h say, for an oracle.
 * In: one question a line, fields separated by tabs, arguments in hex:
 *   normalize NAME | same NAME NAME | version A B | filename NAME HINT
 * Out: one JSON value a line.
 */
#include "base/hash.h"
#include "base/json.h"
#include "mirror/filename.h"
#include "mirror/name.h"

#include <stdio.h>
#include <stdlib.h>

static void show_filename(struct json *json, struct span name, struct span hint) {
    struct parsed_filename parsed = filename_parse(name, hint);
    json_open(json, '{');
    json_key(json, "format");
    json_text(json, artifact_format_name(parsed.format));
    json_key(json, "artifact");
    json_bool(json, parsed.is_artifact);
    json_key(json, "name");
    json_string(json, parsed.name);
    json_key(json, "version");
    json_string(json, parsed.version);
    json_close(json, '}');
}

static bool answer(struct arena *arena, struct json *json, struct span verb,
                   const struct span arg[2]) {
    struct span normalized;
    if (span_is(verb, "normalize")) {
        if (!project_normalize(arena, arg[0], &normalized))
            return false;
        json_string(json, normalized);
    } else if (span_is(verb, "same")) {
        json_bool(json, project_same(arg[0], arg[1]));
    } else if (span_is(verb, "version")) {
        int order = version_compare(arg[0], arg[1]);
        json_open(json, '[');
        json_int(json, (order > 0) - (order < 0));
        json_bool(json, version_same(arg[0], arg[1]));
        json_close(json, ']');
    } else if (span_is(verb, "filename")) {
        show_filename(json, arg[0], arg[1]);
    } else {
        return false;
    }
    return true;
}

static bool answer_line(struct arena *arena, struct buffer *out, struct span line) {
    struct span verb, hex, arg[2] = {SPAN_EMPTY, SPAN_EMPTY};
    if (!span_next_piece(&line, '\t', &verb))
        return false;
    for (size_t i = 0; i < 2 && span_next_piece(&line, '\t', &hex); i++) {
        unsigned char *bytes = arena_alloc(arena, hex.len / 2 + 1);
        if (bytes == NULL || !hex_parse(hex, bytes, hex.len / 2))
            return false;
        arg[i] = span_of(bytes, hex.len / 2);
    }
    struct json json = json_to(out, false);
    bool answered = answer(arena, &json, verb, arg);
    buffer_add_byte(out, '\n');
    return answered;
}

int main(void) {
    struct arena *arena = arena_new((size_t)1 << 26);
    struct buffer out = BUFFER_EMPTY;
    char *text = NULL;
    size_t capacity = 0;
    bool good = arena != NULL;
    ssize_t len;
    while (good && (len = getline(&text, &capacity, stdin)) > 0) {
        buffer_clear(&out);
        arena_reset(arena);
        good = answer_line(arena, &out, span_of(text, (size_t)len - (text[len - 1] == '\n')));
        good = good && fwrite(out.at, 1, out.len, stdout) == out.len;
    }
    if (!good)
        fprintf(stderr, "probe_name: bad question: %s\n", text ? text : "");
    free(text);
    buffer_free(&out);
    arena_free(arena);
    return good ? 0 : 1;
}
