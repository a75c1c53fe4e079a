/*
 * probe_toml: what extract/ reads in TOML, for an oracle. Questions as probe_lines.h says:
 *   toml TEXT | pyproject TEXT
 * A TOML value comes back as [type, text], an array as ["array", [...]], a table as ["table",
 * [[key, value]...]], an error as ["error", line, message].
 */
#include "extract/pyproject.h"
#include "probe_declared.h"

static void show(struct json *json, const struct toml_value *value) {
    static const char *const names[] = {"table",   "array", "string", "integer",  "float",
                                        "boolean", "date",  "time",   "date-time"};
    json_open(json, '[');
    json_text(json, names[value->type]);
    if (value->type != TOML_TABLE && value->type != TOML_ARRAY) {
        json_string(json, value->text);
        json_close(json, ']');
        return;
    }
    json_open(json, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (value->type == TOML_TABLE) {
            json_open(json, '[');
            json_string(json, value->keys[i]);
        }
        show(json, value->items[i]);
        if (value->type == TOML_TABLE)
            json_close(json, ']');
    }
    json_close(json, ']');
    json_close(json, ']');
}

static bool answer(struct arena *arena, struct json *json, struct span verb,
                   const struct span arguments[2]) {
    struct toml_error error = {0};
    if (span_is(verb, "toml")) {
        const struct toml_value *root = toml_read(arena, arguments[0], &error);
        if (root != NULL) {
            show(json, root);
            return true;
        }
    } else if (span_is(verb, "pyproject")) {
        struct declared declared;
        if (pyproject_read(arena, arguments[0], &declared, &error)) {
            probe_declared(json, &declared);
            return true;
        }
    } else {
        return false;
    }
    json_open(json, '[');
    json_text(json, "error");
    json_int(json, error.line);
    json_text(json, error.message != NULL ? error.message : "out of memory");
    json_close(json, ']');
    return error.message != NULL;
}

int main(void) {
    return probe_lines("probe_toml", answer);
}
