"""probing: what the archive reader says of bytes, asked through its probe."""
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("WINNOW_BUILD", ROOT / "build/gcc")) / "oracle/probe_archive"
CORPUS = pathlib.Path(os.environ.get("WINNOW_CORPUS", ROOT / "../shared/corpus"))
SANITIZED = "-address" in str(PROBE) or "-thread" in str(PROBE)


def codes(found):
    return {code for code, _ in found["anomalies"]}


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class Probing(unittest.TestCase):
    maxDiff = 2000
    seconds_max = 120  # of one call of the probe

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def probe(self, paths, name, brief=False, seconds=None, thorough=False):
        lines = "".join(f"{path}\t{name}\n" for path in paths)
        command = [str(PROBE)] + ["--brief"] * brief + ["--thorough"] * thorough
        done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True,
                              timeout=seconds or self.seconds_max,
                              preexec_fn=None if SANITIZED else limit_memory)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(found), len(paths))
        return found

    def probe_one(self, data, name, brief=False, thorough=False):
        path = self.folder / "one"
        if data is not None:
            path.write_bytes(data)
        return self.probe([path], name, brief, thorough=thorough)[0]

    def probe_all(self, variants, name, thorough=False):
        paths = []
        for i, data in enumerate(variants):
            path = self.folder / f"v{i}"
            path.write_bytes(data)
            paths.append(path)
        return self.probe(paths, name, thorough=thorough)
