"""Every disagreement between two readings of a ZIP ends as an anomaly; honest ZIPs have none."""
import os
import shutil
import subprocess
import unittest

import index_rules
import zip_bricks
import zip_cases
from probing import PROBE
from test_hostile_archives import WHEEL, Hostile


def refused_codes():
    table = subprocess.run([PROBE, "--codes"], stdout=subprocess.PIPE, check=True, text=True).stdout
    return {row.split("\t")[0] for row in table.splitlines() if row.split("\t")[1] == "1"}


REFUSED = refused_codes()
# What installers refuse, or readers disagree on, and the index does not look at: CRCs and flags of
# own headers, disks, both ends of a ZIP64, extra fields of the directory, paths behind names.
STRICTER = {"zip-local-mismatch", "zip-encrypted", "zip-data-descriptor", "zip-descriptor-mismatch",
            "zip-multi-disk", "zip-version", "zip-end64-mismatch", "zip-unicode-path",
            "zip-extra-length", "zip-extra-malformed", "zip-extra-duplicate", "duplicate-member",
            "zip-hidden-member"}


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
        cases = [(repr(name), zip_bricks.build([zip_bricks.one(name)]), codes, refused)
                 for name, codes, refused in zip_cases.name_cases()]
        self.check(cases, False)

    def test_honest(self):
        cases = list(zip_bricks.honest())
        for thorough in (False, True):
            for (name, _, codes), one in zip(cases, self.probe_all([c[1] for c in cases], WHEEL,
                                                                   thorough)):
                with self.subTest(name, thorough=thorough):
                    self.assertEqual(one["status"], "ok", one)
                    self.assertEqual({code for code, _ in one["anomalies"]}, codes)

    def test_what_the_index_refuses(self):
        """Its rules, written down independently, on archives with one byte changed, and on cases."""
        bases = [(name, data) for name, data, _ in zip_bricks.honest() if len(data) < 1000]
        odd = [name for name, data in bases if index_rules.refusal(data) is not None]
        self.assertEqual(odd, ["nothing, ZIP64"])  # whose directory it looks for behind its end
        bases = [base for base in bases if base[0] not in odd]
        self.assertGreater(len(bases), 15)
        made = [(f"{name}, byte {at} ^ {mask:#x}",
                 data[:at] + bytes([data[at] ^ mask]) + data[at + 1:])
                for name, data in bases for at in range(len(data))
                for mask in (1, 0x08, 0x80, 0xFF)]
        made += [(name, data[:at] + data[at + 1:]) for name, data in bases
                 for at in range(len(data))]
        made += bases
        made += [case[:2] for case in zip_cases.disagreements() if len(case[1]) < 100_000]
        step = 1 if os.environ.get("WINNOW_LONG") else 7
        for begin in range(0, len(made[::step]), 2000):
            some = made[::step][begin:begin + 2000]
            for (name, data), found in zip(some, self.probe_all([d for _, d in some], WHEEL, True)):
                why = index_rules.refusal(data)
                said = {code for code, _ in found["anomalies"]}
                if why is not None:
                    self.assertTrue(said & REFUSED or found["status"] != "ok", (name, why, found))
                elif found["status"] == "ok":
                    self.assertLessEqual(said & REFUSED, STRICTER, (name, found))

    @unittest.skipIf(shutil.which("zip") is None, "skipped: no zip")
    def test_info_zip(self):
        root = self.folder / "project"
        (root / "foo" / "sub").mkdir(parents=True)
        (root / "foo" / "a.py").write_bytes(zip_bricks.DATA)
        (root / "foo" / "sub" / "zeros.bin").write_bytes(bytes(5000))
        os.symlink("a.py", root / "link.py")
        encrypted = {"zip-encrypted", "zip-data-descriptor"}
        for options, codes in (("", set()), ("-X", set()), ("-0", set()), ("-D", set()),
                               ("-fz", set()), ("-y", {"zip-symlink"}),
                               ("-P secret", encrypted), ("-Z bzip2", {"zip-method"})):
            # It streams no links, no end that anybody finds when ZIP64 is forced, and a part of
            # the time for the CRC of what it encrypts.
            alone = options in ("-y", "-fz", "-P secret")
            for streamed in (False,) if alone else (False, True):
                made = self.folder / "made.zip"
                made.unlink(missing_ok=True)
                command = ["zip", "-qr", *options.split(), "-" if streamed else made, "."]
                done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE)
                if streamed:
                    made.write_bytes(done.stdout)
                found = self.probe([made], WHEEL, thorough=True)[0]
                with self.subTest(options=options, streamed=streamed):
                    said = {code for code, _ in found["anomalies"]}
                    self.assertEqual(said, codes | ({"zip-data-descriptor"} if streamed else set()),
                                     found["anomalies"])
                    self.assertEqual(found["status"], "unsupported" if
                                     codes - {"zip-symlink"} else "ok", found)


if __name__ == "__main__":
    unittest.main()
