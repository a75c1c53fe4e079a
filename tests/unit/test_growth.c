/*
 * Time grows with the text, not with its square: every parser of hostile text against shapes that
 * make a careless one look at the same bytes again and again. A text may have 16 MiB, so what is
 * quadratic is a hang. The bound is generous: a linear parser needs a hundredth of it.
 *
 * By hand: WINNOW_GROWTH=4194304 build/gcc/unit/test_growth prints what takes more than
 * eight times as long for four times the bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "extract/addresses.h"
#include "extract/core_metadata.h"
#include "extract/entry_points.h"
#include "extract/ini.h"
#include "extract/pyproject.h"
#include "extract/record_rows.h"
#include "extract/repository.h"
#include "extract/requirement.h"
#include "extract/setup_cfg.h"
#include "extract/setup_py.h"
#include "facts/list_text.h"
#include "mirror/filename.h"
#include "mirror/index.h"
#include "mirror/name.h"
#include "payload/python_kind.h"
#include "payload/signature.h"
#include "payload/sketch.h"
#include "python/lexer.h"
#include "python/literal.h"
#include "report/csv_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* A text: `unit` over and over, "%" in it replaced by a running number. */
struct shape {
    const char *before;
    const char *unit;
    const char *after;
};

static const struct shape shapes[] = {
    /* quotes, brackets, escapes */
    {"", "\"", ""},
    {"", "'", ""},
    {"", "\"\"\"", "x"},
    {"x='", "\\'", ""},
    {"x = \"", "\\\\", "\""},
    {"x = '", "\\N{", "'"},
    {"x = '", "\\u00e9", "'"},
    {"", "\"\\\n", ""},
    {"", "'a\n", ""},
    {"", "'''\"", ""},
    {"", "f'{", ""},
    {"", "f'{'", ""},
    {"", "f\"{\"\"}", ""},
    {"", "f'''{", ""},
    {"f'", "{{", ""},
    {"", "f'{x!r:>{", ""},
    {"", "rb'", "\n"},
    {"", "f'{\n", ""},
    {"", "f'{#", ""},
    {"", "(", ""},
    {"", "[", ""},
    {"", "{", ""},
    {"", ")", ""},
    {"", "()", ""},
    {"", "([{", ""},
    {"", "{a:", ""},
    {"", "a(", ""},
    {"x = ", "(", "1"},
    {"", "\\", ""},
    {"", "\\\n", ""},
    {"", "\\\r", ""},
    {"", "`", ""},
    /* white space and lines */
    {"", " ", ""},
    {"", "\t", "x"},
    {"", "\n", ""},
    {"", "\r", ""},
    {"", "\f", ""},
    {"", " \n", ""},
    {"", "\n \n  \n", ""},
    {"", "#\n", ""},
    {"", "#", ""},
    {"", "\v\x1c", ""},
    {"", "\xc2\x85", ""},
    {"", "\xe2\x80\xa8 ", ""},
    {"a: b\n", " \n", ""},
    {"a: b\n", " c\n", ""},
    {"[a]\nb=c\n", " d\n", ""},
    {"[a]\nb=\n", "\n", " x"},
    {"[options]\npackages =\n", " a.b%\n", ""},
    {"[options]\ninstall_requires =\n", " a%\n", ""},
    {"[options.entry_points]\nconsole_scripts =\n", " a% = b:c\n", ""},
    {"[console_scripts]\n", "a%=b:c\n", ""},
    {"[console_scripts]\n", "a=b:c [x]\n", ""},
    {"[console_scripts]\na=b[", "x,", "]"},
    {"[console_scripts]\na=", ":", ""},
    {"", "[a%]\n", ""},
    {"", "[a]\nb%=c\n", ""},
    {"", "[DEFAULT]\na%=c\n", ""},
    {"", "[", "]\n"},
    /* names and statements */
    {"", "a", ""},
    {"", "\xc3\xa9", ""},
    {"", "\xff", ""},
    {"", "1", ""},
    {"", "1.", ""},
    {"", "1e", ""},
    {"", "0x", ""},
    {"", "1_", ""},
    {"", "a.", "b"},
    {"", "a = ", "1"},
    {"", "a, ", "= 1"},
    {"", "a%, ", "= 1"},
    {"", "a% = ", "1"},
    {"", "a+", "1"},
    {"", "not ", "1"},
    {"", "lambda: ", "1"},
    {"", "lambda a%: ", "1"},
    {"", "1 if ", "1"},
    {"", "x if y else ", "1"},
    {"", "*", ""},
    {"", "a:", ""},
    {"", ";", ""},
    {"", "pass;", ""},
    {"", "pass\n", ""},
    {"", "@a\n", "def f(): pass\n"},
    {"", "import a%\n", ""},
    {"import ", "a%,", "b"},
    {"", "from a import b%\n", ""},
    {"", "a% = 1\n", ""},
    {"", "a% = a\n", ""},
    {"a0 = 1\n", "a% = a0\n", ""},
    {"", "a += a\n", ""},
    {"", "def f%(): pass\n", ""},
    {"", "def f(): f%()\n", ""},
    {"", "class A%: pass\n", ""},
    {"", "if 1:\n ", "pass\n"},
    {"if 1:\n", " if 1: pass\n pass\n", ""},
    {"", "try: pass\nexcept: pass\n", ""},
    {"", "global a%\n", ""},
    {"", "print('a')\n", ""},
    {"def f(", "a%,", "): pass"},
    {"def f():\n", " return f\n", ""},
    {"__all__ = [", "'a%',", "]"},
    {"", "__version__ = '%'\n", ""},
    {"", "__version__ = ", ""},
    /* setup.py */
    {"", "setup(", ""},
    {"", "setup()\n", ""},
    {"from setuptools import ", "setup as s%,", "x\n"},
    {"", "import setuptools as a%\n", "a0.setup()\n"},
    {"", "a% = b%\n", "setup(name=a1)"},
    {"a = []\n", "a.append('x%=y:z')\n", "setup(entry_points=a)"},
    {"a = []\n", "a += a\n", "setup(entry_points={'console_scripts': a})"},
    {"a = {}\n", "a['k%'] = ['x=y:z']\n", "setup(entry_points=a)"},
    {"a = {}\n", "a.update(k%=1)\n", "setup(**a)"},
    {"a = 'x'\n", "a = a + a\n", "setup(name=a)"},
    {"a = 'x'\n", "a += 'yy'\n", "setup(name=a)"},
    {"setup(name='x'", "+'x'", ")"},
    {"setup(name='x'", " 'x'", ")"},
    {"setup(name=", "(", ""},
    {"setup(", "a%=1,", ")"},
    {"setup(", "**a,", ")"},
    {"setup(entry_points={'console_scripts': [", "'a% = b:c',", "]})"},
    {"setup(entry_points={", "'a%': ['b=c:d'],", "})"},
    {"setup(entry_points='''[console_scripts]\n", "a%=b:c\n", "''')"},
    {"setup(packages=[", "'a%',", "])"},
    {"setup(install_requires=[", "'a%',", "])"},
    {"setup(package_dir={", "'a%': 'b%',", "}, packages=['a1'])"},
    {"setup(name='%s'", " % 'x'", ")"},
    {"setup(name='x'", ".join('y')", ")"},
    {"setup(name='x'", ".format('y')", ")"},
    {"setup(name=[", "x for x in ", "])"},
    {"if 1:\n", " a% = 1\n", "setup(name=a1)"},
    {"", "if x:\n a = '%'\n", "setup(name=a)"},
    /* TOML */
    {"", "a%=1\n", ""},
    {"", "[a%]\n", ""},
    {"", "[[a]]\n", ""},
    {"", "[a.b%]\n", ""},
    {"", "a.b%=1\n", ""},
    {"a = [", "1,", "]"},
    {"a = [", "[],", "]"},
    {"a = [", "#\n", "]"},
    {"a = [", "{b=1},", "]"},
    {"a = {", "b%=1,", "c=1}"},
    {"a = \"\"\"", "\\\n ", "\"\"\""},
    {"a = \"\"\"", "\"\"\\", "\"\"\""},
    {"a = '''", "''a", "'''"},
    {"a = \"", "\\u00e9", "\""},
    {"a = ", "1", ""},
    {"a = ", "1_1", ""},
    {"a = 1979-05-27T07:32:00.", "1", "Z"},
    {"[project.scripts]\n", "a% = 'b:c'\n", ""},
    {"[project]\ndependencies = [", "'a%',", "]"},
    {"[project.optional-dependencies]\n", "a% = ['b%']\n", ""},
    {"[tool.setuptools]\npackages = [", "'a%.b',", "]"},
    {"[tool.setuptools.package-dir]\n", "a% = 'b'\n", ""},
    {"[[tool.poetry.packages]]\n", "include='a%'\n[[tool.poetry.packages]]\n", ""},
    /* addresses and headers */
    {"", "a%@b.c,", ""},
    {"Author-email: ", "a%@b.c,", "\n"},
    {"", "a@b.c ", ""},
    {"", "@", ""},
    {"", "a@", ""},
    {"", ".a@", ""},
    {"", "<", ""},
    {"", "<a", ""},
    {"", "<@a,", ""},
    {"", "<>", ""},
    {"", "a<b>", ""},
    {"", ",", ""},
    {"", ":", ""},
    {"", "a:;", ""},
    {"", "\"a\" ", ""},
    {"", "(a)", ""},
    {"", "(\\", ""},
    {"", "=?utf-8?q?", ""},
    {"", "Author-email: a%@b.c\n", ""},
    {"", "Author-email: a@b.c\n", ""},
    {"", "Requires-Dist: a%\n", ""},
    {"", "Project-URL: a, http://h%.example/x\n", ""},
    {"", "a%: b\n", ""},
    {"", "From a\n", ""},
    {"", "a\n", ""},
    {"Summary: ", "\n ", "\n"},
    {"Description: ", "\n        |a", "\n"},
    {"Home-page: http://", "a/", "\n"},
    {"Home-page: http://a/", "/", "\n"},
    {"Home-page: http://", "a@", "\n"},
    /* what is masked */
    {"", "foo-bar ", ""},
    {"", "foo_bar", ""},
    {"", "foo-", ""},
    {"", "fooBar", ""},
    {"", "aA", ""},
    {"", "f-o-o-b-a-r-", ""},
    {"", "a-", ""},
    {"", "a.a", ""},
    {"", "a.a@a.", ""},
    {"", "1.0.", ""},
    {"", "1.0 ", ""},
    {"", "2025-06-30", ""},
    {"", "2025-", ""},
    {"", "0123456789abcdef", ""},
    {"", "01234567-", ""},
    {"", "https://", ""},
    {"", "ann smith ", ""},
    {"", "foo/", ""},
    {"", "v", "1"},
    {"", "1!", "1"},
    {"", "1.0a", ""},
    {"", "-1", ""},
    {"", "a[", ""},
    {"a [", "b,", "]"},
    {"", "a>=1,", ""},
    /* JSON and CSV */
    {"{\"files\":[", "{\"filename\":\"a%\"},", "{}]}"},
    {"{\"files\":[{\"filename\":\"", "a", "\"}]}"},
    {"{\"files\":[{\"filename\":\"", "\\n", "\"}]}"},
    {"{\"x\":\"", "a", "\"}"},
    {"{\"x\":\"", "\\u0000", "\"}"},
    {"{", "\"a\":1,", "\"b\":2}"},
    {"{\"a\":", "[1],", "}"},
    {"{\"a\":[", "1,", "1]}"},
    {"{\"a\":[", "1", "]}"},
    {"[", "\"a\",", "\"b\"]"},
    {"", "a,", "\n"},
    {"", "\"\"", "\n"},
    {"\"", "\"\"", "\"\n"},
    {"", "\"a\"\n", ""},
};

/* --- the parsers ------------------------------------------------------------------------------ */

static void read_tokens(struct arena *arena, struct span text) {
    struct python_lexer lexer;
    struct python_token token;
    struct span value = SPAN_EMPTY;
    python_lexer_begin(&lexer, text);
    do {
        python_lexer_next(&lexer, &token);
        if (token.type == PY_STRING)
            python_string_value(arena, token.text, &value);
    } while (token.type != PY_END);
    python_source_is_transparent(text);
}

static void read_kind(struct arena *arena, struct span text) {
    struct span_list own = {0};
    span_list_add(&own, arena, (struct span)SPAN("a"));
    python_kind(text, &own);
    python_kind_of_pyi(text);
}

static void begin_mask(struct mask *mask, struct arena *arena, struct artifact *artifact) {
    artifact_begin(artifact, arena);
    artifact->file.project = (struct span)SPAN("foo-bar");
    artifact->file.version = (struct span)SPAN("1.0");
    artifact->metadata.author = (struct span)SPAN("Ann Smith");
    artifact->metadata.author_email = (struct span)SPAN("ann@mail.example");
    mask_begin(mask, artifact);
}

static void read_masked(struct arena *arena, struct span text) {
    struct artifact artifact;
    struct mask mask;
    struct sketcher sketcher;
    struct buffer out = BUFFER_EMPTY;
    begin_mask(&mask, arena, &artifact);
    mask_text(&mask, text, &out);
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    sketcher_add_text(&sketcher, buffer_span(&out));
    buffer_clear(&out);
    mask_identifier(&mask, text, &out);
    mask_path(&mask, text, &out);
    buffer_clear(&out);
    mask_python(&mask, arena, text, &out);
    sketcher_add_python(&sketcher, arena, buffer_span(&out));
    buffer_free(&out);
}

static void read_setup_py(struct arena *arena, struct span text) {
    struct setup_py setup;
    setup_py_read(arena, text, &setup);
}

static void read_toml(struct arena *arena, struct span text) {
    struct declared declared = {0};
    struct toml_error error;
    pyproject_read(arena, text, &declared, &error);
}

static void read_ini(struct arena *arena, struct span text) {
    struct declared declared = {0};
    struct ini ini = {0};
    uint32_t bad_line = 0;
    ini_read(arena, text, "=", &ini);
    setup_cfg_read(arena, text, &declared, &bad_line);
}

static void read_entry_points(struct arena *arena, struct span text) {
    struct entry_point_list list = {0};
    struct entry_point entry;
    entry_points_read_ini(arena, text, SOURCE_WHEEL, &list);
    entry_points_drop_repeats(arena, &list);
    entry_point_parse_line(arena, text, &entry);
}

static void read_metadata(struct arena *arena, struct span text) {
    struct artifact artifact;
    struct mask mask;
    begin_mask(&mask, arena, &artifact);
    struct field_marks marks = {0};
    core_metadata_read(&artifact, text, &marks);
    repository_find(arena, &artifact.metadata);
    metadata_signature(&artifact, &mask);
}

static void read_addresses(struct arena *arena, struct span text) {
    struct span_list list = {0};
    addresses_read(arena, text, &list);
}

static void read_requirements(struct arena *arena, struct span text) {
    struct span_list list = {0};
    requires_txt_read(arena, text, &list);
    requirement_add_project(arena, text, SPAN_EMPTY, &list);
}

static void read_names(struct arena *arena, struct span text) {
    struct span name;
    project_normalize(arena, text, &name);
    version_is_valid(text);
    version_same(text, text);
    version_major(text);
    filename_parse(text, SPAN_EMPTY);
}

static void read_page(struct arena *arena, struct span text) {
    (void)arena;
    const struct index_visitor visitor = {0};
    const char *problem;
    int fd = memfd_create("page", MFD_CLOEXEC);
    assert_int_equal(write(fd, text.at, text.len), (ssize_t)text.len);
    for (int simple = 0; simple < 2; simple++) {
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        if (simple)
            index_read_simple(fd, SPAN_EMPTY, SPAN_EMPTY, &visitor, &problem);
        else
            index_read_project(fd, SPAN_EMPTY, &visitor, &problem);
    }
    close(fd);
}

static void read_tables(struct arena *arena, struct span text) {
    struct record_row row;
    for (struct span rest = text; record_rows_next(arena, &rest, &row);)
        continue;
    struct csv_reader reader = csv_reader_begin(text);
    struct span_list list = {0};
    struct buffer out = BUFFER_EMPTY;
    while (csv_reader_next(&reader) == CSV_ROW) {
    }
    csv_reader_free(&reader);
    list_text_read(arena, text, &list);
    json_add_string(&out, text);
    text_add_escaped(&out, text, text.len);
    buffer_free(&out);
}

static const struct parser {
    const char *name;
    void (*read)(struct arena *arena, struct span text);
} parsers[] = {
    {"tokens", read_tokens},
    {"kind", read_kind},
    {"masked", read_masked},
    {"setup.py", read_setup_py},
    {"toml", read_toml},
    {"ini", read_ini},
    {"entry points", read_entry_points},
    {"metadata", read_metadata},
    {"addresses", read_addresses},
    {"requirements", read_requirements},
    {"names", read_names},
    {"index page", read_page},
    {"tables", read_tables},
};

/* --- the clock -------------------------------------------------------------------------------- */

/* Of the processor's time, so that a busy machine changes nothing. */
#ifdef WINNOW_SANITIZED
enum { TEXT_BYTES = 64 << 10, MS_MAX = 2000 };
#else
enum { TEXT_BYTES = 256 << 10, MS_MAX = 1000 };
#endif

static void make(const struct shape *shape, size_t bytes, struct buffer *out) {
    buffer_clear(out);
    buffer_add_text(out, shape->before);
    const char *mark = strchr(shape->unit, '%');
    bool numbered = mark != NULL && strstr(shape->unit, "% '") == NULL;
    for (unsigned i = 0; out->len < bytes; i++) {
        if (!numbered) {
            buffer_add_text(out, shape->unit);
            continue;
        }
        for (const char *c = shape->unit; *c != '\0'; c++)
            if (*c == '%')
                buffer_printf(out, "%u", i);
            else
                buffer_add_byte(out, (unsigned char)*c);
    }
    buffer_add_text(out, shape->after);
    assert_false(out->failed);
}

static int64_t time_of(const struct parser *parser, struct span text) {
    struct arena *arena = arena_new(ARTIFACT_MEMORY_BYTES_MAX);
    assert_non_null(arena);
    clock_t begun = clock();
    parser->read(arena, text);
    clock_t ended = clock();
    arena_free(arena);
    return (int64_t)(ended - begun) * 1000 / CLOCKS_PER_SEC;
}

static void print_shape(const struct parser *parser, const struct shape *shape, int64_t ms,
                        int64_t before_ms) {
    struct buffer out = BUFFER_EMPTY;
    text_add_escaped(&out, span_text(shape->before), 60);
    buffer_add_text(&out, " | ");
    text_add_escaped(&out, span_text(shape->unit), 60);
    printf("# %-12s %6lld ms, a quarter %5lld ms: %.*s\n", parser->name, (long long)ms,
           (long long)before_ms, SPAN_ARGS(buffer_span(&out)));
    fflush(stdout);
    buffer_free(&out);
}

static void test_time_grows_with_the_text(void **state) {
    (void)state;
    const char *asked = getenv("WINNOW_GROWTH");
    size_t bytes = asked != NULL ? strtoul(asked, NULL, 10) : TEXT_BYTES;
    struct buffer text = BUFFER_EMPTY;
    bool slow = false;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t p = 0; p < sizeof parsers / sizeof *parsers; p++) {
            make(&shapes[s], bytes / 4, &text);
            int64_t quarter = asked != NULL ? time_of(&parsers[p], buffer_span(&text)) : 0;
            make(&shapes[s], bytes, &text);
            int64_t ms = time_of(&parsers[p], buffer_span(&text));
            if (asked != NULL ? ms > 8 * quarter + 40 || ms > MS_MAX : ms > MS_MAX)
                print_shape(&parsers[p], &shapes[s], ms, quarter);
            slow = slow || ms > MS_MAX;
        }
    buffer_free(&text);
    if (asked == NULL)
        assert_false(slow);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_time_grows_with_the_text)};
    alarm(900); /* what is quadratic might not come back */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
