"""Campaigns and listings in all their forms, over made-up verdicts (made_up_judge.h): what the forms
say alike, what each must look like, and how campaigns are told apart from run to run."""

import json
import os
import re
import tempfile
import unittest
import urllib.parse
from collections import Counter, defaultdict

from osv_rules import is_time, problems_of
from test_report import files_below, judged, load, run

NUMBERS = {"score", "artifacts"}
FINDING_MEMBERS = {"signal", "bits", "text", "subject", "other", "count", "expected", "when", "span_seconds"}
KINDS = {"name-squat": "is_spam", "placeholder": "is_spam", "spam": "is_spam", "other": "something_else",
         "dependency-confusion": "is_dependency_confusion"}


def lines_of(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        text = file.read()
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def about(folder):
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        return json.load(file)


def contents(folder):
    """Bytes of every file but run.json."""
    made = {}
    for name in files_below(folder) - {"run.json"}:
        with open(os.path.join(folder, name), "rb") as file:
            made[name] = file.read()
    return made


def versions_of(row):
    """Of the made-up ones, one has a space and none a percent sign."""
    return [version.replace("%20", " ") for version in row["versions"].split()]


def plain(cell):
    """Without the "'" that only a spreadsheet needs."""
    return cell[1:] if re.match(r"'[=+\-@\t\r\n]", cell) else cell


class Listings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.done = run(temporary.name, seed=4, projects=1200)
        cls.folder = os.path.join(temporary.name, "latest")
        cls.projects = {row["project"]: row for row in load(cls.folder, "projects")}
        cls.rows = load(cls.folder, "takedown")
        cls.high = [row for row in cls.rows if row["tier"] == "high"]
        cls.objects = lines_of(os.path.join(cls.folder, "takedown.jsonl"))
        cls.members = load(cls.folder, "campaign_members")

    def test_rows_are_the_verdicts(self):
        self.assertEqual([row["project"] for row in self.rows],
                         [name for name in self.projects if judged(name)["tier"]])
        campaign = {row["project"]: row["campaign_id"] for row in self.members}
        for row in self.rows:
            want, project = judged(row["project"]), self.projects[row["project"]]
            self.assertEqual((row["tier"], row["score"], row["category"]),
                             (want["tier"], f"{want['score']:.3f}", want["category"]))
            self.assertEqual(row["campaign_id"], campaign[row["project"]])
            self.assertEqual(row["campaign_id"], project["campaign_id"])
            self.assertEqual((row["artifacts"], row["first_uploaded_at"]),
                             (project["artifacts"], project["first_uploaded_at"]))
            self.assertEqual(row["purl"], "pkg:pypi/" + row["project"])

    def test_lines_are_the_rows_with_types(self):
        self.assertEqual(len(self.objects), len(self.rows))
        for row, line in zip(self.rows, self.objects):
            self.assertEqual(list(line), list(row) + ["findings"])
            for column, cell in row.items():
                value = line[column]
                if column == "versions":
                    self.assertEqual(value, versions_of(row))
                elif column in NUMBERS:
                    self.assertIsInstance(value, (int, float))
                    self.assertEqual(value, float(cell))
                else:
                    self.assertEqual(value if value is not None else "", plain(cell), column)

    def test_findings_are_the_evidence(self):
        signals = {}
        for line in self.objects:
            self.assertEqual(line["evidence"], "; ".join(f["text"] for f in line["findings"] if f["bits"] > 0))
            self.assertEqual(line["counter_evidence"],
                             "; ".join(f["text"] for f in line["findings"] if f["bits"] < 0))
            self.assertEqual(set(self.projects[line["project"]]["signals"].split()),
                             {f["signal"] for f in line["findings"]})
            for finding in line["findings"]:
                self.assertLessEqual(set(finding), FINDING_MEMBERS)
                self.assertFalse([name for name, value in finding.items() if value in (None, "")])
                self.assertTrue("when" not in finding or is_time(finding["when"]))
                signals.setdefault(finding["signal"], set()).update(finding)
        self.assertEqual(signals["burst"] - {"text"},
                         {"signal", "bits", "subject", "count", "expected", "when", "span_seconds"})
        self.assertNotIn("expected", signals["releases"])
        self.assertNotIn("when", signals["releases"])

    def test_every_high_row_has_an_osv_file(self):
        listed = {row["project"]: row for row in self.high}
        files = {os.path.basename(name): name for name in files_below(self.folder) if name.startswith("osv/")}
        self.assertEqual(set(files), {f"MAL-0000-{project}.json" for project in listed})
        for base, name in files.items():
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                report = json.load(file)
            self.assertEqual(problems_of(report), [], base)
            row = listed[base[len("MAL-0000-"):-len(".json")]]
            project = self.projects[row["project"]]
            self.assertEqual(report["affected"][0]["package"]["name"], row["project"])
            self.assertEqual(report["affected"][0]["versions"], versions_of(row))
            self.assertEqual(report["modified"], project["last_uploaded_at"] or "1970-01-01T00:00:00Z")
            self.assertEqual(report.get("published", ""), project["first_uploaded_at"])
            self.assertIn("A human must verify", report["details"])
            self.assertNotRegex(report["details"], "[\x00-\x09\x0b-\x1f\x7f\u202e]")

    def test_details_hold_all_clauses_as_code(self):
        for line in self.objects:
            path = os.path.join(self.folder, "osv", f"MAL-0000-{line['project']}.json")
            if line["tier"] != "high":
                self.assertFalse(os.path.exists(path))
                continue
            with open(path, encoding="utf-8") as file:
                details = json.load(file)["details"]
            code = [text[4:] for text in details.split("\n") if text.startswith("    ")]
            clauses = [f for f in line["findings"] if f["bits"] != 0]
            against = [f for f in clauses if f["bits"] < 0]
            self.assertEqual(len(code), len(clauses) + (not against))
            for clause, text in zip(clauses, code):
                if re.fullmatch("[ -~]*", clause["text"]):
                    self.assertEqual(text, clause["text"])

    def test_observations(self):
        lines = lines_of(os.path.join(self.folder, "observations.jsonl"))
        self.assertEqual(len(lines), len(self.high))
        for row, line in zip(self.high, lines):
            self.assertEqual(list(line), ["kind", "summary", "inspector_url"])
            self.assertEqual(line["kind"], KINDS[row["category"]])
            url = urllib.parse.urlsplit(line["inspector_url"])
            self.assertEqual((url.scheme, url.netloc), ("https", "inspector.pypi.io"))
            versions = versions_of(row)
            path = f"/project/{row['project']}/" + (f"{urllib.parse.quote(versions[-1])}/" if versions else "")
            self.assertEqual(url.path, path)
            self.assertNotRegex(line["summary"], "[\x00-\x1f\x7f\u202e]")
            self.assertTrue(line["summary"].startswith(row["project"] + ": "))
        self.assertEqual({line["kind"] for line in lines}, set(KINDS.values()))

    def test_words_accuse_nobody(self):
        for name in files_below(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                content = file.read().decode("utf-8", "replace").replace("malicious-packages-origins", "")
            self.assertNotRegex(content, r"(?i)malicious|attacker|malware\b|criminal")

    def test_campaigns(self):
        campaigns = load(self.folder, "campaigns")
        members = defaultdict(list)
        for row in self.members:
            members[row["campaign_id"]].append(row["project"])
        self.assertEqual([row["campaign_id"] for row in campaigns], sorted(members))
        self.assertEqual(len(campaigns), 3)
        for row in campaigns:
            own = members[row["campaign_id"]]
            self.assertRegex(row["campaign_id"], "^g[0-9a-f]{12}$")
            self.assertEqual(row["projects"], str(len(own)))
            self.assertEqual(own, sorted(own))
            self.assertEqual(row["example_projects"].split(), own[:5])
            first = [self.projects[name]["first_uploaded_at"] for name in own]
            self.assertEqual(row["first_uploaded_at"], min(filter(None, first)))

    def test_counts(self):
        facts = about(self.folder)
        tiers = Counter(row["tier"] for row in self.rows)
        counts = facts["counts"]
        self.assertEqual((counts["takedown_high"], counts["takedown_review"]), (tiers["high"], tiers["review"]))
        self.assertEqual((counts["campaigns"], counts["campaign_projects"]), (3, len(self.members)))
        largest = max(Counter(row["campaign_id"] for row in self.rows).values())
        self.assertAlmostEqual(facts["largest_campaign_share"], largest / len(self.rows), 12)

    def test_no_listing_no_folder(self):
        with tempfile.TemporaryDirectory() as out:
            run(out, projects=3)
            latest = os.path.join(out, "latest")
            self.assertNotIn("osv", os.listdir(latest))
            self.assertEqual(load(latest, "takedown"), [])
            for name in ("takedown.jsonl", "observations.jsonl"):
                self.assertEqual(os.path.getsize(os.path.join(latest, name)), 0)
            self.assertEqual(about(latest)["largest_campaign_share"], 0)


class Allowed(unittest.TestCase):
    """--allow takes rows out of the listings, and run.json says which and why."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def report(self, content, code=1):
        path = os.path.join(self.folder, "allow.csv")
        with open(path, "wb") as file:
            file.write(content)
        out = os.path.join(self.folder, "runs")
        done = run(out, seed=2, projects=200, allow=path)
        self.assertEqual(done.returncode, code, done.stderr)
        return os.path.join(out, "latest"), done.stderr

    def test_allowed_projects_leave_visibly(self):
        every, _ = self.report(b"")
        rows = load(every, "takedown")
        self.assertEqual(about(every)["allowed"], {"projects": [], "unmatched": 0})
        latest, _ = self.report(b"# looked at in May\n\nP00037\t our own, see \"notes\"\r\np00017,a stub, of ours\n"
                                b"p00018,never listed\nno-such_project,gone\n")
        left = [row for row in rows if row["project"] not in ("p00017", "p00037")]
        self.assertEqual(load(latest, "takedown"), left)
        self.assertEqual([line["project"] for line in lines_of(os.path.join(latest, "takedown.jsonl"))],
                         [row["project"] for row in left])
        high = [row["project"] for row in left if row["tier"] == "high"]
        self.assertEqual(sorted(os.listdir(os.path.join(latest, "osv"))), [f"MAL-0000-{p}.json" for p in high])
        self.assertEqual(len(lines_of(os.path.join(latest, "observations.jsonl"))), len(high))
        facts = about(latest)
        self.assertEqual(facts["allowed"], {"projects": [
            {"project": "p00017", "reason": "a stub, of ours", "tier": "high", "score": 11.063},
            {"project": "p00037", "reason": 'our own, see "notes"', "tier": "review", "score": 12.313}],
            "unmatched": 2})
        counts = facts["counts"]
        self.assertEqual((counts["allowed"], counts["takedown_high"] + counts["takedown_review"]), (2, len(left)))
        for name in ("campaigns", "campaign_members", "projects"):
            self.assertEqual(load(latest, name), load(every, name))

    def test_bad_lines_end_before_any_work(self):
        for content, place in ((b"p00017\n", "line 1"), (b"#\n\np00017,\n", "line 3"), (b",why\n", "line 1"),
                               (b"a b,why\n", "line 1"), (b"p1,why\n\xff,why\n", "line 2"),
                               (b"a.b,why\nA--B,why not\n", "line 2")):
            _, errors = self.report(content, code=2)
            self.assertIn("allow.csv, " + place, errors)
        self.assertEqual(os.listdir(self.folder), ["allow.csv"])
        done = run(os.path.join(self.folder, "runs"), allow=os.path.join(self.folder, "missing"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("No such file", done.stderr)


class History(unittest.TestCase):
    """Campaign ids and run.json's campaign_changes over several runs into one folder."""

    NOTHING = {"new": [], "grown": [], "shrunk": [], "merged": [], "split": [], "gone": []}

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.out = temporary.name

    def night(self, campaigns, projects=600, out=None):
        out = out or self.out
        done = run(out, seed=2, projects=projects, campaigns=campaigns)
        self.assertEqual(done.returncode, 1, done.stderr)
        latest = os.path.join(out, "latest")
        members = defaultdict(set)
        for row in load(latest, "campaign_members"):
            members[row["campaign_id"]].add(row["project"])
        return dict(members), about(latest)["campaign_changes"], done.stderr

    def test_first_and_equal_runs_have_nothing_to_say(self):
        first, changes, _ = self.night(3)
        self.assertEqual(changes, self.NOTHING)
        before = contents(os.path.join(self.out, "latest"))
        second, changes, _ = self.night(3)
        self.assertEqual((second, changes), (first, self.NOTHING))
        self.assertEqual(contents(os.path.join(self.out, "latest")), before)
        self.assertIsNotNone(about(os.path.join(self.out, "latest"))["timings"]["previous_run"])

    def test_grows_and_shrinks_under_its_id(self):
        small, _, _ = self.night(2, projects=500)
        large, changes, _ = self.night(2, projects=600)
        self.assertEqual(set(large), set(small))
        self.assertEqual(changes, dict(self.NOTHING, grown=[
            {"campaign_id": id, "projects": len(large[id]), "joined": len(large[id] - small[id])}
            for id in sorted(large)]))
        again, changes, _ = self.night(2, projects=500)
        self.assertEqual(again, small)
        self.assertEqual([(entry["campaign_id"], entry["left"]) for entry in changes["shrunk"]],
                         [(id, len(large[id] - small[id])) for id in sorted(small)])

    def test_merge_and_split(self):
        two, _, _ = self.night(2)
        one, changes, _ = self.night(1)
        (whole,) = one
        self.assertIn(whole, two)  # the larger's, or the smaller id
        (lost,) = set(two) - set(one)
        self.assertEqual(changes["merged"], [{"campaign_id": whole, "from": sorted(two)}])
        self.assertEqual(changes["gone"], [{"campaign_id": lost, "projects": len(two[lost])}])
        again, changes, _ = self.night(2)
        self.assertIn(whole, again)
        self.assertEqual(changes["split"], [{"campaign_id": whole, "into": sorted(again)}])
        self.assertEqual(len(changes["new"]), 1)
        self.assertEqual(changes["gone"], [])

    def test_a_file_that_is_not_ours_counts_for_nothing(self):
        first, _, _ = self.night(3)
        path = os.path.join(self.out, "latest", "campaign_members.csv")
        for content in (b"", b"no\nheader\n", b"campaign_id,project\n=cmd,p00007\n", b"campaign_id,project\n\"g00",
                        b"campaign_id,project\ng0123456789ab,p00007,too,many\n", b"\xff\x00\n" * 9):
            with open(path, "wb") as file:
                file.write(content)
            again, changes, errors = self.night(3)
            self.assertEqual(again, first)
            self.assertEqual(changes["gone"], [])
            path = os.path.join(self.out, "latest", "campaign_members.csv")
        self.assertIn("previous run", errors)


if __name__ == "__main__":
    unittest.main()
