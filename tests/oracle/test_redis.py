"""The Redis sink against a real server: content equal to the CSV files, all or nothing, old runs removed."""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from redis_server import Cutter, Meddler, Server  # noqa: E402

PROBE = os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "oracle", "probe_report")


def run(out, url, seed=1, projects=2000, campaigns=3):
    env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
    env["WINNOW_MADE_UP_CAMPAIGNS"] = str(campaigns)
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
                                         ("clusters", "clusters", "projects", "cluster"),
                                         ("campaigns", "campaigns", "score", "campaign"),
                                         ("takedown", "takedown", "score", None)):
            rows = load(self.out, table)
            words = self.ask("ZRANGE", f"{prefix}:{zset}", 0, -1, "WITHSCORES")
            stored = {member.decode(): float(value) for member, value in zip(words[::2], words[1::2])}
            self.assertEqual(stored, {next(iter(row.values())): float(row[score]) for row in rows})
            want.add(f"{prefix}:{zset}")
            for row in rows if kind else []:
                key = f"{prefix}:{kind}:{next(iter(row.values()))}"
                self.assertEqual(self.ask.hash(key), row)
                want.add(key)
        for table, kind in (("cluster_members", "cluster"), ("campaign_members", "campaign")):
            members = load(self.out, table)
            for group in {row[f"{kind}_id"] for row in members}:
                key = f"{prefix}:{kind}:{group}:projects"
                self.assertEqual({name.decode() for name in self.ask("SMEMBERS", key)},
                                 {row["project"] for row in members if row[f"{kind}_id"] == group})
                want.add(key)
        shown = {row["project"] for table in ("cluster_members", "takedown") for row in load(self.out, table)}
        for row in load(self.out, "projects"):
            if row["project"] not in shown:
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
        self.assertEqual(set(self.keys()), want | {"winnow:takedown:new"})
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

    def news(self):
        """(run id, project) of every entry, and the entries' fields."""
        entries = [dict(zip(*[iter([word.decode("utf-8", "replace") for word in fields])] * 2))
                   for _, fields in self.ask("XRANGE", "winnow:takedown:new", "-", "+")]
        return [(entry["run_id"], entry["project"]) for entry in entries], entries

    def listed(self):
        return [row["project"] for row in load(self.out, "takedown")]

    def test_tells_what_is_new(self):
        run(self.out, self.url, projects=300)
        first, old = self.latest(), self.listed()
        told, entries = self.news()
        self.assertEqual(told, [(first, project) for project in old])
        for row, entry in zip(load(self.out, "takedown"), entries):
            self.assertEqual(list(entry), ["run_id"] + list(row))
            self.assertEqual((entry["tier"], entry["score"]), (row["tier"], row["score"]))
        run(self.out, self.url, projects=300)  # the same again: nothing is new
        self.assertEqual(self.news()[0], told)
        run(self.out, self.url, projects=400)
        new = [project for project in self.listed() if project not in old]
        self.assertEqual(len(new), 10)
        self.assertEqual(self.news()[0], told + [(self.latest(), project) for project in new])
        self.ask("DEL", "winnow:latest")
        run(self.out, self.url, projects=300)  # no run in force: all of it is new
        self.assertEqual(self.news()[0][-len(old):], [(self.latest(), project) for project in old])

    def test_another_run_takes_the_place_meanwhile(self):
        """The run in force when this one is switched to decides what is new."""
        run(self.out, self.url, projects=400)
        other = self.latest()
        run(self.out, self.url, projects=300)
        told = self.news()[0]
        meddler = Meddler(self.server.path, b"MULTI", ("SET", "winnow:latest", other))
        self.addCleanup(meddler.close)
        run(self.out, f"redis://127.0.0.1:{meddler.port}/0", projects=400)
        self.assertTrue(meddler.done)
        self.assertEqual(self.ask("GET", "winnow:latest").decode(), self.latest())
        self.assertEqual(self.news()[0], told)  # `other` had them all

    def test_lost_run_tells_nothing(self):
        run(self.out, self.url, projects=300)
        told = self.news()[0]
        cutter = Cutter(self.server.path, 100000, stay_dead=False)
        self.addCleanup(cutter.close)
        run(self.out, f"redis://127.0.0.1:{cutter.port}/0", projects=2000)
        self.assertEqual(self.news()[0], told)

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
        for key in ("winnow:runs", "winnow:takedown:new"):
            self.ask("SADD", key, "neither a zset nor a stream")
            done = run(self.out, self.url, projects=300)
            self.assertEqual(done.returncode, 1)
            self.assertIn("WRONGTYPE", done.stderr)
            self.assertEqual(set(self.keys()) - {"winnow:runs:unfinished"}, {key})
            self.ask("DEL", key)
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

    def test_claims_of_entries_that_never_come(self):
        """Lists of two billion entries, one in the other: no memory and no time for them."""
        with socket.create_server(("127.0.0.1", 0)) as liar:
            def answer():
                while True:
                    try:
                        peer, _ = liar.accept()
                    except OSError:
                        return
                    peer.recv(1000)
                    peer.sendall(b"*2147483647\r\n" * 8)
                    peer.close()

            threading.Thread(target=answer, daemon=True).start()
            begin = time.monotonic()
            self.check(f"redis://127.0.0.1:{liar.getsockname()[1]}/0")
            self.assertLess(time.monotonic() - begin, 10)
            liar.shutdown(socket.SHUT_RDWR)

    def test_no_url(self):
        self.check("rediss://127.0.0.1/0")
        self.check("localhost")


if __name__ == "__main__":
    unittest.main()
