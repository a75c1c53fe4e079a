"""What more threads and a slower disk do to a scan, on two cores: latency is put in front of each
opening and reading (slow_disk.c), where waiting threads need no core; and what a core costs is counted,
which tells where N threads on N cores would end."""

import os
import re
import subprocess
import time

import measure

THREADS = (1, 2, 4, 8, 16, 64)
# Microseconds for each of the folder, the file and its end; and how many files that is tried with.
DISKS = ((0, 4000, "nothing"), (100, 4000, "0.1 ms (flash)"), (1000, 1000, "1 ms (network)"),
         (8000, 200, "8 ms (spinning)"))
ROUNDS = 2
IN_PIPE = re.compile(rb"slow_disk: (\d+) us in the pipe")


class Scan:
    """One scan of a corpus under the shim: wall seconds, CPU seconds of the keeper and the examiner,
    seconds that threads were writing to the pipe."""

    def __init__(self, winnow, shim, state, root, threads, latency_us):
        measure.without_state(state)
        words = [winnow, "scan", root, "--state", state, "--jobs", threads, "--quiet"]
        begin = time.monotonic()
        child = subprocess.Popen([str(word) for word in words], stderr=subprocess.PIPE,
                                 env={**os.environ, "LD_PRELOAD": str(shim),
                                      "SLOW_DISK_US": str(latency_us)})
        said = child.stderr.read()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.wall = time.monotonic() - begin
        self.keeper = on_cpu(child.pid)
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
        self.examiner = usage.ru_utime + usage.ru_stime - self.keeper
        self.in_pipe = sum(int(us) for us in IN_PIPE.findall(said)) / 1e6
        measure.without_state(state)


def on_cpu(pid):
    """Seconds of a process of one thread, without its children; also when it has ended."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


def fastest(runs):
    return min(runs, key=lambda run: run.wall)


def write(bench, winnow, shim, keeper, say):
    """The part `scaling` of the benchmark."""
    empty = bench.home / "nothing"
    empty.mkdir(exist_ok=True)

    def scans(root, threads, latency_us):
        return [Scan(winnow, shim, bench.home / "scaling.db", root, threads, latency_us)
                for _ in range(ROUNDS)]

    nothing = fastest(scans(empty, 1, 0))
    rows, us = [], {}
    for latency_us, count, words in DISKS:
        root, names = bench.corpus("small-wheels", count)
        files = len(names.read_text().splitlines())
        row = [words]
        for threads in THREADS:
            say(f"  {words}, {threads} threads")
            run = fastest(scans(root, threads, latency_us))
            row.append(f"{files / (run.wall - nothing.wall):,.0f}")
            if latency_us == 0 and threads == 1:
                us = {what: (getattr(run, what) - getattr(nothing, what)) / files * 1e6
                      for what in ("examiner", "keeper", "in_pipe")}
        rows.append(row)
    bench.write("## More threads, slower disks", "",
                "Small wheels, files/s. A sleep in front of each opening of a folder or file, and of "
                "each read, stands for the disk.", "")
    bench.table(["an access takes", *(f"--jobs {threads}" for threads in THREADS)], rows)
    bench.write(f"A small wheel takes {us['examiner']:.1f} us of CPU in its thread, {us['in_pipe']:.2f}"
                " of them in the pipe, where threads wait for each other, and "
                f"{us['keeper']:.1f} us in the keeper, which is one thread. In memory, N threads on N "
                "cores would be bound by:", "")
    bounds = {"the keeper": us["keeper"], "the pipe": us["in_pipe"]}
    bench.table(["N", "wheels/s", "bound"],
                [[threads, f"{1e6 / longest:,.0f}", bound] for threads in THREADS
                 for longest, bound in [max((time_us, bound) for bound, time_us in
                                            {"its cores": us["examiner"] / threads,
                                             **bounds}.items())]])
    root, _ = bench.corpus("mirror", 200_000)
    state = bench.home / "keeper.db"
    measure.without_state(state)
    done = subprocess.run([keeper, root, state], check=True, capture_output=True, text=True)
    bench.write(f"The keeper alone, with the mirror of the whole sweep: {done.stdout.strip()}.", "")
    measure.without_state(state)
