"""zip_bricks: a ZIP record by record, every field of which can be made to lie; and honest ZIPs."""
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
