#!/usr/bin/env python3
"""Builds a labelled mirror: honest projects of many kinds and campaigns of many families.

  tests/eval/corpus.py --out DIR [--seed N] [--honest N] [--campaigns SCALE] [--families NAME...]

DIR/mirror is the mirror, DIR/labels.tsv says what each project is: its honest kind or its family,
and the campaign it belongs to (empty for honest ones). Everything is invented; the same seed and
sizes give the same bytes.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import honest
import honest_names
import honest_small
from campaigns import FAMILIES, add_campaigns
from clock import DAY
from mirror_recipe import normalize
from shelf import write_mirror
from world import World

# Parts of a thousand honest projects; those that decide over names come before the campaigns.
FIRST = ((honest.add_tools, 60), (honest.add_libraries, 360), (honest_names.add_older, 7),
         (honest_names.add_command_named_code, 18))
THEN = ((honest.add_native, 12), (honest.add_data, 18), (honest.add_forks, 20), (honest.add_grown, 12),
        (honest.add_monorepos, 25), (honest.add_prolific, 15), (honest.add_wave, 15),
        (honest.add_sdks, 40), (honest.add_types, 30),
        (honest.add_namespaces, 15), (honest.add_localisations, 15), (honest_names.add_plugins, 40),
        (honest_small.add_skeletons, 65), (honest_small.add_tutorials, 45),
        (honest_small.add_classes, 18), (honest_small.add_students, 55),
        (honest_small.add_abandoned, 45), (honest_small.add_background, 20),
        (honest_small.add_brands, 15), (honest_small.add_reserved, 10),
        (honest_small.add_metapackages, 9), (honest_small.add_redirects, 9),
        (honest_small.add_renames, 6), (honest_small.add_constants, 6))
GENERIC_MOST = 20


def plan(seed, honest_count, scale=1.0, families=tuple(FAMILIES), owners_share=0.5, more=None):
    """The world of a corpus, nothing written yet. `more(world)` may add campaigns of its own."""
    world = World(seed, owners_share)
    for add, parts in FIRST:
        add(world, round(honest_count * parts / 1000))
    if scale > 0:
        add_campaigns(world, scale, families)
    if more:
        more(world)
    world.campaign_days = sorted({moment // DAY * DAY for project in world.projects
                                  if project.campaign for moment in project.times[:1]})
    honest_names.add_generic(world, min(GENERIC_MOST, honest_count // 100))
    for add, parts in THEN:
        add(world, round(honest_count * parts / 1000))
    return world


def write(world, out):
    """mirror/ and labels.tsv below `out`, which must not hold a corpus already."""
    write_mirror(out / "mirror", world.projects)
    rows = sorted((normalize(project.name), project.label, project.campaign)
                  for project in world.projects)
    with open(out / "labels.tsv", "w", encoding="utf-8", newline="\n") as labels:
        labels.write("project\tlabel\tcampaign\n")
        labels.writelines("\t".join(row) + "\n" for row in rows)


def build(out, *arguments, quiet=False, **options):
    out = Path(out)
    if out.exists() and any(out.iterdir()) and not (out / "labels.tsv").exists():
        raise SystemExit(f"{out} is not empty and not a corpus: not touched")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    begin = time.monotonic()
    world = plan(*arguments, **options)
    planned = time.monotonic()
    write(world, out)
    ended = time.monotonic()
    campaign = sum(1 for project in world.projects if project.campaign)
    if quiet:
        return world
    print(f"{out}: {len(world.projects) - campaign} honest projects, {campaign} of "
          f"{len(world.campaigns)} campaigns; {len(world.projects) / (ended - begin):.0f} projects/s "
          f"(planned in {planned - begin:.1f} s)")
    return world


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, metavar="DIR", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--honest", type=int, default=4000, metavar="N")
    parser.add_argument("--campaigns", type=float, default=1.0, metavar="SCALE",
                        help="factor on the sizes of campaigns; 0: none")
    parser.add_argument("--families", nargs="*", default=tuple(FAMILIES), choices=tuple(FAMILIES))
    parser.add_argument("--owners", type=float, default=0.5, metavar="SHARE",
                        help="share of projects whose owner accounts the mirror tells")
    options = parser.parse_args()
    build(options.out, options.seed, options.honest, options.campaigns, options.families, options.owners)


if __name__ == "__main__":
    main()
