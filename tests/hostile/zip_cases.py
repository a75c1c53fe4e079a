"""zip_cases: archives that two readers read differently, and what is to be said of each.

Every case is a recipe with the codes that must be among the anomalies, and whether one of them must
be of those that the index or a strict installer refuses. The shapes are those that the rules of the
index and the tests of other readers name; all bytes are made here.
"""
import dataclasses
import io
import struct
import zipfile
import zlib

from recipes import deflate

STORED, DEFLATED = 0, 8
MAX16, MAX32 = 0xFFFF, 0xFFFFFFFF
UNIX = 3 << 8


@dataclasses.dataclass
class Member:
    """One member. `local` and `central` replace fields of one of its two headers."""
    name: bytes
    data: bytes = b""
    method: int = STORED
    flags: int = 0
    local: dict = dataclasses.field(default_factory=dict)
    central: dict = dataclasses.field(default_factory=dict)
    before: bytes = b""      # in front of its own header
    after: bytes = b""       # behind its data: a descriptor, or what should not be there
    packed: bytes = None     # instead of what the method makes of `data`
    at: int = None           # offset that the directory states
    no_local: bool = False
    no_central: bool = False

    def fields(self, changes):
        packed = self.packed_bytes()
        fields = {"version": 20, "flags": self.flags, "method": self.method, "time": 0, "date": 33,
                  "crc": zlib.crc32(self.data), "packed": len(packed), "size": len(self.data),
                  "name": self.name, "extra": b"", "made": UNIX | 20, "comment": b"", "disk": 0,
                  "attributes": 0o100644 << 16}
        return {**fields, **changes}

    def packed_bytes(self):
        if self.packed is not None:
            return self.packed
        return deflate(self.data) if self.method == DEFLATED else self.data

    def local_bytes(self):
        f = self.fields(self.local)
        return struct.pack("<4s5H3L2H", b"PK\3\4", f["version"], f["flags"], f["method"],
                           f["time"], f["date"], f["crc"], f["packed"], f["size"],
                           len(f["name"]), len(f["extra"])) + f["name"] + f["extra"]

    def central_bytes(self, offset):
        f = self.fields(self.central)
        return struct.pack("<4s6H3L5H2L", b"PK\1\2", f["made"], f["version"], f["flags"],
                           f["method"], f["time"], f["date"], f["crc"], f["packed"], f["size"],
                           len(f["name"]), len(f["extra"]), f.get("comment_bytes", len(f["comment"])),
                           f["disk"], 0, f["attributes"],
                           f.get("offset", offset)) + f["name"] + f["extra"] + f["comment"]


def end(count, size, offset, comment=b"", changes=None):
    f = {"disk": 0, "first": 0, "here": count, "count": count, "size": size, "offset": offset,
         "comment_bytes": len(comment), **(changes or {})}
    return struct.pack("<4s4H2LH", b"PK\5\6", f["disk"], f["first"], f["here"], f["count"],
                       f["size"], f["offset"], f["comment_bytes"]) + comment


def end64(count, size, offset, changes=None):
    f = {"bytes": 44, "disk": 0, "first": 0, "here": count, "count": count, "size": size,
         "offset": offset, "more": b"", **(changes or {})}
    return struct.pack("<4sQ2H2L4Q", b"PK\6\6", f["bytes"], 45, 45, f["disk"], f["first"],
                       f["here"], f["count"], f["size"], f["offset"]) + f["more"]


def locator(at, disks=1, disk=0):
    return struct.pack("<4sLQL", b"PK\6\7", disk, at, disks)


def build(members, prefix=b"", gap=b"", behind=b"", comment=b"", tail=b"", shift=0, zip64=None,
          reverse=False, **changes):
    """The archive: prefix, members, `gap`, directory, `behind`, end record, `tail`. `changes`
    replace fields of the end record; `zip64` (a dict) asks for a ZIP64 end and replaces its."""
    body, directory = bytearray(prefix), []
    for member in members:
        body += member.before
        offset = len(body) - shift if member.at is None else member.at
        if not member.no_local:
            body += member.local_bytes() + member.packed_bytes() + member.after
        if not member.no_central:
            directory.append(member.central_bytes(offset))
    body += gap
    at = len(body)
    records = b"".join(reversed(directory) if reverse else directory)
    body += records + behind
    count, size, offset = len(directory), len(records), at - shift
    if zip64 is not None:
        zip64 = dict(zip64)
        lone, stated, between = (zip64.pop(key, default) for key, default in
                                 (("lone", False), ("stated", None), ("between", b"")))
        place = len(body)
        body += end64(count, size, offset, zip64) + between
        if not lone:
            body += locator(place if stated is None else stated)
        if not changes:
            changes = {"here": MAX16, "count": MAX16, "size": MAX32, "offset": MAX32}
    return bytes(body) + end(count, size, offset, comment, changes) + tail


def extra(ident, data, length=None):
    return struct.pack("<HH", ident, len(data) if length is None else length) + data


def zip64_extra(*values, disk=None):
    data = b"".join(struct.pack("<Q", value) for value in values)
    return extra(1, data if disk is None else data + struct.pack("<L", disk))


def unicode_path(name, plain, version=1, crc=None):
    crc = zlib.crc32(plain) if crc is None else crc
    return extra(0x7075, struct.pack("<BL", version, crc) + name)


def descriptor(data, packed=None, signature=True, wide=False, crc=None, size=None, packed_size=None):
    packed = data if packed is None else packed
    return (b"PK\7\10" if signature else b"") + struct.pack(
        "<LQQ" if wide else "<LLL", zlib.crc32(data) if crc is None else crc,
        len(packed) if packed_size is None else packed_size, len(data) if size is None else size)


DATA = b"print('hello')\n" * 3


def one(name=b"a.py", data=DATA, **changes):
    return Member(name, data, **changes)


def streamed(method=DEFLATED, stated=False, **changes):
    """A member whose CRC and sizes follow its data."""
    packed = deflate(DATA) if method == DEFLATED else DATA
    local = {} if stated else {"crc": 0, "packed": 0, "size": 0}
    return one(method=method, flags=8, local=local, after=descriptor(DATA, packed, **changes))


def both(**fields):
    return {"local": fields, "central": fields}


# --- the honest ------------------------------------------------------------------------------

def written_by_zipfile(method=zipfile.ZIP_DEFLATED, force_zip64=False, comment=b"", folders=False,
                       names=("foo/__init__.py", "foo/a.py", "foo-1.0.dist-info/RECORD")):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        if folders:
            archive.mkdir("foo")
            archive.mkdir("foo-1.0.dist-info")
        for name in names:
            info = zipfile.ZipInfo(name, (2025, 6, 30, 1, 2, 4))
            info.compress_type, info.external_attr = method, 0o100644 << 16
            with archive.open(info, "w", force_zip64=force_zip64) as member:
                member.write(DATA)
        archive.comment = comment
    return out.getvalue()


def honest():
    """(name, bytes, codes that are all right)."""
    yield "deflated", written_by_zipfile(), set()
    yield "stored", written_by_zipfile(zipfile.ZIP_STORED), set()
    yield "forced ZIP64 members", written_by_zipfile(force_zip64=True), set()
    yield "comment", written_by_zipfile(comment=b"hello"), {"zip-comment"}
    yield "long comment", written_by_zipfile(comment=b"x" * MAX16), {"zip-comment"}
    yield "folders", written_by_zipfile(folders=True), set()
    yield "marked UTF-8", written_by_zipfile(names=["foo/\u00e9\u65e5.py"]), set()
    yield "nothing", build([]), set()
    yield "nothing, ZIP64", build([], zip64={}), set()
    yield "by hand", build([one(), one(b"b.py", method=DEFLATED)]), set()
    yield "ZIP64 end", build([one(), one(b"b.py")], zip64={}), set()
    yield "ZIP64 end, plain end complete", build(
        [one()], zip64={}, here=1, count=1, size=50, offset=30 + 4 + len(DATA)), set()
    yield "directory in another order", build([one(), one(b"b.py")], reverse=True), set()
    yield "ZIP64 sizes", build([one(
        local={"packed": MAX32, "size": MAX32, "extra": zip64_extra(len(DATA), len(DATA))},
        central={"packed": MAX32, "size": MAX32, "extra": zip64_extra(len(DATA), len(DATA))})]), set()
    yield "ZIP64 in the member's own header only", build([one(
        local={"packed": MAX32, "size": MAX32, "extra": zip64_extra(len(DATA), len(DATA))})]), set()
    yield "ZIP64 offset", build([one(central={"offset": MAX32, "extra": zip64_extra(0)})]), set()
    yield "ZIP64 disk", build([one(central={
        "packed": MAX32, "size": MAX32, "disk": MAX16, "offset": MAX32,
        "extra": zip64_extra(len(DATA), len(DATA), 0, disk=0)})]), set()
    yield "times in extra fields", build([one(local={"extra": extra(0x5455, b"\3" + bytes(8))},
                                              central={"extra": extra(0x5455, b"\3" + bytes(4))})]), set()
    yield "Unicode Path that agrees", build([one(**both(extra=unicode_path(b"a.py", b"a.py")))]), set()
    yield "a ZIP as a stored member", build([one(b"a.zip", written_by_zipfile())]), set()
    yield "signatures in stored data", build([one(data=b"PK\5\6PK\1\2PK\3\4PK\6\6" * 9)]), set()
    yield "empty members", build([one(b"%d.py" % i, b"") for i in range(50)]), set()
    yield "empty, deflated", build([one(data=b"", method=DEFLATED)]), set()


# --- the disagreements -----------------------------------------------------------------------

def directory_cases():
    """Members that one of the two lists does not have, or has twice."""
    hidden = one(b"hidden.py", b"evil", no_central=True)
    yield "name twice", build([one(), one(data=b"other")]), {"duplicate-member"}
    yield "name twice, same contents", build([one(), one()]), {"duplicate-member"}
    yield "folder twice", build([one(b"a/", b""), one(b"a/", b"")]), {"duplicate-member"}
    yield "outside name twice", build([one(b"../a"), one(b"../a")]), {"duplicate-member"}
    yield "absolute name twice", build([one(b"/a"), one(b"/a")]), {"duplicate-member"}
    for other in (b"a//b", b"./a/b", b"a/./b", b"a/b/.", b"a/b\0c"):
        for names in ((b"a/b", other), (other, b"a/b")):
            yield f"two names of one path {names}", build([one(n) for n in names]), {
                "duplicate-member"}
    yield "one member listed twice", build([one(), one(at=0, no_local=True)]), {
        "duplicate-member", "zip-overlap"}
    yield "twice in front, once listed", build([one(no_central=True), one()]), {
        "zip-prefix-data", "zip-hidden-member"}
    yield "hidden in front", build([hidden, one()]), {"zip-prefix-data", "zip-hidden-member"}
    yield "hidden between", build([one(), hidden, one(b"b.py")]), {"zip-gap", "zip-hidden-member"}
    yield "hidden behind", build([one(), hidden]), {"zip-gap", "zip-hidden-member"}
    yield "hidden behind some bytes", build([one(after=b"\0" * 99), hidden]), {
        "zip-gap", "zip-hidden-member"}
    yield "hidden behind the directory", build([one()], behind=hidden.local_bytes() + b"evil"), {
        "zip-directory-gap"}
    yield "hidden behind the end", build([one()], tail=hidden.local_bytes() + b"evil"), {
        "zip-trailing-data"}
    yield "hidden in a comment", build([one()], comment=hidden.local_bytes() + b"evil"), {
        "zip-comment", "zip-hidden-member"}
    yield "hidden in a member's comment", build([one(central={
        "comment": hidden.local_bytes() + b"evil"})]), {"zip-member-comment"}
    yield "all hidden", build([hidden]), {"zip-prefix-data", "zip-hidden-member"}
    yield "listed, not there", build([one(), one(b"b.py", no_local=True)]), {"zip-local-missing"}
    yield "listed, points into data", build([one(), one(b"b.py", no_local=True, at=40)]), {
        "zip-local-missing", "zip-overlap"}
    yield "listed, points behind the file", build([one(), one(b"b.py", no_local=True, at=1 << 30)]), {
        "zip-local-missing"}
    yield "offset one too large", build([one(at=1)]), {"zip-local-missing"}
    yield "two records, one member", build([one(), one(b"b.py", at=0, no_local=True)]), {
        "zip-local-name", "zip-overlap"}
    yield "member inside a member", build([
        one(b"outer.bin", one(b"inner.py").local_bytes() + DATA),
        one(b"inner.py", at=30 + 9, no_local=True)]), {"zip-overlap"}


def local_cases():
    """The two headers of one member, field by field."""
    for side in ("local", "central"):
        def change(**fields):
            return build([one(method=DEFLATED, **{side: fields}), one(b"b.py")])
        yield f"{side} name", change(name=b"b.py"), {"zip-local-name"}
        yield f"{side} name, same length", change(name=b"a.pz"), {"zip-local-name"}
        yield f"{side} name longer", change(name=b"a.py.py"), {"zip-local-name"}
        yield f"{side} name shorter", change(name=b"a"), {"zip-local-name"}
        yield f"{side} name gone", change(name=b""), {"zip-local-name"}
        yield f"{side} CRC", change(crc=1), {"zip-local-mismatch"}
        yield f"{side} CRC zero", change(crc=0), {"zip-local-mismatch"}
        yield f"{side} size", change(size=len(DATA) + 1), {"zip-local-mismatch"}
        yield f"{side} size smaller", change(size=1), {"zip-local-mismatch"}
        yield f"{side} size zero", change(size=0), {"zip-local-mismatch"}
        yield f"{side} packed size larger", change(packed=len(deflate(DATA)) + 1), {
            "zip-local-mismatch"}
        yield f"{side} packed size smaller", change(packed=3), {"zip-local-mismatch"}
        yield f"{side} packed size zero", change(packed=0), {"zip-local-mismatch"}
        yield f"{side} method", change(method=STORED), {"zip-local-mismatch"}
        yield f"{side} stored", change(method=STORED, packed=len(DATA)), {"zip-local-mismatch"}
        yield f"{side} encrypted", change(flags=1), {"zip-local-mismatch", "zip-encrypted"}
        yield f"{side} UTF-8", change(flags=0x800), {"zip-local-mismatch"}
        yield f"{side} descriptor", change(flags=8), {"zip-local-mismatch", "zip-data-descriptor"}
    yield "local ZIP64 sizes contradict", build([one(
        local={"extra": zip64_extra(1, 1)})]), {"zip-local-mismatch", "zip-extra-unused"}
    for side in ("local", "central"):
        yield f"{side} ZIP64 sizes zero", build([one(**{side: {
            "packed": MAX32, "size": MAX32, "extra": zip64_extra(0, 0)}})]), {"zip-local-mismatch"}
        yield f"{side} ZIP64 size only", build([one(method=DEFLATED, **{side: {
            "size": MAX32, "extra": zip64_extra(7)}})]), {"zip-local-mismatch"}


def descriptor_cases():
    code = {"zip-data-descriptor"}
    bad = code | {"zip-descriptor-mismatch"}
    for method in (STORED, DEFLATED):
        for wide in (False, True):
            for signature in (False, True):
                say = f"descriptor {method} {wide} {signature}"
                yield say, build([streamed(method, wide=wide, signature=signature)]), code
                yield say + ", sizes known", build(
                    [streamed(method, True, wide=wide, signature=signature)]), code
                for field in ("crc", "size", "packed_size"):
                    yield f"{say}, bad {field}", build([streamed(
                        method, wide=wide, signature=signature, **{field: 5})]), bad
                    yield f"{say}, zero {field}", build([streamed(
                        method, wide=wide, signature=signature, **{field: 0})]), bad
    for method in (STORED, DEFLATED):
        missing = streamed(method)
        missing.after = b""
        yield f"no descriptor {method}", build([missing]), bad
        yield f"no descriptor {method}, then a member", build([missing, one(b"b.py")]), bad
        cut = streamed(method)
        cut.after = cut.after[:-1]
        yield f"short descriptor {method}", build([cut, one(b"b.py")]), bad
        spoilt = streamed(method)
        spoilt.after = b"PK\7\7" + spoilt.after[4:]
        yield f"descriptor {method}, bad signature", build([spoilt]), bad
    yield "a descriptor nobody announced", build([one(after=descriptor(DATA)), one(b"b.py")]), {
        "zip-gap", "zip-other-record"}
    yield "descriptor that ends the member early", build([one(
        data=DATA + descriptor(DATA) + one(b"hidden.py").local_bytes() + DATA, flags=8,
        local={"crc": 0, "packed": 0, "size": 0})]), bad


def extra_cases():
    two = zip64_extra(len(DATA), len(DATA))
    paths = unicode_path(b"a.py", b"a.py")
    for side in ("local", "central"):
        def put(data, **fields):
            return build([one(**{side: {"extra": data, **fields}})])
        for length in (1, 2, 3):
            yield f"{side} extra of {length} bytes", put(b"\xff" * length), {"zip-extra-malformed"}
        yield f"{side} extra longer than its place", put(extra(9, b"abc", 4)), {
            "zip-extra-malformed"}
        yield f"{side} extra, then a rest", put(extra(9, b"abc") + b"\1"), {"zip-extra-malformed"}
        yield f"{side} ZIP64 twice", put(two + two, packed=MAX32, size=MAX32), {
            "zip-extra-duplicate"}
        yield f"{side} ZIP64 twice, another", put(two + zip64_extra(0, 0), packed=MAX32, size=MAX32), {
            "zip-extra-duplicate"}
        yield f"{side} Unicode Path twice", put(paths + paths), {"zip-extra-duplicate"}
        for length in (1, 3, 4, 7, 9, 12, 15, 17, 20, 23, 25, 27, 29, 32, 40):
            yield f"{side} ZIP64 of {length} bytes", put(extra(1, bytes(length))), {
                "zip-extra-length"}
        yield f"{side} ZIP64 of no bytes, both sizes left to it", put(
            extra(1, b""), packed=MAX32, size=MAX32), {"zip-extra-length"}
        for length in range(5):
            yield f"{side} Unicode Path of {length} bytes", put(extra(0x7075, bytes(length))), {
                "zip-extra-length"}
        for say, data in (
                ("another name", unicode_path(b"b.py", b"a.py")),
                ("no name", unicode_path(b"", b"a.py")),
                ("bad CRC", unicode_path(b"a.py", b"a.py", crc=1)),
                ("version 0", unicode_path(b"b.py", b"a.py", version=0)),
                ("version 2", unicode_path(b"b.py", b"a.py", version=2)),
                ("not UTF-8", unicode_path(b"\xff", b"a.py")),
                ("control characters", unicode_path(b"a\n.py", b"a.py")),
                ("outside", unicode_path(b"../../a.py", b"a.py")),
                ("chain", unicode_path(b"b.py", b"a.py") + unicode_path(b"c.py", b"b.py"))):
            yield f"{side} Unicode Path, {say}", put(data), {
                "zip-extra-length" if "version" in say else "zip-unicode-path"}
    yield "ZIP64 size missing, deflated", build([one(
        method=DEFLATED, **both(size=MAX32, extra=zip64_extra()))]), {"zip-extra-length"}
    yield "ZIP64 size only, deflated", build([one(
        method=DEFLATED, **both(size=MAX32, extra=zip64_extra(len(DATA))))]), {"zip-extra-length"}
    yield "disk left to a ZIP64 field that lacks it", build([one(central={
        "disk": MAX16, "packed": MAX32, "size": MAX32, "extra": two})]), {"zip-multi-disk"}
    swallow = one(b"b.py", b"")
    yield "local extra that holds the next member", build([
        Member(b"a.py", local={"extra": extra(9, swallow.local_bytes())}),
        one(b"b.py", b"", at=38, no_local=True)]), {"zip-overlap"}


def end_cases():
    members = [one(), one(b"b.py")]
    good = build(members)
    at = good.index(b"PK\1\2")
    size = len(good) - 22 - at
    other = build([one(b"c.py", b"other")])
    count = {"zip-directory-count"}
    yield "count too high", build(members, here=3, count=3), count
    yield "count too low", build(members, here=1, count=1), count
    yield "count zero", build(members, here=0, count=0), count
    yield "count here too low", build(members, here=1), {"zip-multi-disk"}
    yield "count in all too low", build(members, count=1), {"zip-multi-disk"} | count
    yield "count modulo 65536", build([one(b"%d" % i, b"") for i in range(65537)], here=1, count=1), count
    yield "size too large", build(members, size=size + 1), {"zip-directory-place"}
    yield "size too small", build(members, size=size - 1), set()
    yield "size of one record", build(members, size=size // 2), set()
    yield "size of one record, count of one", build(members, size=size // 2, here=1, count=1), set()
    yield "size zero", build(members, size=0), set()
    yield "size and count zero", build(members, size=0, here=0, count=0), set()
    yield "size huge", build(members, size=MAX32), {"zip-directory-place"}
    yield "offset too large", build(members, offset=at + 1), {"zip-directory-place"}
    yield "offset too small", build(members, offset=at - 1), {"zip-prefix-data"}
    yield "offset zero", build(members, offset=0), {"zip-prefix-data"}
    yield "offset huge", build(members, offset=1 << 30), {"zip-directory-place"}
    yield "number of a disk", build(members, disk=1), {"zip-multi-disk"}
    yield "directory on another disk", build(members, first=1), {"zip-multi-disk"}
    yield "member on another disk", build([one(central={"disk": 1})]), {"zip-multi-disk"}
    yield "bytes behind", build(members, tail=b"x"), {"zip-trailing-data"}
    yield "zeros behind", build(members, tail=bytes(4096)), {"zip-trailing-data"}
    yield "comment longer than the file", build(members, comment=b"abc", comment_bytes=4), {
        "zip-trailing-data"}
    yield "comment shorter than the rest", build(members, comment=b"abc", comment_bytes=2), {
        "zip-trailing-data"}
    yield "comment not announced", build(members, comment=b"abc", comment_bytes=0), {
        "zip-trailing-data"}
    yield "end twice", good + good[-22:], set()
    yield "bytes in front", b"junk" + good, {"zip-prefix-data"}
    yield "bytes in front, offsets adjusted", build(members, prefix=b"junk"), {"zip-prefix-data"}
    yield "script in front", b"#!/bin/sh\nexit\n" + good, {"zip-prefix-data"}
    yield "program in front", b"MZ" + bytes(2000) + good, {"zip-prefix-data"}
    yield "two archives", other + good, {"zip-prefix-data", "zip-several-ends",
                                         "zip-hidden-member"}
    yield "two archives, offsets adjusted", build(members, prefix=other), {
        "zip-prefix-data", "zip-several-ends", "zip-hidden-member"}
    inner = build([one(b"c.py", b"other")], prefix=good)
    yield "archive in a comment", build(members, comment=inner[len(good):]), {"zip-several-ends"}
    yield "archive in a comment, not adjusted", build(members, comment=other), {"zip-several-ends"}
    yield "empty archive in a comment", build(members, comment=end(0, 0, 0)), {"zip-several-ends"}
    yield "end in a comment", build(members, comment=end(2, size, at)), {
        "zip-several-ends", "zip-directory-gap"}
    yield "end in a comment, then more", build(members, comment=end(2, size, at) + b"xxx"), {
        "zip-several-ends", "zip-directory-gap", "zip-trailing-data"}
    for a, b in ((1, 1), (-1, -1), (0, 0)):
        parts, place = [], 0
        for i, letter in enumerate((b"a", b"b", b"c")):
            one_of = [Member(letter, letter)]
            whole = len(build(one_of)) + 1
            parts.append(build(one_of, prefix=bytes(place), comment=b"\0", comment_bytes=(
                (2 - i) * whole + 1 + (a if i == 0 else b if i == 2 else 0)))[place:])
            place += whole
        yield f"three archives, comments {a:+d}", b"".join(parts), {
            "zip-several-ends", "zip-prefix-data"}
    yield "bytes between directory and end", build(members, behind=b"x"), {"zip-directory-gap"}
    yield "bytes before the directory", build(members, gap=b"x"), {"zip-gap"}
    yield "directory in front of the members", good[at:-22] + good[:at] + end(2, size, 0), {
        "zip-directory-gap"}
    first = [one(b"first.py", b"1" * 60)]
    yield "another directory at the stated offset", build(
        first, behind=build([one(b"second.py", b"2")])[:-22], size=55,
        offset=len(build(first)) - 22 - 54), {"zip-prefix-data"}


def end64_cases():
    members = [one(), one(b"b.py")]
    at = build(members).index(b"PK\1\2")
    size = len(build(members)) - 22 - at
    plain = {"here": 2, "count": 2, "size": size, "offset": at}
    yield "ZIP64 end without locator", build(members, zip64={"lone": True}, **plain), {
        "zip-end64-no-locator"}
    yield "ZIP64 end without locator, needed", build(members, zip64={"lone": True}), set()
    yield "locator without ZIP64 end", build(members, behind=locator(at)), {"zip-end64-place"}
    yield "locator to nowhere", build(members, behind=locator(1 << 60)), {"zip-end64-place"}
    yield "locator points elsewhere", build(members, zip64={"stated": 0}), {"zip-end64-place"}
    yield "locator points one too far", build(members, zip64={"stated": at + size + 1}), {
        "zip-end64-place"}
    yield "bytes between ZIP64 end and locator", build(members, zip64={"between": b"x"}), {
        "zip-end64-place"}
    yield "locator of several disks", build(members)[:-22] + end64(2, size, at) + locator(
        at + size, disks=2) + build(members)[-22:], {"zip-multi-disk"}
    yield "extensible data", build(members, zip64={"bytes": 54, "more": b"0123456789"}), {
        "zip-end64-extra"}
    yield "extensible data, not announced", build(members, zip64={"more": b"0123456789"}), {
        "zip-end64-place"}
    yield "ZIP64 end states another size of itself", build(members, zip64={"bytes": 45}), {
        "zip-end64-extra"}
    for field, value in (("count", 1), ("count", 3), ("size", size - 1), ("offset", at + 1)):
        yield f"ZIP64 end, {field} {value}, plain end right", build(
            members, zip64={field: value}, **plain), {"zip-end64-mismatch"}
        yield f"ZIP64 end right, plain {field} {value}", build(
            members, zip64={}, **{**plain, field: value}), {"zip-end64-mismatch"}
        yield f"ZIP64 end, {field} {value}", build(members, zip64={field: value}), set()
    yield "ZIP64 end, count here", build(members, zip64={"here": 1}), {"zip-multi-disk"}
    yield "ZIP64 end, disk", build(members, zip64={"disk": 1}), {"zip-multi-disk"}
    # An archive hidden in a member's comment that only those see who do, or do not, go by ZIP64.
    for flags in range(16):
        for gap in (b"", b"\0"):
            base = [one(b"a"), one(b"b")]
            body = len(build(base)) - 22
            inner = build([one(b"c", b"other")], prefix=bytes(body), zip64={})[body:-22]
            base[1].central = {"comment": inner + gap}
            plain = {}
            for bit, field, value in ((1, "disk", MAX16), (1, "first", MAX16), (2, "here", MAX16),
                                      (2, "count", MAX16), (4, "size", MAX32), (8, "offset", MAX32)):
                if flags & bit:
                    plain[field] = value
            yield f"ZIP64 end in a comment, {flags} {len(gap)}", build(base, **plain), set()


def record_cases():
    code = {"zip-other-record"}
    yield "split mark", build([one()], prefix=b"PK\7\10"), code | {"zip-prefix-data"}
    yield "split mark, offsets not adjusted", b"PK\7\10" + build([one()]), code
    yield "mark of a single split", build([one()], prefix=b"PK00"), code | {"zip-prefix-data"}
    mark = b"PK\6\10" + struct.pack("<L", 4) + b"data"
    yield "archive extra data", build([one()], gap=mark), code | {"zip-gap"}
    sign = b"PK\5\5" + struct.pack("<H", 4) + b"sign"
    yield "digital signature", build([one()], behind=sign), code | {"zip-directory-gap"}
    yield "digital signature inside", build([one()], behind=sign, size=50 + len(sign)), {
        "zip-directory-size"}
    yield "unknown record", build([one(), one(b"b.py", before=b"PK\x42\x42" + bytes(8))]), {"zip-gap"}
    yield "directory record between members", build([
        one(), one(b"b.py", before=one(b"c.py").central_bytes(0))]), {"zip-gap"}
    yield "bad signature of a directory record", build([one()]).replace(b"PK\1\2", b"PK\1\3"), set()
    yield "bad signature of a second one", build([one(b"ab")] * 2)[::-1].replace(
        b"\2\1KP", b"\3\1KP", 1)[::-1], {"zip-directory-size"}
    yield "bad signature of a header", build([one()]).replace(b"PK\3\4", b"PK\3\5"), {
        "zip-local-missing"}
    yield "bad signature of the end", build([one()]).replace(b"PK\5\6", b"PK\5\7"), set()
    yield "member's comment", build([one(central={"comment": b"hello"})]), {"zip-member-comment"}
    yield "member's comment too long", build([one(central={"comment": b"abc", "comment_bytes": 4})]), set()
    yield "member's comment too short", build([one(central={"comment": b"abc", "comment_bytes": 2})]), set()
    yield "name longer than the directory", build([one()])[:-22 - 50 + 28] + b"\xff\xff" + build(
        [one()])[-22 - 50 + 30:], set()


def contents_cases():
    half = deflate(DATA)[:-5]
    code = {"zip-contents"}
    for method in (STORED, DEFLATED):
        yield f"CRC {method}", build([one(method=method, **both(crc=1))]), code
        yield f"CRC zero {method}", build([one(method=method, **both(crc=0))]), code
    yield "data damaged", build([one(packed=b"\xff" + deflate(DATA)[1:], method=DEFLATED)]), code
    yield "data cut", build([one(packed=half, method=DEFLATED)]), code
    yield "no data, deflated", build([one(packed=b"", method=DEFLATED)]), code
    yield "shorter than stated", build([one(method=DEFLATED, **both(size=len(DATA) + 9))]), code
    yield "stored, size larger", build([one(**both(size=len(DATA) + 9))]), code | {"zip-size"}
    yield "size that cannot come out", build([one(method=DEFLATED, **both(size=1 << 30))]), {"zip-size"}
    yield "size that cannot come out, wide", build([one(method=DEFLATED, **both(
        packed=MAX32, size=MAX32, extra=zip64_extra(1 << 62, len(deflate(DATA)))))]), {"zip-size"}
    for method in (STORED, DEFLATED):
        yield f"longer than stated {method}", build([one(method=method, **both(size=5))]), {
            "zip-member-slack", "zip-contents"}
    yield "data reaches into the directory", build([one(**both(packed=len(DATA) + 1))]), {"zip-overlap"}
    yield "packed size beyond all", build([one(**both(
        packed=MAX32, extra=zip64_extra(MAX32 << 31)))]), {"zip-overlap"}
    for method in (1, 2, 5, 6, 9, 10, 12, 14, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99, 1000):
        yield f"method {method}", build([one(**both(method=method))]), {"zip-method"}
    yield "encrypted", build([one(**both(flags=1))]), {"zip-encrypted"}
    yield "strong encryption", build([one(**both(flags=0x41))]), {"zip-encrypted"}
    yield "masked headers", build([one(**both(flags=0x2001))]), {"zip-encrypted"}
    yield "patch data", build([one(**both(flags=0x20))]), {"zip-method"}
    yield "first encrypted only", build([one(**both(flags=1)), one(b"b.py")]), {"zip-encrypted"}
    yield "version 12.0", build([one(**both(version=120))]), {"zip-version"}


def name_cases():
    """(name, codes, refused)."""
    for byte in (*range(1, 32), 127):
        yield bytes([97, byte, 98]), {"zip-name-control"}, True
    yield b"a\0b", {"zip-name-nul"}, True
    yield b"\0", {"zip-name-nul"}, True
    for byte in (0x80, 0xC3, 0xFE, 0xFF):
        yield bytes([97, byte, 98]), {"zip-name-not-utf8"}, True
    yield b"\xed\xa0\x80", {"zip-name-not-utf8"}, True
    yield b"\xc0\xaf", {"zip-name-not-utf8"}, True
    yield "\u00e9".encode(), {"zip-name-unmarked"}, True
    for name in (b"a\\b", b"..\\a", b"\\a", b"a\\", b"C:\\a", b"\\\\host\\a"):
        yield name, {"zip-name-backslash"}, False
    for name in (b"/", b"//", b"/a", b"//a/b", b"/../a"):
        yield name, {"zip-name-absolute"}, False
    for name in (b"..", b"../a", b"a/..", b"a/../b", b"a/../../b", b"./../a"):
        yield name, {"zip-name-dotdot"}, False
    for name in (b"C:", b"C:a", b"c:/a", b"a:b", b"a*b", b"a?", b'a"', b"a<b", b"a>b", b"a|b",
                 b"a.", b"a ", b"a./b", b".../b"):
        yield name, {"zip-name-windows"}, False
    yield b"", {"zip-name-empty"}, False


def kind_cases():
    """(name, bytes, codes, refused)."""
    for method in (STORED, DEFLATED):
        yield f"longer than stated, CRC of the start {method}", build(
            [one(method=method, **both(size=5, crc=zlib.crc32(DATA[:5])))]), {
                "zip-member-slack"}, False
    yield "bytes behind the deflated data", build([one(
        method=DEFLATED, packed=deflate(DATA) + b"junk")]), {"zip-member-slack"}, False
    yield "folder with contents", build([one(b"a/")]), {"zip-directory-data"}, False
    yield "folder with contents, deflated", build([one(b"a/", method=DEFLATED)]), {
        "zip-directory-data"}, False
    for made in (20, UNIX | 20, 19 << 8 | 20):
        yield f"folder by DOS attributes, made {made}", build(
            [one(central={"attributes": 0x10, "made": made})]), {"zip-directory-mark"}, False
        yield f"link, made {made}", build(
            [one(central={"attributes": 0o120777 << 16, "made": made})]), {
                "zip-symlink"} if made > 99 else set(), False
    yield "folder by mode", build([one(central={"attributes": 0o40755 << 16})]), {
        "zip-directory-mark"}, False
    yield "time", build([one(local={"date": 34})]), {"zip-local-time"}, False
    yield "ZIP64 sizes nobody needs", build([one(central={
        "extra": zip64_extra(len(DATA), len(DATA))})]), {"zip-extra-unused"}, False
    yield "name and folder", build([one(b"a"), one(b"a/", b"")]), {"duplicate-member"}, True


def disagreements():
    """(name, bytes, codes): at least these, and one that is refused or a status that is not ok."""
    for cases in (directory_cases, local_cases, descriptor_cases, extra_cases, end_cases,
                  end64_cases, record_cases, contents_cases):
        for name, data, codes in cases():
            yield f"{cases.__name__}: {name}", data, codes
