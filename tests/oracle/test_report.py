"""Reports over made-up facts, recomputed here from the tables to their left."""

import csv
import hashlib
import json
import math
import os
import re
import sqlite3
import subprocess
import tempfile
import unittest
from collections import Counter, defaultdict
from fractions import Fraction

PROBE = os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "oracle", "probe_report")
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden_report")
EMPTY = {"none", "blank", "constant", "stub"}
KINDS = ["", "none", "blank", "constant", "stub", "metapackage", "data", "native", "code"]
DOMAINS = {
    "gmail.com": "gmail.com", "inbox.ru": "inbox.ru", "mail.inbox.ru": "inbox.ru",
    "example.co.uk": "example.co.uk", "a.example.co.uk": "example.co.uk", "acme.example": "acme.example",
    "spam.example": "spam.example", "squats.example": "squats.example",
    "m\u00fcnchen.de": "xn--mnchen-3ya.de", "mailinator.com": "mailinator.com",
    "users.noreply.github.com": "github.com",
}
TYPES = {"gmail.com": "free", "inbox.ru": "free", "github.com": "free", "mailinator.com": "disposable"}
SAME_VERSION = {"0.0.1.0": "0.0.1", "1.0.0": "1.0", "1.0-RC1": "1.0rc1"}
KEYS = {"artifacts": 4, "entry_points": 3, "anomalies": 3, "projects": 1, "domains": 1, "signatures": 1,
        "cluster_members": 2, "collisions": 1, "watchlist": 1, "campaigns": 1, "campaign_members": 2, "takedown": 1}


def run(out, seed=1, projects=3000, jobs=2, campaigns=3, allow=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
    env["WINNOW_MADE_UP_CAMPAIGNS"] = str(campaigns)
    if allow is not None:
        env["WINNOW_MADE_UP_ALLOW"] = allow
    done = subprocess.run([PROBE, out, str(seed), str(projects), str(jobs)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env, text=True)
    return done


def load(folder, table):
    with open(os.path.join(folder, table + ".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def files_below(folder):
    """Paths relative to the folder, "/" between parts."""
    return {os.path.relpath(os.path.join(parent, name), folder)
            for parent, _, names in os.walk(folder + "/") for name in names}


def day_facts(projects):
    first = [p["first_uploaded_at"] for p in projects if p["first_uploaded_at"]]
    last = [p["last_uploaded_at"] for p in projects if p["last_uploaded_at"]]
    days = Counter(text[:10] for text in first)
    busiest = min(days, key=lambda day: (-days[day], day)) if days else ""
    return {"first_uploaded_at": min(first, default=""), "last_uploaded_at": max(last, default=""),
            "busiest_day": busiest, "busiest_day_projects": str(days[busiest] if days else 0)}


def judged(project):
    """What made_up_judge.h makes up for a project."""
    number = int(project[1:])
    if number % 10 != 7:
        return {"tier": "", "score": -(number % 9) / 2}
    return {"tier": "review" if number % 30 == 7 else "high", "score": 10 + number / 16,
            "category": ["other", "name-squat", "placeholder", "spam", "dependency-confusion"][number // 10 % 5]}


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.out = cls.temporary.name
        cls.done = run(cls.out)
        cls.folder = os.path.join(cls.out, "latest")
        cls.tables = {name: load(cls.folder, name) for name in list(KEYS) + ["clusters"]}
        with open(os.path.join(cls.folder, "run.json"), encoding="utf-8") as file:
            cls.about = json.load(file)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_publishes_a_whole_run(self):
        self.assertEqual(self.done.returncode, 1)  # some made-up artifacts are damaged
        self.assertRegex(self.about["run_id"], r"^\d{8}T\d{6}Z$")
        self.assertEqual(sorted(os.listdir(self.out)), [self.about["run_id"], "latest"])
        self.assertEqual(os.readlink(self.folder), self.about["run_id"])
        self.assertEqual(self.about["scan"], {"seen": 7})
        for line in self.done.stdout.splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_files_are_what_run_json_says(self):
        self.assertEqual({f["name"] for f in self.about["files"]} | {"run.json"}, files_below(self.folder))
        for entry in self.about["files"]:
            with open(os.path.join(self.folder, entry["name"]), "rb") as file:
                content = file.read()
            self.assertEqual(entry["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(entry["bytes"], len(content))
            name, ending = os.path.splitext(entry["name"])
            want = {".csv": lambda: len(self.tables[name]), ".jsonl": lambda: content.count(b"\n"), ".json": lambda: 1}
            self.assertEqual(entry["rows"], want[ending](), entry["name"])

    def test_counts_add_up(self):
        counts = self.about["counts"]
        for table in ("artifacts", "entry_points", "anomalies", "projects", "domains", "signatures", "clusters"):
            self.assertEqual(counts[table], len(self.tables[table]))
        status = Counter(row["status"] for row in self.tables["artifacts"])
        for name, count in status.items():
            self.assertEqual(counts["artifacts_" + name], count)
        self.assertEqual(sum(v for k, v in counts.items() if k.startswith("artifacts_")), counts["artifacts"])
        self.assertEqual(sum(counts["projects_" + (kind or "unknown")] for kind in KINDS), counts["projects"])
        self.assertEqual(counts["vanished"], self.about["vanished"]["count"])
        self.assertGreater(counts["vanished"], 100)
        self.assertEqual(len(self.about["vanished"]["first_paths"]), 100)

    def test_same_bytes_for_any_threads(self):
        with tempfile.TemporaryDirectory() as other:
            run(other, jobs=7)
            for entry in self.about["files"]:
                with open(os.path.join(self.folder, entry["name"]), "rb") as a, \
                        open(os.path.join(other, "latest", entry["name"]), "rb") as b:
                    self.assertEqual(a.read(), b.read(), entry["name"])
            with open(os.path.join(other, "latest", "run.json"), encoding="utf-8") as file:
                again = json.load(file)
            for key in ("run_id", "timings"):
                self.assertIn(key, again)
                again[key] = self.about[key]
            self.assertEqual(again, self.about)

    def test_no_formula_and_whole_rows(self):
        for name, rows in self.tables.items():
            with open(os.path.join(self.folder, name + ".csv"), "rb") as file:
                content = file.read()
            content.decode("utf-8")
            self.assertNotIn(b"\0", content)
            for row in rows:
                self.assertNotIn(None, row, name)
                self.assertNotIn(None, row.values(), name)
                for column, cell in row.items():
                    if column == "score":
                        continue  # a number, perhaps negative
                    self.assertNotRegex(cell, r"^[=+\-@\t\r\n\uff1d]", (name, column))
                    self.assertNotRegex(cell, r"^ *[=+\-@]", (name, column))
        summaries = Counter(row["summary"] for row in self.tables["artifacts"])
        for text in ("'=cmd()", "'+1", "'-x, \"quoted\"", "two\nlines", "'\ttab", "bad\ufffd\ufffd", " edge ",
                     "'apostrophe", "caf\u00e9", "'\r", "'\uff1dwide"):
            self.assertGreater(summaries[text], 0, text)

    def test_sqlite_imports_the_same(self):
        shell = subprocess.run(["which", "sqlite3"], stdout=subprocess.DEVNULL).returncode
        if shell != 0:
            self.skipTest("skipped: no sqlite3 shell")
        base = os.path.join(self.temporary.name + ".db")
        try:
            script = ".mode csv\n" + "".join(f".import {self.folder}/{name}.csv {name}\n" for name in self.tables)
            subprocess.run(["sqlite3", base], input=script, text=True, check=True, stderr=subprocess.PIPE)
            with sqlite3.connect(base) as connection:
                for name, rows in self.tables.items():
                    stored = connection.execute(f'select * from "{name}"').fetchall()
                    self.assertEqual([tuple(row.values()) for row in rows], stored, name)
            connection.close()
        finally:
            os.unlink(base)

    def test_rows_are_sorted(self):
        for name, columns in KEYS.items():
            if name in ("artifacts", "entry_points", "anomalies"):
                continue  # in the order of the facts, which this probe makes up
            keys = [tuple(cell.encode() for cell in list(row.values())[:columns]) for row in self.tables[name]]
            self.assertEqual(keys, sorted(keys), name)
        keys = [(row["domain"], row["payload_signature"]) for row in self.tables["clusters"]]
        self.assertEqual(keys, sorted(keys))

    def test_projects(self):
        artifacts = defaultdict(list)
        for row in self.tables["artifacts"]:
            artifacts[row["project"]].append(row)
        commands = defaultdict(set)
        for row in self.tables["entry_points"]:
            if row["group"] in ("console_scripts", "gui_scripts"):
                commands[row["project"]].add(row["name"])
        self.assertEqual([row["project"] for row in self.tables["projects"]], sorted(artifacts))
        for row in self.tables["projects"]:
            name = row["project"]
            own = artifacts[name]
            times = [a["uploaded_at"] for a in own if a["uploaded_at"]]
            kind = max((a["payload_kind"] for a in own), key=KINDS.index)
            signatures = Counter(a["payload_signature"] for a in own
                                 if kind and a["payload_kind"] == kind and a["payload_signature"])
            addresses = {m.lower() for a in own
                         for m in (a["author_emails"] + " " + a["maintainer_emails"]).split()}
            latest = max((a for a in own if a["name"]), key=lambda a: (a["uploaded_at"], a["filename"]),
                         default={"name": "", "summary": ""})
            want = {
                "name": latest["name"], "summary": latest["summary"],
                "releases": str(len({SAME_VERSION.get(a["version"], a["version"]) for a in own})),
                "artifacts": str(len(own)), "first_uploaded_at": min(times, default=""),
                "last_uploaded_at": max(times, default=""), "payload_kind": kind,
                "payload_signature": min(signatures, key=lambda s: (-signatures[s], s), default=""),
                "author_emails": " ".join(sorted(addresses, key=str.encode)),
                "domains": " ".join(sorted({DOMAINS[a.split("@")[1]] for a in addresses
                                            if a.split("@")[1] in DOMAINS})),
                "owners": "ann bob" if int(name[1:]) % 3 == 0 else "",
                "command_count": str(len(commands[name])),
                "score": f"{judged(name)['score']:.3f}",
            }
            self.assertEqual(want, {key: row[key] for key in want}, name)

    def test_domains(self):
        projects = self.tables["projects"]
        bare = sum(p["payload_kind"] in EMPTY for p in projects)
        full = len(projects) - bare
        base = bare / len(projects)
        self.assertAlmostEqual(self.about["base_share"], base, 12)
        groups = defaultdict(list)
        for project in projects:
            for domain in project["domains"].split():
                groups[domain].append(project)
        self.assertEqual([row["domain"] for row in self.tables["domains"]], sorted(groups))
        tails = {}
        for row in self.tables["domains"]:
            own = groups[row["domain"]]
            empty = [p for p in own if p["payload_kind"] in EMPTY]
            n, k = len(own), len(empty)
            signatures = Counter(p["payload_signature"] for p in empty if p["payload_signature"])
            top = min(signatures, key=lambda s: (-signatures[s], s), default="")
            z = 1.959963984540054
            share = k / n
            low = (share + z * z / (2 * n) - z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)
            ways = sum(math.comb(n, i) * bare**i * full ** (n - i) for i in range(k, n + 1))
            tails[row["domain"]] = float(Fraction(ways, (bare + full) ** n))
            want = {
                "domain_type": TYPES.get(row["domain"], "own"), "projects": str(n),
                "addresses": str(len({a for p in own for a in p["author_emails"].split()
                                      if DOMAINS.get(a.split("@")[1]) == row["domain"]})),
                "empty_projects": str(k), "empty_share": f"{share:.6f}", "signatures": str(len(signatures)),
                "top_signature": top, "top_signature_projects": str(signatures[top]), **day_facts(own),
            }
            self.assertEqual(want, {key: row[key] for key in want}, row["domain"])
            self.assertAlmostEqual(float(row["lift"]), max(low, 0) / base, 5)
        order = sorted(tails, key=tails.get)
        least = 1.0
        for rank in range(len(order), 0, -1):
            least = min(least, tails[order[rank - 1]] * len(order) / rank)
            row = next(row for row in self.tables["domains"] if row["domain"] == order[rank - 1])
            self.assertAlmostEqual(float(row["q_value"]) / least, 1, 4)

    def groups(self):
        """(domain or "", signature) -> empty projects; and signature -> empty projects."""
        clusters, signatures = defaultdict(list), defaultdict(list)
        for project in self.tables["projects"]:
            if project["payload_kind"] not in EMPTY or not project["payload_signature"]:
                continue
            signatures[project["payload_signature"]].append(project)
            keys = project["domains"].split() if project["author_emails"] else [""]
            for domain in keys:
                clusters[domain, project["payload_signature"]].append(project)
        return {k: v for k, v in clusters.items() if len(v) >= 3}, signatures

    def check_group(self, row, own, domain):
        addresses = {a for p in own for a in p["author_emails"].split()
                     if domain is None or DOMAINS.get(a.split("@")[1]) == domain}
        want = {"projects": str(len(own)), "addresses": str(len(addresses)), **day_facts(own),
                "payload_kind": max((p["payload_kind"] for p in own), key=KINDS.index),
                "example_projects": " ".join(sorted(p["project"] for p in own)[:5])}
        self.assertEqual(want, {key: row[key] for key in want}, row)

    def test_signatures(self):
        _, signatures = self.groups()
        self.assertEqual([row["payload_signature"] for row in self.tables["signatures"]], sorted(signatures))
        for row in self.tables["signatures"]:
            own = signatures[row["payload_signature"]]
            self.check_group(row, own, None)
            self.assertEqual(row["domains"], str(len({d for p in own for d in p["domains"].split()})))

    def test_clusters(self):
        clusters, _ = self.groups()
        members = defaultdict(list)
        for row in self.tables["cluster_members"]:
            members[row["cluster_id"]].append(row["project"])
        rows = self.tables["clusters"]
        self.assertEqual([(row["domain"], row["payload_signature"]) for row in rows], sorted(clusters))
        self.assertEqual(rows[0]["domain"], "")
        self.assertEqual(set(members), {row["cluster_id"] for row in rows})
        for row in rows:
            own = clusters[row["domain"], row["payload_signature"]]
            self.check_group(row, own, row["domain"])
            text = f"{row['domain']}\0{row['payload_signature']}".encode()
            self.assertEqual(row["cluster_id"], "c" + hashlib.blake2b(text, digest_size=16).hexdigest()[:12])
            self.assertEqual(members[row["cluster_id"]], sorted(p["project"] for p in own))

    def test_two_runs_at_once_get_two_ids(self):
        with tempfile.TemporaryDirectory() as out:
            started = [subprocess.Popen([PROBE, out, "3", "50", "1"], stdout=subprocess.DEVNULL) for _ in range(6)]
            for process in started:
                process.wait()
            runs = [name for name in os.listdir(out) if name != "latest"]
            self.assertEqual(len(runs), 6, runs)
            self.assertFalse([name for name in runs if not re.match(r"^\d{8}T\d{6}Z(-\d)?$", name)])
            self.assertIn(os.readlink(os.path.join(out, "latest")), runs)


class Golden(unittest.TestCase):
    """Every byte of a small run, so that no change of a format goes unseen. WINNOW_GOLDEN=write accepts what is."""

    def test_bytes(self):
        with tempfile.TemporaryDirectory() as out:
            done = run(out, seed=5, projects=99)
            latest = os.path.join(out, "latest")
            made = {}
            for name in sorted(files_below(latest) - {"run.json"}):
                with open(os.path.join(latest, name), "rb") as file:
                    made[name] = file.read()
            summary = done.stdout.replace(out, "OUT").replace(os.readlink(latest), "RUN-ID")
            made["summary.txt"] = re.sub(r"in [0-9.]+ s", "in N s", summary).encode()
        if os.environ.get("WINNOW_GOLDEN") == "write":
            os.makedirs(GOLDEN, exist_ok=True)
            for name, content in made.items():
                os.makedirs(os.path.dirname(os.path.join(GOLDEN, name)), exist_ok=True)
                with open(os.path.join(GOLDEN, name), "wb") as file:
                    file.write(content)
        self.assertEqual(sorted(files_below(GOLDEN)), sorted(made))
        for name, content in made.items():
            with open(os.path.join(GOLDEN, name), "rb") as file:
                self.assertEqual(file.read().decode(), content.decode(), name)


class Failures(unittest.TestCase):
    def test_refuses_what_it_cannot_write(self):
        with tempfile.NamedTemporaryFile() as file:
            done = run(os.path.join(file.name, "runs"), projects=3)
            self.assertEqual(done.returncode, 3)
            self.assertIn("Not a directory", done.stderr)

    def test_full_disk_leaves_the_last_run(self):
        with tempfile.TemporaryDirectory() as out:
            run(out, projects=3)
            before = sorted(os.listdir(out))
            command = f"trap '' XFSZ; ulimit -f 8; exec {PROBE} {out} 1 3000 1"
            done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 3)
            self.assertIn("File too large", done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(sorted(os.listdir(out)), before)

    def test_removes_what_a_dead_process_left(self):
        with tempfile.TemporaryDirectory() as out:
            gone = subprocess.Popen(["true"])
            gone.wait()
            dead = os.path.join(out, f".tmp-20260101T000000Z-{gone.pid}")
            alive = os.path.join(out, f".tmp-20260101T000000Z-{os.getpid()}")
            os.makedirs(os.path.join(dead, "osv"))
            with open(os.path.join(dead, "osv", "x.json"), "w", encoding="utf-8"):
                pass
            os.mkdir(alive)
            run(out, projects=3)
            self.assertFalse(os.path.exists(dead))
            self.assertTrue(os.path.exists(alive))

    def test_a_folder_named_latest_is_not_overwritten(self):
        with tempfile.TemporaryDirectory() as out:
            os.makedirs(os.path.join(out, "latest", "mine"))
            done = run(out, projects=3)
            self.assertEqual(done.returncode, 1)
            self.assertIn("latest", done.stderr)
            self.assertTrue(os.path.isdir(os.path.join(out, "latest", "mine")))
            self.assertEqual(len(os.listdir(out)), 2)


if __name__ == "__main__":
    unittest.main()
