"""Index pages (analyzer/mirror/index.c) against Python's json on generated
pages: honest, odd, cut and mutated ones."""
import datetime
import json
import os
import random
import re
import subprocess
import tempfile
import unittest
from urllib.parse import unquote

BUILD = os.environ.get("WINNOW_BUILD", "build/gcc")
PROBE = os.path.join(BUILD, "oracle", "probe_index")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def micros(text):
    if not isinstance(text, str) or not re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", text):
        return None
    try:
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.timezone.utc)
    return (when - EPOCH) // datetime.timedelta(microseconds=1)


def path_of(url, folder):
    """The contract of index_url.h, said again in Python."""
    url = re.split(r"[#?]", url)[0]
    if url.split("/")[-1] in ("", ".", ".."):
        return ""
    parts = folder.split("/") if folder else []
    tail = re.search(r"(?:^|/)(packages/[0-9a-fA-F]{2}/[0-9a-fA-F]{2}/[0-9a-fA-F]{60}/[^/]+)$", url)
    if tail and "simple" in parts:
        parts = parts[:len(parts) - 1 - parts[::-1].index("simple")]
        url = tail.group(1)
    elif url.startswith("/") or re.match(r"[A-Za-z0-9+.-]+:", url):
        return ""
    for part in url.split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            if not parts:
                return ""
            parts.pop()
            continue
        decoded = unquote(part)
        if "/" in decoded or "\0" in decoded or decoded in (".", ".."):
            return ""
        parts.append(decoded)
    return "/".join(parts)


def expected(text, project, folder):
    page = json.loads(text)
    items = []
    for entry in page.get("files", []):
        sha = (entry.get("hashes") or {}).get("sha256")
        if sha is None:
            fragment = (entry.get("url") or "").partition("#")[2]
            found = re.match(r"sha256=([0-9a-fA-F]{64})(?:&|$)", fragment)
            sha = found.group(1) if found else ""
        items.append({"project": project, "filename": entry["filename"],
                      "path": path_of(entry.get("url") or "", folder), "size": entry.get("size"),
                      "time": micros(entry.get("upload-time")), "sha256": sha.lower(),
                      "yanked": bool(entry.get("yanked"))})
    return items


class Pages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.count = 0

    def write(self, text):
        self.count += 1
        path = os.path.join(self.folder.name, str(self.count))
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def ask(self, questions):
        lines = ["\t".join([verb] + [os.fsencode(a).hex() for a in arguments])
                 for verb, *arguments in questions]
        done = subprocess.run([PROBE], input=("\n".join(lines) + "\n").encode(),
                              stdout=subprocess.PIPE, check=True)
        answers = [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]
        self.assertEqual(len(answers), len(questions))
        return answers

    def read(self, text, project="foo", folder="web/simple/foo"):
        return self.ask([("simple", self.write(text), project, folder)])[0]

    def check(self, text, project="foo", folder="web/simple/foo"):
        answer = self.read(text, project, folder)
        self.assertEqual(answer["items"], expected(text, project, folder))
        self.assertEqual((answer["good"], answer["problem"]), (True, ""))

    @staticmethod
    def entry(rng):
        digits = "".join(rng.choice("0123456789abcdef") for _ in range(64))
        name = rng.choice(["foo-1.0.tar.gz", "foo bar.zip", "é-1.0.whl", "f\u2028\"\\\n.whl", "x" * 300,
                           "foo-1!2+l.tar.gz", "𝒳.egg", "a%b", "a&b;c"])
        hashed = f"packages/{digits[:2]}/{digits[2:4]}/{digits[4:]}/"
        url = rng.choice(["../../" + hashed, "../../../" + hashed, "https://files.example/" + hashed,
                          "/" + hashed, hashed, "", "./", "../", "../../", "../../../", "../../../../",
                          "http://other.example/x/", "//host/x/", "sub/", "//" + hashed, "x:y/"])
        url += rng.choice([name.replace("%", "%25").replace("#", "%23"), "a%20b.whl", "%2e%2e/x", "..%2Fx",
                           "a%00b", "a%zz", "%", "a%4", "", "a//b", "a/../b", "a/..", "..", ".", "?x", "#x"])
        url += rng.choice(["", "#sha256=" + digits, "#sha256=" + digits.upper() + "&x=y", "#md5=00", "?a=b"])
        entry = {"filename": name, "url": url}
        if rng.random() < 0.7:
            entry["hashes"] = rng.choice([{"sha256": digits}, {"md5": "00"}, {}, {"md5": "0", "sha256": digits}])
        if rng.random() < 0.8:
            entry["size"] = rng.choice([0, 1, 12345, 2 ** 40, 2 ** 62])
        if rng.random() < 0.8:
            entry["upload-time"] = rng.choice(
                ["2025-06-30T12:34:56.789012Z", "2025-06-30T12:34:56Z", "", "yesterday",
                 "2024-02-29T23:59:59+05:30", "2023-02-29T00:00:00Z", "1969-12-31T23:59:59.500000Z", None])
        if rng.random() < 0.6:
            entry["yanked"] = rng.choice([True, False, "", "broken", None])
        if rng.random() < 0.5:
            entry["core-metadata"] = rng.choice([True, {"sha256": "00" * 32}])
            entry["nested"] = {"filename": "no", "files": [{"filename": "no"}], "size": [1, {"url": 2}]}
        items = list(entry.items())
        rng.shuffle(items)
        return dict(items)

    def page(self, rng, count):
        page = {"meta": {"api-version": rng.choice(["1.0", "1.1", "1.4"]), "_last-serial": "12"},
                "name": "foo", "versions": ["1.0"], "files": [self.entry(rng) for _ in range(count)],
                "project-status": {"status": "active"}, "extra": {"files": [{"filename": "no"}]}}
        items = list(page.items())
        rng.shuffle(items)
        return json.dumps(dict(items), ensure_ascii=rng.random() < 0.5,
                          indent=rng.choice([None, None, 4]))

    def test_generated(self):
        rng = random.Random(691)
        folders = ["web/simple/foo", "web/simple/f/foo", "simple/foo", "foo", "", "a/simple/b/simple/c"]
        for _ in range(60):
            self.check(self.page(rng, rng.randrange(30)), folder=rng.choice(folders))

    def test_large(self):
        self.check(self.page(random.Random(1), 20000))

    def test_every_chunk_boundary(self):
        """Padding shifts the entries over the 64 KiB boundary byte by byte."""
        rng = random.Random(2)
        entry = json.dumps(self.entry(rng))
        for shift in range(0, len(entry) + 4):
            pad = " " * (64 * 1024 - shift - len('{"files":['))
            self.check('{"files":[' + pad + entry + "]}")

    def test_cut(self):
        """Every beginning of a page is a problem, and what was whole is handed over."""
        text = self.page(random.Random(3), 2)
        self.check(text)
        whole = expected(text, "foo", "web/simple/foo")
        raw = text.encode()
        answers = self.ask([("simple", self.write(raw[:n]), "foo", "web/simple/foo")
                            for n in range(0, len(raw))])
        for n, answer in enumerate(answers):
            self.assertFalse(answer["good"], n)
            self.assertEqual(answer["items"], whole[:len(answer["items"])])

    def test_mutated(self):
        """What json refuses is a problem; what it accepts never crashes."""
        rng = random.Random(4)
        raw = self.page(rng, 3).encode()
        texts = []
        for _ in range(1500):
            text = bytearray(raw)
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(text))
                text[at:at + rng.randrange(3)] = rng.choice(
                    [b"", b"{", b"}", b"[", b"]", b'"', b",", b":", b"1", b"null", b"\xff", b"\\", b"\0"])
            texts.append(bytes(text))
        answers = self.ask([("simple", self.write(t), "foo", "web/simple/foo") for t in texts])
        refused = 0
        for text, answer in zip(texts, answers):
            try:
                json.loads(text)
            except (ValueError, UnicodeDecodeError):
                refused += 1
                self.assertFalse(answer["good"], text)
        self.assertGreater(refused, 500)

    def test_wrong_types(self):
        """Noted as a problem; the other entries and fields still come."""
        values = ["1", "-1", "1.5", "1e3", "true", "null", '"x"', "[]", "{}", "[{}]", '[{"a":[]}]',
                  "99999999999999999999999999"]
        allowed = {"filename": {'"x"'}, "url": {'"x"', "null"}, "hashes": {"{}", "null"},
                   "size": {"1", "null"}, "upload-time": {'"x"', "null"}, "yanked": {"true", '"x"', "null"}}
        for key, fine in allowed.items():
            for value in values:
                text = '{"files":[{"%s":%s,%s"size2":1},{"filename":"last","yanked":true}]}' % (
                    key, value, "" if key == "filename" else '"filename":"first",')
                answer = self.read(text)
                self.assertEqual(answer["good"], value in fine, text)
                self.assertEqual(answer["problem"] == "", value in fine, text)
                self.assertEqual(answer["items"][-1]["filename"], "last")
                self.assertTrue(answer["items"][-1]["yanked"])
        for text in ["[]", "1", '"x"', "null", '{"files":{}}', '{"files":1}', '{"files":null}',
                     '{"files":[1]}', '{"files":[[]]}', '{"files":[{}]}', '{"meta":1}',
                     '{"meta":{"api-version":"2.0"}}', '{"meta":{"api-version":1.0}}',
                     '{"files":[{"filename":"x","hashes":{"sha256":"00"}}]}', "", "   ", "{}{}", "{} x"]:
            self.assertFalse(self.read(text)["good"], text)
        for text in ["{}", '{"files":[]}', ' \n{"meta":{}}\n ', '{"a":[[[[]]]]}']:
            self.assertEqual(self.read(text), {"items": [], "good": True, "problem": ""}, text)

    def test_limits(self):
        deep = lambda n: '{"a":' + "[" * (n - 1) + "]" * (n - 1) + "}"
        self.assertTrue(self.read(deep(64))["good"])
        self.assertEqual(self.read(deep(65))["problem"], "nested too deep")
        self.assertEqual(self.read(deep(200000))["problem"], "nested too deep")
        self.assertTrue(self.read('{"a":"' + "x" * (9 << 20) + '"}')["good"])
        self.assertEqual(self.read('{"a":"' + "x" * (40 << 20) + '"}')["problem"], "a string is too long")
        for key in ("filename", "url"):
            answer = self.read('{"files":[{"%s":"%s"}]}' % (key, "x" * 5000))
            self.assertFalse(answer["good"])

    def test_repeated_keys(self):
        answer = self.read('{"files":[{"filename":"a","filename":"b","size":1,"size":2,"url":"a","url":"c"}]}',
                           folder="foo")
        self.assertEqual((answer["items"][0]["filename"], answer["items"][0]["size"],
                          answer["items"][0]["path"]), ("b", 2, "foo/c"))

    def test_owners(self):
        text = json.dumps({"info": {"description": "x" * (1 << 20), "ownership": {"roles": [{"user": "no"}]}},
                           "releases": {"1.0": [{"user": "no"}]},
                           "ownership": {"roles": [{"role": "Owner", "user": "ann"},
                                                   {"role": "Maintainer", "user": "b\u00f6b", "x": {"user": "no"}}],
                                         "organization": None}, "urls": []})
        answer = self.ask([("project", self.write(text), "foo")])[0]
        self.assertEqual(answer, {"items": ["ann", "böb"], "good": True, "problem": ""})
        for text, good in [("{}", True), ('{"ownership":null}', True), ('{"ownership":[]}', False),
                           ('{"ownership":{"roles":[{"user":1}]}}', False), ("{", False), ("[]", False),
                           ('{"ownership":{"roles":["x"]}}', False)]:
            self.assertEqual(self.ask([("project", self.write(text), "foo")])[0]["good"], good, text)


if __name__ == "__main__":
    unittest.main()
