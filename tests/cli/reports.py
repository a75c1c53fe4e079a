"""What command-line tests share: running winnow and reading its reports."""

import csv
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("WINNOW_BUILD", "build/gcc")
WINNOW = os.environ.get("WINNOW", str(BUILD / "winnow"))

csv.field_size_limit(sys.maxsize)


def run(*arguments, seconds=300, environment=None, **options):
    """Runs winnow; the result holds returncode, stdout and stderr as text."""
    return subprocess.run([WINNOW, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
                          errors="replace", timeout=seconds, env=environment, **options)


def sweep(mirror, folder, *arguments, **options):
    """Sweeps into `folder` (state.db and runs/): the process and the run's folder."""
    done = run("sweep", mirror, "--state", Path(folder) / "state.db", "--out",
               Path(folder) / "runs", *arguments, **options)
    return done, Path(folder) / "runs" / "latest"


def read_csv(path):
    """The rows of a report as dicts. Python's csv must read it as UTF-8 without loss."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
