/* The table of signals and the list of words: what is refused, and where words are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "judge/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct stage {
    char folder[64];
    char table[96];
    char words[96];
};

static int open_stage(void **state) {
    struct stage *stage = calloc(1, sizeof *stage);
    strcpy(stage->folder, "/tmp/winnow-weights-XXXXXX");
    if (mkdtemp(stage->folder) == NULL)
        return 1;
    snprintf(stage->table, sizeof stage->table, "%s/signals.txt", stage->folder);
    snprintf(stage->words, sizeof stage->words, "%s/placeholder-words.txt", stage->folder);
    log_set_level(LOG_ERROR);
    setenv("WINNOW_DATASETS", stage->folder, 1);
    *state = stage;
    return 0;
}

static int close_stage(void **state) {
    struct stage *stage = *state;
    unlink(stage->table);
    unlink(stage->words);
    rmdir(stage->folder);
    unsetenv("WINNOW_DATASETS");
    free(stage);
    return 0;
}

static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A whole table but for one row, which is `row`. */
static void put_table(const struct stage *stage, const char *instead_of, const char *row) {
    struct buffer text = BUFFER_EMPTY;
    buffer_add_text(&text, "# a table\nprior -1 why\nreview 1\nhigh 6\n");
    for (int i = 0; i < SIGNALS; i++)
        if (strcmp(signal_name((enum signal)i), instead_of) != 0)
            buffer_printf(&text, "%s %d.5 # why\n", signal_name((enum signal)i), i);
    buffer_add_text(&text, row);
    buffer_add_byte(&text, '\0');
    put(stage->table, (const char *)text.at);
    buffer_free(&text);
}

static void assert_refused(const struct stage *stage, const char *row) {
    struct weights weights;
    put_table(stage, "burst", row);
    assert_false(weights_load(&weights));
}

static void reads_every_row(void **state) {
    struct weights weights;
    put_table(*state, "burst", "burst\t-3.25\ttabs are fine, and words behind\n");
    assert_true(weights_load(&weights));
    assert_true(weights.prior == -1 && weights.review == 1 && weights.high == 6);
    for (int i = 0; i < SIGNALS; i++)
        assert_true(weights.of_signal[i] == (i == SIGNAL_BURST ? -3.25 : i + 0.5));
    weights_free(&weights);
}

static void refuses_what_it_cannot_use(void **state) {
    const struct stage *stage = *state;
    assert_refused(stage, "");                            /* missing */
    assert_refused(stage, "burst 1\nburst 1.5\n");        /* twice */
    assert_refused(stage, "burst\n");                     /* no number */
    assert_refused(stage, "burst one\n");                 /* none either */
    assert_refused(stage, "burst inf\n");                 /* one that spoils every sum */
    assert_refused(stage, "burst 1\nno-such-signal 1\n"); /* a slip */
    assert_refused(stage, "burst 1111111111111111111111111111111111111111\n");
}

static void built_in_tables_are_whole(void **state) {
    (void)state;
    struct weights weights;
    assert_true(weights_load(&weights)); /* the folder is empty */
    assert_string_equal(weights.table.source, "built in");
    assert_true(weights.review < weights.high && weights.prior < 0);
    for (int i = 0; i < SIGNALS; i++) {
        assert_true((weights.of_signal[i] > 0) == (i < SIGNAL_DEPENDENTS));
        assert_true(strlen(signal_meaning((enum signal)i)) > 0);
    }
    weights_free(&weights);
}

static void finds_words(void **state) {
    const struct stage *stage = *state;
    struct weights weights;
    put(stage->words, "reserved\ncoming soon\n");
    assert_true(weights_load(&weights));
    const struct {
        const char *text;
        const char *found;
    } cases[] = {{"Reserved.", "reserved"},
                 {"It is COMING SOON!", "coming soon"},
                 {"unreserved", ""},
                 {"reserved2", ""},
                 {"coming  soon", ""},
                 {"", ""},
                 {"reserv", ""},
                 {"coming soon, reserved", "coming soon"},
                 {"preserved and reserved", "reserved"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(
            span_is(weights_find_words(&weights, span_text(cases[i].text)), cases[i].found));
    weights_free(&weights);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(reads_every_row),
        STAGED(refuses_what_it_cannot_use),
        STAGED(built_in_tables_are_whole),
        STAGED(finds_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
