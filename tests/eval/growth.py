#!/usr/bin/env python3
"""How time and memory of `winnow report` grow with the number of projects.

  tests/eval/growth.py [N...]      default: 1000 10000 100000 honest projects

Each corpus has the same share of campaign projects. Prints seconds and peak memory of the report
stage alone (facts are stored before), and both per thousand projects.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "scripts"), str(Path(__file__).parent)]

import corpus
import scratch
from evaluate import WINNOW

SEED, HONEST_AT_SCALE_1 = 8, 10000


def measured(arguments):
    """(seconds, peak bytes) of winnow."""
    begin = time.monotonic()
    child = subprocess.Popen([WINNOW, *map(str, arguments), "--quiet"])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped
    if child.returncode != 0:
        raise SystemExit(f"winnow {arguments[0]} ended with {child.returncode}")
    return time.monotonic() - begin, usage.ru_maxrss * 1024


def main():
    sizes = [int(word) for word in sys.argv[1:]] or [1000, 10000, 100000]
    print("| projects | seconds | MiB | ms a thousand | KiB a project |\n|---|---|---|---|---|")
    for size in sizes:
        with scratch.folder(size) as folder:
            home = Path(folder) / "corpus"
            world = corpus.build(home, SEED, size, size / HONEST_AT_SCALE_1, quiet=True)
            count = len(world.projects)
            measured(["scan", home / "mirror", "--state", home / "state.db"])
            shutil.rmtree(home / "mirror")
            seconds, peak = measured(["report", "--state", home / "state.db", "--out", home / "runs"])
        print(f"| {count} | {seconds:.2f} | {peak / 2**20:.0f} | {1e6 * seconds / count:.0f} | "
              f"{peak / 1024 / count:.1f} |", flush=True)


if __name__ == "__main__":
    main()
