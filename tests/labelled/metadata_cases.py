"""Core metadata in all the shapes that an index has taken: each case is a wheel and an sdist."""

from mirror_recipe import metadata_text

# (word, lines after Name and Version, author addresses, maintainer addresses)
FIELD_CASES = (
    ("plain", "Summary: A plain one\nAuthor: Someone\nAuthor-email: some@one.example\n"
     "Home-page: https://one.example/\n", ["some@one.example"], []),
    ("missing", "", [], []),
    ("empty-values", "Summary:\nAuthor: \nAuthor-email:\nHome-page:  \n", [], []),
    ("unknown", "Summary: UNKNOWN\nHome-page: UNKNOWN\nAuthor: UNKNOWN\nAuthor-email: UNKNOWN\n",
     [], []),
    ("lower-keys", "summary: keys in lower case\nAUTHOR: UPPER\nauthor-EMAIL: a@b.example\n",
     ["a@b.example"], []),
    ("folded", "Summary: first line\n  second line\n\tthird line\nAuthor: One\n Two\n", [], []),
    ("folded-emails", "Author-email: One <one@a.example>,\n  Two <two@b.example>,\n"
     "\tthree@c.example\n", ["one@a.example", "two@b.example", "three@c.example"], []),
    ("spaces", "Summary:    many spaces before\nAuthor:\ttab before\nHome-page: after   \n", [], []),
    ("repeated", "Summary: the first\nSummary: the second\nAuthor: A\nAuthor: B\n"
     "Home-page: https://a.example\nHome-page: https://b.example\n", [], []),
    ("requires", "".join(f"Requires-Dist: dep{n} (>={n})\n" for n in range(7)), [], []),
    ("requires-extras", "Requires-Dist: a\nProvides-Extra: x\nRequires-Dist: b; extra == 'x'\n"
     "Requires-Dist: a\n", [], []),
    ("requires-old", "Requires: sys\nRequires: xml.parsers\nProvides: me\nRequires-Python: >=2\n",
     [], []),
    ("quoted-comma", 'Author-email: "Doe, Jane" <jane@d.example>, joe@d.example\n',
     ["jane@d.example", "joe@d.example"], []),
    ("group", "Author-email: Team: a@t.example, B <b@t.example>;\n", ["a@t.example", "b@t.example"],
     []),
    ("comment", "Author-email: a@c.example (Ann (the) Author), b@c.example\n",
     ["a@c.example", "b@c.example"], []),
    ("no-address", "Author-email: someone at host dot com\nMaintainer-email: nobody\n", [], []),
    ("angle-only", "Author-email: <x@y.example>\nMaintainer-email: <m@y.example>\n",
     ["x@y.example"], ["m@y.example"]),
    ("maintainer", "Author: A\nMaintainer: M\nMaintainer-email: M <m@m.example>, n@m.example\n", [],
     ["m@m.example", "n@m.example"]),
    ("same-twice", "Author-email: a@a.example, A <a@a.example>\n", ["a@a.example"], []),
    ("repeated-emails", "Author-email: a@a.example\nAuthor-email: b@b.example, a@a.example\n"
     "Maintainer-email:\nMaintainer-email: M <m@m.example>\n",
     ["a@a.example", "b@b.example"], ["m@m.example"]),
    ("case-kept", "Author-email: Mixed.Case@Example.ORG\n", ["Mixed.Case@Example.ORG"], []),
    ("plus", "Author-email: tag+word@a.example, o'neil@b.example, x_y-z@c-d.example\n",
     ["tag+word@a.example", "o'neil@b.example", "x_y-z@c-d.example"], []),
    ("many", "Author-email: " + ", ".join(f"P{n} <p{n}@many.example>" for n in range(30)) + "\n",
     [f"p{n}@many.example" for n in range(30)], []),
    ("idn", "Author-email: \u00fc@b\u00fccher.example\n", ["\u00fc@b\u00fccher.example"], []),
    ("unicode", "Summary: \u65e5\u672c\u8a9e \U0001f40d caf\u00e9\nAuthor: \u0141ukasz\n", [], []),
    ("encoded-word", "Author: =?utf-8?q?J=C3=BCrgen?=\nSummary: x\n", [], []),
    ("formula", "Summary: =1+2\nAuthor: @name\nHome-page: -x\n", [], []),
    ("formula-plus", "Summary: +1 for this\nAuthor: -dash\n", [], []),
    ("quotes", 'Summary: say "hi", then; go\nAuthor: a,b\n', [], []),
    ("colons", "Summary: a: b: c\nHome-page: http://x.example:8080/a?b=c&d=e\n", [], []),
    ("long", "Summary: " + "word " * 500 + "end\n", [], []),
    ("urls", "Project-URL: Home, https://u.example\nProject-URL: Bugs, https://u.example/b\n", [], []),
    ("blank-before-body", "Summary: body follows\n\nSummary: this is the body\nAuthor: not me\n", [],
     []),
    ("description-field", "Summary: with a description\nDescription: line one\n        line two\n"
     "        |  bar\nAuthor: after it\n", [], []),
    ("description-bars", "Description: one\n       |two\n       |three\nSummary: bars\n", [], []),
    ("keywords", "Keywords: a,b,c\nClassifier: X :: Y\nClassifier: X :: Z\nPlatform: any\n"
     "License: MIT\nSummary: s\n", [], []),
    ("dynamic", "Dynamic: Summary\nDynamic: Author\nLicense-Expression: MIT\nSummary: 2.4 fields\n",
     [], []),
    ("unknown-fields", "X-Something: 1\nGenerator: tool\nSummary: known\n", [], []),
    ("no-final-newline", "Author: last\nSummary: no newline at the end", [], []),
)
VERSIONS = ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4")


def raw_cases(name):
    """Whole files that are not a plain list of fields: (word, bytes)."""
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    return (
        ("latin-1", head + "Author: J\u00fcrgen\nSummary: gr\u00f6\u00dfer\n".encode("latin-1")),
        ("crlf", (head + b"Summary: two bytes end a line\nAuthor: crlf\n\nBody\n").replace(
            b"\n", b"\r\n")),
        ("body-utf8", head + "Summary: s\n\n# \u65e5\u672c\n".encode()),
        ("order", f"Summary: first\nVersion: 1.0\nAuthor: x\nName: {name}\n"
         "Metadata-Version: 2.0\n".encode()),
    )


def blank_module(project):
    return [(f"{project.replace('-', '_')}/__init__.py", "")]


def add_cases(book):
    for number, (word, fields, author, maintainer) in enumerate(FIELD_CASES):
        for shape in ("wheel", "sdist", "egg"):
            if shape == "egg" and number % 3:
                continue
            project = book.unique(f"meta-{word}-{shape}")
            version = VERSIONS[(number + len(shape)) % len(VERSIONS)]
            text = f"Metadata-Version: {version}\nName: {project}\nVersion: 1.0\n{fields}"
            getattr(book, shape)(project, blank_module(project), text.encode(),
                                 addresses=(author, maintainer), payload_kind=None)
    for number in range(len(raw_cases("x"))):
        for shape in ("wheel", "sdist"):
            project = book.unique(f"raw-{raw_cases('x')[number][0]}-{shape}")
            getattr(book, shape)(project, blank_module(project), raw_cases(project)[number][1],
                                 addresses=([], []), payload_kind="blank")
    add_places(book)


def add_places(book):
    """PKG-INFO where old tools left it, requirements beside it, and names that disagree."""
    project = book.unique("place-egg-info")
    info = metadata_text(project, "1.0", Summary="only in egg-info")
    stem = project.replace("-", "_")
    book.sdist(project, blank_module(project), info, pkg_info=f"{stem}.egg-info/PKG-INFO",
               payload_kind="blank")
    project = book.unique("place-src-egg-info")
    stem = project.replace("-", "_")
    book.sdist(project, [(f"src/{stem}/__init__.py", "")],
               metadata_text(project, "1.0", Summary="in src"),
               pkg_info=f"src/{stem}.egg-info/PKG-INFO", payload_kind="blank")
    for ending in (".tar.gz", ".zip"):
        project = book.unique("requires-txt")
        stem = project.replace("-", "_")
        book.sdist(project, blank_module(project) + [
            (f"{stem}.egg-info/requires.txt", "alpha>=1\nbeta\n\n[extra]\ngamma\n")],
            ending=ending, requires_dist_count="3", payload_kind="metapackage")
    project = book.unique("egg-requires")
    book.egg(project, blank_module(project), requires="alpha\n\n[x]\nbeta>2\n",
             payload_kind="metapackage")
    project = book.unique("other-name")
    book.wheel(project, blank_module(project), metadata_text("someone-else", "1.0"),
               anomalies=["name-mismatch"], payload_kind="blank")
    project = book.unique("other-version")
    book.sdist(project, blank_module(project), metadata_text(project, "2.0"),
               anomalies=["version-mismatch"], payload_kind="blank")
    project = book.unique("same-version")
    book.sdist(project, blank_module(project), metadata_text(project, "1.0.0"), version="1.0",
               payload_kind="blank")
    project = book.unique("no-metadata")
    book.sdist(project, blank_module(project), pkg_info=None, metadata_version="", name="",
               summary="", payload_kind="blank")
