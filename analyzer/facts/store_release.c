/*
 * store_release: what the artifacts of one release tell of each other: a wheel is held against the
 * sdist of the same version. Rows come sorted, so one sdist is in hand at a time.
 */
#include "base/hash.h"
#include "base/text.h"
#include "extract/field_marks.h"
#include "facts/store_private.h"

#include <stdlib.h>

static const char reading[] = "read the source distributions of a project";

void release_begin(struct store *store, int64_t project_id) {
    struct releases *releases = &store->releases;
    arena_reset(releases->arena);
    *releases = (struct releases){.arena = releases->arena, .project_id = project_id};
}

void release_alone(struct store *store) {
    store->releases.read = true;
}

static bool add_sdist(struct releases *releases, const struct run *run) {
    struct span version = column_text(run, 1);
    const struct sdist *last = releases->count > 0 ? &releases->at[releases->count - 1] : NULL;
    if (last != NULL && span_equal(last->version, version))
        return true; /* the first by name speaks for the release */
    struct sdist *sdist = arena_push(releases->arena, (void **)&releases->at, &releases->count,
                                     &releases->capacity, sizeof *releases->at);
    if (sdist == NULL)
        return false;
    sdist->id = column_int(run, 0);
    return arena_copy(releases->arena, version, &sdist->version) &&
           arena_copy(releases->arena, column_text(run, 2), &sdist->marks);
}

static bool read_sdists(struct store *store) {
    struct releases *releases = &store->releases;
    struct run run = run_statement(store, SQL_SDISTS);
    bool room = true;
    run_int(&run, cluster_first(releases->project_id));
    run_int(&run, cluster_last(releases->project_id));
    while (room && run_step(&run))
        room = add_sdist(releases, &run);
    if (!run_end(&run))
        return store_fail(store, reading);
    releases->read = true;
    releases->mark = arena_mark(releases->arena);
    return room || store_fail_memory(store);
}

static int compare_version(const void *key, const void *element) {
    return span_compare(*(const struct span *)key, ((const struct sdist *)element)->version);
}

/* --- commands --------------------------------------------------------------------------------- */

/* "pip3.11", "coverage-3.9": named after the Python that built it, so each build has its own. */
static bool ends_in_python(struct span name) {
    size_t dot = span_find_last(name, '.');
    size_t minor = dot + 1;
    while (minor < name.len && ascii_is_digit(name.at[minor]))
        minor++;
    return dot > 0 && dot + 1 < name.len && minor == name.len && ascii_is_digit(name.at[dot - 1]);
}

static bool is_compared(struct span group, struct span name) {
    return (span_is(group, "console_scripts") || span_is(group, "gui_scripts")) &&
           !ends_in_python(name);
}

/* The names of commands, sorted; they view the entry points. */
static bool list_commands(struct arena *arena, const struct entry_point_list *entries,
                          struct span_list *commands) {
    *commands = (struct span_list){.at = NULL};
    for (size_t i = 0; i < entries->count; i++)
        if (is_compared(entries->at[i].group, entries->at[i].name) &&
            !span_list_add(commands, arena, entries->at[i].name))
            return false;
    span_list_sort_unique(commands);
    return true;
}

/* The sdist's commands, kept until another sdist's are asked for. */
static bool read_commands(struct store *store, const struct sdist *sdist) {
    struct releases *releases = &store->releases;
    struct entry_point_list entries;
    struct span text = SPAN_EMPTY;
    if (releases->commands_of == sdist->id)
        return true;
    arena_rewind(releases->arena, releases->mark);
    struct run run = run_statement(store, SQL_ENTRY_POINTS_GET);
    run_int(&run, sdist->id);
    bool room = !run_step(&run) || arena_copy(releases->arena, column_text(&run, 0), &text);
    if (!run_end(&run))
        return store_fail(store, reading);
    if (!room)
        return store_fail_memory(store);
    if (!entry_points_read_text(releases->arena, text, &entries) ||
        !list_commands(releases->arena, &entries, &releases->commands))
        return arena_refused(releases->arena) ? store_fail_memory(store)
                                              : store_fail_damaged(store, reading);
    releases->commands_of = sdist->id;
    return true;
}

static int compare_spans(const void *left, const void *right) {
    return span_compare(*(const struct span *)left, *(const struct span *)right);
}

/* Appends what `list` has and `other`, sorted as well, lacks. */
static void add_missing(struct buffer *out, const char *words, const struct span_list *list,
                        const struct span_list *other) {
    bool found = false;
    for (size_t i = 0; i < list->count; i++) {
        if (other->count > 0 &&
            bsearch(&list->at[i], other->at, other->count, sizeof *other->at, compare_spans))
            continue;
        if (!found && out->len > 0)
            buffer_add_text(out, "; ");
        buffer_add_text(out, found ? " " : words);
        buffer_add(out, list->at[i]);
        found = true;
    }
}

/* --- both ------------------------------------------------------------------------------------- */

static bool note(struct store *store, struct artifact *wheel, const char *code,
                 struct buffer *detail) {
    bool added = !detail->failed;
    if (added && detail->len > 0)
        added = row_add_anomaly(store, &wheel->anomalies, span_text(code), buffer_span(detail));
    buffer_clear(detail);
    return added || store_fail_memory(store);
}

static bool compare(struct store *store, struct artifact *wheel, const struct sdist *sdist) {
    struct field_marks marks;
    struct field_marks own;
    struct span_list commands = {.at = NULL};
    struct buffer detail = BUFFER_EMPTY;
    if (!field_marks_read(sdist->marks, &marks) || !field_marks_read(wheel->metadata.marks, &own))
        return store_fail_damaged(store, reading);
    field_marks_compare(&marks, &own, &detail);
    bool good = note(store, wheel, "metadata-mismatch", &detail);
    if (good && marks.commands_known) {
        good = read_commands(store, sdist) &&
               (list_commands(store->arena, &wheel->entry_points, &commands) ||
                store_fail_memory(store));
        if (good) {
            add_missing(&detail, "only the wheel declares ", &commands, &store->releases.commands);
            add_missing(&detail, "only the sdist declares ", &store->releases.commands, &commands);
            good = note(store, wheel, "commands-differ", &detail);
        }
    }
    buffer_free(&detail);
    return good;
}

bool release_compare(struct store *store, struct artifact *wheel) {
    struct releases *releases = &store->releases;
    if (wheel->file.format != FORMAT_WHEEL || wheel->status != STATUS_OK ||
        wheel->metadata.marks.len == 0)
        return true;
    if (!releases->read && !read_sdists(store))
        return false;
    if (releases->count == 0)
        return true;
    const struct sdist *sdist = bsearch(&wheel->file.version, releases->at, releases->count,
                                        sizeof *releases->at, compare_version);
    return sdist == NULL || compare(store, wheel, sdist);
}
