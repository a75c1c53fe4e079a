"""The walk (analyzer/mirror/walk*.c) against a second, simple telling of its
rules in Python, on mirrors of every layout, by hand and by chance."""
import errno
import json
import os
import random
import re
import subprocess
import tempfile
import unittest

BUILD = os.environ.get("WINNOW_BUILD", "build/gcc")
PROBE = os.path.join(BUILD, "oracle", "probe_walk")
ARTIFACT = re.compile(rb".\.(whl|egg|zip|tgz|tbz2?|txz|tar(\.(gz|bz2|xz|zst|z))?|exe|msi|rpm|deb|dmg)$",
                      re.I | re.S)
SIDECAR = re.compile(
    rb"\.|.*\.(tmp|part|lock|metadata|provenance|attestation|asc|sig|sigstore|md5|sha256|sha512|"
    rb"blake2b)$", re.I | re.S)
FURNITURE = re.compile(
    rb"index\.|readme|(status|todo|generation|sha256sums|md5sums)$|"
    rb".*\.(html?|v1_html|v1_json|json|xml|txt|md|rst|log)$|" + SIDECAR.pattern, re.I | re.S)


def normal(name):
    return re.sub(r"[-_.]+", "-", os.fsdecode(name)).lower()


class Model:
    """What a walk of `root` finds: {(type, path): (project, error)} and counts."""

    def __init__(self, root, pages_only=False):
        self.root = os.path.realpath(os.fsencode(root))
        self.pages_only = pages_only
        self.found = {}
        self.counts = dict.fromkeys(
            ("directories", "links_outside", "links_broken", "links_inside", "loops", "not_regular",
             "not_artifacts", "unreadable_directories"), 0)
        self.top = self.layout()
        if not (pages_only and self.top == "free"):
            self.walk(b"", self.top, 0)

    def layout(self):
        real = lambda *parts: (os.path.isdir(os.path.join(self.root, *parts)) and
                               not os.path.islink(os.path.join(self.root, *parts)))
        if real(b"web") and any(real(b"web", n) for n in (b"simple", b"packages", b"json", b"pypi")):
            return "root"
        return "web" if real(b"simple") and real(b"packages") else "free"

    @staticmethod
    def below(place, folder, name):
        if place == "root":
            return "web" if name == b"web" else "aside"
        if place == "web":
            return {b"packages": "packages", b"simple": "simple", b"json": "json", b"pypi": "pypi"}.get(
                name, "aside")
        if place == "simple":
            return "letter" if len(name) == 1 else "project"
        if place == "letter":
            return None if name == b"versions" and os.path.basename(folder) != b"v" else "project"
        if place == "project":
            return None if name == b"versions" else "aside"
        if place == "pypi":
            return "pypi project"
        return "aside" if place in ("json", "pypi project") else place

    def place_of(self, path):
        place, folder = self.top, b""
        for name in path.split(b"/") if path else []:
            place = self.below(place, folder, name) if place else None
            folder = os.path.join(folder, name)
        return place

    def role(self, place, folder, name):
        depth = len(folder.split(b"/")) if folder else 0
        if place in ("letter", "project") and name in (b"index.v1_json", b"index.json"):
            return "simple"
        if place == "json":
            return None if FURNITURE.match(name) and name not in (b"status", b"todo", b"generation") \
                else "project"
        if place == "pypi project" and name == b"json":
            return "project"
        if place == "free":
            if name == b"index.v1_json" and depth:
                return "simple"
            if name == b"index.json" and (depth == 1 or depth == 2 and folder.startswith(b"simple/")):
                return "simple"
        if place == "free" and not FURNITURE.match(name):
            return "artifact"
        if place == "packages" and not SIDECAR.match(name):
            return "artifact"
        return "artifact" if ARTIFACT.search(name) else None

    def project(self, place, folder, name, role):
        last = os.path.basename(folder)
        if role == "simple":
            return normal(last)
        if role == "project":
            return normal(name if place == "json" else last)
        if place != "free" or not folder:
            return ""
        starts = any(normal(name[:i]) == normal(last) for i in range(1, len(name))
                     if name[i:i + 1] in (b"-", b"_", b"."))
        return normal(last) if b"/" not in folder or starts else ""

    def add(self, place, folder, name, role, error=0):
        if role is None:
            self.counts["not_artifacts"] += 1
        elif role != "artifact" or not self.pages_only:
            key = (role, os.path.join(folder, name))
            assert key not in self.found
            self.found[key] = (self.project(place, folder, name, role), error)

    def link(self, place, folder, name):
        role = self.role(place, folder, name)
        path = os.path.join(self.root, folder, name)
        try:
            target = os.path.realpath(path, strict=True)
        except OSError as error:
            self.counts["links_broken"] += 1
            if role == "artifact" and ARTIFACT.search(name):
                self.add(place, folder, name, role, error.errno)
            return
        inside = target == self.root or target.startswith(self.root + b"/")
        here = os.path.join(self.root, folder) if folder else self.root
        if not inside:
            self.counts["links_outside"] += 1
        elif os.path.isdir(target):
            above = here == target or here.startswith(target + b"/")
            self.counts["loops" if above else "links_inside"] += 1
        elif not os.path.isfile(target):
            self.counts["not_regular"] += 1
        else:
            relative = target[len(self.root) + 1:]
            at = self.place_of(os.path.dirname(relative))
            if role == "artifact" and ARTIFACT.search(os.path.basename(target)) and at:
                self.counts["links_inside"] += 1
            elif role == "project" and self.role(at, os.path.dirname(relative),
                                                 os.path.basename(target)) == "project":
                pass
            else:
                self.add(place, folder, name, role)

    def walk(self, folder, place, depth):
        self.counts["directories"] += 1
        for entry in os.scandir(os.path.join(self.root, folder)):
            name = entry.name
            if entry.is_symlink():
                self.link(place, folder, name)
            elif entry.is_dir():
                below = self.below(place, folder, name)
                if below is None or self.pages_only and below in ("aside", "packages", "free"):
                    continue
                if depth == 32:
                    self.counts["unreadable_directories"] += 1
                else:
                    self.walk(os.path.join(folder, name), below, depth + 1)
            elif entry.is_file():
                self.add(place, folder, name, self.role(place, folder, name))
            else:
                self.counts["not_regular"] += 1


def run(root, threads=1, listing=None):
    command = [PROBE, os.fsencode(root), str(threads)] + (["-"] if listing is not None else [])
    done = subprocess.run(command, input=listing or b"", stdout=subprocess.PIPE, check=True)
    answer = json.loads(done.stdout)
    for found in answer["found"]:
        found["path"] = bytes.fromhex(found["path"])
    return answer


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = os.fsencode(folder.name)
        self.root = os.path.join(self.base, b"mirror")
        os.mkdir(self.root)

    def path(self, path):
        return os.path.join(self.root, os.fsencode(path))

    def file(self, path, content=b"x"):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        with open(self.path(path), "wb") as file:
            file.write(content)

    def link(self, path, target):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        os.symlink(os.fsencode(target), self.path(path))

    def check(self, threads=(1, 4)):
        model = Model(self.root)
        for count in threads:
            answer = run(self.root, count)
            found = {(f["type"], f["path"]): (f["project"], f["error"]) for f in answer["found"]}
            self.assertEqual(len(found), len(answer["found"]), "found twice")
            expected = {key: (os.fsencode(value[0]).decode("utf-8", "replace"), value[1])
                        for key, value in model.found.items()}
            self.maxDiff = None
            self.assertEqual(found, expected)
            self.assertEqual(answer["counts"], model.counts)
            for item in answer["found"]:
                self.assertEqual(item["open_error"], item["error"], item)
                if not item["error"]:
                    status = os.stat(os.path.join(self.root, item["path"]))
                    self.assertEqual((item["size"], item["mtime_ns"]), (status.st_size, status.st_mtime_ns))
        return model

    def paths(self, model, type="artifact"):
        return sorted(os.fsdecode(path) for kind, path in model.found if kind == type)


class Layouts(Tree):
    HASH = "aa/bb/" + "c" * 60

    def bandersnatch(self, web):
        self.file(f"{web}packages/{self.HASH}/foo-1.0.tar.gz")
        self.file(f"{web}packages/{self.HASH}/foo-1.0-py3-none-any.whl")
        self.file(f"{web}packages/{self.HASH}/foo-1.0-py3-none-any.whl.metadata")
        self.file(f"{web}packages/{self.HASH}/foo-1.0.unheard-of")
        self.file(f"{web}packages/{self.HASH}/foo-1.0.txt")  # the index served it: no furniture
        self.file(f"{web}simple/index.html")
        self.file(f"{web}simple/index.v1_json")
        for project in ("foo", "foo-bar", "v", "versions"):
            self.file(f"{web}simple/{project}/index.html")
            self.file(f"{web}simple/{project}/index.v1_json", b"{}")
        self.file(f"{web}json/foo", b"{}")
        self.file(f"{web}json/status", b"{}")
        self.file(f"{web}json/.foo.tmp", b"{}")
        self.link(f"{web}pypi/foo/json", "../../json/foo")
        self.file(f"{web}pypi/bar/json", b"{}")

    def test_bandersnatch(self):
        self.bandersnatch("web/")
        for name in ("status", "todo", "generation", "mirrored-files", "stray-1.0.zip"):
            self.file(name)
        model = self.check()
        self.assertEqual(self.paths(model, "simple"),
                         [f"web/simple/{p}/index.v1_json" for p in ("foo-bar", "foo", "v", "versions")])
        self.assertEqual(self.paths(model, "project"), ["web/json/foo", "web/json/status", "web/pypi/bar/json"])
        self.assertEqual(self.paths(model), ["stray-1.0.zip"] + [
            f"web/packages/{self.HASH}/foo-1.0{end}" for end in
            ("-py3-none-any.whl", ".tar.gz", ".txt", ".unheard-of")])

    def test_web_as_root(self):
        self.bandersnatch("")
        self.assertEqual(len(self.check().found), 11)

    def test_hash_index_and_versions(self):
        self.bandersnatch("web/")
        for project in ("f/foo", "v/versions", "v/viper", "q"):
            self.file(f"web/simple/{project}/versions/index_1_2024.v1_json", b"{}")
            self.file(f"web/simple/{project}/versions/index.v1_json", b"old")
            self.link(f"web/simple/{project}/x.v1_json", "versions/index_1_2024.v1_json")
            os.rename(self.path(f"web/simple/{project}/x.v1_json"),
                      self.path(f"web/simple/{project}/index.v1_json"))
        model = self.check()
        for project in ("f/foo", "v/versions", "v/viper", "q"):
            self.assertIn(("simple", f"web/simple/{project}/index.v1_json".encode()), model.found)
        self.assertNotIn(("simple", b"web/simple/f/foo/versions/index.v1_json"), model.found)

    def test_static(self):
        for project, names in {"foo": ["foo-1.0.zip", "index.v1_json", "README.md", "odd"],
                               "Foo.Bar": ["Foo.Bar-1.0.tar.gz", "index.json"],
                               "web": ["web-1.0.tgz"], "simple": ["simple-2.exe"],
                               "deep/1.0": ["deep-1.0.whl"], "a/b": ["b-1.0.egg", "index.v1_json", "index.json"]}.items():
            for name in names:
                self.file(f"{project}/{name}")
        model = self.check()
        self.assertEqual(model.found[("artifact", b"Foo.Bar/Foo.Bar-1.0.tar.gz")], ("foo-bar", 0))
        self.assertEqual(model.found[("artifact", b"foo/odd")], ("foo", 0))
        self.assertEqual(model.found[("artifact", b"a/b/b-1.0.egg")], ("b", 0))

    def test_flat_and_devpi(self):
        for name in ("foo-1.0.whl", "foo-1.0.7z", "requirements.txt", ".hidden", ".hidden-1.0.whl", "readme-1.zip",
                     "README", "index.v1_json", "INDEX.HTML", "a.WHL.ASC", "status", "x.deb"):
            self.file(name)
        self.file("+files/root/pypi/+f/abc/0123456789abc/foo-1.0.tar.gz")
        model = self.check()
        self.assertEqual(self.paths(model), ["+files/root/pypi/+f/abc/0123456789abc/foo-1.0.tar.gz",
                                             ".hidden-1.0.whl", "foo-1.0.7z", "foo-1.0.whl",
                                             "readme-1.zip", "x.deb"])

    def test_empty(self):
        self.assertEqual(self.check().found, {})

    def test_names_of_any_bytes(self):
        for name in (b"\xff\xfe-1.0.whl", b"new\nline-1.0.zip", b"\x1b[2J-1.tgz", "é-1.0.egg".encode()):
            self.file(os.fsdecode(name))
            self.file(os.path.join("dir-" + os.fsdecode(name) + ".d", os.fsdecode(name)))
        self.assertEqual(len(self.check().found), 8)

    def test_long_paths_and_depth(self):
        folder = "/".join(["d" * 250] * 15)  # 3,764 bytes
        self.file(f"{'x' * 200}/foo-1.0.whl")
        old = os.open(".", os.O_RDONLY)
        try:
            os.chdir(self.root)
            for part in folder.split("/"):
                os.mkdir(part)
                os.chdir(part)
            for name in ("foo-1.0.whl", "y" * 200 + ".zip"):
                open(name, "w").close()
            os.mkdir("z" * 250)
            os.chdir("z" * 250)
            open("bar-1.0.whl", "w").close()
            os.mkdir("too-deep-" + "z" * 200)
        finally:
            os.fchdir(old)
            os.close(old)
        answer = run(self.root, 2)
        self.assertEqual(sorted(len(f["path"]) for f in answer["found"] if f["open_error"] == 0),
                         [212, 3764 + 12, 3764 + 205, 3764 + 251 + 12])
        self.assertEqual(answer["counts"]["unreadable_directories"], 1)
        deep = "/".join(["e"] * 33)
        self.file(f"{deep}/foo-1.0.whl")
        self.file(f"{deep[2:]}/foo-2.0.whl")
        answer = run(self.root)
        self.assertEqual([f["path"] for f in answer["found"] if f["path"].startswith(b"e/")],
                         [deep[2:].encode() + b"/foo-2.0.whl"])
        self.assertEqual(answer["counts"]["unreadable_directories"], 2)

    def test_many_files_in_one_folder(self):
        for i in range(5000):
            self.file(f"foo-{i}.0.zip")
        self.assertEqual(len(self.check(threads=(1, 2, 8)).found), 5000)

    def test_vanished_root(self):
        done = subprocess.run([PROBE, os.path.join(self.root, b"none"), "1"], stderr=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1)


class Links(Tree):
    def test_by_hand(self):
        self.file("foo/foo-1.0.whl")
        self.file("store/ab12")
        self.file("../outside/secret-1.0.whl")
        self.file("../mirror2/near-1.0.whl")
        for path, target in {
                "foo/again-1.0.whl": "foo-1.0.whl", "foo/blob-1.0.whl": "../store/ab12",
                "foo/out-1.0.whl": "../../outside/secret-1.0.whl", "foo/near-1.0.whl": "../../mirror2/near-1.0.whl",
                "foo/broken-1.0.whl": "nothing", "foo/broken": "nothing", "foo/self-1.0.whl": "self-1.0.whl",
                "foo/through-1.0.whl": "foo-1.0.whl/x", "loop": ".", "foo/up": "..", "other": "foo", "outdir": "../outside",
                "abs": self.root + b"/foo", "absfile-1.zip": self.root + b"/store/ab12", "etc": "/etc",
                "chain-1.0.zip": "foo/blob-1.0.whl", "around-1.0.zip": "../mirror/store/ab12",
                "dev-1.0.zip": "/dev/null", "page/index.v1_json": "../store/ab12",
                "slash": "/", "dangling-page/index.v1_json": "gone"}.items():
            self.link(path, target)
        os.mkfifo(self.path("pipe-1.0.whl"))
        self.link("topipe-1.0.whl", "pipe-1.0.whl")
        model = self.check()
        self.assertEqual(self.paths(model), [
            "absfile-1.zip", "around-1.0.zip", "chain-1.0.zip", "foo/blob-1.0.whl", "foo/broken-1.0.whl",
            "foo/foo-1.0.whl", "foo/self-1.0.whl", "foo/through-1.0.whl", "store/ab12"])
        self.assertEqual(self.paths(model, "simple"), ["page/index.v1_json"])
        self.assertEqual(model.found[("artifact", b"foo/self-1.0.whl")][1], errno.ELOOP)
        self.assertEqual(model.counts["links_outside"], 6)
        self.assertEqual(model.counts["loops"], 2)

    def test_root_is_a_link(self):
        self.file("foo/foo-1.0.whl")
        self.link("foo/bar-1.0.whl", self.base + b"/link/foo/blob")
        self.file("foo/blob")
        os.symlink(self.root, os.path.join(self.base, b"link"))
        answer = run(os.path.join(self.base, b"link"))
        self.assertEqual(sorted(f["path"] for f in answer["found"]),
                         [b"foo/bar-1.0.whl", b"foo/blob", b"foo/foo-1.0.whl"])

    @unittest.skipIf(os.geteuid() == 0, "skipped: root may read everything")
    def test_unreadable(self):
        self.file("foo/foo-1.0.whl")
        self.file("bar/bar-1.0.whl")
        os.chmod(self.path("bar"), 0)
        answer = run(self.root)
        os.chmod(self.path("bar"), 0o700)
        self.assertEqual(len(answer["found"]), 1)
        self.assertEqual(answer["counts"]["unreadable_directories"], 1)

    def test_by_chance(self):
        rng = random.Random(8)
        names = ["foo-1.0.whl", "bar-2.zip", "x", "index.v1_json", "index.json", "README", "json", "foo",
                 "web", "simple", "packages", "pypi", "versions", "v", "a", ".x", "status", "y.metadata"]
        for turn in range(60):
            self.root = os.path.join(self.base, b"m%d" % turn)
            os.mkdir(self.root)
            folders, everything = [""], [""]
            if turn % 3:
                for name in ("web/packages", "web/simple", "web/json", "web/pypi"):
                    os.makedirs(self.path(name))
                    folders.append(name)
            for _ in range(rng.randrange(5, 120)):
                path = os.path.join(rng.choice(folders), rng.choice(names))
                if os.path.lexists(self.path(path)):
                    continue
                kind = rng.random()
                if kind < 0.35:
                    os.mkdir(self.path(path))
                    folders.append(path)
                elif kind < 0.75:
                    self.file(path)
                else:
                    target = rng.choice(everything + ["/etc/hostname", "/nowhere", ".."])
                    if not target.startswith("/"):
                        target = rng.choice([
                            os.path.relpath(self.path(target), os.path.dirname(self.path(path))),
                            self.path(target)])
                    self.link(path, target)
                everything.append(path)
            self.check(threads=(1, 3))


class Lists(Tree):
    def ask(self, listing, threads=1):
        answer = run(self.root, threads, listing)
        return {f["path"]: f["error"] for f in answer["found"] if f["type"] == "artifact"}, answer

    def test_paths(self):
        self.file("foo/foo-1.0.whl")
        self.file("foo/README")
        self.file("foo/index.v1_json")
        self.file("bar-1.0.zip")
        self.file("../outside/x-1.0.whl")
        self.link("foo/link-1.0.whl", "foo-1.0.whl")
        self.link("dir", "foo")
        self.link("out", "../outside")
        self.link("out-1.0.whl", "../outside/x-1.0.whl")
        os.mkfifo(self.path("pipe-1.0.whl"))
        os.symlink(self.root, os.path.join(self.base, b"alias"))
        cases = {
            b"foo/foo-1.0.whl": (b"foo/foo-1.0.whl", 0), b"./bar-1.0.zip": (b"bar-1.0.zip", 0),
            b".//foo/./foo-1.0.whl": (b"foo/foo-1.0.whl", 0), b"foo/../bar-1.0.zip": (b"bar-1.0.zip", 0),
            self.root + b"/bar-1.0.zip": (b"bar-1.0.zip", 0), self.base + b"/alias/bar-1.0.zip": (b"bar-1.0.zip", 0),
            b"foo/link-1.0.whl": (b"foo/link-1.0.whl", 0), b"dir/foo-1.0.whl": (b"foo/foo-1.0.whl", 0),
            b"out/x-1.0.whl": (b"out/x-1.0.whl", errno.EXDEV), b"out-1.0.whl": (b"out-1.0.whl", errno.EXDEV),
            b"../outside/x-1.0.whl": (b"../outside/x-1.0.whl", errno.EXDEV),
            self.base + b"/outside/x-1.0.whl": (self.base + b"/outside/x-1.0.whl", errno.EXDEV),
            b"/etc/passwd": (b"/etc/passwd", errno.EXDEV), b"../mirror/bar-1.0.zip": (b"bar-1.0.zip", 0),
            b"./gone//x-1.0.whl": (b"gone/x-1.0.whl", errno.ENOENT), b"gone-1.0.whl": (b"gone-1.0.whl", errno.ENOENT),
            self.root + b"/gone-1.0.whl": (b"gone-1.0.whl", errno.ENOENT),
            b"foo": (b"foo", errno.EISDIR), b"pipe-1.0.whl": (b"pipe-1.0.whl", errno.EOPNOTSUPP),
            b"bar-1.0.zip/x.whl": (b"bar-1.0.zip/x.whl", errno.ENOTDIR),
            b"\xff.whl": (b"\xff.whl", errno.ENOENT), b"foo/README": None, b"foo/index.v1_json": None,
        }
        for listed, expected in cases.items():
            for end in (b"", b"\n", b"\0", b"\n\n\n"):
                found, answer = self.ask(listed + end)
                self.assertEqual(found, dict([expected]) if expected else {}, listed)
        pages = self.ask(b"foo/index.v1_json")[1]["found"]
        self.assertEqual([(f["type"], f["project"]) for f in pages], [("simple", "foo")])

    def test_separators(self):
        self.file("new\nline-1.0.whl")
        self.file("a-1.0.whl")
        self.assertEqual(self.ask(b"new\nline-1.0.whl\0a-1.0.whl\0")[0],
                         {b"new\nline-1.0.whl": 0, b"a-1.0.whl": 0})
        self.assertEqual(self.ask(b"\n\na-1.0.whl\n\n")[0], {b"a-1.0.whl": 0})
        self.assertEqual(self.ask(b"")[0], {})

    def test_long(self):
        listing = b"\n".join(b"foo-%d.0.whl" % i for i in range(30000))
        for threads in (1, 4):
            found, answer = self.ask(listing, threads)
            self.assertEqual(len(answer["found"]), 30000)
            self.assertEqual(len(found), 30000)
        for size in (4094, 4095, 4096, 4097, 5000, 200000):
            found, answer = self.ask(b"a.whl\n" + b"x" * size + b"\nb.whl\n")
            self.assertEqual(len(answer["found"]), 3, size)
            self.assertEqual((found[b"a.whl"], found[b"b.whl"]), (errno.ENOENT, errno.ENOENT))
            self.assertEqual([e for p, e in found.items() if len(p) > 10], [errno.ENAMETOOLONG])

    def test_pages_are_still_walked(self):
        Layouts.bandersnatch(self, "web/")
        listed = f"web/packages/{self.HASH}/foo-1.0.tar.gz"
        found, answer = self.ask(f"{listed}\nweb/simple/foo/index.html\nweb/simple/foo/index.v1_json\n".encode())
        self.assertEqual(found, {listed.encode(): 0})
        model = Model(self.root, pages_only=True)
        self.assertEqual({(f["type"], f["path"]) for f in answer["found"]} - {("artifact", listed.encode())},
                         set(model.found))
        self.assertEqual(len(answer["found"]), 1 + len(model.found))

    HASH = Layouts.HASH


if __name__ == "__main__":
    unittest.main()
