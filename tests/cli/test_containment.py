"""What the examiner may do, and what its end costs: from outside, in builds with FAULTS=1."""

import ctypes
import os
import resource
import struct
import unittest

from small_mirror import FAULTY, MirrorTest, wheel_bytes

NO_SANITIZER = not any(word in FAULTY for word in ("-address", "-thread"))
ENOSYS = (0x06, 0, 0, 0x00050000 | 38)
ALLOW = (0x06, 0, 0, 0x7FFF0000)
# Lines of BPF: load the number of the call (or its first argument), compare, jump.
NO_LANDLOCK = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), ENOSYS, ALLOW]
NO_SECCOMP = [(0x20, 0, 0, 0), (0x15, 0, 1, 317), ENOSYS, (0x15, 0, 3, 157), (0x20, 0, 0, 16),
              (0x15, 0, 1, 22), ENOSYS, ALLOW]  # seccomp, and prctl(PR_SET_SECCOMP)


def on_a_kernel(lines):
    """A preexec_fn: for this process and its children, system calls that the kernel lacks."""
    def forbid():
        code = b"".join(struct.pack("HBBI", *line) for line in lines)
        room = ctypes.create_string_buffer(code, len(code))
        program = struct.pack("HxxxxxxQ", len(lines), ctypes.addressof(room))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, program, 0, 0) != 0:
            os._exit(99)
    return forbid


@unittest.skipUnless(os.path.exists(FAULTY), "no build with FAULTS=1")
@unittest.skipUnless(NO_SANITIZER, "a sanitizer catches the signal and ends the process its own way")
class ContainmentTest(MirrorTest):
    def culprit(self, word):
        return self.put(f"bad/fault_{word}-1.0-py3-none-any.whl", wheel_bytes("bad", "1.0"))

    def by_path(self, run, word):
        return [row for row in self.rows(run, "artifacts") if word in row["path"]]


class Sandbox(ContainmentTest):
    def tried(self, *words, **more):
        """(status_detail of the artifact that tries to get out, sandbox of run.json, log)"""
        self.culprit("escape")
        done = self.run_winnow("sweep", self.mirror, "--state", "s.db", "--out", "runs", *words,
                               program=FAULTY, expect=(1,), **more)
        run = self.folder / "runs/latest"
        row, = self.by_path(run, "escape")
        return row["status_detail"], self.run_json(run)["scan"]["sandbox"], done.stderr

    def test_no_way_out(self):
        detail, layers, said = self.tried()
        if layers["landlock_abi"] == 0 or not layers["seccomp"]:
            self.skipTest("this kernel has no Landlock or no seccomp")
        self.assertRegex(detail, r"^[23]\d ways out tried, open: none$")
        self.assertTrue(layers["no_new_privs"] and layers["rlimits"] and
                        layers["capabilities_dropped"])
        self.assertNotIn(b"warning: this kernel", said)

    def test_without_landlock_it_says_so_and_goes_on(self):
        detail, layers, said = self.tried(preexec_fn=on_a_kernel(NO_LANDLOCK))
        self.assertEqual((layers["landlock_abi"], layers["seccomp"]), (0, True))
        self.assertIn(b"no Landlock", said)
        way_out = set(detail.partition("open: ")[2].split())
        self.assertLessEqual(way_out, {"read-outside", "read-above", "read-by-link"})

    def test_without_seccomp_or_sandbox_it_says_so_and_goes_on(self):
        self.fill(2)
        for words, more, told in (((), {"preexec_fn": on_a_kernel(NO_SECCOMP)}, b"seccomp"),
                                  (("--no-sandbox",), {}, b"without protection")):
            done = self.run_winnow("sweep", self.mirror, *words, "--state", "s.db", "--out", "runs",
                                   **more)
            self.assertIn(told, done.stderr)
            layers = self.run_json(self.folder / "runs/latest")["scan"]["sandbox"]
            self.assertFalse(layers["seccomp"])
            (self.folder / "s.db").unlink()


class Culprits(ContainmentTest):
    """One file may cost its own row, and no other."""

    def assert_unhurt(self, run, whole, lost):
        self.assertEqual([row for row in self.rows(run, "artifacts") if "fault_" not in row["path"]],
                         self.rows(whole, "artifacts"))
        self.assertEqual(len(self.by_path(run, "fault_")), lost)

    def test_records_that_cannot_be_and_memory_that_lies(self):
        self.fill(70)
        whole = self.sweep(out="whole", state="whole.db")
        for word in ("badrecord", "lie"):
            self.culprit(word)
        for jobs in (1, 3):
            run = self.sweep("--jobs", jobs, out=f"hurt{jobs}", state=f"h{jobs}.db", program=FAULTY,
                             expect=(1,))
            self.assert_unhurt(run, whole, 2)
            self.assertEqual([row["status"] for row in self.by_path(run, "fault_")],
                             ["crashed", "crashed"])
            self.assertIn("record that cannot be", self.by_path(run, "badrecord")[0]["status_detail"])
            self.assertEqual(self.run_json(run)["scan"]["sandbox"],
                             self.run_json(whole)["scan"]["sandbox"])

    def test_every_file_is_a_culprit(self):
        words = ("crash", "exit", "badrecord", "lie")
        for number in range(20):
            self.put(f"bad/fault_{words[number % 4]}{number}-1.0-py3-none-any.whl",
                     wheel_bytes("bad", "1.0"))
        run = self.sweep(program=FAULTY, expect=(1,))
        self.assertEqual(len(self.rows(run, "artifacts")), 20)
        self.assertEqual(self.run_json(run)["counts"]["artifacts_crashed"], 20)

    def test_culprits_in_a_list(self):
        self.fill(10)
        self.culprit("crash")
        names = [f"demo{n}/demo{n}-1.0-py3-none-any.whl" for n in range(10)]
        names.insert(4, "bad/fault_crash-1.0-py3-none-any.whl")
        run = self.sweep("--files-from", "-", program=FAULTY, expect=(1,),
                         input="\n".join(names).encode())
        counts = self.run_json(run)["counts"]
        self.assertEqual((counts["artifacts_ok"], counts["artifacts_crashed"]), (10, 1))
        again = self.work(self.sweep("--files-from", "-", program=FAULTY, expect=(1,), out="again",
                                     input="\n".join(names).encode()))
        self.assertEqual((again["examined"], again["known"]), (0, 11))

    def test_cost_is_by_number(self):
        """Examiners, not seconds: a death must not make the others' files be met again."""
        def run_with(count):
            for number in range(count):
                word = "fault_crash" if number % 20 == 7 else "demo"
                self.put(f"f{number}/{word}{number}-1.0-py3-none-any.whl", wheel_bytes("x", "1.0"))
            run = self.sweep("--jobs", 2, out=f"r{count}", state=f"s{count}.db", program=FAULTY,
                             expect=(1,))
            self.assertEqual(len(self.rows(run, "artifacts")), count)
            self.assertEqual(self.run_json(run)["counts"]["artifacts_crashed"], count / 20)
            return self.work(run)
        for work, count in ((run_with(200), 200), (run_with(400), 400)):
            self.assertLessEqual(work["examiners_started"], 4 + 3 * count / 20)
            self.assertEqual((work["examined"], work["known"]), (count, 0))

    def test_scan_that_is_given_up_marks_nothing_as_vanished(self):
        self.fill(3)
        self.sweep()
        for number in range(14):
            self.put(f"a{number}/a-1.{number}-py3-none-any.whl", wheel_bytes("a", "1.0"))
        # Too few files to open anything: no examiner can work.
        done = self.run_winnow("scan", self.mirror, "--state", "state.db", expect=(3,),
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9)))
        self.assertIn(b"error", done.stderr)
        report = self.run_winnow("report", "--state", "state.db", "--out", "after")
        self.assertIn(b"3 artifacts", report.stdout)


if __name__ == "__main__":
    unittest.main()
