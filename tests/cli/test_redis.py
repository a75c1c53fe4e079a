"""Redis from the command line: `--redis`, WINNOW_REDIS_URL, and a server that is not there."""

import os
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from redis_server import Server  # noqa: E402

from small_mirror import MirrorTest, wheel_bytes


class RedisLine(MirrorTest):
    def squats(self):
        for number in range(4):
            name = f"squat{number}"
            self.put(f"{name}/{name}-0.0.1-py3-none-any.whl",
                     wheel_bytes(name, "0.0.1", {f"{name}/__init__.py": ""},
                                 extra_metadata=f"Author-email: me{number}@inbox.ru\n"))

    def server(self, *options):
        server = Server(*options)
        self.addCleanup(server.close)
        return server

    def test_sweep_then_report(self):
        server = self.server()
        self.squats()
        run = self.sweep("--redis", f"unix://{server.path}")
        run_id = os.readlink(run)
        self.assertEqual(server.client("GET", "winnow:latest").decode(), run_id)
        cluster = self.rows(run, "clusters")[0]
        self.assertEqual((cluster["domain"], cluster["projects"]), ("inbox.ru", "4"))
        prefix = f"winnow:run:{run_id}"
        self.assertEqual(server.client.hash(f"{prefix}:cluster:{cluster['cluster_id']}"), cluster)
        self.assertEqual(server.client("SCARD", f"{prefix}:cluster:{cluster['cluster_id']}:projects"), 4)
        self.assertEqual(server.client.hash(prefix)["projects"], "4")
        self.run_winnow("report", "--state", self.folder / "state.db", "--out", self.folder / "runs",
                        "--redis", f"unix://{server.path}", "--redis-keep", 1)
        self.assertEqual(server.client("KEYS", prefix + ":*"), [])
        self.assertEqual(server.client("ZCARD", "winnow:runs"), 1)

    def test_password_from_the_environment_stays_secret(self):
        server = self.server("--requirepass", "s3cret")
        self.squats()
        environment = dict(os.environ, WINNOW_REDIS_URL=f"redis://:s3cret@127.0.0.1:{server.port}/0")
        done = self.run_winnow("sweep", self.mirror, "--state", self.folder / "state.db", "--out",
                               self.folder / "runs", "--log-level", "debug", env=environment)
        self.assertNotIn(b"s3cret", done.stdout + done.stderr)
        for path in (self.folder / "runs").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"s3cret", path.read_bytes(), path)
        self.assertNotIn(b"s3cret", (self.folder / "state.db").read_bytes())
        server.client("AUTH", "s3cret")
        self.assertEqual(server.client("GET", "winnow:latest").decode(), os.readlink(self.folder / "runs/latest"))

    def test_no_server_ends_before_any_work(self):
        self.squats()
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{unused.getsockname()[1]}/0"
            done = self.run_winnow("sweep", self.mirror, "--state", self.folder / "state.db", "--out",
                                   self.folder / "runs", "--redis", url, expect=(3,))
        self.assertIn(b"Redis", done.stderr)
        self.assertEqual([path.name for path in (self.folder / "runs").iterdir()], [])


if __name__ == "__main__":
    unittest.main()
