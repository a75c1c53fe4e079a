"""The honest projects of the demo mirror. All names, people and addresses are invented."""

from mirror_recipe import (entry_points_text, metadata_text, pick, sdist_bytes, wheel_members,
                           zip_bytes)

TOOL_WORDS = ("alder", "basalt", "cinder", "dapple", "ember", "fennel", "garnet", "harrow", "islet",
              "juniper", "kestrel", "larch", "mallow", "nimbus", "osprey", "plover", "quill",
              "rowan", "sedge", "thistle")
TOOL_KINDS = ("http", "build", "db", "docs", "queue", "fmt", "grid", "trial", "deploy", "lint",
              "net", "log", "mail", "notes", "watch", "pack", "shell", "auth", "sync", "types")
COMMAND_ENDINGS = ("", "ctl", "-serve", "-admin", "-check", "-export", "-import", "-bench",
                   "-migrate")
LIBRARY_WORDS = ("amber", "birch", "clover", "delta", "elm", "flint", "grove", "heath", "iris",
                 "jasper", "knoll", "lichen", "meadow", "nectar", "orchard", "pebble", "quartz",
                 "reed", "sorrel", "tarn", "umber", "vale", "willow", "yarrow")
PLUGIN_PARTS = ("csv", "json", "cache", "async", "crypt", "graph", "stats", "text", "image", "sound",
                "maps")
FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "inbox.ru")

# Pieces of real work: {w} is a word, {n} a number, so that no two projects are alike.
CODE_PIECES = (
    '''def {w}_total(rows, start={n}):
    """Adds up the second column."""
    total = start
    for _, value in rows:
        total += value
    return total
''',
    '''def split_{w}(text, width={n}):
    words, line = text.split(), ""
    for word in words:
        if len(line) + len(word) > width:
            yield line.rstrip()
            line = ""
        line += word + " "
    if line:
        yield line.rstrip()
''',
    '''class {W}Cache:
    def __init__(self, size={n}):
        self.size = size
        self.items = {{}}

    def get(self, key, make):
        if key not in self.items:
            if len(self.items) >= self.size:
                self.items.pop(next(iter(self.items)))
            self.items[key] = make(key)
        return self.items[key]
''',
    '''def retry_{w}(action, times={n}):
    for attempt in range(times):
        try:
            return action()
        except OSError:
            if attempt == times - 1:
                raise
''',
    '''def read_{w}(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, {n}):
            key, _, value = line.partition("=")
            yield number, key.strip(), value.strip()
''',
    '''def {w}_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y) * {n})
    return row[-1]
''',
)


def commands_of(word):
    return tuple(word + ending for ending in COMMAND_ENDINGS)


def code_of(word, pieces=3):
    """A module of real work, its pieces and numbers chosen by the word."""
    texts = []
    for place in range(pieces):
        piece = pick(CODE_PIECES, "piece", word, place)
        texts.append(piece.format(w=f"{word}_{place}", W=f"{word.title()}{place}",
                                  n=pick(range(2, 97), "number", word, place)))
    return "\n\n".join(texts)


def stamp(year, *key):
    """A time of day in `year`, decided by the key; honest uploads fall on all days."""
    month, day = pick(range(1, 13), "month", *key), pick(range(1, 29), "day", *key)
    hour, minute = pick(range(24), "hour", *key), pick(range(60), "minute", *key)
    return f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:17.{pick(range(1, 10**6), *key):06}Z"


def add_release(mirror, name, version, files, uploaded_at, *, wheel=True, sdist=(), commands=None,
                tag="py3-none-any", **fields):
    """A wheel and, when `sdist` holds its build files, an sdist of one release."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = metadata_text(name, version, **fields)
    points = entry_points_text({"console_scripts": commands}) if commands else None
    if wheel:
        data = zip_bytes(wheel_members(name, version, files, info, points, tag))
        mirror.add(name, f"{stem}-{tag}.whl", data, uploaded_at)
    if sdist:
        sources = [("PKG-INFO", info), *sdist, *files]
        mirror.add(name, f"{stem}.tar.gz", sdist_bytes(stem, sources), uploaded_at)
    mirror.summaries.setdefault(name, fields.get("Summary", ""))


def quoted(commands, pattern="{name} = \"{reference}\"\n"):
    return "".join(pattern.format(name=name, reference=reference)
                   for name, reference in commands.items())


def build_files(style, name, version, module, commands):
    """The files in which an sdist declares its commands, in the way of one build backend."""
    head = f'[project]\nname = "{name}"\nversion = "{version}"\n'
    if style == "hatchling":
        return [("pyproject.toml", '[build-system]\nrequires = ["hatchling"]\n'
                 f'build-backend = "hatchling.build"\n\n{head}\n'
                 f"[project.scripts]\n{quoted(commands)}")]
    if style == "poetry":
        return [("pyproject.toml", '[build-system]\nrequires = ["poetry-core"]\n'
                 'build-backend = "poetry.core.masonry.api"\n\n'
                 f'[tool.poetry]\nname = "{name}"\nversion = "{version}"\n\n'
                 f"[tool.poetry.scripts]\n{quoted(commands)}")]
    if style == "setup.cfg":
        points = quoted(commands, "    {name} = {reference}\n")
        return [("setup.py", "from setuptools import setup\n\nsetup()\n"),
                ("setup.cfg", f"[metadata]\nname = {name}\nversion = {version}\n\n[options]\n"
                 f"packages = {module}\n\n[options.entry_points]\nconsole_scripts =\n{points}")]
    lines = quoted(commands, '            "{name} = {reference}",\n')
    return [("setup.py", f'from setuptools import setup\n\nsetup(\n    name="{name}",\n'
             f'    version="{version}",\n    packages=["{module}"],\n    entry_points={{\n'
             f'        "console_scripts": [\n{lines}        ],\n    }},\n)\n')]


def add_tools(mirror):
    for number, (word, kind) in enumerate(zip(TOOL_WORDS, TOOL_KINDS)):
        name = f"{word}-{kind}"
        module = name.replace("-", "_")
        commands = {command: f"{module}.cli:{command.replace('-', '_')}"
                    for command in commands_of(word)}
        functions = "\n\n".join(
            f"def {command.replace('-', '_')}(arguments=None):\n"
            f'    return run("{command}", arguments or sys.argv[1:])\n' for command in commands)
        files = [(f"{module}/__init__.py", f'"""{name}"""\n\n{code_of(word)}'),
                 (f"{module}/cli.py", "import sys\n\n\ndef run(verb, arguments):\n"
                  "    for argument in arguments:\n        print(verb, len(argument))\n"
                  f"    return len(arguments)\n\n\n{functions}\n")]
        style = ("hatchling", "poetry", "setup.cfg", "setup.py")[number % 4]
        for year, version in ((2022, "1.0.0"), (2024, "2.1.0")):
            add_release(mirror, name, version, files, stamp(year, name),
                        sdist=build_files(style, name, version, module, commands),
                        commands=commands, Summary=f"Tools for {kind}, in small pieces",
                        Home_page=f"https://{word}.example/", Author=f"The {word.title()} team",
                        Author_email=f"{word.title()} team <team@{word}.example>")
        mirror.owners[name] = [f"{word}-team", f"{word}-bot"]


def add_libraries(mirror):
    """Each requires some of the tools, which makes the tools worth squatting."""
    for number, word in enumerate(LIBRARY_WORDS):
        name = f"lib{word}"
        tools = sorted({number % 20, (number * 7 + 3) % 20, (number * number) % 20})
        address = f"{word}@example.org" if number % 3 else f"invented.{word}@gmail.com"
        add_release(mirror, name, "0.4.2", [(f"{name}/__init__.py", code_of(word, 4))],
                    stamp(2023, name), sdist=[("setup.py", "from setuptools import setup\n\n"
                                               f'setup(name="{name}", packages=["{name}"])\n')],
                    Summary=f"Reads and writes {word} files", Author_email=address,
                    Requires_Dist=[f"{TOOL_WORDS[t]}-{TOOL_KINDS[t]} (>=1.0)" for t in tools])


def add_plugins(mirror):
    """The many small libraries of an index: one person each, real work, no commands."""
    for word in LIBRARY_WORDS:
        for part in PLUGIN_PARTS:
            name = f"{word}-{part}"
            module = name.replace("-", "_")
            domain = pick((*FREE_MAIL, f"{word}{part}.example"), "domain", name)
            add_release(mirror, name, pick(("0.1", "0.3.2", "1.0", "2.4"), "version", name),
                        [(f"{module}.py", code_of(name.replace("-", "_"), 3))],
                        stamp(pick(range(2018, 2026), "year", name), name),
                        Summary=f"{part.title()} for lib{word}", Requires_Dist=f"lib{word}",
                        Author_email=f"invented.{part}.{word}@{domain}",
                        Home_page=f"https://code.example/{word}/{part}")


def add_data_and_native(mirror):
    for word in ("tides", "sunrise", "harbours", "orbits"):
        name = f"{word}-data"
        rows = "".join(f"{n},{pick(range(1000), word, n)}\n" for n in range(200))
        add_release(mirror, name, "2024.1", [(f"{word}_data/__init__.py", ""),
                                             (f"{word}_data/table.csv", "n,value\n" + rows)],
                    stamp(2024, name), Summary=f"A table of {word}",
                    Author_email="data@example.net")
    for word in ("fastsum", "quickhex", "bitgrid"):
        machine = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00" + word.encode() * 300
        add_release(mirror, word, "3.0", [
            (f"{word}/__init__.py", f"from ._{word} import *\n"),
            (f"{word}/_{word}.cpython-311-x86_64-linux-gnu.so", machine)],
            stamp(2023, word), tag="cp311-cp311-linux_x86_64", Author_email="native@example.com",
            Summary="A compiled module")


def add_hard_negatives(mirror):
    """Honest projects that look empty, or share a name with a command."""
    for word in ("grove", "reed", "vale"):
        add_release(mirror, f"{word}-all", "1.0", [], stamp(2023, word, "all"),
                    Summary=f"All parts of lib{word}", Author_email=f"{word}@example.org",
                    Requires_Dist=[f"lib{word}", "alder-http", "ember-queue"])
    for word in ("birch", "flint", "tarn"):
        add_release(mirror, f"py{word}", "0.1", [(f"py{word}/__init__.py", "")],
                    stamp(2022, word, "redirect"), Summary=f"Renamed: install lib{word}",
                    Author_email=f"{word}@example.org", Requires_Dist=f"lib{word}")
    for word in ("amber", "birch", "clover", "iris"):
        add_release(mirror, f"types-lib{word}", "0.4.0.1",
                    [(f"lib{word}-stubs/__init__.pyi", f"def read_{word}(path: str) -> int: ...\n")],
                    stamp(2024, word, "types"), Summary=f"Typing stubs for lib{word}",
                    Author_email="types@example.org")
    extend = '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n'
    add_release(mirror, "orchid", "1.0", [("orchid/__init__.py", extend)], stamp(2021, "orchid"),
                Summary="Namespace of the orchid projects", Author_email="dev@orchid.example")
    for part in ("core", "web"):
        add_release(mirror, f"orchid-{part}", "1.0", [
            ("orchid/__init__.py", extend), (f"orchid/{part}.py", code_of(f"orchid{part}"))],
            stamp(2022, "orchid", part), Summary=f"Orchid: {part}", Requires_Dist="orchid",
            Author_email="dev@orchid.example")
    for word in ("epsilon", "parsec", "furlong"):
        add_release(mirror, f"{word}-value", "1.0", [
            (f"{word}_value.py", f'__version__ = "1.0"\n{word.upper()} = '
             f"{pick(range(10**6), word)}\n")], stamp(2020, word), Author_email="si@example.net",
            Summary=f"The value of one {word}")
    for part in ("", "-cloud", "-sdk", "-login", "-agent"):
        code = code_of("cobalt", 4) if part == "-sdk" else ""
        add_release(mirror, f"cobaltworks{part}", "0.0.1", [
            (f"cobaltworks{part.replace('-', '_')}/__init__.py", code)], stamp(2024, "cobalt", part),
            Summary="Reserved by Cobalt Works for its own use" if not code else "Cobalt Works SDK",
            Author="Cobalt Works", Author_email="opensource@cobaltworks.example")
        mirror.owners[f"cobaltworks{part}"] = ["cobaltworks"]
    # Older than the tool whose command has the same name.
    for word in ("sedge-migrate", "thistle-migrate"):
        add_release(mirror, word, "0.9", [(f"{word.replace('-', '_')}.py", code_of(word.split("-")[0]))],
                    stamp(2016, word), Summary="Moves tables", Author_email="old@example.com")
    for word in ("run", "cli"):
        add_release(mirror, word, "0.2", [(f"{word}.py", code_of(f"generic{word}", 1))],
                    stamp(2015, word), Summary=f"A small {word}", commands={word: f"{word}:main"},
                    Author_email=f"invented.{word}@gmail.com")


def add_students(mirror):
    """First uploads: nearly empty, each in its own way, from free-mail addresses."""
    greetings = ("Hello, World!", "hi there", "my first package", "it works", "hello from class",
                 "ciao", "salut", "good morning", "test 1 2 3", "learning packaging", "homework 4",
                 "hello moon", "guten Tag", "hej")
    for number, greeting in enumerate(greetings):
        name = f"invented-student-{number:02}-{greeting.split()[0].strip(',').lower()}"
        module = name.replace("-", "_")
        body = ("def hello(name):\n    " * (number % 2) + f'print("{greeting}")\n'
                + f"{'lesson' if number % 3 else 'week'}_{number} = {number}\n")
        domain = FREE_MAIL[number % len(FREE_MAIL)]
        add_release(mirror, name, f"0.{number % 4}.1", [(f"{module}/__init__.py", body)],
                    stamp(2025, name), wheel=number % 3 != 0,
                    sdist=[("setup.py", "from setuptools import setup, find_packages\n\n"
                            f'setup(name="{name}", packages=find_packages())\n')],
                    Summary=greeting, Author_email=f"invented.student.{number:02}@{domain}")


def add_honest_projects(mirror):
    add_tools(mirror)
    add_libraries(mirror)
    add_plugins(mirror)
    add_data_and_native(mirror)
    add_hard_negatives(mirror)
    add_students(mirror)
