#!/usr/bin/env python3
"""Measures winnow against its peers on the same files and writes reports/BENCHMARK.md.

  tests/bench/bench.py [--rounds N] [--quick] [--keep DIR] [PART...]

Parts: wheels large sdists sample processes cold sweep report memory threads scaling (default: all).
--quick takes a tenth of each corpus and 3 rounds: to try a change, not to publish. Corpora are built below
--keep, or in memory for the run; the cold ones on disk, below build/. All ratios are medians over rounds
in which every command ran once, in turn. Each part has its section in the file, which a run replaces.
"""

import argparse
import os
import re
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
BUILD = measure.BUILD
WINNOW, PEERS, MAKE_FACTS = BUILD / "winnow", BUILD / "bench/peers", BUILD / "bench/make_facts"
SLOW_DISK, KEEPER = BUILD / "bench/slow_disk.so", BUILD / "bench/keeper"
PYTHON_PEER = [sys.executable, HERE / "python_peer.py"]
CORES = len(os.sched_getaffinity(0))
PYTHON_FILES = 2000
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

    def corpus(self, kind, count, home=None):
        count = max(count // 10, 20) if self.quick else count
        say(f"{kind}: {count} artifacts")
        root = corpora.build((home or self.home) / f"{kind}-{count}", kind, count)
        return root, self.names(root)

    def some_of(self, names, count):
        """A list of some of them, spread over all."""
        paths = names.read_text().splitlines()
        some = self.home / f"{names.stem}-{count}.names"
        some.write_text("".join(f"{path}\n" for path in paths[::max(len(paths) // count, 1)][:count]))
        return some

    def names(self, root):
        names = self.home / f"{Path(root).name}.names"
        names.write_text("".join(f"{name}\n" for name in corpora.files_of(root)))
        return names

    def scan(self, name, mirror, *words):
        state = self.home / "scan.db"
        return Command(name, [WINNOW, "scan", mirror, "--state", state, "--quiet", *words],
                       before=lambda: measure.without_state(state), allowed=(0, 1))

    def peer(self, way, names):
        return Command({"directory": "bare directory read",
                        "declared": "bare directory, METADATA, RECORD inflated",
                        "deflate": "bare libdeflate and tar walk",
                        "libarchive": "libarchive, one process", "read": "every byte read"}[way], [PEERS, way], stdin=names)

    def python(self, names, work="extract", processes=1, most=PYTHON_FILES):
        """The loop over some of the files: it is slow, and as slow for each."""
        total = sum(1 for _ in open(names, encoding="utf-8"))
        if total > most:
            names = self.some_of(names, most)
        what = {"list": "Python, members only", "extract": "Python, metadata and commands",
                "examine": "Python, all columns"}[work]
        return Command(f"{what}, {processes} processes" if processes > 1 else what,
                       [*PYTHON_PEER, processes, work], stdin=names, scale=max(total / most, 1))

    def compare(self, title, names, commands, cache="warm"):
        """One table: every command's rate, and how many times as long it takes as the first."""
        paths = names.read_text().splitlines()
        size = sum(os.path.getsize(path) for path in paths)
        figures = in_turn(commands, self.rounds, say)
        first = figures[commands[0].name]
        self.write(f"## {title}", "",
                   f"{len(paths):,} files, {size / 1e6:,.0f} MB, page cache {cache}.", "")
        self.table(["", "files/s", "MB/s", "CPU s", "peak MiB", "time against the first"],
                   [[name, f"{len(paths) / f.wall:,.0f}", f"{size / 1e6 / f.wall:,.0f}",
                     f"{f.cpu:.2f}", f"{f.peak / 2**20:.0f}", f"{first.ratio(f):.2f}"]
                    for name, f in figures.items()])

    def calls(self, root):
        counted = measure.system_calls([WINNOW, "scan", "--jobs", 1, "--quiet"], root, self.home)
        if counted is None:
            self.write("System calls: strace is not there.", "")
            return
        files, inside, total, read = counted
        size = sum(os.path.getsize(path) for path in corpora.files_of(root))
        self.write(f"The examiner makes {inside / files:.1f} system calls from opening a file to closing it, "
                   f"{total / files:.1f} in all with walking its folders, and reads {100 * read / size:.1f}% "
                   f"of the bytes.", "")

    # --- parts ----------------------------------------------------------------------------------

    def wheels(self):
        for kind, count in (("small-wheels", 20_000), ("medium-wheels", 4000)):
            root, names = self.corpus(kind, count)
            title = kind.replace("-", " ").capitalize()
            self.compare(f"{title}, one thread", names,
                         [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                          self.peer("directory", names), self.peer("declared", names),
                          self.peer("libarchive", names), self.python(names, "list"),
                          self.python(names), self.python(names, "examine")])
            self.calls(root)
        self.compare(f"{title}, all cores", names,
                     [self.scan("winnow scan", root), self.python(names, processes=CORES),
                      self.python(names, "examine", CORES)])

    def large(self):
        root, names = self.corpus("large-wheels", 60)
        self.compare("Large wheels, one thread", names,
                     [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                      self.peer("directory", names), self.peer("libarchive", names)])
        self.calls(root)

    def sdists(self):
        root, names = self.corpus("gzip-sdists", 1200)
        self.compare("gzip sdists, one thread", names,
                     [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                      self.peer("deflate", names), self.peer("libarchive", names),
                      self.python(names)])
        self.calls(root)
        self.compare("gzip sdists, all cores", names,
                     [self.scan("winnow scan", root), self.python(names, processes=CORES),
                      self.python(names, "examine", CORES)])

    def sample(self):
        if not SAMPLE.is_dir():
            self.write("## Real projects", "", "Skipped: no sample (`make sample`).", "")
            return
        for what, ending, copies in (("wheels", ".whl", 100), ("sdists", ".tar.gz", 20)):
            root = self.home / f"real-{what}"
            for number in range(copies):
                shutil.copytree(SAMPLE, root / str(number), dirs_exist_ok=True,
                                ignore=lambda folder, inside: [
                                    name for name in inside if not name.endswith(ending)
                                    and not os.path.isdir(os.path.join(folder, name))])
            names = self.home / f"real-{what}.names"
            names.write_text("".join(f"{path}\n" for path in sorted(root.rglob("*" + ending))))
            floors = ("directory", "declared") if what == "wheels" else ("deflate",)
            self.compare(f"Real {what}, each {copies} times, one thread", names,
                         [self.scan("winnow scan --jobs 1", root, "--jobs", 1),
                          *(self.peer(floor, names) for floor in floors),
                          self.peer("libarchive", names), self.python(names, most=500),
                          self.python(names, "examine", most=500)])

    def processes(self):
        """What a loop in the shell costs."""
        if shutil.which("bsdtar") is None:
            self.write("## A process for each file", "", "Skipped: bsdtar is not there.", "")
            return
        for kind, count in (("small-wheels", 20_000), ("gzip-sdists", 600)):
            root, names = self.corpus(kind, count)
            some = self.some_of(names, 300)
            self.compare(f"A process for each of some {kind.replace('-', ' ')}", some,
                         [self.scan("winnow scan --jobs 1", root, "--jobs", 1, "--files-from", some),
                          Command("bsdtar -tf, a process each",
                                  ["xargs", "-a", some, "-n", 1, "bsdtar", "-tf"])])

    def cold(self):
        if not measure.drop_caches():
            self.write("## Page cache cold", "", "Skipped: emptying it needs root.", "")
            return
        with tempfile.TemporaryDirectory(prefix="cold-", dir=BUILD) as folder:
            for kind, count in (("small-wheels", 5000), ("gzip-sdists", 300)):
                root, names = self.corpus(kind, count, Path(folder))
                commands = [self.scan(f"winnow scan --jobs {jobs}", root, "--jobs", jobs)
                            for jobs in (CORES, 1, 2 * CORES, 4 * CORES)]
                commands.append(self.peer("read", names))
                for command in commands:
                    command.before = measure.chain(command.before, measure.drop_caches)
                self.compare(f"{kind.replace('-', ' ').capitalize()} from the disk", names, commands,
                             "cold")

    def sweep(self):
        root, names = self.corpus("mirror", 200_000)
        state, out = self.home / "sweep.db", self.home / "runs"

        def fresh():
            measure.without_state(state)
            shutil.rmtree(out, ignore_errors=True)

        words = [WINNOW, "sweep", root, "--state", state, "--out", out, "--quiet"]
        whole = Command("winnow sweep, all cores", words, before=fresh)
        self.compare("A whole sweep, all reports, all cores", names,
                     [whole, self.python(names, processes=CORES),
                      self.python(names, "examine", CORES)])
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
        self.write("The facts are stored in no order, as a mirror's folders give them, with index pages and sketches: "
                   "some 940 bytes for each artifact. The largest state is partly in the page cache when its report "
                   "begins.", "")

    def memory(self):
        self.write("## Memory of a scan", "")
        rows = []
        for count in (2_000, 20_000, 200_000):
            root, _ = self.corpus("mirror", count)
            _, _, peak = self.scan("scan", root, "--jobs", 2).run()
            rows.append([f"{len(corpora.files_of(root)):,}", f"{peak / 2**20:.1f}"])
        self.table(["artifacts", "largest process, MiB"], rows)
        self.write("What grows is the state's page cache, to its 32 MiB, 13 bytes for each file, and up to 46 for "
                   "each project, to 32 MiB.", "")

    def threads(self):
        root, _ = self.corpus("gzip-sdists", 600)
        some = [self.scan(f"--jobs {jobs}", root, "--jobs", jobs) for jobs in (1, 2)]
        figures = in_turn(some, self.rounds, say)
        ratio = figures["--jobs 2"].ratio(figures["--jobs 1"])
        self.write("## Threads", "", f"gzip sdists: two threads are {ratio:.2f} times as fast as one "
                   f"on {CORES} cores.", "")

    def scaling(self):
        scaling.write(self, WINNOW, SLOW_DISK, KEEPER, say)

    ROUNDS = 5
    PARTS = ("wheels", "large", "sdists", "sample", "processes", "cold", "sweep", "report", "memory",
             "threads", "scaling")

    def run(self, part):
        """The section of one part, as Markdown."""
        self.lines = []
        getattr(self, part)()
        return "\n".join(self.lines).rstrip() + "\n"


def head(rounds):
    return (f"# Benchmark\n\nWritten by `make bench`. Ratios count; rates are of {measure.machine()}, shared "
            f"with others. Medians of {rounds} rounds, in each of which all commands of a table ran in turn. "
            f"Python loops ran over at most {PYTHON_FILES:,} of the files, their times are scaled up.\n\n")


def write(part, section):
    """Puts the section in its place among those of earlier runs."""
    path = ROOT / "reports/BENCHMARK.md"
    sections = {}
    if path.exists():
        pieces = re.split(r"<!-- part (\w+) -->\n", path.read_text(encoding="utf-8"))
        sections = dict(zip(pieces[1::2], pieces[2::2]))
    sections[part] = section + "\n"
    path.write_text(head(Bench.ROUNDS) + "".join(
        f"<!-- part {name} -->\n{sections[name]}" for name in Bench.PARTS if name in sections).rstrip() + "\n",
        encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=Bench.ROUNDS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", help="folder for the corpora, kept")
    parser.add_argument("parts", nargs="*", choices=[[], *Bench.PARTS], metavar="PART")
    options = parser.parse_args()
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="winnow-bench-", dir=place) as scratch:
        home = Path(options.keep or scratch)
        home.mkdir(parents=True, exist_ok=True)
        bench = Bench(home, 3 if options.quick else options.rounds, options.quick)
        for part in options.parts or Bench.PARTS:
            section = bench.run(part)
            print(section)
            if not options.quick and options.rounds >= Bench.ROUNDS:
                write(part, section)


if __name__ == "__main__":
    main()
