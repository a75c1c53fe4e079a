"""Builds package mirrors by recipe: wheels, sdists and index pages, the same bytes every time.

Used by demo-mirror and labelled-mirror. Nothing here knows winnow; archives are written with
zipfile and tarfile, hashes with hashlib, index pages in the layout of bandersnatch.
"""

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

# All archive members carry one time, so that equal recipes give equal bytes.
MEMBER_TIME = (2020, 2, 2, 2, 2, 2)
MEMBER_SECONDS = 1580608922


def normalize(name):
    """A project name as an index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pick(choices, *key):
    """One of `choices`, decided by `key`: chance that every Python version agrees on."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return choices[int.from_bytes(digest[:8], "big") % len(choices)]


def as_bytes(content):
    return content.encode("utf-8") if isinstance(content, str) else content


def zip_bytes(members, compression=zipfile.ZIP_DEFLATED):
    """A ZIP of (path, content) pairs; a path ending in "/" is a directory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in members:
            info = zipfile.ZipInfo(path, MEMBER_TIME)
            info.external_attr = (0o40755 if path.endswith("/") else 0o100644) << 16
            info.compress_type = zipfile.ZIP_STORED if path.endswith("/") else compression
            info.create_system = 3
            archive.writestr(info, as_bytes(content))
    return out.getvalue()


def tar_bytes(members, tar_format=tarfile.USTAR_FORMAT):
    """An uncompressed tar of (path, content) pairs. A content may be ("link", target)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tar_format) as archive:
        for path, content in members:
            info = tarfile.TarInfo(path.rstrip("/"))
            info.mtime = MEMBER_SECONDS
            info.uname = info.gname = "root"
            if path.endswith("/"):
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
            elif isinstance(content, tuple):
                info.type, info.linkname = tarfile.SYMTYPE, content[1]
                archive.addfile(info)
            else:
                data = as_bytes(content)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gzip_bytes(data):
    return gzip.compress(data, compresslevel=6, mtime=0)


def compress_bytes(data):
    """What the Unix program `compress` may write: codes of nine bits, each one byte's, and a clear
    code before the table would need ten."""
    clear, group = 256, 247
    codes = []
    for place in range(0, len(data), group):
        codes += [*data[place:place + group], clear]
    codes.pop()
    bits = 0
    for place, code in enumerate(codes):
        bits |= code << (9 * place)
    return b"\x1f\x9d\x90" + bits.to_bytes((9 * len(codes) + 7) // 8, "little")


COMPRESSORS = {
    ".tar.gz": gzip_bytes,
    ".tgz": gzip_bytes,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar": bytes,
    ".tar.Z": compress_bytes,
}


def wheel_members(name, version, files, metadata, entry_points=None, tag="py3-none-any",
                  scripts=()):
    """The members of a wheel, RECORD last: `files` and `scripts` are (path, content) pairs."""
    stem = f"{re.sub('[-_.]+', '_', name)}-{version}"
    info = f"{stem}.dist-info"
    members = [(path, as_bytes(content)) for path, content in files]
    members += [(f"{stem}.data/scripts/{path}", as_bytes(content)) for path, content in scripts]
    members.append((f"{info}/METADATA", as_bytes(metadata)))
    pure = "true" if tag.endswith("none-any") else "false"
    members.append((f"{info}/WHEEL", as_bytes(
        f"Wheel-Version: 1.0\nGenerator: recipe (1)\nRoot-Is-Purelib: {pure}\nTag: {tag}\n")))
    if entry_points is not None:
        members.append((f"{info}/entry_points.txt", as_bytes(entry_points)))
    record = "".join(
        f"{path},sha256={urlsafe_sha256(content)},{len(content)}\n" for path, content in members)
    members.append((f"{info}/RECORD", as_bytes(record + f"{info}/RECORD,,\n")))
    return members


def urlsafe_sha256(content):
    digest = hashlib.sha256(content).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sdist_bytes(root, files, ending=".tar.gz"):
    """An sdist with all `files` below the folder `root`."""
    members = [(f"{root}/{path}", content) for path, content in files]
    if ending == ".zip":
        return zip_bytes(members)
    return COMPRESSORS[ending](tar_bytes(members))


def metadata_text(name, version, body="", metadata_version="2.1", **fields):
    """Core metadata; a field `Author_email` becomes Author-email, a list repeats the field."""
    lines = [f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}"]
    for key, value in fields.items():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            lines.append(f"{key.replace('_', '-')}: {item}")
    return "\n".join(lines) + "\n" + (f"\n{body}" if body else "")


def entry_points_text(groups):
    """entry_points.txt from {group: {name: reference}}."""
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {reference}\n" for name, reference in entries.items())
        for group, entries in groups.items())


class Mirror:
    """A mirror under construction in bandersnatch's layout; close() writes the index pages."""

    def __init__(self, root):
        self.root = Path(root)
        self.web = self.root / "web"
        self.projects = {}  # normalised name -> list of index entries
        self.owners = {}  # normalised name -> list of accounts
        self.summaries = {}
        self.serial = 1000
        self.count = 0
        self.web.mkdir(parents=True)

    def place(self, filename, data):
        """Path of a file below the root: the blake2b-256 of its bytes, split 2/2/60."""
        digest = hashlib.blake2b(data, digest_size=32).hexdigest()
        return f"web/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{filename}"

    def add(self, project, filename, data, uploaded_at, *, on_disk=True, in_index=True,
            index_size=None, yanked=False, metadata=None):
        """Adds a file; returns its path. `uploaded_at` is RFC 3339 text or None."""
        path = self.place(filename, data)
        if on_disk:
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            os.utime(target, (MEMBER_SECONDS, MEMBER_SECONDS))
            if metadata is not None:
                beside = target.with_name(filename + ".metadata")
                beside.write_bytes(as_bytes(metadata))
                os.utime(beside, (MEMBER_SECONDS, MEMBER_SECONDS))
        files = self.projects.setdefault(normalize(project), [])
        if in_index:
            entry = {
                "core-metadata": False,
                "data-dist-info-metadata": False,
                "filename": filename,
                "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
                "requires-python": ">=3.8",
                "size": len(data) if index_size is None else index_size,
                "upload-time": uploaded_at,
                "url": "../../" + path.removeprefix("web/"),
                "yanked": yanked,
            }
            if uploaded_at is None:
                del entry["upload-time"]
            files.append(entry)
        self.count += 1
        return path

    def close(self):
        for name in sorted(self.projects):
            self.serial += 1
            self.write_simple(name)
            if name in self.owners:
                self.write_project_json(name)
        for name, content in (("status", f"{self.serial}\n"), ("generation", "5\n")):
            (self.root / name).write_text(content, encoding="ascii")
        index = "".join(f'<a href="{name}/">{name}</a><br/>\n' for name in sorted(self.projects))
        (self.web / "simple" / "index.html").write_text(
            f"<!DOCTYPE html>\n<html><body>\n{index}</body></html>\n", encoding="ascii")

    def write_simple(self, name):
        folder = self.web / "simple" / name
        folder.mkdir(parents=True)
        files = sorted(self.projects[name], key=lambda entry: entry["filename"])
        versions = sorted({re.split(r"-(?=\d)", entry["filename"], maxsplit=1)[-1].split("-")[0]
                           for entry in files})
        page = {"files": files, "meta": {"_last-serial": str(self.serial), "api-version": "1.1"},
                "name": name, "versions": versions}
        (folder / "index.v1_json").write_text(json.dumps(page, sort_keys=True), encoding="utf-8")
        links = "".join(
            f'<a href="{entry["url"]}#sha256={entry["hashes"]["sha256"]}">{entry["filename"]}'
            "</a><br/>\n" for entry in files)
        (folder / "index.html").write_text(
            f"<!DOCTYPE html>\n<html><body>\n{links}</body></html>\n", encoding="utf-8")

    def write_project_json(self, name):
        """What an index says of a project, with the accounts that own it."""
        page = {
            "info": {"name": name, "summary": self.summaries.get(name, ""), "author_email": None},
            "last_serial": self.serial,
            "ownership": {"organization": None,
                          "roles": [{"role": "Owner", "user": user}
                                    for user in self.owners[name]]},
            "releases": {},
            "urls": [],
        }
        (self.web / "json").mkdir(exist_ok=True)
        (self.web / "json" / name).write_text(json.dumps(page, sort_keys=True), encoding="utf-8")
        link = self.web / "pypi" / name / "json"
        link.parent.mkdir(parents=True)
        link.symlink_to(f"../../json/{name}")


def build_once(target, version, build):
    """Calls build(folder) unless `target` already holds a mirror of this recipe version.

    The new mirror takes its place by rename, so that it is complete or absent. Returns
    whether it was built.
    """
    target = Path(target)
    stamp = target / ".recipe"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == version + "\n":
        return False
    if target.exists() and not stamp.exists() and any(target.iterdir()):
        raise SystemExit(f"{target} is not empty and not a mirror of this recipe: not touched")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    try:
        build(fresh)
        (fresh / ".recipe").write_text(version + "\n", encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True
