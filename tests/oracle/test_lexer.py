"""The lexer against Python's own tokenize, over the standard library and made-up sources.

Both sides are brought to one form first; each step names what differs on purpose:
- tokenize before 3.12 splits Python 2's 0777, 10L, ur"" and <>, and t"": joined;
- tokenize from 3.12 splits f-strings into parts: joined;
- blanks that tokenize calls errors are dropped;
- characters that are no part of a name in Unicode are, for us, bytes of a name:
  tokens that touch on the same line are joined on both sides where one holds such a character.
"""

import ast
import codecs
import encodings.aliases
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import sysconfig
import tempfile
import token
import tokenize
import unittest
import warnings

BUILD = os.environ.get("WINNOW_BUILD", "build/gcc")
PROBE = os.path.join(BUILD, "oracle", "probe_lex")
TYPES = ["END", "NAME", "NUMBER", "STRING", "OP", "COMMENT", "NEWLINE", "NL", "INDENT", "DEDENT", "ERROR"]
NAMES = {token.ENDMARKER: "END", token.ERRORTOKEN: "ERROR"}
for known in TYPES[1:-1]:
    NAMES[getattr(token, known)] = known
STARTS = {getattr(token, n) for n in ("FSTRING_START", "TSTRING_START") if hasattr(token, n)}
ENDS = {getattr(token, n) for n in ("FSTRING_END", "TSTRING_END") if hasattr(token, n)}


def probe(paths, *arguments):
    """Yields the probe's answer for each path."""
    with subprocess.Popen([PROBE, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        for path in paths:
            run.stdin.write(os.fsencode(path) + b"\n")
            run.stdin.flush()
            line = run.stdout.readline()
            if not line:
                raise AssertionError(f"probe_lex died on {path}")
            yield json.loads(line)
        run.stdin.close()
        if run.wait() != 0:
            raise AssertionError("probe_lex failed")


def ours(answer, source):
    flat = answer["tokens"]
    for at in range(0, len(flat), 4):
        kind, line, start, length = flat[at : at + 4]
        yield TYPES[kind], line, start, source[start : start + length]


class Rejected(Exception):
    pass


def theirs(source):
    """tokenize's tokens as (type, line, offset, bytes); Rejected when it does not take the source."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tokens = list(tokenize.tokenize(io.BytesIO(source).readline))
    except (tokenize.TokenError, SyntaxError, UnicodeError, LookupError) as problem:
        raise Rejected(str(problem)) from None
    bom = 3 if source.startswith(codecs.BOM_UTF8) else 0
    encoding = "utf-8" if bom else encoding
    lines = text.lstrip("\ufeff").split("\n") if bom else text.split("\n")
    starts = [bom]
    for line in lines:
        starts.append(starts[-1] + len(line.encode(encoding)) + 1)
    opened = 0
    begun = None
    for kind, string, (line, column), (end_line, end_column), _ in tokens:
        if kind == tokenize.ENCODING:
            continue
        if line > len(lines):
            offset = len(source)
            end = offset
        else:
            offset = starts[line - 1] + len(lines[line - 1][:column].encode(encoding))
        if kind in STARTS:
            if not opened:
                begun = (line, offset)
            opened += 1
        elif kind in ENDS:
            opened -= 1
            if not opened:
                end = starts[end_line - 1] + len(lines[end_line - 1][:end_column].encode(encoding))
                yield "STRING", begun[0], begun[1], source[begun[1] : end]
        elif not opened and string in ("`", "$", "?", "!"):
            yield "ERROR", line, offset, string.encode(encoding)  # 3.12 says OP
        elif not opened:
            yield NAMES[kind], line, offset, string.encode(encoding)


def touches(before, after):
    return before[1] == after[1] and before[2] + len(before[3]) == after[2]


def joins(before, after):
    """Whether two touching tokens are one to us."""
    a, b = before[0], after[0]
    if a == "NUMBER" and before[3][:1] == b"0" and before[3].strip(b"0_") == b"":
        if b == "NUMBER" and after[3][:1].isdigit():
            return True
    if a == "NUMBER" and b == "NAME" and after[3].lower() == b"l":
        return before[3][-1:] not in b".jJ"
    if b == "STRING" and a == "NAME" and after[3][:1] in b"'\"":
        return before[3].lower() in (b"ur", b"t", b"tr", b"rt")
    return before[3] == b"<" and after[3] == b">"


def is_foreign(token_):
    return not token_[3].isascii() and token_[0] in ("NAME", "ERROR", "OP", "NUMBER")


WORDS = ("NAME", "NUMBER", "ERROR", "OP")


def normal(tokens, foreign):
    """One form for both sides; counts in foreign[0] the tokens joined for alphabets."""
    out = []
    for item in tokens:
        if item[0] == "ERROR" and item[3].strip(b" \t\f") == b"":
            continue
        before = out[-1] if out else None
        if before and touches(before, item) and before[3] and item[3]:
            if joins(before, item):
                kind = item[0] if item[0] == "STRING" else before[0]
                out[-1] = (kind, before[1], before[2], before[3] + item[3])
                continue
            if before[0] in WORDS and item[0] in WORDS and (is_foreign(before) or is_foreign(item)):
                out[-1] = ("NAME", before[1], before[2], before[3] + item[3])
                foreign[0] += 1
                continue
        if item[0] in ("ERROR", "OP", "NUMBER") and is_foreign(item):
            foreign[0] += 1
            item = ("NAME",) + item[1:]
        out.append(item)
    return [(kind, line, text) for kind, line, _, text in out]


def library_files():
    """Python files of the running library and of /usr/lib/python3*, each content once."""
    roots = [pathlib.Path(sysconfig.get_paths()["stdlib"])]
    roots += sorted(pathlib.Path("/usr/lib").glob("python3*"))
    seen = set()
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            if "site-packages" in path.parts or "dist-packages" in path.parts:
                continue
            try:
                content = path.read_bytes()
            except OSError:
                continue
            if content not in seen:
                seen.add(content)
                yield path


class LexerTest(unittest.TestCase):
    def compare(self, paths):
        counts = {"same": 0, "rejected": 0}
        foreign = [0]
        paths = list(paths)
        for path, answer in zip(paths, probe(paths)):
            source = pathlib.Path(path).read_bytes()
            mine = list(ours(answer, source))
            self.assertEqual(mine[-1][0], "END")
            try:
                wanted = normal(theirs(source), foreign)
            except Rejected:
                counts["rejected"] += 1
                continue
            got = normal(mine, [0])
            if got != wanted:
                at = next(i for i in range(len(got)) if got[i : i + 1] != wanted[i : i + 1])
                self.fail(f"{path}: token {at}: {got[at:at+4]}, tokenize says {wanted[at:at+4]}")
            counts["same"] += 1
        return counts, foreign[0]

    def compare_sources(self, sources):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, source in enumerate(sources):
                paths.append(os.path.join(folder, f"{i}.py"))
                pathlib.Path(paths[-1]).write_bytes(source)
            return self.compare(paths)

    def test_standard_library(self):
        counts, foreign = self.compare(library_files())
        print(f"\nlexer: {counts}, joined for foreign characters: {foreign}", file=sys.stderr)
        self.assertGreater(counts["same"], 500)
        self.assertLess(counts["rejected"], 20)
        self.assertLess(foreign, 200)

    @unittest.skipIf(sys.version_info >= (3, 12), "tokenize became stricter")
    def test_corners(self):
        sources = [
            b"", b"\n", b"\r\n", b"   ", b"x", b"x\n", b"# only\n", b"# only", b"  # in\nx\n", b"x  # c",
            b"if x:\n  y\n # odd\n  z\nw", b"if x:\n\ty\n        z\n", b"\x0cx\n  \x0cy\n", b"(\n\n#c\n)\n",
            b"x = 1 \\\n  + 2\n", b"x \\\n\ny\n", b"\\\nx\n", b"if x:\n  a\n\n\n", b"x;y;\n", b"\xef\xbb\xbfx = 1\n",
            b"1if x else 2\n", b"0x1f 0Xff_ff 0b1_0 0o17 1_000 1e5 1.e5 .5e-3 1j 1.5J 0_0 00 1__0 0xg 1e 1e+ 1..real\n",
            b"a<<=b>>=c**=d//=e->f:=g!=h...i..j@=k<>l\n", b"'a' \"b\" r'\\' rb'x' Rb\"y\" u'z' bR'q' '''t\n't''' \"\"\"\n\"\"\"\n",
            b"'a\\\nb'\n", b"'a\\\r\nb'\r\nx\r\n", b"f'{x}' f'{{' rf'\\d{x:\\d}' f'\\N{DASH}{x!r:>{w}}' f'''{\nx}\n'''\n",
            b"x = ur'a' + 10L + 0777\n", b"`x` ? $ !\n", b"x = '''a\\''''\n", b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            b"def f():\n  '''d'''\n  return 1\nclass A: pass\n", b"x = {'a': [1, (2,\n 3)]}\n", b"if 1:\n    if 2:\n        x\ny",
        ]  # fmt: skip
        counts, _ = self.compare_sources(sources)
        self.assertGreater(counts["same"], len(sources) * 3 // 4)

    @unittest.skipIf(sys.version_info >= (3, 12), "tokenize became stricter")
    def test_generated(self):
        chance = random.Random(20250611)
        pieces = """x y1 _ if 1 0x1F 0 1.5 1e9 .5 2j 'a' "b" r'\\d' b"x" '''t\nu''' \"\"\"v\"\"\" f'{x}' f"{x:>{y}}"
            + - * / // ** << >> = == != <= := -> . ... , : ; @ ~ ^ | & ( ) [ ] { } # ! $ ? ` \\ é""".split(" ")
        blanks = [" ", "", "", "  ", "\t", "\n", "\n", "\n    ", "\n  ", "\x0c", "\\\n", "\r\n", " # c\n"]
        sources = []
        for _ in range(3000):
            parts = []
            for _ in range(chance.randrange(1, 25)):
                parts += [chance.choice(pieces).strip("\n "), chance.choice(blanks)]
            text = "".join(parts)
            opened = sum(text.count(c) for c in "([{") - sum(text.count(c) for c in ")]}")
            sources.append((text + ")" * max(0, opened)).encode())
        counts, _ = self.compare_sources(source for source in sources if self.is_balanced(source))
        self.assertGreater(counts["same"], 300)

    @staticmethod
    def is_balanced(source):
        """tokenize counts brackets below zero, and takes any last line that begins with # for one
        that stands alone, also behind a backslash; we do not."""
        level = 0
        if source.rpartition(b"\n")[2].lstrip().startswith(b"#"):
            return False
        try:
            for item in tokenize.tokenize(io.BytesIO(source).readline):
                if item.type == token.OP and item.string in "([{":
                    level += 1
                elif item.type == token.OP and item.string in ")]}":
                    level -= 1
                    if level < 0:
                        return False
        except (tokenize.TokenError, SyntaxError):
            return False
        return True

    def test_junk_ends(self):
        chance = random.Random(7)
        library = [path.read_bytes() for path, _ in zip(library_files(), range(40))]
        sources = []
        for _ in range(400):
            if chance.random() < 0.5:
                source = bytearray(chance.randbytes(chance.randrange(400)))
            else:
                source = bytearray(chance.choice(library)[:6000])
                for _ in range(chance.randrange(1, 30)):
                    if source:
                        source[chance.randrange(len(source))] = chance.choice(b"'\"{}()\\\n\r\0 f\xff#")
            sources.append(bytes(source))
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, source in enumerate(sources):
                paths.append(os.path.join(folder, f"{i}.py"))
                pathlib.Path(paths[-1]).write_bytes(source)
            for source, answer in zip(sources, probe(paths)):
                self.check_cover(source, list(ours(answer, source)))

    def check_cover(self, source, tokens):
        """Tokens come in order, do not overlap, and leave out nothing but blanks; dedents match indents."""
        at = 3 if source.startswith(codecs.BOM_UTF8) else 0
        depth = 0
        for kind, line, start, text in tokens:
            self.assertGreaterEqual(start, at)
            gap = source[at:start].replace(b"\\\r\n", b"").replace(b"\\\n", b"").replace(b"\\\r", b"")
            self.assertEqual(gap.strip(b" \t\f"), b"")
            at = start + len(text)
            depth += (kind == "INDENT") - (kind == "DEDENT")
            self.assertGreaterEqual(depth, 0)
            passed = source[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if kind not in ("END", "DEDENT"):
                self.assertEqual(line, passed.count(b"\n") + 1)
        self.assertEqual((depth, at), (0, len(source)))

    def test_encodings(self):
        """A declared encoding is transparent when it leaves ASCII alone."""
        ascii_bytes = bytes(range(128))
        sources = {}
        for name in sorted(set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values())):
            if name in ("mbcs", "dbcs", "oem", "ansi") or "x0213" in name or "jis_2004" in name or "jis2004" in name:
                continue  # not here; or they move the backslash only, as other Japanese sets may
            if name in ("cp864", "864", "ibm864", "csibm864") or "johab" in name or "cp1361" in name or "ms1361" in name:
                continue  # move the percent sign; the won sign is the backslash
            if name.startswith("s_jis") or name in ("sjisx0213", "euc_jis_2004"):
                continue
            try:
                kept = ascii_bytes.decode(name) == ascii_bytes.decode("ascii")
            except LookupError:
                continue
            except Exception:
                kept = False
            if "2022" in name:
                kept = False  # ASCII bytes between escapes are something else
            for spelt in (name, name.upper(), name.replace("_", "-")):
                sources[f"# vim: set fileencoding={spelt} :\n".encode()] = kept
                sources[f"#!/usr/bin/python\n# coding: {spelt}".encode()] = kept
        plain = b"x = 1\n# coding: utf-7\n"
        sources[plain] = True
        sources[b"\n\n# coding: utf-7\n"] = True
        sources["x".encode("utf-16")] = sources["x".encode("utf-32")] = False
        sources[codecs.BOM_UTF32_BE + "x".encode("utf-32-be")] = False
        sources[codecs.BOM_UTF8 + b"x"] = True
        sources[b""] = True
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, source in enumerate(sources):
                paths.append(os.path.join(folder, f"{i}.py"))
                pathlib.Path(paths[-1]).write_bytes(source)
            for (source, kept), answer in zip(sources.items(), probe(paths)):
                self.assertEqual(answer["transparent"], kept, source)

    def check_values(self, literals):
        """Values of string tokens against ast.literal_eval; \\N{} is left out by the caller."""
        source = "\n".join(literals).encode() + b"\n"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.py")
            pathlib.Path(path).write_bytes(source)
            (answer,) = probe([path], "values")
        self.assertEqual(len(answer["values"]), len(literals))
        for literal, got in zip(literals, answer["values"]):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    wanted = eval(compile(literal, "x", "eval"), {})
                except (SyntaxError, NameError, ValueError):
                    continue  # we keep what Python refuses
            if isinstance(wanted, str):
                wanted = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in wanted).encode()
            self.assertEqual(got and bytes.fromhex(got), wanted or (got and b""), literal)
            self.assertIsNotNone(got, literal)

    def test_string_values(self):
        chance = random.Random(5)
        prefixes = ["", "", "r", "R", "b", "B", "u", "U", "br", "rB", "Rb", "f", "rf", "Fr"]
        pieces = ["a", "é", "\\n", "\\t", "\\\\", "\\'", '\\"', "\\x41", "\\xe9", "\\u20ac", "\\ud800", "\\U0001F600", "\\7", "\\101",
                  "\\777", "\\08", "\\q", "\\\n", "{{", "}}", " ", "\\a\\b\\f\\v\\r", "\\x4", "\\u12", "\\U00110000", "\\8", "'", '"', "\n"]  # fmt: skip
        literals = []
        while len(literals) < 6000:
            quote = chance.choice(["'", '"', "'''", '"""'])
            body = "".join(chance.choice(pieces) for _ in range(chance.randrange(8)))
            literal = chance.choice(prefixes) + quote + body + quote
            doubtful = len(quote) == 1 and "\\\\\n" in literal  # tokenize takes it for a continuation
            if not doubtful and self.is_one_string(literal):
                literals.append(literal)
        self.check_values(literals)

    @staticmethod
    def is_one_string(literal):
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(literal).readline))
        except (tokenize.TokenError, SyntaxError):
            return False
        strings = [item for item in tokens if item.type == token.STRING]
        return len(strings) == 1 and strings[0].string == literal

    def test_library_values(self):
        """Every string literal of a part of the standard library."""
        for path, _ in zip(library_files(), range(60)):
            source = path.read_bytes()
            (answer,) = probe([path], "values")
            try:
                text = source.decode()
                tokens = [t.string for t in tokenize.tokenize(io.BytesIO(source).readline) if t.type == token.STRING]
            except (UnicodeError, SyntaxError, tokenize.TokenError):
                continue
            if len(tokens) != len(answer["values"]):
                continue  # 3.12 has no STRING for f-strings
            for string, got in zip(tokens, answer["values"]):
                if "\\N" in string or "f" in string[:2].lower() or "\r" in text:
                    continue
                wanted = ast.literal_eval(string)
                if isinstance(wanted, str):
                    wanted = wanted.encode("utf-8", "replace") if "\\u" not in string else None
                if wanted is not None:
                    self.assertEqual(bytes.fromhex(got), wanted, (path, string))


if __name__ == "__main__":
    unittest.main()
