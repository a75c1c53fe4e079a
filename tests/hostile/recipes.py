"""recipes: archives that lie, explode or break off, made from scratch.

Each function returns the bytes of one archive (or writes it to a path when
it is large). Nothing here is committed as a binary.
"""
import bz2
import gzip
import io
import lzma
import shutil
import struct
import subprocess
import tarfile
import zipfile
import zlib

EPOCH = (1980, 1, 1, 0, 0, 0)


# --- honest bricks ---------------------------------------------------------------------------

def make_zip(members, method=zipfile.ZIP_DEFLATED, comment=b""):
    """A plain ZIP of (name, bytes) pairs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = method
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
        archive.comment = comment
    return out.getvalue()


def make_tar(members, format=tarfile.PAX_FORMAT):
    """A plain tar of (name, bytes) pairs."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def small_wheel():
    """A wheel like most: a few modules, a dist-info folder."""
    return make_zip([
        ("foo/__init__.py", b"__version__ = '1.0'\n"),
        ("foo/cli.py", b"def main():\n    print('hello', 'world')\n" * 5),
        ("foo-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n"),
        ("foo-1.0.dist-info/WHEEL", b"Wheel-Version: 1.0\n"),
        ("foo-1.0.dist-info/entry_points.txt", b"[console_scripts]\nfoo = foo.cli:main\n"),
        ("foo-1.0.dist-info/RECORD", b"foo/__init__.py,,\n"),
    ])


def small_sdist_tar():
    return make_tar([
        ("foo-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n"),
        ("foo-1.0/setup.py", b"from setuptools import setup\nsetup(name='foo')\n"),
        ("foo-1.0/foo/__init__.py", b"__version__ = '1.0'\n" * 20),
    ])


def small_sdist():
    return gzip.compress(small_sdist_tar(), mtime=0)


def lzw(data, bits_max=16):
    """compress(1): LZW with growing codes, packed in groups of eight."""
    out = bytearray([0x1F, 0x9D, 0x80 | bits_max])
    table = {bytes([i]): i for i in range(256)}
    free, bits, held, held_bits, group = 257, 9, 0, 0, 0

    def put(code):
        nonlocal held, held_bits, group
        held |= code << held_bits
        held_bits += bits
        group = (group + 1) % 8
        while held_bits >= 8:
            out.append(held & 0xFF)
            held >>= 8
            held_bits -= 8

    def pad():
        while group:
            put(0)

    word = b""
    for value in data:
        longer = word + bytes([value])
        if longer in table:
            word = longer
            continue
        put(table[word])
        if free < 1 << bits_max:
            table[longer] = free
            free += 1
            # The reader defines each code one step later than we do.
            if free - 1 > (1 << bits) - 1 and bits < bits_max:
                pad()
                bits += 1
        elif len(data) % 2:  # now and then use the clear code
            put(256)
            pad()
            table = {bytes([i]): i for i in range(256)}
            free, bits = 257, 9
        word = bytes([value])
    if word:
        put(table[word])
    if held_bits:
        out.append(held & 0xFF)
    return bytes(out)


def zstd(data):
    """None when the tool is not there."""
    if shutil.which("zstd") is None:
        return None
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


# --- ZIP records by hand ---------------------------------------------------------------------

def local(name, data, method=0, crc=None, size=None, packed=None, flags=0, extra=b""):
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    packed = len(data) if packed is None else packed
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, crc, packed, size,
                       len(name), len(extra)) + name + extra


def central(name, offset, crc=0, size=0, packed=0, method=0, flags=0, extra=b"", comment=b"",
            attributes=0o100644 << 16):
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x0314, 20, flags, method, 0, 33, crc, packed,
                       size, len(name), len(extra), len(comment), 0, 0, attributes,
                       offset) + name + extra + comment


def end(count, size, offset, comment=b""):
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, offset,
                       len(comment)) + comment


def zip_of(locals_and_data, records, count=None, comment=b""):
    """Joins parts: bytes of all members, list of directory records."""
    directory = b"".join(records)
    return (locals_and_data + directory +
            end(len(records) if count is None else count, len(directory),
                len(locals_and_data), comment))


def deflate(data, level=9):
    squeezer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return squeezer.compress(data) + squeezer.flush()


# --- bombs -----------------------------------------------------------------------------------

def zeros_deflated(size):
    """`size` zero bytes, deflated, without ever holding them."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = bytes(1 << 20)
    parts = []
    for at in range(0, size, len(chunk)):
        parts.append(squeezer.compress(chunk[:min(len(chunk), size - at)]))
    parts.append(squeezer.flush())
    return b"".join(parts)


def flat_zip_bomb(size=15 << 20, members=400):
    """Many members that are asked for one by one, each small enough, all of one run of zeros."""
    data = zeros_deflated(size)
    crc = 0
    for _ in range(size >> 20):
        crc = zlib.crc32(bytes(1 << 20), crc)
    body, records = b"", []
    for i in range(members):
        name = b"bomb/m%d.py" % i
        records.append(central(name, len(body), crc, size, len(data), 8))
        body += local(name, b"", 8, crc, size, len(data)) + data
    return zip_of(body, records)


def overlapped_zip_bomb(members=1000, size=15 << 20):
    """As David Fifield's: every member quotes the headers of the next ones and shares one kernel."""
    kernel = zeros_deflated(size)
    crc = 0
    for _ in range(size >> 20):
        crc = zlib.crc32(bytes(1 << 20), crc)
    name = b"bomb.py"
    body = local(name, b"", 8, crc, size, len(kernel)) + kernel
    records = [central(b"%07d" % i if i else name, 0, crc, size, len(kernel), 8)
               for i in range(members)]
    return zip_of(body, records)


def quoted_zip_bomb(members=200, size=1 << 20):
    """The real thing: each member's data begins with a stored block that holds the next header."""
    kernel = zeros_deflated(size)
    kernel_crc = zlib.crc32(bytes(size))
    parts, crc, total, packed = [kernel], kernel_crc, size, len(kernel)
    header = local(b"%06d.py" % members, b"", 8, crc, total, packed)
    offsets = [(b"%06d.py" % members, crc, total, packed)]
    parts.insert(0, header)
    plain = header + bytes(size)
    for i in range(members - 1, 0, -1):
        quoted = header
        block = struct.pack("<BHH", 0, len(quoted), len(quoted) ^ 0xFFFF)
        crc = zlib.crc32(plain)
        total, packed = len(plain), packed + len(block) + len(quoted)
        name = b"%06d.py" % i
        header = local(name, b"", 8, crc, total, packed)
        offsets.insert(0, (name, crc, total, packed))
        parts.insert(0, header + block)
        plain = header + plain
    body = b"".join(parts)
    records, at = [], 0
    for part, (name, crc, total, packed) in zip(parts, offsets):
        records.append(central(name, at, crc, total, packed, 8))
        at += len(part)
    return zip_of(body, records)


def single_zip_bomb(size=3 << 30):
    """One member that is never asked for, and inflates to more than its CRC says."""
    data = zeros_deflated(size)
    name = b"bomb/data.bin"
    return zip_of(local(name, b"", 8, 1, size, len(data)) + data,
                  [central(name, 0, 1, size, len(data), 8)])


def shared_nothing_zip(members=2000, size=4 << 20):
    """Members that share some megabytes of empty blocks, of which nothing comes out."""
    data = struct.pack("<BHH", 0, 0, 0xFFFF) * (size // 5) + struct.pack("<BHH", 1, 0, 0xFFFF)
    name = b"n.bin"
    body = local(name, b"", 8, 0, 0, len(data)) + data
    return zip_of(body, [central(name, 0, 0, 0, len(data), 8)] * members)


def nested_zips(layers=5, width=16, size=15 << 20):
    """As 42.zip: ZIPs of ZIPs, and zeros in the innermost; all together some terabytes."""
    data = make_zip([("zeros.bin", bytes(size))])
    for _ in range(layers):
        data = make_zip([(f"lib/{i}.zip", data) for i in range(width)])
    return data


def end_record_only(count=65535):
    """22 bytes that claim 65,535 members."""
    return end(count, 0, 0)


def end64_only(count=1 << 40):
    """A ZIP64 end record that claims a terabyte of directory."""
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, count * 46, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    return end64 + locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def million_member_zip(path, members=1_000_000):
    """More members than anybody needs, all without contents."""
    body = local(b"m0000000.py", b"")
    with open(path, "wb") as out:
        out.write(body)
        size = 0
        record = central(b"m%07d.py" % 0, 0)
        digits = record.index(b"m0") + 1
        for i in range(members):
            out.write(record[:digits] + b"%07d" % i + record[digits + 7:])
            size += len(record)
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, members, members, size,
                            len(body))
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + size, 1)
        out.write(end64 + locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF))


def zero_tar_header(size):
    """The header of a member of `size` bytes, which are to follow."""
    info = tarfile.TarInfo("bomb-1.0/zeros.py")
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def zeros_gzip_members(path, size=10 << 30):
    """10 GB of zeros: one gzip member of 64 MiB, over and over, behind a tar header."""
    chunk = 64 << 20
    member = gzip.compress(bytes(chunk), 9, mtime=0)
    with open(path, "wb") as out:
        out.write(gzip.compress(zero_tar_header(size), mtime=0))
        for _ in range(size // chunk):
            out.write(member)


def zeros_gzip(path, size=1 << 30):
    """Zeros in one gzip member."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with open(path, "wb") as out:
        out.write(squeezer.compress(zero_tar_header(size)))
        for _ in range(size >> 20):
            out.write(squeezer.compress(bytes(1 << 20)))
        out.write(squeezer.flush())


def zeros_streams(path, squeeze, size):
    """Zeros as concatenated streams of bz2, xz or zstd, which unpack as one."""
    chunk = 32 << 20
    piece = squeeze(bytes(chunk))
    with open(path, "wb") as out:
        out.write(squeeze(zero_tar_header(size)))
        for _ in range(size // chunk):
            out.write(piece)


def xz_huge_dictionary(bits=40):
    """An xz whose only block asks for a dictionary of up to 4 GiB (property 40)."""
    stream = bytearray(lzma.compress(small_sdist_tar()))
    header_size = (stream[12] + 1) * 4
    header = stream[12:12 + header_size]
    at = header.index(0x21)  # the id of the LZMA2 filter; then its size, then its property
    assert header[at + 1] == 1
    header[at + 2] = bits
    header[-4:] = struct.pack("<L", zlib.crc32(bytes(header[:-4])))
    stream[12:12 + header_size] = header
    return bytes(stream)


def many_pax_records(records=20_000):
    """One member with twenty thousand attributes."""
    info = tarfile.TarInfo("foo-1.0/setup.py")
    info.pax_headers = {"WINNOW.attribute%d" % i: "x" * 30 for i in range(records)}
    return gzip.compress(info.tobuf(tarfile.PAX_FORMAT) + bytes(1024), mtime=0)


def endless_pax_headers(count=10_000):
    """Extended headers that are never followed by a member."""
    header = tarfile.TarInfo.create_pax_global_header({"comment": "x"})
    local_header = bytearray(header)
    local_header[156:157] = b"x"
    local_header[148:156] = b"        "
    checksum = sum(local_header[:512])
    local_header[148:156] = b"%06o\0 " % checksum
    return gzip.compress(bytes(local_header) * count + bytes(1024), mtime=0)


def endless_long_names(count=10_000):
    """GNU long names, one for another."""
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 200
    block = info.tobuf(tarfile.GNU_FORMAT) + b"n" * 200 + bytes(312)
    return gzip.compress(block * count + bytes(1024), mtime=0)


def long_name_tar(length):
    return gzip.compress(make_tar([("foo-1.0/" + "n" * length, b"")], tarfile.GNU_FORMAT), mtime=0)


def sparse_tar(size=1 << 40):
    """A GNU sparse file that claims a terabyte and holds nothing."""
    info = tarfile.TarInfo("foo-1.0/sparse.py")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:398] = b"%011o\0" % 0
    header[398:410] = b"%011o\0" % 0
    number = size
    header[483:495] = b"\x80" + number.to_bytes(11, "big")
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    return gzip.compress(bytes(header) + bytes(1024), mtime=0)


def gzip_in_gzip(layers):
    data = small_sdist()
    for _ in range(layers):
        data = gzip.compress(data, mtime=0)
    return data


def header_only_members(path, members=400_000):
    """A tar of empty members, more than the limit."""
    squeezer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with open(path, "wb") as out:
        for i in range(members):
            name = b"foo-1.0/%d.py" % i
            header = bytearray(512)
            header[:len(name)] = name
            header[100:108] = b"0000644\0"
            header[124:136] = b"00000000000\0"
            header[136:148] = b"00000000000\0"
            header[156:157] = b"0"
            header[257:265] = b"ustar\00000"
            header[148:156] = b"        "
            header[148:156] = b"%06o\0 " % sum(header)
            out.write(squeezer.compress(bytes(header)))
        out.write(squeezer.compress(bytes(1024)))
        out.write(squeezer.flush())


def bz2_of(data):
    return bz2.compress(data)


def xz_of(data):
    return lzma.compress(data)
