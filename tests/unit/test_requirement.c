/* Names out of requirements, and requires.txt; tests/oracle/test_metadata.py compares with Python.
 */
#include "extract_test.h"

#include "extract/requirement.h"

static void test_names(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *name;
    } cases[] = {
        {"foo", "foo"},
        {"Foo.Bar_baz>=1", "Foo.Bar_baz"},
        {"foo (>=1)", "foo"},
        {"foo[x]>1", "foo"},
        {"foo ; x", "foo"},
        {"foo @ https://x", "foo"},
        {" foo==1 ", "foo"},
        {"foo-", "foo"},
        {"", ""},
        {"-e .", ""},
        {"./foo", ""},
        {"git+https://x", ""},
        {"https://x", ""},
        {"foo bar", ""},
        {"# foo", ""},
        {"\xC3\xBC", ""},
        {"a\xC3\xBC", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_span(requirement_name(span_text(cases[i].text)), cases[i].name);
}

static void test_projects(void **state) {
    struct span_list names = {0};
    static const char *const texts[] = {"A_b>1", "self", "SELF", "c", "junk here"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_true(
            requirement_add_project(*state, span_text(texts[i]), span_text("self"), &names));
    assert_list(&names, "a-b|c");
}

static void test_requires_txt(void **state) {
    struct span_list list = {0};
    assert_true(requires_txt_read(
        *state, span_text("a>1\n\n [x] \nb\r\n[:python_version<'3']\n c ; d \n[]\n[e\n"), &list));
    assert_list(&list, "a>1|b|c ; d|[e");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_names),
        TEST(test_projects),
        TEST(test_requires_txt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
