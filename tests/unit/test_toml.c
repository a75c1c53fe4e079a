/* TOML; tests/oracle/test_toml.py holds the reader against Python's tomllib. */
#include "extract_test.h"

#include "extract/toml.h"

static const struct toml_value *read_text(struct arena *arena, const char *text) {
    struct toml_error error;
    const struct toml_value *root = toml_read(arena, span_text(text), &error);
    if (root == NULL)
        fail_msg("line %u: %s", error.line, error.message);
    return root;
}

static void test_tree(void **state) {
    const struct toml_value *root = read_text(
        *state, "a.b = 'x'\n[t]\nn = 1\nlist = [1, 'two', [3]]\n[[t.u]]\n[[t.u]]\nk = true\n");
    assert_span(toml_string(toml_path(root, "a.b")), "x");
    assert_span(toml_path(root, "t.n")->text, "1");
    assert_int_equal(toml_path(root, "t.n")->type, TOML_INTEGER);
    assert_int_equal(toml_path(root, "t.list")->count, 3);
    const struct toml_value *elements = toml_path(root, "t.u");
    assert_int_equal(elements->count, 2);
    assert_span(toml_get(elements->items[1], "k")->text, "true");
    assert_null(toml_path(root, "t.missing.deep"));
    assert_null(toml_get(toml_path(root, "t.n"), "x"));
    assert_span(toml_string(toml_path(root, "t.n")), "");
    assert_span(toml_string(NULL), "");
}

static void test_strings(void **state) {
    const struct toml_value *root = read_text(
        *state,
        "a = \"\\u00e9\\U0001F600\\t\\\\\"\nb = '''\r\nx''y'''''\nc = \"\"\"\\\r\n  z\"\"\"\n");
    assert_span(toml_string(toml_get(root, "a")), "\xC3\xA9\xF0\x9F\x98\x80\t\\");
    assert_span(toml_string(toml_get(root, "b")), "x''y''");
    assert_span(toml_string(toml_get(root, "c")), "z");
}

static void test_many_keys(void **state) {
    struct buffer text = BUFFER_EMPTY;
    for (int i = 0; i < 3000; i++)
        buffer_printf(&text, "k%d = %d\n", i, i);
    buffer_add_byte(&text, 0);
    const struct toml_value *root = read_text(*state, (const char *)text.at);
    assert_int_equal(root->count, 3000);
    assert_span(toml_get(root, "k2999")->text, "2999");
    assert_null(toml_get(root, "k3000"));
    buffer_free(&text);
}

static void test_refused(void **state) {
    static const struct {
        const char *text;
        unsigned line;
    } cases[] = {{"a", 1},        {"a = 1 b = 2", 1},   {"a = 1\n\na = 2", 3},
                 {"[a]\n[a]", 2}, {"a = [1", 1},        {"a = {b = 1,}", 1},
                 {"a = '\n'", 1}, {"a = \"\\x\"", 1},   {"a = 2023-02-29", 1},
                 {"\xFF = 1", 1}, {"a = {}\n[a.b]", 2}, {"a = 1\r", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct toml_error error;
        assert_null(toml_read(*state, span_text(cases[i].text), &error));
        assert_non_null(error.message);
        assert_int_equal(error.line, cases[i].line);
    }
}

static bool read_toml(struct arena *arena, struct span text) {
    struct toml_error error;
    bool read = toml_read(arena, text, &error) != NULL;
    assert_true(read || error.message == NULL);
    return read;
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_toml, "a.b = 1\r\nc = [1, 2, 3, 4, 5]\r\nd = {e = \"\\n\", f.g = 'h'}\r\n"
                                "k1=1\r\nk2=2\r\nk3=3\r\nk4=4\r\nk5=5\r\nk6=6\r\nk7=7\r\nk8=8\r\n"
                                "[[t]]\r\nx=1\r\n[[t]]\r\n[t.u]\r\nx = \"\"\"\\t\"\"\"\r\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_tree),    TEST(test_strings),    TEST(test_many_keys),
        TEST(test_refused), TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
