"""The book of the labelled mirror: adds artifacts and writes down what is true of each.

What is expected comes from the recipe itself and from Python's email module, never from winnow.
A value of None is not held against the report.
"""

import datetime
import email
import hashlib
import re
from collections import namedtuple

from mirror_recipe import (COMPRESSORS, MEMBER_TIME, metadata_text, normalize, tar_bytes,
                           wheel_members, zip_bytes)

Entry = namedtuple("Entry", "group name reference extras source")

SDIST_ENDINGS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar")
# (what the index says, what the report says)
UPLOAD_TIMES = (
    ("2023-05-06T07:08:09.123456Z", "2023-05-06T07:08:09.123456Z"),
    ("2019-12-31T23:59:59Z", "2019-12-31T23:59:59Z"),
    ("2025-06-30T00:00:00.000000Z", "2025-06-30T00:00:00Z"),
    ("2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.500000Z"),
    ("2021-07-01T02:30:00+02:00", "2021-07-01T00:30:00Z"),
)
FORMULA_STARTS = tuple("=+-@\t\r\n\0")


def at_sink(text):
    """A text as a CSV cell shows it: formulas are disarmed by a quote."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def parse_metadata(data):
    """Python's own reading of a METADATA or PKG-INFO; bytes that are not UTF-8 are Latin-1."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return email.message_from_string(text)


def member_facts(members):
    """Counts over all members, as the archive lists them."""
    files = [(path, content) for path, content in members if not isinstance(content, tuple)]
    python = [content for path, content in files if path.endswith(".py")]
    sizes = [len(content.encode() if isinstance(content, str) else content) for content in python]
    native = [path for path, _ in files if path.endswith((".so", ".pyd", ".dylib", ".dll"))]
    return {"member_count": len(members), "python_file_count": len(python),
            "python_bytes": sum(sizes), "native_file_count": len(native)}


class Book:
    def __init__(self, mirror):
        self.mirror = mirror
        self.rows = []
        self.names = set()

    def unique(self, word):
        """A project name not used before."""
        name = word
        number = 1
        while normalize(name) in self.names:
            number += 1
            name = f"{word}-{number}"
        self.names.add(normalize(name))
        return name

    def add(self, project, version, filename, data, file_format, **facts):
        """Adds one file. `facts` are columns of artifacts.csv and, beside them, `entries` (list of
        Entry), `anomalies` (codes that must be there), `signature` (a label: same label, same
        signature), `distinct` (no other label has this signature), and how it stands in the mirror:
        on_disk, in_index, index_size, yanked."""
        said, shown = UPLOAD_TIMES[len(self.rows) % len(UPLOAD_TIMES)]
        in_index = facts.pop("in_index", True)
        if not in_index:
            shown = datetime.datetime(*MEMBER_TIME).isoformat() + "Z"
        place = {key: facts.pop(key) for key in ("on_disk", "index_size", "yanked") if key in facts}
        path = self.mirror.add(project, filename, data, said, in_index=in_index, **place)
        row = {
            "project": normalize(project),
            "version": version,
            "filename": filename,
            "path": path,
            "format": file_format,
            "size_bytes": str(len(data)),
            "uploaded_at": shown,
            "uploaded_at_source": "index" if in_index else "mtime",
            "sha256": hashlib.sha256(data).hexdigest() if in_index else "",
            "status": "ok",
        }
        row.update(facts)
        self.rows.append(row)
        return row

    def declared(self, metadata, addresses=None):
        """Columns that come from core metadata. `addresses`: (author's, maintainer's) lists;
        None says that the fields hold plain addresses, one each at most."""
        message = parse_metadata(metadata if isinstance(metadata, bytes) else metadata.encode())

        def field(name):
            return at_sink(str(message[name] or ""))

        if addresses is None:
            addresses = [[message[name]] if message[name] else []
                         for name in ("Author-email", "Maintainer-email")]
        return {
            "metadata_version": field("Metadata-Version"),
            "name": field("Name"),
            "summary": field("Summary"),
            "author": field("Author"),
            "author_emails": at_sink(" ".join(addresses[0])),
            "maintainer_emails": at_sink(" ".join(addresses[1])),
            "home_page": field("Home-page"),
            "requires_dist_count": str(len(message.get_all("Requires-Dist") or [])),
        }

    def describe(self, members, metadata, entries, addresses, facts):
        described = {key: str(value) for key, value in member_facts(members).items()}
        if metadata is not None:
            described.update(self.declared(metadata, addresses))
        described["entries"] = entries
        described["command_count"] = str(len({
            (entry.group, entry.name) for entry in entries
            if entry.group in ("console_scripts", "gui_scripts")}))
        described.update(facts)
        return described

    def wheel(self, project, files=(), metadata=None, *, version="1.0", points=None, entries=(),
              scripts=(), tag="py3-none-any", filename=None, addresses=None, **facts):
        if metadata is None:
            metadata = metadata_text(project, version)
        members = wheel_members(project, version, files, metadata, points, tag, scripts)
        name = re.sub("[-_.]+", "_", project)
        return self.add(project, version, filename or f"{name}-{version}-{tag}.whl",
                        zip_bytes(members), "wheel",
                        **self.describe(members, metadata, list(entries), addresses, facts))

    def sdist(self, project, files=(), metadata=None, *, version="1.0", entries=(), ending=None,
              root=None, filename=None, addresses=None, pkg_info="PKG-INFO", **facts):
        """`files` are paths below the root directory; PKG-INFO is added from `metadata`."""
        if metadata is None:
            metadata = metadata_text(project, version)
        if ending is None:
            ending = SDIST_ENDINGS[len(self.rows) % len(SDIST_ENDINGS)]
        stem = root or f"{project.replace('-', '_')}-{version}"
        members = [(f"{stem}/{path}", content) for path, content in files]
        if pkg_info:
            members.insert(0, (f"{stem}/{pkg_info}", metadata))
        if len(self.rows) % 2:
            members.insert(0, (f"{stem}/", ""))
        data = zip_bytes(members) if ending == ".zip" else COMPRESSORS[ending](tar_bytes(members))
        return self.add(project, version, filename or f"{stem}{ending}", data, "sdist",
                        **self.describe(members, metadata, list(entries), addresses, facts))

    def egg(self, project, files=(), metadata=None, *, version="1.0", points=None, entries=(),
            requires="", filename=None, addresses=None, **facts):
        if metadata is None:
            metadata = metadata_text(project, version, metadata_version="1.0")
        members = [*files, ("EGG-INFO/PKG-INFO", metadata), ("EGG-INFO/zip-safe", "\n")]
        if points is not None:
            members.append(("EGG-INFO/entry_points.txt", points))
        if requires:
            members.append(("EGG-INFO/requires.txt", requires))
        described = self.describe(members, metadata, list(entries), addresses, {})
        if requires:
            lines = [line for line in requires.splitlines() if line and not line.startswith("[")]
            described["requires_dist_count"] = str(len(lines))
        described.update(facts)
        name = project.replace("-", "_")
        return self.add(project, version, filename or f"{name}-{version}-py2.7.egg",
                        zip_bytes(members), "egg", **described)
