#!/usr/bin/env python3
"""One labelled corpus, and what must hold of its list; `make eval` measures more."""

import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Quick(unittest.TestCase):
    def test_bounds(self):
        done = subprocess.run([sys.executable, HERE / "evaluate.py", "--quick"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, f"\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    unittest.main()
