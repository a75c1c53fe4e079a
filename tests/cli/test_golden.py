#!/usr/bin/env python3
"""The demo mirror's reports, byte for byte as they were agreed on, in tests/cli/golden/.

A change that is meant: tests/cli/test_golden.py --update, then read the difference.
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, sweep

GOLDEN = ROOT / "tests" / "cli" / "golden"
NAMES = ("domains", "signatures", "clusters", "cluster_members", "anomalies", "collisions",
         "watchlist")


def write_reports(folder):
    folder = Path(folder)
    subprocess.run([sys.executable, ROOT / "scripts" / "demo-mirror", "--out", folder / "mirror"],
                   check=True, capture_output=True)
    done, run_folder = sweep(folder / "mirror", folder, "--quiet")
    if done.returncode != 0:
        raise RuntimeError(f"winnow ended with {done.returncode}\n{done.stderr}")
    return run_folder


class Golden(unittest.TestCase):
    maxDiff = 4000

    def test_reports(self):
        with tempfile.TemporaryDirectory() as folder:
            run_folder = write_reports(folder)
            for name in NAMES:
                with self.subTest(report=name):
                    self.assertEqual((run_folder / f"{name}.csv").read_text("utf-8"),
                                     (GOLDEN / f"{name}.csv").read_text("utf-8"))


def update():
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run_folder = write_reports(folder)
        for name in NAMES:
            (GOLDEN / f"{name}.csv").write_bytes((run_folder / f"{name}.csv").read_bytes())


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        unittest.main()
