#!/usr/bin/env python3
"""The scorer against cases small enough to count by hand."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

from score import HIGH, LISTED, honest_rows, family_rows, score, score_run

LABELS = {"a1": ("squat", "squat-1"), "a2": ("squat", "squat-1"), "a3": ("squat", "squat-1"),
          "a4": ("squat", "squat-1"), "b1": ("spam", "spam-1"), "b2": ("spam", "spam-1"),
          "h1": ("student", ""), "h2": ("student", ""), "h3": ("library", "")}


class Counted(unittest.TestCase):
    def test_all_right(self):
        result = score(LABELS, {name: "high" for name in LABELS if name[0] != "h"},
                       {"g1": ["a1", "a2", "a3", "a4"], "g2": ["b1", "b2"]})
        self.assertEqual((result.pair_precision, result.pair_recall), (1, 1))
        self.assertEqual((result.precision(HIGH), result.recall(HIGH)), (1, 1))
        self.assertEqual(result.wrong(LISTED), 0)
        self.assertAlmostEqual(result.largest_share, 4 / 6)
        self.assertEqual(honest_rows(result), [])

    def test_nothing_found(self):
        result = score(LABELS, {}, {})
        self.assertEqual((result.precision(HIGH), result.recall(HIGH)), (1, 0))
        self.assertEqual((result.pair_precision, result.pair_recall), (1, 0))
        self.assertEqual(result.largest_share, 0)

    def test_split_merge_and_honest_members(self):
        # {a1 a2} right: 1 of 1 pair; {a3 b1 h1}: 0 of 3 pairs; labelled: 6 + 1 pairs.
        result = score(LABELS, {"a1": "high", "a2": "review", "h1": "high", "h3": "review"},
                       {"g1": ["a1", "a2"], "g2": ["a3", "b1", "h1"]})
        self.assertAlmostEqual(result.pair_precision, 1 / 4)
        self.assertAlmostEqual(result.pair_recall, 1 / 7)
        self.assertAlmostEqual(result.precision(HIGH), 1 / 2)
        self.assertAlmostEqual(result.recall(HIGH), 1 / 6)
        self.assertAlmostEqual(result.precision(LISTED), 2 / 4)
        self.assertAlmostEqual(result.recall(LISTED), 2 / 6)
        self.assertEqual(honest_rows(result), [("library", "1", "0", "1", "0"), ("student", "2", "1", "0", "1")])
        self.assertEqual(family_rows(result), [("spam", "2", "0.000", "0.000", "0.500", "0.500"),
                                               ("squat", "4", "0.250", "0.500", "0.750", "0.500")])

    def test_campaign_of_honest_projects_only(self):
        result = score(LABELS, {}, {"g1": ["a1", "a2"], "g2": ["h1", "h2"]})
        self.assertAlmostEqual(result.pair_precision, 1 / 2)

    def test_two_campaigns_of_one_family_are_two(self):
        labels = dict(LABELS, c1=("squat", "squat-2"), c2=("squat", "squat-2"))
        result = score(labels, {}, {"g1": ["a1", "a2", "a3", "a4", "c1", "c2"]})
        self.assertAlmostEqual(result.pair_precision, (6 + 1) / 15)
        self.assertAlmostEqual(result.pair_recall, (6 + 1) / (6 + 1 + 1))

    def test_sum_of_corpora(self):
        one = score(LABELS, {"a1": "high", "h1": "high"}, {"g1": ["a1", "a2"]})
        two = score(LABELS, {"a1": "high", "a2": "high"}, {"g1": ["a1", "h2"]})
        both = one + two
        self.assertAlmostEqual(both.precision(HIGH), 3 / 4)
        self.assertAlmostEqual(both.recall(HIGH), 3 / 12)
        self.assertAlmostEqual(both.pair_precision, 1 / 2)
        self.assertAlmostEqual(both.largest_share, 1)
        self.assertAlmostEqual(both.only("spam").recall(HIGH), 0)
        self.assertAlmostEqual(both.only("squat").recall(HIGH), 3 / 8)

    def test_unknown_project_is_an_error(self):
        with self.assertRaises(KeyError):
            score(LABELS, {"stranger": "high"}, {})


class Files(unittest.TestCase):
    def test_from_a_run_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "labels.tsv").write_text(
                "project\tlabel\tcampaign\n" + "".join(f"{name}\t{label}\t{campaign}\n" for name, (label, campaign)
                                                       in LABELS.items()), encoding="utf-8")
            (folder / "takedown.csv").write_text(
                'project,tier,score,evidence\na1,high,9,"empty, shared"\nh2,review,3,\n', encoding="utf-8")
            (folder / "campaign_members.csv").write_text(
                "campaign_id,project,score,traits\ng1,a1,3,x\ng1,a2,3,x\n", encoding="utf-8")
            result = score_run(folder / "labels.tsv", folder)
        self.assertEqual((result.right(HIGH), result.wrong(LISTED), result.right_pairs), (1, 1, 1))


if __name__ == "__main__":
    unittest.main()
