#!/usr/bin/env python3
"""One set of artifacts in every layout that mirrors use: each layout gives the same facts."""

import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, read_csv, sweep

sys.path.insert(0, str(ROOT / "scripts"))

from mirror_recipe import Mirror, metadata_text, sdist_bytes, wheel_members, zip_bytes

UPLOADED = "2024-03-04T05:06:07.000008Z"
# What depends on where a file lies, not on what it is.
PLACED = ("path", "uploaded_at", "uploaded_at_source", "sha256")


def artifacts():
    """(project, file name, bytes) of a few projects."""
    for name in ("alpha", "beta.two", "Gamma_Three"):
        module = name.lower().replace(".", "_")
        info = metadata_text(name, "1.0", Author_email=f"a@{module.replace('_', '-')}.example")
        files = [(f"{module}/__init__.py", f"def f(x):\n    return x, '{len(name)}'\n")]
        stem = f"{name.replace('-', '_')}-1.0"
        points = f"[console_scripts]\n{module} = {module}:f\n"
        yield name, f"{stem}-py3-none-any.whl", zip_bytes(wheel_members(name, "1.0", files, info,
                                                                        points))
        yield name, f"{stem}.tar.gz", sdist_bytes(stem, [("PKG-INFO", info), *files])


def normal(name):
    return name.lower().replace("_", "-").replace(".", "-")


def bandersnatch(root):
    mirror = Mirror(root)
    for project, filename, data in artifacts():
        mirror.add(project, filename, data, UPLOADED)
    mirror.close()


def hash_index(root):
    """Option hash-index: the first letter is a folder of its own."""
    bandersnatch(root)
    simple = root / "web" / "simple"
    for page in [path for path in simple.iterdir() if path.is_dir()]:
        (simple / page.name[0]).mkdir(exist_ok=True)
        page.rename(simple / page.name[0] / page.name)
        index = simple / page.name[0] / page.name / "index.v1_json"
        index.write_text(index.read_text().replace("../../packages", "../../../packages"))


def versioned_index(root):
    """Option keep_index_versions: dated pages in a folder, a link to the newest."""
    bandersnatch(root)
    for page in [path for path in (root / "web" / "simple").iterdir() if path.is_dir()]:
        versions = page / "versions"
        versions.mkdir()
        shutil.copy(page / "index.v1_json", versions / "index_2024-01-01T000000Z.v1_json")
        stale = json.loads((page / "index.v1_json").read_text())
        stale["files"] = stale["files"][:1]
        (versions / "index_2023-01-01T000000Z.v1_json").write_text(json.dumps(stale))
        (page / "index.v1_json").unlink()
        (page / "index.v1_json").symlink_to("versions/index_2024-01-01T000000Z.v1_json")


def static(root):
    for project, filename, data in artifacts():
        (root / normal(project)).mkdir(parents=True, exist_ok=True)
        (root / normal(project) / filename).write_bytes(data)


def flat(root):
    root.mkdir(parents=True)
    for _, filename, data in artifacts():
        (root / filename).write_bytes(data)


def devpi(root):
    for number, (_, filename, data) in enumerate(artifacts()):
        folder = root / "+files" / "root" / "pypi" / "+f" / f"{number:03x}" / f"{number:013x}"
        folder.mkdir(parents=True)
        (folder / filename).write_bytes(data)


class Layouts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.reference = cls.facts("reference", bandersnatch)

    @classmethod
    def facts(cls, word, build):
        """artifacts.csv and entry_points.csv without what the layout decides, and the former whole."""
        build(cls.root / word / "mirror")
        done, run = sweep(cls.root / word / "mirror", cls.root / word, "--quiet")
        if done.returncode != 0:
            raise RuntimeError(f"{word}: winnow ended with {done.returncode}\n{done.stderr}")
        rows = read_csv(run / "artifacts.csv")
        plain = [{key: value for key, value in row.items() if key not in PLACED} for row in rows]
        return plain, read_csv(run / "entry_points.csv"), rows, read_csv(run / "anomalies.csv")

    def check(self, build, index):
        plain, entries, rows, anomalies = self.facts(build.__name__, build)
        self.assertEqual(plain, self.reference[0])
        self.assertEqual(entries, self.reference[1])
        self.assertEqual(anomalies, [])
        for row in rows:
            self.assertEqual(row["uploaded_at_source"], "index" if index else "mtime")
            self.assertEqual(row["uploaded_at"] == UPLOADED, index)
            self.assertEqual(row["sha256"] != "", index)

    def test_reference(self):
        plain, entries, rows, anomalies = self.reference
        self.assertEqual([row["project"] for row in rows],
                         ["alpha", "alpha", "beta-two", "beta-two", "gamma-three", "gamma-three"])
        self.assertEqual(len(entries), 3)
        self.assertEqual(anomalies, [])
        self.assertEqual({row["uploaded_at"] for row in rows}, {UPLOADED})

    def test_hash_index(self):
        self.check(hash_index, True)

    def test_versioned_index(self):
        self.check(versioned_index, True)

    def test_static(self):
        self.check(static, False)

    def test_flat(self):
        self.check(flat, False)

    def test_devpi(self):
        self.check(devpi, False)

    def test_loops_and_pipes(self):
        """A link to a parent ends, a pipe is not opened, a link inside the mirror counts once."""
        def build(root):
            static(root)
            (root / "alpha" / "loop").symlink_to("..")
            os.mkfifo(root / "alpha" / "alpha-9.0.tar.gz")
        self.assertEqual(self.facts("loops", build)[0], self.reference[0])


if __name__ == "__main__":
    unittest.main()
