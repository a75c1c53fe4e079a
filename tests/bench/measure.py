"""Runs commands in turn on the same files and compares them pair by pair: the machine's speed drifts,
ratios of neighbours do not."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


class Command:
    """A name and words; `stdin` is a file; `before` prepares each run, not timed."""

    def __init__(self, name, words, stdin=None, before=None, allowed=(0,)):
        self.name, self.words, self.stdin = name, [str(word) for word in words], stdin
        self.before, self.allowed = before, allowed

    def run(self):
        """(wall seconds, CPU seconds of it and its children, peak bytes of the largest process)."""
        if self.before:
            self.before()
        with open(self.stdin or os.devnull, "rb") as source:
            begin = time.monotonic()
            child = subprocess.Popen(self.words, stdin=source, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in self.allowed:
            raise SystemExit(f"{self.name}: {self.words[0]} ended with {child.returncode}")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


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


def without_state(state):
    for path in Path(state).parent.glob(Path(state).name + "*"):
        path.unlink()


CALL = re.compile(r"^(?:\d+ +)?(\w+)\(.*= (-?\d+)")
READS = {"read", "pread64", "readv", "preadv"}


def counted(words):
    """(calls, bytes read) of the examiner that these words start."""
    calls = count = 0
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        command = ["strace", "-ff", "-qq", "-o", trace, *words, "--state", f"{folder}/state.db"]
        subprocess.run([str(word) for word in command], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in Path(folder).glob("trace.*"):
            text = path.read_text(errors="replace")
            if "landlock_restrict_self" not in text and "openat2" not in text:
                continue  # the keeper's
            for line in text.splitlines():
                found = CALL.match(line)
                if found:
                    calls += 1
                    if found[1] in READS and int(found[2]) > 0:
                        count += int(found[2])
    return calls, count


def system_calls(scan_of, files, beside):
    """(calls a file, bytes read a file) of the examiner; None without strace. `scan_of(folder)`: words
    that scan a folder, made in the folder `beside`, on the file system of the files: there each lies
    in a folder of its own, as in a large mirror. Counted as the difference of a scan of all files and
    one of none, so that starting up does not count."""
    if shutil.which("strace") is None:
        return None
    with tempfile.TemporaryDirectory(dir=beside, prefix="counted-") as folder:
        totals = [counted(scan_of(folder))]
        for number, file in enumerate(files):
            place = Path(folder) / str(number)
            place.mkdir()
            os.link(file, place / Path(file).name)
        totals.append(counted(scan_of(folder)))
    return tuple((all_of - none) / len(files) for none, all_of in zip(*totals))


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {memory:.0f} GiB"

