"""The archive reader against Python's zipfile and tarfile, on made and on real archives."""
import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import recipes  # noqa: E402

PROBE = pathlib.Path(os.environ.get("WINNOW_BUILD", ROOT / "build/gcc")) / "oracle/probe_archive"
CORPUS = pathlib.Path(os.environ.get("WINNOW_CORPUS", ROOT / "../shared/corpus"))


def probe(files, brief=False, timeout=100, thorough=False):
    """What the reader says of [(path, name)], in order."""
    lines = "".join(f"{path}\t{name}\n" for path, name in files)
    command = [str(PROBE)] + ["--brief"] * brief + ["--thorough"] * thorough
    done = subprocess.run(command, input=os.fsencode(lines), stdout=subprocess.PIPE, check=True,
                          timeout=timeout)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(files), (len(found), len(files))
    return found


def plain(text):
    """Bytes that the probe shows as Latin-1."""
    return text.encode("latin-1")


def codes(found):
    return {code for code, _ in found["anomalies"]}


def is_native(name):
    import re
    base = name.rsplit("/", 1)[-1]
    return bool(re.search(r"\.(so|pyd|dll|dylib)$|\.so(\.[0-9]+)+$", base))


class Scratch(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.count = 0

    def write(self, data, name):
        self.count += 1
        path = self.folder / f"{self.count}"
        path.write_bytes(data)
        return path, name

    def probe_bytes(self, data, name):
        return probe([self.write(data, name)])[0]

    def check_counts(self, found, members):
        """members: (name, size) of the regular ones."""
        python = [size for name, size in members if name.endswith(".py")]
        self.assertEqual(found["python_file_count"], len(python))
        self.assertEqual(found["python_bytes"], sum(python))
        self.assertEqual(found["native_file_count"],
                         sum(is_native(name) for name, _ in members))

    def check_zip(self, data, found):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            self.assertEqual(found["member_count"], len(infos))
            self.check_counts(found, [(i.filename, i.file_size) for i in infos if not i.is_dir()])
            for info, member in zip(infos, found["members"]):
                name = info.orig_filename
                stored = name.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
                self.assertEqual(plain(member["name"]), stored)
                self.assertEqual(member["size"], info.file_size)
                self.assertEqual(member["crc"], info.CRC)
                self.assertEqual(member["type"], "directory" if info.is_dir() else "file")
                if not info.is_dir():
                    content = archive.read(info)
                    self.assertEqual(member["length"], len(content))
                    if "bytes" in member:
                        self.assertEqual(plain(member["bytes"]), content)

    def check_tar(self, data, found):
        types = {tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "symlink",
                 tarfile.LNKTYPE: "hardlink", tarfile.FIFOTYPE: "special",
                 tarfile.CHRTYPE: "special", tarfile.BLKTYPE: "special"}
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            infos = archive.getmembers()
            self.assertEqual(found["member_count"], len(infos))
            self.check_counts(found, [(i.name, i.size) for i in infos if i.isreg()])
            for info, member in zip(infos, found["members"]):
                name = info.name.encode("utf-8", "surrogateescape")
                self.assertEqual(plain(member["name"]).rstrip(b"/"), name.rstrip(b"/"))
                self.assertEqual(member["type"], types.get(info.type, "file"))
                if info.isreg():
                    content = archive.extractfile(info).read()
                    self.assertEqual(member["size"], len(content))
                    self.assertEqual(member["crc"], zlib.crc32(content))
                    self.assertEqual(member["length"], len(content))
                    if "bytes" in member:
                        self.assertEqual(plain(member["bytes"]), content)


WORDS = ["foo", "bar", "a b", "src", "tests", "é", "日本", "deep/er", "x" * 90, "data.py.d"]
ENDINGS = [".py", ".py", ".txt", ".so", ".so.1.2", ".pyd", ".PY", "", ".dylib", ".json"]


def random_name(rng, root=""):
    parts = [rng.choice(WORDS) for _ in range(rng.randint(0, 4))]
    return root + "/".join(parts + [f"m{rng.randrange(10**6)}{rng.choice(ENDINGS)}"])


def random_bytes(rng):
    kind = rng.randrange(5)
    if kind == 0:
        return b""
    if kind == 1:
        return rng.randbytes(rng.randrange(1, 3000))
    if kind == 2:
        return bytes(rng.randrange(1, 200_000))
    return "".join(rng.choice(WORDS) for _ in range(rng.randrange(2000))).encode()


class Zips(Scratch):
    def random_zip(self, rng):
        out = io.BytesIO()
        prefix = rng.randbytes(rng.randrange(1, 50)) if rng.random() < 0.1 else b""
        out.write(prefix)
        names = {random_name(rng) for _ in range(rng.randrange(40))}
        with zipfile.ZipFile(out, "a" if prefix else "w") as archive:
            for name in sorted(names):
                if rng.random() < 0.1:
                    archive.writestr(zipfile.ZipInfo(name + "/"), b"")
                    continue
                info = zipfile.ZipInfo(name)
                info.compress_type = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
                info.external_attr = 0o644 << 16
                with archive.open(info, "w", force_zip64=rng.random() < 0.2) as member:
                    member.write(random_bytes(rng))
            archive.comment = rng.randbytes(rng.randrange(100)) if rng.random() < 0.2 else b""
        return out.getvalue()

    def test_random(self):
        rng = random.Random(4711)
        made = [self.random_zip(rng) for _ in range(250)]
        found = probe([self.write(data, "x-1.0-py3-none-any.whl") for data in made])
        for data, one in zip(made, found):
            self.assertEqual(one["status"], "ok", one)
            self.check_zip(data, one)
            self.assertFalse(codes(one) - {"zip-comment", "zip-prefix-data", "zip-several-ends"},
                             one["anomalies"])

    def test_streamed(self):
        class Pipe(io.RawIOBase):
            def __init__(self):
                self.data = bytearray()

            def writable(self):
                return True

            def write(self, more):
                self.data += more
                return len(more)
        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(5):
                archive.writestr(f"foo/m{i}.py", b"x = 1\n" * i)
        found = self.probe_bytes(bytes(pipe.data), "x-1.0-py3-none-any.whl")
        self.assertEqual(found["status"], "ok")
        self.assertEqual(codes(found), {"zip-data-descriptor"})
        self.check_zip(bytes(pipe.data), found)

    def test_larger_than_the_tail(self):
        rng = random.Random(12)
        members = [(f"foo/m{i}.py", rng.randbytes(rng.randrange(9000))) for i in range(60)]
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            data = recipes.make_zip(members, method)
            self.assertGreater(len(data), 100_000)
            found = self.probe_bytes(data, "foo-1.0-py3-none-any.whl")
            self.assertEqual((found["status"], found["anomalies"]), ("ok", []))
            self.check_zip(data, found)

    def test_directory_larger_than_the_tail(self):
        members = [(f"foo/{'n' * 80}{i}.py", b"") for i in range(3000)]
        data = recipes.make_zip(members)
        found = self.probe_bytes(data, "foo-1.0-py3-none-any.whl")
        self.assertEqual((found["status"], found["anomalies"]), ("ok", []))
        self.check_zip(data, found)

    def test_more_than_65535_members(self):
        data = recipes.make_zip([(f"{i}.py", b"") for i in range(70_000)])
        found = self.probe_bytes(data, "foo-1.0-py3-none-any.whl")
        self.assertEqual((found["status"], found["member_count"]), ("ok", 70_000))
        self.assertEqual(found["anomalies"], [])

    def test_longest_comment(self):
        data = recipes.make_zip([("foo.py", b"x")], comment=b"c" * 65535)
        found = self.probe_bytes(data, "foo-1.0-py3-none-any.whl")
        self.assertEqual((found["status"], found["member_count"]), ("ok", 1))

    def test_other_methods(self):
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            found = self.probe_bytes(recipes.make_zip([("foo.py", b"x" * 99)], method),
                                     "foo-1.0-py3-none-any.whl")
            self.assertEqual(found["status"], "unsupported")
            self.assertIn("zip-method", codes(found))

    def test_names(self):
        odd = [("/etc/passwd", "zip-name-absolute", ""), ("../up.py", "zip-name-dotdot", ""),
               ("a/../../b", "zip-name-dotdot", ""), ("./a//b.py", None, "a/b.py"),
               ("a/./b.py", None, "a/b.py"), ("a\\b.py", "zip-name-backslash", "a\\b.py"),
               ("tab\there", "zip-name-control", "tab\there"),
               (".../x", "zip-name-windows", ".../x"), ("C:x.py", "zip-name-windows", "C:x.py"),
               ("a /b.py", "zip-name-windows", "a /b.py"), ("..x/.y/z.. .py", None, "..x/.y/z.. .py"),
               ("a.py:b", "zip-name-windows", "a.py:b"), ("a./b", "zip-name-windows", "a./b")]
        for name, code, path in odd:
            found = self.probe_bytes(recipes.make_zip([(name, b"x")]), "f-1.0-py3-none-any.whl")
            self.assertEqual(found["members"][0]["path"], path)
            self.assertEqual(codes(found), {code} if code else set(), name)

    def test_raw_names(self):
        for raw, code, path in [(b"a\0b.py", "zip-name-nul", "a"),
                                (b"\xff\xfe.py", "zip-name-not-utf8", "\xff\xfe.py"),
                                (b"", "zip-name-empty", "")]:
            data = recipes.zip_of(recipes.local(raw, b""), [recipes.central(raw, 0)])
            found = self.probe_bytes(data, "f-1.0-py3-none-any.whl")
            self.assertEqual(codes(found), {code})
            self.assertEqual(found["members"][0]["path"], path)

    def test_duplicates(self):
        with self.assertWarns(UserWarning):
            data = recipes.make_zip([("a.py", b"1"), ("./a.py", b"2"), ("a.py", b"3")])
        found = self.probe_bytes(data, "f-1.0-py3-none-any.whl")
        self.assertEqual([m["shadowed"] for m in found["members"]], [True, True, False])
        self.assertEqual([m["found"] for m in found["members"]], [False, False, True])
        self.assertEqual(found["anomalies"], [["duplicate-member", "./a.py and 1 more"]])

    def test_symlink(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            info = zipfile.ZipInfo("link.py")
            info.create_system = 3
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
        found = self.probe_bytes(out.getvalue(), "f-1.0-py3-none-any.whl")
        self.assertEqual(found["members"][0]["type"], "file")  # as installers write it
        self.assertEqual(codes(found), {"zip-symlink"})
        self.assertEqual(found["python_file_count"], 1)

    def test_encrypted(self):
        data = recipes.zip_of(recipes.local(b"a.py", b"xx", flags=1) + b"xx",
                              [recipes.central(b"a.py", 0, zlib.crc32(b"xx"), 2, 2, flags=1)])
        found = self.probe_bytes(data, "f-1.0-py3-none-any.whl")
        self.assertEqual(found["status"], "unsupported")
        self.assertIn("zip-encrypted", codes(found))

    def test_hidden_member(self):
        hidden = recipes.local(b"hidden.py", b"evil") + b"evil"
        shown = recipes.local(b"shown.py", b"good") + b"good"
        record = recipes.central(b"shown.py", len(hidden), zlib.crc32(b"good"), 4, 4)
        found = self.probe_bytes(recipes.zip_of(hidden + shown, [record]), "f-1-py3-none-any.whl")
        self.assertIn(["zip-hidden-member", "hidden.py"], found["anomalies"])
        record = recipes.central(b"shown.py", 0, zlib.crc32(b"good"), 4, 4)
        found = self.probe_bytes(recipes.zip_of(shown + hidden, [record]), "f-1-py3-none-any.whl")
        self.assertIn(["zip-hidden-member", "hidden.py"], found["anomalies"])

    def test_local_header_tells_another_story(self):
        body = recipes.local(b"good.py", b"data") + b"data"
        record = recipes.central(b"evil.py", 0, zlib.crc32(b"data"), 4, 4)
        found = self.probe_bytes(recipes.zip_of(body, [record]), "f-1-py3-none-any.whl")
        self.assertEqual(found["status"], "damaged")
        self.assertIn("zip-local-name", codes(found))

    def test_sdist_root_is_stripped(self):
        data = recipes.make_zip([("foo-1.0/setup.py", b""), ("foo-1.0/foo/a.py", b"")])
        found = self.probe_bytes(data, "foo-1.0.zip")
        self.assertEqual([m["path"] for m in found["members"]], ["setup.py", "foo/a.py"])
        found = self.probe_bytes(data, "foo-1.0-py3-none-any.whl")
        self.assertEqual(found["members"][0]["path"], "foo-1.0/setup.py")


class Tars(Scratch):
    def squeezers(self):
        yield "tar", lambda data: data
        yield "tar.gz", gzip.compress
        yield "tar.bz2", bz2.compress
        yield "tar.xz", lzma.compress
        yield "tar.Z", recipes.lzw
        if recipes.zstd(b"") is not None:
            yield "tar.zst", recipes.zstd
        else:
            print("skipped: no zstd")

    def random_tar(self, rng):
        out = io.BytesIO()
        how = rng.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
        with tarfile.open(fileobj=out, mode="w", format=how, encoding="utf-8") as archive:
            for _ in range(rng.randrange(1, 30)):
                info = tarfile.TarInfo(random_name(rng, "foo-1.0/"))
                if how == tarfile.USTAR_FORMAT and len(info.name.encode()) > 99:
                    continue
                kind = rng.random()
                if kind < 0.1:
                    info.type = tarfile.DIRTYPE
                elif kind < 0.15:
                    info.type, info.linkname = tarfile.SYMTYPE, "target"
                elif kind < 0.2:
                    info.type, info.linkname = tarfile.LNKTYPE, "foo-1.0/setup.py"
                data = random_bytes(rng) if info.isreg() else b""
                info.size = len(data)
                info.mtime = rng.random() * 1e9 if how == tarfile.PAX_FORMAT else 1
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue()

    def test_random(self):
        rng = random.Random(815)
        made = []
        for ending, squeeze in self.squeezers():
            for _ in range(12 if ending == "tar.Z" else 40):
                data = self.random_tar(rng)
                made.append((data, self.write(squeeze(data), f"foo-1.0.{ending}")))
        for (data, (_, name)), found in zip(made, probe([file for _, file in made])):
            self.assertEqual(found["status"], "ok", (name, found["detail"]))
            self.check_tar(data, found)
            self.assertFalse(codes(found) - {"tar-links"}, found["anomalies"])
            for member in found["members"]:
                self.assertFalse(member["path"].startswith("foo-1.0"))

    def test_lzw_widths(self):
        rng = random.Random(3)
        data = recipes.make_tar([("a/%d" % i, rng.randbytes(9000)) for i in range(20)])
        for bits in range(9, 17):
            for padded in (data, data + bytes(1)):
                found = self.probe_bytes(recipes.lzw(padded, bits), "a.tar.Z")
                self.assertEqual(found["status"], "ok", (bits, found["detail"]))
                self.check_tar(data, found)

    def test_several_streams(self):
        data = self.random_tar(random.Random(5))
        half = len(data) // 2
        for ending, squeeze in self.squeezers():
            if ending in ("tar", "tar.Z"):
                continue
            found = self.probe_bytes(squeeze(data[:half]) + squeeze(data[half:]), "f-1." + ending)
            self.assertEqual(found["status"], "ok", (ending, found["detail"]))
            self.check_tar(data, found)
        found = self.probe_bytes(gzip.compress(data[:half]) + bytes(99) +
                                 gzip.compress(data[half:]) + bytes(999), "f-1.tar.gz")
        self.assertEqual((found["status"], codes(found)), ("ok", {"gzip-members"} | codes(found)))
        self.check_tar(data, found)

    def test_large_is_streamed(self):
        rng = random.Random(6)
        noise = rng.randbytes(1 << 20)
        data = recipes.make_tar([(f"foo-1.0/m{i}.py", noise) for i in range(70)])
        made = [self.write(gzip.compress(data, 1), "foo-1.0.tar.gz"),
                self.write(data, "foo-1.0.tar")]
        for found in probe(made):
            self.assertEqual(found["status"], "ok", found["detail"])
            self.check_tar(data, found)

    def test_roots(self):
        pkg = b"Name: foo\n"
        cases = [
            (["foo-1.0/PKG-INFO", "foo-1.0/a.py"], ["PKG-INFO", "a.py"], set()),
            (["./foo-1.0/PKG-INFO", "./foo-1.0/a.py"], ["PKG-INFO", "a.py"], set()),
            (["foo-1.0/PKG-INFO", "other/a.py"], ["PKG-INFO", "other/a.py"], {"outside-root"}),
            (["bar/setup.py", "foo-1.0/setup.py"], ["bar/setup.py", "setup.py"],
             {"outside-root"}),
            (["setup.py", "foo/a.py"], ["setup.py", "foo/a.py"], set()),
            (["setup.py"], ["setup.py"], set()),
            (["a/x.py", "b/y.py"], ["a/x.py", "b/y.py"], set()),
            (["._foo-1.0", "foo-1.0/setup.py"], ["._foo-1.0", "setup.py"], set()),
            (["PaxHeaders.1/x", "foo-1.0/setup.py"], ["PaxHeaders.1/x", "setup.py"], set()),
            (["whatever/lib/a.py"], ["lib/a.py"], set()),
        ]
        for names, paths, expected in cases:
            data = gzip.compress(recipes.make_tar([(name, pkg) for name in names]))
            found = self.probe_bytes(data, "foo-1.0.tar.gz")
            self.assertEqual([m["path"] for m in found["members"]], paths)
            self.assertEqual(codes(found), expected, names)

    def test_odd_members(self):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name, kind, target in [
                    ("f/abs", tarfile.SYMTYPE, "/etc/passwd"), ("f/up", tarfile.SYMTYPE, "../../x"),
                    ("f/in", tarfile.SYMTYPE, "../f/x"), ("f/dev", tarfile.CHRTYPE, ""),
                    ("f/pipe", tarfile.FIFOTYPE, ""), ("/abs.py", tarfile.REGTYPE, ""),
                    ("f/../../x.py", tarfile.REGTYPE, ""), ("f/hard", tarfile.LNKTYPE, "../x")]:
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, target
                archive.addfile(info)
        found = self.probe_bytes(gzip.compress(out.getvalue()), "f-1.tar.gz")
        self.assertEqual(found["status"], "ok")
        self.check_tar(out.getvalue(), found)
        said = dict(found["anomalies"])
        self.assertEqual(said["tar-links"], "f/abs and 3 more")
        self.assertEqual(said["tar-link-outside"], "f/abs and 2 more")
        self.assertEqual(said["tar-special"], "f/dev and 1 more")
        self.assertEqual(said["tar-name-absolute"], "/abs.py")
        self.assertEqual(said["tar-name-dotdot"], "f/../../x.py")

    def test_duplicates(self):
        data = recipes.make_tar([("f/a.py", b"1"), ("f/b.py", b"2"), ("f/a.py", b"3")])
        found = self.probe_bytes(gzip.compress(data), "f-1.tar.gz")
        self.assertEqual([m["shadowed"] for m in found["members"]], [True, False, False])
        self.assertEqual(found["anomalies"], [["duplicate-member", "f/a.py"]])

    def test_names_that_are_not_utf8(self):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT,
                          encoding="latin-1") as archive:
            archive.addfile(tarfile.TarInfo("f/é.py"))
        found = self.probe_bytes(gzip.compress(out.getvalue()), "f-1.tar.gz")
        self.assertEqual((found["status"], codes(found)), ("ok", {"tar-name-not-utf8"}))
        self.check_tar(out.getvalue(), found)

    def test_trailing(self):
        data = recipes.small_sdist_tar()
        found = self.probe_bytes(gzip.compress(data) + b"garbage", "f-1.tar.gz")
        self.assertEqual((found["status"], codes(found)), ("ok", {"gzip-trailing-data"}))
        found = self.probe_bytes(gzip.compress(data + b"garbage"), "f-1.tar.gz")
        self.assertEqual((found["status"], codes(found)), ("ok", {"tar-trailing-data"}))
        both = gzip.compress(data) + recipes.small_wheel()
        found = self.probe_bytes(both, "f-1.tar.gz")
        self.assertIn("zip-and-tar", codes(found))
        self.assertEqual(found["members"][0]["path"], "PKG-INFO")
        found = self.probe_bytes(both, "f-1-py3-none-any.whl")
        self.assertIn("zip-and-tar", codes(found))
        self.assertEqual(found["members"][0]["path"], "foo/__init__.py")

    def test_damaged_first_header(self):
        """Its checksum is wrong, so that libarchive takes it for no tar at all."""
        data = bytearray(recipes.small_sdist_tar())
        data[120] ^= 0x55
        for name, packed in (("f-1.tar.gz", gzip.compress(data)), ("f-1.tar", bytes(data)),
                             ("f-1.tar.xz", lzma.compress(data))):
            found = self.probe_bytes(packed, name)
            self.assertEqual((found["status"], found["members"]), ("damaged", []), found["detail"])

    def test_without_end_mark(self):
        data = recipes.make_tar([("f/a.py", b"x" * 512)])[:1024]
        self.assertEqual(self.probe_bytes(data, "f-1.tar")["status"], "damaged")
        found = self.probe_bytes(gzip.compress(data), "f-1.tar.gz")
        self.assertEqual((found["status"], codes(found)), ("ok", {"tar-no-end"}))


class Names(Scratch):
    """What the name promises against what the bytes are."""

    def status(self, data, name):
        found = self.probe_bytes(data, name)
        return found["status"], found["detail"], found["anomalies"]

    def test_magic_wins(self):
        wheel, tar = recipes.small_wheel(), recipes.small_sdist_tar()
        for data, name, detail in [
                (wheel, "f-1.tar.gz", "name says tar.gz, bytes say zip"),
                (gzip.compress(tar), "f-1.zip", "name says zip, bytes say tar.gz"),
                (tar, "f-1.tar.gz", "name says tar.gz, bytes say tar"),
                (bz2.compress(tar), "f-1.tgz", "name says tar.gz, bytes say tar.bz2")]:
            status, _, anomalies = self.status(data, name)
            self.assertEqual((status, anomalies), ("ok", [["magic-mismatch", detail]]))
        for data, name, status, detail in [
                (b"MZ" + bytes(300), "f-1.tar.gz", "unsupported",
                 "name says tar.gz, bytes say Windows program (PE)"),
                (b"<html>404</html>", "f-1.zip", "damaged", "name says zip, bytes say a web page")]:
            self.assertEqual(self.status(data, name)[::2], (status, [["magic-mismatch", detail]]))
        for data in (b"", b"?", bytes(4096)):  # nothing that has a name
            self.assertEqual(self.status(data, "f-1.tar.gz")[2], [])

    def test_prefix(self):
        for prefix in (b"#!/usr/bin/env python\n", b"MZ" + bytes(500)):
            status, _, anomalies = self.status(prefix + recipes.small_wheel(),
                                               "f-1-py3-none-any.whl")
            self.assertEqual(status, "ok")
            self.assertIn("zip-prefix-data", dict(anomalies))

    def test_unsupported(self):
        for data, name, words in [
                (b"MZ" + bytes(300) + recipes.small_wheel(), "f-1.win32.exe", "PE"),
                (b"\xed\xab\xee\xdb" + bytes(100), "f-1.noarch.rpm", "RPM"),
                (b"!<arch>\ndebian-binary", "f.deb", "Debian"),
                (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "f-1.msi", "MSI"),
                (b"?", "f-1.dmg", "unknown"), (b"", "f-1.exe", "empty"),
                (b"7z\xbc\xaf\x27\x1c", "f-1.tar.gz", "7z"), (b"Rar!\x1a\x07\0", "f-1.zip", "RAR"),
                (b"LZIP\1", "f-1.tar.gz", "lzip"), (recipes.small_wheel(), "f.jar", "ZIP"),
                (gzip.compress(b"070701" + bytes(600)), "f-1.tar.gz", "cpio")]:
            status, detail, _ = self.status(data, name)
            self.assertEqual(status, "unsupported", name)
            self.assertIn(words, detail)

    def test_damaged(self):
        wheel = recipes.small_wheel()
        for data, name in [(b"", "f-1.tar.gz"), (b"", "f-1-py3-none-any.whl"), (b"x", "f-1.zip"),
                           (b"<!DOCTYPE html><html>404</html>", "f-1.tar.gz"),
                           (bytes(4096), "f-1.tar.gz"), (bytes(4096), "f-1-py3-none-any.whl"),
                           (wheel[:-30], "f-1-py3-none-any.whl"), (gzip.compress(b""), "f-1.tar.gz"),
                           (gzip.compress(b"not a tar" * 99), "f-1.tar.gz"),
                           (recipes.gzip_in_gzip(1), "f-1.tar.gz"), (b"\x1f\x8b", "f-1.tgz"),
                           (random.Random(1).randbytes(5000), "f-1.tar.bz2")]:
            self.assertEqual(self.status(data, name)[0], "damaged", (name, data[:9]))

    def test_empty_archives(self):
        for data, name in [(recipes.make_zip([]), "f-1-py3-none-any.whl"),
                           (recipes.make_tar([]), "f-1.tar"),
                           (gzip.compress(recipes.make_tar([])), "f-1.tar.gz"),
                           (lzma.compress(recipes.make_tar([])), "f-1.tar.xz")]:
            found = self.probe_bytes(data, name)
            self.assertEqual((found["status"], found["member_count"]), ("ok", 0), name)


@unittest.skipUnless(CORPUS.is_dir(), "skipped: no shared corpus")
class Corpus(Scratch):
    def files(self):
        return sorted(path for path in CORPUS.rglob("*") if path.is_file())

    def test_every_file_under_every_name(self):
        files = self.files()
        for name in (None, "x-1.0.tar.gz", "x-1.0.zip", "x-1.0-py3-none-any.whl"):
            found = probe([(path, name or path.name) for path in files], brief=True, thorough=True)
            for path, one in zip(files, found):
                self.assertLess(one["ms"], 1000, (path, one["status"]))

    def test_zips_as_zipfile_reads_them(self):
        compared = 0
        for path in self.files():
            data = path.read_bytes()
            if path.suffix not in (".zip", ".whl", ".egg") or not zipfile.is_zipfile(path):
                continue
            try:
                with zipfile.ZipFile(path) as archive:
                    if archive.testzip() is not None or any(
                            i.flag_bits & 1 or i.compress_type not in (0, 8) or
                            i.file_size > 16 << 20 or i.external_attr >> 28 not in (0, 4, 8, 10)
                            for i in archive.infolist()):
                        continue
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError,
                    zlib.error, EOFError):
                continue
            found = probe([(path, "x-1.0-py3-none-any.whl")])[0]
            if found["status"] == "ok":
                with self.subTest(path=path.name):
                    self.check_zip(data, found)
                    compared += 1
        self.assertGreater(compared, 20)

    def test_index_rules(self):
        meanings = subprocess.run([PROBE, "--codes"], stdout=subprocess.PIPE, check=True,
                                  text=True).stdout
        refused = {row.split("\t")[0] for row in meanings.splitlines() if row.split("\t")[1] == "1"}
        for path in sorted((CORPUS / "warehouse").rglob("*")):
            if path.suffix not in (".zip", ".whl"):
                continue
            for thorough in (False, True):
                found = probe([(path, "x-1.0-py3-none-any.whl")], thorough=thorough)[0]
                flagged = bool(codes(found) & refused) or found["status"] != "ok"
                self.assertEqual(flagged, path.parent.name == "reject", (path.name, found))


if __name__ == "__main__":
    unittest.main()
