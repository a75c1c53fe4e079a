"""Whole archives (analyzer/extract/extract.c, sources.c) against importlib.metadata, zipfile and the
answers that come with the wheels of wheel-inspect."""
import email
import glob
import importlib.metadata
import io
import json
import os
import pathlib
import re
import tarfile
import tempfile
import unittest
import zipfile

from extract_probe import CORPUS, ask, generator
from test_entry_points import split_value

SINGLE = ("metadata_version", "name", "version", "summary", "author", "author_email", "maintainer",
          "maintainer_email", "license", "home_page")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def wheels():
    found = glob.glob(os.path.join(CORPUS, "wheel-inspect", "*wheels", "*.whl"))
    found += glob.glob("/usr/share/python-wheels/*.whl")
    for top in ("/usr/lib/python3*", os.path.expanduser("~/.pyenv/versions/*/lib/python3*")):
        found += glob.glob(os.path.join(top, "ensurepip", "_bundled", "*.whl"))
        found += glob.glob(os.path.join(top, "test", "*.whl"))
    return sorted(found)[:200]


def examine(paths, verb="wheel"):
    return ask("extract", [(verb, path, normal(os.path.basename(path).split("-")[0])) for path in paths])


def no_null(value):
    return "" if value in (None, "UNKNOWN") else value


class Wheels(unittest.TestCase):
    def test_importlib(self):
        paths = wheels()
        if not paths:
            self.skipTest("skipped: no wheel on this machine")
        for path, answer in zip(paths, examine(paths)):
            with self.subTest(path=path), zipfile.ZipFile(path) as opened:
                infos = [n for n in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
                self.assertEqual(answer["found"], bool(infos))
                if len(infos) != 1:
                    continue
                message = email.message_from_bytes(opened.read(infos[0]))
                dist = importlib.metadata.PathDistribution(
                    zipfile.Path(opened, infos[0].removesuffix("METADATA")))
                for field in SINGLE:
                    value = str(message[field.replace("_", "-")] or "")
                    if value.isascii():
                        self.assertEqual(answer[field], value, field)
                self.assertEqual(len(answer["requires_dist"]), len(dist.requires or []))
                points = [[p.group, p.name, *split_value(p.value)] for p in dist.entry_points]
                self.assertEqual([e for e in answer["entry_points"] if e[0] != "scripts"], points)

    def test_wheel_inspect(self):
        paths = [path for path in wheels() if "wheel-inspect" in path]
        if not paths:
            self.skipTest("skipped: no corpus")
        for path, answer in zip(paths, examine(paths)):
            wanted = json.loads(pathlib.Path(path[:-3] + "json").read_text(encoding="utf-8"))
            metadata = wanted.get("dist_info", {}).get("metadata")
            if metadata is None:
                continue
            with self.subTest(path=path):
                for field in SINGLE:
                    self.assertEqual(no_null(answer[field]), no_null(metadata.get(field)), field)
                names = {normal(r["name"]) for r in metadata.get("requires_dist", [])}
                self.assertEqual(answer["requires_projects"], sorted(names - {normal(metadata["name"])}))
                points = [[group, name, e["module"] + (":" + e["attr"] if e["attr"] else ""),
                           " ".join(e["extras"])]
                          for group, entries in wanted["dist_info"].get("entry_points", {}).items()
                          for name, e in entries.items()]
                self.assertEqual(sorted(e for e in answer["entry_points"] if e[0] != "scripts"),
                                 sorted(points))
                top = wanted["dist_info"].get("top_level")
                if top is not None:
                    self.assertEqual(answer["top_level"], sorted(set(top)))


class MemberOrder(unittest.TestCase):
    """The order of the members in the archive must not matter."""

    MEMBERS = {
        "x-1/PKG-INFO": "Metadata-Version: 1.0\nName: x\nVersion: 1\n",
        "x-1/setup.py": "from setuptools import setup\nsetup(scripts=['b/s'])\n",
        "x-1/setup.cfg": "[options.entry_points]\nconsole_scripts =\n  c = m:c\n",
        "x-1/a/x.egg-info/entry_points.txt": "[console_scripts]\na = m:a\n",
        "x-1/b/x.egg-info/entry_points.txt": "[console_scripts]\nb = m:b\n",
        "x-1/lib/y.egg-info/entry_points.txt": "[console_scripts]\ny = m:y\n",
        "x-1/a/x.egg-info/requires.txt": "r1\n", "x-1/b/x.egg-info/requires.txt": "r2\n",
    }

    def test_shuffled(self):
        rng = generator(9)
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number in range(12):
                paths.append(os.path.join(folder, f"x-{number}.zip"))
                names = list(self.MEMBERS)
                rng.shuffle(names)
                with zipfile.ZipFile(paths[-1], "w") as opened:
                    for name in names:
                        opened.writestr(name, self.MEMBERS[name])
            answers = examine(paths, "sdist")
        self.assertEqual(answers[0]["entry_points"],
                         [["console_scripts", "a", "m:a", ""], ["scripts", "s", "", ""]])
        self.assertEqual(answers[0]["requires_dist"], ["r1"])
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0])


class Bounds(unittest.TestCase):
    def examine_one(self, name, members, verb):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, name)
            if name.endswith(".tar"):
                with tarfile.open(path, "w") as opened:
                    for member, text in members.items():
                        info = tarfile.TarInfo(member)
                        info.size = len(text.encode())
                        opened.addfile(info, io.BytesIO(text.encode()))
            else:
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
                    for member, text in members.items():
                        opened.writestr(member, text)
            return examine([path], verb)[0]

    def test_a_file_too_large_to_read_is_told(self):
        padding = "# 123456789012345678901234567\n" * 600_000
        metadata = "Metadata-Version: 2.1\nName: x\nVersion: 1\n"
        for name, verb, large in (
                ("x-1-py3-none-any.whl", "wheel", "x-1.dist-info/entry_points.txt"),
                ("x-1.tar", "sdist", "x-1/setup.py"), ("x-1.zip", "sdist", "x-1/pyproject.toml")):
            answer = self.examine_one(name, {
                "x-1.dist-info/METADATA" if verb == "wheel" else "x-1/PKG-INFO": metadata,
                "x-1/setup.cfg": "[options.entry_points]\ng =\n  c = m:c\n", large: padding}, verb)
            self.assertEqual((answer["status"], answer["name"]), ("over_limit", "x"), large)
            self.assertEqual(answer["entry_points"],
                             [] if verb == "wheel" else [["g", "c", "m:c", ""]], large)

    def test_long_parts_are_cut(self):
        long = "\u20ac" * 30_000
        answer = self.examine_one("x-1-py3-none-any.whl", {
            "x-1.dist-info/METADATA": "Name: x\nVersion: 1\n",
            "x-1.dist-info/entry_points.txt":
                f"[g]\n{long} = m:f [e]\na = {long}\nb = m [{long}]\n[{long}]\nc = m:c\n"}, "wheel")
        cut = "\u20ac" * ((64 << 10) // 3)
        self.assertEqual(answer["status"], "ok")
        self.assertEqual(answer["entry_points"], [["g", cut, "m:f", "e"], ["g", "a", cut, ""],
                                                  ["g", "b", "m", cut], [cut, "c", "m:c", ""]])
        self.assertIn("field-cut", answer["anomalies"])


if __name__ == "__main__":
    unittest.main()
