"""Index pages cut at every byte and flipped at every byte: damage is said and counted, what stood
before it is kept, artifacts keep their rows, and the page is read again next time."""
import json
import subprocess
import sys
import unittest

import probing

sys.path.insert(0, str(probing.ROOT / "tests" / "cli"))
import small_mirror  # noqa: E402

PROBE = probing.PROBE.with_name("probe_index")
UPLOADED = "2024-05-06T07:08:09.123456Z"


def entry(number, **more):
    return {"filename": f"foo-{number}.tar.gz", "url": f"../../foo/foo-{number}.tar.gz",
            "hashes": {"sha256": f"{number:064x}"}, "size": 100 + number,
            "upload-time": UPLOADED, "yanked": False, **more}


def simple_page():
    """The text, and where each entry is whole."""
    text = '{"meta": {"api-version": "1.1"}, "name": "foo", "versions": ["1"], "files": ['
    ends = []
    for number in range(1, 4):
        text += ", " * bool(ends) + json.dumps(entry(number))
        ends.append(len(text))
    return (text + "]}").encode(), ends


def project_page():
    text = '{"info": {"name": "foo"}, "ownership": {"organization": null, "roles": ['
    ends = []
    for user in ("ann", "bob", "cid"):
        text += ", " * bool(ends) + '{"role": "Owner", "user": "' + user + '"'
        ends.append(len(text))
        text += "}"
    return (text + ']}, "last_serial": 5}').encode(), ends


class Pages(probing.Probing):
    def ask(self, kind, texts):
        lines = []
        for i, text in enumerate(texts):
            path = self.folder / f"{kind}{i}"
            path.write_bytes(text)
            words = [str(path), "foo"] + ["web/simple/foo"] * (kind == "simple")
            lines.append("\t".join([kind] + [word.encode().hex() for word in words]))
        done = subprocess.run([PROBE], input="\n".join(lines).encode() + b"\n",
                              stdout=subprocess.PIPE, check=True, timeout=120)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(texts))
        return answers

    def check_cuts(self, kind, page, ends):
        whole, = self.ask(kind, [page])
        self.assertTrue(whole["good"], whole)
        self.assertEqual(len(whole["items"]), len(ends))
        answers = self.ask(kind, [page[:at] for at in range(len(page))])
        for at, answer in enumerate(answers):
            self.assertFalse(answer["good"], at)
            kept = sum(end <= at for end in ends)
            self.assertEqual(answer["items"], whole["items"][:kept], at)

    def check_flips(self, kind, page, ends):
        whole, = self.ask(kind, [page])
        places = [(at, mask) for at in range(len(page)) for mask in (0x01, 0x20, 0x80, 0xFF)]
        texts = [page[:at] + bytes([page[at] ^ mask]) + page[at + 1:] for at, mask in places]
        for (at, mask), text, answer in zip(places, texts, self.ask(kind, texts)):
            kept = sum(end <= at for end in ends)
            self.assertEqual(answer["items"][:kept], whole["items"][:kept], (at, mask))
            try:
                json.loads(text)
            except ValueError:
                self.assertFalse(answer["good"], (at, mask))

    def test_simple(self):
        self.check_cuts("simple", *simple_page())
        self.check_flips("simple", *simple_page())

    def test_project(self):
        self.check_cuts("project", *project_page())
        self.check_flips("project", *project_page())


class Mirror(small_mirror.MirrorTest):
    """The same with a mirror around it."""

    def put_page(self, page):
        self.put("web/simple/foo/index.v1_json", page)

    def times(self, run):
        return {row["filename"]: (row["status"], row["uploaded_at_source"])
                for row in self.rows(run, "artifacts")}

    def damaged(self, run):
        return self.run_json(run)["scan"]["skipped"]["index_pages_damaged"]

    def test_damage_passes(self):
        sources = {}
        for number in range(1, 4):
            filename = f"foo-{number}.tar.gz"
            self.put(f"web/foo/{filename}", small_mirror.sdist_bytes("foo", str(number)))
            sources[filename] = ("ok", "index")
        page, ends = simple_page()
        self.put_page(page)
        self.assertEqual(self.times(self.sweep(out="whole")), sources)
        for i, at in enumerate([0, 1, ends[0] - 1, ends[0], ends[1], ends[2], len(page) - 1]):
            self.put_page(page[:at])
            run = self.sweep(out=f"cut{i}", expect=(1,))
            kept = sum(end <= at for end in ends)
            self.assertEqual(self.times(run),
                             {name: ("ok", "index" if n < kept else "mtime")
                              for n, name in enumerate(sources)}, at)
            self.assertEqual(self.damaged(run), 1, at)
        self.assertEqual(self.work(self.sweep(out="again", expect=(0, 1)))["examined"], 0)
        self.put_page(page)
        run = self.sweep(out="back")
        self.assertEqual(self.times(run), sources)
        self.assertEqual(self.damaged(run), 0)


if __name__ == "__main__":
    unittest.main()
