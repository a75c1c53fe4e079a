#!/usr/bin/env python3
"""Measures winnow against its peers on the same files and writes reports/BENCHMARK.md.

  tests/bench/bench.py [--rounds N] [--quick] [--keep DIR] [PART...]

Parts: wheels large sdists sample sweep report memory threads scaling (default: all). --quick takes a tenth of
each corpus and 3 rounds: to try a change, not to publish. Corpora are built below --keep, or in memory
for the run. All ratios are medians over rounds in which every command ran once, in turn.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import corpora
import measure
import scaling
from measure import Command, in_turn

ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("WINNOW_BUILD", ROOT / "build/gcc"))
WINNOW, PEERS, MAKE_FACTS = BUILD / "winnow", BUILD / "bench/peers", BUILD / "bench/make_facts"
SLOW_DISK, KEEPER = BUILD / "bench/slow_disk.so", BUILD / "bench/keeper"
PYTHON_PEER = [sys.executable, HERE / "python_peer.py"]
CORES = len(os.sched_getaffinity(0))
SAMPLE = ROOT / "datasets/sample-mirror"


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, home, rounds, quick):
        self.home, self.rounds, self.quick = Path(home), rounds, quick
        self.lines = []

    # --- bricks ---------------------------------------------------------------------------------

    def write(self, *lines):
        self.lines += lines

    def table(self, head, rows):
        self.write("| " + " | ".join(head) + " |", "|" + "---|" * len(head))
        self.write(*("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), "")

    def corpus(self, kind, count):
        count = max(count // 10, 20) if self.quick else count
        say(f"{kind}: {count} artifacts")
        root = corpora.build(self.home / f"{kind}-{count}", kind, count)
        return root, self.names(root)

    def names(self, root):
        names = self.home / f"{Path(root).name}.names"
        names.write_text("".join(f"{name}\n" for name in corpora.files_of(root)))
        return names

    def scan(self, name, mirror, *words):
        state = self.home / "scan.db"
        return Command(name, [WINNOW, "scan", mirror, "--state", state, "--quiet", *words],
                       before=lambda: measure.without_state(state), allowed=(0, 1))

    def peer(self, way, names):
        return Command({"directory": "bare directory read", "deflate": "bare libdeflate and tar walk",
                        "libarchive": "libarchive, one process"}[way], [PEERS, way], stdin=names)

    def python(self, names, work="extract", processes=1):
        return Command(f"Python loop, {processes} processes" if processes > 1 else "Python loop",
                       [*PYTHON_PEER, processes, work], stdin=names)

    def compare(self, title, root, names, commands):
        """One table: every command's rate, and how many times as long it takes as the first."""
        paths = names.read_text().splitlines()
        size = sum(os.path.getsize(path) for path in paths)
        figures = in_turn(commands, self.rounds, say)
        first = figures[commands[0].name]
        self.write(f"## {title}", "",
                   f"{len(paths):,} files, {size / 1e6:,.0f} MB, page cache warm.", "")
        self.table(["", "files/s", "MB/s", "CPU s", "peak MiB", "time against the first"],
                   [[name, f"{len(paths) / f.wall:,.0f}", f"{size / 1e6 / f.wall:,.0f}",
                     f"{f.cpu:.2f}", f"{f.peak / 2**20:.0f}", f"{first.ratio(f):.2f}"]
                    for name, f in figures.items()])
        self.calls(root, paths[:500])

    def calls(self, root, paths):
        counted = measure.system_calls(
            lambda folder: [WINNOW, "scan", folder, "--jobs", 1, "--quiet"], paths,
            Path(root).parent)
        if counted is None:
            self.write("System calls: strace is not there.", "")
            return
        size = sum(os.path.getsize(path) for path in paths) / len(paths)
        self.write(f"The examiner makes {counted[0]:.1f} system calls a file, four of them for the "
                   f"folder that the file has for itself, and reads {counted[1]:,.0f} bytes of "
                   f"{size:,.0f}: {100 * counted[1] / size:.1f}%.", "")

    # --- parts ----------------------------------------------------------------------------------

    def wheels(self):
        root, names = self.corpus("small-wheels", 20_000)
        self.compare("Small wheels, one thread", root, names,
                     [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                      self.peer("directory", names), self.peer("libarchive", names),
                      self.python(names, "list"), self.python(names)])

    def large(self):
        root, names = self.corpus("large-wheels", 60)
        self.compare("Large wheels, one thread", root, names,
                     [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                      self.peer("directory", names), self.peer("libarchive", names)])

    def sdists(self):
        root, names = self.corpus("gzip-sdists", 600)
        self.compare("gzip sdists, one thread", root, names,
                     [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                      self.peer("deflate", names), self.peer("libarchive", names),
                      self.python(names)])

    def sample(self):
        if not SAMPLE.is_dir():
            self.write("## Real projects", "", "Skipped: no sample (`make sample`).", "")
            return
        names = self.home / "sample.names"
        paths = sorted(str(path) for path in SAMPLE.rglob("*")
                       if path.name.endswith((".whl", ".tar.gz")) and path.is_file())
        for what, ending in (("wheels", ".whl"), ("sdists", ".tar.gz")):
            names.write_text("".join(f"{path}\n" for path in paths if path.endswith(ending)))
            floor = self.peer("directory" if what == "wheels" else "deflate", names)
            self.compare(f"Real {what}, one thread", SAMPLE, names,
                         [self.scan("winnow scan --jobs 1", SAMPLE, "--jobs", 1, "--files-from", names),
                          floor, self.peer("libarchive", names), self.python(names)])

    def sweep(self):
        root, names = self.corpus("mirror", 200_000)
        state, out = self.home / "sweep.db", self.home / "runs"

        def fresh():
            measure.without_state(state)
            shutil.rmtree(out, ignore_errors=True)

        words = [WINNOW, "sweep", root, "--state", state, "--out", out, "--quiet"]
        whole = Command("winnow sweep, all cores", words, before=fresh)
        self.compare("A whole sweep, all reports, all cores", root, names,
                     [whole, self.python(names, processes=CORES)])
        fresh()
        whole.run()
        again = [WINNOW, "scan", root, "--state", state, "--quiet"]
        figures = in_turn([Command("winnow scan, nothing new", again),
                           Command("find", ["find", root, "-printf", "%p %s %T@\n"])],
                          self.rounds, say)
        find, scan = figures["find"], figures["winnow scan, nothing new"]
        self.write("Again, with nothing new:", "")
        self.table(["", "seconds", "ratio to find"],
                   [["winnow scan", f"{scan.wall:.2f}", f"{1 / scan.ratio(find):.2f}"],
                    ["find -printf '%p %s %T@'", f"{find.wall:.2f}", "1"]])
        fresh()

    def report(self):
        self.write("## The report stage, from generated facts", "")
        rows = []
        for count in (100_000, 1_000_000) if self.quick else (200_000, 1_000_000, 20_000_000):
            say(f"report: {count:,} artifacts")
            state, out = self.home / "facts.db", self.home / "facts-runs"
            measure.without_state(state)
            subprocess.run([MAKE_FACTS, str(count), state], check=True, stderr=subprocess.DEVNULL)
            command = Command("report", [WINNOW, "report", "--state", state, "--out", out, "--quiet"])
            rounds = 1 if count > 1_000_000 else min(self.rounds, 3)
            figures = in_turn([command], rounds, say)["report"] if rounds > 1 else None
            wall, cpu, peak = (figures.wall, figures.cpu, figures.peak) if figures else command.run()
            projects = sum(1 for _ in open(out / "latest/projects.csv", "rb")) - 1
            rows.append([f"{count:,}", f"{projects:,}", f"{wall:.1f}", f"{cpu:.1f}",
                         f"{peak / 2**20:,.0f}", f"{1e6 * wall / count:.1f}"])
            measure.without_state(state)
            shutil.rmtree(out, ignore_errors=True)
        self.table(["artifacts", "projects", "seconds", "CPU s", "peak MiB", "us an artifact"], rows)

    def memory(self):
        self.write("## Memory of a scan", "")
        rows = []
        for count in (2_000, 20_000, 200_000):
            root, _ = self.corpus("mirror", count)
            _, _, peak = self.scan("scan", root, "--jobs", 2).run()
            rows.append([f"{len(corpora.files_of(root)):,}", f"{peak / 2**20:.1f}"])
        self.table(["artifacts", "largest process, MiB"], rows)

    def threads(self):
        root, _ = self.corpus("gzip-sdists", 600)
        some = [self.scan(f"--jobs {jobs}", root, "--jobs", jobs) for jobs in (1, 2)]
        figures = in_turn(some, self.rounds, say)
        ratio = figures["--jobs 2"].ratio(figures["--jobs 1"])
        self.write("## Threads", "", f"gzip sdists: two threads are {ratio:.2f} times as fast as one "
                   f"on {CORES} cores.", "")

    def scaling(self):
        scaling.write(self, WINNOW, SLOW_DISK, KEEPER, say)

    PARTS = ("wheels", "large", "sdists", "sample", "sweep", "report", "memory", "threads", "scaling")

    def run(self, parts):
        self.write("# Benchmark", "", "Written by `make bench`. Ratios count; rates are of "
                   f"{measure.machine()}, shared with others. Medians of {self.rounds} rounds, in "
                   "each of which all commands of a table ran in turn.", "")
        for part in parts or self.PARTS:
            getattr(self, part)()
        return "\n".join(self.lines).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", help="folder for the corpora, kept")
    parser.add_argument("parts", nargs="*", choices=[[], *Bench.PARTS], metavar="PART")
    options = parser.parse_args()
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="winnow-bench-", dir=place) as scratch:
        home = Path(options.keep or scratch)
        home.mkdir(parents=True, exist_ok=True)
        text = Bench(home, 3 if options.quick else options.rounds, options.quick).run(options.parts)
    if options.parts or options.quick:
        print(text, end="")
    else:
        (ROOT / "reports/BENCHMARK.md").write_text(text, encoding="utf-8")
        say("wrote reports/BENCHMARK.md")


if __name__ == "__main__":
    main()
