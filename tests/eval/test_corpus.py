#!/usr/bin/env python3
"""The corpus is what it says: archives that Python reads, the same bytes every time, and a mirror
of which winnow examines everything."""

import ast
import collections
import hashlib
import io
import os
import sys
import tarfile
import unittest
import warnings
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "cli"), str(Path(__file__).parent)]

import archives
import corpus
import mirror_recipe
import scratch
import sources
from campaigns import FAMILIES
from dice import Dice
from reports import read_csv, sweep
from shelf import write_mirror

HONEST = 900
MEMBERS = [("pkg/__init__.py", b""), ("pkg/a.py", b"x = 1\n" * 300), ("pkg/\u00e9t\u00e9.txt", b"data"),
           ("pkg/" + "deep/" * 20 + "z.py", b"y = 2\n")]


def tree_hash(folder):
    total = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


class Archives(unittest.TestCase):
    def test_wheel_is_as_the_recipe_builds_it(self):
        metadata, points = b"Name: pkg\n", b"[console_scripts]\na = b:c\n"
        with zipfile.ZipFile(io.BytesIO(archives.wheel_bytes(
                "pkg", "1.0", MEMBERS, metadata, points, "py3-none-any"))) as archive:
            self.assertIsNone(archive.testzip())
            found = {name: archive.read(name) for name in archive.namelist()}
        self.assertEqual(found, dict(mirror_recipe.wheel_members("pkg", "1.0", MEMBERS, metadata, points.decode())))

    def test_sdist_is_as_the_recipe_builds_it(self):
        with tarfile.open(fileobj=io.BytesIO(archives.sdist_bytes("pkg-1.0", MEMBERS))) as archive:
            found = [(info.name, archive.extractfile(info).read(), info.mtime) for info in archive]
        with tarfile.open(fileobj=io.BytesIO(mirror_recipe.sdist_bytes("pkg-1.0", MEMBERS))) as archive:
            expected = [(info.name, archive.extractfile(info).read(), info.mtime) for info in archive]
        self.assertEqual(found, expected)


class Sources(unittest.TestCase):
    def test_code_is_python_and_each_of_its_kind(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 5[3:4] and the like: nobody runs it
            texts = [code for number in range(60)
                     for _, code in sources.package(Dice("sources", number), "pkg")]
            for code in texts:
                ast.parse(code)
        lines = [frozenset(line for line in code.splitlines() if len(line) > 30) for code in texts]
        alike = [(a, b) for place, a in enumerate(lines) for b in lines[:place]
                 if a and b and len(a & b) * 5 > len(a | b)]
        self.assertLess(len(alike), 5, "libraries have much in common")


class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = scratch.folder(4 * HONEST)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = Path(cls.folder.name) / "corpus"
        cls.world = corpus.build(cls.out, 7, HONEST, 0.2)
        with open(cls.out / "labels.tsv", encoding="utf-8") as lines:
            cls.labels = [line.rstrip("\n").split("\t") for line in lines][1:]

    def test_same_bytes_for_any_number_of_processes(self):
        again = Path(self.folder.name) / "again"
        write_mirror(again, corpus.plan(7, HONEST, 0.2).projects, 1)
        self.assertEqual(tree_hash(again), tree_hash(self.out / "mirror"))

    def test_no_two_files_are_equal(self):
        names = [path.parent.name for path in (self.out / "mirror/web/packages").rglob("*") if path.is_file()]
        self.assertEqual(len(names), len(set(names)))

    def test_labels_name_each_project_once(self):
        projects = [row[0] for row in self.labels]
        self.assertEqual(projects, sorted(set(projects)))
        self.assertEqual(sorted(os.listdir(self.out / "mirror/web/simple")), projects)

    def test_kinds_and_families(self):
        campaigns = collections.defaultdict(set)
        honest = collections.Counter()
        for _, label, campaign in self.labels:
            if campaign:
                campaigns[label].add(campaign)
            else:
                honest[label] += 1
        self.assertEqual(set(campaigns), set(FAMILIES))
        self.assertGreaterEqual(len(honest), 25)
        self.assertFalse(set(campaigns) & set(honest))
        self.assertAlmostEqual(sum(honest.values()), HONEST, delta=HONEST // 10)

    def test_winnow_reads_all_of_it(self):
        done, run_folder = sweep(self.out / "mirror", self.folder.name, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = read_csv(run_folder / "projects.csv")
        self.assertEqual([row["project"] for row in rows], [row[0] for row in self.labels])
        kinds = {row["project"]: row["payload_kind"] for row in rows}
        empty = ("none", "blank", "constant", "stub")
        for label, right in (("library", ("code",)), ("tool", ("code",)), ("data", ("data",)),
                             ("native", ("native",)), ("types", ("code",)), ("metapackage", ("metapackage",)),
                             ("redirect", ("metapackage",)), ("student", empty), ("reserved", empty),
                             ("command-squat", empty), ("class-drip", empty), ("spam", empty),
                             ("filler", ("code",))):
            with self.subTest(label=label):
                found = {kinds[project] for project, other, _ in self.labels if other == label}
                self.assertLessEqual(found, set(right))


if __name__ == "__main__":
    unittest.main()
