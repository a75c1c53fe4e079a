"""Stopped at random moments: what was done is kept, nothing is left over, the end is the same.

Environment, for the long form: WINNOW_KILLS (how often, default 4 for each kind), WINNOW_KILLS_SEED,
WINNOW_KILLS_MIRROR (a larger mirror than the demo).
"""

import os
import random
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from redis_server import Server  # noqa: E402

from small_mirror import ROOT, WINNOW, MirrorTest
from test_engine import processes_below

KILLS = int(os.environ.get("WINNOW_KILLS", "4"))
SEED = int(os.environ.get("WINNOW_KILLS_SEED", "4"))
MIRROR = os.environ.get("WINNOW_KILLS_MIRROR")
SLOW = any(word in WINNOW for word in ("-address", "-thread"))
STOP_SECONDS = 10 if SLOW else 2


def await_listening(child):
    """Until the process catches SIGTERM."""
    status = Path(f"/proc/{child.pid}/status")
    while child.poll() is None:
        caught, = [line.split()[1] for line in status.read_text().splitlines()
                   if line.startswith("SigCgt:")]
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.001)


class StopTest(MirrorTest):
    def setUp(self):
        super().setUp()
        if MIRROR:
            self.mirror = Path(MIRROR)
        else:
            subprocess.run([ROOT / "scripts/demo-mirror", "--out", self.mirror], check=True,
                           stdout=subprocess.DEVNULL)
        begun = time.monotonic()
        self.whole = self.sweep(out="whole", state="whole.db", expect=(0, 1))
        self.seconds = time.monotonic() - begun
        self.dice = random.Random(SEED)

    def start(self, *words):
        return subprocess.Popen([WINNOW, "sweep", self.mirror, "--state", self.folder / "state.db",
                                 "--out", self.folder / "runs", "--quiet", *words],
                                cwd=self.folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def examiners_of(self, child):
        return [pid for pid in processes_below(self.folder) if pid != child.pid]

    def assert_nobody_left(self):
        deadline = time.monotonic() + STOP_SECONDS
        while processes_below(self.folder) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(processes_below(self.folder), [])

    def assert_goes_on(self, *words):
        """The next run gives what an undisturbed one does, and leaves nothing else in the folder."""
        again = self.sweep(*words, expect=(0, 1))
        self.assert_same_reports(self.whole, again)
        names = os.listdir(self.folder / "runs")
        self.assertEqual([name for name in names if name.startswith(".")], [])
        for name in names:
            self.assertTrue((self.folder / "runs" / name / "run.json").exists(), name)

    def forget(self):
        subprocess.run(["rm", "-rf", self.folder / "runs", self.folder / "state.db",
                        self.folder / "state.db-wal", self.folder / "state.db-shm"], check=True)


class Killed(StopTest):
    def test_keeper(self):
        for number in range(KILLS):
            child = self.start()
            time.sleep(self.dice.random() * self.seconds * 1.1)
            child.kill()
            child.communicate()
            self.assert_nobody_left()
            if number % 3 == 2:
                self.assert_goes_on()
                self.forget()
        self.assert_goes_on()

    def test_examiner(self):
        for _ in range(KILLS):
            child = self.start("--jobs", "2")
            for _ in range(self.dice.randint(1, 4)):
                time.sleep(self.dice.random() * self.seconds / 5)
                for pid in self.examiners_of(child):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            _, said = child.communicate(timeout=120)
            self.assertIn(child.returncode, (0, 1), said)
            self.assert_same_reports(self.whole, self.folder / "runs/latest")
            self.assert_nobody_left()
            self.forget()

    def test_keeper_with_redis(self):
        server = Server()
        self.addCleanup(server.close)
        address = ("--redis", f"unix://{server.path}")
        for _ in range(max(2, KILLS // 2)):
            child = self.start(*address)
            time.sleep(self.seconds * (0.5 + self.dice.random() * 0.7))  # mostly the report phase
            child.kill()
            child.communicate()
            latest = server.client("GET", "winnow:latest")
            if latest is not None:
                counts = server.client.hash(f"winnow:run:{latest.decode()}")
                self.assertIn("projects", counts, "half a run is in force")
            self.assert_goes_on(*address)
            self.assertEqual(server.client("GET", "winnow:latest").decode(),
                             os.readlink(self.folder / "runs/latest"))


class Asked(StopTest):
    def test_signals(self):
        stopped = number = 0
        while number < KILLS or (stopped == 0 and number < 10 * KILLS):
            child = self.start()
            await_listening(child)  # before, a signal simply ends the program
            # The whole run that was timed may have met a busy disk: the later, the earlier.
            time.sleep(self.dice.random() * self.seconds / (1 + number // KILLS))
            child.send_signal((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[number % 3])
            _, said = child.communicate(timeout=STOP_SECONDS)
            if child.returncode not in (0, 1):
                self.assertEqual(child.returncode, 3, said)
                self.assertIn(b"go on", said)
                self.assertEqual(said.count(b"\n"), 1, said)
                stopped += 1
            if (self.folder / "runs").exists():
                self.assertEqual([name for name in os.listdir(self.folder / "runs")
                                  if name.startswith(".")], [])
            self.assert_nobody_left()
            if number % 3 == 2:
                self.assert_goes_on()
                self.forget()
            number += 1
        self.assert_goes_on()
        self.assertGreater(stopped, 0)

    def test_closed_standard_files_do_not_end_in_ours(self):
        done = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", WINNOW, "sweep",
                               self.mirror, "--state", self.folder / "state.db", "--out",
                               self.folder / "runs"], cwd=self.folder, check=False)
        self.assertIn(done.returncode, (0, 1))
        self.assert_same_reports(self.whole, self.folder / "runs/latest")

    def test_nohup_is_heeded(self):
        child = subprocess.Popen([WINNOW, "sweep", self.mirror, "--state", self.folder / "n.db",
                                  "--out", self.folder / "n", "--quiet"],
                                 preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(self.seconds / 3)
        child.send_signal(signal.SIGHUP)
        self.assertIn(child.wait(timeout=120), (0, 1))


if __name__ == "__main__":
    unittest.main()
