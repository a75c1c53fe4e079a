#!/usr/bin/env python3
"""What one would write in an afternoon: the fields of artifacts.csv and entry_points.csv with
zipfile, tarfile and email, over files named on stdin. No payloads, no clusters, no sandbox.

  python_peer.py PROCESSES list|extract <FILES

`list` only lists the members. Prints "FILES MEMBERS".
"""

import configparser
import email.parser
import email.utils
import multiprocessing
import sys
import tarfile
import zipfile


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


def extract(path):
    archive, members, read = members_of(path)
    with archive:
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
        return len(members), len(python), sum(python), fields, commands


def count(path):
    archive, members, _ = members_of(path)
    archive.close()
    return len(members), 0, 0, {}, []


def main():
    processes, work = int(sys.argv[1]), {"list": count, "extract": extract}[sys.argv[2]]
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
