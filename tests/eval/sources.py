"""Python that does something: every project gets words of its own and statements in an order of its
own, so that two libraries have no more in common than two libraries have."""

import string

from words import NOUNS, THINGS, VERBS

STDLIB = ("import os", "import re", "import sys", "import json", "import math", "import time",
          "import logging", "import itertools", "import collections", "import functools",
          "import hashlib", "import random", "import datetime", "import socket", "import csv",
          "from pathlib import Path", "from typing import Any, Optional",
          "from dataclasses import dataclass, field", "from collections import defaultdict, deque",
          "from contextlib import contextmanager", "from urllib.parse import urlsplit", "import io",
          "from functools import lru_cache", "import argparse", "import threading", "import copy")

# {a} {b} {c}: variables in scope; {w} {v}: words of the project; {n} {m}: numbers; {s}: a string.
STATEMENTS = (
    "{w} = {a} + {n}", "{w} = [{v} for {v} in {a} if {v} > {n}]", "{w} = {a}.get({s}, {b})",
    "{w} = len({a}) * {n} - {m}", "{a}.append({b})", "{w} = {{{v}: {n} for {v} in {a}}}",
    "{w} = sorted({a}, key=lambda {v}: {v}[{n} % 3])", "{w} = {s}.join(str({v}) for {v} in {a})",
    "{w}, {v} = {a}, {b}", "{w} = max({a}, default={n})", "{w} = {a} or {s}",
    "{w} = {a}[{n}:{m}]", "{w} = dict(zip({a}, {b}))", "{w} = ({a} * {n}) % {m}",
    "{w} = re.sub({s}, {s}, {a})", "{a}[{s}] = {b}", "{w} = isinstance({a}, (list, tuple))",
    "{w} = sum({v}.{x} for {v} in {a})", "{w} = f\"{{{a}}}-{{{b}}}\"", "{w} = {a} if {b} else {n}",
    "{w} = os.path.join({a}, {s})", "{w} = set({a}) - set({b})", "{w} = any({v} == {n} for {v} in {a})",
    "{w} = int({a}) << {n} % 8", "{w} = [{a}] * {n}", "{w} = {a}.{x}({b}, {s})", "{w} = tuple({a})",
    "logging.debug({s}, {a})", "{w} = json.dumps({a}, indent={n})", "{w} = time.monotonic() - {a}",
    "{w} = {a}.split({s})[-1]", "{w} = math.floor({a} / {n}) + {m}", "{w} = enumerate({a}, {n})",
    "{w} = bytes({v} ^ {n} for {v} in {a})", "assert {a} is not None, {s}", "{w} = {{**{a}, {s}: {b}}}",
    "{w} = min({a}, {b}, key=abs)", "{w} = {a}.setdefault({s}, [])", "{w} = ({a}, {b}, {n})",
    "{w} = not {a} and {b} != {s}", "{w} = {a}.{x}", "{w} = repr({a}).strip()[:{n}]",
)
BLOCKS = (
    "for {v} in {a}:", "if {a} > {n}:", "while {a} and {n} < {m}:", "for {v}, {w} in enumerate({a}):",
    "if {a} is None:", "if {s} in {a}:", "with open({a}) as {w}:", "for {v} in range({n}, {m}):",
    "if not {a}:", "for {v}, {w} in sorted({a}.items()):", "try:", "if len({a}) >= {n}:",
    "if {a} == {b}:", "elif", "while True:",
)
RETURNS = ("return {a}", "return {a}, {b}", "return {a} + {b}", "return {{{s}: {a}}}", "yield {a}",
           "return [{a}, {b}]", "return {a} is not {b}", "return str({a})", "return None",
           "return {a}.{x}", "return max({a}, {n})", "return sorted({a})[:{m}]")
JOINTS = (" ", "-", "_", ".", ": ")
ERRORS = ("ValueError", "KeyError", "OSError", "TypeError", "RuntimeError", "IndexError")



def pieces(pattern):
    """(text, slot after it or "") pairs."""
    return tuple((text, slot or "") for text, slot, _, _ in string.Formatter().parse(pattern))


STATEMENTS = tuple(map(pieces, STATEMENTS))
RETURNS = tuple(map(pieces, RETURNS))
BLOCKS = tuple((head, pieces(head)) for head in BLOCKS)
SMALLER, FALLBACK = pieces("if {a} < {n}:"), pieces("    {w} = {a}")


class Author:
    """Writes Python with one project's words."""

    def __init__(self, dice):
        self.dice = dice
        self.roll = dice.roll
        self.things = dice.sample(THINGS, 18)
        self.verbs = dice.sample(VERBS, 8)
        self.nouns = dice.sample(NOUNS, 6)
        self.strings = [f'"{self.one(self.things)}{self.one(JOINTS)}{self.one(self.nouns)}"'
                        for _ in range(12)]

    def one(self, items):
        return items[int(self.roll() * len(items))]

    def fill(self, pattern, scope):
        """A pattern of pieces() with words for its slots."""
        roll, things = self.roll, self.things
        parts = []
        for literal, slot in pattern:
            parts.append(literal)
            if slot == "":
                continue
            if slot in "ab":
                parts.append(scope[int(roll() * len(scope))])
            elif slot in "wx":
                parts.append(things[int(roll() * len(things))])
            elif slot == "v":
                parts.append(things[int(roll() * len(things))][:4])
            elif slot == "n":
                parts.append(str(int(roll() * 60) + 1))
            elif slot == "m":
                parts.append(str(int(roll() * 900) + 60))
            else:
                parts.append(self.strings[int(roll() * len(self.strings))])
        return "".join(parts)

    def body(self, indent, scope, depth, lines):
        for _ in range(1 + int(self.roll() * (5 if depth == 0 else 3))):
            if depth < 2 and self.roll() < 0.28:
                head, pattern = self.one(BLOCKS)
                if head == "elif":
                    lines.append(indent + self.fill(SMALLER, scope))
                    self.body(indent + "    ", scope, depth + 1, lines)
                    lines.append(indent + "else:")
                    self.body(indent + "    ", scope, depth + 1, lines)
                    continue
                lines.append(indent + self.fill(pattern, scope))
                self.body(indent + "    ", scope, depth + 1, lines)
                if head == "try:":
                    lines.append(f"{indent}except {self.one(ERRORS)}:")
                    lines.append(indent + self.fill(FALLBACK, scope))
                elif head == "while True:":
                    lines.append(indent + "    break")
            else:
                lines.append(indent + self.fill(self.one(STATEMENTS), scope))

    def function(self, indent="", receiver=""):
        arguments = self.dice.sample(self.things, 1 + int(self.roll() * 3))
        name = f"{self.one(self.verbs)}_{self.one(self.things)}"
        if self.roll() < 0.4:
            name += f"_{self.one(self.nouns)}"
        told = [receiver] * bool(receiver) + arguments
        if self.roll() < 0.4:
            told[-1] += f"={int(self.roll() * 100)}" if self.roll() < 0.6 else "=None"
        lines = [f"{indent}def {name}({', '.join(told)}):"]
        inner = indent + "    "
        if self.roll() < 0.5:
            lines.append(f'{inner}"""{self.sentence()}"""')
        scope = [*arguments, *([f"self.{self.one(self.nouns)}"] if receiver else [])]
        self.body(inner, scope, 0, lines)
        lines.append(inner + self.fill(self.one(RETURNS), scope))
        return name, "\n".join(lines) + "\n"

    def type(self):
        name = f"{self.one(self.nouns).title()}{self.one(self.things).title()}"
        parts = [f"class {name}:\n", f'    """{self.sentence()}"""\n\n' if self.roll() < 0.5 else "",
                 "    def __init__(self, {a}, {b}={n}):\n        self.{c} = {a}\n"
                 "        self.{d} = {b}\n".format(a="given", b=self.one(self.things),
                                                   c=self.one(self.nouns), d=self.one(self.nouns),
                                                   n=int(self.roll() * 50))]
        for _ in range(1 + int(self.roll() * 3)):
            parts.append("\n" + self.function("    ", "self")[1])
        return name, "".join(parts)

    def sentence(self):
        verb = self.one(self.verbs).title()
        return f"{verb} the {self.one(self.things)} of a {self.one(self.nouns)} {self.one(self.things)}."

    def module(self, definitions):
        """(names defined, text)."""
        imports = "\n".join(sorted(self.dice.sample(STDLIB, 1 + int(self.roll() * 5))))
        names, parts = [], [f'"""{self.sentence()}"""\n\n' if self.roll() < 0.6 else "", imports, "\n"]
        if self.roll() < 0.5:
            parts.append(f"\n{self.one(self.things).upper()} = {int(self.roll() * 10000)}\n")
        for _ in range(definitions):
            name, text = self.type() if self.roll() < 0.25 else self.function()
            names.append(name)
            parts += ("\n\n", text)
        return names, "".join(parts)


def package(dice, module, modules=2, definitions=4):
    """The files of a package: an __init__ that exports, and modules of real work."""
    author = Author(dice)
    files, exports = [], []
    for stem in dice.sample(author.things, modules):
        names, text = author.module(dice.between(max(1, definitions - 2), definitions + 3))
        files.append((f"{module}/{stem}.py", text))
        exports.append(f"from .{stem} import {', '.join(sorted(set(names))[:4])}\n")
    head = "".join(exports) if dice.chance(0.8) else ""
    return [(f"{module}/__init__.py", head + '\n__version__ = "0.1"\n'), *files]


def single(dice, module, definitions=3):
    """A library of one file."""
    return [(f"{module}.py", Author(dice).module(definitions)[1])]
