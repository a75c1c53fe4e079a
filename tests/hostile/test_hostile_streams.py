"""Compressed streams that lie about themselves: what their own tools call bad is not passed over."""
import bz2
import gzip
import io
import lzma
import struct
import unittest
import zipfile
import zlib

import probing
import recipes

TAR = recipes.small_sdist_tar()
# One bz2, gz, xz, zst each; zst is None when the tool is not there.
GZ, BZ2, XZ, ZST = gzip.compress(TAR, mtime=0), bz2.compress(TAR), lzma.compress(TAR), recipes.zstd(TAR)


def gzip_of(flags=0, extra=b"", method=8, crc=None, size=None, head_sum=None):
    """A gzip with chosen header and trailer."""
    head = b"\x1f\x8b" + bytes([method, flags]) + bytes(4) + b"\0\3" + extra
    if head_sum is not None:
        head += struct.pack("<H", (zlib.crc32(head) + head_sum) & 0xFFFF)
    return head + recipes.deflate(TAR) + struct.pack(
        "<LL", zlib.crc32(TAR) if crc is None else crc, len(TAR) if size is None else size)


def zstd_frame(window_log, claimed=None):
    """Raw blocks behind a header that asks for a window, or claims a size."""
    if claimed is None:
        head = bytes([0, (window_log - 10) << 3])
    else:
        head = b"\xe0" + struct.pack("<Q", claimed)
    return b"\x28\xb5\x2f\xfd" + head + struct.pack("<L", len(TAR) << 3 | 1)[:3] + TAR


def skippable(data, claimed=None):
    return b"\x50\x2a\x4d\x18" + struct.pack("<L", len(data) if claimed is None else claimed) + data


def stored_with_zip():
    """A gzip that keeps its tar as it is, and in the tar, a ZIP as the last bytes: both at once."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    data = recipes.make_tar([("f-1/setup.py", b"")])[:-9000] + recipes.small_wheel()
    return packer.compress(data) + packer.flush()


GOOD = [
    ("tar.gz", gzip_of(8, b"f.tar\0"), set()),
    ("tar.gz", gzip_of(4 | 16, b"\3\0abc" + b"comment\0"), set()),
    ("tar.gz", gzip_of(2, head_sum=0), set()),
    ("tar.gz", gzip_of(2 | 4 | 8 | 16, b"\3\0abcname\0comment\0", head_sum=0), set()),
    ("tar.gz", GZ + bytes(512), set()),
    ("tar.gz", GZ + gzip.compress(b""), {"gzip-members"}),
    ("tar.bz2", BZ2 + bytes(512), set()),
    ("tar.bz2", BZ2 + bz2.compress(b""), set()),
    ("tar.xz", XZ + bytes(8), set()),
    ("tar.xz", XZ + lzma.compress(b""), set()),
    ("tar.xz", lzma.compress(TAR, check=lzma.CHECK_NONE), set()),
    ("tar.xz", lzma.compress(TAR, check=lzma.CHECK_SHA256), set()),
    ("tar.xz", lzma.compress(TAR, filters=[{"id": lzma.FILTER_DELTA, "dist": 1},
                                           {"id": lzma.FILTER_LZMA2}]), set()),
    ("tar.xz", lzma.compress(TAR, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2}]),
     set()),
    ("tar.zst", zstd_frame(17), set()),
    ("tar.zst", zstd_frame(27), set()),
    ("tar.zst", skippable(b"hello") + zstd_frame(17), set()),
    ("tar.zst", zstd_frame(17) + skippable(b"hello"), set()),
]

NOTED = [
    ("tar.gz", gzip_of(2, head_sum=1), {"gzip-header-sum"}),
    ("tar.gz", gzip_of(2 | 4 | 8 | 16, b"\3\0abcname\0comment\0", head_sum=9),
     {"gzip-header-sum"}),
    ("tar.gz", GZ + b"garbage", {"gzip-trailing-data"}),
    ("tar.gz", GZ + b"\x1f", {"gzip-trailing-data"}),
    ("tar.gz", GZ + GZ, {"gzip-members", "tar-hidden-member"}),
    ("tar.gz", GZ + recipes.small_wheel(), {"zip-and-tar", "gzip-trailing-data"}),
    ("tar.gz", stored_with_zip(), {"zip-and-tar"}),
    ("tar", TAR + recipes.small_wheel(), {"zip-and-tar", "tar-trailing-data"}),
    ("tar.bz2", BZ2 + b"garbage", {"bzip2-trailing-data"}),
    ("tar.bz2", BZ2 + bytes(200_000) + b"BZh9", {"bzip2-trailing-data"}),
    ("tar.bz2", BZ2 + recipes.small_wheel(), {"zip-and-tar", "bzip2-trailing-data"}),
    ("tar.bz2", BZ2 + BZ2, {"tar-hidden-member"}),
    ("tar.xz", XZ + XZ, {"tar-hidden-member"}),
]

BAD = [
    ("tar.gz", gzip_of(0xE0), "damaged"),
    ("tar.gz", gzip_of(method=7), "damaged"),
    ("tar.gz", gzip_of(crc=1), "damaged"),
    ("tar.gz", gzip_of(size=1), "damaged"),
    ("tar.gz", gzip_of(size=0xFFFFFFF0), "damaged"),
    ("tar.gz", gzip_of()[:-8], "damaged"),
    ("tar.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 50, "damaged"),
    ("tar.gz", GZ + GZ[:60], "damaged"),
    ("tar.gz", zlib.compress(TAR), "damaged"),
    ("tar.bz2", BZ2[:-10], "damaged"),
    ("tar.bz2", BZ2 + BZ2[:60], "damaged"),
    ("tar.xz", XZ + bytes(5), "damaged"),
    ("tar.xz", XZ + b"garbage!", "damaged"),
    ("tar.xz", XZ + XZ[:60], "damaged"),
    ("tar.xz", lzma.compress(TAR, lzma.FORMAT_ALONE), "unsupported"),
    ("tar.lzma", lzma.compress(TAR, lzma.FORMAT_ALONE), "unsupported"),
    ("tar.zst", skippable(b"hello"), "damaged"),
    ("tar.zst", skippable(b"hello", 0xFFFFFFFF) + zstd_frame(17), "damaged"),
    ("tar.zst", zstd_frame(17) + b"garbage!", "damaged"),
    ("tar.zst", zstd_frame(28), "over_limit"),
    ("tar.zst", zstd_frame(31), "over_limit"),
    ("tar.zst", zstd_frame(41), "over_limit"),
    ("tar.zst", skippable(b"hello") + zstd_frame(31), "over_limit"),
    ("tar.zst", zstd_frame(0, claimed=1 << 60), "over_limit"),
    ("tar.Z", b"\x1f\x9d\x91" + recipes.lzw(TAR)[3:], "damaged"),
    ("tar.Z", b"\x1f\x9d\x90", "damaged"),
    ("tar.Z", recipes.lzw(TAR)[:-300], "damaged"),
    ("tar.Z", recipes.lzw(bytes(32768) + b"CD001" + bytes(2000)), "damaged"),  # a disk image
]


class Streams(probing.Probing):
    def check_rows(self, rows, check):
        for i, (ending, data, expected) in enumerate(rows):
            with self.subTest(i, ending=ending):
                found = self.probe_one(data, "f-1." + ending)
                self.assertLess(found["ms"], 1000)
                self.assertLess(found["arena_bytes"], 1 << 20)
                check(found, expected)

    def check_good(self, found, expected):
        self.assertEqual((found["status"], found["member_count"]), ("ok", 3), found["detail"])
        self.assertEqual(probing.codes(found), expected)

    def check_noted(self, found, expected):
        self.assertLessEqual(expected, probing.codes(found), found["detail"])

    def check_bad(self, found, expected):
        self.assertEqual(found["status"], expected, found["detail"])

    def test_good(self):
        self.check_rows(GOOD, self.check_good)

    def test_noted(self):
        self.check_rows(NOTED, self.check_noted)

    def test_bad(self):
        self.check_rows(BAD, self.check_bad)

    def test_both_at_once_opens_as_zip(self):
        """The rows that say so are ZIPs to zipfile, too."""
        for _, data, expected in NOTED:
            if "zip-and-tar" in expected:
                self.assertTrue(zipfile.ZipFile(io.BytesIO(data)).namelist())

    @unittest.skipIf(ZST is None, "skipped: no zstd")
    def test_windows_that_zstd_makes(self):
        self.assertEqual(self.probe_one(ZST, "f-1.tar.zst")["status"], "ok")
        self.assertEqual(self.probe_one(ZST[:-4], "f-1.tar.zst")["status"], "damaged")


if __name__ == "__main__":
    unittest.main()
