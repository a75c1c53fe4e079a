"""setup.py reading against what really reaches setup().

Every setup.py here is made by this test, run with modules named setuptools and distutils that
only record the arguments, and read by the probe. What is literal must be read as it arrived;
what is not must be flagged, and the literal part must be part of what arrived.
"""

import contextlib
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import types
import unittest
import warnings

PROBE = os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "oracle", "probe_setup_py")


def read(sources):
    """The probe's answers for source texts."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, source in enumerate(sources):
            paths.append(os.path.join(folder, f"{i}.py"))
            data = source if isinstance(source, bytes) else source.encode()
            pathlib.Path(paths[-1]).write_bytes(data)
        run = subprocess.run(
            [PROBE], input="\n".join(paths).encode() + b"\n", stdout=subprocess.PIPE, timeout=100
        )
        lines = run.stdout.splitlines()
        if run.returncode != 0:
            raise AssertionError(f"probe_setup_py died after {len(lines)} of {len(sources)} sources")
        return [json.loads(line) for line in lines]


class Finder(str):
    """What find_packages() gives: remembers where."""


def run(source):
    """The arguments of every setup() call of a source that this test made."""
    calls = []
    fake = types.ModuleType("setuptools")
    fake.setup = lambda *_, **arguments: calls.append(arguments)
    fake.find_packages = lambda where=".", **_: [Finder(where)]
    fake.find_namespace_packages = fake.find_packages
    core = types.ModuleType("distutils.core")
    core.setup = fake.setup
    distutils = types.ModuleType("distutils")
    distutils.core = core
    fakes = {"setuptools": fake, "distutils": distutils, "distutils.core": core}
    saved = {name: sys.modules.get(name) for name in fakes}
    sys.modules.update(fakes)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(source, "setup.py", "exec"), {"__name__": "__main__", "__file__": "setup.py"})
    finally:
        for name, module in saved.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return calls


def entry(group, line):
    name, equals, value = line.partition("=")
    name, value = name.strip(), value.strip()
    extras = ""
    if value.endswith("]") and "[" in value:
        value, _, inner = value[:-1].partition("[")
        extras = " ".join(part.strip() for part in inner.split(",") if part.strip())
    value = re.sub(r"\s*:\s*", ":", value.strip(), count=1)
    return (group, name, value, extras) if equals and name and value else None


def lines_of(value):
    if isinstance(value, str):
        for line in value.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                yield line
    else:
        for item in value:
            yield from lines_of(item)


def arrived(arguments):
    """Entry points as setuptools reads them off the arguments."""
    points = arguments.get("entry_points") or {}
    found = []
    if isinstance(points, str):
        group = None
        for line in lines_of(points):
            if line.startswith("[") and line.endswith("]"):
                group = line[1:-1].strip()
            elif group:
                found.append(entry(group, line))
    else:
        for group, value in points.items():
            found += [entry(group.strip(), line) for line in lines_of(value or ())]
    found = {item for item in found if item}
    for script in arguments.get("scripts") or ():
        found.add(("scripts", script.rpartition("/")[2], "", ""))
    return found


HEAD = "from setuptools import setup, find_packages\nimport os, sys\n"

# Literal: all of it is read.
LITERAL = [
    "setup()",
    "setup(name='a', version='1')",
    "setup(entry_points={'console_scripts': ['a = b:c', 'd=e.f:g.h [x,y]']})",
    "setup(entry_points={'console_scripts': ('a = b:c',), u'gui_scripts': ['d = e']})",
    "setup(entry_points={'console_scripts': {'a = b:c'}})",
    "setup(entry_points={'console_scripts': '''\n   a = b:c\n   # no\n   d = e:f\n'''})",
    "setup(entry_points={'console_scripts': 'a = b:c'})",
    "setup(entry_points={'console_scripts': ['a = b:c\\nd = e:f', '# x']})",
    "setup(entry_points='''\n[console_scripts]\na = b:c\n\n  [ other.group ]\n  d = e\n''')",
    "setup(entry_points='[console_scripts]\\na=b:c\\n')",
    'setup(entry_points="""[console_scripts]\r\na = b:c\r\nd = e:f\r\n""")',
    "setup(entry_points=dict(console_scripts=['a = b:c'], other=('x = y',)))",
    "setup(entry_points=dict({'console_scripts': ['a = b:c']}, other=['x=y:z']))",
    "setup(entry_points=None)",
    "setup(entry_points={})",
    "setup(entry_points={'console_scripts': None, 'x': []})",
    "setup(entry_points={'console_scripts': ['a' ' = b' ':c', 'd = ' + 'e:f', ('g = h:i')]})",
    "setup(entry_points={'console_scripts': ['a = b:c'] + ['d = e:f'] + list(('g=h',))})",
    "setup(entry_points={'console_scripts': ['\\x61 \\u003d b:c', r'd = e:f']})",
    "setup(entry_points={'console_scripts': [f'a = b:c', 'd = e:f',]})",
    "setup(**{'entry_points': {'console_scripts': ['a = b:c']}})",
    "setup(**dict(name='x', entry_points={'console_scripts': ['a = b:c']}))",
    "E = {'console_scripts': ['a = b:c']}\nsetup(entry_points=E)",
    "E: dict = {'console_scripts': ['a = b:c']}\nsetup(entry_points=E)",
    "A = E = {'console_scripts': ['a = b:c']}\nsetup(entry_points=E)",
    "S = 'a = b:c', 'd = e:f'\nsetup(entry_points={'console_scripts': S})",
    "S = ['a = b:c']\nG = 'console_scripts'\nE = {G: S}\nK = {'entry_points': E}\nsetup(**K)",
    "M = 'pkg.mod'\nsetup(entry_points={'console_scripts': ['a = ' + M + ':main']})",
    "K = {}\nK['entry_points'] = {'console_scripts': ['a = b:c']}\nsetup(name='z', **K)",
    "K = dict(entry_points=None)\nK['entry_points'] = {'console_scripts': ['a = b:c']}\nsetup(**K)",
    "K = {'name': 'x'}\nif os.name == 'no': K['zip_safe'] = True\nsetup(entry_points={'g': ['a=b']}, **K)",
    "K = {'entry_points': {'g': ['a=b']}}\nif os.name: K['zip_safe'] = True\nK.update(url='u')\nsetup(**K)",
    "def K(): return {}\nsetup(entry_points={'g': ['a=b']}, **K())",
    "def main():\n  E = {'g': ['a=b']}\n  setup(entry_points=E)\nmain()",
    "E = {'g': ['a=b']}\ndef main():\n  setup(entry_points=E)\nmain()",
    "E = 1\ndef main():\n  E = {'g': ['a=b']}\n  setup(entry_points=E)\nmain()",
    "def other(E=None):\n  E = 2\nE = {'g': ['a=b']}\nsetup(entry_points=E)",
    "if __name__ == '__main__':\n    E = {'g': ['a=b']}\n    setup(entry_points=E)",
    "if __name__ == '__main__': setup(entry_points={'g': ['a=b']})",
    "if __name__ == '__main__':\n  E = {'g': ['a=b']}\nsetup(entry_points=E)",
    "try:\n  E = {'g': ['a=b']}\n  setup(entry_points=E)\nfinally:\n  pass",
    "with open(os.devnull) as f:\n  E = {'g': ['a=b']}\nsetup(entry_points=E)",
    "import setuptools\nsetuptools.setup(entry_points={'g': ['a=b']})",
    "import setuptools as st\nst.setup(entry_points={'g': ['a=b']})",
    "import distutils.core\ndistutils.core.setup(scripts=['bin/x', './y'])",
    "from distutils.core import setup as s, setup\ns(entry_points={'g': ['a=b']})",
    "from setuptools import (setup as make)\nr = make(entry_points={'g': ['a=b']})",
    "setup  (\n  entry_points = {\n  'g' : [ # c\n 'a=b', # d\n 'c=d' ] , } , )",
    "setup(entry_points={'g': ['a=b'], 'g': ['c=d']})",
    "setup(entry_points={**{'g': ['a=b']}, 'h': [*['c=d'], 'e=f']})",
    "setup(entry_points={'g': ['a=b']} | {'h': ['c=d']})",
    "setup(entry_points='''[g]\na=b\n'''.strip())",
    "from textwrap import dedent\nsetup(entry_points=dedent('''\n    [g]\n    a = b\n'''))",
    "setup(entry_points={'g': 'a=b'.split()}, scripts='bin/p bin/q'.split())",
    "C = {'eps': {'g': ['a=b']}}\nsetup(entry_points=C['eps'])",
    "setup(ext=lambda x: x, cmd={k: 1 for k in 'ab'}, entry_points={'g': ['a=b']}, z=[i for i in ()])",
    "setup(test=1 if os.name else 2, entry_points={'g': ['a=b']}, y='%s' % 3, v=(1,)[0], w=not 1)",
    "setup(entry_points={'g': ['a=b']}); x = 1; E = 2",
    "x = setup(scripts=('s/one', 'two'))",
    "def f(): setup(entry_points={'g': ['a=b']})\nf()",
    "setup(entry_points={'g': ['no equals', 'a=b', '=c', 'd=']})",
    "setup(entry_points={'g': ['a = b:c [x]  ', ' d = e : f']})",
    "setup(entry_points={'g': ['a=b', 'a=b'], 'h': ['a=b']})",
    "\tif_ = 0\nsetup(entry_points={'g': ['a=b']})".lstrip("\t"),
    "class A:\n  def setup(self): pass\n  x = 1\nA().setup()\nsetup(entry_points={'g': ['a=b']})",
]

# Dynamic: (source, the commands that must be read of it anyway; None: no matter).
DYNAMIC = [
    ("N = os.name\nsetup(entry_points={'g': ['a=b', f'c={N}']})", {"a"}),
    ("setup(entry_points={'g': ['a=b', 'c=%s' % 'd', 'e={}'.format('f'), 'h=i']})", {"a", "h"}),
    ("setup(entry_points={'g': ['x%d=y' % i for i in range(2)], 'h': ['a=b']})", {"a"}),
    ("setup(entry_points={'g': ['a=b'] if os.name else []})", set()),
    ("def f(): return ['a=b']\nsetup(entry_points={'g': f(), 'h': ['c=d'] + f()})", {"c"}),
    ("def f(): return {'g': ['a=b']}\nsetup(entry_points=f())", set()),
    ("def f(): return {'entry_points': {'g': ['a=b']}}\nsetup(name='x', **f())", set()),
    ("def f(**k): setup(**k)\nf(entry_points={'g': ['a=b']})", set()),
    ("S = ['a=b']\nS = S + ['c=d']\nsetup(entry_points={'g': S})", {"a", "c"}),
    ("if os.name:\n  E = {'g': ['a=b']}\nelse:\n  E = {'g': ['c=d']}\nsetup(entry_points=E)", None),
    ("for E in ({'g': ['a=b']},): pass\nsetup(entry_points=E)", set()),
    ("S = ['a=b']\nS.append('c=d')\nsetup(entry_points={'g': S})", {"a", "c"}),
    ("S = ['a=b']\nS += ['c=d']\nsetup(entry_points={'g': S})", {"a", "c"}),
    ("S = ['a=b']\nif os.name: S.extend(['c=d'])\nsetup(entry_points={'g': S})", {"a", "c"}),
    ("S = ['a=b']\nS.insert(0, 'c=d')\nsetup(entry_points={'g': S})", {"a"}),
    ("S = ['a=b']\nif os.name: S = S + ['c=d']\nsetup(entry_points={'g': S})", {"a", "c"}),
    ("E = {'g': ['a=b']}\nE['g'].append('c=d')\nsetup(entry_points=E)", {"a", "c"}),
    ("E = {'g': ['a=b']}\nif os.name: E['h'] = ['c=d']\nsetup(entry_points=E)", {"a", "c"}),
    ("E = {'g': ['a=b']}\nE.update({'h': ['c=d']})\nsetup(entry_points=E)", {"a", "c"}),
    ("E = {'g': ['a=b']}\nE.setdefault('h', []).append('c=d')\nsetup(entry_points=E)", {"a"}),
    ("K = {}\nif os.name: K['entry_points'] = {'g': ['a=b']}\nsetup(**K)", {"a"}),
    ("K = {}\nfor k in ['entry_points']: K[k] = {'g': ['a=b']}\nsetup(**K)", set()),
    ("E = {'g': ['a=b']}\ndef f():\n  E['h'] = ['c=d']\nf()\nsetup(entry_points=E)", {"a", "c"}),
    ("def f():\n  global E\n  E = {'g': ['a=b']}\nE = None\nf()\nsetup(entry_points=E)", None),
    ("if os.name:\n  setup(entry_points={'g': ['a=b']})\nelse:\n  setup()", {"a"}),
    ("exec('E = {\"g\": [\"a=b\"]}')\nsetup(entry_points=E)", set()),
    ("E = E2 = {'g': ['a=b']}\nE, x = {'g': ['c=d']}, 1\nsetup(entry_points=E)", None),
    ("setup(entry_points=(lambda: {'g': ['a=b']})())", set()),
    ("setup(entry_points={os.environ.get('nope', 'g'): ['a=b'], 'h': ['c=d']})", {"c"}),
    ("setup(entry_points=dict([('g', ['a=b'])]))", set()),
    ("setup(entry_points='[g]\\na=%s' % 'b')", set()),
    ("setup(entry_points=('[g]\\na=b' or ''))", set()),
    ("K = {}\nexec('entry_points = {\"g\": [\"a=b\"]}', K)\ndel K['__builtins__']\nsetup(**K)", set()),
    ("K = {'entry_points': {'g': ['a=b']}}\nif os.name == 'x': del K['entry_points']\nsetup(**K)", {"a"}),
    ("K = {'entry_points': {'g': ['a=b']}}\nif os.name: K['entry_points'] = {'g': ['c=d']}\nsetup(**K)", None),
    ("E = {'g': ['a=b']}\nif os.name: E['g'] = ['a=b', 'c=d']\nsetup(entry_points=E)", {"a", "c"}),
    ("a = dict(x=1)\na = dict(a, entry_points={'g': ['a=b']})\nsetup(**a)", None),
]


def normal(answer):
    return {tuple(item[:4]) for item in answer["entry_points"]}


class Shapes:
    """Renders random entry points as source, literal unless asked otherwise."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.before = []
        self.names = 0

    def pick(self, *choices):
        return self.chance.choice(choices)

    def text(self, value):
        kind = self.chance.randrange(9)
        if kind == 0 and len(value) > 1:
            cut = self.chance.randrange(1, len(value))
            return f"({value[:cut]!r} {self.pick('+', '')} {value[cut:]!r})"
        if kind == 1:
            return "".join(["u'", *(f"\\x{ord(c):02x}" if self.chance.random() < 0.3 else c for c in value), "'"])
        if kind == 2:
            return 'r"""' + value + '"""'
        if kind == 3:
            return "f" + repr(value.replace("{", "{{"))
        return self.pick(repr(value), '"' + value + '"', "'''" + value + "'''")

    def bound(self, source):
        """The source itself, or a name bound to it before."""
        if self.chance.random() < 0.7:
            return source
        self.names += 1
        name = f"NAME_{self.names}"
        self.before.append(f"{name}{self.pick('', ': object')} = {source}\n")
        return name

    def line(self, item):
        group_, name, value, extras = item
        tail = f" [{','.join(extras.split())}]" if extras else ""
        return f"{name}{self.pick('=', ' = ')}{value}{tail}"

    def sequence(self, items):
        texts = [self.bound(self.text(self.line(item))) for item in items]
        cut = self.chance.randrange(len(texts) + 1)
        opening, closing = self.pick("[]", "()")
        made = [f"{opening}{', '.join(part)}{',' if part else ''}{closing}" for part in (texts[:cut], texts[cut:])]
        if self.chance.random() < 0.3:
            return self.bound(" + ".join(self.bound(part) for part in made))
        return self.bound(f"{opening}{(',' + self.pick(' ', chr(10))).join(texts)},{closing}")

    def group(self, items):
        if self.chance.random() < 0.3:
            return self.bound("'''\n" + "\n".join("    " + self.line(item) for item in items) + "\n'''")
        return self.sequence(items)

    def points(self, groups):
        kind = self.chance.randrange(4)
        if kind == 0:
            text = "\n".join(f"[{g}]\n" + "\n".join(map(self.line, items)) for g, items in groups.items())
            return self.bound('"""\n' + text + '\n"""')
        if kind == 1 and all(g.isidentifier() for g in groups):
            return self.bound("dict(" + ", ".join(f"{g}={self.group(i)}" for g, i in groups.items()) + ")")
        if kind == 2:
            self.names += 1
            name = f"DICT_{self.names}"
            made = [f"{name} = {self.pick('{}', 'dict()')}\n"]
            made += [f"{name}[{self.text(g)}] = {self.group(i)}\n" for g, i in groups.items()]
            self.before += made
            return name
        return self.bound("{" + ",\n".join(f"{self.text(g)}: {self.group(i)}" for g, i in groups.items()) + "}")

    def call(self, points):
        extra = self.pick("", "name='x', ", "cmdclass={k: 1 for k in ()}, ", "ext=[x for x in (1, 2)], ", "f=lambda a: a,")
        kind = self.chance.randrange(5)
        if kind == 0:
            return f"setup({extra}**{self.bound('{' + repr('entry_points') + ': ' + points + '}')})"
        if kind == 1:
            return f"setup({extra}**dict(entry_points={points}))"
        if kind == 2:
            self.before.append(f"KW = dict()\nKW['entry_points'] = {points}\n")
            return f"setup({extra}**KW)"
        return f"{self.pick('setup', 'make', 'st.setup')}({extra}entry_points={points})"

    def source(self):
        names = ["console_scripts", "gui_scripts", "some.group", "other_group"]
        groups = {}
        for g in self.chance.sample(names, self.chance.randrange(1, 4)):
            groups[g] = [
                (g, f"cmd-{number}", f"mod.m{self.chance.randrange(9)}:main", self.pick("", "", "x y"))
                for number in self.chance.sample(range(99), self.chance.randrange(1, 5))
            ]
        call = self.call(self.points(groups))
        body = "".join(self.before) + call + "\n"
        wrap = self.chance.randrange(4)
        if wrap == 0 and "'''" not in body and '"""' not in body and "\n" not in call:
            body = "def main():\n" + "".join(f"    {line}\n" for line in body.splitlines()) + "main()\n"
        elif wrap == 1 and "\n" not in call:
            body = "".join(self.before) + f"if __name__ == '__main__':\n\t{call}\n"
        return "from setuptools import setup, setup as make\nimport setuptools as st\n" + body


class SetupPyTest(unittest.TestCase):
    def test_literal(self):
        for case, answer in zip(LITERAL, read([HEAD + case for case in LITERAL])):
            with self.subTest(case):
                calls = run(HEAD + case)
                self.assertEqual(len(calls), 1)
                self.assertEqual(normal(answer), arrived(calls[0]))
                self.assertEqual(answer["given"], "entry_points" in calls[0])
                self.assertFalse(answer["dynamic"])
                self.assertTrue(answer["has_setup_call"])

    def test_dynamic(self):
        for (case, names), answer in zip(DYNAMIC, read([HEAD + case for case, _ in DYNAMIC])):
            with self.subTest(case):
                reached = set().union(*map(arrived, run(HEAD + case)))
                self.assertTrue(answer["dynamic"])
                if names is not None:
                    self.assertEqual({item[1] for item in normal(answer)}, names)
                    self.assertLessEqual(normal(answer), reached)

    def test_generated(self):
        sources = [Shapes(seed).source() for seed in range(3000)]
        for source, answer in zip(sources, read(sources)):
            calls = run(source)
            self.assertEqual(normal(answer), arrived(calls[0]), source)
            self.assertEqual((answer["given"], answer["dynamic"]), (True, False), source)

    def test_layout(self):
        cases = [
            ("packages=['a', 'a.b', 'c.d']", {"packages": ["a", "c"]}),
            ("packages=['a'], package_dir={'': 'src'}", {"packages": ["src/a"], "source_roots": ["src"]}),
            ("packages=['a', 'b'], package_dir={'a': 'lib/x/'}", {"packages": ["lib/x", "b"]}),
            ("packages=find_packages()", {"source_roots": ["."]}),
            ("packages=find_packages('src')", {"source_roots": ["src"]}),
            ("packages=find_packages(where='src', exclude=['t'])", {"source_roots": ["src"]}),
            ("packages=find_packages(exclude=['t']) + ['x.y']", {"source_roots": ["."], "packages": ["x"]}),
            ("package_dir={'': 'src'}, packages=find_packages('src')", {"source_roots": ["src"]}),
            ("package_dir={'': 'src'}, packages=find_packages(os.curdir)", {"source_roots": ["src"]}),
            ("py_modules=['m', 'p.q']", {"modules": ["m.py", "p/q.py"]}),
            ("py_modules=['m'], package_dir={'': 'lib'}", {"modules": ["lib/m.py"], "source_roots": ["lib"]}),
            ("scripts=['bin/a', './b']", {"scripts": ["bin/a", "b"]}),
            ("install_requires=['a', 'b>=1']", {"install_requires": ["a", "b>=1"]}),
            ("install_requires='a\\nb # c\\n\\n# d'", {"install_requires": ["a", "b"]}),
            ("install_requires=['a'], extras_require={'x': ['b'], 'y:z': 'c'}", {"install_requires": ["a", "b", "c"]}),
            ("install_requires=['a', os.name, 'c']", {"install_requires": ["a", "c"]}),
            ("install_requires=open(os.devnull).read().split()", {"install_requires": []}),
            ("version=1.5", {"version": "1.5"}),
            ("version='1' if os.name else '2'", {"version": ""}),
            ("name='a' 'b', version='''2''' + '.0'", {"name": "ab", "version": "2.0"}),
        ]
        names = ["packages", "source_roots", "modules", "scripts", "install_requires"]
        for (case, wanted), answer in zip(cases, read([f"{HEAD}setup({case})\n" for case, _ in cases])):
            with self.subTest(case):
                self.assertEqual(len(run(f"{HEAD}setup({case})\n")), 1)
                full = {**{name: [] for name in names}, "name": "", "version": "", **wanted}
                self.assertEqual({name: answer[name] for name in full}, full)

    def test_python2(self):
        source = """
import setuptools, string
print "building", `1`
print >>sys.stderr, 'x'
if 1 <> 2: raise ValueError, ur'no'
try: x = 0777L
except Exception, e: exec "pass" in {}
setuptools.setup(name='p', entry_points={'console_scripts': ['a = b:c']})
"""
        (answer,) = read([source])
        self.assertEqual(normal(answer), {("console_scripts", "a", "b:c", "")})
        self.assertEqual((answer["name"], answer["dynamic"]), ("p", False))

    def test_no_call(self):
        for answer in read(["", "x = 1\n", "def setup(a): pass\n", "self.setup(name='x')\n", "# setup(x)\n", "'setup(a)'\n"]):
            self.assertFalse(answer["has_setup_call"])
            self.assertFalse(answer["dynamic"])

    def test_junk(self):
        """Damaged sources and such as ask for endless work are read to the end, soon."""
        chance = random.Random(11)
        sources = []
        for seed in range(600):
            data = bytearray(Shapes(seed).source().encode())
            for _ in range(chance.randrange(1, 8)):
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(6)] = chance.choice([b"", b"(", b"]", b"'", b"=", b"\n", b"\xff\0", b"**", b"{:"])
            sources.append(bytes(data))
        doubling = "".join(f"a{i} = [a{i+1}, a{i+1}]\n" for i in range(60)) + "a60 = ['x=y']\n"
        strings = "".join(f"s{i} = s{i+1} + s{i+1}\n" for i in range(60)) + "s60 = 'x=y'\n"
        many = "a = {}\n" + "".join(f"a['k{i}'] = [a]\n" for i in range(20000))
        sources += [
            doubling + "setup(entry_points={'g': a0})\n",
            strings + "setup(entry_points={'g': s0})\n",
            many + "setup(**a)\n",
            "a = b\nb = a\nsetup(entry_points=a)\n",
            "a = a + a\nsetup(entry_points={'g': a})\n",
            "setup(entry_points=" + "[" * 100000,
            "setup(entry_points=" + "(" * 100000 + ")" * 100000 + ")",
            "setup(entry_points=" + "{'a':" * 5000 + "}" * 5000 + ")",
            "x = [" + "(" * 200000 + "\n" + "setup(" * 200000,
            "a = 1\n" * 200000 + "setup(entry_points=[" + "a," * 200000 + "])\n",
            "setup(" + "x=1," * 200000 + ")\n",
            "setup(**" + "a|" * 100000 + "b)\n",
            "if x:\n" + "".join(" " * i + "if x:\n" for i in range(1, 300)) + " " * 300 + "setup(entry_points={})\n",
            "setup(entry_points={" + "".join(f"'k{i}': ['a=b']," for i in range(100000)) + "})\n",
            "\\'" * 200000,
            "f'{" * 100000,
            "f'{x:" * 100000,
            "'''\\''''" * 50000 + "'''",
        ]
        self.assertEqual(len(read(sources)), len(sources))


if __name__ == "__main__":
    unittest.main()
