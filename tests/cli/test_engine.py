"""Keeper and examiner from outside: resume, change, faults, locks, signals, determinism."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from small_mirror import FAULTY, ROOT, WINNOW, MirrorTest, sdist_bytes, wheel_bytes


def processes_below(folder):
    """Processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in words:
                found.append(int(entry.name))
    return found


class Again(MirrorTest):
    def test_second_sweep_examines_nothing(self):
        self.fill(20)
        first = self.work(self.sweep())
        second_run = self.sweep(out="again")
        second = self.work(second_run)
        self.assertEqual(first["examined"], 20)
        self.assertEqual(second["examined"], 0)
        self.assertEqual(second["known"], 20)
        self.assert_same_reports(self.folder / "runs/latest", second_run)

    def test_new_changed_and_vanished_files(self):
        self.fill(6)
        self.sweep()
        self.put("demo6/demo6-1.0-py3-none-any.whl", wheel_bytes("demo6", "1.0"))
        self.put("demo0/demo0-1.0-py3-none-any.whl",
                 wheel_bytes("demo0", "1.0", extra_metadata="Summary: changed\n"))
        (self.mirror / "demo1/demo1-1.0-py3-none-any.whl").unlink()
        run = self.sweep(out="second")
        scan = self.work(run)
        self.assertEqual((scan["examined"], scan["known"]), (2, 4))
        rows = {row["project"]: row for row in self.rows(run, "artifacts")}
        self.assertEqual(sorted(rows), ["demo0", "demo2", "demo3", "demo4", "demo5", "demo6"])
        vanished = self.run_json(run)["vanished"]
        self.assertEqual(vanished["count"], 1)
        self.assertEqual(vanished["first_paths"], ["demo1/demo1-1.0-py3-none-any.whl"])
        self.assertEqual(rows["demo0"]["summary"], "changed")
        self.assertEqual(self.work(self.sweep(out="third"))["examined"], 0)
        self.put("demo1/demo1-1.0-py3-none-any.whl", wheel_bytes("demo1", "1.0"))
        back = self.work(self.sweep(out="fourth"))
        self.assertEqual(back["examined"], 1)
        self.assertEqual(self.run_json(self.folder / "fourth/latest")["vanished"]["count"], 0)

    def test_thorough_examines_again_what_was_not(self):
        data = bytearray(wheel_bytes("demo0", "1.0", {"demo0.txt": "large\n" * 20_000}))
        data[14] ^= 1  # the CRC in the first member's own header, which only a close look reads
        self.put("demo0/demo0-1.0-py3-none-any.whl", bytes(data))
        self.assertEqual(self.rows(self.sweep(), "anomalies"), [])
        run = self.sweep("--thorough", out="second")
        self.assertEqual(self.work(run)["examined"], 1)
        self.assertEqual([row["code"] for row in self.rows(run, "anomalies")], ["zip-local-mismatch"])
        self.assertTrue(self.run_json(run)["options"]["thorough"])
        for more in ([], ["--thorough"]):
            run = self.sweep(*more, out="third")
            self.assertEqual(self.work(run)["examined"], 0)
            self.assertEqual(len(self.rows(run, "anomalies")), 1)

    def test_unreadable_file_is_tried_again(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        self.fill(2)
        place = self.mirror / "demo0/demo0-1.0-py3-none-any.whl"
        place.chmod(0)
        run = self.sweep(expect=(1,))
        self.assertEqual([row["status"] for row in self.rows(run, "artifacts")], ["unreadable", "ok"])
        place.chmod(0o644)
        run = self.sweep(out="second")
        self.assertEqual([row["status"] for row in self.rows(run, "artifacts")], ["ok", "ok"])

    def test_state_of_another_mirror_is_refused(self):
        self.fill(2)
        self.sweep()
        other = self.folder / "other"
        shutil.copytree(self.mirror, other)
        done = self.run_winnow("scan", other, "--state", self.folder / "state.db", expect=(3,))
        self.assertIn(b"another mirror", done.stderr)
        self.assertIn(b"--state", done.stderr)


class IndexedAgain(MirrorTest):
    """A mirror with index pages: what they name and the disk lacks is a row, now or later."""

    def test_named_file_vanishes_and_returns(self):
        subprocess.run([ROOT / "scripts/demo-mirror", "--out", self.mirror], check=True,
                       stdout=subprocess.DEVNULL)
        whole = self.sweep()
        gone = min(self.mirror.glob("web/packages/*/*/*/*.whl"))
        gone.rename(self.folder / "kept")
        later = self.sweep(out="later", expect=(1,))
        fresh = self.sweep(out="fresh", state="fresh.db", expect=(1,))
        row, = [row for row in self.rows(later, "artifacts") if row["status"] != "ok"]
        self.assertEqual((row["filename"], row["status"]), (gone.name, "unreadable"))
        self.assertEqual((fresh / "artifacts.csv").read_bytes(),
                         (later / "artifacts.csv").read_bytes())
        (self.folder / "kept").rename(gone)
        self.assert_same_reports(whole, self.sweep(out="back"))


class Deterministic(MirrorTest):
    def test_jobs_and_directory_order_do_not_show(self):
        self.fill(60)
        for number in range(20):
            self.put(f"demo{number}/demo{number}-0.9.tar.gz",
                     sdist_bytes(f"demo{number}", "0.9", {f"demo{number}.py": "x = 1\n"}))
        one = self.sweep("--jobs", 1)
        four = self.sweep("--jobs", 4, out="four", state="four.db")
        self.assert_same_reports(one, four)
        files = [path for path in sorted(self.mirror.rglob("*")) if path.is_file()]
        shuffled = self.folder / "shuffled-mirror"
        random.Random(7).shuffle(files)
        for path in files:
            place = shuffled / path.relative_to(self.mirror)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
        self.assert_same_reports(one, self.sweep(mirror=shuffled, out="shuffled", state="s.db"))

    def test_killed_keeper_goes_on_and_leaves_nobody(self):
        self.fill(400)
        whole = self.sweep(out="whole", state="whole.db")
        for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
            child = subprocess.Popen([WINNOW, "scan", self.mirror, "--state",
                                      self.folder / "killed.db", "--quiet"], cwd=self.folder)
            time.sleep(delay)
            child.kill()
            child.wait()
            deadline = time.monotonic() + 2
            while processes_below(self.folder) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertEqual(processes_below(self.folder), [])
        self.assert_same_reports(whole, self.sweep(out="resumed", state="killed.db"))

    def test_killed_examiner_does_not_show(self):
        self.fill(400)
        whole = self.sweep(out="whole", state="whole.db")
        child = subprocess.Popen([WINNOW, "sweep", self.mirror, "--state", self.folder / "hurt.db",
                                  "--out", self.folder / "hurt", "--quiet", "--jobs", "2"],
                                 cwd=self.folder)
        for _ in range(5):
            time.sleep(0.01)
            for pid in processes_below(self.folder):
                if pid != child.pid:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
        self.assertEqual(child.wait(timeout=60), 0)
        self.assert_same_reports(whole, self.folder / "hurt/latest")


class Faults(MirrorTest):
    """The examiner dies on a file: one row says so, the others do not feel it."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(FAULTY):
            self.skipTest("no build with FAULTS=1")
        if any(word in FAULTY for word in ("-address", "-thread")):
            self.skipTest("a sanitizer catches the signal and ends the process its own way")

    def sweep_with_fault(self, word, status, detail, **environment):
        self.fill(30)
        whole = self.sweep(out="whole", state="whole.db")
        self.put(f"bad/{word}-1.0-py3-none-any.whl", wheel_bytes("bad", "1.0"))
        begun = time.monotonic()
        run = self.sweep("--jobs", 2, out="hurt", state="hurt.db", program=FAULTY, expect=(1,),
                         env={**os.environ, **environment})
        self.assertLess(time.monotonic() - begun, 60)
        row, = [row for row in self.rows(run, "artifacts") if word in row["path"]]
        self.assertEqual(row["status"], status)
        self.assertRegex(row["status_detail"], detail)
        self.assertEqual(row["version"], "1.0")
        self.assertEqual(len(self.rows(run, "artifacts")), 31)
        unhurt = [row for row in self.rows(run, "artifacts") if row["status"] == "ok"]
        self.assertEqual(unhurt, self.rows(whole, "artifacts"))
        again = self.work(self.sweep(out="again", state="hurt.db", program=FAULTY, expect=(0, 1)))
        self.assertEqual(again["examined"], 0)

    def test_crash(self):
        self.sweep_with_fault("fault_crash", "crashed", "signal 11")

    def test_exit(self):
        self.sweep_with_fault("fault_exit", "crashed", "status 77")

    def test_hang(self):
        self.sweep_with_fault("fault_hang", "timeout", "twice", WINNOW_DEADLINE_MS="3000")

    def test_memory(self):
        self.sweep_with_fault("fault_memory", "over_limit", "memory: .* signal")

    def test_many_crashes(self):
        self.fill(100)
        for number in range(10):
            self.put(f"bad{number}/fault_crash{number}-1.0-py3-none-any.whl",
                     wheel_bytes("bad", "1.0"))
        run = self.sweep(program=FAULTY, expect=(1,))
        counts = self.run_json(run)["counts"]
        self.assertEqual((counts["artifacts_ok"], counts["artifacts_crashed"]), (100, 10))


class Stopped(MirrorTest):
    def test_lock_keeps_two_sweeps_apart(self):
        if not os.path.exists(FAULTY):
            self.skipTest("no build with FAULTS=1")
        self.put("bad/fault_hang-1.0-py3-none-any.whl", wheel_bytes("bad", "1.0"))
        first = subprocess.Popen([FAULTY, "scan", self.mirror, "--state", self.folder / "state.db",
                                  "--quiet"], cwd=self.folder)
        try:
            time.sleep(0.5)
            begun = time.monotonic()
            done = self.run_winnow("scan", self.mirror, "--state", self.folder / "state.db",
                                   expect=(3,))
            self.assertLess(time.monotonic() - begun, 2)
            self.assertIn(str(first.pid).encode(), done.stderr)
        finally:
            first.terminate()
            self.assertEqual(first.wait(timeout=2), 3)
        self.assertEqual(processes_below(self.folder), [])

    def test_interrupt_says_how_to_go_on(self):
        if not os.path.exists(FAULTY):
            self.skipTest("no build with FAULTS=1")
        self.fill(10)
        self.put("bad/fault_hang-1.0-py3-none-any.whl", wheel_bytes("bad", "1.0"))
        child = subprocess.Popen([FAULTY, "sweep", self.mirror, "--state", self.folder / "state.db",
                                  "--out", self.folder / "runs"], cwd=self.folder,
                                 stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        time.sleep(0.7)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=2)
        self.assertEqual(child.returncode, 3)
        self.assertIn(b"go on", said)
        self.assertFalse((self.folder / "runs/latest").exists())

    def expect_threads(self, expected, *words, **limits):
        """Of an examiner that hangs, within ten seconds and then to stay."""
        child = subprocess.Popen([FAULTY, "scan", self.mirror, "--state", self.folder / "state.db",
                                  "--quiet", *words], cwd=self.folder, stderr=subprocess.DEVNULL,
                                 **limits)
        counts, until = [0], time.monotonic() + 10
        try:
            while counts[-3:] != 3 * [expected] and time.monotonic() < until:
                time.sleep(0.1)
                for pid in set(processes_below(self.folder)) - {child.pid}:
                    counts.append(len(os.listdir(f"/proc/{pid}/task")))
        finally:
            child.terminate()
            child.wait(timeout=10)
        self.assertEqual(counts[-3:], 3 * [expected])

    def test_more_readers_than_processors(self):
        if not os.path.exists(FAULTY):
            self.skipTest("no build with FAULTS=1")
        if any(word in FAULTY for word in ("-address", "-thread", "-serial")):
            self.skipTest("this build has other threads, or none")
        self.put("bad/fault_hang-1.0-py3-none-any.whl", wheel_bytes("bad", "1.0"))
        processors = len(os.sched_getaffinity(0))
        readers = max(processors, min(4 * processors, 32))
        self.expect_threads(readers)
        self.expect_threads(3, "--jobs", "3")
        if processors > 1:
            low = (64 << 30, 64 << 30)
            self.expect_threads(processors, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_AS, low))

    def test_bad_usage_is_exit_2(self):
        for words in ([], ["sweep"], ["report", "extra"], ["sweep", "a", "b"], ["dance"],
                      ["scan", ".", "--jobs", "0"], ["scan", ".", "--nonsense"],
                      ["report", "--files-from", "x"], ["scan", ".", "--log-level", "loud"]):
            done = self.run_winnow(*words, expect=(2,))
            self.assertIn(b"winnow: error:", done.stderr, words)

    def test_missing_mirror_is_exit_3_and_leaves_nothing(self):
        for verb in ("scan", "sweep"):
            for words in ((self.folder / "nowhere",), (self.mirror, "--files-from", "nowhere"),
                          (self.mirror, "--files-from", self.mirror)):
                done = self.run_winnow(verb, *words, expect=(3,))
                self.assertIn(str(words[-1]).encode(), done.stderr)
        self.assertEqual(os.listdir(self.folder), ["mirror"])
        done = self.run_winnow("report", "--state", self.folder / "none.db", expect=(3,))
        self.assertIn(b"none.db", done.stderr)

    def test_foreign_state_is_not_touched(self):
        self.fill(1)
        foreign = self.folder / "foreign.db"
        with sqlite3.connect(foreign) as database:
            database.execute("CREATE TABLE mine (x)")
        before = foreign.read_bytes()
        done = self.run_winnow("scan", self.mirror, "--state", foreign, expect=(3,))
        self.assertIn(b"foreign.db", done.stderr)
        self.assertEqual(foreign.read_bytes(), before)

    def test_help_and_version(self):
        for words in (["--help"], ["sweep", "--help"], ["scan", "--help"], ["report", "--help"]):
            self.assertIn(b"usage", self.run_winnow(*words).stdout)
        self.assertRegex(self.run_winnow("--version").stdout.decode(), r"^winnow \d+\.\d+\.\d+\n$")


class Lists(MirrorTest):
    def listed(self, text, *words, expect=(0,), **more):
        run = self.folder / "listed/latest"
        self.run_winnow("sweep", *words, "--state", self.folder / "listed.db", "--out",
                        self.folder / "listed", "--quiet", expect=expect, input=text, **more)
        return {row["project"]: row["status"] for row in self.rows(run, "artifacts")}

    def test_names_by_line_and_by_nul(self):
        self.fill(5)
        names = [f"demo{n}/demo{n}-1.0-py3-none-any.whl" for n in (1, 3)]
        want = {"demo1": "ok", "demo3": "ok"}
        self.assertEqual(self.listed("\n".join(names).encode(), self.mirror, "--files-from", "-"),
                         want)
        (self.folder / "listed.db").unlink()
        self.assertEqual(self.listed("\0".join(names).encode(), self.mirror, "--files-from", "-"),
                         want)
        (self.folder / "listed.db").unlink()
        absolute = "\n".join(str(self.mirror / name) for name in names)
        (self.folder / "list.txt").write_text(absolute)
        self.assertEqual(self.listed(b"", self.mirror, "--files-from", self.folder / "list.txt"),
                         want)
        (self.folder / "listed.db").unlink()
        self.assertEqual(self.listed(b"", "--files-from", self.folder / "list.txt"), want)

    def test_absolute_names_from_a_pipe_need_no_mirror(self):
        self.fill(3)
        names = [str(self.mirror / f"demo{n}/demo{n}-1.0-py3-none-any.whl") for n in (0, 2)]
        self.assertEqual(self.listed("\n".join(names).encode(), "--files-from", "-"),
                         {"demo0": "ok", "demo2": "ok"})

    def test_lines_may_end_as_in_windows(self):
        self.fill(2)
        names = [f"demo{n}/demo{n}-1.0-py3-none-any.whl\r\n" for n in (0, 1)]
        self.assertEqual(self.listed("".join(names).encode(), self.mirror, "--files-from", "-"),
                         {"demo0": "ok", "demo1": "ok"})

    def test_missing_and_outside_names_become_rows(self):
        self.fill(1)
        (self.folder / "outside-1.0.tar.gz").write_bytes(sdist_bytes("outside", "1.0"))
        names = ["demo0/demo0-1.0-py3-none-any.whl", "gone/gone-1.0.tar.gz",
                 "../outside-1.0.tar.gz"]
        self.assertEqual(
            self.listed("\n".join(names).encode(), self.mirror, "--files-from", "-", expect=(1,)),
            {"demo0": "ok", "gone": "unreadable", "outside": "unreadable"})


class Places(MirrorTest):
    def test_links_that_leave_the_mirror_are_not_followed(self):
        self.fill(1)
        outside = self.folder / "outside"
        outside.mkdir()
        (outside / "secret-1.0.tar.gz").write_bytes(sdist_bytes("secret", "1.0"))
        (self.mirror / "link").symlink_to(outside)
        (self.mirror / "demo0/secret-1.0.tar.gz").symlink_to(outside / "secret-1.0.tar.gz")
        (self.mirror / "loop").symlink_to(self.mirror)
        os.mkfifo(self.mirror / "demo0/pipe-1.0.tar.gz")
        run = self.sweep(expect=(0, 1))
        self.assertEqual([row["project"] for row in self.rows(run, "artifacts")], ["demo0"])
        skipped = self.run_json(run)["scan"]["skipped"]
        self.assertEqual(skipped["links_outside"], 2)
        self.assertEqual(skipped["not_regular"], 1)

    def test_names_that_are_not_utf8(self):
        place = os.fsencode(self.mirror) + b"/caf\xe9-1.0.tar.gz"
        with open(place, "wb") as file:
            file.write(sdist_bytes("cafe", "1.0"))
        run = self.sweep(expect=(0, 1))
        self.assertEqual(len(self.rows(run, "artifacts")), 1)

    def test_empty_mirror(self):
        run = self.sweep()
        self.assertEqual(self.rows(run, "artifacts"), [])
        self.assertEqual(self.rows(run, "projects"), [])

    def test_mirror_that_is_not_mounted_is_named(self):
        words = ("sweep", self.mirror, "--state", "s.db", "--out", "runs")
        self.assertIn(b"warning: no artifact was found", self.run_winnow(*words).stderr)
        self.fill(2)
        self.assertEqual(self.run_winnow(*words, "--quiet").stderr, b"")
        self.mirror.rename(self.folder / "away")
        self.mirror.mkdir()
        before = (self.folder / "runs/latest").resolve()
        said = self.run_winnow(*words, "--quiet", expect=(3,)).stderr
        self.assertIn(b"error: no artifact was found", said)
        self.assertIn(b"mounted", said)
        self.assertEqual((self.folder / "runs/latest").resolve(), before)
        report = self.run_winnow("report", "--state", "s.db", "--out", "after")
        self.assertIn(b"2 artifacts", report.stdout)
        self.mirror.rmdir()
        (self.folder / "away").rename(self.mirror)
        run = self.sweep(state="s.db")
        self.assertEqual((self.work(run)["examined"], len(self.rows(run, "artifacts"))), (0, 2))


if __name__ == "__main__":
    unittest.main()
