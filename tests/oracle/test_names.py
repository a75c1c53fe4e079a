"""Names, versions and file names (analyzer/mirror/name.c, filename.c) against
the packaging library and re.sub, on generated spellings and a hand-written
table of names that no library reads."""
import itertools
import json
import os
import random
import re
import subprocess
import unittest

try:
    import packaging.utils as utils
    import packaging.version as versions
except ImportError:
    try:
        import pip._vendor.packaging.utils as utils
        import pip._vendor.packaging.version as versions
    except ImportError:
        utils = versions = None

BUILD = os.environ.get("WINNOW_BUILD", "build/gcc")
PROBE = os.path.join(BUILD, "oracle", "probe_name")


def ask(questions):
    """The probe's answers to [(verb, argument, ...)]; arguments are str or bytes."""
    lines = []
    for verb, *arguments in questions:
        fields = [a if isinstance(a, bytes) else a.encode() for a in arguments]
        lines.append("\t".join([verb] + [f.hex() for f in fields]))
    done = subprocess.run([PROBE], input=("\n".join(lines) + "\n").encode(),
                          stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]
    assert len(answers) == len(questions)
    return answers


class ProjectNames(unittest.TestCase):
    def names(self):
        rng = random.Random(503)
        names = ["", "-", "--", "a", "A.-_b", "Foo", "zope.interface", "_x_", "x..", "Ünï-Cödé"]
        names += ["".join(rng.choice("aB9-_. Z") for _ in range(rng.randrange(12)))
                  for _ in range(3000)]
        return names

    @staticmethod
    def expected(name):
        joined = re.sub(r"[-_.]+", "-", name)
        return re.sub(r"[A-Z]", lambda m: m.group().lower(), joined)

    def test_normalisation(self):
        names = self.names()
        answers = ask([("normalize", name) for name in names])
        for name, answer in zip(names, answers):
            self.assertEqual(answer, self.expected(name), repr(name))

    def test_same(self):
        rng = random.Random(5)
        names = [n for n in self.names() if len(n) < 5]
        pairs = [(rng.choice(names), rng.choice(names)) for _ in range(5000)]
        pairs += [(n, n.upper().replace("-", "_.")) for n in names if n.isascii()]
        equal = 0
        for (a, b), answer in zip(pairs, ask([("same", a, b) for a, b in pairs])):
            self.assertEqual(answer, self.expected(a) == self.expected(b), (a, b))
            equal += answer
        self.assertGreater(equal, 100)


def random_version(rng):
    """Valid and nearly valid versions."""
    number = lambda: rng.choice(["0", "1", "2", "00", "01", "10", "9" * 25, "1" + "0" * 25])
    text = rng.choice(["", "", "", "v", "V", " ", "\t"])
    if rng.random() < 0.15:
        text += number() + "!"
    text += ".".join(number() for _ in range(rng.randrange(1, 5)))
    separator = lambda: rng.choice(["", "", ".", "-", "_"])
    if rng.random() < 0.4:
        text += separator() + rng.choice(["a", "b", "c", "rc", "alpha", "beta", "pre", "preview",
                                          "RC", "Alpha", "x"])
        text += separator() + rng.choice(["", number()])
    if rng.random() < 0.3:
        text += rng.choice(["-" + number(), separator() + rng.choice(["post", "rev", "r", "R"]) +
                            separator() + rng.choice(["", number()])])
    if rng.random() < 0.3:
        text += separator() + rng.choice(["dev", "DEV", "de"]) + separator() + rng.choice(["", number()])
    if rng.random() < 0.25:
        text += "+" + rng.choice(["", "a", "A", "1", "01", "ubuntu.1", "ubuntu-1", "1.a", "a1.1", "1a",
                                  "a..b", "a.", "u_1-2.3", "é"])
    return text + rng.choice(["", "", "", "", "", "\n", " ", ".", "-", "!"])


@unittest.skipIf(versions is None, "skipped: no packaging library")
class Versions(unittest.TestCase):
    def expected(self, a, b):
        def read(text):
            try:
                return versions.Version(text)
            except versions.InvalidVersion:
                return None
        va, vb = read(a), read(b)
        if va is None or vb is None:
            same = a.encode().lower() == b.encode().lower()
            if va is None and vb is None:
                a, b = a.encode().lower(), b.encode().lower()
                return [(a > b) - (a < b), same]
            return [1 if vb is None else -1, same]
        return [(va > vb) - (va < vb), va == vb]

    def check(self, pairs):
        for (a, b), answer in zip(pairs, ask([("version", a, b) for a, b in pairs])):
            self.assertEqual(answer, self.expected(a, b), (a, b))

    def test_by_hand(self):
        spellings = ["1.0", "1.0.0", "1", "1.0-1", "1.0.post1", "1.0-rc1", "1.0-RC1", "1.0c1", "1.0a",
                     "1.0a0", "1.0.dev", "1.0a1.dev2", "1.0.post1.dev3", "1.0+abc", "1.0+abc.1",
                     "1.0+1", "1!0", "2004-01-01", "2004.01.01", "1.0-final", "", "v", "1..0", ".1",
                     "1.", "1.0a-1", "1.0a.dev1", "1.0-a-", "1.0--1", "1.0-r", "1.0rev5", "1.0preview-3",
                     "1.0post", "0", "00", "1" * 400, "1.0.dev0", "1.0a1.post1", "1.0.0.0.1", "1.0dev-r12"]
        self.check(list(itertools.product(spellings, spellings)))

    def test_generated(self):
        rng = random.Random(440)
        pool = [random_version(rng) for _ in range(4000)]
        self.check([(rng.choice(pool), rng.choice(pool)) for _ in range(30000)])

    def test_mutated(self):
        """Neighbours of one version, so that comparisons reach the last field."""
        rng = random.Random(441)
        pairs = []
        for _ in range(10000):
            a = list(random_version(rng))
            b = list(a)
            b[rng.randrange(len(b))] = rng.choice("0123abcdevrpost.-_+! ")
            pairs.append(("".join(a), "".join(b)))
        self.check(pairs)


def parsed(name, version, format="sdist", artifact=True):
    return {"format": format, "artifact": artifact, "name": name, "version": version}


# file name, project hint, name, version, format ("" as name and format None: not an artifact)
LEGACY = [
    ("foo-1.0.tar.gz", "", "foo", "1.0", "sdist"),
    ("Foo.Bar_baz-1.0.TAR.GZ", "", "Foo.Bar_baz", "1.0", "sdist"),
    ("foo-1.0-1.tar.gz", "", "foo", "1.0-1", "sdist"),
    ("foo-2004-01-01.tar.gz", "", "foo", "2004-01-01", "sdist"),
    ("foo-2004-1-9.tgz", "", "foo", "2004-1-9", "sdist"),
    ("foo-bar-1.0-beta.zip", "", "foo-bar", "1.0-beta", "sdist"),
    ("foo-bar-1.0-beta-2.zip", "", "foo-bar", "1.0-beta-2", "sdist"),
    ("foo-2to3-1.0.tar.gz", "", "foo-2to3", "1.0", "sdist"),
    ("foo-2-1.0.tar.gz", "", "foo-2", "1.0", "sdist"),
    ("foo-2-1.tar.gz", "", "foo-2", "1", "sdist"),
    ("foo-2-1.tar.gz", "foo", "foo", "2-1", "sdist"),
    ("foo-3d-1.0.tar.gz", "", "foo-3d", "1.0", "sdist"),
    ("py-3a-1.tar.gz", "", "py-3a", "1", "sdist"),
    ("foo-v1.0.tar.gz", "", "foo", "v1.0", "sdist"),
    ("foo-0.1dev-r1234.tar.gz", "", "foo", "0.1dev-r1234", "sdist"),
    ("foo-0.1dev-20080101.tar.gz", "", "foo", "0.1dev-20080101", "sdist"),
    ("foo-1.0-final.tar.gz", "", "foo", "1.0-final", "sdist"),
    ("foo-1.0.0-SNAPSHOT.tar.gz", "", "foo", "1.0.0-SNAPSHOT", "sdist"),
    ("foo-dev.tar.gz", "", "foo", "dev", "sdist"),
    ("foo-bar.tar.gz", "", "foo-bar", "", "sdist"),
    ("foo-bar.tar.gz", "foo", "foo", "bar", "sdist"),
    ("foo-bar.tar.gz", "foo-bar", "foo-bar", "", "sdist"),
    ("foo.tar.gz", "", "foo", "", "sdist"),
    ("foo_bar_1.0.tar.gz", "", "foo_bar", "1.0", "sdist"),
    ("foo_bar_1.0.tar.gz", "foo-bar", "foo_bar", "1.0", "sdist"),
    ("foo_bar-1.0.tar.gz", "foo", "foo_bar", "1.0", "sdist"),
    ("Foo.Bar-1.0.tar.gz", "foo-bar", "Foo.Bar", "1.0", "sdist"),
    ("foo-release-1.0.tar.gz", "foo", "foo-release", "1.0", "sdist"),
    ("foo--1.0.tar.gz", "foo", "foo", "-1.0", "sdist"),
    ("foo-1.0+ubuntu-1.tar.gz", "", "foo", "1.0+ubuntu-1", "sdist"),
    ("foo-1!2.0.tar.gz", "", "foo", "1!2.0", "sdist"),
    ("foo-20080101-1.tar.gz", "", "foo", "20080101-1", "sdist"),
    ("foo-1.0.linux-x86_64.tar.gz", "", "foo", "1.0", "sdist"),
    ("foo-1.0.macosx-10.9-x86_64.tar.gz", "", "foo", "1.0", "sdist"),
    ("foo-1.0.win32.zip", "", "foo", "1.0", "sdist"),
    ("é-1.0.tar.gz", "", "é", "1.0", "sdist"),
    ("-1.0.tar.gz", "", "-1.0", "", "sdist"),
    ("foo-.tar.gz", "", "foo-", "", "sdist"),
] + [
    ("a-b-1.0" + ending, "", "a-b", "1.0", "sdist")
    for ending in (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.Z", ".tar.zst",
                   ".tar", ".ZIP", ".Tar.Bz2")
] + [
    ("foo-1.0-py3-none-any.whl", "", "foo", "1.0", "wheel"),
    ("Foo.Bar-1.0-py3-none-any.WHL", "", "Foo.Bar", "1.0", "wheel"),
    ("foo-1.0-1-py3-none-any.whl", "", "foo", "1.0", "wheel"),
    ("foo-1.0-1_local-py2.py3-none-any.whl", "", "foo", "1.0", "wheel"),
    ("foo-bar-1.0-py3-none-any.whl", "", "foo-bar", "1.0", "wheel"),
    ("foo-bar-1.0-2b-py3-none-any.whl", "", "foo-bar", "1.0", "wheel"),
    ("foo-2-1.0-py3-none-any.whl", "foo-2", "foo-2", "1.0", "wheel"),
    ("foo-2-1.0-7-py3-none-any.whl", "foo-2", "foo-2", "1.0", "wheel"),
    ("foo-1.0.whl", "", "foo", "1.0", "wheel"),
    ("foo.whl", "", "foo", "", "wheel"),
    ("foo-1.0_r3-cp27-cp27mu-manylinux1_x86_64.whl", "", "foo", "1.0_r3", "wheel"),
    ("foo-1.0-py2.7.egg", "", "foo", "1.0", "egg"),
    ("foo_bar-1.0_r1-py2.7-linux-x86_64.egg", "", "foo_bar", "1.0_r1", "egg"),
    ("foo-1.0-py2.5-macosx-10.3-fat.egg", "", "foo", "1.0", "egg"),
    ("foo-1.0.egg", "", "foo", "1.0", "egg"),
    ("foo-bar-1.0-py3.egg", "", "foo-bar", "1.0", "egg"),
    ("foo-1.0.win32-py2.7.exe", "", "foo", "1.0", "other"),
    ("foo-1.0.win32.exe", "", "foo", "1.0", "other"),
    ("foo-bar-1.0.win-amd64-py3.4.msi", "", "foo-bar", "1.0", "other"),
    ("foo-1.0-1.noarch.rpm", "", "foo", "1.0", "other"),
    ("foo-bar-1.0-2.x86_64.rpm", "", "foo-bar", "1.0", "other"),
    ("foo-1.0.src.rpm", "", "foo", "1.0", "other"),
    ("python-foo_1.0-1_all.deb", "", "python-foo", "1.0-1", "other"),
    ("foo-1.0.deb", "", "foo", "1.0", "other"),
    ("foo-1.0.dmg", "", "foo", "1.0", "other"),
    ("foo-1.0-py2.7-macosx10.9.dmg", "", "foo", "1.0", "other"),
    ("README", "", "", "", None),
    (".whl", "", "", "", None),
    ("foo-1.0.tar.gz.asc", "", "", "", None),
    ("foo-1.0-py3-none-any.whl.metadata", "", "", "", None),
    ("", "", "", "", None),
]


class FileNames(unittest.TestCase):
    def test_by_hand(self):
        answers = ask([("filename", row[0], row[1]) for row in LEGACY])
        for (filename, hint, name, version, format), answer in zip(LEGACY, answers):
            expected = parsed(name, version, format or "other", format is not None)
            self.assertEqual(answer, expected, (filename, hint))

    def test_never_reads_past(self):
        rng = random.Random(7)
        pieces = ["-", "_", ".", "1", "1.0", "py3", "foo", "any", ".whl", ".tar.gz", ".egg", ".rpm", ".deb",
                  ".exe", "v", "!", "+", ".win32", ".linux-", "\0", "é"]
        names = ["".join(rng.choice(pieces) for _ in range(rng.randrange(9))) for _ in range(8000)]
        questions = [("filename", n, rng.choice(["", "foo", "1", "-", "foo-1-0"])) for n in names]
        for question, answer in zip(questions, ask(questions)):
            if answer["version"]:
                self.assertIn(answer["name"], question[1])
                self.assertIn(answer["version"], question[1])

    @unittest.skipIf(utils is None, "skipped: no packaging library")
    def test_generated(self):
        """Names that the standards allow: as packaging reads them."""
        rng = random.Random(427)
        wheels, sdists = [], []
        for _ in range(4000):
            name = "_".join(rng.choice(["foo", "Bar", "2to3", "x.y", "3d", "a1"])
                            for _ in range(rng.randrange(1, 4)))
            if name[0].isdigit():
                name = "n" + name
            version = str(versions.Version(rng.choice(
                ["1.0", "2", "1!3.4", "1.0a1", "1.0rc2", "1.0.post3", "1.0.dev4", "0.0.1", "2024.1.2",
                 "1.0b1.post2.dev3"]))) + rng.choice(["", "", "+local.1", "+abc"])
            build = rng.choice(["", "", "-1", "-2b", "-0_x"])
            tags = rng.choice(["py3-none-any", "py2.py3-none-any", "cp39-abi3-manylinux_2_17_x86_64",
                               "cp27-cp27mu-win_amd64"])
            wheels.append(f"{name}-{version}{build}-{tags}.whl")
            sdists.append(f"{name.replace('_', rng.choice('_-'))}-{version}{rng.choice(['.tar.gz', '.zip'])}")
        for filename, answer in zip(wheels, ask([("filename", w, "") for w in wheels])):
            name, version = utils.parse_wheel_filename(filename)[:2]
            self.assertEqual(answer["format"], "wheel")
            self.assertEqual(utils.canonicalize_name(answer["name"]), name, filename)
            self.assertEqual(versions.Version(answer["version"]), version, filename)
        for filename, answer in zip(sdists, ask([("filename", s, "") for s in sdists])):
            name, version = utils.parse_sdist_filename(filename)
            self.assertEqual(answer["format"], "sdist")
            self.assertEqual(utils.canonicalize_name(answer["name"]), name, filename)
            self.assertEqual(versions.Version(answer["version"]), version, filename)
            self.assertTrue(filename.startswith(answer["name"] + "-" + answer["version"]))


if __name__ == "__main__":
    unittest.main()
