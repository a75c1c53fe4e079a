"""setup.cfg (analyzer/extract/setup_cfg.c) by hand, and its entry points against configparser and
the splitting that setuptools does, on generated files."""
import configparser
import unittest

from extract_probe import ask, generator, mutate

SAMPLE = """[metadata]
Name = Sample
version: 1.0

[options]
package_dir =
    = src
    odd = other/odd
packages = find:
py_modules = one, two
scripts =
    bin/tool
    bin/other.py
install_requires =
    a>=1
    # not this
    b; python_version < "3"

[options.packages.find]
where = src

[options.entry_points]
console_scripts =
    foo = pkg:main
    Bar = pkg.bar:main [x, y]
Group.Name = p = pkg:p, q = pkg:q

[options.extras_require]
t = c; d
u =
    e
    f

[other]
console_scripts = no = no:no
"""


def read(text):
    answer, = ask("ini", [("setup_cfg", text)])
    return answer


def oracle(text):
    """Entry points as setuptools takes them: one a line, or one a comma in a single line."""
    parser = configparser.RawConfigParser()  # strict: a repeated name is an error
    parser.optionxform = str
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    found = []
    for section in ("options.entry_points", "entry_points"):
        for group, value in parser._sections.get(section, {}).items():
            if section == "entry_points":  # pbr's way with the names of options
                group = group.lower().replace("-", "_")
                items = value.splitlines()
            else:
                items = value.splitlines() if "\n" in value else value.split(",")
            for item in items:
                name, equals, reference = item.partition("=")
                if name.strip() and reference.strip() and "[" not in reference:
                    found.append([group, name.strip(), reference.strip(), ""])
    return found


class SetupCfg(unittest.TestCase):
    def test_sample(self):
        got = read(SAMPLE)
        self.assertEqual((got["name"], got["version"]), ("Sample", "1.0"))
        self.assertEqual([e for e in got["entry_points"] if e[0] != "scripts"], [
            ["console_scripts", "foo", "pkg:main", ""], ["console_scripts", "Bar", "pkg.bar:main", "x y"],
            ["Group.Name", "p", "pkg:p", ""], ["Group.Name", "q", "pkg:q", ""]])
        self.assertEqual([e[1:] for e in got["entry_points"] if e[0] == "scripts"],
                         [["tool", "", ""], ["other.py", "", ""]])
        self.assertEqual(got["source_roots"], ["src"])
        self.assertEqual(got["modules"], ["src/one.py", "src/two.py"])
        self.assertEqual(got["scripts"], ["bin/tool", "bin/other.py"])
        self.assertEqual(sorted(got["requires"]), ["a>=1", 'b; python_version < "3"', "c; d", "e", "f"])

    def test_packages(self):
        self.assertEqual(read("[options]\npackages = foo, foo.bar, baz\n")["packages"], ["foo", "baz"])
        got = read("[options]\npackage_dir =\n  =lib\n  odd=x/odd/\npackages =\n  foo\n  odd\n  odd.sub\n")
        self.assertEqual((got["packages"], got["source_roots"]), (["lib/foo", "x/odd"], ["lib"]))
        self.assertEqual(read("[options]\npackages = find:\n")["source_roots"], ["."])
        self.assertEqual(read("[options]\npackages = find_namespace:\n[options.packages.find]\nwhere=s\n")
                         ["source_roots"], ["s"])
        self.assertEqual(read("[options]\npackages = find:\npackage_dir = =src\n")["source_roots"], ["src"])

    def test_pbr(self):
        got = read("[metadata]\nname = p\n[files]\npackages =\n  foo\n  bar = x\nscripts = bin/a\n"
                   "modules = m\n[entry_points]\nconsole_scripts =\n  a = p:a\nA-b = c = p:c [x, y]\n")
        self.assertEqual(got["packages"], ["foo", "bar"])
        self.assertEqual(got["modules"], ["m.py"])
        self.assertEqual(sorted(got["entry_points"]), [["a_b", "c", "p:c", "x y"],
                                                       ["console_scripts", "a", "p:a", ""],
                                                       ["scripts", "a", "", ""]])

    def test_file(self):
        self.assertEqual(read("[options]\nentry_points = file: ./entry.cfg, b.ini\n")["files"],
                         ["entry.cfg", "b.ini"])

    def test_text(self):
        self.assertEqual(read("[options]\nentry-points =\n  # c\n  [G.h]\n  a = m:f [x]\n  [i]\n  b = m\n")
                         ["entry_points"], [["G.h", "a", "m:f", "x"], ["i", "b", "m", ""]])

    def test_default_section(self):
        self.assertEqual(read("[DEFAULT]\nscripts = a/b\n[options]\nx = y\n")["scripts"], ["a/b"])

    def test_paths_that_leave_the_root(self):
        self.assertEqual(read("[options]\nscripts =\n  ../x\n  /y\n  a/../../b\n  .\n")["scripts"], ["."])

    def test_generated(self):
        rng = generator(7)
        pieces = ["\n", "  ", "    a = b:c\n", "# c\n", "  # c\n", ",", "=", "x", "g =\n", "g: ", "G = n = m:f\n",
                  "[options.entry_points]\n", "[entry_points]\n", "[x]\n", "\n\n", "  y = z\n", " ;c\n"]
        texts = ["[options.entry_points]\n" + "".join(rng.choice(pieces) for _ in range(rng.randrange(14)))
                 for _ in range(6000)]
        compared = 0
        for text, answer in zip(texts, ask("ini", [("setup_cfg", t) for t in texts])):
            wanted = oracle(text)
            if wanted is None:
                continue
            compared += 1
            self.assertEqual(sorted(answer["entry_points"]), sorted(wanted), repr(text))
        self.assertGreater(compared, 1000)

    def test_mutated(self):
        rng = generator(8)
        pieces = ["\n", "=", ":", "find:", "file:", " ", "[", "]", "..", "/", ",", "\u00a0", "\x00", "[options]\n"]
        ask("ini", [("setup_cfg", mutate(rng, SAMPLE, pieces)) for _ in range(4000)])


if __name__ == "__main__":
    unittest.main()
