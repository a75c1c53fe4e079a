/* The page where a project lives: how it is written, and which of several it is. */
#include "extract_test.h"

#include "base/text.h"
#include "extract/repository.h"

static void test_normalize(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"https://github.com/Ann/Tool", "github.com/ann/tool"},
        {" HTTP://WWW.GitHub.com/ann/tool.git/ \n", "github.com/ann/tool"},
        {"https://github.com/ann/tool.GIT", "github.com/ann/tool"},
        {"https://github.com/ann/tool#readme", "github.com/ann/tool"},
        {"https://github.com/ann/tool/?tab=readme#x", "github.com/ann/tool"},
        {"https://user:secret@host.example:8080/a//", "host.example:8080/a"},
        {"https://tool.example", "tool.example"},
        {"https://tool.example?x=1", "tool.example"},
        {"https://b\xC3\xBC"
         "cher.example/",
         "b\xC3\xBC"
         "cher.example"},
        {"https://github.com/", ""},
        {"https://www.gitlab.com", ""},
        {"UNKNOWN", ""},
        {"", ""},
        {"None", ""},
        {"tool.example/x", ""},
        {"git://host.example/x.git", ""},
        {"git+https://host.example/x", ""},
        {"ssh://git@host.example/x", ""},
        {"mailto:a@b.example", ""},
        {"http://", ""},
        {"http:///x", ""},
        {"http://localhost/x", ""},
        {"https://host.example/a b", ""},
        {"https://ho\"st.example", ""},
        {"https://<host>.example", ""},
        {"https://.example", ""},
        {"https://example.", ""},
        {"https://www.", ""},
        {"https://host.example/.git", "host.example"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out = BUFFER_EMPTY;
        repository_normalize(span_text(cases[i][0]), &out);
        assert_span(buffer_span(&out), cases[i][1]);
        buffer_free(&out);
    }
}

static void test_long(void **state) {
    (void)state;
    char url[1000] = "https://host.example/";
    memset(url + strlen(url), 'x', sizeof url - 1 - strlen(url));
    url[sizeof url - 1] = '\0';
    struct buffer out = BUFFER_EMPTY;
    repository_normalize(span_text(url), &out);
    assert_int_equal(out.len, REPOSITORY_BYTES_MAX);
    buffer_clear(&out);
    for (size_t i = strlen("https://host.example/"); i + 2 < sizeof url; i += 2)
        memcpy(url + i, "\xC3\xBC", 2);
    repository_normalize(span_text(url), &out);
    assert_true(utf8_is_valid(buffer_span(&out)));
    assert_int_equal(out.len, REPOSITORY_BYTES_MAX);
    buffer_clear(&out);
    memmove(url + 9, url + 8, sizeof url - 10);
    repository_normalize(span_text(url), &out);
    assert_true(utf8_is_valid(buffer_span(&out)));
    assert_int_equal(out.len, REPOSITORY_BYTES_MAX - 1);
    buffer_free(&out);
}

static void test_which(void **state) {
    static const struct {
        const char *home_page;
        const char *urls[4];
        const char *found;
    } cases[] = {
        {"https://a.example/x", {"Source, https://b.example/y"}, "a.example/x"},
        {"UNKNOWN", {"Home, https://h.example", "Source Code, https://b.example/y"}, "b.example/y"},
        {"", {"Homepage,https://h.example", "Docs, https://d.example"}, "h.example"},
        {"", {"Docs, https://d.example", "Bugs, https://b.example"}, "d.example"},
        {"", {"Source, UNKNOWN", "HOME_PAGE, https://h.example"}, "h.example"},
        {"", {"Source, git@h.example:x", "Docs, http://localhost"}, ""},
        {"", {"repository, https://1.example", "Source, https://2.example"}, "2.example"},
        {"", {"Source, https://1.example", "source, https://2.example"}, "1.example"},
        {"", {"https://no-label.example"}, ""},
        {"", {"a very long label that says nothing, https://1.example", ","}, "1.example"},
        {"", {NULL}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct artifact_metadata metadata = {.home_page = span_text(cases[i].home_page)};
        for (size_t k = 0; k < 4 && cases[i].urls[k] != NULL; k++)
            span_list_add(&metadata.project_urls, *state, span_text(cases[i].urls[k]));
        assert_true(repository_find(*state, &metadata));
        assert_span(metadata.repository, cases[i].found);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_normalize),
        TEST(test_long),
        TEST(test_which),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
