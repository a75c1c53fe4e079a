/* Masking: what must become equal, what must stay apart, and that hostile text costs linear time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payload/mask.h"
#include "payload/mask_words.h"

struct fixture {
    struct arena *arena;
    struct artifact artifact;
    struct mask mask;
    struct buffer out;
};

typedef void (*rewrite)(struct fixture *fixture, struct span text);

static void setup(struct fixture *fixture, const char *project, const char *version,
                  const char *author, const char *email) {
    fixture->arena = arena_new((size_t)64 << 20);
    assert_non_null(fixture->arena);
    artifact_begin(&fixture->artifact, fixture->arena);
    fixture->artifact.file.project = span_text(project);
    fixture->artifact.file.version = span_text(version);
    fixture->artifact.metadata.author = span_text(author);
    fixture->artifact.metadata.author_email = span_text(email);
    mask_begin(&fixture->mask, &fixture->artifact);
    fixture->out = BUFFER_EMPTY;
}

static void teardown(struct fixture *fixture) {
    buffer_free(&fixture->out);
    arena_free(fixture->arena);
}

static void rewrite_text(struct fixture *fixture, struct span text) {
    mask_text(&fixture->mask, text, &fixture->out);
}
static void rewrite_identifier(struct fixture *fixture, struct span text) {
    mask_identifier(&fixture->mask, text, &fixture->out);
}
static void rewrite_path(struct fixture *fixture, struct span text) {
    mask_path(&fixture->mask, text, &fixture->out);
}
static void rewrite_python(struct fixture *fixture, struct span text) {
    mask_python(&fixture->mask, fixture->arena, text, &fixture->out);
}

/* Whether `text` of the first project and `other` of the second become the same. */
static bool same(rewrite rewriter, const char *project, const char *text, const char *other_project,
                 const char *other) {
    struct fixture first;
    struct fixture second;
    setup(&first, project, "0.0.1", "Ann Smith", "Ann Smith <ann.smith@mail.example>");
    setup(&second, other_project, "2.4", "Bo", "bo77@host.example");
    rewriter(&first, span_text(text));
    rewriter(&second, span_text(other));
    assert_false(first.out.failed || second.out.failed);
    bool equal = span_equal(buffer_span(&first.out), buffer_span(&second.out));
    teardown(&first);
    teardown(&second);
    return equal;
}

/* Pairs of text for the projects "foo-bar" and "quux9". */
static void check_pairs(rewrite rewriter, const char *const pairs[][2], bool expected) {
    bool failed = false;
    for (; (*pairs)[0] != NULL; pairs++) {
        if (same(rewriter, "foo-bar", (*pairs)[0], "quux9", (*pairs)[1]) != expected) {
            print_error("%s:\n%s\n%s\n", expected ? "differ" : "are the same", (*pairs)[0],
                        (*pairs)[1]);
            failed = true;
        }
    }
    assert_false(failed);
}

static void texts_of_one_template(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"foo-bar is great", "quux9 is great"},
        {"foo_bar FooBar fooBar FOO_BAR foobar Foo Bar foo.bar Foo-Bar",
         "quux9 Quux9 quux9 QUUX9 quux9 quux9 quux9 quux9"},
        {"f-oo_b.ar F OOBAR", "q uux9 Q.u.u.x.9"},
        {"FooBarClient", "Quux9Client"},
        {"get_foo_bar()", "get_quux9()"},
        {"  a \n\n\tb\r\n", "a b"},
        {"by Ann Smith", "by bo77"},
        {"by ANN-SMITH, annSmith", "by bo77, bo77"},
        {"write to ann.smith@mail.example.", "write to bo77@host.example."},
        {"<x+y@a-b.example>", "<someone@else.example>"},
        {"version 0.0.1", "version 2.4"},
        {"v1.2.3-beta.1", "1.0rc1"},
        {"1.0.post2.dev3+abc", "2.0+abc"},
        {"on 2025-06-30", "on 1/2/2024"},
        {"on 2025-06-30T12:00:01.5+02:00", "on 2024-01-02 03:04:05Z"},
        {"on 30 June 2025", "on June 1st, 2024"},
        {"in Jun 2025", "in 3 September 2024"},
        {"(c) 2025", "(c) 1999"},
        {"on 6/30/25 in 2025-06", "on 12/1/24 in 2023-11"},
        {"Mon Jun 30 12:00:00 2025", "Tue Jul  1 01:02:03 2024"},
        {"Monday, June 30, 2025", "Sunday, July 1, 2024"},
        {"Mon, 30 Jun 2025 12:00:00 +0000", "Tue, 01 Jul 2024 01:02:03 -0530"},
        {"at 12:30 PM", "at 1:05 am"},
        {"20250630T120000Z", "20240101T010203Z"},
        {"at 1751241600.25", "at 1600000000.125"},
        {"table-1.2.csv", "table-0.10.csv"},
        {"0.1-alpine", "22.04-alpine"},
        {"id deadbeef01", "id 0123456789abcdef"},
        {"at 0x7f001234abcd", "at 0x7f009999beef"},
        {"commit 1a2b3c4", "commit feed0de"},
        {"id 123e4567-e89b-12d3-a456-426614174000", "id FFFFFFFF-0000-0000-0000-00000000000A"},
        {"https://github.com/x/foo-bar/issues", "https://github.com/x/quux9/issues"},
        {"", " \n"},
        {NULL, NULL}};
    check_pairs(rewrite_text, pairs, true);
}

static void texts_that_differ(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"foo-bar", "quux"},
                                           {"foobarn", "quux9"},
                                           {"xfoobar", "quux9"},
                                           {"foo--bar", "quux9"},
                                           {"foo\nbar", "quux9"},
                                           {"hello", "goodbye"},
                                           {"a b", "ab"},
                                           {"12", "13"},
                                           {"1234567", "7654321"},
                                           {"0x1F", "0x2F"},
                                           {"sun 5", "mon 5"},
                                           {"1.2.csv", "1.2.txt"},
                                           {"contact ann", "contact bo"},
                                           {"port 80", "port 81"},
                                           {"cafebabe", "deadbeef"},
                                           {"a@b", "c@d"},
                                           {"Hello foo-bar", "Hello"},
                                           {"may 5", "may x"},
                                           {"caf\xc3\xa9 foo", "caf\xc3\xa9 bar"},
                                           {NULL, NULL}};
    check_pairs(rewrite_text, pairs, false);
}

static void identifiers_and_paths(void **state) {
    (void)state;
    static const char *const names[][2] = {{"foo_bar", "quux9"},
                                           {"FooBarError", "Quux9Error"},
                                           {"foo.bar.core", "quux9.core"},
                                           {"run_foo_bar", "run_quux9"},
                                           {"run_1a2b3c4d5e", "run_0123456789"},
                                           {NULL, NULL}};
    check_pairs(rewrite_identifier, names, true);
    static const char *const paths[][2] = {{"foo_bar/__init__.py", "quux9/__init__.py"},
                                           {"foo/bar/x.py", "quux9/x.py"},
                                           {"foobar.py", "Quux9.py"},
                                           {"scripts/foo-bar", "scripts/quux9"},
                                           {"foo_bar.csv", "quux9.csv"},
                                           {"foo_bar/d_1a2b3c4d.py", "quux9/d_00000000.py"},
                                           {"foo_bar/2025-06-30.csv", "quux9/2024-01-01.csv"},
                                           {"foo_bar/x-1.2.0.csv", "quux9/x-3.4.csv"},
                                           {NULL, NULL}};
    check_pairs(rewrite_path, paths, true);
    static const char *const others[][2] = {
        {"foo_bar/a.py", "quux9/b.py"}, {"foo_bars/a.py", "quux9/a.py"}, {NULL, NULL}};
    check_pairs(rewrite_path, others, false);
}

static void sources_of_one_template(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"", "# comment\n\n"},
        {"'''doc'''\n", "\"\"\"other\"\"\"\n"},
        {"x=1\n", "x  =  1 # one\r\n"},
        {"x = 'a'\n", "x = u\"a\"\n"},
        {"x = 'a\\x62'\n", "x = 'ab'\n"},
        {"x = 1; y = 2\n", "x = 1\ny = 2\n"},
        {"if x:\n  y()\n", "if x:\n\n        y()\n"},
        {"f(a,\n  b)\n", "f(a, b)\n"},
        {"def f():\n    'doc'\n    return 1\n", "def f():\n\treturn 1\n"},
        {"class FooBar: pass\n", "class Quux9: pass\n"},
        {"import foo_bar.core\n", "import quux9.core\n"},
        {"from .foo_bar import main\n", "from .quux9 import main\n"},
        {"print('Hello from foo-bar!')\n", "print(\"Hello from quux9!\")\n"},
        {"print(f'foo-bar {x}')\n", "print(f'quux9 {x}')\n"},
        {"__version__ = '0.0.1'\n", "__version__ = \"2.4\"\n"},
        {"__version__ = '1'\n", "__version__ = 'two'\n"},
        {"__version__ = VERSION = (0, 1)\n", "__version__ = VERSION = (1, 2, 3, 'final')\n"},
        {"__version__: str = '0.0.1'\n", "__version__: str = '2'\n"},
        {"__author__ = 'Somebody Else'\n", "__author__ = 'X'\n"},
        {"T = 1751241600\n", "T = 1600000000\n"},
        {"ID = 0xdeadbeef01\n", "ID = 0x0123456789\n"},
        {NULL, NULL}};
    check_pairs(rewrite_python, pairs, true);
}

static void sources_that_differ(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"x = 1\n", "x = 2\n"},
                                           {"x = 1.5\n", "x = 2.5\n"},
                                           {"x = 'a'\n", "x = b'a'\n"},
                                           {"x = 'a'\n", "x = f'a'\n"},
                                           {"x = 'a' 'b'\n", "x = 'a', 'b'\n"},
                                           {"print('a')\n", "print('b')\n"},
                                           {"if x:\n    y()\nz()\n", "if x:\n    y()\n    z()\n"},
                                           {"def f(): return 1\n", "def f(): return 2\n"},
                                           {"def f(): return 1\n", "def g(): return 1\n"},
                                           {"import a\n", "import b\n"},
                                           {"ab\n", "a b\n"},
                                           {"__version__ = read()\n", "__version__ = '1'\n"},
                                           {"version == '1'\n", "version == '2'\n"},
                                           {"x = '''doc'''\n", "x = '''cod'''\n"},
                                           {"f'{a()}'\n", "f'{b()}'\n"},
                                           {"x = 1.25\n", "x = 1.5\n"},
                                           {"x = 1000000\n", "x = 2000000\n"},
                                           {"os.system('a')\n", "os.system('b')\n"},
                                           {NULL, NULL}};
    check_pairs(rewrite_python, pairs, false);
}

/* A project named like a built-in does not change what its siblings' sources become. */
static void common_words_stay(void **state) {
    (void)state;
    assert_true(mask_word_is_common(span_text("print")));
    assert_true(mask_word_is_common(span_text("yield")));
    assert_true(mask_word_is_common(span_text("abs")));
    assert_true(mask_word_is_common(span_text("zip")));
    assert_false(mask_word_is_common(span_text("foobar")));
    assert_true(mask_word_is_metadata(span_text("AUTHOR")));
    assert_true(mask_word_is_metadata(span_text("version_tuple")));
    assert_false(mask_word_is_metadata(span_text("__all__")));
    assert_true(same(rewrite_python, "print", "def main():\n    print('x')\n", "main",
                     "def main():\n    print('x')\n"));
}

/* Nor does it keep its copies of a template apart: its folder and its class are its own. */
static void common_words_are_masked_where_they_are_names(void **state) {
    (void)state;
    assert_true(same(rewrite_path, "print", "print/__init__.py", "foo", "foo/__init__.py"));
    assert_true(same(rewrite_path, "json", "json.py", "foo", "foo.py"));
    assert_true(same(rewrite_path, "x", "x/__init__.py", "foo", "foo/__init__.py"));
    assert_true(same(rewrite_path, "core", "core/a.py", "foo", "foo/a.py"));
    assert_true(same(rewrite_path, "core", "a/core.py", "foo", "a/core.py"));
    assert_true(same(rewrite_python, "json", "class Json(object): pass\n", "foo",
                     "class Foo(object): pass\n"));
    assert_true(
        same(rewrite_python, "main", "class A: pass\nmain()\n", "foo", "class A: pass\nmain()\n"));
    assert_true(same(rewrite_python, "x", "f = lambda x: x\n", "foo", "f = lambda x: x\n"));
    assert_false(same(rewrite_python, "json", "class Json: pass\n", "foo", "class Bar: pass\n"));
}

static void names_are_recognised(void **state) {
    (void)state;
    struct fixture fixture;
    setup(&fixture, "foo-bar", "1", "", "");
    static const char *const yes[] = {"foo_bar", "foobar", "FooBar", "foo.bar", "FOO-BAR"};
    for (size_t i = 0; i < 5; i++)
        assert_true(mask_is_project(&fixture.mask, span_text(yes[i])));
    static const char *const no[] = {"foo", "bar", "foo_bars", "", "_foo_bar", "foo__bar"};
    for (size_t i = 0; i < 6; i++)
        assert_false(mask_is_project(&fixture.mask, span_text(no[i])));
    teardown(&fixture);
}

static void hostile_texts(void **state) {
    (void)state;
    static const char *const pieces[] = {"1.",  "1",   "a_",  "a@",   "a.",  "-", "Aa",   "v1.",
                                         "Ab_", "0-",  "11:", "jan ", "@.a", "f", "foo-", "0a",
                                         "(",   "'\\", "{",   "x;",   ".a",  " ", "\xff"};
    static const rewrite rewriters[] = {rewrite_text, rewrite_path, rewrite_identifier,
                                        rewrite_python};
    struct buffer text = BUFFER_EMPTY;
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        buffer_clear(&text);
        while (text.len < 300000)
            buffer_add_text(&text, pieces[p]);
        for (size_t r = 0; r < 4; r++) {
            struct fixture fixture;
            setup(&fixture, "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-b", "1.1.1", "foo foo foo foo x",
                  "a.a.a.a.a.a.b@x.y, f.f.f@a.b");
            rewriters[r](&fixture, buffer_span(&text));
            assert_false(fixture.out.failed);
            teardown(&fixture);
        }
    }
    buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_one_template),
        cmocka_unit_test(texts_that_differ),
        cmocka_unit_test(identifiers_and_paths),
        cmocka_unit_test(sources_of_one_template),
        cmocka_unit_test(sources_that_differ),
        cmocka_unit_test(common_words_stay),
        cmocka_unit_test(common_words_are_masked_where_they_are_names),
        cmocka_unit_test(names_are_recognised),
        cmocka_unit_test(hostile_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
