"""ENOSPC and EIO at each call that changes files: a clear end, the earlier run untouched, and the next
run as if nothing had been. WINNOW_EVERY_FAULT=1 tries all calls, else a choice of them."""

import errno
import os
import shutil
import subprocess
import unittest

from failing import EACH, STAYS, WINNOW, Failing, chosen, reason, run_with_limit, shim, tree_of


class FailingCalls(Failing):
    def try_calls(self, number, step, until=None, leftovers=False, **settings):
        library = shim("fail_calls")
        settings = {"FAIL_ERRNO": number, **settings}
        count = self.run_failing(library, self.trial("count"), self.words(self.folder / "count"),
                                 FAIL_AT=0, **settings)
        self.assertEqual(count.code, 0, count.said)
        self.assertGreater(count.calls, 50)
        beyond = []  # a state's log is written in more or fewer parts, as the examiners' records come

        def check(call):
            folder = self.trial(f"{number}-{call}")
            outcome = self.run_failing(library, folder, self.words(folder), FAIL_AT=call,
                                       FAIL_UNTIL=until or call, **settings)
            if outcome.failed == 0:
                self.assertLess(outcome.calls, call)
                beyond.append(call)
            if number == 0 or outcome.failed == 0:
                self.assertEqual((outcome.code, outcome.said), (0, ""), outcome.first)
            self.check_result(outcome, reason(number) if number else "", leftovers)
        self.for_each(chosen(count.calls, step), check)
        self.assertLess(4 * len(beyond), count.calls // step, beyond)

    def test_no_room_once(self):
        self.try_calls(errno.ENOSPC, 7)

    def test_disk_full_from_then_on(self):
        self.try_calls(errno.ENOSPC, 7, STAYS)

    def test_error_once(self):
        self.try_calls(errno.EIO, 7)

    def test_disk_gone_from_then_on(self):
        self.try_calls(errno.EIO, 7, STAYS, leftovers=True)

    def test_half_a_write(self):
        self.try_calls(0, 7)

    def test_first_sweep_of_all(self):
        """No state and no run yet: what fails leaves none."""
        library = shim("fail_calls")
        count = self.run_failing(library, self.empty("count"), self.words(self.folder / "count"),
                                 FAIL_AT=0, FAIL_ERRNO=errno.EIO)

        def check(call):
            folder = self.empty(f"first-{call}")
            outcome = self.run_failing(library, folder, self.words(folder), FAIL_AT=call,
                                       FAIL_ERRNO=errno.EIO)
            self.assertIn(outcome.code, (0, 1, 3), outcome.said)
            if outcome.code != 0:
                self.assertRegex(outcome.said, reason(errno.EIO))
            runs = folder / "runs"
            if outcome.code == 3 and runs.exists():
                self.assertEqual(os.listdir(runs), [], outcome.said)
            self.sweep_in(folder)
            self.assert_same(self.whole / "runs/latest", runs / "latest", whole_facts=False)
        self.for_each(chosen(count.calls, 9), check)

    def empty(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def test_limit_of_file_sizes(self):
        for size in (0, 1000, 5000, 30_000) if not EACH else range(0, 400_000, 1000):
            folder = self.trial(f"limit-{size}")
            done = run_with_limit(size, self.words(folder), folder)
            self.assertIn(done.returncode, (0, 3), done.stderr)
            if done.returncode == 3:
                self.assertRegex(done.stderr, rb"winnow: error: .*(File too large|room and the disk|disk full)")
                self.assertEqual(sorted(os.listdir(folder / "runs")), sorted(os.listdir(self.before / "runs")))
            self.sweep_in(folder)
            self.assert_same(self.whole / "runs/latest", folder / "runs/latest", whole_facts=False)

    def test_disk_that_is_full(self):
        """A file system of its own, smaller than the run by more or less."""
        place = self.empty("disk")
        for kilobytes in range(100, 1400, 20 if EACH else 300):
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "winnow-test", place],
                                     capture_output=True)
            if mounted.returncode != 0:
                self.skipTest("skipped: no file system can be mounted here")
            try:
                folder = place / "x"
                shutil.copytree(self.before, folder, symlinks=True)
                done = self.run_winnow(*self.words(folder), expect=(0, 1, 3))
                if done.returncode != 0:
                    self.assertRegex(done.stderr.decode(), reason(errno.ENOSPC))
                if done.returncode == 3:
                    self.assertEqual(tree_of(folder / "runs"), tree_of(self.before / "runs"))
                subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
                self.sweep_in(folder)
                self.assert_same(self.whole / "runs/latest", folder / "runs/latest", whole_facts=False)
            except OSError:
                continue  # not even what was there before fits
            finally:
                subprocess.run(["umount", place], check=True)

    def test_nowhere_to_print(self):
        """What is for the reader and lost is told, and is no success."""
        for words, code in ((["explain", "bytewise", "--out", self.whole / "runs"], 3), (["schema"], 3),
                            ([word for word in self.words(self.whole) if word != "--quiet"], 1)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([WINNOW, *map(str, words)], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(b"cannot write to standard output: No space left on device", done.stderr)
            closed = subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "sh", WINNOW, *map(str, words)])
            self.assertEqual(closed.returncode, code)


if __name__ == "__main__":
    unittest.main()
