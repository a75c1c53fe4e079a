/*
 * probe_setup_py: reads paths from stdin, one a line, and prints what each
 * setup.py states literally as one JSON object a line.
 */
#include "base/json.h"
#include "extract/setup_py.h"

#include <stdio.h>

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

static void print_list(struct json *json, const char *key, const struct span_list *list) {
    json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < list->count; i++)
        json_string(json, list->at[i]);
    json_close(json, ']');
}

static void print_entries(struct json *json, const struct entry_point_list *list) {
    json_key(json, "entry_points");
    json_open(json, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_open(json, '[');
        json_string(json, list->at[i].group);
        json_string(json, list->at[i].name);
        json_string(json, list->at[i].object_reference);
        json_string(json, list->at[i].extras);
        json_text(json, entry_source_name(list->at[i].source));
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void print_setup(struct buffer *out, const struct setup_py *setup) {
    struct json json = json_to(out, false);
    json_open(&json, '{');
    json_key(&json, "has_setup_call");
    json_bool(&json, setup->has_setup_call);
    json_key(&json, "given");
    json_bool(&json, setup->entry_points_given);
    json_key(&json, "dynamic");
    json_bool(&json, setup->entry_points_dynamic);
    print_entries(&json, &setup->entry_points);
    print_list(&json, "install_requires", &setup->install_requires);
    print_list(&json, "source_roots", &setup->source_roots);
    print_list(&json, "packages", &setup->packages);
    print_list(&json, "modules", &setup->modules);
    print_list(&json, "scripts", &setup->scripts);
    json_key(&json, "name");
    json_string(&json, setup->name);
    json_key(&json, "version");
    json_string(&json, setup->version);
    json_close(&json, '}');
}

int main(void) {
    char path[4096];
    struct buffer bytes = BUFFER_EMPTY;
    struct buffer out = BUFFER_EMPTY;
    struct arena *arena = arena_new((size_t)64 << 20);
    while (arena != NULL && fgets(path, sizeof path, stdin) != NULL) {
        struct setup_py setup;
        path[strcspn(path, "\n")] = '\0';
        buffer_clear(&bytes);
        buffer_clear(&out);
        arena_reset(arena);
        if (!read_file(path, &bytes) || !setup_py_read(arena, buffer_span(&bytes), &setup)) {
            fprintf(stderr, "probe_setup_py: cannot read %s\n", path);
            return 1;
        }
        print_setup(&out, &setup);
        printf("%.*s\n", SPAN_ARGS(buffer_span(&out)));
        fflush(stdout);
    }
    arena_free(arena);
    buffer_free(&bytes);
    buffer_free(&out);
    return 0;
}
