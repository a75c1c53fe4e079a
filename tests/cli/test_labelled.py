#!/usr/bin/env python3
"""Sweeps the labelled mirror and holds every field of artifacts.csv and entry_points.csv against
what the recipe knows and Python reads."""

import collections
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, read_csv, sweep

# Columns that are hashes of content: held by their equality, in tests of their own.
NOT_COLUMNS = {"entries", "anomalies", "signature", "distinct"}
SHOWN_MAX = 40


class Labelled(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        out = Path(cls.folder.name)
        subprocess.run([sys.executable, ROOT / "scripts" / "labelled-mirror", "--out", out],
                       check=True, capture_output=True)
        cls.done, cls.run_folder = sweep(out / "mirror", out, "--quiet")
        if cls.done.returncode not in (0, 1):
            raise RuntimeError(f"winnow ended with {cls.done.returncode}:\n{cls.done.stderr}")
        with open(out / "expected.jsonl", encoding="utf-8") as lines:
            cls.expected = [json.loads(line) for line in lines]
        cls.rows = read_csv(cls.run_folder / "artifacts.csv")
        cls.by_path = {row["path"]: row for row in cls.rows}
        # Reports name an artifact by project, version and file name.
        cls.entries = collections.defaultdict(list)
        for row in read_csv(cls.run_folder / "entry_points.csv"):
            cls.entries[row["filename"]].append(row)
        cls.anomalies = collections.defaultdict(set)
        for row in read_csv(cls.run_folder / "anomalies.csv"):
            cls.anomalies[row["filename"]].add(row["code"])

    def none_wrong(self, wrong):
        if wrong:
            more = f"\n... {len(wrong)} in all" if len(wrong) > SHOWN_MAX else ""
            self.fail("\n" + "\n".join(wrong[:SHOWN_MAX]) + more)

    def test_some_losses_are_told(self):
        self.assertEqual(self.done.returncode, 1, self.done.stderr)

    def test_one_row_each(self):
        self.assertEqual(sorted(row["path"] for row in self.rows),
                         sorted(row["path"] for row in self.expected))

    def test_rows_are_sorted(self):
        keys = [tuple(row[column].encode() for column in ("project", "version", "filename", "path"))
                for row in self.rows]
        self.assertEqual(keys, sorted(keys))

    def test_columns(self):
        columns = sorted({key for row in self.expected for key in row} - NOT_COLUMNS)
        for column in columns:
            with self.subTest(column=column):
                self.none_wrong([
                    f"{row['filename']}: {seen[column]!r}, expected {row[column]!r}"
                    for row in self.expected
                    if (seen := self.by_path.get(row["path"])) is not None
                    and row.get(column) is not None and seen[column] != row[column]])

    def test_status_detail_says_why(self):
        self.none_wrong([f"{row['filename']}: {row['status']} {row['status_detail']!r}"
                         for row in self.rows
                         if (row["status"] == "ok") != (row["status_detail"] == "")])

    def test_entry_points(self):
        wrong = []
        for row in self.expected:
            seen = self.entries[row["filename"]]
            # A plain script's reference is the report's own business.
            expected = sorted((e["group"], e["name"], e["reference"], e["extras"], e["source"])
                              for e in row["entries"] if e["reference"] is not None)
            scripts = sorted((e["group"], e["name"], e["source"])
                             for e in row["entries"] if e["reference"] is None)
            found = sorted((e["group"], e["name"], e["object_reference"], e["extras"], e["source"])
                           for e in seen if e["group"] != "scripts")
            found_scripts = sorted((e["group"], e["name"], e["source"])
                                   for e in seen if e["group"] == "scripts")
            # A cell that a spreadsheet would take for a formula wears a quote.
            found = [tuple(cell[1:] if cell[:2] in ("'+", "'-", "'=", "'@") else cell
                           for cell in entry) for entry in found]
            if sorted(found) != expected or found_scripts != scripts:
                wrong.append(f"{row['filename']}: {found + found_scripts}\n"
                             f"    expected {expected + scripts}")
        self.none_wrong(wrong)

    def test_entry_points_name_their_release(self):
        by_filename = {row["filename"]: row for row in self.rows}
        self.none_wrong([
            f"{filename}: {entry}" for filename, entries in self.entries.items()
            for entry in entries
            if (entry["project"], entry["version"]) != (by_filename[filename]["project"],
                                                        by_filename[filename]["version"])])

    def test_anomalies(self):
        self.none_wrong([
            f"{row['filename']}: {sorted(self.anomalies[row['filename']])}, expected {code}"
            for row in self.expected for code in row.get("anomalies", ())
            if code not in self.anomalies[row["filename"]]])

    def test_plain_artifacts_have_no_anomalies(self):
        """A well-made file gives no reason to look twice."""
        labelled = {"not-in-index", "size-mismatch", "dynamic-entry-points", "magic-mismatch",
                    "name-mismatch", "version-mismatch"}
        self.none_wrong([
            f"{row['filename']}: {sorted(codes)}" for row in self.expected
            if row["status"] == "ok" and row["filename"].startswith(("payload_", "points_"))
            and (codes := self.anomalies[row["filename"]] & labelled)])

    def test_nothing_is_missed_in_damaged_artifacts(self):
        """Who did not read to the end cannot say that there is no metadata."""
        self.none_wrong([row["filename"] for row in self.expected if row["status"] == "damaged"
                         and "no-metadata" in self.anomalies[row["filename"]]])

    def test_signatures(self):
        """Same template, same signature, as wheel, sdist and egg; other templates, others."""
        labels = collections.defaultdict(set)
        for row in self.expected:
            if row.get("signature"):
                signature = self.by_path[row["path"]]["payload_signature"]
                labels[row["signature"]].add(signature)
        self.none_wrong([f"{label}: {sorted(signatures)}"
                         for label, signatures in labels.items() if len(signatures) != 1])
        owners = collections.defaultdict(set)
        for row in self.expected:
            if row.get("signature"):
                owners[self.by_path[row["path"]]["payload_signature"]].add(row["signature"])
        distinct = {row["signature"] for row in self.expected if row.get("distinct")}
        self.none_wrong([f"one signature for {sorted(names)}" for names in owners.values()
                         if len(names) > 1 and names & distinct])


if __name__ == "__main__":
    unittest.main()
