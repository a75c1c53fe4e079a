"""The shared corpus of other parsers' archives, through the whole program: each file under its own
name and as a tar.gz, a ZIP and a wheel.

WINNOW_CORPUS_EACH=1 also scans each file alone, to find slow ones (some minutes)."""
import collections
import os
import pathlib
import resource
import shutil
import sys
import tempfile
import time
import unittest

import probing

sys.path.insert(0, str(probing.ROOT / "tests" / "cli"))
import reports  # noqa: E402

NAMES = ["x-1.0.tar.gz", "x-1.0.zip", "x-1.0-py3-none-any.whl"]
# What an analysis is about; of the corpus' own names the walk takes only those of packages.
STATUSES = {"ok", "damaged", "unsupported", "over_limit"}
SLOW_FACTOR = 10 if probing.SANITIZED else 1


def corpus_files():
    return sorted(path for path in probing.CORPUS.rglob("*")
                  if path.is_file() and path.parent != probing.CORPUS)


def lay_out(mirror):
    """{path below the mirror: file of the corpus}: a folder for each file."""
    laid = {}
    for i, path in enumerate(corpus_files()):
        folder = mirror / f"p{i:04}"
        folder.mkdir(parents=True)
        for name in [path.name, *NAMES]:
            shutil.copyfile(path, folder / name)
            laid[f"p{i:04}/{name}"] = path
    return laid


@unittest.skipUnless(probing.CORPUS.is_dir(), "skipped: no shared corpus")
class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.laid = lay_out(cls.folder / "mirror")
        begun = time.monotonic()
        cls.done, run = reports.sweep(cls.folder / "mirror", cls.folder, seconds=600)
        cls.seconds = time.monotonic() - begun
        cls.peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        cls.rows = reports.read_csv(run / "artifacts.csv")

    def test_one_row_each(self):
        self.assertIn(self.done.returncode, (0, 1), self.done.stderr)
        seen = collections.Counter(row["path"] for row in self.rows)
        self.assertEqual(set(seen.values()), {1})
        renamed = {path for path in self.laid if path.split("/")[1] in NAMES}
        self.assertFalse(renamed - set(seen))
        self.assertFalse(set(seen) - set(self.laid))
        self.assertEqual({row["path"]: row["status"] for row in self.rows
                          if row["status"] not in STATUSES}, {})

    def test_sanitizers_are_silent(self):
        self.assertNotIn("ERROR: ", self.done.stderr)
        self.assertNotIn("runtime error", self.done.stderr)

    def test_time_and_memory(self):
        self.assertLess(self.seconds, len(self.laid) * 0.05 * SLOW_FACTOR)
        if not probing.SANITIZED:
            self.assertLess(self.peak, 512 << 20)

    def test_a_failure_says_why(self):
        for row in self.rows:
            self.assertEqual(row["status_detail"] == "", row["status"] == "ok", row)

    @unittest.skipUnless(os.environ.get("WINNOW_CORPUS_EACH"),
                         "skipped: WINNOW_CORPUS_EACH is not set")
    def test_none_is_slow(self):
        for path in self.laid:
            begun = time.monotonic()
            done = reports.run("scan", self.folder / "mirror", "--state", self.folder / "one.db",
                               "--files-from", "-", input=path + "\n")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertLess(time.monotonic() - begun, SLOW_FACTOR, path)


if __name__ == "__main__":
    unittest.main()
