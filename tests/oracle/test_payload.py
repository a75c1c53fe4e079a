"""Payload kinds and signatures on archives made here: copies of one template agree as wheel, sdist
and egg, whatever their names; what does something else differs; honest small packages get their
own kinds; and what cannot be read is never called empty."""

import io
import json
import os
import py_compile
import subprocess
import tarfile
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WINNOW_BUILD", ROOT / "build" / "gcc"))
PROBE = BUILD / "oracle" / "probe_payload"
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
ADD = "def add(a, b):\n    return a + b\n"


def setUpModule():
    if not PROBE.exists():
        raise unittest.SkipTest(f"skipped: {PROBE} is not built")


class Project:
    """Who and what the copies of a template differ in."""

    def __init__(self, name, version="0.0.1", author="Ann Smith", email="ann.smith@mail.example",
                 date="2025-06-30"):
        self.name, self.version, self.author = name, version, author
        self.email, self.date = email, date
        words = name.replace(".", "-").split("-")
        self.module = "_".join(words)
        self.fields = {"name": name, "m": self.module, "version": version, "author": author,
                       "email": email, "date": date,
                       "Camel": "".join(word.capitalize() for word in words),
                       "UPPER": "_".join(words).upper(), "year": date[:4]}

    def fill(self, text):
        if isinstance(text, bytes):
            return text
        for key, value in self.fields.items():
            text = text.replace("<" + key + ">", value)
        return text.encode()

    def metadata(self, requires=(), summary="About <name>, nothing more"):
        lines = ["Metadata-Version: 2.1", "Name: <name>", "Version: <version>",
                 f"Summary: {summary}", "Author: <author>", "Author-email: <email>",
                 "Home-page: https://code.example/<name>"]
        lines += [f"Requires-Dist: {item}" for item in requires]
        return self.fill("\n".join(lines) + "\n\n# <name>\n\nWritten <date> by <author>.\n")

    def files(self, files):
        return {self.fill(path).decode(): self.fill(text) for path, text in files.items()}


ONE = Project("acme-widget-tool")
OTHER = Project("quux", "2.4", "Bo", "b77@host.example", "2024-01-02")
THIRD = Project("Zig.Zag9", "1.0rc1", "Carla de la Vega", "<c.vega@x.example>", "2023-12-31")


def zip_bytes(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def tar_bytes(files, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def wheel(project, files, requires=(), **options):
    info = f"{project.module}-{project.version}.dist-info"
    members = project.files(files)
    members[f"{info}/METADATA"] = project.metadata(requires, **options)
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{info}/RECORD"] = b""
    return f"{project.module}-{project.version}-py3-none-any.whl", zip_bytes(members)


def egg(project, files):
    members = project.files(files)
    members["EGG-INFO/PKG-INFO"] = project.metadata()
    members["EGG-INFO/top_level.txt"] = project.module.encode() + b"\n"
    return f"{project.module}-{project.version}-py3.11.egg", zip_bytes(members)


def sdist(project, files, extra=None, prefix="", ending=".tar.gz", requires=(), **options):
    root = f"{project.module}-{project.version}"
    members = {"PKG-INFO": project.metadata(requires, **options), "README.md": b"# Read me\n",
               "LICENSE": b"Do what you like.\n", "setup.cfg": b"[egg_info]\n",
               "setup.py": b"import setuptools\nsetuptools.setup()\n"}
    members.update((prefix + path, data) for path, data in project.files(files).items())
    members.update(project.files(extra or {}))
    members = {f"{root}/{path}": data for path, data in members.items()}
    if ending == ".zip":
        return f"{root}.zip", zip_bytes(members)
    return f"{root}{ending}", tar_bytes(members, "w:" + ending[5:])


def examine(*archives):
    """What the probe says of (file name, bytes) pairs, in order."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, (name, data) in enumerate(archives):
            path = Path(folder) / str(i) / name
            path.parent.mkdir()
            path.write_bytes(data)
            paths.append(str(path))
        run = subprocess.run([PROBE, *paths], stdout=subprocess.PIPE, check=True, timeout=100)
    return [json.loads(line) for line in run.stdout.splitlines()]


def examine_one(archive):
    return examine(archive)[0]


TEMPLATES = {
    "blank": {"<m>/__init__.py": '"""<name>, reserved by <author> <<email>> on <date>."""\n'},
    "module": {"<m>.py": "# <name>\n"},
    "version": {"<m>/__init__.py": '__version__ = "<version>"\n__author__ = "<author>"\n'},
    "hello": {"<m>/__init__.py": 'def main():\n    print("Hello from <name>!")\n'},
    "bye": {"<m>/__init__.py": 'def main():\n    print("Bye from <name>!")\n'},
    "class": {"<m>/__init__.py": "class <Camel>(object):\n    pass\n"},
    "constant": {"<m>/__init__.py": "<UPPER>_URL = 'https://x.example/<name>'\nN = 1\n"},
    "constant2": {"<m>/__init__.py": "<UPPER>_URL = 'https://x.example/<name>'\nN = 2\n"},
    "raise": {"<m>/__init__.py": "raise RuntimeError('<name> <version> (c) <year> <author>')\n"},
    "two": {"<m>/__init__.py": "from .<m> import main\n",
            "<m>/<m>.py": "def main():\n    return '<name>'\n"},
    "code": {"<m>/__init__.py": ADD, "<m>/__main__.py": "from <m> import add\nprint(add(1, 2))\n"},
    "code2": {"<m>/__init__.py": ADD.replace("+", "-"),
              "<m>/__main__.py": "from <m> import add\nprint(add(1, 2))\n"},
    "code3": {"<m>/core.py": ADD, "<m>/__init__.py": ""},
    "data": {"<m>/__init__.py": "", "<m>/words.txt": "the words of <name>: a b\n"},
    "data2": {"<m>/__init__.py": "", "<m>/words.txt": "the words of <name>: b a\n"},
    "binary": {"<m>/__init__.py": "", "<m>/x.bin": bytes(range(256))},
    "none": {},
}

KINDS = {"blank": "blank", "module": "blank", "version": "constant", "hello": "stub", "bye": "stub",
         "class": "stub", "constant": "constant", "constant2": "constant", "raise": "stub",
         "two": "stub", "code": "code", "code2": "code", "code3": "code", "data": "data",
         "data2": "data", "binary": "data", "none": "none"}


class Templates(unittest.TestCase):
    def test_copies_agree_and_templates_differ(self):
        archives, labels = [], []
        for label, files in TEMPLATES.items():
            for project in (ONE, OTHER, THIRD):
                top = {"<m>.egg-info/top_level.txt": "<m>\n", "<m>.egg-info/PKG-INFO": ""}
                made = [wheel(project, files), sdist(project, files), egg(project, files),
                        sdist(project, files, ending=".zip"), sdist(project, files, top),
                        sdist(project, files, prefix="src/"),
                        sdist(project, files, {"tests/test_<m>.py": ADD, "docs/conf.py": ADD,
                                               "tests/__init__.py": "", "noxfile.py": ADD})]
                archives += made
                labels += [label] * len(made)
        found = examine(*archives)
        signatures, sketches = {}, {}
        for (name, _), label, result in zip(archives, labels, found):
            with self.subTest(label=label, name=name):
                self.assertEqual(result["status"], "ok")
                self.assertEqual(result["kind"], KINDS[label])
                self.assertEqual(len(result["signature"]), 32)
                expected = signatures.setdefault(label, result["signature"])
                self.assertEqual(result["signature"], expected, result["tree"])
                self.assertEqual(result["sketch"], sketches.setdefault(label, result["sketch"]))
        self.assertEqual(len(set(signatures.values())), len(signatures))

    def test_layout_of_the_text_does_not_matter(self):
        base = '__version__ = "1"\n\n\ndef main():\n    """Doc."""\n    print("hi <name>")\n'
        copies = [
            "# a comment\n" + base,
            base.replace("\n", "\r\n"),
            base.replace("    ", "\t"),
            base.replace('"', "'"),
            "\ufeff" + base,
            base.replace('"""Doc."""', '"""Other <email>"""'),
            base.replace('    """Doc."""\n', ""),
            base.replace('"1"', "'<version>'"),
            base.replace("print(", "print( "),
            '"""Module."""\n' + base + "\n\n# end",
            base.replace("hi <name>", "hi\\x20<name>"),
            base.replace('"hi', 'u"hi'),
        ]
        others = [
            base.replace("print", "printf"),
            base.replace("main", "run"),
            base.replace("hi <name>", "hi <name>!"),
            base.replace("hi <name>", "hi"),
            base.replace("__version__", "__revision__"),
            base + "import os\n",
            base + "\n\nmain()\n",
            base + "    main()\n",
        ]
        results = examine(*(wheel(ONE, {"<m>/__init__.py": text})
                            for text in [base] + copies + others))
        signatures = [result["signature"] for result in results]
        for text, signature in zip(copies, signatures[1:]):
            self.assertEqual(signature, signatures[0], text)
        different = signatures[1 + len(copies):]
        self.assertNotIn(signatures[0], different)
        self.assertEqual(len(set(different)), len(different))

    def test_metadata_signature(self):
        files = TEMPLATES["blank"]
        same = examine(wheel(ONE, files), wheel(OTHER, files), wheel(THIRD, files),
                       sdist(ONE, files), sdist(OTHER, files))
        self.assertEqual(len({result["metadata_signature"] for result in same}), 1)
        self.assertEqual(len({tuple(result["metadata_sketch"]) for result in same}), 1)
        other = examine(wheel(ONE, files, summary="Another text"), wheel(ONE, files, ["x"]))
        signatures = {result["metadata_signature"] for result in other + same[:1]}
        self.assertEqual(len(signatures), 3)
        self.assertNotIn("", signatures)


class Kinds(unittest.TestCase):
    def kind(self, archive):
        result = examine_one(archive)
        self.assertEqual(result["status"], "ok")
        return result["kind"]

    def both(self, kind, files, requires=(), extra=None):
        self.assertEqual(self.kind(wheel(ONE, files, requires)), kind)
        self.assertEqual(self.kind(sdist(ONE, files, extra, requires=requires)), kind)

    def test_honest_small_packages(self):
        self.both("metapackage", {}, ["requests>=2"])
        self.both("metapackage", {"<m>/__init__.py": "# nothing\n"}, ["requests"])
        self.both("none", {}, ["acme.widget_tool[all]"])  # requires itself only
        self.both("stub", {"<m>/__init__.py": "from requests import *\n"}, ["requests"])
        self.both("data", {"<m>/__init__.py": "", "<m>/zones/europe": "CET CEST\n"})
        self.both("native", {"<m>/__init__.py": "from ._x import *\n", "<m>/_x.abi3.so": ELF})
        self.both("native", {"<m>/__init__.py": "", "<m>/libx.so.1.2": ELF})
        self.both("blank", {"acme/__init__.py": "__import__('pkg_resources')."
                            "declare_namespace(__name__)\n", "acme/widget_tool/__init__.py": ""})
        self.both("code", {"<m>/__init__.pyi": "def f(x: int) -> int: ...\n"})
        self.both("code", {"acme/widget_tool/__init__.py": ADD})

    def test_wheels(self):
        stubs = Project("types-requests")
        self.assertEqual(self.kind(wheel(stubs, {"requests-stubs/__init__.pyi": "x: int\n"})),
                         "code")
        data = "<m>-<version>.data"
        for kind, files in (
                ("code", {f"{data}/purelib/<m>.py": ADD}),
                ("code", {f"{data}/scripts/tool": "#!python\n" + ADD}),
                ("stub", {f"{data}/scripts/tool": "#!python\nprint('x')\n"}),
                ("data", {f"{data}/scripts/tool": "#!/bin/sh\necho x\n"}),
                ("native", {f"{data}/scripts/tool": ELF}),
                ("data", {f"{data}/data/share/x/table.csv": "a,b\n"}),
                ("none", {f"{data}/data/share/man/man1/x.1": "text\n"}),
                ("none", {f"{data}/data/README.md": "text\n"}),
                ("code", {"<m>/__init__.py": "", "<m>.pth": "# x\nimport os; os.remove('x')\n"}),
                ("data", {"<m>/__init__.py": "", "<m>.pth": "/usr/share/x\n"}),
                ("blank", {"<m>/__init__.py": "", "<m>-nspkg.pth": "import sys\n"}),
                ("none", {"<m>/py.typed": "", "<m>/empty.txt": "", "<m>/README.rst": "x\n",
                          "LICENSE": "x\n", "setup.py": ADD}),
                ("blank", {"<m>/__init__.py": "", "tests/__init__.py": "", "tests/test_a.py": ADD}),
                ("blank", {"<m>/__init__.py": "", "<m>/tests/test_a.py": ADD}),
                ("blank", {"<m>/__init__.py": "", "conftest.py": ADD, "test_x.py": ADD}),
                ("code", {"tests/__init__.py": "", "tests/test_a.py": ADD}),
                ("code", {"<m>/__init__.py": "", "<m>/history.py": ADD}),
                ("data", {"<m>/__init__.py": "", "<m>/changes.json": "{}"}),
                ("blank", {"<m>/__init__.py": "", "<m>/__pycache__/x.cpython-311.pyc": ELF}),
                ("native", {"<m>/__init__.py": "", "<m>/hidden.pyc": ELF}),
                ("blank", {"<m>/__init__.py": "", "<m>/__init__.pyc": ELF}),
                ("code", {"<m>/__init__.py": b"# coding: rot13\n'x'\n"}),
                ("code", {"<m>/__init__.py": b"\x00\x01\x02" * 99}),
                ("stub", {"<m>/__init__.py": "", "<m>/__main__.py":
                          "from <m>.cli import main\nmain()\n",
                          "<m>/cli.py": "def main():\n    print('x')\n"})):
            with self.subTest(files=files):
                self.assertEqual(self.kind(wheel(ONE, files)), kind)
        tested = Project("pytest-helper")
        self.assertEqual(self.kind(wheel(tested, {"<m>/__init__.py": "", "tests/x.py": ADD})),
                         "blank")
        about = Project("acme-test")
        self.assertEqual(self.kind(wheel(about, {"acme/__init__.py": "", "acme/test/x.py": ADD})),
                         "code")

    def test_sdist_layouts(self):
        for kind, files, extra in (
                ("code", {"src/<m>/__init__.py": ADD}, {}),
                ("code", {"lib/<m>/__init__.py": ADD}, {}),
                ("code", {"python/<m>/__init__.py": ADD}, {"src/lib.x": "y"}),
                ("native", {"python/<m>/__init__.py": ""}, {"src/lib.rs": "fn x() {}\n"}),
                ("native", {"<m>/__init__.py": "import os\n"}, {"<m>/fast.pyx": "def f(): pass\n"}),
                ("blank", {"<m>/__init__.py": ""}, {"docs/demo.c": "int x;\n"}),
                ("blank", {"<m>/__init__.py": ""}, {"tools/build.py": ADD, "bin/x.py": ADD}),
                ("blank", {"<m>/__init__.py": ""}, {"main.py": ADD, "ci/x.py": ADD}),
                ("code", {"other_name/__init__.py": ADD}, {}),
                ("code", {"other.py": ADD}, {}),
                ("blank", {"<m>.py": ""}, {"other.py": ADD}),
                ("data", {"<m>/table.csv": "a,b\n"}, {}),
                ("none", {}, {"table.csv": "a,b\n"}),
                ("none", {}, {"tests/test_x.py": ADD}),
                ("code", {"tool/__init__.py": ADD}, {"x.egg-info/top_level.txt": "tool\n"}),
                ("code", {"assets/__init__.py": ADD}, {}),
                ("code", {"<m>_cli.py": "", "<m>/__init__.py": ADD}, {
                    "setup.py": "from setuptools import setup\nfrom x import find\n"
                                "setup(py_modules=['<m>_cli'], packages=find())\n"}),
                ("code", {"<m>_cli.py": "", "other/__init__.py": ADD}, {
                    "setup.py": "from setuptools import setup, find_packages\n"
                                "setup(py_modules=['<m>_cli'], packages=find_packages())\n"}),
                ("blank", {"<m>_cli.py": "", "other/__init__.py": ADD}, {
                    "setup.py": "from setuptools import setup\n"
                                "setup(py_modules=['<m>_cli'])\n"}),
                ("code", {"a/b/__init__.py": ADD}, {})):
            with self.subTest(files=files, extra=extra):
                self.assertEqual(self.kind(sdist(ONE, files, extra)), kind)

    def test_what_backends_install_when_told_nothing(self):
        beside = {"tests_core/__init__.py": ADD, "helpers/__init__.py": ADD}
        for backend, name in (("flit_core.buildapi", "project"), ("hatchling.build", "project"),
                              ("poetry.core.masonry.api", "tool.poetry"), ("uv_build", "project")):
            toml = {"pyproject.toml": f'[build-system]\nbuild-backend = "{backend}"\n'
                                      f'[{name}]\nname = "{ONE.name}"\n'}
            for prefix in ("src/",) if backend == "uv_build" else ("", "src/"):
                with self.subTest(backend=backend, prefix=prefix):
                    made = sdist(ONE, {f"{prefix}<m>/__init__.py": "", **beside}, toml)
                    self.assertEqual(examine_one(made)["tree"], ["acme_widget_tool/__init__.py"])

    def test_roots_and_renamed_folders(self):
        setup = ("from setuptools import setup\nsetup(name='x', packages=['tool', 'tool.a'], "
                 "package_dir={'tool': 'lib/stuff'})\n")
        pdm = '[build-system]\nbuild-backend = "pdm.backend"\n[tool.pdm.build]\n' \
              'includes = ["src"]\npackage-dir = "src"\n'
        files = {"lib/stuff/__init__.py": "", "lib/stuff/a/__init__.py": ""}
        for files, extra in ((files, {"setup.py": setup}),
                             (files, {"setup.py": "import setuptools\nsetuptools.setup()\n",
                                      "setup.cfg": "[options]\npackages = tool\npackage_dir =\n"
                                                   "  tool = lib/stuff\n"}),
                             ({"src/tool/__init__.py": "", "src/tool/a/__init__.py": ""},
                              {"pyproject.toml": pdm, "setup.py": ""})):
            with self.subTest(extra=extra):
                self.assertEqual(sorted(examine_one(sdist(ONE, files, extra))["tree"]),
                                 ["tool/__init__.py", "tool/a/__init__.py"])

    def test_literal_scripts_of_an_sdist(self):
        setup = ("from setuptools import setup\nsetup(name='x', packages=['<m>'], "
                 "scripts=['bin/tool'])\n")
        script = "#!/usr/bin/env python\n" + ADD
        made = sdist(ONE, {"<m>/__init__.py": "", "bin/tool": script}, {"setup.py": setup})
        other = wheel(ONE, {"<m>/__init__.py": "",
                            "<m>-<version>.data/scripts/tool": "#!python\n" + ADD})
        third = egg(ONE, {"<m>/__init__.py": "", "EGG-INFO/scripts/tool": script})
        found = examine(made, other, third)
        self.assertEqual({result["kind"] for result in found}, {"code"})
        self.assertEqual(found[0]["tree"], ["acme_widget_tool/__init__.py", "scripts/tool"])
        self.assertEqual(len({result["signature"] for result in found}), 1)

    def test_long_script_of_an_sdist(self):
        """Longer than what a signature reads, it is kept all the same until its place is known."""
        setup = "from setuptools import setup\nsetup(name='x', scripts=['bin/tool'])\n"
        for size in (1000, 50_000, 200_000):
            script = "#!/usr/bin/env python\n" + "# words\n" * (size // 8) + ADD
            with self.subTest(size=size):
                self.assertEqual(
                    examine_one(sdist(ONE, {"bin/tool": script}, {"setup.py": setup}))["kind"], "code")

    def test_byte_code_of_an_egg(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "x.py"
            source.write_text("pass\n", encoding="utf-8")
            code = Path(py_compile.compile(str(source), cfile=str(source) + "c")).read_bytes()
        result = examine_one(egg(ONE, {"<m>/__init__.py": "", "<m>/__init__.pyc": code}))
        self.assertEqual(result["kind"], "blank")


class Doubt(unittest.TestCase):
    """What cannot be read may hold anything."""

    def damaged(self, files, word):
        name, data = wheel(ONE, files)
        at = data.index(word)
        return name, data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:]

    def stored(self, project, files):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for path, data in project.files(files).items():
                archive.writestr(path, data)
        return f"{project.module}-{project.version}-py3-none-any.whl", out.getvalue()

    def test_damaged_member(self):
        name, data = self.stored(ONE, {"<m>/__init__.py": "", "<m>/x.py": "PLACE = 1\n"})
        broken = data.replace(b"PLACE = 1\n", b"PLACE = 2\n")
        good, bad = examine((name, data), (name, broken))
        self.assertEqual(good["kind"], "constant")
        self.assertEqual((bad["kind"], bad["signature"]), ("", ""))

    def test_cut_sdist(self):
        name, data = sdist(ONE, {"<m>/__init__.py": "", "<m>/zz.py": "# x\n" * 20000},
                           ending=".tar")
        result = examine_one((name, data[:len(data) - 60000]))
        self.assertNotEqual(result["status"], "ok")
        self.assertEqual((result["kind"], result["signature"]), ("", ""))


class Size(unittest.TestCase):
    def test_large_payloads_agree(self):
        table = "".join(f"{n},{n * n}\n" for n in range(30000))
        files = {"<m>/__init__.py": ADD, "<m>/table.csv": table}
        other = dict(files, **{"<m>/table.csv": table.replace("9", "8")})
        made = examine(wheel(ONE, files), sdist(ONE, files), sdist(ONE, files, prefix="src/"),
                       wheel(ONE, other))
        self.assertEqual([one["kind"] for one in made], ["code"] * 4)
        self.assertEqual(len({one["signature"] for one in made[:3]}), 1)
        self.assertNotEqual(made[0]["signature"], made[3]["signature"])

    def test_large_empty_payloads_are_read(self):
        comment = "# nothing here at all\n" * 30000
        made = examine(wheel(ONE, {"<m>/__init__.py": comment}),
                       sdist(OTHER, {"<m>/__init__.py": comment[:-99]}),
                       wheel(OTHER, {"<m>/__init__.py": ""}))
        self.assertEqual([one["kind"] for one in made], ["blank"] * 3)
        self.assertEqual(len({one["signature"] for one in made}), 1)

    def test_many_members(self):
        """Each of these is quadratic for somebody."""
        shapes = (
            {f"<m>/a{n}.py": "" for n in range(30000)},
            {f"d{n}/__init__.py": "" for n in range(30000)},
            {f"<m>-{n}/x.py": "" for n in range(30000)},
            {f"d{n}.py": "" for n in range(30000)},
            {"a/" * 500 + f"{n}.py": "" for n in range(3000)})
        tops = {"x.egg-info/top_level.txt": "\n".join(f"<m>-{n}" for n in range(20000))}
        started = time.monotonic()
        for files in shapes:
            made = examine(wheel(ONE, files), sdist(ONE, files, ending=".zip"),
                           sdist(ONE, files, tops, ending=".zip"))
            self.assertTrue(all(one["status"] == "ok" for one in made))
        self.assertLess(time.monotonic() - started, 60)


if __name__ == "__main__":
    unittest.main()
