"""scripts/update-datasets: what is taken from a source, what is refused, and that refusing changes nothing."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

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

    def update(self, *words):
        return subprocess.run([sys.executable, str(SCRIPT), "--into", str(self.into), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

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

    def test_needs_a_source(self):
        self.assertEqual(self.update().returncode, 2)


if __name__ == "__main__":
    unittest.main()
