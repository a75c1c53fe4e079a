#!/usr/bin/env python3
"""Sweeps the sample of well-known projects (make sample) and holds every field that winnow
extracted against importlib.metadata, email, zipfile and tarfile on the same files."""

import collections
import configparser
import email
import email.utils
import importlib.metadata
import re
import sys
import tarfile
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from reports import ROOT, read_csv, sweep

SAMPLE = ROOT / "datasets" / "sample-mirror"
NATIVE = re.compile(r"\.(so|pyd|dll|dylib)$")
FORMULA_STARTS = tuple("=+-@\t\r\n\0")


def cell(text):
    """How a CSV cell shows a text: what a spreadsheet would run is disarmed."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


class Archive:
    """An archive as Python's own modules see it: members, sizes, texts."""

    def __init__(self, path):
        if path.suffix in (".whl", ".zip", ".egg"):
            with zipfile.ZipFile(path) as archive:
                self.sizes = {info.filename: info.file_size for info in archive.infolist()}
                self.count = len(archive.infolist())
                self.texts = {name: archive.read(name) for name in self.sizes
                              if self.is_declaration(name)}
        else:
            with tarfile.open(path) as archive:
                members = archive.getmembers()
                self.count = len(members)
                self.sizes = {member.name: member.size for member in members if member.isfile()}
                self.texts = {member.name: archive.extractfile(member).read()
                              for member in members
                              if member.isfile() and self.is_declaration(member.name)}

    @staticmethod
    def is_declaration(name):
        return name.rsplit("/", 1)[-1] in ("METADATA", "PKG-INFO", "entry_points.txt",
                                           "pyproject.toml", "setup.cfg", "requires.txt")

    def text(self, pattern):
        """The text of the shortest path that matches."""
        found = sorted((name for name in self.texts if re.fullmatch(pattern, name)), key=len)
        return self.texts[found[0]].decode("utf-8") if found else None


def addresses(message, field):
    found = []
    for value in message.get_all(field) or []:
        for _, address in email.utils.getaddresses([str(value)]):
            local, _, domain = address.rpartition("@")
            if local and domain and not re.search(r"\s", address) and address not in found:
                found.append(address)
    return cell(" ".join(found))


def expected_row(path, archive):
    is_wheel = path.suffix == ".whl"
    message = email.message_from_string(
        archive.text(r"[^/]+\.dist-info/METADATA" if is_wheel else r"[^/]+/PKG-INFO"))
    stem = re.sub(r"\.(whl|tar\.gz|zip|tar\.bz2)$", "", path.name)
    python = [size for name, size in archive.sizes.items() if name.endswith(".py")]
    requires = message.get_all("Requires-Dist") or []
    if not requires and not is_wheel and (text := archive.text(r".*\.egg-info/requires\.txt")):
        requires = [line for line in text.splitlines() if line and not line.startswith("[")]
    row = {
        "project": re.sub(r"[-_.]+", "-", path.parent.name).lower(),
        "version": stem.split("-")[1] if is_wheel else stem.rpartition("-")[2],
        "filename": path.name,
        "path": path.relative_to(SAMPLE).as_posix(),
        "format": "wheel" if is_wheel else "sdist",
        "size_bytes": str(path.stat().st_size),
        "uploaded_at_source": "mtime",
        "sha256": "",
        "status": "ok",
        "status_detail": "",
        "author_emails": addresses(message, "Author-email"),
        "maintainer_emails": addresses(message, "Maintainer-email"),
        "requires_dist_count": str(len(requires)),
        "member_count": str(archive.count),
        "python_file_count": str(len(python)),
        "python_bytes": str(sum(python)),
        "native_file_count": str(sum(bool(NATIVE.search(name)) for name in archive.sizes)),
    }
    for column, field in (("metadata_version", "Metadata-Version"), ("name", "Name"),
                          ("summary", "Summary"), ("author", "Author"),
                          ("home_page", "Home-page")):
        row[column] = cell(message[field] or "")
    return row


def wheel_entries(path, archive):
    with zipfile.ZipFile(path) as opened:
        info = next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        points = importlib.metadata.PathDistribution(
            zipfile.Path(opened, info.removesuffix("METADATA"))).entry_points
        found = {from_point(point, "wheel") for point in points}
    return found | {("scripts", name.rsplit("/", 1)[1], "wheel") for name in archive.sizes
                    if re.fullmatch(r"[^/]+\.data/scripts/[^/]+", name)}


def from_point(point, source):
    attr = f":{point.attr}" if point.attr else ""
    return (point.group, point.name, point.module + attr, " ".join(point.extras), source)


def sdist_entries(archive):
    """The most trusted place that declares something, as its own parser reads it."""
    text = archive.text(r".*\.egg-info/entry_points\.txt")
    if text is not None:
        return {from_point(point, "egg-info")
                for point in importlib.metadata.EntryPoints._from_text(text)}
    groups = {}
    text = archive.text(r"[^/]+/pyproject\.toml")
    if text is not None:
        project = tomllib.loads(text)
        table = project.get("project", {})
        poetry = project.get("tool", {}).get("poetry", {})
        groups = {**table.get("entry-points", {}), **poetry.get("plugins", {})}
        groups["console_scripts"] = table.get("scripts") or poetry.get("scripts", {})
        groups["gui_scripts"] = table.get("gui-scripts", {})
        groups = {group: entries for group, entries in groups.items() if entries}
    if groups:
        return {from_point(importlib.metadata.EntryPoint(name, value, group), "pyproject")
                for group, entries in groups.items() for name, value in entries.items()}
    text = archive.text(r"[^/]+/setup\.cfg")
    if text is None:
        return set()
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    for section in ("options.entry_points", "entry_points"):
        if parser.has_section(section):
            groups = dict(parser[section])
    return {from_point(importlib.metadata.EntryPoint(*(part.strip() for part in
                                                       line.split("=", 1)), group), "setup.cfg")
            for group, lines in groups.items() for line in lines.splitlines() if "=" in line}


@unittest.skipUnless(SAMPLE.is_dir(), "no sample: run make sample")
class Real(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.done, run_folder = sweep(SAMPLE, folder.name, "--quiet")
        if cls.done.returncode not in (0, 1):
            raise RuntimeError(f"winnow ended with {cls.done.returncode}:\n{cls.done.stderr}")
        cls.listed = read_csv(run_folder / "takedown.csv")
        cls.rows = {row["path"]: row for row in read_csv(run_folder / "artifacts.csv")}
        cls.entries = collections.defaultdict(set)
        for row in read_csv(run_folder / "entry_points.csv"):
            entry = (row["group"], row["name"], row["object_reference"], row["extras"],
                     row["source"])
            if row["group"] == "scripts":
                entry = (row["group"], row["name"], row["source"])
            cls.entries[row["filename"]].add(entry)
        cls.files = sorted(path for path in SAMPLE.glob("*/*") if path.is_file())
        cls.archives = {path: Archive(path) for path in cls.files}

    def test_exit_code(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_one_row_each(self):
        self.assertEqual(sorted(self.rows),
                         sorted(path.relative_to(SAMPLE).as_posix() for path in self.files))

    def test_every_field(self):
        for path in self.files:
            expected = expected_row(path, self.archives[path])
            seen = self.rows[expected["path"]]
            for column, value in expected.items():
                with self.subTest(file=path.name, column=column):
                    self.assertEqual(seen[column], value)

    def test_every_entry_point(self):
        for path in self.files:
            archive = self.archives[path]
            seen = self.entries[path.name]
            with self.subTest(file=path.name):
                if path.suffix == ".whl":
                    self.assertEqual(seen, wheel_entries(path, archive))
                else:
                    self.assertEqual({entry for entry in seen if entry[0] != "scripts"},
                                     sdist_entries(archive))

    def test_command_counts(self):
        for path in self.files:
            commands = {entry[:2] for entry in self.entries[path.name]
                        if entry[0] in ("console_scripts", "gui_scripts")}
            with self.subTest(file=path.name):
                row = self.rows[path.relative_to(SAMPLE).as_posix()]
                self.assertEqual(row["command_count"], str(len(commands)))

    def test_kinds(self):
        """Well-known projects are no empty ones, but for two that are so on purpose; a wheel and
        its sdist are of one kind unless the wheel brings compiled modules."""
        metapackages = {"bs4", "jupyter"}
        for row in self.rows.values():
            with self.subTest(file=row["filename"]):
                kind = "metapackage" if row["project"] in metapackages else "code"
                self.assertEqual(row["payload_kind"], kind)
                self.assertRegex(row["payload_signature"], "^[0-9a-f]{32}$")
                self.assertRegex(row["metadata_signature"], "^[0-9a-f]{32}$")

    def test_nobody_is_listed(self):
        self.assertEqual(self.listed, [])


if __name__ == "__main__":
    unittest.main()
