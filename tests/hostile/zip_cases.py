"""zip_cases: archives that two readers read differently, and what is to be said of each.

Every case is a recipe with the codes that must be among the anomalies, and whether one of them must
be of those that the index or a strict installer refuses. The shapes are those that the rules of the
index and the tests of other readers name; all bytes are made here.
"""
import struct
import zlib

from recipes import deflate
from zip_bricks import (DATA, DEFLATED, MAX16, MAX32, STORED, UNIX, Member, both, build, descriptor,
                        end, end64, extra, locator, one, streamed, unicode_path, zip64_extra)


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
    yield "local packed size zero, ZIP64's right", build([one(local={
        "packed": 0, "size": MAX32, "extra": zip64_extra(len(DATA))})]), {"zip-local-mismatch"}
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
