#!/usr/bin/env python3
"""RECORD against the members of a wheel: winnow's anomalies against the same rules written with
Python's csv, zipfile and hashlib, on made-up wheels, on wheels of another project's tests and on
the sample of real ones."""

import base64
import csv
import hashlib
import io
import json
import os
import posixpath
import random
import re
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from reports import ROOT, read_csv, sweep

CORPUS = Path(os.environ.get("WINNOW_CORPUS", ROOT / "../shared/corpus")) / "wheel-inspect"
SAMPLE = ROOT / "datasets" / "sample-mirror"
GOOD = {"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s"}
WEAK = {"md5", "sha1", "sha224"}
CODES = re.compile(r"record-|no-record|no-wheel-file")
INFO = "foo-1.0.dist-info"


def digest(data, algorithm="sha256"):
    raw = hashlib.new(algorithm, data).digest()
    return f"{algorithm}=" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def expected(data, info, thorough=True):
    """{code: detail} by the rules of the format, of a wheel whose .dist-info is `info`."""
    found = {}

    def note(code, name):
        found.setdefault(code, []).append(name)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {item.filename: item for item in archive.infolist()}
        bytes_of = {name: archive.read(name) for name in infos}
    names = {posixpath.normpath(name): name for name in infos}
    if f"{info}/WHEEL" not in infos:
        note("no-wheel-file", "")
    if f"{info}/RECORD" not in infos:
        note("no-record", "")
        rows = None
    else:
        text = bytes_of[f"{info}/RECORD"].decode()
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    listed = set()
    free = {f"{info}/RECORD{end}" for end in ("", ".jws", ".p7s")}
    for row in rows or ():
        path, hashed, size = (row + ["", ""])[:3]
        if len(row) != 3 or not path:
            note("record-malformed", path)
        if not path:
            continue
        if path.startswith("/") or ".." in path.split("/") or posixpath.normpath(path) == ".":
            note("record-path", path)
            continue
        if path.endswith("/"):
            if not any(name.startswith(path) for name in infos):
                note("record-absent", path)
            continue
        name = names.get(posixpath.normpath(path))
        if name is None:
            note("record-absent", path)
            continue
        if name.endswith("/"):
            continue
        plain = posixpath.normpath(name)
        if name != path:
            note("record-path", path)
        if plain in listed:
            note("record-duplicate", plain)
            continue
        listed.add(plain)
        if len(row) != 3 or plain in free:
            continue
        if not hashed or not size:
            note("record-no-hash", plain)
        if size and not re.fullmatch("[0-9]+", size):
            note("record-malformed", plain)
        elif size and int(size) != len(bytes_of[name]):
            note("record-size", plain)
        algorithm, equals, value = hashed.partition("=")
        algorithm = algorithm.lower()
        if not hashed:
            continue
        if not equals or not algorithm:
            note("record-malformed", plain)
        elif algorithm not in GOOD | WEAK:
            note("record-weak-hash", plain)
        else:
            right = digest(bytes_of[name], algorithm).partition("=")[2]
            if not re.fullmatch(r"[A-Za-z0-9_-]{%d}" % len(right), value):
                note("record-malformed", plain)
                continue
            if algorithm in WEAK:
                note("record-weak-hash", plain)
            if thorough and value != right:
                note("record-hash", plain)
    if rows is not None:
        for plain, name in names.items():
            if not name.endswith("/") and plain not in listed | free:
                note("record-unlisted", plain)
    return {code: first[0] + (f" and {len(first) - 1} more" if len(first) > 1 else "")
            for code, first in found.items()}


def wheel(rows, drop=(), extra=()):
    """A wheel of which RECORD says `rows`: a text, or rows as lists."""
    members = {"foo/__init__.py": b"", "foo/a.py": b"print(1)\n", "foo/b,c \"d\".py": b"x = 2\n",
               "foo/data.bin": bytes(range(256)) * 9,
               f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n",
               f"{INFO}/WHEEL": b"Wheel-Version: 1.0\n"}
    members.update(extra)
    if callable(rows):
        rows = rows(members)
    if not isinstance(rows, str):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        rows = out.getvalue()
    members[f"{INFO}/RECORD"] = rows.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            if name not in drop:
                archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def honest(members):
    return [[name, digest(data), str(len(data))] for name, data in members.items()] + [
        [f"{INFO}/RECORD", "", ""]]


def twisted(dice):
    """A RECORD with a few of the things wrong that can be."""
    def rows_of(members):
        rows = honest(members)
        for _ in range(dice.randint(1, 4)):
            i = dice.randrange(len(rows))
            row = rows[i]
            data = members.get(row[0], b"")
            dice.choice([
                lambda: rows.pop(i),
                lambda: rows.append(list(row)),
                lambda: row.append("644"),
                lambda: row.pop(),
                lambda: row.__setitem__(0, dice.choice(
                    ["./", "/", "../", "foo//../", "foo/", "x/", "./foo//"]) + row[0]),
                lambda: row.__setitem__(0, ""),
                lambda: row.__setitem__(0, dice.choice(["foo/", "none/", "foo", f"{INFO}/"])),
                lambda: row.__setitem__(0, row[0].replace("/", "//")),
                lambda: row.__setitem__(0, row[0].upper()),
                lambda: row.__setitem__(-1, dice.choice(
                    ["", "0", "-1", "7.0", "999999999999999999999", " 9", "9"])),
                lambda: row.__setitem__(1, "") if len(row) > 1 else None,
                lambda: row.__setitem__(1, digest(data, dice.choice(sorted(GOOD | WEAK)))),
                lambda: row.__setitem__(1, digest(data + b"!", dice.choice(sorted(GOOD | WEAK)))),
                lambda: row.__setitem__(1, dice.choice(
                    ["sha256=", "sha256", "=abc", "bla360=abc", digest(data) + "=",
                     digest(data)[:-1], "SHA256" + digest(data)[6:],
                     "sha256=" + hashlib.sha256(data).hexdigest()])),
            ])()
            if not rows:
                break
        return [row for row in rows if row]
    return rows_of


class WheelRecord(unittest.TestCase):
    def compare(self, wheels, *arguments, thorough=True):
        """Sweeps {name: (bytes, info)}; each must be reported as expected() has it."""
        with tempfile.TemporaryDirectory() as folder:
            mirror = Path(folder) / "mirror"
            for i, (name, (data, _)) in enumerate(wheels.items()):
                (mirror / str(i)).mkdir(parents=True)
                (mirror / str(i) / name.partition(":")[2]).write_bytes(data)
            if thorough:
                arguments = ("--thorough", *arguments)
            done, run = sweep(mirror, folder, "--quiet", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            places = {row["path"]: int(row["path"].split("/")[0])
                      for row in read_csv(run / "artifacts.csv")}
            self.assertEqual(sorted(places.values()), list(range(len(wheels))))
            # anomalies.csv has no path: the file names are made unique by the caller.
            found = {}
            for row in read_csv(run / "anomalies.csv"):
                if CODES.match(row["code"]):
                    detail = row["detail"]
                    found.setdefault(row["filename"], {})[row["code"]] = (
                        detail[1:] if detail.startswith("'") else detail)
        for name, (data, info) in wheels.items():
            with self.subTest(wheel=name):
                self.assertEqual(found.get(name.partition(":")[2], {}),
                                 expected(data, info, thorough))

    def test_made_up(self):
        dice = random.Random(4)
        text = "foo/__init__.py,%s,0\r\n\r\nfoo/a.py,%s,9\r" % (digest(b""), digest(b"print(1)\n"))
        cases = [honest, [], "", text, text + '"foo/b,c ""d"".py"x,,\n', "\n\n", "foo/a.py",
                 lambda members: honest(members) + [["foo/", "", ""], ["bar/", "", ""]]]
        cases += [twisted(dice) for _ in range(int(os.environ.get("WINNOW_WHEELS", "300")))]
        wheels = {f"w:foo-1.0-{i}-py3-none-any.whl": (wheel(rows), INFO)
                  for i, rows in enumerate(cases)}
        more = [wheel(honest, drop={f"{INFO}/RECORD"}), wheel(honest, drop={f"{INFO}/WHEEL"}),
                wheel(honest, drop={"foo/a.py"}),
                wheel(honest, extra={"foo/late.py": b"", "empty/": b""}),
                wheel([], extra={f"{INFO}/RECORD.jws": b"{}", f"{INFO}/RECORD.p7s": b""}),
                wheel(lambda members: honest(members)[:6],
                      extra={f"{INFO}/RECORD.jws": b"{}", f"{INFO}/x.txt": b""})]
        for i, data in enumerate(more):
            wheels[f"w:foo-1.0-{1000000 + i}-py3-none-any.whl"] = (data, INFO)
        self.compare(wheels)
        self.compare(wheels, thorough=False)

    def test_hashes_of_more_than_fits_into_memory(self):
        """480 MB of members; zeros pack well, noise keeps the ratio honest."""
        extra = {f"foo/{i}.bin": bytes(60 << 20) for i in range(8)}
        extra["foo/noise.bin"] = random.Random(1).randbytes(2 << 20)

        def one_wrong(members):
            return honest({**members, "foo/7.bin": b"!" * (60 << 20)})

        with tempfile.TemporaryDirectory() as folder:
            mirror = Path(folder) / "mirror" / "foo"
            mirror.mkdir(parents=True)
            (mirror / "foo-1.0-py3-none-any.whl").write_bytes(wheel(one_wrong, extra=extra))
            done, run = sweep(Path(folder) / "mirror", folder, "--quiet", "--thorough")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([(row["filename"], row["code"], row["detail"])
                              for row in read_csv(run / "anomalies.csv")
                              if CODES.match(row["code"])],
                             [("foo-1.0-py3-none-any.whl", "record-hash", "foo/7.bin")])

    @unittest.skipUnless(CORPUS.is_dir(), "skipped: no corpus")
    def test_wheels_of_another_projects_tests(self):
        codes = {"RecordDigestMismatchError": "record-hash", "ExtraFileError": "record-unlisted",
                 "FileMissingError": "record-absent", "MissingRecordError": "no-record",
                 "NullEntryError": "record-no-hash", "RecordSizeMismatchError": "record-size"}
        wheels, wanted = {}, {}
        for path in sorted(CORPUS.glob("*wheels/*.whl")):
            facts = json.loads(path.with_suffix(".json").read_text())
            data = path.read_bytes()
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                info = next(name for name in archive.namelist() if ".dist-info/" in name)
            wheels[f"{path.parent.name}:{path.name}"] = (data, info.split("/")[0])
            error = facts.get("validation_error", facts)
            wanted[path.name] = codes.get(error.get("type")) if "type" in error else None
            if error.get("type") != "DistInfoError":
                self.assertEqual(list(expected(data, info.split("/")[0])),
                                 [wanted[path.name]] if wanted[path.name] else [], path.name)
        self.assertGreater(len(wheels), 15)
        self.compare(wheels)

    @unittest.skipUnless(CORPUS.is_dir(), "skipped: no corpus")
    def test_records_of_another_projects_tests(self):
        codes = {"AbsolutePathError": "record-path", "NonNormalizedPathError": "record-path",
                 "RecordLengthError": "record-malformed", "MalformedDigestError":
                 "record-malformed", "MalformedSizeError": "record-malformed",
                 "EmptyDigestError": "record-no-hash", "EmptyPathError": "record-malformed",
                 "EmptySizeError": "record-no-hash", "RecordConflictError": "record-duplicate",
                 "UnknownDigestError": "record-weak-hash", "WeakDigestError": "record-weak-hash"}
        wheels = {}
        for i, path in enumerate(sorted((CORPUS / "bad-records").glob("*.csv"))):
            text = path.read_text()
            info = re.search(r"[^/,\n]+\.dist-info", text).group()
            name, version = info[:-10].split("-")
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("module.py", "x")
                archive.writestr(f"{info}/METADATA", f"Name: {name}\nVersion: {version}\n")
                archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\n")
                archive.writestr(f"{info}/RECORD", text)
            wheels[f"{path.stem}:{name}-{version}-{i}-py3-none-any.whl"] = (out.getvalue(), info)
            error = json.loads(path.with_suffix(".json").read_text())["type"]
            self.assertIn(codes[error], expected(out.getvalue(), info), path.name)
        self.assertGreater(len(wheels), 12)
        self.compare(wheels)

    @unittest.skipUnless(SAMPLE.is_dir(), "skipped: no sample (make sample)")
    def test_real_wheels_have_nothing_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            done, run = sweep(SAMPLE, folder, "--quiet", "--thorough")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([row for row in read_csv(run / "anomalies.csv")
                              if CODES.match(row["code"])], [])


if __name__ == "__main__":
    unittest.main()
