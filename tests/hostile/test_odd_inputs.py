"""What is no file where files are due, files that change while they are read, and low limits.

Environment, for a longer form: WINNOW_CHANGE_SECONDS (how long files change, default 3),
WINNOW_CHANGE_SEED, WINNOW_EVERY_LIMIT=1 (all limits in fine steps).
"""

import gzip
import lzma
import os
import random
import re
import resource
import shutil
import socket
import stat
import tempfile
import threading
import time
import unittest
from pathlib import Path

from failing import SANITIZED, WINNOW, SpareTheDisk, sdist_bytes, wheel_bytes

SECONDS = float(os.environ.get("WINNOW_CHANGE_SECONDS", "3"))
SEED = int(os.environ.get("WINNOW_CHANGE_SEED", "4"))
EACH = os.environ.get("WINNOW_EVERY_LIMIT") == "1"
NOBODY = 65534
LONELY = 61183  # a user who surely has no other processes, which would count
TABLES = ("artifacts", "entry_points", "anomalies", "projects", "domains", "signatures", "clusters",
          "cluster_members", "collisions", "watchlist", "campaigns", "campaign_members", "takedown")


def become(user):
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


class OddTest(SpareTheDisk):
    program = WINNOW

    def open_to_all(self):
        """Lets another user run winnow on the folder, wherever the build lies."""
        place = Path(tempfile.mkdtemp(prefix="winnow-test-"))
        self.addCleanup(shutil.rmtree, place)
        place.chmod(0o755)
        self.program = place / "winnow"
        shutil.copy(WINNOW, self.program)
        self.program.chmod(0o755)
        self.folder.chmod(0o777)

    def assert_same_tables(self, one, other, message=""):
        for table in TABLES:
            self.assertEqual((one / f"{table}.csv").read_bytes(),
                             (other / f"{table}.csv").read_bytes(), f"{table} {message}")


class Odd(OddTest):
    def put_odd(self):
        """Fills the mirror with what is odd; returns {path: status} of all that is due a row."""
        self.want = {}
        good = sdist_bytes("odd", "1.0")

        def odd(name, status="ok", data=good):
            path = os.fsencode(name)
            with open(os.fsencode(self.mirror) + b"/" + path, "wb") as file:
                file.write(data)
            self.want[path.decode("utf-8", "replace")] = status

        odd(b"caf\xe9-1.0.tar.gz")
        odd("new\nline-1.0.tar.gz")
        odd("esc\x1b]0;title\x07-1.0.tar.gz")
        odd("n" * (255 - len("-1.0.tar.gz")) + "-1.0.tar.gz")
        odd("empty-1.0.tar.gz", "damaged", b"")
        odd("huge-1.0-py3-none-any.whl", "damaged", b"")
        os.truncate(self.mirror / "huge-1.0-py3-none-any.whl", 1 << 40)
        odd("closed-1.0.tar.gz", "unreadable")
        (self.mirror / "closed-1.0.tar.gz").chmod(0)
        (self.mirror / "x-1.0.tar.gz").mkdir()
        odd("x-1.0.tar.gz/inner-1.0.tar.gz")
        (self.mirror / "shut").mkdir(mode=0)
        self.addCleanup((self.mirror / "shut").chmod, 0o755)
        for name, target in (("broken-1.0.tar.gz", "nowhere"), ("self-1.0.tar.gz", "self-1.0.tar.gz"),
                             ("a-1.0.zip", "b-1.0.zip"), ("b-1.0.zip", "a-1.0.zip")):
            (self.mirror / name).symlink_to(target)
            self.want[name] = "unreadable"
        (self.folder / "secret-1.0.tar.gz").write_bytes(good)
        for name, target in (("out-1.0.tar.gz", self.folder / "secret-1.0.tar.gz"),
                             ("near-1.0.tar.gz", "../secret-1.0.tar.gz"), ("up", ".."),
                             ("zero-1.0.tar.gz", "/dev/zero")):
            (self.mirror / name).symlink_to(target)
        (self.mirror / "round").symlink_to(".")
        (self.mirror / "to-pipe-1.0.tar.gz").symlink_to("pipe-1.0-py3-none-any.whl")
        os.mkfifo(self.mirror / "pipe-1.0-py3-none-any.whl")
        self.not_regular = 3
        with socket.socket(socket.AF_UNIX) as ear:
            here = os.getcwd()
            os.chdir(self.mirror)
            ear.bind("socket-1.0.tar.gz")
            os.chdir(here)
        try:
            os.mknod(self.mirror / "device-1.0.tar.gz", stat.S_IFCHR | 0o666, os.makedev(1, 5))
            self.not_regular += 1
        except PermissionError:
            print("skipped: no device can be made here")
        self.put_deep(good)

    def put_deep(self, data):
        """Folders down to a path that no call takes any more, with a file on each of the last."""
        step = "d" * 249
        fd = os.open(self.mirror, os.O_RDONLY)
        path = ""
        for _ in range(17):
            os.mkdir(step, dir_fd=fd)
            below = os.open(step, os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = below
            path += f"{step}/"
            if len(path) < 3700:
                continue
            for name in ("deep-1.0.tar.gz", "e" * 240 + "-1.0.tar.gz"):
                with os.fdopen(os.open(name, os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=fd), "wb") as file:
                    file.write(data)
                if len(path) < 4096:
                    self.want[path + name] = "ok" if len(path + name) < 4096 else "unreadable"
        os.close(fd)
        self.assertEqual(sorted(self.want[path] for path in self.want if path.startswith("ddd")),
                         ["ok", "ok", "ok", "unreadable"])

    def test_all_at_once(self):
        self.fill(12)
        self.open_to_all()
        words = ("sweep", self.mirror, "--jobs", "2", "--log-level", "debug", "--state")
        self.run_winnow(*words, "plain.db", "--out", "plain")
        self.put_odd()
        begun = time.monotonic()
        said = self.run_winnow(*words, "odd.db", "--out", "odd", program=self.program, expect=(1,),
                               preexec_fn=lambda: become(NOBODY))
        self.assertLess(time.monotonic() - begun, 30)
        self.assertNotRegex(said.stdout + said.stderr, rb"[\x00-\x09\x0b-\x1f\x7f]|\xe9")
        plain, run = (self.folder / name / "latest" for name in ("plain", "odd"))
        rows = {row["path"]: row["status"] for row in self.rows(run, "artifacts")
                if not row["project"].startswith("demo")}
        self.assertEqual(rows, self.want)
        self.assertEqual(len(self.rows(run, "artifacts")), 12 + len(self.want))
        for table in ("artifacts", "entry_points", "anomalies"):
            before, after = ([row for row in self.rows(folder, table)
                              if row["project"].startswith("demo")] for folder in (plain, run))
            self.assertEqual(before, after)
        skipped = self.run_json(run)["scan"]["skipped"]
        self.assertEqual(skipped, {
            "links_outside": 4, "links_inside": 0, "links_broken": 4, "loops": 1,
            "not_regular": self.not_regular, "not_artifacts": 0, "unreadable_directories": 2,
            "index_pages_damaged": 0})


class Changing(OddTest):
    FILES = 300

    def change(self, name):
        """Does one thing to the file of that name, or whatever is there."""
        path = self.mirror / name[-1] / f"{name}-1.0-py3-none-any.whl"
        draft = self.folder / "draft"
        data = wheel_bytes(name, "1.0", {f"{name}.py": "x = 1\n" * self.dice.randrange(400)})
        size = path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
        what = self.dice.randrange(8)
        if what == 0 and size > 0:
            os.truncate(path, self.dice.randrange(size))
        elif what == 1 and size > 0:
            with open(path, "ab") as file:
                file.write(self.dice.randbytes(self.dice.randrange(1, 3000)))
        elif what == 2:
            path.unlink(missing_ok=True)
        elif what == 3:
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        elif what == 4:
            path.unlink(missing_ok=True)
            path.symlink_to(self.folder / "outside.whl")
        elif what == 5:
            path.unlink(missing_ok=True)
            path.write_bytes(data)
        else:
            draft.write_bytes(data)
            os.replace(draft, path)

    def test_sweeps_of_a_mirror_that_changes(self):
        names = [f"demo{number}" for number in range(self.FILES)]
        for name in names:
            self.put(f"{name[-1]}/{name}-1.0-py3-none-any.whl", wheel_bytes(name, "1.0"))
        (self.folder / "outside.whl").write_bytes(wheel_bytes("outside", "1.0"))
        self.dice = random.Random(SEED)
        deadline = time.monotonic() + SECONDS
        wrong = []

        def keep_changing():
            try:
                while time.monotonic() < deadline:
                    self.change(self.dice.choice(names))
            except Exception as problem:  # pylint: disable=broad-except
                wrong.append(problem)
        changer = threading.Thread(target=keep_changing)
        changer.start()
        runs = 0
        while changer.is_alive():
            fresh = ("fresh.db", f"fresh-{runs}") if runs % 3 == 0 else ("state.db", "runs")
            rows = self.rows(self.sweep(state=fresh[0], out=fresh[1], expect=(0, 1)), "artifacts")
            (self.folder / "fresh.db").unlink(missing_ok=True)
            paths = [row["path"] for row in rows]
            self.assertEqual(len(set(paths)), len(paths))
            self.assertLessEqual({row["status"] for row in rows}, {"ok", "damaged", "unreadable"})
            runs += 1
        changer.join()
        self.assertEqual(wrong, [])
        self.assertGreater(runs, 2)
        after = self.sweep(expect=(0, 1))
        self.assert_same_tables(self.sweep(state="new.db", out="new", expect=(0, 1)), after)
        statuses = {row["path"]: row["status"] for row in self.rows(after, "artifacts")}
        self.assertEqual(sorted(statuses), sorted(
            str(path.relative_to(self.mirror)) for path in self.mirror.rglob("*.whl")
            if path.is_file() and not path.is_symlink()))


class Limits(OddTest):
    def setUp(self):
        super().setUp()
        self.fill(24)
        for number in range(4):
            self.put(f"large{number}/large{number}-1.0.tar.gz", sdist_bytes(
                f"large{number}", "1.0", {f"large{number}.py": "x = [1, 2]\n" * 100_000}))
        self.whole = self.sweep(state="whole.db", out="whole")
        self.tries = 0

    def run_limited(self, before_exec):
        """One sweep in a folder of its own, as what `before_exec` makes of the process."""
        self.tries += 1
        self.place = self.folder / f"try{self.tries}"
        self.place.mkdir()
        self.place.chmod(0o777)
        self.words = ("sweep", self.mirror, "--state", self.place / "state.db", "--out",
                      self.place / "runs", "--quiet", "--jobs", "2")
        return self.run_winnow(*self.words, program=self.program, expect=None,
                               preexec_fn=before_exec)

    def check(self, name, before_exec, reason):
        """Whole, or exit 3 with the reason; the next sweep is whole in any case."""
        done = self.run_limited(before_exec)
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode == 127 and "loading shared libraries" in said:
            return 127  # we had not begun
        self.assertIn(done.returncode, (0, 3), f"{name}: {said}")
        if done.returncode == 0:
            self.assert_same_tables(self.whole, self.place / "runs/latest", name)
        else:
            self.assertRegex(said, re.compile(r"winnow: error: .*(" + reason + ")"), name)
            self.assertFalse((self.place / "runs/latest").is_symlink(), name)
        self.run_winnow(*self.words)
        self.assert_same_tables(self.whole, self.place / "runs/latest", name)
        shutil.rmtree(self.place)
        return done.returncode

    def check_limits(self, kind, values, reason, user=0):
        """A limit by and by: returns the exits."""
        def limit(value):
            resource.setrlimit(kind, (value, value))
            if user:
                become(user)
        return [self.check(f"limit {kind} of {value}", lambda value=value: limit(value), reason)
                for value in values]

    def test_open_files(self):
        exits = self.check_limits(resource.RLIMIT_NOFILE, range(5, 64) if EACH else (8, 12, 16, 20, 24, 32, 64),
                                  r"open files")
        self.assertEqual((exits[0], exits[-1]), (3, 0))

    @unittest.skipIf(os.geteuid() != 0, "skipped: only root can be a user without processes")
    @unittest.skipIf(SANITIZED, "skipped: a sanitizer wants threads and processes of its own")
    def test_processes(self):
        self.open_to_all()
        exits = self.check_limits(resource.RLIMIT_NPROC, (1, 2, 3, 4, 8), r"processes", LONELY)
        self.assertEqual((exits[0], exits[-1]), (3, 0))

    @unittest.skipIf(SANITIZED, "skipped: a sanitizer wants terabytes of addresses")
    def test_memory(self):
        values = range(36, 200) if EACH else (64, 72, 80, 96, 128, 192, 256, 512)
        self.check_limits(resource.RLIMIT_AS, [value << 20 for value in values], r"memory")

    @unittest.skipIf(SANITIZED, "skipped: a sanitizer wants terabytes of addresses")
    def test_memory_for_one_of_them(self):
        """What lacked memory only because of a limit is examined again without it."""
        inner = gzip.decompress(sdist_bytes("roomy", "1.0"))
        self.put("roomy/roomy-1.0.tar.xz", lzma.compress(inner, filters=[
            {"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 64 << 20}]))
        small = 96 << 20
        done = self.run_limited(lambda: resource.setrlimit(resource.RLIMIT_AS, (small, small)))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([row["project"] for row in self.rows(self.place / "runs/latest", "artifacts")
                          if row["status"] != "ok"], ["roomy"])
        done = self.run_winnow(*(word for word in self.words if word != "--quiet"), expect=(1,),
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (small, small)))
        self.assertIn(b"limit of memory is low (ulimit -v)", done.stderr)
        self.run_winnow(*self.words)
        whole = self.sweep(state="all.db", out="all")
        self.assert_same_tables(whole, self.place / "runs/latest")
        self.run_winnow(*self.words)
        self.assertEqual(self.work(self.place / "runs/latest")["examined"], 0)

    def test_file_sizes(self):
        exits = self.check_limits(resource.RLIMIT_FSIZE, range(0, 500_000, 4000) if EACH else
                                  (0, 1 << 10, 20 << 10, 100 << 10, 1 << 20), r"file sizes")
        self.assertEqual(exits[0], 3)

    @unittest.skipIf(SANITIZED, "skipped: a sanitizer's frames are larger")
    def test_stack(self):
        self.check_limits(resource.RLIMIT_STACK, (64 << 10, 96 << 10, 256 << 10), r"memory|stack")

    def test_closed_standard_files(self):
        for closed in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
            done = self.run_limited(lambda closed=closed: [os.close(fd) for fd in closed])
            self.assertEqual(done.returncode, 0, closed)
            self.assert_same_tables(self.whole, self.place / "runs/latest", closed)


if __name__ == "__main__":
    unittest.main()
