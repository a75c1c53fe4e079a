#!/usr/bin/env python3
"""The calibration on labelled projects whose right weights are known."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

import calibrate

TABLE = """# A comment that stays.
prior   -6.0  reasoned
review   1.0  reasoned
high     6.0  reasoned

strong   1.0  make eval
twin     1.0  make eval
useless  1.0  make eval
wrong    1.0  make eval
against -1.0  make eval
fixed    2.0  reasoned
"""


def projects(label, campaign, count, *signals):
    return [(label, campaign, dict.fromkeys(signals, 1.0))] * count


class Calibrate(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        path = Path(self.folder.name) / "signals.txt"
        path.write_text(TABLE, encoding="utf-8")
        self.table = calibrate.Table(path)

    def fit(self, *rows, without=None, **options):
        patterns = calibrate.Patterns()
        for part in rows:
            patterns.add(part)
        return calibrate.fit(patterns.weighted(self.table.bits["prior"], without), self.table, **options)

    def test_a_lone_signal_gets_its_likelihood_ratio(self):
        bits = self.fit(projects("squat", True, 80, "strong"), projects("squat", True, 20),
                        projects("library", False, 50, "strong"), projects("library", False, 950))
        # 0.8 against 0.05: 4 bits; the absent-signal rows and the fixed prior pull a little.
        self.assertAlmostEqual(bits["strong"], 4, delta=0.6)

    def test_twins_share_what_one_of_them_says(self):
        alone = self.fit(projects("squat", True, 80, "strong"), projects("squat", True, 20),
                         projects("library", False, 50, "strong"), projects("library", False, 950))
        both = self.fit(projects("squat", True, 80, "strong", "twin"), projects("squat", True, 20),
                        projects("library", False, 50, "strong", "twin"), projects("library", False, 950))
        self.assertAlmostEqual(both["strong"] + both["twin"], alone["strong"], delta=0.3)
        self.assertAlmostEqual(both["strong"], both["twin"], delta=0.3)

    def test_signs_stay_and_the_useless_weigh_nothing(self):
        bits = self.fit(projects("squat", True, 50, "useless"), projects("squat", True, 50, "strong"),
                        projects("library", False, 500, "useless"), projects("library", False, 400, "wrong"),
                        projects("library", False, 100, "against"))
        self.assertAlmostEqual(bits["useless"], 0, delta=0.5)
        self.assertEqual(bits["wrong"], 0)
        self.assertLessEqual(bits["against"], 0)

    def test_cap(self):
        bits = self.fit(projects("squat", True, 100, "strong"), projects("library", False, 100000), cap=3.0)
        self.assertEqual(bits["strong"], 3)

    def test_families_and_kinds_count_the_same(self):
        small = self.fit(projects("squat", True, 10, "strong"), projects("spam", True, 10),
                         projects("library", False, 90, "strong"), projects("student", False, 10))
        large = self.fit(projects("squat", True, 1000, "strong"), projects("spam", True, 10),
                         projects("library", False, 9, "strong"), projects("student", False, 1000))
        self.assertAlmostEqual(small["strong"], large["strong"], delta=0.01)

    def test_left_out_family_does_not_count(self):
        rows = (projects("squat", True, 100, "strong"), projects("spam", True, 100, "twin"),
                projects("library", False, 1000))
        self.assertGreater(self.fit(*rows)["twin"], 1)
        self.assertEqual(self.fit(*rows, without="spam")["twin"], 0)

    def test_half_strength(self):
        half = [("squat", True, {"strong": 0.5})] * 80
        bits = self.fit(half, projects("squat", True, 20), projects("library", False, 1000))
        full = self.fit(projects("squat", True, 80, "strong"), projects("squat", True, 20),
                        projects("library", False, 1000))
        self.assertGreaterEqual(bits["strong"], full["strong"])

    def test_table_keeps_its_form(self):
        text = self.table.text({"strong": 3.5, "against": -2.0})
        self.assertIn("# A comment that stays.\n", text)
        self.assertRegex(text, r"(?m)^strong +3\.5  make eval$")
        self.assertRegex(text, r"(?m)^against +-2\.0  make eval$")
        self.assertIn("fixed    2.0  reasoned\n", text)
        self.assertRegex(self.table.observing(), r"(?m)^review +-1000\.0 ")

    def test_observing_run_is_read(self):
        folder = Path(self.folder.name)
        (folder / "labels.tsv").write_text(
            "project\tlabel\tcampaign\na\tsquat\tsquat-1\nb\tlibrary\t\nc\tlibrary\t\n", encoding="utf-8")
        rows = [{"project": "a", "findings": [{"signal": "strong", "bits": 0.5}]},
                {"project": "b", "findings": [{"signal": "against", "bits": -1.0}]}]
        (folder / "takedown.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        self.assertEqual(list(calibrate.read_run(folder / "labels.tsv", folder)),
                         [("squat", True, {"strong": 0.5}), ("library", False, {"against": 1.0}),
                          ("library", False, {})])


if __name__ == "__main__":
    unittest.main()
