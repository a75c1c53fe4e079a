"""File names of all times, files in a wrong place or size, and files that are broken or foreign."""

import io
import zipfile

from book import SDIST_ENDINGS
from mirror_recipe import COMPRESSORS, gzip_bytes, metadata_text, tar_bytes, wheel_members, zip_bytes

# (project, version, file name)
WHEEL_NAMES = (
    ("plain", "1.0", "plain-1.0-py3-none-any.whl"),
    ("two.dots", "1.0", "two.dots-1.0-py2.py3-none-any.whl"),
    ("Upper_Case", "1.0.post1", "Upper_Case-1.0.post1-py3-none-any.whl"),
    ("with-build", "2.0", "with_build-2.0-1-py3-none-any.whl"),
    ("with-long-build", "2.0", "with_long_build-2.0-20240101git-py3-none-any.whl"),
    ("local", "1.0+cu121", "local-1.0+cu121-cp311-cp311-linux_x86_64.whl"),
    ("epoch", "1!2.0", "epoch-1!2.0-py3-none-any.whl"),
    ("pre", "1.0rc1", "pre-1.0rc1-py3-none-any.whl"),
    ("dev", "0.0.0.dev0", "dev-0.0.0.dev0-py3-none-any.whl"),
    ("calendar", "2024.1.31", "calendar-2024.1.31-py3-none-any.whl"),
    ("platforms", "1.0", "platforms-1.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
    ("one-letter-x", "1", "one_letter_x-1-py3-none-any.whl"),
    ("digits-2-go", "3", "digits_2_go-3-py3-none-any.whl"),
)
SDIST_NAMES = (
    ("hyphen-ated-name", "1.0", "hyphen-ated-name-1.0.tar.gz"),
    ("under_scored", "1.0", "under_scored-1.0.tar.gz"),
    ("dotted.name", "5.0.1", "dotted.name-5.0.1.zip"),
    ("CamelCase", "1.0b2", "CamelCase-1.0b2.tar.bz2"),
    ("post-hyphen", "1.0-1", "post-hyphen-1.0-1.tar.gz"),
    ("name-2-digits", "0.1", "name-2-digits-0.1.tgz"),
    ("py2app-like", "0.7", "py2app-like-0.7.tar.xz"),
    ("dev-of-it", "1.0.dev20240101", "dev-of-it-1.0.dev20240101.tar.gz"),
    ("local-it", "1.0+abc.1", "local-it-1.0+abc.1.tar.gz"),
    ("v-less", "2004.01.01", "v-less-2004.01.01.tar"),
    ("single", "1", "single-1.zip"),
    ("legacy-pre", "1.0-beta", "legacy-pre-1.0-beta.tar.gz"),
    ("unix-compress", "0.9", "unix-compress-0.9.tar.Z"),
    ("upper-ending", "1.0", "upper-ending-1.0.ZIP"),
)
EGG_NAMES = (
    ("Egg", "1.0", "Egg-1.0-py2.6.egg"),
    ("egg-name", "1.0", "egg_name-1.0-py3.11.egg"),
    ("egg-platform", "2.1", "egg_platform-2.1-py2.7-linux-x86_64.egg"),
    ("egg-win", "2.1", "egg_win-2.1-py2.5-win32.egg"),
)
FOREIGN_NAMES = (
    ("setup-exe", "1.0", "setup-exe-1.0.win32-py2.7.exe", b"MZ\x90\x00" + bytes(500)),
    ("setup-msi", "1.0", "setup-msi-1.0.win-amd64-py3.4.msi",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("setup-rpm", "1.0", "setup-rpm-1.0-1.noarch.rpm", b"\xed\xab\xee\xdb\x03\x00" + bytes(400)),
    ("setup-deb", "1.0", "setup-deb-1.0.deb", b"!<arch>\ndebian-binary   " + bytes(200)),
    ("setup-dmg", "1.0", "setup-dmg-1.0.dmg", bytes(300) + b"koly" + bytes(508)),
)


def module_files(project):
    return [(f"{project.lower().replace('-', '_')}/__init__.py", "")]


def add_names(book):
    for project, version, filename in WHEEL_NAMES:
        book.names.add(project)
        book.wheel(project, module_files(project), version=version, filename=filename,
                   payload_kind="blank")
    for project, version, filename in SDIST_NAMES:
        book.names.add(project)
        ending = next(ending for ending in (*SDIST_ENDINGS, ".tar.Z")
                      if filename.lower().endswith(ending.lower()))
        book.sdist(project, module_files(project), version=version, filename=filename,
                   ending=ending, root=filename[:-len(ending)], payload_kind="blank")
    for project, version, filename in EGG_NAMES:
        book.names.add(project)
        book.egg(project, module_files(project), version=version, filename=filename,
                 payload_kind="blank")
    for project, version, filename, data in FOREIGN_NAMES:
        row = book.add(project, version, filename, data, "other", status="unsupported")
        row["version"] = None  # no rule says where it ends in such a name


def add_names_that_need_the_page(book):
    """Only the page tells where the name ends, or that it is a name."""
    for project, version, filename in (
            ("page-told", "2-1", "page-told-2-1.tar.gz"), ("page-word", "r123", "page-word-r123.zip"),
            ("page-other", "1.0", "another-name-1.0.tar.gz")):
        book.names.add(project)
        ending = ".zip" if filename.endswith(".zip") else ".tar.gz"
        book.sdist(project, module_files(project), metadata_text(project, version), version=version,
                   filename=filename, ending=ending, payload_kind="blank")
    for ending, data in ((".7z", b"7z\xbc\xaf\x27\x1c" + bytes(50)), (".unheard-of", b"?"),
                         (".txt", b"a text\n")):
        project = book.unique("unknown-ending")
        book.add(project, "1.0", f"{project}-1.0{ending}", data, "other", status="unsupported")


def add_places(book):
    for number in range(6):
        project = book.unique("gone")
        stem = f"{project.replace('-', '_')}-1.0"
        name = f"{stem}-py3-none-any.whl" if number % 2 else f"{stem}.tar.gz"
        book.add(project, "1.0", name, f"never seen {number}".encode(),
                 "wheel" if number % 2 else "sdist", on_disk=False, status="unreadable")
    for number in range(6):
        project = book.unique("unlisted")
        shape = book.wheel if number % 2 else book.sdist
        shape(project, module_files(project), in_index=False, anomalies=["not-in-index"],
              payload_kind="blank")
    for number in range(6):
        project = book.unique("other-size")
        shape = book.wheel if number % 2 else book.sdist
        shape(project, module_files(project), index_size=77 + number, anomalies=["size-mismatch"],
              payload_kind="blank")
    for yanked in (True, "broken on Sundays"):
        project = book.unique("yanked")
        book.wheel(project, module_files(project), yanked=yanked, payload_kind="blank")


def add_mismatches(book):
    """The bytes are of another format than the name says: they are read as what they are."""
    for word, ending, pack in (
            ("zip-as-gz", ".tar.gz", zip_bytes),
            ("gz-as-zip", ".zip", lambda members: gzip_bytes(tar_bytes(members))),
            ("bz2-as-gz", ".tar.gz", lambda members: COMPRESSORS[".tar.bz2"](tar_bytes(members))),
            ("tar-as-gz", ".tar.gz", tar_bytes),
            ("xz-as-bz2", ".tar.bz2", lambda members: COMPRESSORS[".tar.xz"](tar_bytes(members)))):
        project = book.unique(f"mismatch-{word}")
        stem = f"{project.replace('-', '_')}-1.0"
        info = metadata_text(project, "1.0")
        members = [(f"{stem}/{path}", content)
                   for path, content in [("PKG-INFO", info), *module_files(project)]]
        book.add(project, "1.0", f"{stem}{ending}", pack(members), "sdist",
                 **book.describe(members, info, [], None,
                                 {"anomalies": ["magic-mismatch"], "payload_kind": "blank"}))
    for word, status, data in (("exe-as-gz", "unsupported", b"MZ\x90\x00" + bytes(500)),
                               ("rar-as-gz", "unsupported", b"Rar!\x1a\x07\x00" + bytes(500)),
                               ("page-as-gz", "damaged", b"<html><body>404</body></html>")):
        project = book.unique(f"mismatch-{word}")
        book.add(project, "1.0", f"{project.replace('-', '_')}-1.0.tar.gz", data, "sdist",
                 status=status, anomalies=["magic-mismatch"])


def broken_files(project):
    """(word, ending of the file name, format, bytes): none of them can be read to its end."""
    stem = f"{project.replace('-', '_')}-1.0"
    files = [(f"{project.replace('-', '_')}/__init__.py", "x = 1\n" * 2000)]
    wheel = zip_bytes(wheel_members(project, "1.0", files, metadata_text(project, "1.0")))
    noise = bytes(pow(7, n, 251) for n in range(9000))
    tar = tar_bytes([(f"{stem}/PKG-INFO", metadata_text(project, "1.0")),
                     (f"{stem}/data.bin", noise)])
    gz, bz2, xz = (COMPRESSORS[e](tar) for e in (".tar.gz", ".tar.bz2", ".tar.xz"))
    page = b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n"
    header = bytearray(tar)
    header[1024 + 120] ^= 0x55  # the second member's header, its sum is wrong now
    return (
        ("empty-wheel", "-py3-none-any.whl", "wheel", b""),
        ("empty-sdist", ".tar.gz", "sdist", b""),
        ("half-wheel", "-py3-none-any.whl", "wheel", wheel[:len(wheel) // 2]),
        ("tail-less-wheel", "-py3-none-any.whl", "wheel", wheel[:-30]),
        ("half-gz", ".tar.gz", "sdist", gz[:len(gz) // 2]),
        ("short-gz", ".tar.gz", "sdist", gz[:-12]),
        ("half-bz2", ".tar.bz2", "sdist", bz2[:len(bz2) // 2]),
        ("half-xz", ".tar.xz", "sdist", xz[:len(xz) // 2]),
        ("crc-gz", ".tar.gz", "sdist", gz[:-8] + b"\0\0\0\0" + gz[-4:]),
        ("page-sdist", ".tar.gz", "sdist", page),
        ("page-wheel", "-py3-none-any.whl", "wheel", page),
        ("noise-wheel", "-py3-none-any.whl", "wheel", noise),
        ("noise-zip", ".zip", "sdist", noise),
        ("gz-of-noise", ".tar.gz", "sdist", gzip_bytes(noise)),
        ("half-z", ".tar.Z", "sdist", COMPRESSORS[".tar.Z"](tar)[:4000]),
        ("cut-tar", ".tar", "sdist", tar[:1024 + 512 + 3000]),
        ("bad-header", ".tar.gz", "sdist", gzip_bytes(bytes(header))),
        ("bad-first-header", ".tar.gz", "sdist", gzip_bytes(b"?" + tar[1:])),
        ("no-members", "-py3-none-any.whl", "wheel", wheel[-22:]),
    )


def add_broken(book):
    for number in range(len(broken_files("x"))):
        project = book.unique(f"broken-{broken_files('x')[number][0]}")
        _, ending, file_format, data = broken_files(project)[number]
        book.add(project, "1.0", f"{project.replace('-', '_')}-1.0{ending}", data, file_format,
                 status="damaged")


def add_odd_archives(book):
    """Archives that are unusual and whole."""
    project = book.unique("stored")
    members = wheel_members(project, "1.0", module_files(project), metadata_text(project, "1.0"))
    book.add(project, "1.0", f"{project}-1.0-py3-none-any.whl",
             zip_bytes(members, zipfile.ZIP_STORED), "wheel",
             **book.describe(members, metadata_text(project, "1.0"), [], None,
                             {"payload_kind": "blank"}))
    project = book.unique("zip64")
    out = io.BytesIO()
    members = wheel_members(project, "1.0", module_files(project), metadata_text(project, "1.0"))
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in members:
            with archive.open(zipfile.ZipInfo(path), "w", force_zip64=True) as member:
                member.write(content)
    book.add(project, "1.0", f"{project}-1.0-py3-none-any.whl", out.getvalue(), "wheel",
             **book.describe(members, metadata_text(project, "1.0"), [], None,
                             {"payload_kind": "blank"}))
    for word, tar_format in (("gnu", 1), ("pax", 2)):
        project = book.unique(f"long-names-{word}")
        stem = f"{project.replace('-', '_')}-1.0"
        info = metadata_text(project, "1.0")
        deep = "/".join(["a_rather_long_folder_name"] * 12)
        members = [(f"{stem}/PKG-INFO", info), (f"{stem}/{project.replace('-', '_')}/__init__.py", ""),
                   (f"{stem}/{project.replace('-', '_')}/{deep}/\u00e4.py", "# deep\n"),
                   (f"{stem}/link", ("link", "PKG-INFO"))]
        book.add(project, "1.0", f"{stem}.tar.gz", gzip_bytes(tar_bytes(members, tar_format)),
                 "sdist", **book.describe(members, info, [], None, {"payload_kind": "blank"}))
    project = book.unique("two-gzip-members")
    stem = f"{project.replace('-', '_')}-1.0"
    info = metadata_text(project, "1.0")
    members = [(f"{stem}/PKG-INFO", info), (f"{stem}/{project.replace('-', '_')}.py", "A = 1\n")]
    tar = tar_bytes(members)
    book.add(project, "1.0", f"{stem}.tar.gz", gzip_bytes(tar[:1000]) + gzip_bytes(tar[1000:]),
             "sdist", **book.describe(members, info, [], None, {"payload_kind": "constant"}))


def add_cases(book):
    add_names(book)
    add_names_that_need_the_page(book)
    add_places(book)
    add_mismatches(book)
    add_broken(book)
    add_odd_archives(book)
