#!/usr/bin/env python3
"""The public case of June and July 2025 at its full size, among honest projects.

  tests/eval/replay.py --out DIR [--seed N] [--honest N]

1,525 empty projects of 254 accounts on the days it happened, three in ten without an address, all
named after commands of the corpus's honest tools. It is labelled `case-2025`. Nothing of the real
projects is in it: names, people and texts are invented; days and numbers are the published ones.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import corpus
from campaign_kit import Senders, Template, Texts, add_campaign
from clock import day_of
from shelf import BOTH, SDIST, WHEEL

# As the index's operators published them on 2025-07-15.
CASE_DAYS = (("2025-06-26", 9), ("2025-06-27", 295), ("2025-06-28", 39), ("2025-06-29", 119),
             ("2025-06-30", 740), ("2025-07-01", 249), ("2025-07-02", 46), ("2025-07-10", 16),
             ("2025-07-11", 12))
ACCOUNTS = 254
WITHOUT_ADDRESS = 0.3
HONEST = 20000
LABEL = "case-2025"


def case_moments(dice):
    """Each day's uploads within ten hours, some seconds or minutes apart."""
    moments = []
    for day, count in CASE_DAYS:
        start = day_of(day) + dice.between(5, 9) * 3600
        moments += [start + number * 36000 // count + dice.below(9) for number in range(count)]
    return sorted(moments)


def add_case(world):
    dice = world.dice(LABEL)
    moments = case_moments(dice)
    commands = world.free_commands(dice, len(moments), moments[0])
    if len(commands) < len(moments):
        raise SystemExit(f"only {len(commands)} commands to name {len(moments)} projects after: "
                         "more honest projects are needed")
    names = dice.shuffled([world.names.take(command.name) for command in commands])
    payloads = [(Template(dice, "blank").files, 6), (Template(dice, "hello").files, 3),
                (Template(dice, "none").files, 2)]
    add_campaign(world, dice, LABEL, names, moments, Senders(dice, ACCOUNTS, ("inbox.ru",), WITHOUT_ADDRESS),
                 payloads, Texts(dice, ("{n} package", "{n}")), edits=0.05,
                 forms=((SDIST, 4), (BOTH, 2), (WHEEL, 1)))


def build(out, seed=1, honest=HONEST, quiet=False):
    return corpus.build(out, seed, honest, 0, more=add_case, quiet=quiet)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, metavar="DIR", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--honest", type=int, default=HONEST, metavar="N")
    options = parser.parse_args()
    build(options.out, options.seed, options.honest)


if __name__ == "__main__":
    main()
