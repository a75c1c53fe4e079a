#!/usr/bin/env python3
"""Scores a run against the labels of its corpus.

  tests/eval/score.py --labels LABELS.tsv --run RUN_FOLDER

Tiers are scored over projects: one is right in a tier when its label is a campaign's. Campaigns are
scored over pairs: of two projects that one predicted campaign holds, both must belong to one
labelled campaign; an honest project in a predicted campaign makes each of its pairs wrong.
"""

import argparse
import collections
import csv
import dataclasses
import sys
from pathlib import Path

csv.field_size_limit(sys.maxsize)


def read_labels(path):
    """{project: (label, campaign or "")}"""
    with open(path, encoding="utf-8", newline="") as lines:
        return {row["project"]: (row["label"], row["campaign"])
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, strict=True)


def read_tiers(run):
    """{project: "high" or "review"}"""
    return {row["project"]: row["tier"] for row in rows_of(Path(run) / "takedown.csv")}


def read_campaigns(run):
    """{campaign_id: [project...]}"""
    campaigns = collections.defaultdict(list)
    for row in rows_of(Path(run) / "campaign_members.csv"):
        campaigns[row["campaign_id"]].append(row["project"])
    return dict(campaigns)


def pairs(count):
    return count * (count - 1) // 2


def ratio(part, whole):
    """1 when there was nothing to get wrong."""
    return part / whole if whole else 1.0


@dataclasses.dataclass
class Score:
    """Counts, so that the scores of several corpora add up."""

    right_pairs: int = 0
    predicted_pairs: int = 0
    labelled_pairs: int = 0
    largest_campaign: int = 0  # projects; the largest of all runs
    largest_share: float = 0.0  # of all listed projects; the largest of all runs
    listed: int = 0
    honest: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    members: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    # (label, tier) -> listed projects; "campaign" counts those in any predicted campaign, "together"
    # those in the predicted campaign that holds most of their labelled one.
    found: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def __add__(self, other):
        return Score(self.right_pairs + other.right_pairs, self.predicted_pairs + other.predicted_pairs,
                     self.labelled_pairs + other.labelled_pairs,
                     max(self.largest_campaign, other.largest_campaign),
                     max(self.largest_share, other.largest_share), self.listed + other.listed,
                     self.honest + other.honest, self.members + other.members, self.found + other.found)

    def only(self, family):
        """The same with no campaign projects but that family's; pairs are not kept."""
        return Score(honest=self.honest, members=collections.Counter({family: self.members[family]}),
                     found=collections.Counter({key: count for key, count in self.found.items()
                                                if key[0] == family or key[0] in self.honest}))

    @property
    def pair_precision(self):
        return ratio(self.right_pairs, self.predicted_pairs)

    @property
    def pair_recall(self):
        return ratio(self.right_pairs, self.labelled_pairs)

    def right(self, tiers):
        return sum(self.found[label, tier] for label in self.members for tier in tiers)

    def wrong(self, tiers):
        return sum(self.found[label, tier] for label in self.honest for tier in tiers)

    def precision(self, tiers):
        return ratio(self.right(tiers), self.right(tiers) + self.wrong(tiers))

    def recall(self, tiers):
        return ratio(self.right(tiers), sum(self.members.values()))


HIGH, LISTED = ("high",), ("high", "review")


def score(labels, tiers, campaigns):
    """Of one run. Projects without a label are an error: the corpus must be the run's."""
    result = Score()
    labelled = collections.Counter()
    for label, campaign in labels.values():
        (result.members if campaign else result.honest)[label] += 1
        if campaign:
            labelled[campaign] += 1
    result.labelled_pairs = sum(pairs(count) for count in labelled.values())
    result.listed = len(tiers)
    for project, tier in tiers.items():
        result.found[labels[project][0], tier] += 1

    together = collections.Counter()  # labelled campaign -> most of it in one predicted campaign
    label_of = {campaign: label for label, campaign in labels.values() if campaign}
    for projects in campaigns.values():
        result.predicted_pairs += pairs(len(projects))
        result.largest_campaign = max(result.largest_campaign, len(projects))
        inside = collections.Counter(labels[project][1] for project in projects)
        for campaign, count in inside.items():
            if campaign:
                result.right_pairs += pairs(count)
                together[campaign] = max(together[campaign], count)
        for project in projects:
            result.found[labels[project][0], "campaign"] += 1
    for campaign, count in together.items():
        result.found[label_of[campaign], "together"] += count
    result.largest_share = ratio(result.largest_campaign, result.listed) if result.listed else 0.0
    return result


def score_run(labels_path, run):
    return score(read_labels(labels_path), read_tiers(run), read_campaigns(run))


# --- as text ------------------------------------------------------------------------------------

def share(part, whole):
    return f"{part / whole:.3f}" if whole else "-"


def summary_rows(result):
    """(what, value) of the figures that count."""
    return [("high: precision", f"{result.precision(HIGH):.4f}"),
            ("high: recall", f"{result.recall(HIGH):.4f}"),
            ("high: honest projects", str(result.wrong(HIGH))),
            ("high and review: precision", f"{result.precision(LISTED):.4f}"),
            ("high and review: recall", f"{result.recall(LISTED):.4f}"),
            ("campaigns: pairwise precision", f"{result.pair_precision:.4f}"),
            ("campaigns: pairwise recall", f"{result.pair_recall:.4f}"),
            ("largest campaign, share of the list", f"{result.largest_share:.3f}")]


def family_rows(result):
    """(family, projects, recall in high, in high and review, in a campaign, in the same campaign)"""
    rows = []
    for label, count in sorted(result.members.items()):
        found = result.found
        rows.append((label, str(count), share(found[label, "high"], count),
                     share(found[label, "high"] + found[label, "review"], count),
                     share(found[label, "campaign"], count), share(found[label, "together"], count)))
    return rows


def honest_rows(result):
    """(kind, projects, in high, in review, in a campaign); kinds without any are left out"""
    return [(label, str(count), *(str(result.found[label, tier]) for tier in ("high", "review", "campaign")))
            for label, count in sorted(result.honest.items())
            if any(result.found[label, tier] for tier in ("high", "review", "campaign"))]


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


FAMILY_HEAD = ("family", "projects", "high", "high+review", "in a campaign", "in the same")
HONEST_HEAD = ("honest kind", "projects", "high", "review", "in a campaign")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", required=True, metavar="FILE")
    parser.add_argument("--run", required=True, metavar="DIR")
    options = parser.parse_args()
    result = score_run(options.labels, options.run)
    print(markdown(("figure", "value"), summary_rows(result)))
    print(markdown(FAMILY_HEAD, family_rows(result)))
    print(markdown(HONEST_HEAD, honest_rows(result)))


if __name__ == "__main__":
    main()
