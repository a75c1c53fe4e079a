#!/usr/bin/env python3
"""The sdist and the wheel of one release: fields that PEP 643 promises to be equal, commands that
only one of them declares."""

import unittest

from small_mirror import MirrorTest, sdist_bytes, wheel_bytes

METADATA = """Summary: A tool
Author-email: Ada <ada@example.org>
Classifier: Topic :: A
Classifier: Topic :: B
Requires-Dist: foo (>=1); extra == "x"
Requires-Dist: bar
License: MIT
Keywords: a,b

A long
description.
"""
# The same, as another tool writes it.
REWRITTEN = """Classifier: Topic :: B
Classifier: Topic :: A
Summary: A
 tool
Keywords: a,b
Requires-Dist: bar
Requires-Dist: foo>=1 ; extra == 'x'
License: BSD
Author-email: Ada <ada@example.org>
License-File: LICENSE
Description: A long
        description.
"""


class Releases(MirrorTest):
    def put_pair(self, name, sdist="", wheel="", files=None, commands=(), versions=("2.2", "2.1"),
                 release="1.0"):
        scripts = "".join(f"{command} = {name}:main\n" for command in commands)
        self.put(f"{name}/{name}-{release}.tar.gz",
                 sdist_bytes(name, release, files, sdist, versions[0]))
        self.put(f"{name}/{name}-{release}-py3-none-any.whl",
                 wheel_bytes(name, release, {f"{name}.py": "x = 1\n"},
                             scripts and f"[console_scripts]\n{scripts}", wheel, versions[1]))

    def found(self, *words, **more):
        run = self.sweep(*words, **more)
        return [(row["filename"], row["code"], row["detail"]) for row in self.rows(run, "anomalies")
                if row["code"] in ("metadata-mismatch", "commands-differ")]

    def test_fields(self):
        changed = METADATA.replace("A tool", "A trap").replace("bar\n", "bar\nRequires-Dist: evil\n")
        self.put_pair("same", METADATA, METADATA)
        self.put_pair("rewritten", METADATA, REWRITTEN)
        self.put_pair("changed", METADATA, changed)
        self.put_pair("license", METADATA, REWRITTEN, versions=("2.4", "2.4"))
        self.put_pair("lost", METADATA, "")
        self.put_pair("dynamic", "Dynamic: Summary\nDynamic: requires-dist\n" + METADATA, changed)
        self.put_pair("half", "Dynamic: summary\n" + METADATA, changed)
        self.put_pair("old", METADATA, changed, versions=("2.1", "2.4"))
        self.put_pair("other", METADATA, METADATA)
        self.put("other/other-2.0-py3-none-any.whl", wheel_bytes("other", "2.0"))
        self.put("alone/alone-1.0-py3-none-any.whl", wheel_bytes("alone", "1.0"))
        self.put("other/other-0.9.tar.gz", sdist_bytes("other", "0.9", {}, METADATA, "2.2"))
        self.assertEqual(self.found(), [
            ("changed-1.0-py3-none-any.whl", "metadata-mismatch", "Requires-Dist Summary"),
            ("half-1.0-py3-none-any.whl", "metadata-mismatch", "Requires-Dist"),
            ("license-1.0-py3-none-any.whl", "metadata-mismatch", "License"),
            ("lost-1.0-py3-none-any.whl", "metadata-mismatch",
             "Author-email Classifier Description Keywords Requires-Dist Summary"),
        ])

    def test_commands(self):
        project = "[project]\nname = 'x'\nversion = '1.0'\n"
        scripts = project + "[project.scripts]\na = 'x:a'\nb = 'x:b'\n"
        egg_info = {"x.egg-info/PKG-INFO": "Name: x\n", "x.egg-info/SOURCES.txt": ""}

        def egg(name, text=None):
            more = {"entry_points.txt": text} if text else {}
            return {f"{name}.egg-info/{path.partition('/')[2]}": data
                    for path, data in egg_info.items()} | {
                        f"{name}.egg-info/{path}": data for path, data in more.items()}

        self.put_pair("agree", files={"pyproject.toml": scripts}, commands=["b", "a"])
        self.put_pair("more", files={"pyproject.toml": scripts}, commands=["a", "d", "b", "c"])
        self.put_pair("less", files={"pyproject.toml": scripts}, commands=["b"])
        self.put_pair("both", files={"pyproject.toml": scripts}, commands=["b", "z"])
        self.put_pair("none", files={"pyproject.toml": project}, commands=["z"])
        self.put_pair("dynamic", commands=["z"], files={
            "pyproject.toml": project + "dynamic = ['scripts']\n"})
        self.put_pair("setup", commands=["z"], files={
            "setup.py": "from setuptools import setup\nsetup(name='setup')\n"})
        self.put_pair("eggs", commands=["z"], files=egg("eggs", "[console_scripts]\ny = x:y\n"))
        self.put_pair("eggless", commands=["z"], files=egg("eggless") | {
            "pyproject.toml": "[build-system]\nbuild-backend = 'setuptools.build_meta'\n"})
        self.put_pair("stale", commands=["z"], files=egg("stale") | {
            "pyproject.toml": "[build-system]\nbuild-backend = 'hatchling.build'\n"})
        self.put_pair("poetry", commands=["z"], files={
            "pyproject.toml": "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n"
                              "[tool.poetry]\nname = 'poetry'\nversion = '1.0'\n"
                              "[tool.poetry.scripts]\nz = 'x:z'\n"})
        self.put_pair("python", files={"pyproject.toml": scripts},
                      commands=["b", "a", "a3.11", "a-3.11"])
        self.assertEqual(self.found(), [
            ("both-1.0-py3-none-any.whl", "commands-differ",
             "only the wheel declares z; only the sdist declares a"),
            ("eggless-1.0-py3-none-any.whl", "commands-differ", "only the wheel declares z"),
            ("eggs-1.0-py3-none-any.whl", "commands-differ",
             "only the wheel declares z; only the sdist declares y"),
            ("less-1.0-py3-none-any.whl", "commands-differ", "only the sdist declares a"),
            ("more-1.0-py3-none-any.whl", "commands-differ", "only the wheel declares c d"),
            ("none-1.0-py3-none-any.whl", "commands-differ", "only the wheel declares z"),
        ])

    def test_many_releases_and_builds(self):
        """One sdist in hand at a time, whatever the order and whatever went before."""
        expected = []
        for number in range(30):
            release = f"1.{number}"
            name = f"[project]\nname = 'big'\nversion = '{release}'\n[project.scripts]\n"
            self.put(f"big/big-{release}.tar.gz",
                     sdist_bytes("big", release, {
                         "pyproject.toml": name + f"c{number} = 'x:y'\n"},
                         f"Summary: {number}\n", "2.3"))
            for tag in ("cp310", "cp311", "py3"):
                wrong = tag == "cp311" and number % 3 == 0
                filename = f"big-{release}-{tag}-none-any.whl"
                self.put(f"big/{filename}", wheel_bytes(
                    "big", release, {"big.py": "x = 1\n"},
                    f"[console_scripts]\nc{number + wrong} = x:y\n",
                    f"Summary: {number + wrong}\n", "2.3"))
                if wrong:
                    expected += [(filename, "commands-differ",
                                  f"only the wheel declares c{number + 1}; "
                                  f"only the sdist declares c{number}"),
                                 (filename, "metadata-mismatch", "Summary")]
        self.assertEqual(self.found(), sorted(expected))
        # The facts suffice: a second report, and one after the sdist went.
        run = self.folder / "runs" / "latest"
        before = (run / "anomalies.csv").read_bytes()
        self.run_winnow("report", "--state", self.folder / "state.db", "--out",
                        self.folder / "again", "--quiet")
        self.assertEqual((self.folder / "again" / "latest" / "anomalies.csv").read_bytes(), before)
        (self.mirror / "big" / "big-1.3.tar.gz").unlink()
        self.assertEqual(self.found(), sorted(
            row for row in expected if not row[0].startswith("big-1.3-")))


if __name__ == "__main__":
    unittest.main()
