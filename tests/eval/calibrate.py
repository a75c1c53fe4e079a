#!/usr/bin/env python3
"""What labelled runs make of the weights in datasets/signals.txt.

  tests/eval/calibrate.py --signals datasets/signals.txt [--without FAMILY] LABELS.tsv=RUN...

Each RUN is a folder whose takedown.jsonl lists every project with what was found for it at weight 1
(a run with the table that `calibrate.py --observe` prints). Prints the table with new weights.

How: the weights are those of a logistic regression, in bits (log2 of odds), because signals come
together (a campaign's payload is shared *because* there is a campaign) and their single likelihood
ratios, added up, would count the same thing several times. It is held in four ways:
- the intercept is the table's prior, and labelled campaigns count as much against honest projects as
  the prior says; within that each family counts the same and each honest kind counts the same, so
  that neither a large family nor a common kind decides;
- a weight keeps the sign that the table gives it, is never more than what the signal says alone
  (its smoothed likelihood ratio) and never above CAP_BITS, so that no signal decides alone;
- ridge: weights are drawn to zero as by one doubtful observation, which decides between signals
  that always come together, and bounds those that were never seen on one side;
- rows whose source is not `make eval` are reasoned, not measured: they stay as they are.
"""

import argparse
import collections
import json
import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

from score import read_labels

CAP_BITS = 8.0
STEP_BITS = 0.5
MEASURED = "make eval"
THRESHOLDS = ("prior", "review", "high")
# Each family counts as this many projects; honest kinds share 2^-prior times as many.
FAMILY_PROJECTS = 100.0
RIDGE = 1.0
SMOOTHING = 0.5  # Jeffreys: half a project on either side
STRENGTH_STEPS = 20  # strengths are rounded to this part, so that equal projects fall together
MARGIN_BITS = 1.0
ROUNDS_MAX = 400
CHANGE_MIN = 1e-3


class Table:
    """signals.txt, its comments and order kept."""

    def __init__(self, path):
        self.lines = Path(path).read_text(encoding="utf-8").splitlines()
        self.bits, self.measured = {}, []
        for line in self.lines:
            if line.strip() and not line.startswith("#"):
                name, bits, source = line.split(None, 2)
                self.bits[name] = float(bits)
                if source.strip() == MEASURED:
                    self.measured.append(name)

    def text(self, bits):
        """The file with other weights; what `bits` does not name stays."""
        lines = []
        for line in self.lines:
            name = line.split(None, 1)[0] if line.strip() else ""
            if name in self.bits and name in bits:
                source = line.split(None, 2)[2]
                line = f"{name:<17} {bits[name]:6.1f}  {source}"
            lines.append(line)
        return "\n".join(lines) + "\n"

    def observing(self):
        """The file by which a run lists everything and tells strengths: each signal weighs 1."""
        bits = {name: 1.0 for name in self.bits}
        bits.update(prior=0.0, review=-1000.0, high=1000.0)
        return self.text(bits)


def read_run(labels_path, run):
    """(label, is a campaign's, {signal: strength}) of each project of an observing run."""
    labels = read_labels(labels_path)
    with open(Path(run) / "takedown.jsonl", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            label, campaign = labels.pop(row["project"])
            yield label, bool(campaign), {finding["signal"]: abs(finding["bits"])
                                          for finding in row["findings"]}
    for label, campaign in labels.values():  # nothing was found
        yield label, bool(campaign), {}


class Patterns:
    """Labelled projects, those with the same signals together."""

    def __init__(self):
        self.counts = collections.Counter()  # (label, is a campaign's, pattern) -> projects

    def add(self, rows):
        for label, campaign, signals in rows:
            pattern = tuple(sorted((name, round(strength * STRENGTH_STEPS))
                                   for name, strength in signals.items()))
            self.counts[label, campaign, pattern] += 1

    def weighted(self, prior, without=None):
        """{pattern: [honest weight, campaign weight]}, in which the classes stand as in the prior."""
        totals = collections.Counter()
        for (label, campaign, _), count in self.counts.items():
            if label != without:
                totals[label, campaign] += count
        families = sum(1 for _, campaign in totals if campaign)
        kinds = len(totals) - families
        honest_each = FAMILY_PROJECTS * families * 2.0 ** -prior / kinds
        rows = collections.defaultdict(lambda: [0.0, 0.0])
        for (label, campaign, pattern), count in sorted(self.counts.items()):
            if label != without:
                each = FAMILY_PROJECTS if campaign else honest_each
                rows[pattern][campaign] += each * count / totals[label, campaign]
        return dict(rows)


def tiers(patterns, bits, prior):
    """Where the tiers begin for these weights: `high` MARGIN_BITS above every honest project that is
    known, `review` as much below that."""
    honest = max(prior + sum(bits.get(name, 0.0) * steps / STRENGTH_STEPS for name, steps in pattern)
                 for (_, campaign, pattern) in patterns.counts if not campaign)
    return {"high": honest + MARGIN_BITS, "review": honest - MARGIN_BITS}


def single_ratios(rows):
    """{signal: log2 of how many times more often campaigns' projects have it}, smoothed."""
    totals, seen = [0.0, 0.0], collections.defaultdict(lambda: [0.0, 0.0])
    for pattern, weights in rows.items():
        for side in (0, 1):
            totals[side] += weights[side]
            for name, _ in pattern:
                seen[name][side] += weights[side]
    scale = FAMILY_PROJECTS * 10 / totals[0]  # honest projects in the order of the campaigns'
    totals[0] *= scale
    return {name: math.log2((found[1] + SMOOTHING) / (totals[1] + 2 * SMOOTHING)
                            / ((found[0] * scale + SMOOTHING) / (totals[0] + 2 * SMOOTHING)))
            for name, found in seen.items()}


def probability(bits):
    return 1 / (1 + 2.0 ** -max(-60.0, min(60.0, bits)))


def fit(rows, table, cap=CAP_BITS, start=None):
    """{signal: bits} of the measured rows: coordinate descent with Newton steps inside the bounds."""
    ratios = single_ratios(rows)
    patterns = [({name: steps / STRENGTH_STEPS for name, steps in pattern}, honest, campaign)
                for pattern, (honest, campaign) in rows.items()]
    bits = {name: 0.0 if name in table.measured else value for name, value in table.bits.items()}
    bits.update({name: value for name, value in (start or {}).items() if name in table.measured})
    having = collections.defaultdict(list)
    for place, (signals, _, _) in enumerate(patterns):
        for name, strength in signals.items():
            having[name].append((place, strength))
    scores = [bits["prior"] + sum(bits[name] * strength for name, strength in signals.items())
              for signals, _, _ in patterns]
    bounds = {}
    for name in table.measured:
        alone = min(cap, abs(ratios.get(name, 0.0)))
        right_way = ratios.get(name, 0.0) * table.bits[name] > 0
        low, high = (0.0, alone) if table.bits[name] > 0 else (-alone, 0.0)
        bounds[name] = (low, high) if right_way else (0.0, 0.0)
        if bits[name] != max(bounds[name][0], min(bounds[name][1], bits[name])):
            change = max(bounds[name][0], min(bounds[name][1], bits[name])) - bits[name]
            move(scores, having[name], change)
            bits[name] += change
    for _ in range(ROUNDS_MAX):
        largest = 0.0
        for name in table.measured:
            low, high = bounds[name]
            if low == high:
                continue
            slope, curve = RIDGE * bits[name], RIDGE
            for place, strength in having[name]:
                _, honest, campaign = patterns[place]
                chance = probability(scores[place])
                slope += strength * math.log(2) * ((honest + campaign) * chance - campaign)
                curve += (strength * math.log(2)) ** 2 * (honest + campaign) * chance * (1 - chance)
            # A Newton step from a flat place leaps: a bit or two a round get there as well.
            wish = bits[name] - max(-2.0, min(2.0, slope / curve))
            change = max(low, min(high, wish)) - bits[name]
            if abs(change) > CHANGE_MIN:
                move(scores, having[name], change)
                bits[name] += change
            largest = max(largest, abs(change))
        if largest < CHANGE_MIN * 10:
            break
    return {name: bits[name] for name in table.measured}


def move(scores, places, change):
    for place, strength in places:
        scores[place] += change * strength


def rounded(bits):
    return {name: round(value / STEP_BITS) * STEP_BITS + 0.0 for name, value in bits.items()}


def occurrence(rows):
    """{signal: (share of campaigns' projects, share of honest projects)} that have it."""
    totals, seen = [0.0, 0.0], collections.defaultdict(lambda: [0.0, 0.0])
    for pattern, weights in rows.items():
        for side in (0, 1):
            totals[side] += weights[side]
            for name, _ in pattern:
                seen[name][side] += weights[side]
    return {name: (found[1] / totals[1], found[0] / totals[0]) for name, found in seen.items()}


def report_rows(patterns, table, cap=CAP_BITS):
    """(signal, weight now, share in campaigns, share in honest, alone, fitted) as text."""
    rows = patterns.weighted(table.bits["prior"])
    shares, ratios, bits = occurrence(rows), single_ratios(rows), rounded(fit(rows, table, cap))
    for name in table.bits:
        if name in THRESHOLDS:
            continue
        campaign, honest = shares.get(name, (0.0, 0.0))
        yield (name, f"{table.bits[name]:.1f}", f"{campaign:.3f}", f"{honest:.4f}",
               f"{ratios.get(name, 0.0):.1f}", f"{bits[name]:.1f}" if name in bits else "kept")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--signals", required=True, metavar="FILE")
    parser.add_argument("--observe", action="store_true", help="print the table for observing runs")
    parser.add_argument("--without", metavar="FAMILY", help="as if that family were unknown")
    parser.add_argument("--cap", type=float, default=CAP_BITS, metavar="BITS")
    parser.add_argument("runs", nargs="*", metavar="LABELS=RUN")
    options = parser.parse_args()
    table = Table(options.signals)
    if options.observe:
        print(table.observing(), end="")
        return
    patterns = Patterns()
    for pair in options.runs:
        patterns.add(read_run(*pair.split("=", 1)))
    rows = patterns.weighted(table.bits["prior"], options.without)
    print(table.text(rounded(fit(rows, table, options.cap))), end="")


if __name__ == "__main__":
    main()
