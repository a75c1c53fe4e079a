"""The TOML reader (analyzer/extract/toml*.c) against tomllib: the same documents accepted, the same
values read, on generated and mutated documents and every TOML file of this machine; and
pyproject.toml's declarations (pyproject*.c) by hand."""
import datetime
import math
import pathlib
import time
import tomllib
import unittest

from extract_probe import ask, find_files, generator, mutate

SAMPLE = '''# head
title = "T\\u00e9st \\"q\\" \\\\ end"
'quoted key' = 'literal \\n'
a.b.c = 1
a."d.e" = [1, 2.5, -3e4, +1_000, 0xDEAD_beef, 0o17, 0b1_0, inf, -nan,]
[table]
multi = """
one \\
   two ""quoted"" \\t
"""
lit = \'\'\'
raw 'x' \'\'\'\'
when = 1979-05-27T07:32:00.999-07:00
local = 1979-05-27 07:32:00
day = 1979-05-27
at = 07:32:00.5
yes = true
no = false
inline = { x = 1, y.z = "s", w = [ { q = 1 }, {} ] }
[table.sub.deep]
k = []
[[list]]
n = 1
[list.inner]
m = 2
[[list]]
[[list.more]]
[list.more.x]
[ spaced . "key" ]
'''
PIECES = ["\n", "\r\n", "\r", " ", "\t", ".", ",", "=", "[", "]", "[[", "]]", "{", "}", "'", '"', '"""',
          "'''", "#", "\\", "\\u00e9", "\\U0001F600", "\\ud800", "_", "-", "+", "e", "0", "1", "07", "a",
          "true", "inf", "nan", "1979-05-27", "T07:32:00", "Z", ".5", "1979-02-30", "0000-01-01",
          "24:00:00", "\x00", "\x7f", "\u00e9", "\\\n  ", "[table]\n", "[[list]]\n", "[a]\n", "[a.b]\n",
          "a.b.d = 1\n", "a = 1\n", "[table.inline.x]\n", "[list]\n", "[[table]]\n", "x.y = {}\n",
          "[spaced]\n", "[list.inner]\n", "[[a.b]]\n", "\ufeff", "{a.b=1,a.c=2}", "{a={},a.b=1}"]


def same(tree, value):
    kind, content = tree
    if isinstance(value, dict):
        return kind == "table" and [k for k, _ in content] == list(value) and all(
            same(t, value[k]) for k, t in content)
    if isinstance(value, list):
        return kind == "array" and len(content) == len(value) and all(map(same, content, value))
    if isinstance(value, str):
        return kind == "string" and content == value
    types = {bool: "boolean", int: "integer", float: "float", datetime.datetime: "date-time",
             datetime.date: "date", datetime.time: "time"}
    if kind != types[type(value)]:
        return False
    again = tomllib.loads("x = " + content)["x"]
    return again == value or (isinstance(value, float) and math.isnan(value) and math.isnan(again))


def oracle(data):
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def scalar(rng):
    return rng.choice([
        lambda: str(rng.randrange(-10**6, 10**6)), lambda: repr(rng.uniform(-1e9, 1e9)),
        lambda: rng.choice(["true", "false", "inf", "-nan", "0x_1", "0b2", "01", "+0", "1_0", "1__0",
                            "1_", "1.", ".1", "1e5", "1e", "1.e5", "1_0.0_1e1_0", "0o8", "-0x1"]),
        lambda: "%04d-%02d-%02d" % (rng.randrange(0, 9999), rng.randrange(0, 14), rng.randrange(0, 33)),
        lambda: "%s%s%02d:%02d:%02d%s%s" % (
            rng.choice(["2024-02-29", "2023-02-29", "2024-06-31"]), rng.choice("T t_"), rng.randrange(26),
            rng.randrange(62), rng.randrange(62), rng.choice(["", ".", ".1", ".1234567"]),
            rng.choice(["", "Z", "z", "+01:00", "-23:59", "+24:00", "+1:00"])),
        lambda: "%02d:%02d:%02d" % (rng.randrange(26), rng.randrange(62), rng.randrange(62)),
        lambda: string(rng)])()


def string(rng):
    body = "".join(rng.choice(["a", "b c", "\\n", "\\u00e9", "\\\"", "\u20ac", "'", "#", "\t", "\\x", "\\ ",
                               "]", "=", ""]) for _ in range(rng.randrange(4)))
    quote = rng.choice(['"', "'", '"""', "'''"])
    if len(quote) == 3:
        body += rng.choice(["", "\n", "\\\n  \n x", quote[0], quote[0] * 2, quote[0] * 3])
    return quote + body + quote


def value(rng, depth):
    roll = rng.random()
    if depth > 3 or roll < 0.6:
        return scalar(rng)
    gap = lambda: rng.choice(["", " ", "\n", " # c\n"]) if roll < 0.8 else rng.choice(["", " ", " ", ""])
    if roll < 0.8:
        items = [gap() + value(rng, depth + 1) + gap() for _ in range(rng.randrange(4))]
        return "[" + ",".join(items) + rng.choice(["", "", ",", ",,"]) + gap() + "]"
    items = [gap() + key(rng) + " = " + value(rng, depth + 1) + gap() for _ in range(rng.randrange(4))]
    return "{" + ",".join(items) + rng.choice([""] * 9 + [","]) + "}"


def key(rng):
    part = lambda: rng.choice(["a", "b", "c", "a", "b", "d-e_1", '"a"', "'b'", '"x.y"', '""', "1"])
    return rng.choice([".", ".", " . "]).join(part() for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))


def document(rng):
    lines = []
    for _ in range(rng.randrange(1, 10)):
        roll = rng.random()
        if roll < 0.25:
            lines.append("[" + key(rng) + "]")
        elif roll < 0.4:
            lines.append("[[" + key(rng) + "]]")
        else:
            lines.append(key(rng) + " = " + value(rng, 0))
    return "\n".join(lines) + rng.choice(["", "\n", " # end"])


class Toml(unittest.TestCase):
    def check(self, documents):
        accepted = 0
        for data, answer in zip(documents, ask("toml", [("toml", d) for d in documents])):
            wanted = oracle(data)
            if wanted is None:
                self.assertEqual(answer[0], "error", data)
            else:
                accepted += 1
                self.assertNotEqual(answer[0], "error", (data, answer))
                self.assertTrue(same(answer, wanted), (data, answer))
        return accepted

    def test_sample(self):
        self.assertEqual(self.check([SAMPLE.encode(), SAMPLE.replace("\n", "\r\n").encode()]), 2)

    def test_mutated(self):
        rng = generator(101)
        accepted = self.check([mutate(rng, SAMPLE, PIECES).encode("utf-8", "surrogatepass")
                               for _ in range(12000)])
        self.assertGreater(accepted, 1000)

    def test_pieces(self):
        rng = generator(102)
        accepted = self.check(["".join(rng.choice(PIECES) for _ in range(rng.randrange(10))).encode(
            "utf-8", "surrogatepass") for _ in range(20000)])
        self.assertGreater(accepted, 200)

    def test_generated(self):
        rng = generator(103)
        accepted = self.check([document(rng).encode() for _ in range(20000)])
        self.assertGreater(accepted, 2000)

    def test_tables_against_each_other(self):
        """Everything that may be declared twice, or not: four statements over few names."""
        rng = generator(104)
        statements = ["[a]", "[a.b]", "[a.b.c]", "[[a]]", "[[a.b]]", "[[a.b.c]]", "a = 1", "a.b = 1",
                      "b = 1", "b.c = 1", "a.b.c = 1", "a = {}", "a = []", "a.b = {}", "b = {c = 1}",
                      "b.c.d = 1", "a = [{}]", "c = 1", "[b]", "[b.c]", "a = {b.c = 1}"]
        accepted = self.check(["\n".join(rng.choice(statements) for _ in range(rng.randrange(1, 6))).encode()
                               for _ in range(30000)])
        self.assertGreater(accepted, 5000)

    def test_invalid_utf8(self):
        self.check([b'a = "\xff"', b"# \xc3", b"a = '\xed\xa0\x80'"])

    def test_files_of_this_machine(self):
        found = find_files(("pyproject.toml", "Cargo.toml", "poetry.lock", "uv.lock"), 500)
        if not found:
            self.skipTest("skipped: no TOML on this machine")
        self.check([pathlib.Path(path).read_bytes() for path in found])

    def test_integers_as_long_as_python_reads(self):
        self.check([b"a = " + b"1" * n for n in (4300, 4301)] + [b"a = 0x" + b"1" * 9000])

    def test_errors_give_the_line(self):
        for text, line in (("a = \n", 1), ("a = 1\nb = 2\na = 3\n", 3), ("x = 'y\n", 1), ("\n\n[", 3)):
            answer, = ask("toml", [("toml", text)])
            self.assertEqual(answer[:2], ["error", line], text)

    def test_depth_is_bounded(self):
        deep = ["a = " + "[" * 60 + "]" * 60, "a = " + "[" * 100000, "a = " + "{a=" * 100000,
                "a" + ".a" * 100000 + " = 1", "[" + "a." * 60 + "a]"]
        answers = ask("toml", [("toml", text) for text in deep])
        self.assertEqual([a[0] == "error" for a in answers], [False, True, True, True, False])

    def test_time_is_linear(self):
        started = time.monotonic()
        count = 200000
        for text in ("".join(f"k{n} = 1\n" for n in range(count)),
                     "".join(f"[k{n}]\n" for n in range(count)),
                     "[[a]]\n" * count, "a = [" + "1," * count + "]",
                     "a = {" + ",".join(f"k{n}=1" for n in range(count)) + "}",
                     'a = """' + '""x' * count + '"""', "a = '''" + "''x" * count + "'''",
                     'a = "' + "\\n" * count + '"', 'a = """' + "\\\n" * count + '"""',
                     "".join(f"x.y{n} = 1\n" for n in range(count)), "\n" * count + "\r" * count):
            ask("toml", [("toml", text)])
        self.assertLess(time.monotonic() - started, 30)


class Pyproject(unittest.TestCase):
    def read(self, text):
        answer, = ask("toml", [("pyproject", text)])
        return answer

    def test_project(self):
        got = self.read('[project]\nname = "n"\nversion = "1"\ndependencies = ["a>1", "b"]\n'
                        'scripts = {x = "m:f [e, g]", bad = 1}\n[project.gui-scripts]\ny = "m:g"\n'
                        '[project.entry-points."a.b"]\nz = "m"\n[project.optional-dependencies]\nt = ["c"]\n')
        self.assertEqual((got["name"], got["version"]), ("n", "1"))
        self.assertEqual(got["entry_points"], [["console_scripts", "x", "m:f", "e g"],
                                               ["gui_scripts", "y", "m:g", ""], ["a.b", "z", "m", ""]])
        self.assertEqual(got["requires"], ["a>1", "b", "c"])

    def test_poetry(self):
        got = self.read('[tool.poetry]\nname = "p"\nversion = "2"\npackages = [{include = "foo"}, '
                        '{include = "bar", from = "src"}, {include = "one.py"}, {include = "z/**/*.py"}, '
                        '{include = "*", from = "lib"}]\n'
                        '[tool.poetry.dependencies]\npython = "^3"\nclick = "^8"\n[tool.poetry.scripts]\n'
                        'a = "m:f"\nb = {callable = "m:g", extras = ["x", "y"]}\n'
                        'c = {reference = "bin/tool.sh", type = "file"}\nd = {reference = "m:h", '
                        'type = "console"}\n[tool.poetry.plugins."g.h"]\np = "m:P"\n')
        self.assertEqual(sorted(got["entry_points"]), [
            ["console_scripts", "a", "m:f", ""], ["console_scripts", "b", "m:g", "x y"],
            ["console_scripts", "d", "m:h", ""], ["g.h", "p", "m:P", ""], ["scripts", "tool.sh", "", ""]])
        self.assertEqual(got["requires"], ["click"])
        self.assertEqual(got["packages"], ["foo", "src/bar", "z"])
        self.assertEqual((got["modules"], got["scripts"]), (["one.py"], ["bin/tool.sh"]))
        self.assertEqual(got["source_roots"], ["lib"])

    def test_flit(self):
        got = self.read('[tool.flit.metadata]\nmodule = "fm"\nrequires = ["r"]\nentry-points-file = "e.ini"\n'
                        '[tool.flit.scripts]\nf = "m:f"\n[tool.flit.entrypoints."x.y"]\ng = "m:g"\n')
        self.assertEqual(got["entry_points"], [["console_scripts", "f", "m:f", ""], ["x.y", "g", "m:g", ""]])
        self.assertEqual(got["packages"], ["fm", "src/fm"])
        self.assertEqual(got["modules"], ["fm.py", "src/fm.py"])
        self.assertEqual((got["files"], got["requires"]), (["e.ini"], ["r"]))

    def test_setuptools(self):
        got = self.read('[tool.setuptools]\npackage-dir = {"" = "src", "q" = "other/q"}\n'
                        'packages = ["p", "p.sub", "q"]\npy-modules = ["one", "t.two"]\n'
                        'script-files = ["bin/s"]\n[tool.setuptools.dynamic]\nentry-points = {file = "e.txt"}\n')
        self.assertEqual(got["source_roots"], ["src"])
        self.assertEqual(got["packages"], ["src/p", "other/q"])
        self.assertEqual(got["modules"], ["src/one.py", "src/t/two.py"])
        self.assertEqual(got["entry_points"], [["scripts", "s", "", ""]])
        self.assertEqual(got["files"], ["e.txt"])
        got = self.read('[tool.setuptools.packages.find]\nwhere = ["src", "lib/"]\n')
        self.assertEqual(got["source_roots"], ["src", "lib"])

    def test_other_backends(self):
        got = self.read('[tool.hatch.build.targets.wheel]\npackages = ["src/foo", "./bar/"]\nsources = ["src"]\n'
                        'only-include = ["m.py"]\n[tool.hatch.build.targets.wheel.shared-scripts]\n'
                        '"t/x.sh" = "x"\n')
        self.assertEqual((got["packages"], got["modules"]), (["src/foo", "bar"], ["m.py"]))
        self.assertEqual((got["source_roots"], got["scripts"]), (["src"], ["t/x.sh"]))
        self.assertEqual(got["entry_points"], [["scripts", "x", "", ""]])
        got = self.read('[tool.pdm.build]\npackage-dir = "src"\nincludes = ["foo", "one.py"]\n')
        self.assertEqual((got["source_roots"], got["packages"], got["modules"]), (["src"], ["foo"], ["one.py"]))
        got = self.read('[tool.uv.build-backend]\nmodule-name = "foo"\n')
        self.assertEqual((got["source_roots"], got["packages"]), (["src"], ["src/foo"]))
        got = self.read('[tool.uv.build-backend]\nmodule-root = ""\nmodule-name = ["foo.bar"]\n')
        self.assertEqual((got["source_roots"], got["packages"]), (["."], ["foo"]))
        got = self.read('[tool.maturin]\npython-source = "python"\npython-packages = ["a"]\n')
        self.assertEqual((got["source_roots"], got["packages"]), (["python"], ["python/a"]))

    def test_tables_of_another_backend_do_not_count(self):
        tables = '[tool.poetry.scripts]\na = "m:f"\n[tool.flit.scripts]\nb = "m:g"\n'
        for backend, wanted in (("poetry.core.masonry.api", ["a"]), ("flit_core.buildapi", ["b"]),
                                ("hatchling.build", []), ("setuptools.build_meta", []), ("own", ["a", "b"])):
            got = self.read(f'[build-system]\nbuild-backend = "{backend}"\n' + tables)
            self.assertEqual([entry[1] for entry in got["entry_points"]], wanted, backend)

    def test_paths_that_leave_the_root(self):
        got = self.read('[tool.hatch.build.targets.wheel]\npackages = ["../x", "/y", "a/../../b", "ok"]\n')
        self.assertEqual(got["packages"], ["ok"])

    def test_wrong_types(self):
        for text in ("project = 1", "[project]\nscripts = 1\nname = []\ndependencies = {}\n", "tool = []",
                     "[tool]\npoetry = 1\nflit = 'x'\nsetuptools = []\nhatch = 1\npdm = 2\nuv = 3\n",
                     "[tool.poetry]\npackages = [1, {}]\nscripts = {a = 1, b = {}}\nplugins = {a = 1}\n",
                     "[tool.setuptools]\npackage-dir = {a = 1}\npackages = 7\n[build-system]\nbuild-backend = 1\n"):
            self.assertEqual(self.read(text)["entry_points"], [])

    def test_mutated(self):
        rng = generator(621)
        text = ('[build-system]\nbuild-backend = ""\n[project]\nname = "n"\nscripts.x = "m:f"\n'
                '[tool.poetry]\nscripts = {a = "m:f", b = {reference = "x", type = "file"}}\n'
                'packages = [{include = "foo", from = "src"}]\n[tool.setuptools]\npackage-dir = {"" = "src"}\n')
        ask("toml", [("pyproject", mutate(rng, text, PIECES + ["packages", "tool", "project"]).encode(
            "utf-8", "surrogatepass")) for _ in range(4000)])


if __name__ == "__main__":
    unittest.main()
