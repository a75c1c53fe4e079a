#!/usr/bin/env python3
"""Measures what winnow lists, on corpora of which everything is known.

  tests/eval/evaluate.py [--quick] [--out reports/EVALUATION.md] [--seeds N...] [--keep DIR]

Builds a labelled corpus for each seed, sweeps it, scores the run, then scores each family of
campaigns with weights that were set without it. Then the case of 2025 at full size and a hundred
thousand honest projects. Writes the tables as Markdown. --quick: one corpus, its figures only.
Exit 1 when a figure misses its bound.

WINNOW or WINNOW_BUILD name the program, as for the other tests.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(Path(__file__).parent)]

import calibrate
import corpus
import replay
import scratch
from score import (FAMILY_HEAD, HIGH, HONEST_HEAD, LISTED, Score, family_rows, honest_rows, markdown,
                   read_labels, score_run, summary_rows)

WINNOW = os.environ.get("WINNOW", str(ROOT / os.environ.get("WINNOW_BUILD", "build/gcc") / "winnow"))
DATASETS = ROOT / "datasets"
SIGNALS = DATASETS / "signals.txt"

# seed: (honest projects, factor on campaign sizes, share of projects with known owners)
CORPORA = {1: (3000, 1.0, 0.5), 2: (3000, 1.0, 0.0), 3: (5000, 0.5, 1.0), 4: (2000, 1.5, 0.4),
           5: (4000, 1.0, 0.7)}
QUICK_SEED = 1
REPLAY_SEED, REPLAY_HONEST = 1, 20000
HONEST_SEED, HONEST_ONLY = 9, 100000

# (what, figure of a Score, whether more is better, bound): what must hold over all corpora together.
BOUNDS = (
    ("high: precision", lambda s: s.precision(HIGH), True, 0.995),
    ("high: recall over all campaign projects", lambda s: s.recall(HIGH), True, 0.95),
    ("high: honest projects", lambda s: s.wrong(HIGH), False, 0),
    ("campaigns: pairwise precision", lambda s: s.pair_precision, True, 0.98),
    ("campaigns: pairwise recall", lambda s: s.pair_recall, True, 0.95),
)
# No bounds: figures to look at beside them.
LOOKS = (("high and review: precision", lambda s: s.precision(LISTED)),
         ("high and review: recall", lambda s: s.recall(LISTED)),
         ("largest campaign, share of the list", lambda s: s.largest_share))
REPLAY_RECALL, HONEST_HIGH_MOST = 0.99, 10


class Bench:
    """Corpora and runs in one scratch folder; progress goes to stderr."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.begin = time.monotonic()
        self.missed = []

    def say(self, text):
        print(f"[{time.monotonic() - self.begin:5.0f} s] {text}", file=sys.stderr, flush=True)

    def winnow(self, *arguments, datasets=DATASETS):
        done = subprocess.run([WINNOW, *map(str, arguments), "--quiet"], capture_output=True, text=True,
                              env=dict(os.environ, WINNOW_DATASETS=str(datasets)))
        if done.returncode != 0:
            raise SystemExit(f"winnow {arguments[0]} ended with {done.returncode}:\n{done.stderr}")

    def sweep(self, name):
        """The run of corpus `name`; its mirror is removed, state and labels stay."""
        home = self.folder / name
        self.winnow("sweep", home / "mirror", "--state", home / "state.db", "--out", home / "runs")
        shutil.rmtree(home / "mirror")
        return home / "runs" / "latest"

    def report(self, name, table):
        """A run of the same facts with another table of weights, in a folder of its own."""
        home = self.folder / name
        datasets, out = home / "datasets", home / "other-runs"
        shutil.rmtree(datasets, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(DATASETS, datasets, ignore=shutil.ignore_patterns("demo-mirror", "fetched"))
        (datasets / SIGNALS.name).write_text(table, encoding="utf-8")
        self.winnow("report", "--state", home / "state.db", "--out", out, datasets=datasets)
        return out / "latest"

    def labels(self, name):
        return self.folder / name / "labels.tsv"

    def hold(self, what, value, more, bound):
        """A row of a table of bounds; remembers what was missed."""
        kept = value >= bound if more else value <= bound
        if not kept:
            self.missed.append(f"{what} {figure(value)}")
        return (what, figure(value), f"{'at least' if more else 'at most'} {bound}", "yes" if kept else "**no**")


def figure(value):
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def score_corpora(bench, seeds):
    """{seed: Score}; states stay for reports with other weights."""
    scores = {}
    for seed in seeds:
        honest, scale, owners = CORPORA[seed]
        bench.say(f"corpus {seed}")
        corpus.build(bench.folder / f"seed-{seed}", seed, honest, scale, owners_share=owners, quiet=True)
        scores[seed] = score_run(bench.labels(f"seed-{seed}"), bench.sweep(f"seed-{seed}"))
    return scores


def observe(bench, seeds, table):
    patterns = calibrate.Patterns()
    for seed in seeds:
        run = bench.report(f"seed-{seed}", table.observing())
        patterns.add(calibrate.read_run(bench.labels(f"seed-{seed}"), run))
    return patterns


def leave_one_out(bench, seeds, table, patterns, families):
    """Rows: each family scored with weights and tiers that were set without it."""
    full = calibrate.fit(patterns.weighted(table.bits["prior"]), table)
    rows, together = [], Score()
    for family in (None, *families):
        bench.say(f"weights without {family or 'no family'}")
        bits = calibrate.fit(patterns.weighted(table.bits["prior"], family), table, start=full)
        bits = {**table.bits, **calibrate.rounded(bits)}
        text = table.text({**bits, **calibrate.tiers(patterns, bits, table.bits["prior"])})
        result = sum((score_run(bench.labels(f"seed-{seed}"), bench.report(f"seed-{seed}", text))
                      for seed in seeds), Score())
        if family:
            result = result.only(family)
            together = together + result
        rows.append((family or "(none left out)", str(sum(result.members.values())),
                     f"{result.precision(HIGH):.4f}", f"{result.recall(HIGH):.4f}",
                     f"{result.recall(LISTED):.4f}", str(result.wrong(HIGH)), str(result.wrong(LISTED))))
    count = sum(together.members.values())
    rows.append(("**all left out, each in turn**", str(count), "", f"{together.right(HIGH) / count:.4f}",
                 f"{together.right(LISTED) / count:.4f}", "", ""))
    return rows


def bounds_table(bench, result):
    rows = [bench.hold(what, value(result), more, bound) for what, value, more, bound in BOUNDS]
    rows += [(what, figure(value(result)), "", "") for what, value in LOOKS]
    return markdown(("figure", "measured", "must be", "held"), rows)


def seeds_table(scores):
    head = ("seed", "honest", "campaigns' projects", *(what for what, _ in summary_rows(Score())))
    rows = [(str(seed), str(sum(result.honest.values())), str(sum(result.members.values())),
             *(value for _, value in summary_rows(result))) for seed, result in scores.items()]
    return markdown(head, rows)


def strangers(labels_path, run):
    """Honest projects in campaigns that hold a project of the case."""
    labels = read_labels(labels_path)
    with open(run / "campaign_members.csv", encoding="utf-8", newline="") as lines:
        members = [(row["campaign_id"], bool(labels[row["project"]][1])) for row in csv.DictReader(lines)]
    of_case = {campaign for campaign, is_case in members if is_case}
    return sum(1 for campaign, is_case in members if campaign in of_case and not is_case)


def replay_part(bench):
    bench.say("the case of 2025")
    replay.build(bench.folder / "replay", REPLAY_SEED, REPLAY_HONEST, quiet=True)
    run = bench.sweep("replay")
    result = score_run(bench.labels("replay"), run)
    members = sum(result.members.values())
    together = sum(result.found[label, "together"] for label in result.members)
    inside = strangers(bench.labels("replay"), run)
    rows = [bench.hold("recall: projects in the one campaign", together / members, True, REPLAY_RECALL),
            bench.hold("honest projects in that campaign", inside, False, 0),
            bench.hold("recall in high", result.recall(HIGH), True, REPLAY_RECALL),
            bench.hold("honest projects in high", result.wrong(HIGH), False, 0)]
    shutil.rmtree(bench.folder / "replay")
    return (f"## The case of June and July 2025\n\n`tests/eval/replay.py --seed {REPLAY_SEED}`: {members} "
            f"projects of {replay.ACCOUNTS} accounts on the days it happened, {replay.WITHOUT_ADDRESS:.0%} "
            f"without an address, among {sum(result.honest.values())} honest ones.\n\n"
            + markdown(("figure", "measured", "must be", "held"), rows)
            + "\n" + markdown(HONEST_HEAD, honest_rows(result)))


def honest_part(bench):
    bench.say("honest projects only")
    corpus.build(bench.folder / "honest", HONEST_SEED, HONEST_ONLY, 0, quiet=True)
    result = score_run(bench.labels("honest"), bench.sweep("honest"))
    rows = [bench.hold("projects in high", result.wrong(HIGH), False, HONEST_HIGH_MOST)]
    shutil.rmtree(bench.folder / "honest")
    return (f"## Honest projects only\n\n`tests/eval/corpus.py --seed {HONEST_SEED} --honest {HONEST_ONLY} "
            f"--campaigns 0`: {sum(result.honest.values())} projects of {len(result.honest)} kinds.\n\n"
            + markdown(("figure", "measured", "must be", "held"), rows)
            + "\n" + markdown(HONEST_HEAD, honest_rows(result)))


def evaluate(bench, seeds):
    """The whole text."""
    scores = score_corpora(bench, seeds)
    total = sum(scores.values(), Score())
    table = calibrate.Table(SIGNALS)
    patterns = observe(bench, seeds, table)
    sizes = ", ".join(f"{seed}: {CORPORA[seed][0]} honest, campaigns x {CORPORA[seed][1]}, owners known "
                      f"{CORPORA[seed][2]:.0%}" for seed in seeds)
    return "\n".join((
        "# Evaluation\n", "Written by `make eval`; do not edit. Corpora are generated "
        "(`tests/eval/corpus.py`) and labelled: honest projects of many kinds and families of campaigns, "
        f"drawn anew for each seed. Seeds and sizes: {sizes}.\n",
        "## All corpora\n", bounds_table(bench, total), "## Each corpus\n", seeds_table(scores),
        "## Families\n", "Share of a family's projects in each tier, in any campaign, and in the campaign "
        "that holds most of theirs.\n", markdown(FAMILY_HEAD, family_rows(total)),
        "## Honest kinds\n", "Kinds with a row in the list or in a campaign; the other kinds of "
        f"{len(total.honest)} have none.\n", markdown(HONEST_HEAD, honest_rows(total)),
        "## Weights\n", "What labelled runs make of `datasets/signals.txt`: shares of projects that have a "
        "signal (each family, each kind counts the same), its log2 ratio alone, and its weight in a "
        f"logistic regression in bits (`tests/eval/calibrate.py` says how; cap {calibrate.CAP_BITS:g}).\n",
        markdown(("signal", "weight now", "in campaigns", "in honest", "alone", "fitted"),
                 list(calibrate.report_rows(patterns, table))),
        "## Weights set without the family that is scored\n", "Precision counts that family against all "
        "honest projects.\n",
        markdown(("family", "projects", "high: precision", "high: recall", "listed: recall", "honest in high",
                  "honest listed"), leave_one_out(bench, seeds, table, patterns, sorted(total.members))),
        replay_part(bench), honest_part(bench)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one corpus, bounds only, nothing written")
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "EVALUATION.md", metavar="FILE")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(CORPORA), choices=list(CORPORA))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in DIR and leave it there")
    options = parser.parse_args()
    with scratch.folder(HONEST_ONLY) as folder:
        bench = Bench(options.keep or folder)
        if options.quick:
            result = score_corpora(bench, [QUICK_SEED])[QUICK_SEED]
            print(bounds_table(bench, result), markdown(FAMILY_HEAD, family_rows(result)),
                  markdown(HONEST_HEAD, honest_rows(result)), sep="\n")
        else:
            text = evaluate(bench, options.seeds)
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(text, encoding="utf-8")
            bench.say(f"written: {options.out}")
    if bench.missed:
        print("missed: " + "; ".join(bench.missed), file=sys.stderr)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
