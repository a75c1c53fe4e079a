"""Tars that lie: each lie has its word, honest oddities have none, and where Python's tarfile sees
other members than winnow does, something says so.

WINNOW_TAR_CASES=60000 (default 1500) makes more random ones, WINNOW_TAR_SEED others."""
import os
import random
import unittest
import zlib

import probing
import recipes
from tar_recipes import (END, as_tarfile_reads, base256, header, long_name, member, pax, padded,
                         record)

CASES = int(os.environ.get("WINNOW_TAR_CASES", "1500"))
SEED = int(os.environ.get("WINNOW_TAR_SEED", "41"))

A = member(data=b"x = 1\n")
B = member(b"f-1/b.py", b"y = 2\n")
HIDDEN = member(b"f-1/hidden.py", b"evil\n") + member(b"f-1/more.py", b"evil\n")

# What winnow says of a tar that two parsers may read differently.
DIFFERENTIAL = {"tar-field", "tar-pax-malformed", "tar-header-conflict", "tar-size-conflict",
                "tar-two-readings", "tar-hidden-member", "tar-sparse", "tar-warning"}


def sparse_old(more=False, data=b"x" * 512):
    """An old GNU sparse file; its map may go on in blocks of its own."""
    places = {"at_386": b"%011o\0%011o\0" % (0, len(data)), "at_483": b"%011o\0" % 4096}
    if more:
        places["at_482"] = b"\1"
    head = header(b"f-1/s.py", len(data), b"S", magic=b"ustar  ", **places)
    return head + (bytes(512) if more else b"") + padded(data)


def sparse_pax(*records, data=b"x" * 512):
    return pax(*records) + member(b"f-1/GNUSparseFile.1/s.py", data)


HONEST = [
    ("v7", member(data=b"x", magic=b"")),
    ("GNU", member(data=b"x", magic=b"ustar  ")),
    ("star", member(data=b"x", prefix=b"f-1", at_508=b"tar\0")),
    ("old regular type", member(data=b"x", kind=b"\0")),
    ("contiguous", member(data=b"x", kind=b"7")),
    ("directory by its slash", header(b"f-1/d/", kind=b"\0")),
    ("no uid at all", member(data=b"x", uid=bytes(8), gid=b" " * 8)),
    ("uid and size in base 256", member(data=b"x", uid=base256(1 << 40, 8), size=base256(1))),
    ("negative time", member(data=b"x", mtime=base256(-5))),
    ("size without an end", member(data=b"x", size=b"000000000001")),
    ("size between spaces", member(data=b"x", size=b"         1 ")),
    ("devices of a file", member(data=b"x", device=b"0000001\0000001\0")),
    ("global comment", pax((b"comment", b"0123"), kind=b"g") + A),
    ("pax path and times", pax((b"path", b"f-1/p.py"), (b"mtime", b"-1.5")) + A),
    ("Sun's extended header", pax((b"path", b"f-1/s.py"), kind=b"X") + A),
    ("attributes with NULs", pax((b"SCHILY.xattr.security.selinux", b"a:b\0"),
                                 (b"SCHILY.acl.access", b"user::rwx,mask::r--"),
                                 (b"LIBARCHIVE.xattr.k", b"dmFs")) + A),
    ("an empty extended header", pax() + A),
    ("size beyond a header's", pax((b"size", b"0006")) + member(data=b"x = 1\n", size=6)),
    ("GNU long name", long_name(b"f-1/" + b"n" * 120 + b"\0") + A),
    ("long name without its NUL", long_name(b"f-1/" + b"n" * 120) + A),
    ("long link", long_name(b"t" * 120 + b"\0", b"K") + header(b"f-1/l", kind=b"2", link=b"t")),
]

LIES = [
    # Which size counts: the other parser finds HIDDEN, or does not.
    ("pax size over the header's", pax((b"size", b"%d" % len(HIDDEN))) +
     member(data=HIDDEN, size=0) + B, {"tar-size-conflict"}),
    ("pax size under the header's", pax((b"size", b"0")) + member(data=HIDDEN) + B,
     {"tar-size-conflict"}),
    ("size for all members", pax((b"size", b"3072"), kind=b"g") + A + B, {"tar-header-conflict"}),
    ("names for all members", pax((b"path", b"f-1/g.py"), kind=b"g") + A, {"tar-header-conflict"}),
    ("pax size before a long name", pax((b"size", b"2048")) + long_name(b"f-1/l.py\0") +
     member(data=HIDDEN, size=0) + B, {"tar-size-conflict"}),
    ("a directory with contents", member(b"f-1/d/", HIDDEN, kind=b"5") + B,
     {"tar-size-conflict"}),
    ("a link with contents", member(b"f-1/l", HIDDEN, kind=b"2", link=b"a.py") + B,
     {"tar-size-conflict"}),
    ("a hard link with contents", member(b"f-1/l", HIDDEN, kind=b"1", link=b"f-1/a.py") + B,
     {"tar-size-conflict"}),
    ("a device with a size", header(b"f-1/dev", 5, b"3") + A, {"tar-size-conflict"}),
    ("an old file that ends like a directory", member(b"f-1/d/", HIDDEN, kind=b"\0") + B,
     {"tar-size-conflict"}),
    # Which extended header counts.
    ("pax twice", pax((b"path", b"f-1/1.py")) + pax((b"path", b"f-1/2.py")) + A,
     {"tar-header-conflict"}),
    ("path twice", pax((b"path", b"f-1/1.py"), (b"path", b"f-1/2.py")) + A,
     {"tar-header-conflict"}),
    ("long name twice", long_name(b"f-1/1.py\0") + long_name(b"f-1/2.py\0") + A,
     {"tar-header-conflict"}),
    ("long link twice", long_name(b"1\0", b"K") + long_name(b"2\0", b"K") +
     header(b"f-1/l", kind=b"2"), {"tar-header-conflict"}),
    ("pax, then a long name", pax((b"path", b"f-1/1.py")) + long_name(b"f-1/2.py\0") + A,
     {"tar-header-conflict"}),
    ("long name, then pax", long_name(b"f-1/2.py\0") + pax((b"path", b"f-1/1.py")) + A,
     {"tar-header-conflict"}),
    ("long link, then pax", long_name(b"1\0", b"K") + pax((b"linkpath", b"2")) +
     header(b"f-1/l", kind=b"2"), {"tar-header-conflict"}),
    ("a long name with a NUL inside", long_name(b"f-1/1.py\0.txt") + A, {"tar-header-conflict"}),
    ("a long name for nobody", A + long_name(b"f-1/n.py\0"), {"tar-header-conflict"}),
    ("pax for nobody", A + pax((b"path", b"f-1/n.py")), {"tar-header-conflict"}),
    ("a global header for nobody", A + pax((b"comment", b"c"), kind=b"g"),
     {"tar-header-conflict"}),
    # Records that do not parse.
    ("a length too short", pax(b"3 path=f-1/p.py\n") + A, {"tar-pax-malformed"}),
    ("a length too long", pax(b"99 path=f-1/p.py\n") + A, {"tar-pax-malformed"}),
    ("a length that overflows", pax(b"99999999999999999999999 path=f\n") + A,
     {"tar-pax-malformed"}),
    ("a length of zero", pax(b"0 path=f\n") + A, {"tar-pax-malformed"}),
    ("no length", pax(b"path=f-1/p.py\n") + A, {"tar-pax-malformed"}),
    ("no equals sign", pax(b"8 pathf\n") + A, {"tar-pax-malformed"}),
    ("no key", pax(b"5 =f\n") + A, {"tar-pax-malformed"}),
    ("no newline", pax(record(b"path", b"f-1/p.py")[:-1] + b"?") + A, {"tar-pax-malformed"}),
    ("a NUL in a key", pax((b"SCHILY.xattr.a\0b", b"c")) + A, {"tar-pax-malformed"}),
    ("a NUL in a path", pax((b"path", b"f-1/a\0b.py")) + A, {"tar-pax-malformed"}),
    ("a path of no letters", pax((b"path", b"")) + A, {"tar-pax-malformed"}),
    ("a time that is none", pax((b"mtime", b"2015-09-12")) + A, {"tar-pax-malformed"}),
    ("a size that is none", pax((b"size", b"0x6")) + A, {"tar-pax-malformed"}),
    ("a size of 2**70", pax((b"size", b"%d" % (1 << 70))) + A, {"tar-pax-malformed"}),
    ("a negative size", pax((b"size", b"-6")) + A, {"tar-pax-malformed"}),
    # Fields of headers.
    ("a uid that is none", A + member(b"f-1/b.py", b"y", uid=b"zz"), {"tar-field"}),
    ("a size that is none in octal", A + member(b"f-1/b.py", b"y", size=b"9"), {"tar-field"}),
    ("a size below zero", A + member(b"f-1/b.py", b"y", size=base256(-512)), {"tar-field"}),
    ("a size of 2**90", A + member(b"f-1/b.py", b"y", size=base256(1 << 90)), {"tar-field"}),
    ("a sum of signed bytes", member("f-1/é.py".encode(), b"x", signed=True), {"tar-field"}),
    ("a prefix where GNU has times", member(data=b"x", magic=b"ustar  ", prefix=b"14000000000"),
     {"tar-field"}),
    ("a prefix in a v7 header", member(data=b"x", magic=b"", prefix=b"evil"), {"tar-field"}),
    ("a wrong sum", A + header(b"f-1/b.py", stated=b"0001234\0") + B, set()),
    # What lies where.
    ("behind the end", A + END + B, {"tar-hidden-member", "tar-trailing-data"}),
    ("behind one block of zeros", A + bytes(512) + B, {"tar-hidden-member"}),
    ("a volume label", header(b"label", kind=b"V", magic=b"ustar  ") + A, {"tar-two-readings"}),
    ("an access list of Solaris", member(b"acl", b"1000777\0", kind=b"A") + A,
     {"tar-two-readings"}),
    ("a size that runs over the end", A + member(b"f-1/b.py", b"y", size=99999), set()),
    # Sparse files.
    ("old sparse", sparse_old() + B, {"tar-sparse"}),
    ("old sparse with a second map", sparse_old(more=True) + B, {"tar-sparse"}),
    ("pax sparse 0.0", sparse_pax((b"GNU.sparse.size", b"4096"), (b"GNU.sparse.numblocks", b"1"),
                                  (b"GNU.sparse.offset", b"0"), (b"GNU.sparse.numbytes", b"512")) +
     B, {"tar-sparse"}),
    ("pax sparse 0.1", sparse_pax((b"GNU.sparse.size", b"4096"), (b"GNU.sparse.numblocks", b"1"),
                                  (b"GNU.sparse.map", b"0,512"),
                                  (b"GNU.sparse.name", b"f-1/s.py")) + B, {"tar-sparse"}),
    ("pax sparse 1.0", sparse_pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
                                  (b"GNU.sparse.name", b"f-1/s.py"),
                                  (b"GNU.sparse.realsize", b"4096"),
                                  data=padded(b"1\n0\n512\n") + b"x" * 512) + B, {"tar-sparse"}),
    ("pax sparse with a map of no numbers",
     sparse_pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
                (b"GNU.sparse.realsize", b"4096"), data=padded(b"#!sparse\n")), {"tar-sparse"}),
    # Links.
    ("through a link", header(b"f-1/d", kind=b"2", link=b"../../etc") +
     member(b"f-1/d/x.py", b"x"), {"tar-through-link", "tar-link-outside"}),
    ("through the root", header(b"f-1", kind=b"2", link=b"/tmp") + A, {"tar-through-link"}),
    ("a link, then a file in its place", header(b"f-1/l", kind=b"2", link=b"/etc/passwd") +
     member(b"f-1/l", b"x"), {"duplicate-member", "tar-link-outside"}),
]


class Tars(probing.Probing):
    def test_honest(self):
        tars = [data + B + END for _, data in HONEST]
        for (what, _), data, found in zip(HONEST, tars, self.probe_all(tars, "f-1.tar")):
            with self.subTest(what):
                self.assertEqual(found["status"], "ok", found["detail"])
                self.assertFalse(probing.codes(found) - {"tar-links"}, found["anomalies"])
                self.check_like_tarfile(found, data)

    def test_lies(self):
        tars = [data + END for _, data, _ in LIES]
        for (what, _, expected), data, found in zip(LIES, tars, self.probe_all(tars, "f-1.tar")):
            with self.subTest(what):
                self.assertLessEqual(expected, probing.codes(found), found["detail"])
                if not expected:
                    self.assertEqual(found["status"], "damaged")

    def test_lies_in_pieces(self):
        """The same of a stream, whose pieces end in the middle of headers and records."""
        for length in (65536 - 512 - 1, 65536 - 512 - 700, 65536 - 1536, 65536 - 2100):
            before = header(b"f-1/noise", length // 512 * 512) + bytes(length)
            before += bytes(-len(before) % 512)
            tars = [before[:512] + bytes(length // 512 * 512) + data + END for _, data, _ in LIES]
            packed = [recipes.lzw(data) for data in tars]
            for (what, _, expected), found in zip(LIES, self.probe_all(packed, "f-1.tar.Z")):
                with self.subTest(what, length=length):
                    self.assertLessEqual(expected, probing.codes(found), found["detail"])

    def test_ends(self):
        for data, status, expected in [
                (A + bytes(512), "ok", {"tar-no-end"}), (A, "damaged", set()),
                (A + END, "ok", set()), (A + bytes(20 * 512), "ok", set()),
                (A + END + b"x" * 512, "ok", {"tar-trailing-data"}),
                (A + bytes(512) + b"x" * 512, "ok", {"tar-trailing-data"}),
                (END + b"x" * 600, "damaged", {"tar-trailing-data"}),  # a disk image, say
                (END + A, "ok", {"tar-hidden-member"})]:
            found = self.probe_one(data, "f-1.tar")
            self.assertEqual(found["status"], status, (len(data), found))
            self.assertLessEqual(expected, probing.codes(found))

    def check_like_tarfile(self, found, data):
        seen, why = as_tarfile_reads(data)
        self.assertIsNone(why)
        ours = [(member["name"].rstrip("/"), member.get("bytes")) for member in found["members"]]
        theirs = [(name, content if content is None else content.decode("latin-1")) for name, _, content in seen]
        for (name, content), (their_name, their_content) in zip(ours, theirs):
            self.assertEqual(name, their_name)
            if content is not None and their_content is not None:
                self.assertEqual(content, their_content)
        self.assertEqual(len(ours), len(theirs))

    def test_random_against_tarfile(self):
        """Whatever the headers say: when nothing is said, both see the same members."""
        rng = random.Random(SEED)
        tars = [random_tar(rng) for _ in range(CASES)]
        quiet = 0
        for i, (data, found) in enumerate(zip(tars, self.probe_all(tars, "f-1.tar"))):
            self.assertLess(found["ms"], 1000)
            if found["status"] == "ok" and not probing.codes(found) & DIFFERENTIAL and \
                    found["members"]:
                quiet += 1
                with self.subTest(case=i, seed=SEED):
                    self.check_like_tarfile(found, data)
        self.assertGreater(quiet, CASES // 20)


class Bombs(probing.Probing):
    """What costs libarchive seconds or a gigabyte, and is kilobytes when packed."""

    def check(self, parts, *statuses):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        with open(self.folder / "one", "wb") as out:
            for part in parts:
                out.write(packer.compress(part))
            out.write(packer.compress(END) + packer.flush())
        found = self.probe_one(None, "f-1.tar.gz", brief=True)
        self.assertIn(found["status"], statuses, found["detail"])
        self.assertLess(found["ms"], 2000 * (10 if probing.SANITIZED else 1))
        return found

    def test_access_lists(self):
        """Each entry of a list is compared with all before it."""
        entries = b",".join(b"user:u%d:rwx:%d" % (i, i) for i in range(20_000))
        self.check([pax((b"SCHILY.acl.access", entries)) + A] * 20, "over_limit")
        self.check([member(b"acl", entries, kind=b"A") + A] * 20, "over_limit")
        self.check([pax((b"SCHILY.acl.access", entries[:1000])) + A] * 100, "ok")

    def test_sparse_maps(self):
        """Each piece is kept."""
        def old(blocks):
            yield header(b"f-1/s.py", 0, b"S", magic=b"ustar  ", at_386=b"%011o\0" % 0 * 8,
                         at_482=b"\1", at_483=b"%011o\0" % 4096)
            yield (b"%011o\0%011o\0" % (1, 0) * 21 + b"\1" + bytes(7)) * blocks
            yield b"%011o\0%011o\0" % (1, 0) * 21 + bytes(8)

        def pax_1_0(pieces, before=b"", after=b""):
            data = padded(before + b"%d\n" % pieces + b"1\n0\n" * min(pieces, 300_000))
            return [pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
                        (b"GNU.sparse.realsize", b"10"), (b"GNU.sparse.name", b"f-1/s.py"))
                    + after, member(b"f-1/GNUSparseFile.1/s.py", data)]

        self.check(old(100_000), "over_limit")
        self.assertIn("tar-sparse", probing.codes(self.check(old(100), "ok")))
        self.check(pax_1_0(300_000), "over_limit")
        self.check(pax_1_0(300_000, b"#!gnu-sparse\n"), "over_limit")
        self.check(pax_1_0(300_000, b"#" * 600 + b"\n"), "over_limit")
        self.check(pax_1_0(1 << 70), "over_limit")
        self.check(pax_1_0(300_000, after=pax((b"mtime", b"1"))), "over_limit", "damaged")
        self.check(pax_1_0(100), "ok")

    def test_deep_paths_and_a_link(self):
        """Each folder of each path may be a link: looked up only where one can be."""
        names = [b"f-1/" + b"a/" * 1900 + b"%d.py\0" % i for i in range(1000)]
        found = self.check([header(b"f-1/a/a", kind=b"2", link=b"x")] +
                           [long_name(name) + member(b"x") for name in names], "ok")
        self.assertIn("tar-through-link", probing.codes(found))


def random_size(rng, length):
    return rng.choice([length] * 8 + [0, length + 512, 512, base256(length), b" %o " % length,
                                      b"%o\0" % length, b"garbage", base256(-5),
                                      b"\x81" + bytes(11)])


def random_name(rng):
    return b"f-1/" + rng.choice([b"a.py", b"b/c.py", b"d", b"e/", b"long" * 30, b"x-y", b"link",
                                 b"link/z.py"])


def random_fields(rng):
    fields = {}
    for name, chance, values in [
            ("magic", 0.15, [b"ustar  ", b"", b"ustar", b"ustar\0xx"]),
            ("prefix", 0.1, [b"pre", b"a/b", b"14000000000\0"]),
            ("uid", 0.08, [b"zz", b"\xff" * 8, b" " * 8, base256(0, 8), b"-1\0"]),
            ("mtime", 0.05, [b"\xff" * 12, b"x", b"12 34"]),
            ("signed", 0.05, [True]), ("device", 0.03, [b"junkjunk"])]:
        if rng.random() < chance:
            fields[name] = rng.choice(values)
    return fields


def random_pax(rng):
    keys = [b"path", b"size", b"linkpath", b"mtime", b"uid", b"comment", b"SCHILY.xattr.a",
            b"GNU.sparse.size", b"GNU.sparse.name", b"hdrcharset"]
    values = [b"f-1/p.py", b"5", b"0", b"512", b"1.5", b"", b"a\0b", b"9" * 20, b"BINARY"]
    return pax(*[(rng.choice(keys), rng.choice(values)) for _ in range(rng.randrange(3))],
               kind=rng.choice([b"x", b"x", b"x", b"X", b"g"]))


def random_piece(rng):
    kind = rng.randrange(12)
    data = rng.randbytes(rng.choice([0, 0, 1, 5, 512, 600, 1024]))
    if rng.random() < 0.2:
        data = HIDDEN
    size = random_size(rng, len(data))
    if kind < 5:
        return member(random_name(rng), data, kind=rng.choice([b"0", b"0", b"\0", b"7"]),
                      size=size, **random_fields(rng))
    if kind == 5:
        return header(random_name(rng), rng.choice([0, 0, 0, 5, 512]), rng.choice(
            [b"1", b"2", b"3", b"4", b"5", b"6"]), b"f-1/a.py", **random_fields(rng))
    if kind == 6:
        return random_pax(rng)
    if kind == 7:
        return pax((b"path", b"f-1/p%d.py" % rng.randrange(9)))
    if kind == 8:
        return long_name(rng.choice([b"f-1/" + b"n" * 120 + b"\0", b"f-1/short.py\0",
                                     b"f-1/a\0b", b"f-1/nonul", b""]), rng.choice([b"L", b"K"]))
    if kind == 9:
        return pax((b"size", b"%d" % rng.choice([0, 5, 512, 600]))) + member(
            random_name(rng), data, size=size)
    if kind == 10:
        return rng.choice([bytes(512), header(stated=b"000000\0 "), b"\1" * 512, b"", b"", b""])
    return member(random_name(rng), data, kind=rng.choice(
        [b"A", b"V", b"D", b"M", b"N", b"S", b"z", b"I", b"E"]),
                  magic=rng.choice([b"ustar\x0000", b"ustar  "]))


def random_tar(rng):
    pieces = [random_piece(rng) for _ in range(rng.randrange(1, 6))]
    return b"".join(pieces) + rng.choice([END] * 5 + [bytes(512), END + A])


if __name__ == "__main__":
    unittest.main()
