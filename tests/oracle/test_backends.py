#!/usr/bin/env python3
"""Packages made by real build backends: what a backend's wheel declares, winnow's reading of its
sdist must find, with the same payload kind and signature. Each sdist is also read without the
egg-info that setuptools leaves in it, so that its build files must speak."""

import collections
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from backend_projects import PROJECTS, sources
from reports import ROOT, read_csv, sweep

VENV = ROOT / "build" / "backends"
BACKENDS = ("setuptools==75.8.0", "wheel==0.45.1", "flit-core==3.10.1", "hatchling==1.27.0",
            "poetry-core==2.0.1", "pdm-backend==2.4.3")
# One hook of PEP 517, each in a process of its own.
DRIVER = """
import importlib, sys
getattr(importlib.import_module(sys.argv[1]), sys.argv[2])(sys.argv[3])
"""


def install_backends():
    """A virtual environment with the backends; kept from run to run. Skips when it cannot be."""
    stamp = VENV / "installed"
    if stamp.exists() and stamp.read_text("ascii") == " ".join(BACKENDS):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True, capture_output=True)
    done = subprocess.run([VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--retries",
                           "1", "--timeout", "20", "--only-binary", ":all:", *BACKENDS],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise unittest.SkipTest("the build backends cannot be installed")
    stamp.write_text(" ".join(BACKENDS), "ascii")


def build(word, backend, files, mirror, work):
    """Builds one project; returns the wheel's path."""
    folder = work / word
    for path, content in sources(word, files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    out = mirror / f"be-{word}"
    out.mkdir(parents=True)
    for hook in ("build_sdist", "build_wheel"):
        done = subprocess.run([VENV / "bin" / "python", "-c", DRIVER, backend, hook, out],
                              cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{word} does not build:\n{done.stderr}")
    return next(out.glob("*.whl"))


def strip_egg_info(sdist, target):
    """The same sdist without egg-info folders."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(sdist) as source, tarfile.open(target, "w:gz") as bare:
        for member in source:
            if not re.search(r"\.egg-info(/|$)", member.name):
                data = source.extractfile(member).read() if member.isfile() else b""
                bare.addfile(member, io.BytesIO(data))


def declared(wheel):
    """(group, name, reference, extras) as importlib.metadata reads the wheel, and its scripts."""
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        info = next(name for name in names if name.endswith(".dist-info/METADATA"))
        points = importlib.metadata.PathDistribution(
            zipfile.Path(opened, info.removesuffix("METADATA"))).entry_points
        entries = {(point.group, point.name,
                    point.module + (f":{point.attr}" if point.attr else ""),
                    " ".join(point.extras)) for point in points}
        scripts = {name.rsplit("/", 1)[1] for name in names if ".data/scripts/" in name}
    return entries, scripts


class Reading:
    """What winnow says of one mirror's files."""

    def __init__(self, mirror, folder):
        self.done, run_folder = sweep(mirror, folder, "--quiet", "--thorough")
        if self.done.returncode != 0:
            raise RuntimeError(f"winnow ended with {self.done.returncode}:\n{self.done.stderr}")
        self.rows = {row["filename"]: row for row in read_csv(run_folder / "artifacts.csv")}
        self.anomalies = read_csv(run_folder / "anomalies.csv")
        self.entries = collections.defaultdict(set)
        self.scripts = collections.defaultdict(set)
        for row in read_csv(run_folder / "entry_points.csv"):
            if row["group"] == "scripts":
                self.scripts[row["filename"]].add(row["name"])
            else:
                self.entries[row["filename"]].add(
                    (row["group"], row["name"], row["object_reference"], row["extras"]))


class Backends(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install_backends()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        root = Path(folder.name)
        cls.built = []
        for word, backend, files, kind in PROJECTS:
            wheel = build(word, backend, files, root / "mirror", root / "work")
            sdist = next(wheel.parent.glob("*.tar.gz"))
            strip_egg_info(sdist, root / "bare" / wheel.parent.name / sdist.name)
            cls.built.append((word, kind, wheel.name, sdist.name, *declared(wheel)))
        cls.whole = Reading(root / "mirror", root / "whole")
        cls.bare = Reading(root / "bare", root / "alone")

    def each(self):
        for case in self.built:
            with self.subTest(project=case[0]):
                yield case

    def test_wheels(self):
        for _, _, wheel, _, entries, scripts in self.each():
            self.assertEqual(self.whole.entries[wheel], entries)
            self.assertEqual(self.whole.scripts[wheel], scripts)

    def test_sdists(self):
        for _, _, _, sdist, entries, scripts in self.each():
            self.assertEqual(self.whole.entries[sdist], entries)

    def test_sdists_without_egg_info(self):
        for _, _, _, sdist, entries, scripts in self.each():
            self.assertEqual(self.bare.entries[sdist], entries)
            self.assertEqual(self.bare.scripts[sdist], scripts)

    def test_nothing_is_odd_about_the_archives(self):
        self.assertEqual({row["status"] for row in self.whole.rows.values()}, {"ok"})
        self.assertEqual([row for row in self.whole.anomalies
                          if row["code"].startswith(("zip-", "tar-", "gzip-", "duplicate-"))], [])

    def test_kinds(self):
        for _, kind, wheel, sdist, _, _ in self.each():
            kinds = (self.whole.rows[wheel]["payload_kind"], self.whole.rows[sdist]["payload_kind"],
                     self.bare.rows[sdist]["payload_kind"])
            self.assertEqual(kinds, (kind, kind, kind))

    def test_signatures(self):
        for _, _, wheel, sdist, _, _ in self.each():
            signature = self.whole.rows[wheel]["payload_signature"]
            self.assertEqual(self.whole.rows[sdist]["payload_signature"], signature)
            self.assertEqual(self.bare.rows[sdist]["payload_signature"], signature)


if __name__ == "__main__":
    unittest.main()
