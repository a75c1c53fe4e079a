"""`winnow explain` over made-up runs (probe_report): it must say what the run's files say, for any
name, escape what a terminal could obey, and live with damaged files."""

import csv
import json
import os
import subprocess
import tempfile
import unittest

from test_report import judged, load, run
from test_takedown import lines_of, versions_of

WINNOW = os.environ.get("WINNOW", os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "winnow"))
NUMBERS = {"score", "lift", "q_value", "empty_share", "cohesion"}
COUNTS = {"artifacts", "releases", "projects", "addresses", "domains", "owners", "signatures", "dependents",
          "command_count", "colliding_projects", "busiest_day_projects", "empty_projects", "top_signature_projects"}


def explain(out, *words):
    return subprocess.run([WINNOW, "explain", "--out", out, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="strict")


class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.out = temporary.name
        allow = os.path.join(cls.out, "allow")
        with open(allow, "w", encoding="utf-8") as file:
            file.write("p00027\tours, \x1b[31mreally\n")
        run(cls.out, seed=4, projects=900, allow=allow)
        cls.latest = os.path.join(cls.out, "latest")
        cls.tables = {name: load(cls.latest, name) for name in (
            "projects", "campaigns", "campaign_members", "clusters", "cluster_members", "domains", "signatures",
            "takedown", "entry_points")}
        cls.lines = {line["project"]: line for line in lines_of(os.path.join(cls.latest, "takedown.jsonl"))}
        cls.projects = {row["project"]: row for row in cls.tables["projects"]}

    def ask(self, name, *words, code=0):
        done = explain(self.out, *words, "--", name)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertNotRegex(done.stdout + done.stderr, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
        return done.stdout

    def ask_json(self, name, code=0):
        return json.loads(self.ask(name, "--json", code=code))

    def check_row(self, value, row):
        """A JSON object is this CSV row, typed."""
        self.assertEqual(list(value), list(row))
        for column, cell in row.items():
            got = value[column]
            if isinstance(got, list):
                self.assertEqual(got, cell.split(), column)
            elif isinstance(got, (int, float)):
                self.assertIn(column, NUMBERS | COUNTS)
                self.assertEqual(got, float(cell), column)
            else:
                self.assertEqual(got or "", cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@", "'\t", "'\r", "'\n",
                                                                    "'\uff1d") else cell, column)

    def test_every_listed_project(self):
        for name, line in list(self.lines.items())[:24]:
            found = self.ask_json(name)
            self.assertTrue(found["known"] and found["project"]["listed"])
            self.assertEqual(found["project"]["listing"], line)
            self.check_row(found["project"]["row"], self.projects[name])
            self.assertEqual(found["project"]["campaign"]["campaign_id"], line["campaign_id"])
            self.assertEqual({row["cluster_id"] for row in found["project"]["clusters"]},
                             {row["cluster_id"] for row in self.tables["cluster_members"] if row["project"] == name})
            text = self.ask(name)
            self.assertIn(f"{name}: a project, listed, tier {line['tier']}, {line['category']}", text)
            self.assertIn(f"https://inspector.pypi.io/project/{name}/\n", text)
            evidence, _, against = text.partition("Counter-evidence")
            for finding in line["findings"]:
                if finding["bits"] != 0 and finding["text"].isprintable() and "\ufffd" not in finding["text"]:
                    self.assertIn(finding["text"], evidence if finding["bits"] > 0 else against)
            self.assertEqual(f"osv/MAL-0000-{name}.json" in text, line["tier"] == "high")
            versions = versions_of({"versions": " ".join(line["versions"])})
            self.assertEqual(text.count("inspector.pypi.io"), 1 + bool(versions))

    def test_unlisted_project(self):
        for name in ("p00001", "P00001", "p00888"):
            found = self.ask_json(name)["project"]
            self.assertEqual((found["listed"], found["listing"], found["campaign"]), (False, None, None))
            self.check_row(found["row"], self.projects[name.lower()])
            text = self.ask(name)
            self.assertIn(f"a project, not listed; score {judged(name.lower())['score']:.3f} bits", text)
            self.assertIn(found["row"]["signals"][0], text)

    def test_allowed_project(self):
        found = self.ask_json("p00027")["project"]
        self.assertFalse(found["listed"])
        self.assertEqual(found["allowed"], {"reason": "ours, \x1b[31mreally", "tier": "high", "score": 11.688})
        self.assertIn("not listed, because it is allowed: ours, \\x1B[31mreally; else tier high", self.ask("p00027"))

    def test_groups(self):
        for key, table, members in (("campaign", "campaigns", "campaign_members"),
                                    ("cluster", "clusters", "cluster_members")):
            for row in self.tables[table][:6]:
                name = next(iter(row.values()))
                found = self.ask_json(name)[key]
                self.check_row(found["row"], row)
                own = [member for member in self.tables[members] if member[f"{key}_id"] == name]
                self.assertEqual([member["project"] for member in found["members"]], [m["project"] for m in own])
                text = self.ask(name)
                self.assertIn(f"{name}: a {key}\n", text)
                self.assertIn(f"Members, {len(own)}\n", text)
                self.assertEqual("    and " in text, len(own) > 20)

    def test_domains_and_signatures(self):
        for row in self.tables["domains"]:
            found = self.ask_json(row["domain"].upper())["domain"]
            self.check_row(found["row"], row)
            self.assertEqual([c["cluster_id"] for c in found["clusters"]],
                             [c["cluster_id"] for c in self.tables["clusters"] if c["domain"] == row["domain"]])
        row = self.tables["signatures"][0]
        for digits in (32, 12, 6):
            found = self.ask_json(row["payload_signature"][:digits])["signature"]
            self.check_row(found["rows"][0], row)
        self.ask(row["payload_signature"][:5], code=1)

    def test_command(self):
        owners = []
        for row in self.tables["entry_points"]:
            if row["name"] == "command-1" and row["group"] != "scripts" and row["project"] not in owners:
                if row["group"].endswith("_scripts"):
                    owners.append(row["project"])
        found = self.ask_json("command-1")["command"]
        self.assertEqual([row["project"] for row in found["shipped_by"]], owners)
        self.assertIn(f"and {len(owners) - 20} more", self.ask("command-1"))

    def test_nothing_known(self):
        for name in ("nobody", "c000000000000", "deadbeef", "p0000", " ", "*", "a\x1b[2Jb", "\u202egpj", "-", "../run"):
            self.assertEqual(self.ask(name, code=1), "")
            self.assertIs(self.ask_json(name, code=1)["known"], False)

    def test_a_run_folder_itself_and_none(self):
        folder = os.path.realpath(self.latest)
        self.assertEqual(explain(folder, "p00007").stdout, self.ask("p00007"))
        for place in (self.out + "/none", os.path.join(folder, "osv")):
            done = explain(place, "p00007")
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertIn("winnow report", done.stderr)

    def test_damaged_files_are_survived(self):
        with tempfile.TemporaryDirectory() as out:
            run(out, seed=4, projects=60)
            latest = os.path.join(out, "latest")
            for name in ("projects.csv", "takedown.jsonl", "run.json", "campaigns.csv"):
                path = os.path.join(latest, name)
                with open(path, "rb") as file:
                    whole = file.read()
                for content in (b"", whole[:len(whole) // 2], b"\x00" + whole, whole.replace(b",", b"\""), b"\xff" * 99):
                    with open(path, "wb") as file:
                        file.write(content)
                    for words in ((), ("--json",)):
                        done = explain(out, "p00017", *words)
                        self.assertIn(done.returncode, (0, 1), (name, content[:20], done.stderr))
                        if words:
                            json.loads(done.stdout)
                os.unlink(path)
                os.mkfifo(path)  # not a file: must not hang
                if name != "run.json":
                    self.assertIn(explain(out, "p00017").returncode, (0, 1))
                os.unlink(path)
                with open(path, "wb") as file:
                    file.write(whole)
            self.assertEqual(explain(out, "p00017").returncode, 0)


if __name__ == "__main__":
    csv.field_size_limit(1 << 30)
    unittest.main()
