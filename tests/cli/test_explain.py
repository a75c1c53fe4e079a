"""`explain` and `--allow` from the command line, on a mirror with a tool, what is named after its
commands, and what is not."""

import json
import unittest

from small_mirror import MirrorTest, wheel_bytes

YEAR = 365 * 86400


class ExplainLine(MirrorTest):
    def setUp(self):
        super().setUp()
        code = {"toolbox/__init__.py": "def main(argv):\n    return [word.upper() for word in argv]\n"}
        self.put("toolbox/toolbox-1.0-py3-none-any.whl",
                 wheel_bytes("toolbox", "1.0", code,
                             "[console_scripts]\nhammer_time = toolbox:main\nbandsaw = toolbox:main\n"
                             "toolbox = toolbox:main\n",
                             extra_metadata="Author-email: maker@tools.example\n"), mtime=1_500_000_000)
        for number in range(3):
            name = f"user{number}"
            self.put(f"{name}/{name}-1.0-py3-none-any.whl",
                     wheel_bytes(name, "1.0", {f"{name}.py": f"x = len({number} * 'a')\nprint(x + {number})\n"},
                                 extra_metadata="Requires-Dist: toolbox\n"), mtime=1_500_000_000 + YEAR)
        self.put("hammer-time/hammer_time-0.0.1-py3-none-any.whl",
                 wheel_bytes("hammer-time", "0.0.1", {"hammer_time/__init__.py": ""},
                             extra_metadata="Author-email: me@nowhere.example\n"), mtime=1_500_000_000 + 3 * YEAR)
        self.latest = self.sweep()

    def explain(self, *words, code=0):
        done = self.run_winnow("explain", *words, "--out", self.folder / "runs", expect=(code,))
        return done.stdout.decode(), done.stderr.decode()

    def found(self, name):
        return json.loads(self.explain(name, "--json")[0])

    def test_names(self):
        collision = self.rows(self.latest, "collisions")[0]
        self.assertEqual((collision["project"], collision["owner_project"]), ("hammer-time", "toolbox"))
        text, _ = self.explain("Hammer.Time")
        self.assertIn("hammer-time: a project, ", text)
        self.assertIn("hammer-time, by command `hammer_time` of toolbox (3 dependents, 2017-07-14); not exempt", text)
        project = self.found("hammer-time")["project"]
        self.assertEqual({column: "" if value is None else str(value) for column, value in project["collisions"][0].items()}, collision)
        text, _ = self.explain("toolbox")
        self.assertIn("toolbox: a project, not listed", text)
        self.assertIn("Named after what it ships\n    hammer-time, by command", text)
        self.assertEqual(self.found("toolbox")["project"]["named_after_it"][0]["project"], "hammer-time")

    def test_commands(self):
        watched = next(row for row in self.rows(self.latest, "watchlist") if row["command"] == "bandsaw")
        found = self.found("bandsaw")
        self.assertIsNone(found["project"])
        self.assertEqual(found["command"]["watchlist"]["owner_projects"], watched["owner_projects"].split())
        text, _ = self.explain("bandsaw")
        self.assertIn("bandsaw: a command or module\n  No project is named after it", text)
        self.assertIn("toolbox", text)
        self.assertEqual(self.found("hammer_time")["command"]["named_after_it"][0]["project"], "hammer-time")

    def test_words(self):
        self.assertIn("NAME", self.explain("--help")[0])
        for words in ((), ("one", "two"), ("",), ("one", "--redis", "redis://h/0")):
            self.assertEqual(self.explain(*words, code=2)[0], "")
        self.assertIn("named nobody", self.explain("nobody", code=1)[1])
        self.run_winnow("report", "--json", expect=(2,))
        self.assertIn("winnow report", self.run_winnow("explain", "x", expect=(3,)).stderr.decode())

    def test_allow(self):
        allow = self.folder / "allow.txt"
        allow.write_text("Toolbox,ours\nhammer-time\tlooked at\n")
        run = self.sweep("--allow", allow)
        facts = self.run_json(run)
        self.assertEqual(facts["options"]["allow"], str(allow))
        allowed = [entry["project"] for entry in facts["allowed"]["projects"]]
        self.assertEqual(len(allowed) + facts["allowed"]["unmatched"], 2)
        self.assertEqual([row["project"] for row in self.rows(run, "takedown")], [])
        if "hammer-time" in allowed:
            self.assertIn("because it is allowed: looked at", self.explain("hammer-time")[0])
        allow.write_text("# fine\nhammer-time\n")
        done = self.run_winnow("sweep", self.mirror, "--state", self.folder / "other.db", "--out",
                               self.folder / "other", "--allow", allow, expect=(2,))
        self.assertIn("allow.txt, line 2: ", done.stderr.decode())
        self.assertFalse((self.folder / "other").exists() or (self.folder / "other.db").exists())


if __name__ == "__main__":
    unittest.main()
