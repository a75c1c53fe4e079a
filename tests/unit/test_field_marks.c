/* field_marks: what counts as equal, and bytes that are no marks. */
#include "extract_test.h"

#include "extract/field_marks.h"

#include <stdlib.h>

static struct field_marks marks_of(const char *text) {
    struct field_marks marks = {0};
    struct span rest = span_text(text);
    struct span line;
    while (span_next_line(&rest, &line)) {
        size_t colon = span_find(line, ':');
        field_marks_add(&marks, span_slice(line, 0, colon), span_from(line, colon + 1));
    }
    return marks;
}

/* The fields in which both differ; both go through bytes first. */
static void assert_differ(struct arena *arena, const char *sdist, const char *wheel,
                          const char *names) {
    struct field_marks both[2] = {marks_of(sdist), marks_of(wheel)};
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < 2; i++) {
        struct span bytes;
        assert_true(field_marks_write(arena, &both[i], &bytes));
        assert_true(bytes.len <= FIELD_MARKS_BYTES_MAX);
        assert_true(field_marks_read(bytes, &both[i]));
    }
    field_marks_compare(&both[0], &both[1], &out);
    assert_span(buffer_span(&out), names);
    buffer_free(&out);
}

static void test_differences(void **state) {
    struct arena *arena = *state;
    static const char promise[] = "metadata-version: 2.2\nsummary: a\n";
    assert_differ(arena, "summary: a\n", "summary: b\n", "");
    assert_differ(arena, "metadata-version:2.1\nsummary: a\n", "summary: b\n", "");
    assert_differ(arena, "metadata-version:12.3\nsummary: a\n", "summary: b\n", "");
    assert_differ(arena, promise, "summary: b\n", "Summary");
    assert_differ(arena, promise, "", "Summary");
    assert_differ(arena, "metadata-version: 2.2\n", "summary: b\n", "Summary");
    assert_differ(arena, promise, "metadata-version: 2.9\nsummary:  A\nname: x\n", "");
    assert_differ(arena, "metadata-version: 2.2\ndynamic: Summary \n", "summary: b\n", "");
    assert_differ(arena, "metadata-version: 2.2\nclassifier: a\nclassifier: b\n",
                  "classifier: b\nclassifier: a\n", "");
    assert_differ(arena, "metadata-version: 2.2\nclassifier: a\nclassifier: b\n",
                  "classifier: ab\nkeywords: x\n", "Classifier Keywords");
    assert_differ(arena, "metadata-version: 2.2\nlicense: a\n",
                  "metadata-version: 2.4\nlicense: b\n", "");
    assert_differ(arena, "metadata-version: 2.4\nlicense: a\n",
                  "metadata-version: 2.4\nlicense: b\n", "License");
}

/* Longer than the buffer that values are cleaned in. */
static void test_long_values(void **state) {
    (void)state;
    enum { BYTES = 5000 };
    static unsigned char text[BYTES];
    memset(text, 'x', sizeof text);
    for (size_t at = 0; at < BYTES; at += 97) {
        struct field_marks one = {0};
        struct field_marks other = {0};
        field_marks_add(&one, span_text("summary"), span_of(text, sizeof text));
        text[at] = 'y';
        field_marks_add(&other, span_text("summary"), span_of(text, sizeof text));
        text[at] = 'x';
        assert_memory_not_equal(&one, &other, sizeof one);
    }
}

/* Every length, and every flip of a bit of the head: read or refused, and nothing past the end. */
static void test_no_marks(void **state) {
    struct field_marks marks = marks_of("metadata-version: 2.2\nsummary: a\nkeywords: b\n");
    struct span bytes;
    assert_true(field_marks_write(*state, &marks, &bytes));
    for (size_t len = 0; len < bytes.len; len++) {
        unsigned char *copy = malloc(len + 1);
        memcpy(copy, bytes.at, len);
        assert_false(field_marks_read(span_of(copy, len), &marks));
        free(copy);
    }
    unsigned char flipped[FIELD_MARKS_BYTES_MAX];
    size_t good = 0;
    for (size_t bit = 0; bit < 10 * 8; bit++) {
        memcpy(flipped, bytes.at, bytes.len);
        flipped[bit / 8] ^= (unsigned char)(1U << (bit % 8));
        good += field_marks_read(span_of(flipped, bytes.len), &marks);
    }
    assert_int_equal(good, 1 + 8 + MARKED_FIELDS); /* known or not, any minor, any set of Dynamic */
    flipped[0] = 0;
    assert_false(field_marks_read(span_of(flipped, sizeof flipped), &marks));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_differences), TEST(test_long_values),
                                       TEST(test_no_marks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
