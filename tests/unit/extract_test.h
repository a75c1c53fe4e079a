/* extract_test: what the unit tests of extract/ share: lists as text, and memory that runs out. */
#ifndef WINNOW_EXTRACT_TEST_H
#define WINNOW_EXTRACT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "artifact.h"

static inline void assert_span(struct span span, const char *text) {
    if (!span_is(span, text))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(span), text);
}

/* The items joined by "|". */
static inline void assert_list(const struct span_list *list, const char *joined) {
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buffer_add_text(&out, "|");
        buffer_add(&out, list->at[i]);
    }
    assert_span(buffer_span(&out), joined);
    buffer_free(&out);
}

/* "group/name=reference[extras]" joined by "|". */
static inline void assert_entries(const struct entry_point_list *list, const char *joined) {
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < list->count; i++)
        buffer_printf(&out, "%s%.*s/%.*s=%.*s[%.*s]", i > 0 ? "|" : "",
                      SPAN_ARGS(list->at[i].group), SPAN_ARGS(list->at[i].name),
                      SPAN_ARGS(list->at[i].object_reference), SPAN_ARGS(list->at[i].extras));
    assert_span(buffer_span(&out), joined);
    buffer_free(&out);
}

/*
 * Calls `read` with ever larger arenas until it succeeds: before that it must say so, and touch
 * nothing that is not there.
 */
static inline void check_memory_out(bool (*read)(struct arena *arena, struct span text),
                                    const char *text) {
    bool done = false;
    for (size_t bytes = 0; !done; bytes += 16) {
        struct arena *arena = arena_new(bytes);
        assert_non_null(arena);
        done = read(arena, span_text(text));
        if (arena_refused(arena))
            assert_false(done);
        arena_free(arena);
        assert_true(bytes < 1U << 20);
    }
}

static inline int arena_set_up(void **state) {
    *state = arena_new(64U << 20);
    return *state == NULL;
}

static inline int arena_tear_down(void **state) {
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

#endif
