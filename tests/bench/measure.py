"""Runs commands in turn on the same files and compares them pair by pair: the machine's speed drifts,
ratios of neighbours do not."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path


BUILD = Path(os.environ.get("WINNOW_BUILD", Path(__file__).resolve().parents[2] / "build/gcc"))
USAGE = BUILD / "bench/usage"


class Command:
    """A name and words; `stdin` is a file; `before` prepares each run, not timed. `scale`: the times
    are multiplied by it, for a command that does a part of the work of the others."""

    def __init__(self, name, words, stdin=None, before=None, allowed=(0,), scale=1):
        self.name, self.words, self.stdin = name, [str(word) for word in words], stdin
        self.before, self.allowed, self.scale = before, allowed, scale

    def run(self):
        """(wall seconds, CPU seconds of it and its children, peak bytes of the largest process)."""
        if self.before:
            self.before()
        with open(self.stdin or os.devnull, "rb") as source, \
                tempfile.NamedTemporaryFile("r", prefix="usage-") as taken:
            done = subprocess.run([USAGE, taken.name, *self.words], stdin=source,
                                  stdout=subprocess.DEVNULL, check=False)
            if done.returncode not in self.allowed:
                raise SystemExit(f"{self.name}: {self.words[0]} ended with {done.returncode}")
            wall, cpu, peak = taken.read().split()
        return float(wall) * self.scale, float(cpu) * self.scale, int(peak)


class Figures:
    """What the runs of one command gave, in the order of the rounds."""

    def __init__(self):
        self.walls, self.cpus, self.peaks = [], [], []

    def add(self, run):
        for place, value in zip((self.walls, self.cpus, self.peaks), run):
            place.append(value)

    @property
    def wall(self):
        return statistics.median(self.walls)

    @property
    def cpu(self):
        return statistics.median(self.cpus)

    @property
    def peak(self):
        return max(self.peaks)

    def ratio(self, other):
        """How many times as long `other` takes, round by round: the median."""
        return statistics.median(theirs / ours for ours, theirs in zip(self.walls, other.walls))


def in_turn(commands, rounds, say=print):
    """Each command once a round, after one round that does not count. {name: Figures}."""
    figures = {command.name: Figures() for command in commands}
    for number in range(rounds + 1):
        for command in commands:
            run = command.run()
            if number > 0:
                figures[command.name].add(run)
        say(f"  round {number} of {rounds}")
    return figures


def drop_caches():
    """Empties the page cache where that is allowed. True when it was."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        return True
    except OSError:
        return False


def chain(*steps):
    """One step that does all of them, leaving out those that are None."""
    def run():
        for step in steps:
            if step:
                step()
    return run


def without_state(state):
    for path in Path(state).parent.glob(Path(state).name + "*"):
        path.unlink()


CALL = re.compile(r"^(?:\d+ +)?(\w+)\((\w*).*= (-?\d+)")
OPENS = {"openat", "openat2"}
NO_FILE = re.compile("O_DIRECTORY|O_PATH")
READS = {"read", "pread64", "readv", "preadv"}


def system_calls(words, root, home):
    """(files, calls on open files, all calls, bytes read) of the examiner that walks `root`; None
    without strace."""
    if shutil.which("strace") is None:
        return None
    with tempfile.TemporaryDirectory(dir=home) as folder:
        trace = Path(folder) / "trace"
        command = ["strace", "-ff", "-qq", "-o", trace, *words, root, "--state", f"{folder}/state.db"]
        subprocess.run([str(word) for word in command], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        traces = [path.read_text(errors="replace") for path in Path(folder).glob("trace.*")]
    return count_calls(max(traces, key=lambda text: text.count("getdents64")))


def count_calls(trace):
    files = inside = total = read = 0
    opened = set()
    for line in trace.splitlines():
        found = CALL.match(line)
        if not found:
            continue
        name, subject, result = found[1], found[2], int(found[3])
        total += 1
        inside += subject in opened
        if name in OPENS and "O_NOFOLLOW" in line and not NO_FILE.search(line) and result >= 0:
            opened.add(found[3])
            files += 1
            inside += 1
        if name in READS and result > 0:
            read += result
        if name == "close":
            opened.discard(subject)
    return files, inside, total, read


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {memory:.0f} GiB"

