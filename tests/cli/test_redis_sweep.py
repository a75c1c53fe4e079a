#!/usr/bin/env python3
"""`sweep --redis` from outside: a real server gets the run, a missing one stops it before any work."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, read_csv, sweep

sys.path.insert(0, str(ROOT / "tests" / "oracle"))

from redis_server import Server


class RedisSweep(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        subprocess.run([sys.executable, ROOT / "scripts" / "demo-mirror", "--out",
                        self.folder / "mirror"], check=True, capture_output=True)

    def test_the_run_arrives(self):
        server = Server()
        self.addCleanup(server.close)
        environment = dict(os.environ, WINNOW_REDIS_URL=f"unix://{server.path}")
        for _ in range(2):
            done, run_folder = sweep(self.folder / "mirror", self.folder, "--quiet",
                                     environment=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            run_id = server.client("GET", "winnow:latest").decode()
            self.assertEqual(run_id, run_folder.resolve().name)
            clusters = server.client("ZRANGE", f"winnow:run:{run_id}:clusters", 0, -1)
            self.assertEqual(sorted(cluster.decode() for cluster in clusters),
                             sorted(row["cluster_id"]
                                    for row in read_csv(run_folder / "clusters.csv")))

    def test_no_server_no_work(self):
        done, _ = sweep(self.folder / "mirror", self.folder, "--quiet", "--redis",
                        f"unix://{self.folder}/nobody")
        self.assertEqual(done.returncode, 3)
        self.assertNotEqual(done.stderr, "")
        self.assertFalse((self.folder / "runs" / "latest").exists())

    def test_a_password_is_not_told(self):
        environment = dict(os.environ,
                           WINNOW_REDIS_URL="redis://user:hush-hush@127.0.0.1:1/0")
        done, _ = sweep(self.folder / "mirror", self.folder, "--log-level", "debug",
                        environment=environment)
        self.assertEqual(done.returncode, 3)
        self.assertNotIn("hush-hush", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
