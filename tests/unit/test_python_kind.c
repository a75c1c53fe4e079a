/* Payload kind of single Python sources: what counts as nothing, and what must never be accused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "payload/python_kind.h"

static void check_all(enum payload_kind expected, const char *const *sources) {
    bool failed = false;
    for (; *sources != NULL; sources++) {
        enum payload_kind kind = python_kind(span_text(*sources), NULL);
        if (kind != expected) {
            print_error("%s instead of %s:\n%s\n", payload_kind_name(kind),
                        payload_kind_name(expected), *sources);
            failed = true;
        }
    }
    assert_false(failed);
}

static void blank_sources(void **state) {
    (void)state;
    static const char *const sources[] = {
        "",
        "\n\n   \n\t\n",
        "\xEF\xBB\xBF",
        "# comment",
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n",
        "\"\"\"Docstring.\"\"\"\n",
        "'''a\nb''' 'joined'\n# end",
        "u'old'; r'raw'\n",
        "\\\n\n",
        "__import__('pkg_resources').declare_namespace(__name__)\n",
        "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n",
        "import pkg_resources\npkg_resources.declare_namespace(__name__)\n",
        "try:\n    __import__('pkg_resources').declare_namespace(__name__)\n"
        "except ImportError:\n    from pkgutil import extend_path\n"
        "    __path__ = extend_path(__path__, __name__)\n",
        "try:\n    import pkg_resources\n    pkg_resources.declare_namespace(__name__)\n"
        "except ImportError:\n    import pkgutil\n"
        "    __path__ = pkgutil.extend_path(__path__, __name__)\n",
        "try:\n    __import__('pkg_resources').declare_namespace(__name__)\n"
        "except ImportError:\n    pass\n",
        NULL};
    check_all(KIND_BLANK, sources);
}

static void constant_sources(void **state) {
    (void)state;
    static const char *const sources[] = {
        "__version__ = '0.0.1'",
        "\"\"\"Doc\"\"\"\n__version__ = \"1\"\n__author__ = 'me'\n",
        "x: int = 3\n",
        "x: int\n",
        "__all__ = []\n__all__ += ['a']\n",
        "VERSION = (0, 1, -2)\n__version__ = '.'.join(map(str, VERSION))\n",
        "__version__ = '1'\nVERSION = __version__\n",
        "a = b = 1\n",
        "a, b = 1, 2\n(c, d) = [3, 4]\n*e, f = 1, 2\n",
        "X = {'a': [1, 2.5, None], 'b': {True, ...}}\n",
        "Y = 'a' 'b' \"c\"\n",
        "Z = 60 * 60 * 24 + ~1\n",
        "S = set()\nF = frozenset(['a'])\nO = object()\nD = dict(a=1)\n",
        "if True:\n    X = 1\nelse:\n    X = 2\n",
        "name = __name__\n",
        "NAME = 'x'; GREETING = f'hello {NAME}'\n",
        "__license__ = '''\n" /* long texts of such names are no data */
        "MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT MIT'''\n",
        "V = '%s.%s' % (1, 2)\n",
        "V = '{}'.format(1)\n",
        "X = 1 if True else 2\n",
        "x = [\n  1,  # one\n\n  2,\n]\n",
        NULL};
    check_all(KIND_CONSTANT, sources);
}

static void stub_sources(void **state) {
    (void)state;
    static const char *const sources[] = {
        "pass\n",
        "raise NotImplementedError('reserved')\n",
        "raise RuntimeError, 'reserved'\n",
        "raise\n",
        "raise ImportError(\n  'use the real one'\n) from None\n",
        "class Foo(object): pass\n",
        "class Foo:\n    '''Doc'''\n",
        "class Foo(requests.Session, metaclass=Meta):\n    __slots__ = ()\n"
        "    def m(self):\n        x = 1\n        pass\n",
        "class Foo:\n    x = 1\n    y: int = 2\n",
        "def f(): pass\n",
        "def f(a, *b, c=1, **d) -> int:\n    '''doc'''\n    return 0\n",
        "def f(a, /, b: 'List[int]' = None, *, c=DEFAULT):\n    ...\n",
        "import asyncio\nasync def main():\n    print('hi')\nasyncio.run(main())\n",
        "def f():\n    raise NotImplementedError\n",
        "...\n",
        "42\n",
        "import sys\nprint('x', file=sys.stderr)\n",
        "def hello(name):\n    text = f'Hello, {name}!'\n    raise ValueError('no %s' % name)\n",
        "def f():\n    return 'hello'\n\nprint(f())\n",
        "MESSAGE = 'x'\ndef f():\n    return MESSAGE\n",
        "def f():\n    msg = 'hi'\n    print(msg)\n    return msg\n",
        "import os\nimport sys, json as j\nfrom . import x\nfrom .a.b import (c, d as e,)\n",
        "from x import *\n",
        "import antigravity\n",
        "try:\n    import foo\nexcept ImportError:\n    foo = None\n",
        "try:\n    import foo\nexcept (ImportError, OSError), e:\n    pass\n",
        "print('hello')\n",
        "print 'hello'\n",
        "print\n",
        "print >>sys.stderr, 'hello', 1\n",
        "print ('a %s') % 'b'\n",
        "import sys\nsys.stdout.write('hello\\n')\nsys.exit(0)\n",
        "exit(0)\n",
        "raise SystemExit('no')\n",
        "import warnings\nwarnings.warn('reserved', DeprecationWarning, stacklevel=2)\n",
        "from warnings import warn\nwarn('reserved')\n",
        "def main():\n    print('hi')\n\nif __name__ == '__main__':\n    main()\n",
        "def main(argv=None):\n    return 0\n\nif __name__ == '__main__':\n"
        "    import sys\n    sys.exit(main(sys.argv[1:]))\n",
        "def main():\n    hello()\n\ndef hello():\n    print('x')\n\nmain()\n",
        "class A:\n    def run(self):\n        print('x')\n\nA().run()\na = A()\na.run()\n",
        "from .cli import main\nif __name__ == '__main__':\n    raise SystemExit(main())\n",
        "if TYPE_CHECKING:\n    from x import y\n",
        "if sys.version_info[0] >= 3 and not sys.platform == 'win32':\n    import a\n"
        "elif sys.version_info < (2, 7):\n    import b\nelse:\n    import c\n",
        "import real\nsession = real.session\n",
        "@decorator\n@app.route('/', methods=['GET'])\ndef f(): return 'x'\n",
        "@staticmethod\nasync def f(): return None\n",
        "f = lambda: 'x'\ng = lambda a, *b: None\nh = lambda: print('x')\n",
        "def f():\n    def g():\n        return 1\n    return g()\n",
        "class E(Exception):\n    code = 1\ndef f():\n    raise E('x')\n",
        "assert True, 'x'\n",
        "from importlib.metadata import version\n__version__ = version('foo')\n",
        "def get_version():\n    return __version__\n",
        "from __future__ import print_function\n",
        "if __name__ == '__main__': print('x'); print('y')\n",
        "class A[T](Base[T]):\n    def f[X](self) -> X: ...\n",
        "def f(): return None, [], {}, ()\n",
        "import a\ndel a\n",
        "'x'; pass\n",
        NULL};
    check_all(KIND_STUB, sources);
}

static void code_sources(void **state) {
    (void)state;
    static const char *const sources[] = {
        "os.system('x')\n",
        "import os\nos.system('x')\n",
        "import subprocess\nsubprocess.run(['x'])\n",
        "exec('x')\n",
        "exec 'x'\n",
        "exec(__import__('base64').b64decode('eA=='))\n",
        "__import__('os').system('x')\n",
        "eval('1')\n",
        "def add(a, b):\n    return a + b\n",
        "def same(a):\n    return a\n",
        "def f(name):\n    return f'hello {name}'\n",
        "def f(name):\n    x = name\n    return x\n",
        "def f(a, b):\n    print(a + b)\n",
        "def f(a):\n    print(a)\n",
        "def f(a):\n    print a\n",
        "def hello(name='you'):\n    print(f'Hello, {name}!')\n",
        "def hello(name):\n    print('Hello, %s' % name)\n",
        "def hello(name):\n    print('Hello ' + name + '!')\n",
        "def hello(name):\n    print('Hello {}'.format(name), end='')\n",
        "import sys\nprint(sys.argv)\n",
        "def f():\n    global x\n    x = 1\n",
        "names = ['a']\nis_name = frozenset(names).__contains__\n",
        "import click\n@click.command()\ndef f(name):\n    click.echo(name)\n",
        "def f(a, b):\n    print(a * 2)\n",
        "def f(a):\n    print(f'{a.upper()}')\n",
        "def f(a):\n    print(f'{a + 1}')\n",
        "def f(a):\n    if a:\n        print('x')\n",
        "def f(a=compute()):\n    pass\n",
        "f = lambda a: a\n",
        "f = lambda a=1: 2\n",
        "for i in range(3):\n    print(i)\n",
        "while True:\n    pass\n",
        "with open('x') as f:\n    pass\n",
        "x = [i for i in y]\n",
        "x = {i: 1 for i in y}\n",
        "print(*(i for i in y))\n",
        "def f():\n    yield 1\n",
        "async def f():\n    await g()\n",
        "match x:\n    case 1:\n        pass\n",
        "class A:\n    def __init__(self):\n        self.x = 1\n",
        "class A:\n    def me(self):\n        return self\n",
        "class A(App):\n    pass\nA().run()\n",
        "class A(Base): pass\nA()\n",
        "class Night(Style):\n    colour = 'black'\n",
        "class Point(NamedTuple):\n    x: int\n",
        "class Form(ModelForm):\n    class Meta:\n        model = 1\n",
        "@dataclass\nclass Point:\n    x: int\n",
        "import sys\nsys.modules[__name__] = 1\n",
        "import real\nreal.patch()\n",
        "from .cli import App\nApp()\n",
        "from .cli import main\nmain('x')\n",
        "def f():\n    open('x')\n",
        "def f():\n    undefined()\n",
        "import requests\ndef f():\n    return requests.get('x')\n",
        "import os\ndef home():\n    return os.environ['HOME']\n",
        "input('press enter')\n",
        "print(input())\n",
        "print(open('x').read())\n",
        "print = os.system\nprint('x')\n",
        "from os import system as print\nprint('x')\n",
        "def f(print):\n    print('x')\n",
        "raise SystemExit(os.system('x'))\n",
        "@app.route(open('x'))\ndef f(): pass\n",
        "class A(make_base()): pass\n",
        "class A(namedtuple('A', 'x y')): pass\n",
        "if check(): pass\n",
        "if (x := f()): pass\n",
        "X = len('abc')\n",
        "x = compute()\n",
        "def f():\n    x = compute()\n",
        "this is no python\n",
        "<html></html>\n",
        "x = $\n",
        "x = `1`\n",
        "def f(:\n",
        "x = (1,\n",
        "'unterminated\n",
        "    indented = 1\n",
        "if x:\nprint(1)\n",
        "# coding: utf-7\n",
        "# coding: rot13\n'x'\n",
        "return 1\n",
        "del x[0]\n",
        "self.x = 1\n",
        "x[0] = 1\n",
        "f().x = 1\n",
        "assert f()\n",
        "type X = int\n",
        "'x'.join(open('y'))\n",
        "'x'.__class__\n",
        NULL};
    check_all(KIND_CODE, sources);
}

static void junk_is_code(void **state) {
    (void)state;
    static const unsigned char nul[] = "x = 1\n\0\0\0y = 2\n";
    assert_int_equal(python_kind(span_of(nul, sizeof nul - 1), NULL), KIND_CODE);
    static const unsigned char utf16[] = "\xFF\xFE#\0 \0x\0";
    assert_int_equal(python_kind(span_of(utf16, sizeof utf16 - 1), NULL), KIND_CODE);
}

static void repeated(struct buffer *out, const char *piece, size_t times) {
    buffer_clear(out);
    for (size_t i = 0; i < times; i++)
        buffer_add_text(out, piece);
    assert_false(out->failed);
}

/* Depth and volume end as code, in linear time, on a bounded stack. */
static void hostile_shapes(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "(",         "[",         "{",         "lambda:",  "x=",   "not ", "- ",
        "f(",        "if 1:\n ",  "def f(a):", "class A:", "a.",   "a,",   "print(",
        "'x'.join(", "import a;", "{**",       "x:int=1;", "@a\n", "else "};
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        repeated(&out, pieces[i], 200000);
        enum payload_kind kind = python_kind(buffer_span(&out), NULL);
        assert_true(kind >= KIND_BLANK && kind <= KIND_CODE);
    }
    buffer_free(&out);
}

static void tables_are_data(void **state) {
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    repeated(&out, "X = 1\n", 64);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_CONSTANT);
    repeated(&out, "X = 1\n", 65);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_CODE);
    repeated(&out, "print('a long banner', 1, 2, 3)\n", 500);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_STUB);
    repeated(&out, "'''docstring'''\n", 5000);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_BLANK);
    repeated(&out, "def f(): pass\n", 64);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_STUB);
    repeated(&out, "def f(): pass\n", 65);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_CODE);
    repeated(&out, "import a\n", 5000);
    assert_int_equal(python_kind(buffer_span(&out), NULL), KIND_STUB);
    buffer_free(&out);
}

static void own_names_may_be_called(void **state) {
    (void)state;
    struct span own[] = {SPAN("foo")};
    struct span_list names = {.at = own, .count = 1, .capacity = 1};
    static const char source[] = "import sys\nfrom foo.cli import main\nsys.exit(main())\n";
    assert_int_equal(python_kind(span_text(source), &names), KIND_STUB);
    assert_int_equal(python_kind(span_text(source), NULL), KIND_CODE);
    static const char dotted[] = "import foo.cli\nfoo.cli.main()\n";
    assert_int_equal(python_kind(span_text(dotted), &names), KIND_STUB);
    assert_int_equal(python_kind(span_text(dotted), NULL), KIND_CODE);
}

static void pyi_is_code_unless_blank(void **state) {
    (void)state;
    assert_int_equal(python_kind_of_pyi(span_text("# nothing\n")), KIND_BLANK);
    assert_int_equal(python_kind_of_pyi(span_text("x: int\n")), KIND_CODE);
    assert_int_equal(python_kind_of_pyi(span_text("def f() -> int: ...\n")), KIND_CODE);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(blank_sources),
                                       cmocka_unit_test(constant_sources),
                                       cmocka_unit_test(stub_sources),
                                       cmocka_unit_test(code_sources),
                                       cmocka_unit_test(junk_is_code),
                                       cmocka_unit_test(hostile_shapes),
                                       cmocka_unit_test(tables_are_data),
                                       cmocka_unit_test(own_names_may_be_called),
                                       cmocka_unit_test(pyi_is_code_unless_blank)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
