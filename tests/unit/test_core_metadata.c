/* METADATA and PKG-INFO; tests/oracle/test_metadata.py holds the reading against Python's email. */
#include "extract_test.h"

#include "extract/core_metadata.h"

static struct artifact read_text(struct arena *arena, const char *text) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct field_marks marks = {0};
    assert_true(core_metadata_read(&artifact, span_text(text), &marks));
    assert_true(artifact.metadata.found);
    return artifact;
}

static void test_fields(void **state) {
    struct artifact artifact = read_text(
        *state, "Metadata-Version: 2.1\nNAME: x\nVersion:1.0 \nSummary: a\n  b\nSummary: c\n"
                "Author: A\nMaintainer: M\nMaintainer-email: m@n.o\nLicense: L\n"
                "Home-page: H\nProject-URL: u, v\nProject-url: w, x\nX-Own: y\n\nBody\n");
    const struct artifact_metadata *metadata = &artifact.metadata;
    assert_span(metadata->metadata_version, "2.1");
    assert_span(metadata->name, "x");
    assert_span(metadata->version, "1.0 ");
    assert_span(metadata->summary, "a\n  b");
    assert_span(metadata->author, "A");
    assert_span(metadata->maintainer, "M");
    assert_span(metadata->maintainer_email, "m@n.o");
    assert_list(&metadata->maintainer_emails, "m@n.o");
    assert_span(metadata->license, "L");
    assert_span(metadata->home_page, "H");
    assert_list(&metadata->project_urls, "u, v|w, x");
    assert_span(metadata->description, "Body\n");
    assert_list(&metadata->field_names,
                "metadata-version|name|version|summary|summary|author|maintainer|maintainer-email|"
                "license|home-page|project-url|project-url|x-own");
    assert_int_equal(artifact.anomalies.count, 0);
}

static void test_description_field_before_body(void **state) {
    struct artifact artifact = read_text(*state, "Description: one\n       |two\n\nBody\n");
    assert_span(artifact.metadata.description, "one\n       |two");
    artifact = read_text(*state, "Description:\n\nBody\n");
    assert_span(artifact.metadata.description, "");
}

static void test_latin_1(void **state) {
    struct artifact artifact = read_text(*state, "Author: J\xFCrgen\nSummary: gr\xC3\xB6\xC3\x9F"
                                                 "er\n");
    assert_span(artifact.metadata.author, "J\xC3\xBCrgen");
    assert_span(artifact.metadata.summary, "gr\xC3\xB6\xC3\x9F"
                                           "er");
}

static void test_repeated_address_field(void **state) {
    struct artifact artifact = read_text(*state, "Author-email: a@b.c\nAuthor-email: d@e.f, a@b.c\n"
                                                 "Maintainer-email: \nMaintainer-email: g@h.i\n");
    assert_span(artifact.metadata.author_email, "a@b.c");
    assert_list(&artifact.metadata.author_emails, "a@b.c|d@e.f");
    assert_span(artifact.metadata.maintainer_email, "");
    assert_list(&artifact.metadata.maintainer_emails, "g@h.i");
}

static void test_where_headers_end(void **state) {
    static const struct {
        const char *text;
        const char *name;
        const char *description;
    } cases[] = {
        {"", "", ""},
        {"\nName: x\n", "", "Name: x\n"},
        {"junk\nName: x\n", "", "junk\nName: x\n"},
        {" folded\nName: x\n", "x", ""},
        {"From me\nName: x\n", "x", ""},
        {": y\nName: x\n", "x", ""},
        {"Name: x\rVersion: 1\r\rb", "x", "b"},
        {"Name: x\r\n\r\nb", "x", "b"},
        {"Na me: y\nName: x\n", "", "Na me: y\nName: x\n"},
        {"Name:\n", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct artifact artifact = read_text(*state, cases[i].text);
        assert_span(artifact.metadata.name, cases[i].name);
        assert_span(artifact.metadata.description, cases[i].description);
    }
}

static bool read_metadata(struct arena *arena, struct span text) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct field_marks marks = {0};
    return core_metadata_read(&artifact, text, &marks);
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_metadata, "Name: x\nX-Own-Field: 1\nAuthor-email: a@b.c\nSummary: \xFF\n"
                                    "Requires-Dist: a\nProject-URL: b\n\nBody \xFF\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_fields),
        TEST(test_description_field_before_body),
        TEST(test_latin_1),
        TEST(test_repeated_address_field),
        TEST(test_where_headers_end),
        TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
