"""Honest projects with next to nothing in them: first steps, skeletons, reserved and old names."""

import functools

import text
from clock import DAY
from dice import Dice
from names import invented, plain
from people import UNIVERSITIES, individual, organisation
from shelf import Content, always, module_of
from words import ADJECTIVES, NOUNS, SYLLABLES, TECH, THINGS

SKELETON_FIB = '''"""A module to begin with. Replace it with your own work."""

import logging
import sys

_logger = logging.getLogger(__name__)


def countdown(start):
    """Counts down from start."""
    while start > 0:
        yield start
        start -= 1


def main(args=None):
    for number in countdown(int((args or sys.argv)[1])):
        _logger.info("%d", number)


if __name__ == "__main__":
    main()
'''
SKELETON_CLI = '''"""Console script of {name}."""

import sys

import click


@click.command()
def main(args=None):
    click.echo("Put your own code into {module}.cli")
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''


def skeleton_content(project, generator, summary):
    """What one of six project generators writes, untouched."""
    module, name = project.module, project.name
    if generator == "bare":
        return Content([(f"{module}/__init__.py", "")], summary,
                       sdist_files=(("pyproject.toml", f'[tool.poetry]\nname = "{name}"\nversion = '
                                     f'"0.1.0"\npackages = [{{include = "{module}"}}]\n'),
                                    ("tests/__init__.py", "")))
    if generator == "cutter":
        head = f'"""Top-level package for {name}."""\n\n__author__ = """{project.person.name}"""\n' \
               f'__email__ = "{project.person.address}"\n__version__ = "0.1.0"\n'
        return Content([(f"{module}/__init__.py", head), (f"{module}/{module}.py", '"""Main module."""\n'),
                        (f"{module}/cli.py", SKELETON_CLI.format(name=name, module=module))], summary,
                       f"# {name}\n\n{summary}\n\n## Features\n\n* TODO\n", ("click>=7.0",),
                       {name: f"{module}.cli:main"},
                       fields=(("Home-page", f"https://github.com/{project.person.account}/{name}"),
                               ("License", "MIT license"), ("Keywords", name)))
    if generator == "hello":
        return Content([(f"{module}/__init__.py", f'def hello() -> str:\n    return "Hello from {name}!"\n'),
                        (f"{module}/py.typed", "")], summary,
                       fields=(("Requires-Python", ">=3.9"),))
    if generator == "notebook":
        return Content([(f"{module}/__init__.py", '__version__ = "0.0.1"\n'),
                        (f"{module}/core.py", '__all__ = ["foo"]\n\n\ndef foo():\n    pass\n'),
                        (f"{module}/_modidx.py", f'd = {{"settings": {{"lib_path": "{module}"}}, "syms": {{}}}}\n')],
                       summary, fields=(("License", "Apache Software License 2.0"),))
    if generator == "scaffold":
        return Content([(f"{module}/__init__.py", "import sys\n\n__version__ = 'unknown'\n"),
                        (f"{module}/skeleton.py", SKELETON_FIB)], summary, fields=(("License", "MIT"),))
    return Content([], summary)


SKELETONS = (("bare", 30), ("cutter", 20), ("hello", 25), ("notebook", 8), ("scaffold", 7), ("none", 10))


def add_skeleton(world, name, label, person, moment, dice):
    generator = dice.weighted(SKELETONS)
    summary = dice.pick(text.GENERATED) if dice.chance(0.85) else text.summary(dice)
    version = "0.0.1" if generator == "notebook" else dice.pick(("0.1.0", "0.1.0", "0.1.0", "0.0.1"))
    make = functools.partial(skeleton_content, generator=generator, summary=summary)
    world.add(name, label, person, [moment], always(make), versions=(version,))


def add_skeletons(world, count):
    dice = world.dice("skeletons")
    for _ in range(count):
        add_skeleton(world, world.names.fresh(plain, dice), "skeleton", individual(dice),
                     world.clock.moment(dice), dice)


LESSONS = {
    "plus": [("{m}/__init__.py", ""), ("{m}/example.py", "def plus_two(number):\n    return number + 2\n")],
    "nested": [("{m}.py", '''"""Prints lists of lists."""


def print_all(items, level=0):
    for item in items:
        if isinstance(item, list):
            print_all(item, level + 1)
        else:
            print("\\t" * level, item)
''')],
    "greet": [("{m}/__init__.py", 'def say_hello(name=None):\n    if name is None:\n        return "Hello, '
               'World!"\n    return f"Hello, {{name}}!"\n')],
    "calculator": [("{m}/__init__.py", "from .calculator import Calculator\n"), ("{m}/calculator.py", '''class Calculator:
    def __init__(self):
        self.memory = 0

    def add(self, value):
        self.memory += value
        return self.memory

    def divide(self, value):
        if value == 0:
            raise ZeroDivisionError("not by zero")
        self.memory /= value
        return self.memory

    def reset(self):
        self.memory = 0
''')],
    "spread": [("{m}/__init__.py", "from .normal import Normal\n"), ("{m}/normal.py", '''import math


class Normal:
    def __init__(self, mean=0, deviation=1):
        self.mean = mean
        self.deviation = deviation
        self.data = []

    def read(self, path):
        with open(path) as lines:
            self.data = [float(line) for line in lines]

    def density(self, x):
        scale = 1 / (self.deviation * math.sqrt(2 * math.pi))
        return scale * math.exp(-0.5 * ((x - self.mean) / self.deviation) ** 2)

    def __add__(self, other):
        return Normal(self.mean + other.mean, math.hypot(self.deviation, other.deviation))
''')],
}
LESSON_NAMES = {"plus": ("example-package-{0}", "example-pkg-{0}", "packaging-lesson-{0}"),
                "nested": ("{0}-nester", "nester-{0}", "nester_{0}"),
                "greet": ("{0}-hello", "hello-{0}", "my-hello-{0}"),
                "calculator": ("{0}-calculator", "simple-calculator-{0}", "calc-{0}"),
                "spread": ("{0}-distributions", "distributions-{0}", "{0}-probability")}
LESSON_SUMMARIES = ("A small example package", "My first package", "Example of packaging", "")


def lesson_content(project, lesson, summary):
    own = Dice("lesson", project.name)
    files = [(path.format(m=project.module), code.replace("{{", "{").replace("}}", "}"))
             for path, code in LESSONS[lesson]]
    if own.chance(0.1):  # some play with it
        files[-1] = (files[-1][0], files[-1][1] + f"\n\ndef {own.pick(THINGS)}():\n    return {own.below(99)}\n")
    return Content(files, summary, own.pick(("", f"# {project.name}\n")))


def add_lesson(world, label, person, lesson, moment, dice, summary=None):
    pattern = dice.pick(LESSON_NAMES[lesson])
    name = world.names.fresh(lambda d: pattern.format(person.account), dice)
    make = functools.partial(lesson_content, lesson=lesson,
                             summary=dice.pick(LESSON_SUMMARIES) if summary is None else summary)
    world.add(name, label, person, [moment], always(make),
              versions=(dice.pick(("0.0.1", "0.0.1", "0.1", "1.0.0")),))


def add_tutorials(world, count):
    dice = world.dice("tutorials")
    for _ in range(count):
        add_lesson(world, "tutorial", individual(dice), dice.pick(tuple(LESSONS)),
                   world.clock.moment(dice), dice)


def add_classes(world, count):
    """A teacher's lesson, followed by everybody within two hours."""
    dice = world.dice("classes")
    while count > 0:
        # A university's, or of a course for everybody.
        domain = f"{dice.pick(UNIVERSITIES)}{dice.below(30)}.example" if dice.chance(0.8) else None
        begin = world.clock.moment(dice) // DAY * DAY + dice.between(8, 16) * 3600
        lesson, summary = dice.pick(tuple(LESSONS)), dice.pick(LESSON_SUMMARIES)
        for _ in range(min(count, dice.between(12, 30))):
            person = individual(dice, undeclared=0.1, own_domain=0,
                                domain=domain if dice.chance(0.9) else None)
            add_lesson(world, "class", person, lesson, begin + dice.below(7200), dice,
                       summary if dice.chance(0.7) else None)
            count -= 1


def student_content(project):
    """A hello world of one's own."""
    own = Dice("student", project.name)
    greeting = f"{own.pick(text.GREETINGS)} {own.pick(NOUNS)} {own.below(100)}"
    word, thing = own.pick(THINGS), own.pick(NOUNS)
    body = own.pick((
        f'print("{greeting}")\n', f'def {word}():\n    print("{greeting}")\n',
        f'def {word}(name="{thing}"):\n    return "{greeting}"\n',
        f'{word} = {own.below(100)}\n{thing} = "{greeting}"\n',
        f'class {thing.title()}:\n    def {word}(self):\n        print("{greeting}")\n',
        f'def {word}():\n    pass\n\n\ndef {thing}():\n    print("{greeting}")\n'))
    path = own.pick((f"{project.module}/__init__.py", f"{project.module}.py", f"{project.module}/{word}.py"))
    files = [(path, body)]
    if path.count("/") and not path.endswith("__init__.py"):
        files.append((f"{project.module}/__init__.py", ""))
    return Content(files, own.pick((greeting, "", "homework", f"test of {thing}", "learning")))


def add_students(world, count):
    dice = world.dice("students")
    for _ in range(count):
        person = individual(dice)
        name = world.names.fresh(lambda d: d.pick((
            f"{person.account}-{d.pick(NOUNS)}", f"{d.pick(NOUNS)}-{person.account}", plain(d),
            f"my-{d.pick(TECH)}-{d.pick(NOUNS)}{d.below(100)}", f"test-{person.account}{d.below(10)}")), dice)
        world.add(name, "student", person, [world.some_day(dice)], always(student_content),
                  versions=(dice.pick(("0.0.1", "0.1", "1.0", "0.1.2")),))


def abandoned_content(project):
    own = Dice("abandoned", project.name)
    word, module = own.pick(THINGS), project.module
    files = own.weighted((
        ((), 20), (((f"{module}/__init__.py", ""),), 30),
        (((f"{module}/__init__.py", f'"""{own.pick(ADJECTIVES)} {word} {own.pick(NOUNS)}"""\n'),), 10),
        (((f"{module}/__init__.py", f'__version__ = "0.0.1"\nname = "{project.name}"\n'),), 10),
        (((f"{module}.py", f"def {word}():\n    pass\n"),), 10),
        (((f"{module}.py", f"class {word.title()}:\n    pass\n"),), 5),
        (((f"{module}/__init__.py", ""), (f"{module}/{word}.py", "")), 10),
        (((f"{module}.py", f'print("{own.pick(text.GREETINGS)}, {word}")\n'),), 5)))
    summary = own.weighted(((text.summary(own), 4), (own.pick(text.PLACEHOLDERS), 1),
                            (own.pick(text.GENERATED), 2), (project.name, 1), ("", 2)))
    return Content(list(files), summary, own.pick(("", "", f"# {project.name}\n")),
                   fields=text.trimmings(own) if own.chance(0.4) else ())


def add_empties(world, label, count, moment_of, command_share=0.02):
    """Empty 0.0.1 of people who had a plan; one in fifty has a command's name, by chance."""
    dice = world.dice(label)
    commands = world.free_commands(dice, int(count * command_share), world.clock.end())
    for number in range(count):
        moment, name = moment_of(dice), None
        if number < len(commands):
            name = world.names.take(commands[number].name)
            moment = max(moment, commands[number].since + 5 * DAY)
        name = name or world.names.fresh(plain, dice)
        if dice.chance(0.3):
            add_skeleton(world, name, label, individual(dice), moment, dice)
        else:
            world.add(name, label, individual(dice), [moment], always(abandoned_content),
                      versions=(dice.pick(("0.0.1", "0.0.1", "0.0.0", "0.1", "0.0.2")),))


def add_abandoned(world, count):
    add_empties(world, "abandoned", count, world.clock.moment)


def add_background(world, count):
    """Empty uploads on the very days of a campaign, from mailboxes that anybody has."""
    if world.campaign_days:
        add_empties(world, "background", count,
                    lambda dice: world.clock.at(dice, dice.pick(world.campaign_days)))


def blank_content(project, summary, blank):
    files = [(f"{project.module}/__init__.py", blank)] if blank is not None else []
    return Content(files, summary)


BLANKS = ("", None, "# reserved\n", '__version__ = "0.0.1"\n', '"""Placeholder."""\n')


def add_brands(world, count):
    """One company's empty packages under its brand, all in one go; sometimes beside its real one."""
    from honest import add_code

    dice = world.dice("brands")
    while count > 0:
        brand = world.names.fresh(lambda d: invented(d) + d.pick(("", d.pick(SYLLABLES), "labs")), dice)
        person = organisation(dice, brand, undeclared=0.15)
        begin = world.some_day(dice)
        blank = dice.pick(BLANKS)
        summary = dice.pick((f"Reserved by {brand.title()}", f"{brand.title()} placeholder", "",
                             f"Official package of {brand.title()}, coming soon"))
        names = [brand, *(pattern.format(brand, part) for part in dice.sample(TECH, 60)
                          for pattern in [dice.pick(("{0}-{1}", "{0}-{1}", "{0}{1}", "py{0}-{1}"))])]
        for number, name in enumerate(names[:min(count, dice.long_tail(4, 50))]):
            if number == 0 and dice.chance(0.5):
                add_code(world, "brand", name, person, dice, most=4)
            elif number == 0 or world.names.take(name):
                make = functools.partial(blank_content, summary=summary, blank=blank)
                world.add(name, "brand", person, [begin + number * 40 + dice.below(30)], always(make),
                          accounts=(brand,), versions=("0.0.1",))
            count -= 1


def add_reserved(world, count):
    """Some names that one person keeps for plans."""
    dice = world.dice("reserved")
    while count > 0:
        person = individual(dice)
        begin, blank, summary = world.some_day(dice), dice.pick(BLANKS), dice.pick(text.PLACEHOLDERS)
        theme = invented(dice) if dice.chance(0.5) else None
        for number in range(min(count, dice.between(2, 8))):
            name = world.names.fresh(lambda d: f"{theme}-{d.pick(TECH)}" if theme else plain(d), dice)
            make = functools.partial(blank_content, summary=summary, blank=blank)
            world.add(name, "reserved", person, [begin + number * dice.between(30, 3000)], always(make),
                      versions=("0.0.1",))
            count -= 1


def add_metapackages(world, count):
    def content(project):
        own = Dice(world.seed, "meta", project.name)
        parts = own.sample(world.libraries, own.between(2, 9))
        return Content([] if own.chance(0.6) else [(f"{project.module}/__init__.py", "")],
                       f"All of {project.name}", requires=tuple(part.name for part in parts))

    dice = world.dice("meta")
    for _ in range(count):
        name = world.names.fresh(lambda d: plain(d) + d.pick(("-all", "-full", "-meta", "-suite")), dice)
        world.add(name, "metapackage", individual(dice), world.past(dice, dice.between(1, 3)),
                  always(content))


def add_redirects(world, count):
    """An alias of, or the old name of, a project that it requires; some are named as a command."""
    def content(project, target):
        own = Dice(world.seed, "redirect", project.name)
        blank = own.pick(("", f"# moved to {target}\n", None))
        summary = own.pick((f"Renamed to {target}", f"Install {target} instead", f"Alias of {target}",
                            f"Deprecated: use {target}"))
        return Content([] if blank is None else [(f"{project.module}/__init__.py", blank)], summary,
                       requires=(target,))

    dice = world.dice("redirect")
    commands = world.free_commands(dice, count // 3, world.clock.end())
    for number in range(count):
        name = target = None
        if number < len(commands):
            target = commands[number].tool
            name = world.names.take(commands[number].name)
        if not name:
            target = world.popular(dice, world.libraries if dice.chance(0.7) else world.tools)
            name = world.names.fresh(lambda d: d.pick((
                f"{target.name}py", f"py{target.name}", target.name.replace("-", ""),
                f"{target.name}s", f"{target.name}-python", f"python-{target.name}")), dice)
        begin = max(target.times[0], world.some_day(dice))
        person = target.person if dice.chance(0.7) else individual(dice)
        make = functools.partial(content, target=target.name)
        world.add(name, "redirect", person, [begin], always(make), versions=("0.0.1",))


def add_renames(world, count):
    """Old names of an organisation, emptied on the day of the move; nothing is required."""
    from honest import add_code

    dice = world.dice("renames")
    while count > 0:
        old, new = (world.names.fresh(lambda d: invented(d) + d.pick(TECH), dice) for _ in range(2))
        person = organisation(dice, new)
        begin = world.some_day(dice)
        for part in dice.sample(TECH, min(count, dice.long_tail(1, 10))):
            add_code(world, "rename", f"{new}-{part}", person, dice, size=(1, 3),
                     times=world.clock.releases(dice, dice.between(1, 3), begin))
            make = functools.partial(blank_content, blank=dice.pick(("", "# moved\n")),
                                     summary=f"This project is called {new}-{part} now")
            world.add(f"{old}-{part}", "rename", person, [begin + dice.below(3600)], always(make),
                      accounts=(person.account,), versions=("9.0.0",))
            count -= 2


def add_constants(world, count):
    def content(project):
        own = Dice(world.seed, "constant", project.name)
        lines = [f"{thing.upper()} = {own.below(10**6)}\n" for thing in own.sample(THINGS, own.between(1, 9))]
        return Content([(f"{module_of(project.name)}.py", "".join(lines))],
                       f"The {own.pick(THINGS)} of one {own.pick(NOUNS)}")

    dice = world.dice("constants")
    for _ in range(count):
        world.add(world.names.fresh(plain, dice), "constant", individual(dice),
                  world.past(dice, dice.between(1, 3)), always(content))
