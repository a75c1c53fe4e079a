/* What is read of a setup.py; compared with running it in tests/oracle/test_setup_py.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "extract/setup_py.h"

static int open_arena(void **state) {
    *state = arena_new((size_t)128 << 20);
    return *state == NULL;
}

static int close_arena(void **state) {
    arena_free(*state);
    return 0;
}

static struct setup_py read_text(void **state, const char *source) {
    struct setup_py setup;
    arena_reset(*state);
    assert_true(setup_py_read(*state, span_text(source), &setup));
    return setup;
}

static void assert_span(struct span got, const char *wanted) {
    assert_int_equal(got.len, strlen(wanted));
    if (got.len > 0)
        assert_memory_equal(got.at, wanted, got.len);
}

static void a_whole_call_is_read(void **state) {
    struct setup_py setup = read_text(
        state, "from setuptools import setup, find_packages\n"
               "V = '1.0'\n"
               "setup(name='foo', version=V, packages=find_packages('src') + ['bar.baz'],\n"
               "      package_dir={'': 'src'}, py_modules=['m'], scripts=['bin/tool'],\n"
               "      install_requires=['a>=1', 'b'], extras_require={'x': ['c']},\n"
               "      entry_points={'console_scripts': ['one = foo.cli:main [x, y]']})\n");
    assert_true(setup.has_setup_call);
    assert_true(setup.entry_points_given);
    assert_false(setup.entry_points_dynamic);
    assert_span(setup.name, "foo");
    assert_span(setup.version, "1.0");
    assert_int_equal(setup.entry_points.count, 2);
    assert_span(setup.entry_points.at[0].group, "console_scripts");
    assert_span(setup.entry_points.at[0].name, "one");
    assert_span(setup.entry_points.at[0].object_reference, "foo.cli:main");
    assert_span(setup.entry_points.at[0].extras, "x y");
    assert_int_equal(setup.entry_points.at[0].source, SOURCE_SETUP_PY);
    assert_span(setup.entry_points.at[1].group, "scripts");
    assert_span(setup.entry_points.at[1].name, "tool");
    assert_span(setup.entry_points.at[1].object_reference, "");
    assert_int_equal(setup.install_requires.count, 3);
    assert_span(setup.install_requires.at[2], "c");
    assert_int_equal(setup.source_roots.count, 1);
    assert_span(setup.source_roots.at[0], "src");
    assert_int_equal(setup.packages.count, 1);
    assert_span(setup.packages.at[0], "src/bar");
    assert_span(setup.modules.at[0], "src/m.py");
    assert_span(setup.scripts.at[0], "bin/tool");
}

static void calls_are_found(void **state) {
    static const struct {
        const char *source;
        bool found;
    } cases[] = {
        {"setup()", true},
        {"setuptools.setup()", true},
        {"distutils.core.setup()", true},
        {"import setuptools as s\ns.setup()", true},
        {"from setuptools import setup as s\ns()", true},
        {"if x:\n  def f():\n    return [setup()]", true},
        {"sys.exit(setup(\n))", true},
        {"setup(", true},
        {"def setup(): pass", false},
        {"app.setup()", false},
        {"setup", false},
        {"'setup()'", false},
        {"# setup()", false},
        {"mysetup()", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(read_text(state, cases[i].source).has_setup_call, cases[i].found);
}

static void what_cannot_be_known_is_dynamic(void **state) {
    static const struct {
        const char *source;
        bool is_dynamic;
        size_t count; /* read anyway */
    } cases[] = {
        {"setup(entry_points={'g': ['a=b']})", false, 1},
        {"setup(entry_points=None)", false, 0},
        {"setup(**x)", true, 0},
        {"setup(entry_points={}, **x)", false, 0},
        {"setup(entry_points=x)", true, 0},
        {"setup(entry_points={'g': ['a=b', x, f'{y}', 'c=d']})", true, 2},
        {"E={'g': ['a=b']}\nsetup(entry_points=E)", false, 1},
        {"if x:\n E={'g': ['a=b']}\nsetup(entry_points=E)", true, 1},
        {"E={'g': ['a=b']}\nE={'g': ['c=d']}\nsetup(entry_points=E)", true, 2},
        {"E=E\nsetup(entry_points=E)", true, 0},
        {"k={}\nk['entry_points']={'g': ['a=b']}\nsetup(**k)", false, 1},
        {"k={}\nk['x']=y\nsetup(**k)", false, 0},
        {"k={}\nk[x]=y\nsetup(**k)", true, 0},
        {"if x:\n k={'x': y}\nelse:\n k={}\nsetup(**k)", false, 0},
        {"if x:\n k={'x': y}\nelse:\n k=y\nsetup(**k)", true, 0},
        {"if x:\n k={}\nelse:\n k={}\nk[x]={'x': 'y'}\nsetup(**k)", true, 0},
        {"if x:\n k={}\nelse:\n k={'entry_points': {'g': ['a=b']}}\nsetup(**k)", true, 1},
        {"setup(entry_points={'g': ['a=b']})\nsetup(entry_points={'g': ['a=b']})", false, 1},
        {"setup(entry_points={'g': ['a=b']})\nsetup()", true, 1},
        {"setup(entry_points='[g]\\na=b\\n' 'c = d')", false, 2},
        {"setup(entry_points=['a=b'])", false, 0},
        {"setup(scripts=glob('bin/*'))", false, 0},
        {"setup(scripts=['bin/a\\nb', 'c\\0d', 'e'])", false, 1}, /* no names */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct setup_py setup = read_text(state, cases[i].source);
        assert_int_equal(setup.entry_points_dynamic, cases[i].is_dynamic);
        assert_int_equal(setup.entry_points.count, cases[i].count);
    }
}

/* Every cut of an honest file is read to its end. */
static void every_cut_is_read(void **state) {
    static const char source[] =
        "from setuptools import setup as s\nif True:\n  K = {'a': [1, ('x')], **{}}\n"
        "K['entry_points'] = dict(g=['a = b:c', \"d\" 'e', f'{x}'] + [y for y in z])\n"
        "def f(a, *b, c=1, **d):\n  global K; K += 1\nE, = lambda x: 1,\n"
        "s(name='n' % 1, packages=find_packages(where='src')[0].x, **K)\n";
    for (size_t from = 0; from < sizeof source; from++) {
        for (size_t to = from; to < sizeof source; to += 7) {
            struct setup_py setup;
            arena_reset(*state);
            assert_true(setup_py_read(*state, span_of(source + from, to - from), &setup));
        }
    }
}

/* An arena that refuses anywhere makes the reading fail, never crash. */
static void memory_may_be_out(void **state) {
    (void)state;
    struct buffer source = BUFFER_EMPTY;
    buffer_add_text(&source, "setup(entry_points={'g': [");
    for (int i = 0; i < 3000; i++)
        buffer_printf(&source, "'\\x61%d = b:c' + '', ", i);
    buffer_add_text(&source, "]}, install_requires='a b c'.split())");
    bool ever = false;
    for (size_t bytes = 1; !ever; bytes = bytes * 5 / 4 + 1000) {
        struct setup_py setup;
        struct arena *arena = arena_new(bytes);
        bool done = setup_py_read(arena, buffer_span(&source), &setup);
        assert_int_equal(done, !arena_refused(arena));
        ever = done;
        assert_true(bytes < ((size_t)64 << 20));
        if (done)
            assert_int_equal(setup.entry_points.count, 3000);
        arena_free(arena);
    }
    buffer_free(&source);
}

/* A file that asks for endless work ends, and says that it was not all read. */
static void work_is_bounded(void **state) {
    struct buffer source = BUFFER_EMPTY;
    for (int i = 0; i < 64; i++)
        buffer_printf(&source, "a%d = [a%d, a%d]\n", i, i + 1, i + 1);
    buffer_add_text(&source, "a64 = 'x=y'\nsetup(entry_points={'g': a40})\n");
    buffer_add_byte(&source, 0);
    assert_true(read_text(state, (const char *)source.at).entry_points_dynamic);
    buffer_clear(&source);
    for (int i = 0; i < 1100000; i++)
        buffer_add_text(&source, "a\n");
    buffer_add_text(&source, "setup()\n");
    buffer_add_byte(&source, 0);
    struct setup_py setup = read_text(state, (const char *)source.at);
    assert_false(setup.has_setup_call);
    assert_true(setup.entry_points_dynamic);
    buffer_free(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_call_is_read),
        cmocka_unit_test(calls_are_found),
        cmocka_unit_test(what_cannot_be_known_is_dynamic),
        cmocka_unit_test(every_cut_is_read),
        cmocka_unit_test(memory_may_be_out),
        cmocka_unit_test(work_is_bounded),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
