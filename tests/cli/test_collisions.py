#!/usr/bin/env python3
"""Collisions and watchlist, recomputed here from the facts and the reports to their left, pair by
pair: on the demo mirror and on mirrors where names, people and days are drawn from small pots."""

import random
import re
import sqlite3
import string
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import ROOT, read_csv, run, sweep

sys.path.insert(0, str(ROOT / "scripts"))

from mirror_recipe import Mirror, metadata_text, wheel_members, zip_bytes  # noqa: E402

BEFORE = ("py-", "python-")
AFTER = ("-app", "-bin", "-cli", "-cmd", "-package", "-pkg", "-py", "-python", "-tool", "-tools")
REASONS = ("same-address", "same-domain", "same-owner", "requires", "ships-command", "has-code",
           "generic", "older")
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
GENERIC = {line.strip() for line in
           (ROOT / "datasets" / "generic-names.txt").read_text("utf-8").splitlines()
           if line and not line.startswith("#")}


def normalize(name):
    return re.sub("[-_.]+", "-", name).translate(LOWER)


def when(text):
    """A time as something that sorts; None when unknown."""
    return (text[:19], text[20:].rstrip("Z")) if text else None


def first_of(names):
    return min(names, key=str.encode)


class Project:
    def __init__(self, row, own_domains):
        self.name, self.first, self.first_text = row["project"], None, row["first_uploaded_at"]
        self.first = when(self.first_text)
        self.addresses = set(row["author_emails"].split())
        self.domains = set(row["domains"].split()) & own_domains
        self.owners = set(row["owners"].split())
        self.dependents = int(row["dependents"])
        self.real = row["payload_kind"] in ("data", "native", "code")
        self.requires, self.modules, self.commands = set(), set(), {}

    def spellings(self, relation, key):
        """{how it writes the name: earliest upload that has it}."""
        if relation == "module":
            return {name: self.first_text for name in self.modules if normalize(name) == key}
        return {name: min(seen, key=when, default="") for name, seen in self.commands.items()
                if normalize(name) == key}

    def ties(self, other):
        if self.addresses & other.addresses:
            yield "same-address"
        if self.domains & other.domains:
            yield "same-domain"
        if self.owners & other.owners:
            yield "same-owner"
        if other.name in self.requires or self.name in other.requires:
            yield "requires"


def load_projects(folder, state):
    own = {row["domain"] for row in read_csv(folder / "domains.csv") if row["domain_type"] == "own"}
    projects = {row["project"]: Project(row, own) for row in read_csv(folder / "projects.csv")}
    uploads = {row["path"]: row["uploaded_at"] for row in read_csv(folder / "artifacts.csv")}
    base = sqlite3.connect(state)
    for name, required in base.execute("SELECT project, required_project FROM requirements"):
        projects[name].requires.add(required)
    for name, module in base.execute(
            "SELECT a.project, j.value FROM artifacts a, json_each(a.top_level) j"):
        projects[name].modules.add(module)
    for name, command, path in base.execute(
            "SELECT e.project, e.name, a.path FROM entry_points e JOIN artifacts a "
            "ON a.project = e.project AND a.filename = e.filename "
            "WHERE e.entry_group IN ('console_scripts', 'gui_scripts')"):
        seen = projects[name].commands.setdefault(command, set())
        if uploads[path]:
            seen.add(uploads[path])
    base.close()
    return list(projects.values())


def is_generic(key, shippers, by_module):
    """Three groups or more of projects that have nothing in common."""
    if key in GENERIC:
        return True
    groups = []
    for project in shippers:
        ties = {("a", t) for t in project.addresses} | {("d", t) for t in project.domains}
        ties |= {("o", t) for t in project.owners}
        if by_module:
            ties |= {("m", t) for t in project.modules if normalize(t) not in GENERIC
                     or t != t.translate(LOWER)}
        ties.add(("self", project.name))
        apart = [group for group in groups if not group & ties]
        groups = apart + [ties.union(*(group for group in groups if group & ties))]
    return len(groups) >= 3


def collision(project, relation, key, projects):
    """(project's name, relation, command, owner, owner's time, reason), or None."""
    shippers = [(other, other.spellings(relation, key)) for other in projects]
    shippers = [(other, spellings) for other, spellings in shippers if spellings]
    own = any(other is project for other, _ in shippers)
    others = [(other, spellings) for other, spellings in shippers if other is not project]
    if not others:
        return None

    def seen(spellings):
        return min(filter(None, spellings.values()), key=when, default="")

    def is_earlier(shipper):
        since = when(seen(shipper[1]))
        return since is not None and project.first is not None and since < project.first

    owner, spellings = min(others, key=lambda shipper: (
        not is_earlier(shipper), -shipper[0].dependents, not seen(shipper[1]),
        when(seen(shipper[1])) or (), shipper[0].name.encode()))
    earlier = any(is_earlier(shipper) for shipper in others)
    if relation == "module" and own and not earlier:
        return None
    reasons = {tie for other, _ in others for tie in project.ties(other)}
    if own and relation != "module":
        reasons.add("ships-command")
    if project.real:
        reasons.add("has-code")
    if is_generic(key, [other for other, _ in others], relation != "module"):
        reasons.add("generic")
    if not earlier:
        reasons.add("older")
    reason = next((reason for reason in REASONS if reason in reasons), "")
    return (project.name, relation, first_of(spellings), owner, seen(spellings), reason)


def keys_of(project):
    name = project.name
    yield "command", name
    for key in dict.fromkeys([name[len(text):] for text in BEFORE if name.startswith(text)] +
                             [name[:-len(text)] for text in AFTER if name.endswith(text)]):
        if key:
            yield "affix", key
    yield "module", name


def expected_collisions(projects):
    table = []
    for project in projects:
        rows = []
        for relation, key in keys_of(project):
            row = collision(project, relation, key, projects)
            if row and not any(old[3] is row[3] and (not old[5] or row[5]) for old in rows):
                rows.append(row)
        table += sorted(rows, key=lambda row: (row[1], row[2].encode()))
    names = {project.name: project for project in projects}
    return [{"project": name, "command": command, "owner_project": owner.name,
             "owner_first_uploaded_at": seen, "owner_dependents": str(owner.dependents),
             "project_first_uploaded_at": names[name].first_text,
             "relation": relation, "exempt_reason": reason}
            for name, relation, command, owner, seen, reason in table]


def expected_watchlist(projects):
    shippers = {}
    for project in projects:
        for command in project.commands:
            shippers.setdefault(normalize(command), []).append((project, command))
    table = []
    for key, shipped in shippers.items():
        owners = sorted({project.name: project for project, _ in shipped}.values(),
                        key=lambda project: project.name.encode())
        reach = sum(project.dependents for project in owners)
        if (not re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", key) or not reach
                or any(project.name == key for project in projects)
                or is_generic(key, owners, True)):
            continue
        seen = [time for project, command in shipped for time in project.commands[command]]
        table.append({"command": first_of([command for _, command in shipped]),
                      "owner_projects": " ".join(project.name for project in owners[:5]),
                      "owner_dependents": str(reach),
                      "first_seen_at": min(seen, key=when, default="")})
    return sorted(table, key=lambda row: row["command"].encode())


WORDS = ("ax", "bo", "cy", "dun", "eel", "run")
SEPARATORS = ("-", "_", ".", "--")
PEOPLE = ("a@gmail.com", "b@gmail.com", "A@Corp.example", "b@mail.corp.example", "c@other.example",
          "d@mailinator.com", "e@localhost")
CODE = "def f(x):\n    return [y * y for y in x if y]\n"


def draw_name(chance):
    parts = [chance.choice(WORDS) for _ in range(chance.choice((1, 1, 1, 2)))]
    name = "-".join(parts)
    if chance.random() < 0.4:
        name = chance.choice(BEFORE) + name if chance.random() < 0.4 else name + chance.choice(AFTER)
    if chance.random() < 0.3:
        name = name.title()
    return "".join(chance.choice(SEPARATORS) if letter == "-" else letter for letter in name)


def draw_command(chance):
    if chance.random() < 0.05:
        return chance.choice(("_ax", "ax-", "caf\u00e9", "a x", "@bo", "\u212aax"))
    return draw_name(chance)


def draw_release(chance, project, version):
    """The bytes of a wheel."""
    module = draw_name(chance).replace("-", "_").replace(".", "_")
    body = chance.choice(("", "", "X = 1\n", "print('x')\n", CODE))
    files = [(f"{module}/__init__.py", body)]
    if chance.random() < 0.1:
        files = [(f"{module}/table.csv", f"{project},1\n" * 50), *files]
    if chance.random() < 0.1:
        files = []
    fields = {"Requires_Dist": [draw_name(chance).strip("._-").replace("--", "-")
                                for _ in range(chance.choice((0, 0, 0, 1, 2)))]}
    if chance.random() < 0.3:
        fields["Author_email"] = ", ".join(chance.sample(PEOPLE, chance.choice((1, 1, 2))))
    commands = {draw_command(chance) for _ in range(chance.choice((0, 0, 1, 2, 3)))}
    group = chance.choice(("console_scripts", "console_scripts", "gui_scripts", "plug.ins"))
    points = f"[{group}]\n" + "".join(f"{name} = {module}:f\n" for name in sorted(commands))
    return zip_bytes(wheel_members(project, version, files,
                                   metadata_text(project, version, **fields), points))


def build_mirror(folder, seed):
    chance = random.Random(seed)
    mirror = Mirror(folder)
    for project in sorted({normalize(draw_name(chance)) for _ in range(220)}):
        for version in chance.sample(("0.1", "1.0", "2.0"), chance.choice((1, 1, 2))):
            stamp = f"2024-0{chance.randrange(1, 4)}-01T00:00:0{chance.randrange(3)}"
            stamp += chance.choice(("Z", "Z", ".5Z", ".000001Z"))
            if chance.random() < 0.03:
                stamp = None  # then the file's own time counts
            mirror.add(project, f"{project.replace('-', '_')}-{version}-py3-none-any.whl",
                       draw_release(chance, project, version), stamp)
        if chance.random() < 0.15:
            mirror.owners[project] = chance.sample(("ann", "bob", "cyd"), chance.choice((1, 2)))
    mirror.close()


class Collisions(unittest.TestCase):
    maxDiff = 4000

    def check(self, folder):
        """The run's tables against the model; returns them."""
        folder = Path(folder)
        done, run_folder = sweep(folder / "mirror", folder, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        projects = load_projects(run_folder, folder / "state.db")
        collisions = read_csv(run_folder / "collisions.csv")
        watchlist = read_csv(run_folder / "watchlist.csv")
        self.assertEqual(collisions, expected_collisions(projects))
        self.assertEqual(watchlist, expected_watchlist(projects))
        done = run("report", "--state", folder / "state.db", "--out", folder / "again", "--jobs",
                   "7", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("collisions.csv", "watchlist.csv"):
            self.assertEqual((folder / "again" / "latest" / name).read_bytes(),
                             (run_folder / name).read_bytes())
        return collisions, watchlist

    def test_demo_mirror(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, ROOT / "scripts" / "demo-mirror", "--out",
                            Path(folder) / "mirror"], check=True, capture_output=True)
            collisions, watchlist = self.check(folder)
        # The replay of 2025: every one of its projects, and nothing but them, without exemption.
        case = [row for row in collisions if not row["exempt_reason"]]
        self.assertEqual(len(case), 77)
        self.assertTrue(all(row["project_first_uploaded_at"] >= "2025-06-26"
                            and int(row["owner_dependents"]) >= 2 for row in case))
        self.assertIn("quill-migrate", {row["command"] for row in watchlist})

    def test_drawn_mirrors(self):
        reasons, relations, watched = set(), set(), 0
        for seed in range(4):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                build_mirror(Path(folder) / "mirror", seed)
                collisions, watchlist = self.check(folder)
            reasons |= {(row["exempt_reason"]) for row in collisions}
            relations |= {(row["relation"]) for row in collisions}
            watched += len(watchlist)
        # The pots are small enough for all of it to happen.
        self.assertEqual(reasons, {"", *REASONS})
        self.assertEqual(relations, {"command", "affix", "module"})
        self.assertGreater(watched, 10)


if __name__ == "__main__":
    unittest.main()
