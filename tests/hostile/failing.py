"""A small mirror, a state with an earlier run of part of it, and sweeps of the rest in which calls fail."""

import concurrent.futures
import errno
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from small_mirror import BUILD, FIXED_TIME, WINNOW, MirrorTest, sdist_bytes, wheel_bytes  # noqa: E402

EACH = int(os.environ.get("WINNOW_EVERY_FAULT", "0"))  # 1: all calls of a run; 5: every fifth; 0: a few
JOBS = int(os.environ.get("WINNOW_FAULT_JOBS", "2"))
SANITIZED = any(word in str(BUILD) for word in ("-address", "-thread"))
DAY = 86400
STAYS = 1 << 40
BOOK_BYTES = 4096
SQUATS = ("bytewise", "cogsmith", "dotpath", "elmtree", "fernfile", "gearbox")


def shim(name):
    path = BUILD / "hostile" / f"{name}.so"
    if not path.exists():
        raise unittest.SkipTest(f"skipped: {path} is not built: make probes")
    return path


def tree_of(folder):
    """Every file below with its bytes, every link with its target."""
    return {str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()}


class Outcome:
    """One sweep in which calls failed: how it ended, what it said, what the shim counted."""

    def __init__(self, done, book, folder):
        self.code, self.folder, self.printed = done.returncode, folder, done.stdout
        self.said = done.stderr.decode("utf-8", "replace")
        self.calls, self.failed, self.blocks = struct.unpack_from("<QQq", book)
        self.first = book[24:64].split(b"\0")[0].decode()


class SpareTheDisk(MirrorTest):
    """The test's folder in memory where there is one: these are thousands of runs."""

    def setUp(self):
        super().setUp()
        if os.path.isdir("/dev/shm"):
            shutil.rmtree(self.folder)
            self.folder = Path(tempfile.mkdtemp(prefix="winnow-test-", dir="/dev/shm"))
            self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
            self.mirror = self.folder / "mirror"
            self.mirror.mkdir()


class Failing(SpareTheDisk):
    """self.before: a state and the run of a part of the mirror; self.whole: the undisturbed sweep of all."""

    program = WINNOW
    jobs = 2

    def setUp(self):
        super().setUp()
        self.fill_mirror(SQUATS[:3])
        self.before = self.folder / "before"
        self.sweep_in(self.before)
        self.fill_mirror(SQUATS)
        self.whole = self.trial("whole")
        self.sweep_in(self.whole)
        self.names = sorted(tree_of(self.whole / "runs/latest/"))
        self.assertTrue(any(name.startswith("osv/") for name in self.names))

    def fill_mirror(self, squats):
        commands = "".join(f"{name} = quill:main\n" for name in SQUATS)
        self.put_file("quill", "quill-1.0-py3-none-any.whl", wheel_bytes(
            "quill", "1.0", {"quill.py": "def main(x):\n    return x * 2\n"},
            f"[console_scripts]\n{commands}"), FIXED_TIME - 1000 * DAY)
        for number in range(3):
            name = f"user{number}"
            self.put_file(name, f"{name}-1.0.tar.gz", sdist_bytes(
                name, "1.0", {f"{name}.py": f"def f(x):\n    return x * {number}\n"},
                extra_metadata="Requires-Dist: quill\n"), FIXED_TIME - (500 + number) * DAY)
        for number in range(16):
            name = f"honest{number}"
            self.put_file(name, f"{name}-1.0-py3-none-any.whl", wheel_bytes(
                name, "1.0", {f"{name}.py": f"def f{number}(x):\n    return x ** {number}\n"},
                extra_metadata=f"Author-email: a{number}@firm{number}.example\n"),
                FIXED_TIME - (10 * number + 5) * DAY)
        for number, name in enumerate(squats):
            self.put_file(name, f"{name}-0.0.1-py3-none-any.whl", wheel_bytes(
                name, "0.0.1", {f"{name}/__init__.py": ""},
                extra_metadata=f"Author-email: me{number}@inbox.ru\nSummary: {name} package\n"),
                FIXED_TIME + 60 * number)

    def put_file(self, project, filename, data, mtime):
        """The file where a mirror has it, and the page that names it."""
        self.put(f"web/packages/{project}/{filename}", data, mtime)
        self.put(f"web/simple/{project}/index.v1_json", (
            '{"meta": {"api-version": "1.0"}, "name": "%s", "files": [{"filename": "%s", "url": '
            '"../../packages/%s/%s", "size": %d, "hashes": {}}]}' % (
                project, filename, project, filename, len(data))).encode())

    def trial(self, name):
        folder = self.folder / name
        shutil.copytree(self.before, folder, symlinks=True)
        return folder

    def words(self, folder, verb="sweep"):
        mirror = [self.mirror] if verb in ("sweep", "scan") else []
        return [verb, *mirror, "--state", folder / "state.db", "--out", folder / "runs", "--quiet",
                "--jobs", str(self.jobs)]

    def sweep_in(self, folder):
        self.run_winnow(*self.words(folder))

    def run_failing(self, library, folder, words, **settings):
        """Runs winnow with a shim; FAIL_... as fail_book.h says."""
        book = self.folder / f"book-{folder.name}-{threading.get_ident()}"
        book.write_bytes(bytes(BOOK_BYTES))
        environment = {**os.environ, "LD_PRELOAD": str(library), "FAIL_BOOK": str(book),
                       **{name: str(value) for name, value in settings.items()}}
        if SANITIZED:  # its runtime wants to be first, and finds its leaks all the same
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        done = self.run_winnow(*words, program=self.program, expect=None, env=environment)
        outcome = Outcome(done, book.read_bytes(), folder)
        book.unlink()
        return outcome

    def for_each(self, numbers, check):
        """check(number) for all, several at once; the first failures are shown with their number."""
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            pending = {pool.submit(check, number): number for number in numbers}
            wrong = []
            for future in concurrent.futures.as_completed(pending):
                if future.exception() is not None:
                    wrong.append((pending[future], future.exception()))
        if wrong:
            wrong.sort(key=lambda pair: pair[0])
            self.fail(f"{len(wrong)} of {len(pending)}, the first: " + "\n".join(
                f"call {number}: {problem}" for number, problem in wrong[:12]))

    def assert_same(self, one, other, whole_facts=True):
        """Equal reports; run.json apart from what tells of the run itself."""
        for name in self.names:
            if name != "run.json":
                self.assertEqual((one / name).read_bytes(), (other / name).read_bytes(), name)
        self.assertEqual(sorted(tree_of(other)), self.names)
        about = [self.run_json(run) for run in (one, other)]
        for facts in about:
            for key in ("run_id", "timings", "options") + (() if whole_facts else ("campaign_changes",)):
                del facts[key]
        self.assertEqual(*about)

    def check_result(self, outcome, reason, leftovers=False):
        """What any run with a failure must leave, and what the next run makes of it."""
        text = f"{outcome.first}: exit {outcome.code}: {outcome.said}"
        self.assertIn(outcome.code, (0, 1, 3), text)
        runs = outcome.folder / "runs"
        before = tree_of(self.before / "runs")
        now = tree_of(runs)
        earlier = os.readlink(self.before / "runs/latest")
        latest = os.readlink(runs / "latest")
        for name, content in before.items():
            if name != "latest":
                self.assertEqual(now.get(name), content, f"{name} of the earlier run; {text}")
        ids = [entry for entry in os.listdir(runs) if entry not in ("latest", earlier)]
        if not leftovers:
            self.assertFalse([entry for entry in ids if entry.startswith(".")], text)
            self.assertLessEqual(set(os.listdir(outcome.folder)) - {"state.db-wal", "state.db-shm"},
                                 {"state.db", "state.db.lock", "runs"}, text)
        ids = [entry for entry in ids if not entry.startswith(".")]
        if outcome.code == 3:
            self.assertEqual((latest, ids), (earlier, []), text)
        else:
            self.assertEqual(len(ids), 1, text)
            self.assertIn(latest, [earlier, *ids] if outcome.code == 1 else ids, text)
            self.assert_same(self.whole / "runs/latest", runs / ids[0])
        if outcome.code != 0:
            self.assertIn("winnow: error: ", outcome.said, text)
            self.assertRegex(outcome.said, reason, text)
        self.sweep_in(outcome.folder)
        self.assert_same(self.whole / "runs/latest", runs / "latest", outcome.code == 3)
        self.assertFalse([entry for entry in os.listdir(runs) if entry.startswith(".")], text)
        self.assertEqual(sorted(os.listdir(outcome.folder)), ["runs", "state.db", "state.db.lock"], text)
        shutil.rmtree(outcome.folder)


def chosen(calls, step):
    """All calls of a run, or every step-th."""
    return range(1, calls + 1, EACH or step)


# SQLite does not tell why it cannot open its log.
CHECK = "|check [a-z, ]*room and the disk"
WORDS = {errno.ENOSPC: r"(disk full|No space left on device" + CHECK + ")",
         errno.EIO: r"(Input/output error" + CHECK + ")",
         errno.ENOMEM: r"[Oo]ut of memory|Cannot allocate memory|not enough memory"}


def reason(number):
    """An error line that names a file and the reason."""
    return re.compile(r"error: .*(state\.db|runs|osv/|\w\.csv|\.jsonl?)\b.*" + WORDS[number])


def run_with_limit(size, words, folder):
    """winnow where no file may grow beyond `size` bytes."""
    def limit():
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return subprocess.run([WINNOW, *map(str, words)], cwd=folder, capture_output=True, timeout=300,
                          preexec_fn=limit)
