"""index_rules: what the index refuses of a ZIP since 2025-08, written from the rules alone.

The file is read twice: by zipfile, from its end; and record by record from its first byte to its
last. Each record must be one of five kinds, both readings must have the same members, and the end
must count what was met.
"""
import io
import struct
import zipfile

LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
END64, LOCATOR = b"PK\6\6", b"PK\6\7"
MAX32 = 0xFFFFFFFF


class Refused(Exception):
    pass


def demand(right, why):
    if not right:
        raise Refused(why)


class Records:
    def __init__(self, data):
        self.data, self.at = data, 0
        self.local, self.central = {}, []
        self.directory_at, self.directory_bytes = None, 0
        self.end64 = self.end64_at = self.locator = None

    def take(self, count):
        demand(0 <= count <= len(self.data) - self.at, "cut")
        self.at += count
        return self.data[self.at - count:self.at]

    def unpack(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def read(self):
        """Up to the first end record; returns its count, size and offset."""
        while True:
            at, kind = self.at, self.take(4)
            if kind == LOCAL:
                self.read_local()
            elif kind == CENTRAL:
                self.read_central(at)
            elif kind == END64:
                self.end64_at, self.end64 = at, self.read_end64()
            elif kind == LOCATOR:
                self.locator = self.unpack("LQL")[1]
            else:
                demand(kind == END, "unknown record")
                return self.read_end(at)

    def read_local(self):
        _, flags, method, _, _, packed, size, name_bytes, extra_bytes = self.unpack("HHHLLLLHH")
        name, rest = self.take(name_bytes), self.take(extra_bytes)
        check_name(name)
        demand(not flags & 8, "data descriptor")
        seen = set()
        while rest:
            demand(len(rest) >= 4, "extra fields do not parse")
            ident, length = struct.unpack("<HH", rest[:4])
            field, rest = rest[4:4 + length], rest[4 + length:]
            demand(len(field) == length, "extra fields do not parse")
            demand(ident not in seen or ident not in (1, 0x7075), "extra field twice")
            seen.add(ident)
            if ident == 1:
                demand(length in (0, 8, 16, 24, 28), "ZIP64 of a bad length")
                demand(length or MAX32 not in (packed, size), "ZIP64 without sizes")
                demand(length != 8 or method == 0, "ZIP64 without the packed size")
                wide = struct.unpack("<%dQ" % (length // 8), field[:length // 8 * 8])
                if wide:
                    packed = wide[0] if length == 8 else wide[1]
                    size = wide[0] if size == MAX32 else size
            elif ident == 0x7075:
                check_name(field[5:])
                utf8(field[5:])
        demand(name not in self.local, "name twice")
        self.local[name] = packed, size
        self.take(packed)

    def read_central(self, at):
        fields = self.unpack("HHHHLLLLHHHHHLL")
        name, extra, comment = (self.take(count) for count in fields[8:11])
        check_name(name)
        demand(not comment, "comment of a member")
        demand(fields[3] in (0, 8), "method")
        demand(name not in self.central, "name twice")
        demand(name in self.local, "no such member")
        self.central.append(name)
        self.directory_at = at if self.directory_at is None else self.directory_at
        self.directory_bytes += self.at - at

    def read_end64(self):
        length, _, _, _, _, here, count, size, offset = self.unpack("QHHLLQQQQ")
        demand(length == 44, "extensible data")
        demand(here == count, "several disks")
        return count, size, offset

    def read_end(self, at):
        demand(self.end64 is None or self.locator is not None, "ZIP64 end without a locator")
        _, _, here, count, size, offset, comment_bytes = self.unpack("HHHHLLH")
        demand(here == count, "several disks")
        self.take(comment_bytes)
        said = self.end64 if self.end64 is not None else (count, size, offset)
        place = at if self.directory_at is None else self.directory_at
        demand(said == (len(self.central), self.directory_bytes, place), "end lies")
        demand(self.locator is None or self.locator == self.end64_at, "locator lies")


def check_name(name):
    demand(all(byte >= 32 and byte != 127 for byte in name), "control characters")


def utf8(name):
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def refusal(data):
    """Why the index refuses these bytes; None when it does not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            listed = {info.orig_filename: (info.compress_size, info.file_size)
                      for info in opened.infolist()}
            total = sum(info.file_size for info in opened.infolist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError,
            struct.error) as error:
        return f"zipfile: {error}"
    records = Records(data)
    try:
        records.read()
        demand(records.at == len(data), "bytes behind the end")
        demand(set(records.central) == set(records.local), "hidden member")
        for name, sizes in records.local.items():
            demand(listed.get(utf8(name)) == sizes, "name or sizes differ")
        demand(total <= 64 << 20 or total <= 50 * len(data), "ratio")
    except Refused as refused:
        return str(refused)
    return None
