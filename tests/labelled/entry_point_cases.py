"""Entry points in every place and spelling in which a release declares them."""

from book import Entry


def console(source, **commands):
    return [Entry("console_scripts", name.replace("__", "-"), reference, "", source)
            for name, reference in commands.items()]


def ini_cases():
    """entry_points.txt: (word, text, expected (group, name, reference, extras))."""
    c, g = "console_scripts", "gui_scripts"
    return (
        ("basic", "[console_scripts]\nfoo = pkg.cli:main\n", [(c, "foo", "pkg.cli:main", "")]),
        ("tight", "[console_scripts]\nfoo=pkg.cli:main\nbar=pkg:bar\n",
         [(c, "foo", "pkg.cli:main", ""), (c, "bar", "pkg:bar", "")]),
        ("gui", "[gui_scripts]\nwin = pkg.gui:run\n\n[console_scripts]\ncon = pkg:main\n",
         [(g, "win", "pkg.gui:run", ""), (c, "con", "pkg:main", "")]),
        ("groups", "[pytest11]\nplug = pkg.plugin\n[my.group]\nx = a.b:C.d\n",
         [("pytest11", "plug", "pkg.plugin", ""), ("my.group", "x", "a.b:C.d", "")]),
        ("extras", "[console_scripts]\nfoo = pkg:main [one]\nbar = pkg:bar [one,two]\n"
         "baz = pkg:baz [ one , two ]\n",
         [(c, "foo", "pkg:main", "one"), (c, "bar", "pkg:bar", "one two"),
          (c, "baz", "pkg:baz", "one two")]),
        ("comments", "# head\n[console_scripts]\n; old\nfoo = pkg:main\n# bar = pkg:bar\n",
         [(c, "foo", "pkg:main", "")]),
        ("case", "[console_scripts]\nFoo = Pkg:Main\nfoo = pkg:main\n",
         [(c, "Foo", "Pkg:Main", ""), (c, "foo", "pkg:main", "")]),
        ("names", "[console_scripts]\na.b-c_d = pkg:x\nwith space = pkg:y\nco:lon = pkg:z\n"
         "+plus = pkg:w\n",
         [(c, "a.b-c_d", "pkg:x", ""), (c, "with space", "pkg:y", ""), (c, "co:lon", "pkg:z", ""),
          (c, "+plus", "pkg:w", "")]),
        ("unicode", "[console_scripts]\n\u00fcber = pkg:\u00fcber\n",
         [(c, "\u00fcber", "pkg:\u00fcber", "")]),
        ("crlf", "[console_scripts]\r\nfoo = pkg:main\r\n\r\n[gui_scripts]\r\nbar = pkg:bar\r\n",
         [(c, "foo", "pkg:main", ""), (g, "bar", "pkg:bar", "")]),
        ("wide", "[console_scripts]\n\n\nfoo    =    pkg.cli:main   \n\n",
         [(c, "foo", "pkg.cli:main", "")]),
        ("spaced-colon", "[console_scripts]\nfoo = pkg.cli : main\nbar = pkg :bar [one]\n",
         [(c, "foo", "pkg.cli:main", ""), (c, "bar", "pkg:bar", "one")]),
        ("indented", "[console_scripts]\n  foo = pkg:main\n", [(c, "foo", "pkg:main", "")]),
        ("empty-group", "[console_scripts]\n\n[gui_scripts]\ng = p:g\n", [(g, "g", "p:g", "")]),
        ("empty", "", []),
        ("no-newline", "[console_scripts]\nfoo = pkg:main", [(c, "foo", "pkg:main", "")]),
        ("many", "[console_scripts]\n" + "".join(f"cmd{n} = pkg.m{n}:main\n" for n in range(120)),
         [(c, f"cmd{n}", f"pkg.m{n}:main", "") for n in range(120)]),
    )


def pyproject_cases():
    """pyproject.toml after [build-system]: (word, text, expected)."""
    c, g, s = "console_scripts", "gui_scripts", "scripts"
    head = '[project]\nname = "x"\nversion = "1.0"\n'
    poetry = '[tool.poetry]\nname = "x"\nversion = "1.0"\n'
    flit = '[tool.flit.metadata]\nmodule = "x"\n'
    return (
        ("scripts", head + '[project.scripts]\nfoo = "pkg.cli:main"\n',
         [(c, "foo", "pkg.cli:main", "")]),
        ("gui", head + '[project.gui-scripts]\nwin = "pkg:win"\n', [(g, "win", "pkg:win", "")]),
        ("groups", head + '[project.entry-points."pytest11"]\np = "pkg.plugin"\n'
         '[project.entry-points.simple]\nq = "pkg:q"\n',
         [("pytest11", "p", "pkg.plugin", ""), ("simple", "q", "pkg:q", "")]),
        ("quoted-keys", head + "[project.scripts]\n\"foo.bar\" = 'pkg:main'\n'a b' = \"pkg:ab\"\n",
         [(c, "foo.bar", "pkg:main", ""), (c, "a b", "pkg:ab", "")]),
        ("inline", head + 'scripts = { foo = "pkg:main", "b-r" = "pkg:bar" }\n',
         [(c, "foo", "pkg:main", ""), (c, "b-r", "pkg:bar", "")]),
        ("dotted", head + 'scripts.foo = "pkg:main"\nentry-points.g.x = "pkg:x"\n',
         [(c, "foo", "pkg:main", ""), ("g", "x", "pkg:x", "")]),
        ("root-dotted", 'project.name = "x"\nproject.scripts.foo = "pkg:main"\n',
         [(c, "foo", "pkg:main", "")]),
        ("comments", head + '# [project.scripts]\n[project.scripts] # here\n'
         'foo = "pkg:main" # bar = "x"\n#baz = "pkg:baz"\n', [(c, "foo", "pkg:main", "")]),
        ("escapes", head + '[project.scripts]\n"\\u0066oo" = "pkg\\u003Amain"\n',
         [(c, "foo", "pkg:main", "")]),
        ("multi-line", head + '[project.scripts]\nfoo = """\npkg:main"""\nbar = \'\'\'pkg:bar\'\'\'\n',
         [(c, "foo", "pkg:main", ""), (c, "bar", "pkg:bar", "")]),
        ("extras", head + '[project.scripts]\nfoo = "pkg:main [extra]"\n',
         [(c, "foo", "pkg:main", "extra")]),
        ("other-tables", head + '[[tool.x]]\na = 1\n[[tool.x]]\na = [1, 2, {b = 3}]\n'
         '[project.scripts]\nfoo = "pkg:main"\n[tool.other.scripts]\nbar = "no:no"\n',
         [(c, "foo", "pkg:main", "")]),
        ("values", head + "date = 1979-05-27T07:32:00Z\nf = 6.26e-3\nh = 0xDEAD_beef\nb = true\n"
         "t = 07:32:00\nn = [ 1,\n  2, # two\n]\ni = -inf\n[project.scripts]\nfoo = 'pkg:main'\n",
         [(c, "foo", "pkg:main", "")]),
        ("crlf", (head + '[project.scripts]\nfoo = "pkg:main"\n').replace("\n", "\r\n"),
         [(c, "foo", "pkg:main", "")]),
        ("none", head, []),
        ("poetry", poetry + '[tool.poetry.scripts]\nfoo = "pkg.cli:main"\n',
         [(c, "foo", "pkg.cli:main", "")]),
        ("poetry-table", poetry + "[tool.poetry.scripts]\n"
         'foo = { reference = "pkg:main", type = "console", extras = ["a", "b"] }\n',
         [(c, "foo", "pkg:main", "a b")]),
        ("poetry-callable", poetry + "[tool.poetry.scripts]\n"
         'foo = { callable = "pkg:main", extras = ["a"] }\n', [(c, "foo", "pkg:main", "a")]),
        ("poetry-file", poetry + "[tool.poetry.scripts]\nbar = 'pkg:bar'\n"
         'foo = { reference = "bin/foo.sh", type = "file" }\n',
         [(c, "bar", "pkg:bar", ""), (s, "foo.sh", None, "")]),
        ("poetry-plugins", poetry + '[tool.poetry.plugins."my.group"]\nx = "pkg:X"\n',
         [("my.group", "x", "pkg:X", "")]),
        ("poetry-beside-project", head + '[project.scripts]\nfoo = "pkg:main"\n' + poetry +
         '[tool.poetry.scripts]\nold = "pkg:old"\nbar = { reference = "bin/bar.sh", type = "file" }\n'
         '[tool.poetry.plugins.g]\nx = "pkg:X"\n',
         [(c, "foo", "pkg:main", ""), ("g", "x", "pkg:X", ""), (s, "bar.sh", None, "")]),
        ("flit", flit + '[tool.flit.scripts]\nfoo = "pkg:main"\n', [(c, "foo", "pkg:main", "")]),
        ("flit-entrypoints", flit + '[tool.flit.entrypoints."my.group"]\nx = "pkg:X"\n',
         [("my.group", "x", "pkg:X", "")]),
    )


def setup_cfg_cases():
    c, g = "console_scripts", "gui_scripts"
    head = "[metadata]\nname = x\nversion = 1.0\n\n[options]\npackages = find:\n\n"
    return (
        ("basic", head + "[options.entry_points]\nconsole_scripts =\n    foo = pkg:main\n"
         "    bar = pkg.bar:main\n", [(c, "foo", "pkg:main", ""), (c, "bar", "pkg.bar:main", "")]),
        ("same-line", head + "[options.entry_points]\nconsole_scripts = foo = pkg:main\n",
         [(c, "foo", "pkg:main", "")]),
        ("comments", head + "[options.entry_points]\n# all of them\nconsole_scripts =\n"
         "    # the first\n    foo = pkg:main\n    ; no\n    bar=pkg:bar\n",
         [(c, "foo", "pkg:main", ""), (c, "bar", "pkg:bar", "")]),
        ("groups", head + "[options.entry_points]\ngui_scripts =\n\twin = pkg:win\nmy.group =\n"
         "  x = pkg:X [e1, e2]\n", [(g, "win", "pkg:win", ""), ("my.group", "x", "pkg:X", "e1 e2")]),
        ("colon", head + "[options.entry_points]\nconsole_scripts:\n  foo = pkg:main\n",
         [(c, "foo", "pkg:main", "")]),
        ("blank-lines", head + "[options.entry_points]\nconsole_scripts =\n\n    foo = pkg:main\n\n"
         "    bar = pkg:bar\n\n[flake8]\nmax-line-length = 99\n",
         [(c, "foo", "pkg:main", ""), (c, "bar", "pkg:bar", "")]),
        ("pbr", "[metadata]\nname = x\n[entry_points]\nconsole_scripts =\n    foo = pkg:main\n"
         "my.drivers =\n    a = pkg.a:A\nMy-Group = b = pkg:b [e1, e2]\n",
         [(c, "foo", "pkg:main", ""), ("my.drivers", "a", "pkg.a:A", ""),
          ("my_group", "b", "pkg:b", "e1 e2")]),
        ("options-text", "[options]\nentry-points =\n    # all\n    [console_scripts]\n"
         "    foo = pkg:main\n    [my.group]\n    x = pkg:X\n",
         [(c, "foo", "pkg:main", ""), ("my.group", "x", "pkg:X", "")]),
        ("none", head, []),
    )


def setup_py_cases():
    """setup.py: (word, text, expected, dynamic)."""
    c, g, s = "console_scripts", "gui_scripts", "scripts"
    head = "from setuptools import setup, find_packages\n"
    one = [(c, "foo", "pkg:main", "")]
    return (
        ("dict-list", head + "setup(name='x', entry_points={'console_scripts': "
         "['foo = pkg:main', 'bar=pkg:bar']})\n", one + [(c, "bar", "pkg:bar", "")], False),
        ("dict-tuple", head + "setup(entry_points={'console_scripts': ('foo = pkg:main',),\n"
         "  'gui_scripts': ('win=pkg:win',)})\n", one + [(g, "win", "pkg:win", "")], False),
        ("dict-text", head + 'setup(entry_points={"console_scripts": """\n    foo = pkg:main\n'
         '    bar = pkg:bar\n"""})\n', one + [(c, "bar", "pkg:bar", "")], False),
        ("dict-one-text", head + "setup(entry_points={'console_scripts': 'foo = pkg:main'})\n", one,
         False),
        ("ini", head + 'setup(entry_points="""\n    [console_scripts]\n    foo = pkg:main\n\n'
         '    [my.group]\n    x = pkg:X\n    """)\n', one + [("my.group", "x", "pkg:X", "")], False),
        ("name", head + "EP = {'console_scripts': ['foo = pkg:main']}\nsetup(entry_points=EP)\n",
         one, False),
        ("name-inside", head + "scripts = ['foo = pkg:main']\nsetup(\n    entry_points={\n"
         "        'console_scripts': scripts,\n    },\n)\n", one, False),
        ("adjacent", head + "setup(entry_points={'console_scripts': ['foo = '\n 'pkg:main']})\n", one,
         False),
        ("attribute-call", "import setuptools\n\nsetuptools.setup(\n    name=\"x\",\n"
         "    entry_points={\"console_scripts\": [\"foo = pkg:main\"]},\n)\n", one, False),
        ("main-guard", head + "if __name__ == '__main__':\n    setup(name='x',\n"
         "          entry_points=dict(console_scripts=['foo = pkg:main']))\n", one, False),
        ("extras", head + "setup(entry_points={'console_scripts': ['foo = pkg:main [a,b]']})\n",
         [(c, "foo", "pkg:main", "a b")], False),
        ("comments", head + "setup(\n  # entry_points={'console_scripts': ['no = no:no']},\n"
         "  entry_points={'console_scripts': [\n    'foo = pkg:main',  # the tool\n"
         "    # 'bar = pkg:bar',\n  ]})\n", one, False),
        ("prefixes", head + "setup(entry_points={u'console_scripts': [r'foo = pkg:main']})\n", one,
         False),
        ("python-2", head + "print 'building'\nsetup(entry_points={'console_scripts': "
         "['foo = pkg:main']})\n", one, False),
        ("arguments-dict", head + "about = dict(name='x', entry_points={'console_scripts': "
         "['foo = pkg:main']})\nsetup(**about)\n", one, False),
        ("arguments-literal", head + "about = {'name': 'x', 'entry_points': {'console_scripts': "
         "['foo = pkg:main']}}\nsetup(**about)\n", one, False),
        ("sum", head + "setup(entry_points={'console_scripts': ['foo = pkg:main'] + "
         "['bar = ' + 'pkg:bar']})\n", one + [(c, "bar", "pkg:bar", "")], False),
        ("joined-line", head + "setup(name='x', \\\n  entry_points={'console_scripts': "
         "['foo = pkg:main']})\n", one, False),
        ("alias", "from setuptools import setup as install\ninstall(entry_points={"
         "'console_scripts': ['foo = pkg:main']})\n", one, False),
        ("either-import", "try:\n    from setuptools import setup\nexcept ImportError:\n"
         "    from distutils.core import setup\nsetup(entry_points={'console_scripts': "
         "['foo = pkg:main']})\n", one, False),
        ("in-function", head + "def main():\n    setup(entry_points={'console_scripts': "
         "['foo = pkg:main']})\n\n\nmain()\n", one, False),
        ("parentheses", head + "setup(entry_points=({'console_scripts': (['foo = pkg:main'])}))\n",
         one, False),
        ("mark-first", "\ufeff" + head + "setup(entry_points={'console_scripts': "
         "['foo = pkg:main']})\n", one, False),
        ("latin-1", ("# -*- coding: latin-1 -*-\n" + head + "setup(author='Jos\u00e9', entry_points="
                     "{'console_scripts': ['caf\u00e9 = pkg:main']})\n").encode("latin-1"),
         [(c, "caf\u00e9", "pkg:main", "")], False),
        ("either-arguments", head + "if something():\n    more = dict(zip_safe=False)\nelse:\n"
         "    more = {}\nsetup(name='x', **more)\n", [], False),
        ("either-arguments-unknown", head + "if something():\n    more = other()\nelse:\n"
         "    more = {}\nsetup(name='x', **more)\n", [], True),
        ("no-value", head + "setup(name='x', entry_points=None)\n", [], False),
        ("empty-dict", head + "setup(name='x', entry_points={})\n", [], False),
        ("ini-comments", head + "setup(entry_points='''\n# all\n[console_scripts]\n; the first\n"
         "foo = pkg:main\n''')\n", one, False),
        ("escapes", head + "setup(entry_points='[console_scripts]\\nfoo = pkg:main\\n')\n", one,
         False),
        ("dynamic-arguments", head + "setup(**read_arguments())\n", [], True),
        ("none", head + "setup(name='x', packages=find_packages())\n", [], False),
        ("scripts", head + "setup(name='x', scripts=['bin/tool', 'scripts/other.py'])\n",
         [(s, "tool", None, ""), (s, "other.py", None, "")], False),
        ("dynamic-call", head + "setup(entry_points=read_entry_points())\n", [], True),
        ("dynamic-format", head + "import sys\nsetup(entry_points={'console_scripts': "
         "['foo%d = pkg:main' % sys.version_info[0]]})\n", [], True),
        ("dynamic-f-string", head + "v = 3\nsetup(entry_points={'console_scripts': "
         "[f'foo{v} = pkg:main']})\n", [], True),
        ("dynamic-comprehension", head + "names = open('x').read().split()\n"
         "setup(entry_points={'console_scripts': [n + ' = pkg:main' for n in names]})\n", [], True),
        ("dynamic-part", head + "setup(entry_points={'console_scripts': ['foo = pkg:main', "
         "make_one()]})\n", one, True),
    )


def entries_of(expected, source):
    return [Entry(*entry, source) for entry in expected]


def module_files(project):
    return [(f"{project.replace('-', '_')}/__init__.py", "")]


def add_cases(book):
    for word, text, expected in ini_cases():
        project = book.unique(f"points-{word}")
        book.wheel(project, module_files(project), points=text,
                   entries=entries_of(expected, "wheel"), payload_kind="blank")
        project = book.unique(f"points-{word}-egg")
        book.egg(project, module_files(project), points=text,
                 entries=entries_of(expected, "egg-info"), payload_kind="blank")
        for folder in ("", "src/", "lib/py/"):
            project = book.unique(f"points-{word}-sdist")
            stem = project.replace("-", "_")
            info = f"{folder}{stem}.egg-info"
            book.sdist(project, module_files(project) + [
                (f"{info}/entry_points.txt", text), (f"{info}/top_level.txt", stem + "\n")],
                entries=entries_of(expected, "egg-info"), payload_kind=None)
    for source, file, cases in (("pyproject", "pyproject.toml", pyproject_cases()),
                                ("setup.cfg", "setup.cfg", setup_cfg_cases())):
        for word, text, expected in cases:
            project = book.unique(f"{source.replace('.', '-')}-{word}")
            book.sdist(project, module_files(project) + [(file, text)],
                       entries=entries_of(expected, source), payload_kind=None)
    for word, text, expected, dynamic in setup_py_cases():
        project = book.unique(f"setup-py-{word}")
        book.sdist(project, module_files(project) + [("setup.py", text)],
                   entries=entries_of(expected, "setup.py"), payload_kind=None,
                   anomalies=["dynamic-entry-points"] if dynamic else [])
    add_orders(book)


def add_orders(book):
    """Several places at once: the most trusted one that declares anything speaks."""
    project = book.unique("order-egg-info-first")
    stem = project.replace("-", "_")
    book.sdist(project, module_files(project) + [
        (f"{stem}.egg-info/entry_points.txt", "[console_scripts]\nfoo = pkg:main\n"),
        ("setup.py", "from setuptools import setup\nsetup(entry_points={'console_scripts': "
         "['foo = pkg:main']})\n")], entries=console("egg-info", foo="pkg:main"), payload_kind=None)
    for extra in ([], [("setup.py", "from setuptools import setup\nsetup()\n")]):
        project = book.unique("order-setup-cfg")
        book.sdist(project, module_files(project) + extra + [
            ("pyproject.toml", '[build-system]\nrequires = ["setuptools"]\n'),
            ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n  foo = pkg:main\n")],
            entries=console("setup.cfg", foo="pkg:main"), payload_kind=None)
    project = book.unique("wheel-scripts")
    book.wheel(project, module_files(project), points="[console_scripts]\nfoo = pkg:main\n",
               scripts=[("run-it.sh", "#!/bin/sh\necho hi\n"), ("other", "#!/bin/sh\nexit\n")],
               entries=console("wheel", foo="pkg:main") + [
                   Entry("scripts", name, None, "", "wheel") for name in ("run-it.sh", "other")],
               payload_kind=None)
