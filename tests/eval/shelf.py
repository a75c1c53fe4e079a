"""Puts planned projects on disk as a mirror in bandersnatch's layout (as mirror_recipe.Mirror does,
without the pages that nobody needs here), with several processes. What a project holds is decided
by its own seed, so the bytes are the same for any number of processes."""

import dataclasses
import datetime
import hashlib
import itertools
import json
import os
from pathlib import Path
from typing import Callable

from archives import SEPARATORS, file_stem, sdist_bytes, wheel_bytes
from demo_honest import build_files
from mirror_recipe import entry_points_text, normalize

WHEEL, SDIST, BOTH = "w", "s", "b"


def module_of(name):
    return SEPARATORS.sub("_", name).lower()


@dataclasses.dataclass(slots=True)
class Content:
    """What one release holds. `files` are (installed path, text or bytes) pairs."""

    files: list
    summary: str = ""
    description: str = ""
    requires: tuple = ()
    commands: dict = dataclasses.field(default_factory=dict)
    entry_groups: dict = dataclasses.field(default_factory=dict)
    fields: tuple = ()  # further (Key, value) pairs of metadata
    tag: str = "py3-none-any"
    sdist_files: tuple | None = None  # of the sdist beside payload; None: a setup.py


@dataclasses.dataclass(slots=True)
class Project:
    name: str  # as its author writes it
    label: str
    person: object  # people.Person
    times: list  # of its releases, seconds since 1970
    recipe: Callable  # recipe(project) yields the Content of each release in turn
    form: str = BOTH  # or one letter a release
    versions: tuple = ()  # default: 0.1.0, 0.1.1...
    owners: tuple = ()  # accounts; shown when the mirror has its project JSON
    campaign: str = ""

    @property
    def module(self):
        return module_of(self.name)

    def version(self, number):
        return self.versions[number] if number < len(self.versions) else f"0.1.{number}"


def always(make):
    """A recipe whose releases are all the same: what make(project) returns."""
    return lambda project: itertools.repeat(make(project))


def metadata_bytes(project, version, content):
    """Core metadata as build backends order it; the person's fields as the person writes them."""
    lines = ["Metadata-Version: 2.1", f"Name: {project.name}", f"Version: {version}"]
    if content.summary:
        lines.append(f"Summary: {content.summary}")
    lines += [f"{key}: {value}" for key, value in content.fields]
    lines += [f"{key}: {value}" for key, value in project.person.fields]
    lines += [f"Requires-Dist: {requirement}" for requirement in content.requires]
    if content.description:
        lines.append("Description-Content-Type: text/markdown")
        lines.append("")
        lines.append(content.description)
    return ("\n".join(lines) + "\n").encode()


def setup_files(project, version, content):
    """A setup.py as people write them, or what declares commands in one of four ways."""
    if content.commands:
        style = ("hatchling", "poetry", "setup.cfg", "setup.py")[len(project.name) % 4]
        return build_files(style, project.name, version, project.module, content.commands)
    packages = sorted({path.split("/")[0] for path, _ in content.files if "/" in path})
    modules = [path[:-3] for path, _ in content.files if "/" not in path and path.endswith(".py")]
    arguments = [f"name={project.name!r}", f"version={version!r}"]
    if packages or not modules:
        arguments.append("packages=find_packages()")
    if modules:
        arguments.append(f"py_modules={modules!r}")
    return [("setup.py", "from setuptools import find_packages, setup\n\nsetup(\n    "
             + ",\n    ".join(arguments) + ",\n)\n")]


def encoded(files):
    return [(path, text.encode() if isinstance(text, str) else text) for path, text in files]


def release_files(project, number, content):
    """(file name, bytes) of each artifact of a release."""
    version = project.version(number)
    form = project.form[number % len(project.form)]
    stem = file_stem(project.name, version)
    metadata = metadata_bytes(project, version, content)
    files = encoded(content.files)
    if form != SDIST:
        groups = dict(content.entry_groups)
        if content.commands:
            groups["console_scripts"] = content.commands
        points = entry_points_text(groups).encode() if groups else None
        yield (f"{stem}-{content.tag}.whl",
               wheel_bytes(project.name, version, files, metadata, points, content.tag))
    if form != WHEEL:
        extra = content.sdist_files
        if extra is None:
            extra = setup_files(project, version, content)
        if content.description:
            extra = [("README.md", content.description), *extra]
        yield (f"{stem}.tar.gz",
               sdist_bytes(stem, [("PKG-INFO", metadata), *encoded(extra), *files]))


def stamp(seconds, dice):
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{dice:06}Z"


def write_file(path, data):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(handle, data)
    os.close(handle)


class Shelf:
    def __init__(self, root):
        self.web = f"{root}/web"
        self.made = set()

    def folder(self, path):
        """Makes a folder that another process may make as well."""
        if path not in self.made:
            try:
                os.mkdir(path)
            except FileExistsError:
                pass
            self.made.add(path)

    def put(self, project):
        name = normalize(project.name)
        entries, versions = [], []
        for number, (seconds, content) in enumerate(zip(project.times, project.recipe(project))):
            versions.append(project.version(number))
            for filename, data in release_files(project, number, content):
                digest = hashlib.blake2b(data, digest_size=32).hexdigest()
                outer = f"packages/{digest[:2]}"
                inner = f"{outer}/{digest[2:4]}"
                leaf = f"{inner}/{digest[4:]}"
                self.folder(f"{self.web}/{outer}")
                self.folder(f"{self.web}/{inner}")
                os.mkdir(f"{self.web}/{leaf}")
                write_file(f"{self.web}/{leaf}/{filename}", data)
                uploaded = stamp(seconds, int(digest[:8], 16) % 10**6)
                entries.append(
                    f'{{"core-metadata": false, "filename": "{filename}", "hashes": {{"sha256": '
                    f'"{hashlib.sha256(data).hexdigest()}"}}, "size": {len(data)}, '
                    f'"upload-time": "{uploaded}", "url": "../../{leaf}/{filename}", '
                    '"yanked": false}')
        page = (f'{{"files": [{", ".join(entries)}], "meta": {{"_last-serial": "1", "api-version": '
                f'"1.1"}}, "name": "{name}", "versions": {json.dumps(versions)}}}')
        os.mkdir(f"{self.web}/simple/{name}")
        write_file(f"{self.web}/simple/{name}/index.v1_json", page.encode())
        if project.owners:
            roles = [{"role": "Owner", "user": user} for user in project.owners]
            write_file(f"{self.web}/json/{name}", json.dumps(
                {"info": {"name": project.name}, "last_serial": 1, "releases": {}, "urls": [],
                 "ownership": {"organization": None, "roles": roles}}).encode())


def write_mirror(root, projects, processes=None):
    """Writes all projects; the folder must be new."""
    processes = processes or min(os.cpu_count() or 1, 8)
    for folder in ("web/simple", "web/packages", "web/json"):
        (Path(root) / folder).mkdir(parents=True)
    for name, content in (("status", "1\n"), ("generation", "5\n")):
        (Path(root) / name).write_text(content, encoding="ascii")
    children = []
    for share in range(1, processes):
        child = os.fork()
        if child == 0:
            try:
                write_share(root, projects, share, processes)
            except BaseException:  # the parent must hear of it, whatever it was
                import traceback
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    write_share(root, projects, 0, processes)
    for child in children:
        if os.waitpid(child, 0)[1] != 0:
            raise RuntimeError("a process that writes the mirror failed")


def write_share(root, projects, share, processes):
    shelf = Shelf(root)
    for project in projects[share::processes]:
        shelf.put(project)
