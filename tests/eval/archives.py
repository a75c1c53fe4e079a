"""Wheels and sdists, some twenty times as fast as with zipfile and tarfile, which the corpus needs
for its hundred thousands. The same members as the builders of mirror_recipe give; test_corpus.py
holds the two against each other."""

import hashlib
import re
import struct
import zlib
from base64 import urlsafe_b64encode

from mirror_recipe import MEMBER_SECONDS, MEMBER_TIME

# Below this, deflating gains nothing that counts on disk.
STORED_BYTES_MAX = 256
# A small window, because setting up a large one costs more than packing a small file.
WINDOW_BITS = 12
MEMORY_LEVEL = 4
DOS_TIME = MEMBER_TIME[3] << 11 | MEMBER_TIME[4] << 5 | MEMBER_TIME[5] // 2
DOS_DATE = (MEMBER_TIME[0] - 1980) << 9 | MEMBER_TIME[1] << 5 | MEMBER_TIME[2]
UTF8_FLAG = 1 << 11
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")


def zip_bytes(members):
    """A ZIP of (path, bytes) pairs."""
    parts, directory, offset = [], [], 0
    for path, data in members:
        name = path.encode()
        crc, size, method, packed = zlib.crc32(data), len(data), 0, data
        if size > STORED_BYTES_MAX:
            deflate = zlib.compressobj(1, zlib.DEFLATED, -WINDOW_BITS, MEMORY_LEVEL)
            packed, method = deflate.compress(data) + deflate.flush(), 8
        flags = 0 if len(name) == len(path) else UTF8_FLAG
        parts += (LOCAL.pack(b"PK\3\4", 20, flags, method, DOS_TIME, DOS_DATE, crc, len(packed),
                             size, len(name), 0), name, packed)
        directory += (CENTRAL.pack(b"PK\1\2", 0x314, 20, flags, method, DOS_TIME, DOS_DATE, crc,
                                   len(packed), size, len(name), 0, 0, 0, 0, 0o100644 << 16,
                                   offset), name)
        offset += 30 + len(name) + len(packed)
    tail = b"".join(directory)
    count = len(members)
    parts += (tail, END.pack(b"PK\5\6", 0, 0, count, count, len(tail), offset, 0))
    return b"".join(parts)


# A ustar header but for name, size and sum. The sum counts its own eight bytes as spaces.
TAR_HEAD = b"0000644\0" b"0000000\0" b"0000000\0"
TAR_MIDDLE = b"%011o\0" % MEMBER_SECONDS
TAR_TAIL = b" 0" + bytes(100) + b"ustar\x0000" + b"root" + bytes(28) + b"root" + bytes(28) \
    + bytes(16 + 155 + 12)
TAR_SUM = sum(TAR_HEAD + TAR_MIDDLE + TAR_TAIL) - 32 + 256
# What zlib adds to the window's bits to write gzip (with no time in it).
GZIP = 16


def tar_bytes(members):
    parts = []
    for path, data in members:
        name, prefix = path.encode(), b""
        if len(name) > 100:
            cut = name.rindex(b"/", 0, 156)
            prefix, name = name[:cut], name[cut + 1:]
        size = b"%011o\0" % len(data)
        total = TAR_SUM + sum(name) + sum(size) + sum(prefix)
        tail = TAR_TAIL[1:]
        if prefix:
            tail = tail[:-167] + prefix.ljust(167, b"\0")
        parts += (name.ljust(100, b"\0"), TAR_HEAD, size, TAR_MIDDLE, b"%06o\0 " % total, tail,
                  data, bytes(-len(data) % 512))
    parts.append(bytes(1024))
    return b"".join(parts)


def sdist_bytes(root, members):
    """A .tar.gz with all (path, bytes) pairs below the folder `root`."""
    pack = zlib.compressobj(1, zlib.DEFLATED, GZIP + WINDOW_BITS, MEMORY_LEVEL)
    return pack.compress(tar_bytes([(f"{root}/{path}", data) for path, data in members])) \
        + pack.flush()


SEPARATORS = re.compile("[-_.]+")


def file_stem(name, version):
    return f"{SEPARATORS.sub('_', name)}-{version}"


def wheel_bytes(name, version, files, metadata, entry_points, tag):
    """A wheel of (path, bytes) pairs; `metadata` and `entry_points` are bytes, the latter or None.
    """
    info = f"{file_stem(name, version)}.dist-info"
    pure = b"true" if tag.endswith("none-any") else b"false"
    members = [*files, (f"{info}/METADATA", metadata),
               (f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: recipe (1)\nRoot-Is-Purelib: "
                b"%s\nTag: %s\n" % (pure, tag.encode()))]
    if entry_points is not None:
        members.append((f"{info}/entry_points.txt", entry_points))
    record = []
    for path, data in members:
        digest = urlsafe_b64encode(hashlib.sha256(data).digest())[:-1].decode()
        record.append(f"{path},sha256={digest},{len(data)}\n")
    record.append(f"{info}/RECORD,,\n")
    members.append((f"{info}/RECORD", "".join(record).encode()))
    return zip_bytes(members)
