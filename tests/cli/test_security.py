"""SECURITY.md says what the code says."""

import re
import unittest

from small_mirror import ROOT

DEFINE = re.compile(r"^#define (\w+) (.+)$", re.M)
ROW = re.compile(r"^\| `(\w+)` \| .* \| (\d+) \|$", re.M)


def defined_limits():
    limits = {}
    for name, value in DEFINE.findall((ROOT / "analyzer/base/limits.h").read_text()):
        value = re.sub(r"UINT64_C\((\d+)\)|\b(\d+)U\b", lambda match: match[1] or match[2], value)
        if re.fullmatch(r"[\d<>()*+ ]+", value):
            limits[name] = eval(value)  # pylint: disable=eval-used
    return limits


class Security(unittest.TestCase):
    def test_limits_are_those_of_the_code(self):
        text, limits = (ROOT / "SECURITY.md").read_text(encoding="utf-8"), defined_limits()
        said = {name: int(value) for name, value in ROW.findall(text)}
        self.assertGreater(len(said), 20)
        self.assertEqual(said, {name: limits.get(name) for name in said})

    def test_the_tests_it_names_are_there(self):
        text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
        for room, name in re.findall(r"`(unit|cli|hostile|fuzz|oracle)/(\w+)`", text):
            self.assertTrue(list((ROOT / "tests" / room).glob(f"{name}.*")), f"{room}/{name}")


if __name__ == "__main__":
    unittest.main()
