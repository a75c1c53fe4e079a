"""Corpora to measure on, made from the sources of Python's standard library: what an honest package
holds, on every machine, without a download. The same arguments make the same bytes on one machine."""

import hashlib
import multiprocessing
import os
import random
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/eval"), str(ROOT / "scripts")]

from archives import sdist_bytes, wheel_bytes

MODULE_BYTES_MAX = 200_000


def standard_modules():
    """(name, bytes) of the standard library's modules, tests left out, in one order."""
    root = Path(sysconfig.get_paths()["stdlib"])
    found = []
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if "site-packages" in place or "dist-packages" in place or "/test" in place:
            continue
        data = path.read_bytes()
        if 0 < len(data) <= MODULE_BYTES_MAX:
            found.append((path.stem if path.stem != "__init__" else path.parent.name, data))
    return found


def words(dice, count):
    return " ".join("".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(3))
                    for _ in range(count))


def metadata(dice, name, version):
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}",
             f"Summary: {words(dice, 7)}", f"Home-page: https://github.com/{words(dice, 1)}/{name}",
             f"Author: {words(dice, 2)}", f"Author-email: {words(dice, 1)}@{words(dice, 1)}.io",
             "License: MIT"]
    lines += [f"Requires-Dist: {words(dice, 1)}>={dice.randrange(9)}" for _ in range(3)]
    return ("\n".join(lines) + "\n\n" + words(dice, 120) + "\n").encode()


def commands(dice, module):
    if dice.random() > 0.3:
        return None
    return f"[console_scripts]\n{module} = {module}.cli:main\n".encode()


def package_files(dice, module, modules, count, bytes_max):
    """The package's __init__ and `count` modules cut to some size."""
    files = [(f"{module}/__init__.py", b'"""%s"""\n__version__ = "1.0"\n' % module.encode())]
    for i in range(count):
        name, data = dice.choice(modules)
        lines = data[:bytes_max].splitlines(keepends=True)[:-1] or [b"x = 1\n"]
        files.append((f"{module}/{name}{i}.py", b"".join(lines)))
    return files


def small_wheel(number, modules):
    """Some 8 KB: five members with code, four of metadata; one in ten has no code."""
    dice = random.Random(f"small {number}")
    name = f"small-{number}"
    module = f"small_{number}"
    files = package_files(dice, module, modules, 0 if number % 10 == 0 else 4, 3000)
    return f"{module}-1.0-py3-none-any.whl", wheel_bytes(
        name, "1.0", files, metadata(dice, name, "1.0"), commands(dice, module), "py3-none-any")


def medium_wheel(number, modules):
    """Some 60 KB: twenty modules with code, as a common library has."""
    dice = random.Random(f"medium {number}")
    name, module = f"medium-{number}", f"medium_{number}"
    files = package_files(dice, module, modules, dice.randrange(10, 31), 20_000)
    return f"{module}-1.0-py3-none-any.whl", wheel_bytes(
        name, "1.0", files, metadata(dice, name, "1.0"), commands(dice, module), "py3-none-any")


def large_wheel(number, modules):
    """Some 12 MB, nearly all of it compiled modules."""
    dice = random.Random(f"large {number}")
    name, module, tag = f"large-{number}", f"large_{number}", "cp312-cp312-manylinux_2_28_x86_64"
    files = package_files(dice, module, modules, 60, 20_000)
    files += [(f"{module}/_core{i}.so", b"\x7fELF\2\1\1" + dice.randbytes(4 << 20)) for i in range(3)]
    return f"{module}-1.0-{tag}.whl", wheel_bytes(name, "1.0", files, metadata(dice, name, "1.0"),
                                                  commands(dice, module), tag)


def sdist(number, modules, count, bytes_max=MODULE_BYTES_MAX):
    dice = random.Random(f"sdist {number} {count}")
    name, module = f"source-{number}", f"source_{number}"
    files = package_files(dice, module, modules, count, bytes_max)
    about = metadata(dice, name, "1.0")
    members = [("PKG-INFO", about), (f"{module}.egg-info/PKG-INFO", about),
               ("pyproject.toml", b'[build-system]\nrequires = ["setuptools"]\n'),
               ("setup.py", b"from setuptools import setup\nsetup(name=%r)\n" % name),
               ("README.md", words(dice, 200).encode()), *files]
    declared = commands(dice, module)
    if declared:
        members.append((f"{module}.egg-info/entry_points.txt", declared))
    return f"{module}-1.0.tar.gz", sdist_bytes(f"{module}-1.0", members)


def gzip_sdist(number, modules):
    """Some 300 KB packed, 1.3 MB unpacked."""
    return sdist(number, modules, 60)


def mixed(number, modules):
    """What a mirror of small artifacts holds: three wheels to one sdist."""
    return sdist(number, modules, 4, 3000) if number % 4 == 3 else small_wheel(number, modules)


KINDS = {"small-wheels": small_wheel, "medium-wheels": medium_wheel, "large-wheels": large_wheel, "gzip-sdists": gzip_sdist,
         "mirror": mixed}


def put(root, name, data):
    """In the layout of bandersnatch: three folders by the hash of the content."""
    digest = hashlib.blake2b(data, digest_size=32).hexdigest()
    folder = os.path.join(root, "web/packages", digest[:2], digest[2:4], digest[4:])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def fill(job):
    root, kind, numbers = job
    modules = standard_modules()
    for number in numbers:
        put(root, *KINDS[kind](number, modules))


def build(root, kind, count):
    """`count` artifacts of a kind below `root`, unless they are there. Returns the root."""
    root = Path(root)
    done = root / ".complete"
    if not done.exists():
        cores = len(os.sched_getaffinity(0))
        parts = [(str(root), kind, range(first, count, cores * 4)) for first in range(cores * 4)]
        with multiprocessing.Pool(cores) as pool:
            pool.map(fill, parts, chunksize=1)
        done.touch()
    return root


def files_of(root):
    """All artifacts, in the order of their paths."""
    return sorted(str(path) for path in (Path(root) / "web/packages").rglob("*") if path.is_file())
