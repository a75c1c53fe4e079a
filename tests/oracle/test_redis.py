"""The Redis sink against a real server: content equal to the CSV files, all or nothing, old runs removed."""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from redis_server import Cutter, Server  # noqa: E402

PROBE = os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "oracle", "probe_report")


def run(out, url, seed=1, projects=2000):
    env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
    env["WINNOW_REDIS_URL"] = url
    return subprocess.run([PROBE, out, str(seed), str(projects), "2"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env, text=True)


def load(out, table):
    """Rows without the "'" that only a spreadsheet needs: no made-up project text of these tables has a real one."""
    with open(os.path.join(out, "latest", table + ".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Redis(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.ask = self.server.client
        self.url = f"unix://{self.server.path}"
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.out = temporary.name

    def latest(self):
        return os.readlink(os.path.join(self.out, "latest"))

    def keys(self, pattern="winnow:*"):
        return sorted(key.decode("utf-8", "replace") for key in self.ask("KEYS", pattern))

    def test_content_is_that_of_the_files(self):
        self.assertEqual(run(self.out, self.url).returncode, 1)  # some made-up artifacts are damaged
        run_id = self.latest()
        prefix = f"winnow:run:{run_id}"
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), run_id)
        want = {prefix, prefix + ":keys", "winnow:latest", "winnow:runs"}
        for table, zset, score, kind in (("domains", "domains", "lift", "domain"),
                                         ("signatures", "signatures", "projects", None),
                                         ("clusters", "clusters", "projects", "cluster")):
            rows = load(self.out, table)
            words = self.ask("ZRANGE", f"{prefix}:{zset}", 0, -1, "WITHSCORES")
            stored = {member.decode(): float(value) for member, value in zip(words[::2], words[1::2])}
            self.assertEqual(stored, {next(iter(row.values())): float(row[score]) for row in rows})
            want.add(f"{prefix}:{zset}")
            for row in rows if kind else []:
                key = f"{prefix}:{kind}:{next(iter(row.values()))}"
                self.assertEqual(self.ask.hash(key), row)
                want.add(key)
        members = load(self.out, "cluster_members")
        for cluster in {row["cluster_id"] for row in members}:
            key = f"{prefix}:cluster:{cluster}:projects"
            self.assertEqual({name.decode() for name in self.ask("SMEMBERS", key)},
                             {row["project"] for row in members if row["cluster_id"] == cluster})
            want.add(key)
        clustered = {row["project"] for row in members}
        for row in load(self.out, "projects"):
            if row["project"] not in clustered:
                continue
            key = f"{prefix}:project:{row['project']}"
            want.add(key)
            raw = dict(zip(*[iter(self.ask("HGETALL", key))] * 2))
            summary = raw.pop(b"summary").replace(b"\xff", b"\xef\xbf\xbd").replace(b"\xc3\xef", b"\xef")
            row_summary = row.pop("summary")
            self.assertEqual({k.decode(): v.decode() for k, v in raw.items()}, row)
            if not row_summary.startswith("'") and "bad" not in row_summary:
                self.assertEqual(summary.decode(), row_summary)
            self.assertFalse(summary.startswith(b"'") and not summary.startswith(b"'apo"), summary)
        self.assertEqual(set(self.keys()), want)
        booked = {key.decode() for key in self.ask("SMEMBERS", prefix + ":keys")}
        self.assertEqual(booked, {key for key in want if key.startswith(prefix)} - {prefix + ":keys"})
        with open(os.path.join(self.out, "latest", "run.json"), encoding="utf-8") as file:
            counts = {key: str(value) for key, value in json.load(file)["counts"].items()}
        self.assertEqual(self.ask.hash(prefix), {"run_id": run_id, **counts})

    def test_keeps_two_runs(self):
        run_ids = []
        for seed in range(4):
            run(self.out, self.url, seed=seed, projects=300)
            run_ids.append(self.latest())
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), run_ids[3])
        kept = {run_id.decode() for run_id in self.ask("ZRANGE", "winnow:runs", 0, -1)}
        self.assertEqual(kept, set(run_ids[2:]))
        for run_id in run_ids[:2]:
            self.assertEqual(self.keys(f"winnow:run:{run_id}") + self.keys(f"winnow:run:{run_id}:*"), [])
        for run_id in run_ids[2:]:
            self.assertIn(f"winnow:run:{run_id}:domains", self.keys())

    def left_of(self, run_id):
        """Keys of a run, and whatever counts as unfinished."""
        return [key for key in self.keys()
                if (key + ":").startswith(f"winnow:run:{run_id}:") or key == "winnow:runs:unfinished"]

    def check_interrupted(self, bytes_max, stay_dead):
        run(self.out, self.url, projects=300)
        first, before = self.latest(), self.keys()
        cutter = Cutter(self.server.path, bytes_max, stay_dead)
        self.addCleanup(cutter.close)
        done = run(self.out, f"redis://127.0.0.1:{cutter.port}/0", seed=2)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("Redis was lost", done.stderr)
        self.assertNotEqual(self.latest(), first)
        with open(os.path.join(self.out, "latest", "run.json"), encoding="utf-8") as file:
            rows = {entry["name"]: entry["rows"] for entry in json.load(file)["files"]}
        self.assertGreater(rows["projects.csv"], 1900)
        for name, count in rows.items():
            if name.endswith(".csv"):
                self.assertEqual(len(load(self.out, name[:-4])), count)
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), first)
        self.assertLessEqual(set(before), set(self.keys()))

    def test_cut_midway_old_run_stays(self):
        for bytes_max in (150, 5000, 100000):
            self.check_interrupted(bytes_max, stay_dead=False)
            # What was written is gone again, at the latest (the server reads on after the cut) with the next run.
            lost = self.latest()
            run(self.out, self.url, projects=300)
            self.assertEqual(self.left_of(lost), [])

    def test_what_a_dead_run_left_is_removed_later(self):
        self.check_interrupted(100000, stay_dead=True)
        lost = self.latest()
        self.assertIn(f"winnow:run:{lost}:keys", self.keys())
        run(self.out, self.url, projects=300)
        self.assertIn(f"winnow:run:{lost}:keys", self.keys())  # perhaps somebody is still writing it
        self.ask("ZADD", "winnow:runs:unfinished", "XX", 1000, lost)
        run(self.out, self.url, projects=300)
        self.assertEqual(self.left_of(lost), [])

    def test_out_of_memory_server(self):
        run(self.out, self.url, projects=300)
        first, before = self.latest(), self.keys()
        self.ask("CONFIG", "SET", "maxmemory", 1)
        done = run(self.out, self.url, seed=2)
        self.assertEqual(done.returncode, 1)
        self.assertIn("OOM", done.stderr)
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), first)
        self.assertEqual(self.keys(), before)
        self.ask("CONFIG", "SET", "maxmemory", 0)

    def test_foreign_key_in_the_way(self):
        self.ask("SADD", "winnow:runs", "not a zset")
        done = run(self.out, self.url, projects=300)
        self.assertEqual(done.returncode, 1)
        self.assertIn("WRONGTYPE", done.stderr)
        self.assertTrue(os.path.exists(os.path.join(self.out, "latest", "run.json")))

    def test_database_of_its_own(self):
        run(self.out, f"redis://127.0.0.1:{self.server.port}/3", projects=300)
        self.assertEqual(self.keys(), [])
        self.ask("SELECT", 3)
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), self.latest())

    def test_password(self):
        self.ask("CONFIG", "SET", "requirepass", "s3cret@/")
        for url in (self.url, f"redis://:wr0ng@127.0.0.1:{self.server.port}/0"):
            done = run(self.out, url, projects=300)
            self.assertEqual(done.returncode, 3)
            self.assertNotIn("wr0ng", done.stderr + done.stdout)
            self.assertEqual(os.listdir(self.out), [])
        for account in ("", "default"):
            done = run(self.out, f"redis://{account}:s3cret%40%2F@127.0.0.1:{self.server.port}/0", projects=300)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertNotIn("s3cret", done.stderr + done.stdout)
        with open(os.path.join(self.out, "latest", "run.json"), encoding="utf-8") as file:
            self.assertNotIn("s3cret", file.read())


class NoServer(unittest.TestCase):
    def check(self, url):
        with tempfile.TemporaryDirectory() as out:
            done = run(out, url, projects=300)
            self.assertEqual(done.returncode, 3)
            self.assertIn("Redis", done.stderr)
            self.assertEqual(os.listdir(out), [])

    def test_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.check(f"redis://127.0.0.1:{unused.getsockname()[1]}/0")
        self.check("unix:///nonexistent/socket")

    def test_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.check(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")

    def test_no_url(self):
        self.check("rediss://127.0.0.1/0")
        self.check("localhost")


if __name__ == "__main__":
    unittest.main()
