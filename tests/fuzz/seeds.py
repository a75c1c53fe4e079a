"""seeds: where the fuzzers start: small inputs made by the recipes of the other tests and by hand,
and the words that a parser looks for."""

import bz2
import gzip
import inspect
import lzma
import random
import re
import sys
import zlib
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "hostile"), str(TESTS / "cli")]

import recipes  # noqa: E402
import small_mirror  # noqa: E402
import tar_recipes  # noqa: E402

SEED_BYTES_MAX = 32 << 10

METADATA = """Metadata-Version: 2.1
Name: Foo.Bar
Version: 1.0
Summary: A summary
  that is folded
Home-page: https://code.example/foo/bar.git
Author: Ann Smith, "Bob"
Author-email: "Smith, Ann" <ann@mail.example>, bob@mail.example (Bob), team: c@d.example;
Maintainer-email: =?utf-8?q?d=C3=A9?= <d@mail.example>
Project-URL: Source, https://code.example/foo
Requires-Dist: requests (>=2) ; extra == "x"
Classifier: A :: B
Description: one
        |two

The body.
"""
ENTRY_POINTS = """[console_scripts]
foo = foo.cli:main [extra1, extra2]
bar=foo:bar
  .baz
; comment
[gui_scripts]
g : x
[other.group]
Name With Space = a.b:c.d
"""
SETUP_CFG = """[metadata]
name = foo-bar
version = attr: foo.__version__
[options]
package_dir =
    = src
packages = find:
py_modules = a, b
scripts = bin/x
install_requires =
    requests>=2; python_version < "3"
[options.packages.find]
where = src
[options.entry_points]
console_scripts =
    foo = foo:main
[options.extras_require]
x = y
[entry_points]
console_scripts =
    pbr = pbr:main
[files]
packages = foo
[egg_info]
tag_build =
"""
REQUIRES = "requests>=2\n\n[x]\nfoo (==1)\n\n[:python_version<'3']\nbar[a,b] @ https://h.example/x\n"
PYPROJECT = """# comment
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
[project]
name = "foo-bar"
version = '1.0'
dependencies = ["a", "b>=1"]
dynamic = ["readme"]
dates = [1979-05-27T07:32:00Z, 1979-05-27, 07:32:00.5, 1_000, 0xff, -1e3, inf, nan, true]
text = \"\"\"
a\\
   b \\u00e9 \\U0001F600\"\"\"
raw = '''x'''
[project.scripts]
foo = "foo.cli:main"
"quoted key" = "a:b"
a.b.c = "d"
[project.entry-points."x.y"]
p = "q:r [s]"
[[tool.poetry.packages]]
include = "foo"
from = "src"
[tool.poetry.scripts]
t = {reference = "bin/t", type = "file"}
u = {callable = "a:b", extras = ["c"]}
[tool.setuptools]
packages = {find = {where = ["src"]}}
package-dir = {"" = "src"}
[tool.flit.scripts]
f = "f:main"
[tool.hatch.build.targets.wheel]
packages = ["src/foo"]
"""
SETUP_PY = '''#!/usr/bin/env python
# -*- coding: utf-8 -*-
from setuptools import setup as s, find_packages
import os.path
NAME = "foo" + '-bar'
VERSION = "1.%s" % 0
entry = {"console_scripts": ["foo=foo:main", f"bar = {NAME}:x"]}
entry["gui_scripts"] = ["g = h:i"]
entry.update(x=["y=z:w"])
args = dict(name=NAME, **{"version": '1.0'})
if os.name == "nt":
    args["scripts"] = ["a.bat"]
else:
    args.update(scripts=("bin/a", 'bin/b'))
s(entry_points=entry, packages=find_packages("src"), package_dir={"": "src"},
  install_requires=["a>=1", *["b"]] + [x for x in ()], extras_require={'x': ["c"]},
  py_modules=["m"], **args)
'''
SOURCE = '''"""Doc."""
from __future__ import print_function
__version__ = "1.0"  # comment
__author__ = 'Ann Smith <ann@mail.example>'
import os, sys as s
class FooBar(object):
    x = 1_000, 0xFF, 1e-3j, 0777, 10L
\tdef f(self, *a, b=2, **c) -> None:
        return rb"\\x00" f"{self!r:>{b}} {'nested'}" if a else u"\\N{BULLET}\\u00e9"
def main():
    try:
        print("hello", end="")
    except Exception as e: pass
if __name__ == "__main__":
    main(); sys.exit(0)
x = [i for i in range(3)] \\
    + [{}, (), lambda: ..., a @ b, a := 3, a <> b, `a`]
t = \'\'\'three
lines\'\'\'
match x:
    case [1, *_]: pass
'''
SIMPLE_PAGE = """{"meta": {"api-version": "1.1", "_last-serial": "3"}, "name": "foo", "versions": ["1"],
"files": [{"filename": "foo-1.0.tar.gz", "url": "../../packages/aa/bb/%s/foo-1.0.tar.gz",
"hashes": {"sha256": "%s"}, "size": 12, "upload-time": "2025-06-30T12:34:56.789Z",
"yanked": "why", "requires-python": null, "core-metadata": {"sha256": "x"}},
{"filename": "foo-2\\u00e9.whl", "url": "foo-2.whl#sha256=%s", "hashes": {}, "yanked": false}]}
""" % ("c" * 60, "ab" * 32, "cd" * 32)
PROJECT_PAGE = """{"info": {"name": "foo", "author": "\\ud83d\\ude00"}, "last_serial": 5, "releases": {"1.0": []},
"ownership": {"organization": null, "roles": [{"role": "Owner", "user": "ann"},
{"role": "Maintainer", "user": "bob"}]}, "urls": []}"""
ADDRESSES = ("ann@mail.example", '"Smith, Ann" <ann@mail.example>, bob@b.example',
             "team: a@b.example, C <c@d.example>;", "(comment (nested)) a@b.example (x)",
             "<@route.example,@r2.example:a@b.example>", "a b <\"q\\\"uoted\"@[1.2.3.4]>",
             "a @ b . example", "=?utf-8?b?YWI=?= <x@y.example>", "a@b.example\xffc@d.example")
FILENAMES = ("foo_bar-1.0-py3-none-any.whl", "foo-1.0-1build-cp39-cp39-manylinux1_x86_64.whl",
             "foo-bar-1.0.tar.gz", "foo-1.0-1.zip", "foo-2004-01-01.tgz", "foo-1.0-py2.7.egg",
             "foo-1.0.win32.exe", "foo-1.0.linux-x86_64.tar.bz2", "foo-1.0.7z", "Foo.Bar-0.1a1.tar.Z")
VERSIONS = ("1.0", "1!2.0.post1.dev3+local.7", "v1.0-RC1", "1.0.0", "2004d", "1.0-1", "01.02a",
            "99999999999999999999.1", "1.0.dev", "1_0c3")
MEMBER_NAMES = ("foo/__init__.py", "./a//b/", "../x", "/etc/x", "a\0b", "a\\b", "C:/x", "a/./../b",
                "\xe9.py", "foo.so.1.2", "__MACOSX/._a", "PaxHeader/x", "a\n")
URLS = ("../../packages/aa/bb/" + "c" * 60 + "/foo-1.0.tar.gz#sha256=" + "ab" * 32,
        "https://files.example/packages/aa/bb/" + "c" * 60 + "/f%2Ex?q=1", "foo%2fbar", "/x",
        "../foo/foo.whl", "%00", "./%2e%2e/x", "//h.example/x")
TEXTS = ("2025-06-30T12:34:56.789012Z", "2025-06-30 12:34:56+05:30", "9999-12-31T23:59:60Z",
         "HTTPS://user@WWW.Code.Example:443/Foo/Bar.git?x#y", "git+https://code.example/foo",
         "requests[security,x]>=2.0,!=3 ; python_version<'3'", "foo @ https://h.example/f.whl",
         '["a", "b\\u00e9\\n", ""]', "redis://user:p%40ss@[::1]:6379/3",
         "unix://u:p@/run/redis%2Esock?db=2", "redis://localhost", "\x1b]0;x\x07\u202e")
ROWS = ("foo/a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\"b,\"\"c\"\"\",,\n",
        "a,md5=1B2M2Y8AsgTpgAmY7PhCfg,1,2\n\rfoo-1.0.dist-info/RECORD,,\n\"x\ny\"z,blake2b=")
CSV = ("campaign_id,project\nc1,foo\nc1,\"a,\"\"b\"\n", "a\n'=x\n\" b\"\n", "a,b\n1\n", 'a\n"x\ny"\n')
REDIS = (b"+OK\r\n" * 40, b"+OK\r\n+PONG\r\n-LOADING wait\r\n",
         b"+OK\r\n+PONG\r\n+PONG\r\n$3\r\nold\r\n*1\r\n$3\r\nabc\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n"
         + b":1\r\n" * 4 + b"*0\r\n" + b":1\r\n" * 12 + b"+OK\r\n$-1\r\n" + b"+QUEUED\r\n" * 6
         + b"*4\r\n+OK\r\n:1\r\n:1\r\n$3\r\n1-0\r\n" + b"*0\r\n",
         b"*-1\r\n:9223372036854775807\r\n$-1\r\n*1\r\n*1\r\n:1\r\n" + b"\xff" + b"+OK\r\n" * 9)

PYTHON_WORDS = ('"', "'", '"""', "'''", "rb'", "f'{", "f\"{x!r:>{", "}\"", "\\\n", "\\N{", "\\u0000",
                "\\x0", "#", "\n", "\r\n", "\r", "\t", "\f", "    ", ":\n ", "lambda", "def f():",
                "class A:", "import a as b", "from a import b", "if 1:", "else:", "try:", "except:",
                "return", "print(", "__version__ = ", "__author__=", "**", "*", "+=", ":=", "->",
                "...", "0x", "1e", "1_0", "(", ")", "[", "]", "{", "}", "# -*- coding: utf-7 -*-",
                "\\xef\\xbb\\xbf")
SETUP_WORDS = ("setup(", "setuptools.setup(", "from setuptools import setup as ", "entry_points=",
               "\"console_scripts\"", "find_packages(", "package_dir=", "install_requires=",
               "extras_require=", "py_modules=", "packages=", "scripts=", "name=", "version=",
               "dict(", ".update(", ".append(", ".extend(", "%", ".format(", ".join(")
TOML_WORDS = ("[project]", "[project.scripts]", "[tool.poetry.", "[[", "]]", "\"\"\"", "'''", "\\u",
              "\\U0010FFFF", "\\\n", "{", "}", " = ", ".", "1979-05-27T07:32:00Z", "07:32:00",
              "0x", "0b", "0o", "inf", "nan", "+", "-", "e", "_", "true", "false", "#", "\n")
INI_WORDS = ("[", "]", "=", ":", "\n ", "\n\t", "#", ";", "[options]", "[options.entry_points]",
             "console_scripts", "[metadata]", "[entry_points]", "[files]", "find:", "attr:", "file:",
             "package_dir", "packages", "install_requires", "\\xc2\\x85", "\\xe2\\x80\\xa8", "\\x1c",
             "[DEFAULT]", "%(")
METADATA_WORDS = ("Author-email: ", "Author: ", "Name: ", "Version: ", "Summary: ", "\n ", "\n\n",
                  "\r\n", "Home-page: ", "Project-URL: ", "Requires-Dist: ", "Description: ",
                  "        |", "From ", "UNKNOWN", "=?utf-8?q?", "?=", "License: ", "Foo_Bar",
                  "2025-06-30", "https://", "1.0.0")
ADDRESS_WORDS = ("@", "<", ">", "(", ")", "\"", "\\", ",", ";", ":", "[", "]", " ", ".", "\n ", "a@b")
JSON_WORDS = ('"meta":', '"api-version":', '"1.1"', '"files":', '"filename":', '"url":', '"hashes":',
              '"sha256":', '"size":', '"upload-time":', '"yanked":', "null", "true", "{", "}", "[",
              "]", "\\u0000", "\\ud800", '"ownership":', '"roles":', '"user":', "\\xff", "1e9", "-0")
ZIP_WORDS = ("PK\\x03\\x04", "PK\\x01\\x02", "PK\\x05\\x06", "PK\\x06\\x06", "PK\\x06\\x07",
             "PK\\x07\\x08", "\\x01\\x00", "\\x75\\x70", "\\xff\\xff\\xff\\xff", "\\x00\\x08", ".py",
             "METADATA", ".dist-info/", "EGG-INFO/", "../", "\\x00\\x00\\x00\\x00")
TAR_WORDS = ("ustar\\x00", "ustar  \\x00", "././@LongLink", "path=", "linkpath=", "size=",
             "mtime=", "uid=", "GNU.sparse.", "SCHILY.", "hdrcharset=BINARY\\x0a", "PKG-INFO", "setup.py",
             "\\x1f\\x8b\\x08", "BZh9", "\\xfd7zXZ\\x00", "(\\xb5/\\xfd", "\\x1f\\x9d", "0000644\\x00")
REDIS_WORDS = ("+OK\\x0d\\x0a", "+PONG\\x0d\\x0a", "*1\\x0d\\x0a", "*-1\\x0d\\x0a", "$-1\\x0d\\x0a",
               "$3\\x0d\\x0arun\\x0d\\x0a", ":1\\x0d\\x0a", "-ERR\\x0d\\x0a", "+QUEUED\\x0d\\x0a",
               "*4\\x0d\\x0a", "*5\\x0d\\x0a", "*0\\x0d\\x0a", "\\xff")

LIST_WORDS = ("/tmp/", "foo/", "../", "foo-1.0.tar.gz", "inside", "out", "loop", "\n", "\r\n",
              "\\x00", "//", "/./", ".whl", ".metadata")

WORDS = {"addresses": ADDRESS_WORDS, "list": LIST_WORDS, "index": JSON_WORDS, "ini": INI_WORDS, "lexer": PYTHON_WORDS,
         "metadata": METADATA_WORDS + ADDRESS_WORDS, "payload": PYTHON_WORDS + METADATA_WORDS,
         "plain_tar": TAR_WORDS, "redis": REDIS_WORDS, "setup_py": PYTHON_WORDS + SETUP_WORDS,
         "tar": TAR_WORDS, "toml": TOML_WORDS, "zip": ZIP_WORDS}


def small_results(*signs):
    """What the recipes for archives give that is small and starts like this."""
    slow = {"flat_zip_bomb", "overlapped_zip_bomb", "quoted_zip_bomb"}
    for name, recipe in sorted(vars(recipes).items()):
        if not inspect.isfunction(recipe) or name.startswith("_") or name in slow:
            continue
        if any(parameter.default is parameter.empty
               for parameter in inspect.signature(recipe).parameters.values()):
            continue
        data = recipe()
        if isinstance(data, bytes) and len(data) <= SEED_BYTES_MAX and data.startswith(signs):
            yield data


def projects():
    """Small files of most kinds, as (wheel, members of an sdist)."""
    files = {"foo/__init__.py": SOURCE, "foo/data.txt": "x" * 300, "foo/_c.so": "\x7fELF",
             "foo-1.0.data/scripts/run": "#!python\n"}
    sdist = {"setup.py": SETUP_PY, "setup.cfg": SETUP_CFG, "pyproject.toml": PYPROJECT,
             "foo.egg-info/entry_points.txt": ENTRY_POINTS, "foo.egg-info/requires.txt": REQUIRES,
             "foo.egg-info/top_level.txt": "foo\n", "src/foo/__init__.py": SOURCE}
    return small_mirror.wheel_bytes("foo", "1.0", files, ENTRY_POINTS), sdist


def archives_zip():
    wheel, sdist = projects()
    egg = recipes.make_zip([("EGG-INFO/PKG-INFO", METADATA), ("EGG-INFO/scripts/x", "#!python"),
                            ("foo/__init__.py", "")], method=0, comment=b"a comment")
    source = recipes.make_zip([(f"foo-1.0/{path}", text) for path, text in sdist.items()])
    for data in (wheel, egg, source, recipes.quoted_zip_bomb(3, 1000), *small_results(b"PK")):
        for choice in (11, 8, 5, 3):
            yield bytes([choice]) + data


def archives_tar():
    _, sdist = projects()
    members = [(f"foo-1.0/{path}", text.encode()) for path, text in sdist.items()]
    tars = [recipes.make_tar(members, how) for how in (0, 1, 2)]
    tars.append(gzip.decompress(small_mirror.sdist_bytes("foo", "1.0", sdist)))
    tars.append(recipes.make_tar([("foo-1.0/" + "n" * 150, b"x"), ("foo-1.0/\xe9", b"")]))
    tars.append(tar_recipes.header(b"foo-1.0/l", kind=b"2", link=b"../x") + tars[0])
    for data in (*tars, *small_results(b"foo", b"././", b"bomb"), *small_results(b"\x1f\x8b")):
        yield b"\5" + data
        if data.startswith(b"\x1f\x8b"):
            yield b"\5" + gzip.decompress(data)[:SEED_BYTES_MAX]
    for squeeze in (gzip.compress, bz2.compress, lzma.compress, recipes.lzw, recipes.zstd):
        if squeeze(tars[0]) is not None:
            yield b"\7" + squeeze(tars[0])


def deflated():
    rng = random.Random(4)
    texts = (b"", b"x", SOURCE.encode(), bytes(70000), rng.randbytes(300), recipes.small_sdist_tar())
    for text in texts:
        for level in (0, 1, 9):
            yield b"\1" + recipes.deflate(text, level)
            yield b"\0" + gzip.compress(text, level, mtime=0)
        fixed = zlib.compressobj(9, zlib.DEFLATED, -15, 8, zlib.Z_FIXED)
        yield b"\3" + fixed.compress(text) + fixed.flush()
    both = gzip.compress(b"one") + gzip.compress(b"two")
    yield from (b"\0" + both, b"\0" + both + b"rest", b"\0" + both + bytes(64))
    named = bytearray(gzip.compress(b"x", mtime=0))
    named[3] = 0x1E  # header CRC, extra field, name, comment
    named[10:10] = b"\2\0abname\0comment\0\0\0"
    yield b"\0" + bytes(named)


def layers():
    tar = recipes.small_sdist_tar()
    for text in (b"", b"abababab", tar, tar * 3):
        yield b"\0" + recipes.lzw(text)
        yield b"\0" + recipes.lzw(text, 10)
        yield b"\1" + bz2.compress(text) + bz2.compress(b"two")
        yield b"\2" + lzma.compress(text)
        yield b"\2" + lzma.compress(text, check=lzma.CHECK_CRC32, preset=0)
        if recipes.zstd(text) is not None:
            yield b"\3" + recipes.zstd(text)
    yield b"\2" + recipes.xz_huge_dictionary(20)


def number(value, size):
    return value.to_bytes(size, "little")


def text(value):
    return number(len(value), 4) + value


def record(kind, body):
    return number(len(body), 4) + bytes([kind]) + body


def records():
    listed = number(1, 4) + text(b"a@b.example")
    artifact = (number(7, 8) + text(b"foo/foo-1.0.whl") + number(5, 8) + number(9, 8) + b"\1"
                + text(b"foo") + text(b"1.0") + b"\0" + text(b"") + number(2, 8) * 4 + b"\1"
                + text(b"x") * 7 + listed * 2 + number(3, 4) + listed * 2
                + number(1, 4) + text(b"console_scripts") + text(b"foo") + text(b"foo:main") + text(b"")
                + b"\4" + b"\2" + bytes(range(32)) + number(2, 4) + number(1, 4) + number(9, 4)
                + number(0, 4) + number(1, 4) + text(b"zip-gap") + text(b"detail"))
    page = text(b"web/simple/foo/index.v1_json")
    file = text(b"foo-1.0.whl") + text(b"web/packages/x") + number(1, 8) * 2 + bytes(32) + b"\1\0"
    whole = [record(1, artifact), record(2, page), record(3, page + text(b"foo") + file + b"\1"),
             record(4, page + text(b"foo") + text(b"ann")), record(5, page + number(3, 8)),
             record(6, number(1, 8) * 8), record(7, b"")]
    yield from whole
    yield b"".join(whole)


def sources():
    yield SOURCE
    yield SETUP_PY
    yield from ("", "pass\n", "__import__('pkg_resources').declare_namespace(__name__)\n",
                "# -*- coding: latin-1 -*-\nx = 'y'\n", "\ufeffx = 1\n", "print('a')\n" * 10,
                "x = " + "(" * 70 + ")" * 70, "if 1:\n\tif 2:\n\t        x\n  y\n", "f'{a:{b:{c}}}'")


def pairs(left, right):
    return ("\xff".join((one, two, three)).encode("latin-1") for one in left for two in right[:3]
            for three in right[3:5])


SEEDS = {
    "addresses": lambda: ADDRESSES,
    "csv": lambda: CSV,
    "index": lambda: [mark + page for mark in "\0\1" for page in (SIMPLE_PAGE, PROJECT_PAGE)]
    + [b"\xf0" + SIMPLE_PAGE.encode()],
    "inflate": deflated,
    "ini": lambda: (SETUP_CFG, ENTRY_POINTS, REQUIRES),
    "layers": layers,
    "lexer": sources,
    "list": lambda: ("foo/foo-1.0.tar.gz\ninside\r\nfoo/out\nfoo/loop\n../x.whl\n/etc/passwd\nfoo\n",
                     "\nfoo\0a\n\0\n",
                     "./foo//foo-1.0.tar.gz\0foo/../inside\0x\ny.whl\0", "a" * 5000 + "/b.whl\nc.whl"),
    "metadata": lambda: (METADATA, METADATA.replace("\n", "\r\n"), METADATA[:200]),
    "names": lambda: [*pairs(FILENAMES, ("foo", "foo-bar", "x", "1.0", "")), *pairs(VERSIONS, VERSIONS)],
    "paths": lambda: pairs(MEMBER_NAMES + URLS, ("web/simple/foo", "a/b", "../../x", "/x", "..")),
    "payload": sources,
    "plain_tar": lambda: (seed[1:] for seed in archives_tar()),
    "record": records,
    "redis": lambda: REDIS,
    "rows": lambda: ROWS,
    "setup_py": sources,
    "tar": archives_tar,
    "texts": lambda: TEXTS,
    "toml": lambda: (PYPROJECT, *(part + "\n" for part in PYPROJECT.split("\n["))),
    "zip": archives_zip,
}


def quoted(word):
    """A word as -dict wants it. What looks like \\xNN in it is that byte already."""
    word = re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), word)
    plain = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}"
                    for byte in word.encode("latin-1"))
    return f'"{plain}"'


def write(name, folder):
    """Writes FOLDER/seeds/ and, where there are words, FOLDER/words, whose path is returned."""
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(SEEDS.get(name, lambda: ())()):
        data = seed.encode("utf-8", "surrogateescape") if isinstance(seed, str) else seed
        (folder / "seeds" / f"{i:03}").write_bytes(data)
    if name not in WORDS:
        return None
    words = folder / "words"
    words.write_text("".join(quoted(word) + "\n" for word in WORDS[name]), encoding="utf-8")
    return words
