#!/usr/bin/env python3
"""What one would write in an afternoon: the fields of artifacts.csv and entry_points.csv with
zipfile, tarfile and email, over files named on stdin. No clusters, no sandbox, no hostile input.

  python_peer.py PROCESSES list|extract|examine <FILES

`list` only lists the members; `extract` reads the metadata and commands; `examine` also tells the
payload's kind and makes both signatures, by far simpler rules than winnow's, and holds RECORD against
the members: then all columns are there. Prints "FILES MEMBERS".
"""

import ast
import configparser
import csv
import email.parser
import email.utils
import hashlib
import io
import multiprocessing
import re
import sys
import tarfile
import tokenize
import zipfile
import zlib

SMALL_BYTES = 8 << 10


def members_of(path):
    """(name, size) of all members and a function that reads one."""
    if path.endswith((".whl", ".zip", ".egg")):
        archive = zipfile.ZipFile(path)
        return archive, [(item.filename, item.file_size) for item in archive.infolist()], archive.read
    archive = tarfile.open(path)
    items = archive.getmembers()
    return archive, [(item.name, item.size) for item in items], \
        lambda name: archive.extractfile(name).read()


def addresses(message, key):
    return [address for _, address in email.utils.getaddresses(message.get_all(key, []))]


def entry_points(text):
    parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return [(group, *item) for group in parser.sections() for item in parser.items(group)]


def fields_of(members, read):
    """(metadata, sizes of the Python files, commands)"""
    fields, commands, python = {}, [], [size for name, size in members if name.endswith(".py")]
    for name, _ in members:
        last = name.rsplit("/", 1)[-1]
        if last == "METADATA" or (last == "PKG-INFO" and name.count("/") == 1):
            message = email.parser.BytesParser().parsebytes(read(name))
            fields = {key: message.get(key, "") for key in (
                "Metadata-Version", "Name", "Version", "Summary", "Author", "Home-page")}
            fields["emails"] = addresses(message, "Author-email")
            fields["maintainers"] = addresses(message, "Maintainer-email")
            fields["requires"] = len(message.get_all("Requires-Dist", []))
        elif last == "entry_points.txt":
            commands = entry_points(read(name).decode())
    return fields, python, commands


def extract(path):
    archive, members, read = members_of(path)
    with archive:
        return len(members), *fields_of(members, read)


def is_empty(source):
    """Nothing but constants, docstrings, imports and definitions without a body that does something."""
    plain = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Import, ast.ImportFrom)
    try:
        return all(isinstance(node, plain) and not isinstance(getattr(node, "value", None), ast.Call)
                   for node in ast.parse(source).body)
    except (SyntaxError, ValueError):
        return False


def tokens(source):
    try:
        return [token.string for token in tokenize.tokenize(io.BytesIO(source).readline)
                if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)]
    except (SyntaxError, tokenize.TokenError, IndentationError):
        return [source.decode("latin-1")]


def masked(text, name):
    for spelling in {name, name.replace("-", "_"), name.replace("-", "")} - {""}:
        text = text.replace(spelling, "\1")
    return re.sub(r"[\w.+-]+@[\w.-]+|\d+(\.\d+)+|\d{4}-\d\d-\d\d", "\2", text)


def digest(text):
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=32).hexdigest()


def payload(archive, members, read, name):
    """(kind, signature)"""
    files = [(member, size) for member, size in members
             if ".dist-info/" not in member and ".egg-info/" not in member and not member.endswith("/")]
    small = sum(size for _, size in files) <= SMALL_BYTES
    python = [member for member, _ in files if member.endswith(".py")]
    kind = "code" if any(not is_empty(read(member)) for member in python) else "stub"
    leaves = []
    for member, size in files:
        if small:
            source = read(member)
            text = " ".join(tokens(source)) if member.endswith(".py") else source.decode("latin-1")
            leaves.append((masked(member, name), digest(masked(text, name))))
        else:
            crc = (archive.getinfo(member).CRC if isinstance(archive, zipfile.ZipFile)
                   else zlib.crc32(read(member)))
            leaves.append((masked(member, name), (size, crc)))
    return kind, digest(repr(sorted(leaves)))


def unlisted(members, read):
    """Members that RECORD does not list, with their size."""
    record = next((member for member, _ in members if member.endswith(".dist-info/RECORD")), None)
    if record is None:
        return []
    rows = {row[0]: row[2] for row in csv.reader(io.StringIO(read(record).decode())) if len(row) == 3}
    return [member for member, size in members if rows.get(member) not in (str(size), "")]


def examine(path):
    archive, members, read = members_of(path)
    with archive:
        fields, python, commands = fields_of(members, read)
        files = members
        if isinstance(archive, tarfile.TarFile):
            files = [(item.name, item.size) for item in archive.getmembers() if item.isfile()]
        name = fields.get("Name", "")
        about = digest(masked(repr(sorted(fields.items())), name))
        return (len(members), fields, python, commands, *payload(archive, files, read, name), about,
                unlisted(files, read))


def count(path):
    archive, members, _ = members_of(path)
    archive.close()
    return (len(members),)


def main():
    processes, work = int(sys.argv[1]), {"list": count, "extract": extract, "examine": examine}[sys.argv[2]]
    paths = sys.stdin.read().splitlines()
    if processes == 1:
        rows = map(work, paths)
        total = sum(row[0] for row in rows)
    else:
        with multiprocessing.Pool(processes) as pool:
            total = sum(row[0] for row in pool.imap_unordered(work, paths, chunksize=256))
    print(len(paths), total)


if __name__ == "__main__":
    main()
