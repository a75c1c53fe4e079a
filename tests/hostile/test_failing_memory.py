"""Memory that runs out at each request of a run, once or from then on: a clear end or the artifact's row,
never a crash, never other bytes without an error. WINNOW_EVERY_FAULT=1 tries all, else a choice of them."""

import errno
import os
import shutil
import signal
import unittest

from failing import SANITIZED, STAYS, WORDS, Failing, chosen, shim, tree_of
from small_mirror import FAULTY

# What libraries keep for the life of a process (libgomp's pool) beside what an undisturbed run does.
BLOCKS_SPARE = 4


class FailingMemory(Failing):
    def setUp(self):
        if SANITIZED:
            self.skipTest("skipped: the sanitizer brings its own malloc")
        super().setUp()
        self.library = shim("fail_memory")
        self.settings = {}

    def count(self, words, **settings):
        folder = self.trial("count")
        settings = {**self.settings, **settings}
        outcome = self.run_failing(self.library, folder, words(folder), FAIL_AT=0, **settings)
        self.assertEqual(outcome.code, 0, outcome.said)
        self.reference = folder / "runs/latest"
        self.names = sorted(tree_of(folder / "runs" / os.readlink(self.reference)))
        return outcome

    def try_requests(self, verb, step, until=None, **settings):
        def words(folder):
            return self.words(folder, verb)
        count = self.count(words, **settings)
        blocks_max = count.blocks + BLOCKS_SPARE

        def check(number):
            folder = self.trial(f"{verb}-{number}")
            outcome = self.run_failing(self.library, folder, words(folder), FAIL_AT=number,
                                       FAIL_UNTIL=until or number, **self.settings,
                                       **settings)
            self.check_memory(outcome, blocks_max)
            shutil.rmtree(folder)
        self.for_each(chosen(count.calls, step), check)

    def check_memory(self, outcome, blocks_max):
        text = f"{outcome.first}: exit {outcome.code}: {outcome.said}"
        self.assertIn(outcome.code, (0, 1, 3), text)
        if "a library ended the program" not in outcome.said:
            self.assertLessEqual(outcome.blocks, blocks_max, f"leaks; {text}")
        runs = outcome.folder / "runs"
        earlier = os.readlink(self.before / "runs/latest")
        now = tree_of(runs)
        for name, content in tree_of(self.before / "runs").items():
            if name != "latest":
                self.assertEqual(now.get(name), content, f"{name} of the earlier run; {text}")
        ids = [entry for entry in os.listdir(runs) if entry not in ("latest", earlier)]
        if "a library ended the program" in outcome.said:  # the next run removes what it wrote
            ids = [name for name in ids if not name.startswith(".tmp-")]
        if outcome.code == 3:
            self.assertEqual((os.readlink(runs / "latest"), ids), (earlier, []), text)
        if outcome.code == 3:
            self.assertIn("winnow: error: ", outcome.said, text)
            self.assertRegex(outcome.said, WORDS[errno.ENOMEM], text)
        if outcome.code == 0 and ids:
            self.assert_same(self.reference, runs / "latest")
        if outcome.code == 1:
            self.check_losses(runs / ids[0], text)

    def check_losses(self, run, text):
        """Only rows that say so, in a run that tells how many they are."""
        self.assertEqual(sorted(name for name in tree_of(run) if not name.startswith("osv/")),
                         [name for name in self.names if not name.startswith("osv/")], text)
        wrong = [row for row in self.rows(run, "artifacts") if row["status"] != "ok"]
        for row in wrong:
            self.assertIn(row["status"], ("over_limit", "unreadable"), text)
            self.assertRegex(row["status_detail"], "memory|missing on disk", text)
        counts = self.run_json(run)["counts"]
        self.assertEqual(len(wrong), counts["artifacts"] - counts["artifacts_ok"], text)
        self.assertEqual(len(self.rows(run, "artifacts")),
                         len(self.rows(self.reference, "artifacts")), text)


class Keeper(FailingMemory):
    def test_sweep_once(self):
        self.try_requests("sweep", 97)

    def test_sweep_from_then_on(self):
        self.try_requests("sweep", 211, STAYS)

    def test_report_once(self):
        self.try_requests("report", 97)

    def test_report_from_then_on(self):
        self.try_requests("report", 211, STAYS)


class Examiner(FailingMemory):
    """A library that loops where it should fail costs a deadline, which this build lets us shorten."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(FAULTY):
            self.skipTest("no build with FAULTS=1")
        self.program = FAULTY
        self.settings["WINNOW_DEADLINE_MS"] = 2000
        self.jobs = 1  # the same call is the same place in each run

    def test_once(self):
        self.try_requests("sweep", 29, FAIL_WHO="examiner")

    def test_from_then_on(self):
        self.try_requests("sweep", 211, STAYS, FAIL_WHO="examiner")


class Explain(FailingMemory):
    """Its answer is the whole one or none. yajl forgets its memory when it breaks off, and does not look at
    what it gets for its own books: there the program may die, as one that only reads may."""

    def try_words(self, *words):
        def arguments(folder):
            return ["explain", *words, "--out", folder / "runs"]
        count = self.count(arguments)
        answer = self.run_winnow(*arguments(self.before)).stdout

        def check(number):
            for until in (number, STAYS):
                outcome = self.run_failing(self.library, self.before, arguments(self.before),
                                           FAIL_AT=number, FAIL_UNTIL=until)
                if outcome.code != -signal.SIGSEGV:
                    self.check_memory(outcome, blocks_max=1 << 30)
                    self.assertIn(outcome.code, (0, 3), outcome.said)
                if outcome.code == 0:
                    self.assertEqual(outcome.printed, answer)
        self.for_each(chosen(count.calls, 29), check)

    def test_text(self):
        self.try_words("bytewise")

    def test_json(self):
        self.try_words("bytewise", "--json")


if __name__ == "__main__":
    unittest.main()
