"""Small mirrors and runs of winnow for the command-line tests: no expected results here."""

import base64
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WINNOW_BUILD", "build/gcc"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
WINNOW = os.environ.get("WINNOW", str(BUILD / "winnow"))
FAULTY = str(BUILD.with_name(BUILD.name + "-faults") / "winnow")
FIXED_TIME = 1_750_000_000


def record_of(members, info):
    """The RECORD of {path: text or bytes}."""
    rows = []
    for path, text in members.items():
        data = text if isinstance(text, bytes) else text.encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append([path, f"sha256={digest}", len(data)])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([*rows, [f"{info}/RECORD", "", ""]])
    return out.getvalue()


def wheel_bytes(name, version, files=None, entry_points=None, extra_metadata="",
                metadata_version="2.1"):
    """A wheel as build backends make it, with fixed times."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        members = dict(files or {})
        members[f"{info}/METADATA"] = (
            f"Metadata-Version: {metadata_version}\nName: {name}\nVersion: {version}\n"
            f"{extra_metadata}")
        members[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        if entry_points:
            members[f"{info}/entry_points.txt"] = entry_points
        members[f"{info}/RECORD"] = record_of(members, info)
        for path, text in members.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def sdist_bytes(name, version, files=None, extra_metadata="", metadata_version="2.1"):
    root = f"{name}-{version}"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        members = {"PKG-INFO": f"Metadata-Version: {metadata_version}\nName: {name}\n"
                               f"Version: {version}\n{extra_metadata}"}
        members.update(files or {})
        for path, text in members.items():
            info = tarfile.TarInfo(f"{root}/{path}")
            info.size = len(text.encode())
            info.mtime = FIXED_TIME
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


class MirrorTest(unittest.TestCase):
    """A test with a folder of its own: self.mirror to fill, self.sweep() to run."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="winnow-test-"))
        self.mirror = self.folder / "mirror"
        self.mirror.mkdir()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def put(self, path, data, mtime=FIXED_TIME):
        place = self.mirror / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        os.utime(place, (mtime, mtime))
        return place

    def fill(self, count, prefix="demo"):
        for number in range(count):
            name = f"{prefix}{number}"
            self.put(f"{name}/{name}-1.0-py3-none-any.whl",
                     wheel_bytes(name, "1.0", {f"{name}/__init__.py": "" if number % 2 else
                                               f"def f(x):\n    return x * {number}\n"},
                                 f"[console_scripts]\n{name}-run = {name}:f\n"))

    def run_winnow(self, *words, program=WINNOW, expect=(0,), **more):
        done = subprocess.run([program, *map(str, words)], capture_output=True, timeout=300,
                              cwd=self.folder, **more)
        if expect is not None:
            self.assertIn(done.returncode, expect, done.stderr.decode(errors="replace"))
        return done

    def sweep(self, *words, out="runs", state="state.db", mirror=None, **more):
        """Sweeps; returns the folder of the run."""
        self.run_winnow("sweep", mirror or self.mirror, "--state", self.folder / state,
                        "--out", self.folder / out, "--quiet", *words, **more)
        return self.folder / out / "latest"

    def rows(self, run, table):
        with open(run / f"{table}.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def run_json(self, run):
        return json.loads((run / "run.json").read_text())

    def work(self, run):
        """What the last scan did: examined, known..."""
        return self.run_json(run)["timings"]["last_scan"]

    def assert_same_reports(self, one, other, without=()):
        """Byte-equal files, but for lines that hold one of the words `without`."""
        names, again = (sorted(str(path.relative_to(run)) for path in run.rglob("*")
                               if path.is_file() and path.name != "run.json")
                        for run in (one, other))
        self.assertEqual(names, again)
        self.assertIn("artifacts.csv", names)
        for name in names:
            texts = [[line for line in (run / name).read_bytes().splitlines()
                      if not any(word.encode() in line for word in without)]
                     for run in (one, other)]
            self.assertEqual(texts[0], texts[1], name)
        if not without:
            about = [self.run_json(run) for run in (one, other)]
            for facts in about:
                for key in ("run_id", "timings", "options"):
                    del facts[key]
                facts["scan"].pop("mirror")
            self.assertEqual(*about)
