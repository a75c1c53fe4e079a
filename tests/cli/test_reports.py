#!/usr/bin/env python3
"""The form of the reports: columns of the contract, CSV that other programs read, no formula that
fires, run.json that accounts for every file. On the demo mirror, whose story they must tell."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, WINNOW, read_csv, run, sweep

COLUMNS = {
    "artifacts": "project version filename path format size_bytes uploaded_at uploaded_at_source "
    "sha256 status status_detail metadata_version name summary author author_emails "
    "maintainer_emails home_page requires_dist_count command_count member_count python_file_count "
    "python_bytes native_file_count payload_kind payload_signature metadata_signature",
    "entry_points": "project version filename group name object_reference extras source",
    "anomalies": "project version filename code detail",
    "projects": "project name releases artifacts first_uploaded_at last_uploaded_at payload_kind "
    "payload_signature author_emails domains owners command_count dependents summary score signals "
    "campaign_id",
    "domains": "domain domain_type projects addresses empty_projects empty_share lift q_value "
    "signatures top_signature top_signature_projects first_uploaded_at last_uploaded_at "
    "busiest_day busiest_day_projects",
    "signatures": "payload_signature payload_kind projects domains addresses first_uploaded_at "
    "last_uploaded_at busiest_day busiest_day_projects example_projects",
    "clusters": "cluster_id domain payload_signature payload_kind projects addresses "
    "first_uploaded_at last_uploaded_at busiest_day busiest_day_projects example_projects",
    "cluster_members": "cluster_id project",
    "collisions": "project command owner_project owner_first_uploaded_at "
    "project_first_uploaded_at owner_dependents relation exempt_reason",
    "watchlist": "command owner_projects owner_dependents first_seen_at",
    "campaigns": "campaign_id category projects domains addresses owners signatures "
    "colliding_projects first_uploaded_at last_uploaded_at busiest_day busiest_day_projects "
    "cohesion score example_projects traits",
    "campaign_members": "campaign_id project score traits",
    "takedown": "project tier score category campaign_id versions artifacts first_uploaded_at "
    "evidence counter_evidence purl",
}
# The replay's busiest days, from the public record at one twentieth.
CASE_DAYS = {"2025-06-26": 1, "2025-06-27": 15, "2025-06-28": 2, "2025-06-29": 6,
             "2025-06-30": 37, "2025-07-01": 12, "2025-07-02": 2, "2025-07-10": 1, "2025-07-11": 1}


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run([sys.executable, ROOT / "scripts" / "demo-mirror", "--out",
                        cls.folder / "mirror"], check=True, capture_output=True)
        cls.done, cls.run_folder = sweep(cls.folder / "mirror", cls.folder)
        if cls.done.returncode != 0:
            raise RuntimeError(f"winnow ended with {cls.done.returncode}\n{cls.done.stderr}")
        cls.tables = {name: read_csv(cls.run_folder / f"{name}.csv") for name in COLUMNS}

    def test_columns(self):
        for name, columns in COLUMNS.items():
            with self.subTest(report=name):
                with open(self.run_folder / f"{name}.csv", encoding="utf-8", newline="") as file:
                    header = next(csv.reader(file))
                # New columns come after those of the contract.
                self.assertEqual(header[:len(columns.split())], columns.split())

    def test_lines(self):
        for name in COLUMNS:
            with self.subTest(report=name):
                data = (self.run_folder / f"{name}.csv").read_bytes()
                self.assertTrue(data.endswith(b"\n"))
                self.assertNotIn(b"\r\n", data)
                self.assertNotIn(b"\0", data)
                self.assertNotEqual(data[:3], b"\xef\xbb\xbf")

    def test_no_formula_fires(self):
        for name, rows in self.tables.items():
            for row in rows:
                for column, value in row.items():
                    self.assertNotRegex(value, r"\A[=+@\t\r]|\A-(?![0-9.]+\Z)", f"{name}.{column}")

    def test_forms_of_values(self):
        for name, rows in self.tables.items():
            for row in rows:
                for column, value in row.items():
                    with self.subTest(report=name, column=column):
                        if column.endswith("_at") and value:
                            self.assertRegex(
                                value, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$")
                        if column.endswith("_count") and value:
                            self.assertRegex(value, r"^\d+$")
                        if column.endswith("signature") and value:
                            self.assertRegex(value, r"^[0-9a-f]{32}$")

    def test_sqlite_imports_all(self):
        if shutil.which("sqlite3") is None:
            self.skipTest("no sqlite3")
        for name, rows in self.tables.items():
            with self.subTest(report=name):
                script = (f".mode csv\n.import '{self.run_folder}/{name}.csv' t\n"
                          "SELECT count(*) FROM t;\n")
                done = subprocess.run(["sqlite3", ":memory:"], input=script, text=True,
                                      capture_output=True, check=True)
                self.assertEqual((done.stdout.strip(), done.stderr), (str(len(rows)), ""))

    def test_run_json(self):
        facts = json.loads((self.run_folder / "run.json").read_text("utf-8"))
        listed = {entry["name"]: entry["sha256"] for entry in facts["files"]}
        there = {str(path.relative_to(self.run_folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                 for path in self.run_folder.rglob("*") if path.is_file() and path.name != "run.json"}
        self.assertEqual(listed, there)

    def test_run_json_is_what_the_dictionary_says(self):
        facts = json.loads((self.run_folder / "run.json").read_text("utf-8"))
        text = (ROOT / "reports" / "SCHEMA.md").read_text("utf-8")
        section = text.split("## run.json")[1].split("## Redis")[0]
        names = re.findall(r"^\| ([a-z_, ]+) \|", section, re.M)[1:]
        self.assertEqual(list(facts), ", ".join(names).split(", "))
        self.assertEqual(facts["options"]["verb"], "sweep")
        self.assertIsNone(facts["options"]["files_from"])

    def test_run_folder(self):
        runs = self.folder / "runs"
        self.assertTrue((runs / "latest").is_symlink())
        self.assertEqual(sorted(path.name for path in runs.iterdir()),
                         sorted([(runs / "latest").resolve().name, "latest"]))

    def test_every_artifact_has_a_row(self):
        files = [path for path in (self.folder / "mirror" / "web" / "packages").rglob("*")
                 if path.is_file()]
        self.assertEqual(len(self.tables["artifacts"]), len(files))
        self.assertEqual({row["status"] for row in self.tables["artifacts"]}, {"ok"})

    def test_counts_agree(self):
        artifacts = self.tables["artifacts"]
        for project in self.tables["projects"]:
            own = [row for row in artifacts if row["project"] == project["project"]]
            self.assertEqual(project["artifacts"], str(len(own)))
            self.assertEqual(project["releases"], str(len({row["version"] for row in own})))
            self.assertEqual(project["first_uploaded_at"], min(row["uploaded_at"] for row in own))
            self.assertEqual(project["last_uploaded_at"], max(row["uploaded_at"] for row in own))
        members = {}
        for row in self.tables["cluster_members"]:
            members.setdefault(row["cluster_id"], set()).add(row["project"])
        for cluster in self.tables["clusters"]:
            self.assertEqual(cluster["projects"], str(len(members[cluster["cluster_id"]])))
            self.assertGreaterEqual(int(cluster["projects"]), 3)

    def test_the_case_is_found(self):
        """The replay's domain leads, and its clusters hold its projects and hardly others."""
        kinds = {row["project"]: row["payload_kind"] for row in self.tables["projects"]}
        days = {}
        case = set()
        for row in self.tables["projects"]:
            if row["first_uploaded_at"][:7] in ("2025-06", "2025-07") and row["project"] in kinds \
                    and "invented-account" in row["owners"]:
                case.add(row["project"])
                day = row["first_uploaded_at"][:10]
                days[day] = days.get(day, 0) + 1
        self.assertEqual(days, CASE_DAYS)
        self.assertLessEqual({kinds[project] for project in case}, {"none", "blank", "stub"})
        remarkable = [row for row in self.tables["domains"] if float(row["q_value"]) < 0.05]
        top = max(remarkable, key=lambda row: float(row["lift"]))
        self.assertEqual((top["domain"], top["domain_type"]), ("inbox.ru", "free"))
        members = {row["project"] for row in self.tables["cluster_members"]}
        self.assertGreater(len(members & case) / len(case), 0.9)

    def test_summary_is_a_screenful(self):
        lines = self.done.stdout.splitlines()
        self.assertLessEqual(len(lines), 50)
        self.assertIn("inbox.ru", self.done.stdout)
        self.assertTrue(all(len(line) <= 120 for line in lines))
        self.assertNotRegex(self.done.stdout, "[\x00-\x08\x0b-\x1f\x7f]")

    def test_reader_who_went_away_is_no_loss(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as gone:
            done = subprocess.run([WINNOW, "report", "--state", self.folder / "state.db", "--out",
                                   self.folder / "unread"], stdout=gone, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue((self.folder / "unread" / "latest" / "run.json").exists())

    def test_readme_shows_this_screen(self):
        def plain(text):
            text = re.sub(r"\d{8}T\d{6}Z", "ID", re.sub(r"in [0-9.]+ s\n", "in N s\n", text))
            return re.sub(r"^(Reports|Newest): .*", r"\1", text, flags=re.M)
        readme = (ROOT / "README.md").read_text("utf-8")
        shown = re.search(r"^    Run (?:.|\n)*?every column\.\n", readme, re.M)[0]
        self.assertEqual(plain(re.sub(r"^    ", "", shown, flags=re.M)), plain(self.done.stdout))

    def test_schema_names_every_column(self):
        text = (ROOT / "reports" / "SCHEMA.md").read_text("utf-8")
        for name, columns in COLUMNS.items():
            self.assertIn(f"{name}.csv", text)
            for column in columns.split():
                self.assertTrue(re.search(rf"\b{column}\b", text), f"{name}.{column}")

    def test_report_again_gives_the_same(self):
        """`report` needs no mirror: the facts are enough."""
        done = run("report", "--state", self.folder / "state.db", "--out", self.folder / "again",
                   "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in COLUMNS:
            self.assertEqual((self.folder / "again" / "latest" / f"{name}.csv").read_bytes(),
                             (self.run_folder / f"{name}.csv").read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
