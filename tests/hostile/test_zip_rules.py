"""Every disagreement between two readings of a ZIP ends as an anomaly; honest ZIPs have none."""
import subprocess
import unittest

import zip_cases
from test_hostile_archives import PROBE, WHEEL, Hostile


def refused_codes():
    table = subprocess.run([PROBE, "--codes"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return {row.split("\t")[0] for row in table.splitlines() if row.split("\t")[1] == "1"}


REFUSED = refused_codes()


class Rules(Hostile):
    def check(self, cases, thorough):
        """cases: (name, bytes, codes that must be there, refused or None for "or not ok")."""
        found = self.probe_all([case[1] for case in cases], WHEEL, thorough)
        for (name, _, codes, refused), one in zip(cases, found):
            said = {code for code, _ in one["anomalies"]}
            with self.subTest(name, thorough=thorough):
                self.assertLessEqual(codes, said, one)
                if refused is None:
                    self.assertTrue(said & REFUSED or one["status"] != "ok", one)
                else:
                    self.assertEqual(bool(said & REFUSED), refused, one)

    def test_disagreements(self):
        cases = [(*case, None) for case in zip_cases.disagreements()]
        for thorough in (False, True):
            self.check(cases, thorough)

    def test_kinds(self):
        cases = list(zip_cases.kind_cases())
        for thorough in (False, True):
            self.check(cases, thorough)

    def test_names(self):
        cases = [(repr(name), zip_cases.build([zip_cases.one(name)]), codes, refused)
                 for name, codes, refused in zip_cases.name_cases()]
        self.check(cases, False)

    def test_honest(self):
        cases = list(zip_cases.honest())
        for thorough in (False, True):
            for (name, _, codes), one in zip(cases, self.probe_all([c[1] for c in cases], WHEEL,
                                                                   thorough)):
                with self.subTest(name, thorough=thorough):
                    self.assertEqual(one["status"], "ok", one)
                    self.assertEqual({code for code, _ in one["anomalies"]}, codes)


if __name__ == "__main__":
    unittest.main()
