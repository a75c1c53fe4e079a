"""Bombs, truncation, bit flips: the archive reader stays quick and small, and never says "ok" when
something that was asked for is lost."""
import bz2
import gzip
import io
import lzma
import random
import unittest
import zipfile

import recipes
from probing import CORPUS, SANITIZED, Probing

WHEEL = "foo-1.0-py3-none-any.whl"
SDIST = "foo-1.0.tar.gz"


class Hostile(Probing):
    seconds_max = 60


class Bombs(Hostile):
    def check(self, found, *statuses, ms=5000):
        self.assertIn(found["status"], statuses, found["detail"])
        self.assertLess(found["ms"], ms * (4 if SANITIZED else 1), found["detail"])
        self.assertLessEqual(found["arena_bytes"], 384 << 20)

    def check_zip(self, data, *codes, statuses=("over_limit", "damaged")):
        """Read as it is read in a sweep, and through with --thorough, nothing asked for before."""
        for brief, thorough in ((False, False), (True, True), (False, True)):
            found = self.probe_one(data, WHEEL, brief, thorough)
            self.check(found, *statuses)
            for code in codes:
                self.assertIn(code, dict(found["anomalies"]))

    def test_flat_zip(self):
        self.check_zip(recipes.flat_zip_bomb(), "zip-ratio", statuses=["over_limit"])
        self.check_zip(recipes.single_zip_bomb(), "zip-ratio", statuses=["over_limit", "damaged"])

    def test_overlapped_zip(self):
        self.check_zip(recipes.overlapped_zip_bomb(), "zip-overlap", "zip-ratio")

    def test_quoted_zip(self):
        self.check_zip(recipes.quoted_zip_bomb(), "zip-overlap", "zip-ratio")

    def test_much_that_inflates_to_nothing(self):
        """No budget of what comes out would end this; members that share their data are counted."""
        found = self.probe_one(recipes.shared_nothing_zip(), WHEEL, brief=True, thorough=True)
        self.check(found, "over_limit", "damaged")
        self.assertIn("zip-overlap", dict(found["anomalies"]))

    def test_nested_zips(self):
        """Nothing is unpacked twice: a ZIP in a ZIP is data."""
        self.check_zip(recipes.nested_zips(), statuses=["ok"])

    def test_claims_of_end_records(self):
        for data in (recipes.end_record_only(), recipes.end64_only()):
            for thorough in (False, True):
                found = self.probe_one(data, WHEEL, thorough=thorough)
                self.check(found, "damaged", "over_limit", ms=100)
                self.assertLess(found["arena_bytes"], 1 << 20)

    def test_too_many_members(self):
        recipes.million_member_zip(self.folder / "one")
        for thorough in (False, True):
            found = self.probe_one(None, WHEEL, brief=True, thorough=thorough)
            self.check(found, "over_limit")
            self.assertEqual(found["member_count"], 250_000)
        recipes.header_only_members(self.folder / "one")
        found = self.probe_one(None, SDIST, brief=True)
        self.check(found, "over_limit")
        self.assertEqual(found["member_count"], 250_000)

    def test_zeros(self):
        recipes.zeros_gzip_members(self.folder / "one")
        # 10 MB may become 4 GB by its ratio: this is the slowest bomb there is.
        self.check(self.probe_one(None, SDIST), "over_limit", ms=30_000)
        recipes.zeros_gzip(self.folder / "one")
        self.check(self.probe_one(None, SDIST), "over_limit")
        for squeeze in (recipes.bz2_of, recipes.xz_of, recipes.zstd):
            if squeeze(b"") is None:
                print("skipped: no zstd")
                continue
            recipes.zeros_streams(self.folder / "one", squeeze, 10 << 30)
            self.check(self.probe_one(None, SDIST), "over_limit")

    def test_xz_dictionary(self):
        for bits in (39, 40):
            found = self.probe_one(recipes.xz_huge_dictionary(bits), "foo-1.0.tar.xz")
            self.check(found, "over_limit", ms=100)
            self.assertIn("dictionary", found["detail"])
        for bits in range(0, 30):
            found = self.probe_one(recipes.xz_huge_dictionary(bits), "foo-1.0.tar.xz")
            self.check(found, "ok", "damaged")

    def test_headers_without_end(self):
        self.check(self.probe_one(recipes.many_pax_records(), SDIST), "ok", "damaged", ms=1000)
        self.check(self.probe_one(recipes.endless_pax_headers(), SDIST), "damaged", "over_limit",
                   ms=1000)
        self.check(self.probe_one(recipes.endless_long_names(), SDIST), "damaged", "over_limit",
                   ms=1000)

    def test_long_names(self):
        self.check(self.probe_one(recipes.long_name_tar(4000), SDIST), "ok")
        self.check(self.probe_one(recipes.long_name_tar(5000), SDIST), "over_limit")
        name = b"n" * 65535
        data = recipes.zip_of(recipes.local(name, b""), [recipes.central(name, 0)])
        self.check(self.probe_one(data, WHEEL), "over_limit")

    def test_sparse(self):
        self.check(self.probe_one(recipes.sparse_tar(), SDIST), "over_limit", "damaged", ms=1000)

    def test_nested_gzip(self):
        for layers in (1, 2, 20):
            found = self.probe_one(recipes.gzip_in_gzip(layers), SDIST)
            self.check(found, "damaged", ms=100)
            self.assertIn("nested-compression", dict(found["anomalies"]))

    @unittest.skipUnless(CORPUS.is_dir(), "skipped: no shared corpus")
    def test_recursive_gzip(self):
        data = (CORPUS / "libarchive/test_read_filter_gzip_recursive.gz").read_bytes()
        self.assertEqual(len(data), 293)
        found = self.probe_one(data, SDIST)
        self.check(found, "damaged", "over_limit", ms=250)
        self.assertLess(found["arena_bytes"], 1 << 20)

    def test_extra_fields_and_names_of_all_sizes(self):
        """A directory of many records with the longest extras: linear time."""
        extra = b"\1\0\0\0" * 16000
        body = recipes.local(b"a.py", b"")
        records = [recipes.central(b"%d.py" % i, 0, extra=extra) for i in range(1000)]
        found = self.probe_one(recipes.zip_of(body, records), WHEEL, brief=True)
        self.check(found, "ok", "damaged", ms=2000)


def contents(found):
    """What an analysis rests on: every regular member's path and bytes."""
    return {member["path"]: member.get("bytes") for member in found["members"]
            if member["type"] == "file" and not member["shadowed"]}


def all_flips(data):
    for at in range(len(data)):
        for mask in (0xFF, 0x01, 0x80):
            yield data[:at] + bytes([data[at] ^ mask]) + data[at + 1:]


class Losses(Hostile):
    """Cut at every byte, flip every byte: either the artifact is not "ok", or nothing is missing."""

    def check_variants(self, data, variants, name, thorough=False):
        whole = self.probe_one(data, name, thorough=thorough)
        self.assertEqual(whole["status"], "ok")
        expected = contents(whole)
        for i, found in enumerate(self.probe_all(variants, name, thorough)):
            if found["status"] == "ok":
                self.assertEqual(contents(found), expected, (name, i, found["anomalies"]))

    def squeezed(self):
        tar = recipes.small_sdist_tar()
        yield "tar.gz", gzip.compress(tar, mtime=0)
        yield "tar.bz2", bz2.compress(tar)
        yield "tar.xz", lzma.compress(tar)
        yield "tar.Z", recipes.lzw(tar)
        if recipes.zstd(b"") is not None:
            yield "tar.zst", recipes.zstd(tar)

    def test_wheel_cut(self):
        data = recipes.small_wheel()
        for thorough in (False, True):
            self.check_variants(data, (data[:at] for at in range(len(data))), WHEEL, thorough)

    def test_wheel_flipped(self):
        data = recipes.small_wheel()
        for thorough in (False, True):
            self.check_variants(data, all_flips(data), WHEEL, thorough)

    def test_wheel_with_a_directory_beyond_the_tail(self):
        """Cut and flipped at some bytes, since every one takes an hour: members, directory, end."""
        rng = random.Random(22)
        members = [(f"foo/{'n' * 90}{i}.py", rng.randbytes(rng.randrange(40))) for i in range(550)]
        data = recipes.make_zip(members)
        directory = data.index(b"PK\1\2")
        self.assertGreater(len(data) - directory, 66_000)
        places = [*rng.sample(range(directory), 120), *rng.sample(range(directory, len(data)), 120),
                  *range(directory, directory + 46), *range(len(data) - 22, len(data))]
        flips = [data[:at] + bytes([data[at] ^ rng.choice([0xFF, 1, 0x80])]) + data[at + 1:]
                 for at in places]
        for thorough in (False, True):
            self.check_variants(data, [data[:at] for at in places] + flips, WHEEL, thorough)

    def test_contents_nobody_asks_for(self):
        """Read with --thorough, and only then; damage in any of them fails the artifact."""
        rng = random.Random(23)
        members = [(f"foo/data{i}.bin", rng.randbytes(3000)) for i in range(40)]
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            data = recipes.make_zip(members, method)
            places = [data.index(b"data%d.bin" % i) + 30 + rng.randrange(2900) for i in range(40)]
            flips = [data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:] for at in places]
            paths = []
            for i, flipped in enumerate([data, *flips]):
                paths.append(self.folder / f"f{i}")
                paths[-1].write_bytes(flipped)
            plain = self.probe(paths, WHEEL, brief=True)
            self.assertEqual({found["status"] for found in plain}, {"ok"})
            whole, *damaged = self.probe(paths, WHEEL, brief=True, thorough=True)
            self.assertEqual((whole["status"], whole["anomalies"]), ("ok", []))
            for i, found in enumerate(damaged):
                self.assertEqual(found["status"], "damaged")
                self.assertTrue(dict(found["anomalies"])["zip-contents"].startswith(
                    f"foo/data{i}.bin: "), found["anomalies"])

    def test_sdists_cut(self):
        tar = recipes.small_sdist_tar()
        for ending, data in [*self.squeezed(), ("tar", tar[:6000])]:
            name = "foo-1.0." + ending
            self.check_variants(data, (data[:at] for at in range(len(data))), name)

    def test_sdists_flipped(self):
        for ending, data in self.squeezed():
            if ending not in ("tar.Z", "tar.zst"):  # these carry no checksum (zstd's is optional)
                self.check_variants(data, all_flips(data), "foo-1.0." + ending)

    def test_gzip_header_with_a_wrong_checksum(self):
        """Nobody looks at it: the bytes are the same, in one gzip member and in several."""
        one, two = (gzip.compress(part, mtime=0) for part in (recipes.small_sdist_tar(), bytes(512)))
        bad = one[:3] + b"\2" + one[4:10] + b"\xba\xad" + one[10:]
        expected = contents(self.probe_one(one, SDIST))
        for data in (bad, bad + two, two + bad):
            found = self.probe_one(data, SDIST)
            self.assertEqual(found["status"], "ok", found["detail"])
            if not data.startswith(two):
                self.assertEqual(contents(found), expected)

    def test_zip_with_random_damage(self):
        """Several faults at once, in larger archives: no crash, no hang."""
        rng = random.Random(20)
        members = [(f"foo/m{i}.py", rng.randbytes(rng.randrange(400))) for i in range(30)]
        wheel, variants = recipes.make_zip(members), []
        for _ in range(1500):
            data = bytearray(wheel)
            for _ in range(rng.randrange(1, 12)):
                place = rng.choice([rng.randrange(len(data)), len(data) - rng.randrange(1, 22),
                                    len(data) - rng.randrange(1, 2500)])
                data[place] = rng.choice([0, 1, 0xFF, 0x7F, rng.randrange(256)])
            variants.append(bytes(data))
        for found in self.probe_all(variants, WHEEL):
            self.assertLess(found["ms"], 1000)

    def test_tar_with_random_damage(self):
        rng = random.Random(21)
        members = [(f"foo-1.0/{'d/' * (i % 60)}m{i}.py", rng.randbytes(300)) for i in range(30)]
        variants = []
        for how in (0, 1, 2):
            tar = recipes.make_tar(members, how)
            for _ in range(500):
                data = bytearray(tar)
                for _ in range(rng.randrange(1, 4)):
                    at = rng.randrange(len(data) // 512) * 512
                    if data[at + 257:at + 262] != b"ustar":
                        continue
                    data[at + rng.choice([*range(100), 124, 125, 130, 135, 156, 156, 156, 157,
                                          345, 386, 482, 483])] = rng.randrange(256)
                    data[at + 148:at + 156] = b"        "
                    data[at + 148:at + 156] = b"%06o\0 " % sum(data[at:at + 512])
                variants.append(bytes(data))
        for found in self.probe_all(variants, "foo-1.0.tar"):
            self.assertLess(found["ms"], 1000)

    def test_a_file_that_shrinks(self):
        """As truncation: the size that the walk saw is not there any more (see the unit tests)."""
        data = recipes.small_wheel()
        found = self.probe_one(data[:len(data) // 2], WHEEL)
        self.assertEqual(found["status"], "damaged")

    def test_zip_reads_what_zipfile_reads_after_a_cut_in_front(self):
        """Bytes lost at the start: members before the cut are gone, and it shows."""
        data = recipes.small_wheel()
        for cut in (1, 30, 60, 100):
            found = self.probe_one(data[cut:], WHEEL)
            try:
                with zipfile.ZipFile(io.BytesIO(data[cut:])) as archive:
                    readable = archive.testzip() is None
            except (zipfile.BadZipFile, ValueError):
                readable = False
            self.assertFalse(readable)
            self.assertEqual(found["status"], "damaged")


if __name__ == "__main__":
    unittest.main()
