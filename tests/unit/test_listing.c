/* Listings in all forms with names that a mirror could hold and no sane index would: valid JSON,
 * file names that stay in their folder, URLs without a stray byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/emit.h"
#include "report/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_tree.h>

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name;
    size_t len;
    const char *file;
    const char *path; /* as it stands in URLs */
} names[] = {
    {BYTES("foo-bar2"), "MAL-0000-foo-bar2.json", "foo-bar2"},
    {BYTES("a.b_c~d"), "MAL-0000-a%2Eb%5Fc%7Ed.json", "a.b_c~d"},
    {BYTES("../../etc"), "MAL-0000-%2E%2E%2F%2E%2E%2Fetc.json", "..%2F..%2Fetc"},
    {BYTES("a\0b\n\"\\"), "MAL-0000-a%00b%0A%22%5C.json", "a%00b%0A%22%5C"},
    {BYTES("caf\xC3\xA9\xFF"), "MAL-0000-caf%C3%A9%FF.json", "caf%C3%A9%FF"},
    {BYTES("%41"), "MAL-0000-%2541.json", "%2541"},
};

static void names_files_and_pages(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct span project = span_of(names[i].name, names[i].len);
        struct buffer out = BUFFER_EMPTY;
        char want[256];
        listing_add_file_name(project, &out);
        assert_true(span_is(buffer_span(&out), names[i].file));
        buffer_clear(&out);
        listing_add_purl(project, &out);
        snprintf(want, sizeof want, "pkg:pypi/%s", names[i].path);
        assert_true(span_is(buffer_span(&out), want));
        buffer_clear(&out);
        listing_add_inspector_url(project, span_text("1.0/x"), &out);
        snprintf(want, sizeof want, "https://inspector.pypi.io/project/%s/1.0%%2Fx/",
                 names[i].path);
        assert_true(span_is(buffer_span(&out), want));
        buffer_free(&out);
    }
}

static void long_names_stay_different(void **state) {
    (void)state;
    struct buffer made[3] = {BUFFER_EMPTY, BUFFER_EMPTY, BUFFER_EMPTY};
    for (size_t i = 0; i < 3; i++) {
        char name[400];
        memset(name, i < 2 ? 'a' : '.', sizeof name);
        name[399] = i == 1 ? 'b' : 'a';
        listing_add_file_name(span_of(name, sizeof name), &made[i]);
        assert_true(made[i].len <= 255);
        assert_true(span_ends(buffer_span(&made[i]), ".json"));
    }
    assert_false(span_equal(buffer_span(&made[0]), buffer_span(&made[1])));
    for (size_t i = 0; i < 3; i++)
        buffer_free(&made[i]);
}

/* --- forms ---------------------------------------------------------------------------------- */

static yajl_val parse(struct buffer *text) {
    char problem[256] = "";
    buffer_add_byte(text, '\0');
    assert_false(text->failed);
    yajl_val value = yajl_tree_parse((const char *)text->at, problem, sizeof problem);
    if (value == NULL)
        fail_msg("%s in %s", problem, (const char *)text->at);
    return value;
}

static void make_row(struct row *row, struct span hostile, const struct corpus *corpus) {
    row_begin(row, TABLE_TAKEDOWN);
    row_text(row, hostile);
    row_word(row, "high");
    row_bits(row, -0.0001);
    row_word(row, "other");
    row_word(row, "");
    row_ids(row, &corpus->versions, &corpus->projects[0].versions);
    row_count(row, 1);
    row_time(row, INSTANT_UNKNOWN);
    for (int i = 0; i < 3; i++)
        row_text(row, hostile);
    assert_true(row_is_complete(row));
}

static struct finding make_finding(enum signal signal, double bits, struct span hostile) {
    return (struct finding){.signal = signal,
                            .bits = bits,
                            .subject = hostile,
                            .other = hostile,
                            .expected = -1,
                            .when = INSTANT_UNKNOWN};
}

static void check_forms(const struct listing *listing) {
    for (size_t i = 0; i < LISTING_FORMS; i++) {
        struct buffer text = BUFFER_EMPTY;
        listing_forms[i].add(listing, &text);
        assert_int_equal(text.at[text.len - 1], '\n');
        if (!listing_form_is_folder(&listing_forms[i]))
            assert_int_equal(span_find(buffer_span(&text), '\n'), text.len - 1);
        yajl_tree_free(parse(&text));
        buffer_free(&text);
    }
}

static void forms_are_json(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct span hostile = span_of(names[i].name, names[i].len);
        const uint32_t ids[] = {0, 1};
        struct span texts[] = {hostile, span_text("1.0")};
        struct project project = {.project = hostile,
                                  .versions = {ids, 2},
                                  .first_uploaded_at = INSTANT_UNKNOWN,
                                  .last_uploaded_at = INSTANT_UNKNOWN};
        struct corpus corpus = {.projects = &project, .count = 1};
        corpus.versions.at = texts;
        corpus.versions.count = 2;
        const struct finding findings[] = {make_finding(SIGNAL_COMMAND_NAME, 5, hostile),
                                           make_finding(SIGNAL_LINK, -2, hostile)};
        const struct verdict verdict = {
            .tier = TIER_HIGH, .campaign = STRING_NONE, .findings = findings, .finding_count = 2};
        struct row row = ROW_EMPTY;
        make_row(&row, hostile, &corpus);
        const struct listing listing = {
            .row = &row, .corpus = &corpus, .project = &project, .verdict = &verdict};
        check_forms(&listing);
        row_free(&row);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_files_and_pages),
        cmocka_unit_test(long_names_stay_different),
        cmocka_unit_test(forms_are_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
