"""scripts/update-datasets: what is taken from a source, what is refused, and that refusing changes nothing."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from reports import read_csv, sweep
from small_mirror import wheel_bytes

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "update-datasets"


class UpdateDatasets(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.into = self.folder / "lists"

    def source(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def update(self, *words, **more):
        return subprocess.run([sys.executable, str(SCRIPT), "--into", str(self.into), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def test_joins_and_cleans(self):
        one = self.source("one", "# title\nB.example\r\n\n  a.example  # why\nm\u00fcnchen.example\nb.example.\n")
        two = self.source("two", "c.example // note\nnot a domain\n1.2.3.4\n-x.example\nnodot\nd.example\ne.f.example\ng.example\n")
        done = self.update("--free", one, "--free", two)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = (self.into / "free-mail.txt").read_text(encoding="ascii").splitlines()
        self.assertEqual([line for line in lines if not line.startswith("#")],
                         ["a.example", "b.example", "c.example", "d.example", "e.f.example", "g.example",
                          "xn--mnchen-3ya.example"])
        self.assertIn("not a domain", done.stderr)
        self.assertEqual(os.listdir(self.into), ["free-mail.txt"])

    def test_refuses_what_is_no_list(self):
        good = self.source("good", "a.example\n")
        self.assertEqual(self.update("--free", good, "--disposable", good).returncode, 0)
        before = (self.into / "disposable.txt").read_bytes()
        page = self.source("page", "<html>\n<body>\nNot found\n</body>\nx.example\n")
        for words in (("--disposable", page), ("--free", good, "--disposable", page),
                      ("--disposable", self.source("empty", "# nothing\n")),
                      ("--disposable", str(self.folder / "missing"))):
            done = self.update(*words)
            self.assertEqual(done.returncode, 1, words)
            self.assertNotIn("Traceback", done.stderr)
            self.assertEqual((self.into / "disposable.txt").read_bytes(), before)
        self.assertEqual(sorted(os.listdir(self.into)), ["disposable.txt", "free-mail.txt"])

    def test_public_sources_out_of_reach(self):
        """Without a source the public ones are fetched; here a proxy that is not there stops it."""
        nowhere = dict(os.environ, https_proxy="http://127.0.0.1:9", no_proxy="")
        done = self.update(env=nowhere)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"\Aupdate-datasets: cannot read https://.*nothing was changed\n\Z")
        self.assertFalse(self.into.exists())

    def test_help_names_sources_and_licences(self):
        done = self.update("--help")
        for word in ("https://", "ISC", "CC0"):
            self.assertIn(word, done.stdout)

    def test_winnow_takes_the_new_list(self):
        source = self.source("source", "new.example\n")
        self.assertEqual(self.update("--free", source).returncode, 0)
        mirror = self.folder / "mirror"
        mirror.mkdir()
        name = "thing-1.0-py3-none-any.whl"
        (mirror / name).write_bytes(wheel_bytes("thing", "1.0", {},
                                                extra_metadata="Author-email: me@new.example\n"))
        for datasets, kind in ((self.folder / "none", "own"), (self.into, "free")):
            done, run = sweep(mirror, self.folder, "--quiet",
                              environment=dict(os.environ, WINNOW_DATASETS=str(datasets)))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([(row["domain"], row["domain_type"])
                              for row in read_csv(run / "domains.csv")], [("new.example", kind)])


if __name__ == "__main__":
    unittest.main()
