"""Core metadata (analyzer/extract/core_metadata.c, requirement.c) against email, importlib.metadata,
pip's packaging library, every METADATA on this machine and the corpus of wheel-inspect."""
import email
import email.header
import email.utils
import glob
import importlib.metadata
import json
import os
import pathlib
import re
import unittest

from extract_probe import CORPUS, ask, find_files, generator, mutate
from test_addresses import expected as expected_addresses

try:
    import packaging.requirements as requirements
except ImportError:
    try:
        import pip._vendor.packaging.requirements as requirements
    except ImportError:
        requirements = None

SAMPLE = b"""Metadata-Version: 2.1
Name: sample
Version: 1.0
Summary: one line
 and a fold
Author-email: "Doe, J" <j@d.org>,
  K <k@d.org>
Requires-Dist: a (>=1)
Requires-Dist: b ; extra == 'x'
Project-URL: Home, https://h.example
Description: text
       |more

Body line
From here: on
"""
PIECES = [b"\n", b"\r", b"\r\n", b" ", b"\t", b":", b"From ", b"From: x\n", b"Name: y\n", b"\n\n",
          b"\xff", b"\xc3\xa9", b"\x00", b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xe2\x80\xa8", b": x\n",
          b"no colon\n", b"A b: c\n", b">From x\n", b"x", b"NAME:z\n", b"\n From \n", b"From \n"]


def raw(text):
    """The bytes that a string of message_from_bytes stands for."""
    return text.encode("ascii", "surrogateescape")


def oracle_headers(message):
    """(fields, body) as bytes."""
    parsed = email.message_from_bytes(message)
    fields = [[raw(name).hex(), raw(value).hex()] for name, value in parsed._headers]
    body = parsed._payload
    return fields, raw(body).hex() if isinstance(body, str) else None


def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


class Headers(unittest.TestCase):
    def check(self, messages):
        for message, answer in zip(messages, ask("metadata", [("headers", m) for m in messages])):
            fields, body = oracle_headers(message)
            self.assertEqual(answer["fields"], fields, message)
            # After a "From " line that is pushed back the parser has lost the blank line; ours has not.
            if body is not None and not bytes.fromhex(body).startswith(b"From "):
                self.assertEqual(answer["body"], body, message)

    def test_by_hand(self):
        self.check([
            b"", b"\n", b"\r", b"\r\n", b"Name: x", b"Name: x\n", b"Name:x\r\n\r\nbody", b"Name:x\r\rbody",
            b"\nName: x\n", b" folded first\nName: x\n", b"Name:\n  x\n", b"Name: x \n", b"Name : x\nA: b\n",
            b"From me\nName: x\n", b"Name: x\nFrom me\nA: b\n", b"Name: x\nFrom me\n\nbody\n",
            b"Name: x\nFrom me", b"From me\n\nbody", b": no name\nName: x\n", b": no name\n folded\nName: x\n",
            b"no colon\nName: x\n", b"Name: x\nno colon\nVersion: 1\n", b"N\xc3\xa4me: x\n", b"Name: \xff\n",
            b"Na\x00me: x\n", b"Name: a\x00b\n", b"Name: x\n\x0b\nA: b\n", b"Name: a\x0cb\x85c\nA: b",
            b"Name: x\n \nVersion: 1\n\nb", b"Name: x\n \n", b"Name: x\n\t\n\n", b"Content-Type: text/x\n\nb",
            b"A: 1\r\n folded\r\nB: 2\r more\r", b"A" * 9000 + b": x\n" + b"y" * 9000, SAMPLE])

    def test_mutated(self):
        rng = generator(822)
        self.check([mutate(rng, SAMPLE, PIECES) for _ in range(15000)])

    def test_generated(self):
        rng = generator(2822)
        self.check([b"".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))
                    for _ in range(20000)])


def oracle_metadata(data):
    fields, body = oracle_headers(data)
    fields = [(bytes.fromhex(n).decode("ascii").lower(), bytes.fromhex(v)) for n, v in fields]
    record = {}
    for name in ("metadata-version", "name", "version", "summary", "author", "author-email",
                 "maintainer", "maintainer-email", "license", "home-page", "description"):
        record[name] = next((decoded(v) for n, v in fields if n == name), "")
    if not any(n == "description" for n, _ in fields):
        record["description"] = None if body is None else decoded(bytes.fromhex(body))
    record["author_emails"] = expected_addresses(record["author-email"])
    record["maintainer_emails"] = expected_addresses(record["maintainer-email"])
    record["project_urls"] = [decoded(v) for n, v in fields if n == "project-url"]
    record["requires_dist"] = [decoded(v) for n, v in fields if n == "requires-dist"]
    record["field_names"] = [n for n, _ in fields]
    return record


class Metadata(unittest.TestCase):
    def check(self, texts):
        for text, answer in zip(texts, ask("metadata", [("metadata", t) for t in texts])):
            wanted = oracle_metadata(text)
            wanted["anomalies"] = []
            if wanted["description"] is None:  # a multipart message: no METADATA is one
                answer["description"] = None
            self.assertEqual(answer, wanted)

    def test_mutated(self):
        rng = generator(241)
        texts = [mutate(rng, SAMPLE, PIECES) for _ in range(4000)]
        self.check([t for t in texts if not re.search(rb"\nFrom [^\n\r]*[\r\n]", t)])

    def test_installed(self):
        found = find_files(("METADATA", "PKG-INFO"), 2000)
        if not found:
            self.skipTest("skipped: no metadata on this machine")
        self.check([pathlib.Path(path).read_bytes() for path in found])

    def test_long_values_are_cut_at_a_character(self):
        limit = 64 << 10
        for filler in ("a", "\u00e9", "\u20ac", "\U0001f40d"):
            for shift in range(4):
                value = "x" * shift + filler * (limit + 1)
                text = f"Name: n\nSummary: {value}\nDescription: {value}\n".encode()
                answer, = ask("metadata", [("metadata", text)])
                wanted = value.encode()[:limit].decode("utf-8", "ignore")
                self.assertEqual(answer["summary"], wanted)
                self.assertEqual(answer["description"], value)
                self.assertEqual(answer["anomalies"], ["field-cut"])
        answer, = ask("metadata", [("metadata", b"Summary: " + b"\xe9" * limit)])
        self.assertEqual(answer["summary"], "\u00e9" * (limit // 2))
        self.assertEqual(answer["anomalies"], ["field-cut"])

    def test_many_fields(self):
        answer, = ask("metadata", [("metadata", b"a:\n" * 1000000)])
        self.assertEqual(answer["anomalies"], ["too-many-fields"])


class WheelInspect(unittest.TestCase):
    """The answers that come with wheel-inspect: its own reading, minus what it makes of the values
    ("UNKNOWN" is null there, lines of a folded description are re-indented)."""

    def test_fields(self):
        paths = sorted(glob.glob(os.path.join(CORPUS, "wheel-inspect", "metadata", "*.metadata")))
        if not paths:
            self.skipTest("skipped: no corpus")
        texts = [pathlib.Path(path).read_bytes() for path in paths]
        for path, answer in zip(paths, ask("metadata", [("metadata", t) for t in texts])):
            with open(path[:-len("metadata")] + "json", encoding="utf-8") as file:
                wanted = json.load(file)
            for key in ("metadata_version", "name", "version", "summary", "author", "author_email",
                        "maintainer", "maintainer_email", "license", "home_page"):
                value = answer[key.replace("_", "-")]
                with self.subTest(file=os.path.basename(path), key=key):
                    self.assertEqual(None if value in ("", "UNKNOWN") else value, wanted.get(key))
            with self.subTest(file=os.path.basename(path), key="lists"):
                self.assertEqual(len(answer["requires_dist"]), len(wanted.get("requires_dist", [])))
                self.assertEqual(len(answer["project_urls"]), len(wanted.get("project_url", [])))
                if wanted.get("BODY") is not None and "description" not in wanted:
                    self.assertEqual(answer["description"], wanted["BODY"])


class Requirements(unittest.TestCase):
    def test_requires_txt(self):
        text = "a>=1\n\n  b [x] \n[extra]\nc\n# d\n\n[:python_version<'3']\nhttps://e\n[x:y]\r\nf\r\n[]\n"
        rng = generator(508)
        pieces = ["\n", "\r", "[x]", "a", " ", "\u2028", "\x0c", "#", "[:m]\n", "]", "[", "b>1"]
        texts = [text] + [mutate(rng, text, pieces) for _ in range(3000)]
        for text, answer in zip(texts, ask("metadata", [("requires", t) for t in texts])):
            pairs = importlib.metadata.Sectioned.read(text)
            self.assertEqual(answer, [pair.value for pair in pairs], repr(text))

    @unittest.skipIf(requirements is None, "skipped: no packaging library")
    def test_names(self):
        texts = ["a", "A.b_c-d", "a>=1", "a (>=1)", "a[x,y]>1", "a ; python_version<'3'", "a@ https://x",
                 "a @ file:///x", "a==1.0,<2", "a~=1", "a!=1", "a<1", " a ", "", "-e .", "a-", "a b",
                 "https://x/y", "git+https://x#egg=y", "_a", "a.", "1a", "a>=1 # no", "a===x"]
        for text, answer in zip(texts, ask("metadata", [("project", t) for t in texts])):
            try:
                self.assertEqual(answer, requirements.Requirement(text).name, text)
            except requirements.InvalidRequirement:
                pass  # more is read than the standard allows: a name is a name
        self.assertEqual(ask("metadata", [("project", t) for t in (
            "https://x/y", "git+https://x#egg=y", "_a", "-e .", "", "# a", "./a", "a b")]), [""] * 8)


if __name__ == "__main__":
    unittest.main()
