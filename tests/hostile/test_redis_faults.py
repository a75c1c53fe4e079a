"""Redis servers that hang, lie, refuse or die: bounded time and memory, an exit code that tells, whole CSV files,
and winnow:latest never at half a run. WINNOW_EVERY_FAULT=1 tries every command, and the waits of 30 s."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from failing import EACH, SANITIZED, Failing
from fake_redis import Fake, LateSwitch, endless
from redis_server import Cutter, Server

# Peak of a report without Redis is some 15 MB; the largest answers that are taken in are 64 MB.
MEMORY_KB_MAX = 400_000
# 5 s to connect and greet, 30 s for a batch of answers, 5 s to connect again and tidy up.
SECONDS_MAX = 45

REMOVING = (b"SRANDMEMBER", b"ZRANGEBYSCORE", b"ZRANGE")

GARBAGE = {
    "bytes": random.Random(3).randbytes(4000),
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "no type": b"\r\n",
    "huge bulk": b"$9999999999\r\n",
    "negative bulk": b"$-2\r\nx",
    "overflow": b"$99999999999999999999999\r\n",
    "huge array": b"*2147483647\r\n",
    "many arrays": b"*1000000\r\n" * 6,
    "deep": b"*1\r\n" * 100,
    "too many": b":1\r\n" * 5,
    "resp3": b"%1\r\n+a\r\n+b\r\n",
    "null array": b"*-1\r\n",
    "list": b"*2\r\n:5\r\n*1\r\n$-1\r\n",
    "empty error": b"-\r\n",
    "long error": b"-ERR " + b"\x1b]0;x\x07" * 500 + b"\r\n",
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "misconf": b"-MISCONF Redis is configured to save RDB snapshots\r\n",
    "readonly": b"-READONLY You can't write against a read only replica.\r\n",
}


PARTS = ("huge bulk", "deep", "many arrays", "huge array", "overflow", "no type")


class RedisFaults(Failing):
    def report(self, url, folder=None):
        """Its result, seconds and peak memory in kB."""
        folder = folder or self.whole
        begun = time.monotonic()
        child = subprocess.Popen([self.program, *map(str, self.words(folder, "report")), "--redis", url],
                                 cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        timer = signal.alarm(180)
        output, said = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        signal.alarm(timer)
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        child.stderr.close()
        done = subprocess.CompletedProcess(child.args, child.returncode, output, said.decode("utf-8", "replace"))
        return done, time.monotonic() - begun, usage.ru_maxrss

    def check(self, url, codes, seconds_max=SECONDS_MAX):
        done, seconds, memory_kb = self.report(url)
        self.assertIn(done.returncode, codes, done.stderr)
        self.assertLess(seconds, seconds_max, done.stderr)
        if not SANITIZED:
            self.assertLess(memory_kb, MEMORY_KB_MAX, done.stderr)
        if done.returncode != 0:
            self.assertRegex(done.stderr, "^winnow: error: .*Redis")
            self.assertNotIn("\x1b", done.stderr)
        runs = os.listdir(self.whole / "runs")
        self.assertFalse([name for name in runs if name.startswith(".")])
        if done.returncode != 3:
            for name in self.names:
                if name != "run.json":
                    self.assertEqual((self.whole / "runs/latest" / name).read_bytes(), self.texts[name])
        return done

    def setUp(self):
        super().setUp()
        latest = self.whole / "runs/latest"
        self.texts = {name: (latest / name).read_bytes() for name in self.names}

    def fake(self, first, lie):
        server = Fake(first, lie)
        self.addCleanup(server.close)
        return server

    def server(self, *options):
        server = Server(*options)
        self.addCleanup(server.close)
        return server

    def count_commands(self):
        honest = self.fake(1 << 60, None)
        self.check(honest.url, (0,))
        self.assertGreater(honest.commands, 60)
        return honest.commands

    def test_garbage_at_each_command(self):
        total = self.count_commands()
        for kind, answer in GARBAGE.items():
            for first in range(3, total + 1, 1) if EACH else (3, total // 2):
                # What is not whole is followed by the end: waits are tried below.
                if kind in PARTS:
                    def lie(connection, _number, _words, answer=answer):
                        connection.sendall(answer)
                else:
                    def lie(_connection, _number, words, answer=answer):
                        # A server that always names more to remove costs 15 s: see below.
                        removing = words[0] in REMOVING and answer == GARBAGE["list"]
                        return b"*0\r\n" if removing else answer
                with self.subTest(kind=kind, first=first):
                    server = self.fake(first, lie)
                    done = self.check(server.url, (0, 1, 3))
                    if first < total - 8 and kind != "list":
                        self.assertIn(done.returncode, (1, 3), done.stderr)
                    server.close()

    def test_closed_at_each_command(self):
        total = self.count_commands()
        for first in range(1, total + 1, 1 if EACH else 25):
            with self.subTest(first=first):
                server = self.fake(first, lambda *_: None)
                done = self.check(server.url, (0, 1, 3), 10)
                self.assertEqual(done.returncode == 3, first <= 2, done.stderr)

    def test_answers_without_end(self):
        for piece in (b"+" + b"x" * 65535, b":1\r\n" * 16384, b"$9999999999\r\n" + b"y" * 65536):
            for first in (1, 5, 40) if EACH else (5,):
                with self.subTest(piece=piece[:14], first=first):
                    server = self.fake(first, endless(piece))
                    self.check(server.url, (1, 3))

    def test_silent_and_slow_at_the_greeting(self):
        for lie in (lambda *_: b"", endless(b"+", 0.5)):
            self.check(self.fake(1, lie).url, (3,), 10)
        with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
            self.check(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", (3,), 15)

    @unittest.skipUnless(EACH, "skipped: waits of 30 s only with WINNOW_EVERY_FAULT=1")
    def test_silent_and_slow_midway(self):
        for lie in (lambda *_: b"", endless(b"+", 1), endless(b"*3\r\n", 1)):
            self.check(self.fake(20, lie).url, (1,))

    def test_stop_while_the_server_is_silent(self):
        silent = threading.Event()
        server = self.fake(20, lambda *_: silent.set() or b"")
        child = subprocess.Popen([self.program, *map(str, self.words(self.whole, "report")), "--redis",
                                  server.url], cwd=self.whole, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
        self.assertTrue(silent.wait(60))
        begun = time.monotonic()
        child.send_signal(signal.SIGTERM)
        said = child.communicate(timeout=60)[1].decode()
        self.assertLess(time.monotonic() - begun, 20 if SANITIZED else 4, said)
        self.assertEqual(child.returncode, 1, said)  # the files of the run are complete
        self.assertIn("Redis was lost", said)

    @unittest.skipUnless(EACH, "skipped: waits of 15 s only with WINNOW_EVERY_FAULT=1")
    def test_never_done_with_removing(self):
        """A server that always names more keys to remove cannot keep us for long."""
        def lie(_connection, _number, words):
            if words[0] in REMOVING:
                return b"*1\r\n$1\r\nx\r\n"
            return b"+PONG\r\n" if words[0] == b"PING" else b":1\r\n"
        self.check(self.fake(1, lie).url, (0, 1), 120)

    # --- a real server

    def half_run(self, server):
        """What is missing of the run in force."""
        latest = server.client("GET", "winnow:latest")
        if latest is None:
            return []
        book = b"winnow:run:" + latest + b":keys"
        keys = server.client("SMEMBERS", book)
        return [key for key in keys if not server.client("EXISTS", key)] if keys else [book]

    def test_dies_at_each_byte(self):
        server = self.server()
        self.check(f"unix://{server.path}", (0,))
        first = server.client("GET", "winnow:latest")
        whole = len(server.client("SMEMBERS", b"winnow:run:" + first + b":keys"))
        counter = Cutter(server.path, 1 << 40, stay_dead=False)
        self.check(f"redis://127.0.0.1:{counter.port}/0", (0,))
        total = (1 << 40) - counter.left
        counter.close()
        for bytes_max in range(1, total, 97 if EACH else total // 8):
            before = server.client("GET", "winnow:latest")
            cutter = Cutter(server.path, bytes_max, stay_dead=bytes_max % 2 == 0)
            with self.subTest(bytes_max=bytes_max, total=total):
                self.check(f"redis://127.0.0.1:{cutter.port}/0", (0, 1, 3), 15)
                self.assertEqual(self.half_run(server), [])
                now = server.client("GET", "winnow:latest")
                self.assertEqual(len(server.client("SMEMBERS", b"winnow:run:" + now + b":keys")), whole)
                self.assertTrue(now == before or now.decode() == os.readlink(self.whole / "runs/latest"))
            cutter.close()

    def test_switch_that_arrives_late(self):
        """The connection is lost with EXEC under way; we remove the run; then the server meets EXEC."""
        server = self.server()
        self.check(f"unix://{server.path}", (0,))
        before = server.client("GET", "winnow:latest")
        late = LateSwitch(server.path)
        self.addCleanup(late.close)
        done = self.check(f"redis://127.0.0.1:{late.port}/0", (1,))
        self.assertIn("this run or its previous one is in force", done.stderr)
        self.assertTrue(late.over.wait(30))
        self.assertEqual(self.half_run(server), [])
        self.assertEqual(server.client("GET", "winnow:latest"), before)

    def test_refusals_before_any_work(self):
        server = self.server()
        host = f"127.0.0.1:{server.port}"
        server.client("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@read", "+ping", "+select")
        server.client("ACL", "SETUSER", "nobody", "on", ">pw")
        for url, words in ((f"redis://{host}/99", "out of range"), ("unix:///nonexistent/socket", "No such file"),
                           (f"redis://reader:pw@{host}/0", "NOPERM"), (f"redis://nobody:pw@{host}/0", "NOPERM"),
                           (f"redis://reader:no@{host}/0", "WRONGPASS")):
            self.assertIn(words, self.check(url, (3,), 10).stderr)
        server.client("REPLICAOF", "127.0.0.1", "1")
        self.assertIn("READONLY", self.check(f"unix://{server.path}", (3,), 10).stderr)

    def test_rights_that_end_midway(self):
        server = self.server()
        server.client("ACL", "SETUSER", "some", "on", ">pw", "~*", "+@all", "-exec", "-hset")
        self.check(f"unix://{server.path}", (0,))
        before = server.client("GET", "winnow:latest")
        done = self.check(f"redis://some:pw@127.0.0.1:{server.port}/0", (1,), 10)
        self.assertRegex(done.stderr, r"Redis was lost, \d+ of \d+ commands were confirmed.*NOPERM")
        self.assertEqual(server.client("GET", "winnow:latest"), before)
        self.assertEqual(self.half_run(server), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
