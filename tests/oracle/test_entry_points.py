"""entry_points.txt and INI texts (analyzer/extract/entry_points.c, ini.c, pytext.c) against
configparser and importlib.metadata, on generated texts and every file of this machine."""
import configparser
import glob
import importlib.metadata
import json
import os
import pathlib
import re
import time
import unittest

from extract_probe import CORPUS, ask, find_files, generator, mutate

SAMPLE = """# comment
[console_scripts]
foo = pkg.mod:main
bar=pkg.mod:Class.method [extra, other-2]
Baz = pkg
; gone

[gui_scripts]
win = pkg:win

[my.group]
long =
    pkg.long
x:y = a:b
"""
PIECES = ["\n", "\r\n", "\r", "=", " = ", ":", "[", "]", "[x]\n", "[x] y\n", "#", ";", " ", "\t", "  b = c:d\n",
          "a", "a = b:c\n", "\n\n", "\x0b", "\x0c", "\u00a0", "\u2003", "\u00e9", "  # c\n", "[DEFAULT]\n",
          "= v\n", "n =\n", "[]\n", "[[y]]\n", "\x1f", "junk\n"]


def config_items(text, delimiters):
    """What configparser reads: its lines, in order, without its refusals."""
    parser = configparser.RawConfigParser(delimiters=tuple(delimiters), strict=False)
    parser.optionxform = str
    bad = False
    try:
        # A file opened as text has its line ends unified.
        parser.read_string(re.sub("\r\n?", "\n", text))
    except configparser.MissingSectionHeaderError:
        return None
    except configparser.ParsingError:
        return None
    items = {("DEFAULT", name): value for name, value in parser.defaults().items()}
    for section in parser.sections():
        for name, value in parser._sections[section].items():
            items[section, name] = value
    return items


class Ini(unittest.TestCase):
    def check(self, texts):
        read = 0
        questions = [(text, delimiters) for text in texts for delimiters in ("=", "=:")]
        answers = ask("ini", [("ini", text, delimiters) for text, delimiters in questions])
        for (text, delimiters), answer in zip(questions, answers):
            wanted = config_items(text, delimiters)
            self.assertEqual(answer["bad_line"] == 0, wanted is not None, repr(text))
            if wanted is not None:
                read += 1
                got = {(section, name): value for section, name, value in answer["items"]}
                self.assertEqual(got, wanted, repr(text))
        return read

    def test_by_hand(self):
        self.check([SAMPLE, "", "[a]", "[a]\nx = 1\n  2\n\n  3\n y\nz: 4", "[a]\nx =\n\n\n", "[a]\nx = 1\n# c\n  2",
                    " [a]\n  x = 1\n  y = 2\n    z\n", "[a]\n\tx = 1\n\t\ty\n", "[a]\nx = 1\n[b]\n  y = 2\n",
                    "[a]\nx = # no comment\n;c\n  ;d\n  e ; f\n", "[a]\nx = 1\nx = 2\n[a]\ny = 3\n",
                    "[a]\n= 1\n", "[a]\nx\n", "x = 1\n", "[a]b]\nx=1", "[a\nx=1", "[]\nx=1", "[a]\r\nx=1\r\n  2\r\n"])

    def test_mutated(self):
        rng = generator(3)
        self.assertGreater(self.check([mutate(rng, SAMPLE, PIECES) for _ in range(6000)]), 3000)

    def test_generated(self):
        rng = generator(4)
        texts = ["[s]\n" + "".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))
                 for _ in range(10000)]
        self.assertGreater(self.check(texts), 3000)

    def test_files_of_this_machine(self):
        found = find_files(("setup.cfg", "tox.ini", "entry_points.txt", "pylintrc", "pip.conf"), 1500)
        texts = []
        for path in found:
            try:
                texts.append(pathlib.Path(path).read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                pass
        if not texts:
            self.skipTest("skipped: no INI file on this machine")
        self.check(texts)


def split_value(value):
    """(object reference, extras) of an entry's value."""
    match = re.fullmatch(r"(.*?)\s*(?:\[(.*)\])?\s*", value, re.DOTALL)
    return re.sub(r"\s*:\s*", ":", match[1], count=1), " ".join(re.findall(r"[\w.-]+", match[2] or ""))


def oracle(text):
    found = []
    for point in importlib.metadata.EntryPoints._from_text(text):
        found.append([point.group, point.name, *split_value(point.value)])
    return found


class EntryPoints(unittest.TestCase):
    def read(self, text):
        answer, = ask("ini", [("entry_points", text)])
        return answer

    def test_sample(self):
        self.assertEqual(self.read("\ufeff" + SAMPLE), [
            ["console_scripts", "foo", "pkg.mod:main", ""],
            ["console_scripts", "bar", "pkg.mod:Class.method", "extra other-2"],
            ["console_scripts", "Baz", "pkg", ""], ["gui_scripts", "win", "pkg:win", ""],
            ["my.group", "long", "pkg.long", ""], ["my.group", "x:y", "a:b", ""]])

    def test_values(self):
        for value, wanted in (
                ("a:b", ["a:b", ""]), ("a:b[x]", ["a:b", "x"]), ("a:b [x,y]", ["a:b", "x y"]),
                ("a:b []", ["a:b", ""]), ("a:b [ x  , y.z ]", ["a:b", "x y.z"]), ("a : b", ["a:b", ""]),
                ("a.b:c.d", ["a.b:c.d", ""]), ("a", ["a", ""]), ("a:b = c", ["a:b = c", ""]),
                ("a:b # c", ["a:b # c", ""]), ("a[b", ["a[b", ""]), ("[x]", None), ("", None)):
            got = self.read("[g]\nn = " + value + "\n")
            self.assertEqual(got, [] if wanted is None else [["g", "n", *wanted]], value)

    def test_indented_entries_are_entries(self):
        """configparser would join them; installers take them for what they are."""
        self.assertEqual(self.read("[g]\na = m:a\n  b = m:b\n\tc = m:c [x]\nd = m:d\n"),
                         [["g", "a", "m:a", ""], ["g", "b", "m:b", ""], ["g", "c", "m:c", "x"],
                          ["g", "d", "m:d", ""]])

    def test_a_name_given_twice(self):
        self.assertEqual(self.read("[g]\na = m:a\na = m:b\n[g]\na = m:a\n"),
                         [["g", "a", "m:a", ""], ["g", "a", "m:b", ""], ["g", "a", "m:a", ""]])

    def test_generated(self):
        rng = generator(5)
        names = ["a", "B-c", "d.e_f", "with space", "x:y", "\u00fc", "+p", "-", "1"]
        values = ["m", "m:f", "m.n:f.g", "m:f [x]", "m:f [x, y]", "m:f[x]", "\u00fc:\u00fc", "m : f", "m.n  :f [x]"]
        texts = []
        for _ in range(4000):
            lines = []
            for _ in range(rng.randrange(12)):
                lines.append(rng.choice(["", "# c", "[console_scripts]", "[g.h]", "[ s ]"] + [
                    rng.choice(["", "  ", "\t"]) + rng.choice(names) + rng.choice(["=", " = ", " =", "\t= "]) +
                    rng.choice(values) + rng.choice(["", " "]) for _ in range(6)]))
            texts.append(rng.choice(["\n", "\r\n"]).join(lines))
        for text, answer in zip(texts, ask("ini", [("entry_points", text) for text in texts])):
            self.assertEqual(answer, oracle(text), repr(text))

    def test_mutated(self):
        rng = generator(6)
        texts = [mutate(rng, SAMPLE, PIECES) for _ in range(3000)]
        for text, answer in zip(texts, ask("ini", [("entry_points", text) for text in texts])):
            for group, name, reference, _ in answer:
                self.assertTrue(group and name and reference, repr(text))
                self.assertNotRegex(name + reference, "[\n\r\0]")

    def test_files_of_this_machine(self):
        found = find_files(("entry_points.txt",), 500)
        if not found:
            self.skipTest("skipped: no entry_points.txt on this machine")
        texts = [pathlib.Path(path).read_text(encoding="utf-8") for path in found]
        for path, text, answer in zip(found, texts, ask("ini", [("entry_points", t) for t in texts])):
            self.assertEqual(answer, oracle(text), path)

    def test_wheel_inspect(self):
        paths = sorted(glob.glob(os.path.join(CORPUS, "wheel-inspect", "entry_points", "*.txt")))
        if not paths:
            self.skipTest("skipped: no corpus")
        for path in paths:
            wanted = json.loads(pathlib.Path(path[:-3] + "json").read_text(encoding="utf-8"))
            rows = [[group, name, e["module"] + (":" + e["attr"] if e["attr"] else ""), " ".join(e["extras"])]
                    for group, entries in wanted.items() for name, e in entries.items()]
            self.assertEqual(self.read(pathlib.Path(path).read_text(encoding="utf-8")), rows, path)

    def test_time_is_linear(self):
        started = time.monotonic()
        count = 300000
        for text in ("[g]\n" + "a = b\n" * count, "[g]\na = b\n" + " c\n" * count, "[g]\na = b\n" + " c = d\n" * count,
                     "[g]\na = b\n" + "\n" * count, "[a]\n" * count, "[" * count + "\n", "[g]\na = " + "[x" * count + "]",
                     "[g]\n" + "=" * count, "[g]\na" + " " * count + "x" + "\u00a0" * count):
            ask("ini", [("entry_points", text)])
        self.assertLess(time.monotonic() - started, 20)


if __name__ == "__main__":
    unittest.main()
