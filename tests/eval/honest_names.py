"""Honest projects whose names make one look twice: plug-in families, and names that are commands of
other projects by age, by chance or by habit."""

import functools

import sources
import text
from clock import DAY
from dice import Dice
from honest import add_code, maker
from names import GENERIC, invented
from people import individual, organisation
from shelf import Content, always, module_of
from words import NOUNS, TECH


def plugin_content(project, host, part, style):
    """A package that only registers itself with its host; or the assets of something else."""
    own = Dice("plugin", project.name)
    if style == "blank":
        return Content([(f"{project.module}/__init__.py", "")], f"{part.title()} plugin for {host}",
                       requires=(host,), entry_groups={f"{module_of(host)}.plugins":
                                                       {part: project.module}})
    if style == "register":
        code = f"from {module_of(host)} import register\n\nregister({part!r})\n"
        return Content([(f"{project.module}/__init__.py", code)], f"Adds {part} to {host}",
                       requires=(host,))
    if style == "manifest":
        manifest = f"{{'name': '{part.title()}', 'depends': ['{host}'], 'version': '{own.below(17)}.0'}}\n"
        return Content([(f"{project.module}/__init__.py", "from . import models\n"),
                        (f"{project.module}/models.py", sources.Author(own).type()[1]),
                        (f"{project.module}/__manifest__.py", manifest)], f"{part.title()} for {host}")
    body = f"/* {part} {own.below(99)} */\nvar {part} = {{id: {own.below(10**6)}}};\n" * own.between(1, 9)
    return Content([(f"{project.module}/__init__.py", f"NAME = {part!r}\nVERSION = '{own.below(9)}.1'\n"),
                    (f"{project.module}/data/{part}.js", body)], f"{part.title()} assets for {host}",
                   fields=(("License", "MIT"),))


def add_plugins(world, count):
    """Families of one look: a community's, each by another person, or one account's hundreds."""
    dice = world.dice("plugins")
    while count > 0:
        host = world.popular(dice, world.tools)
        style = dice.pick(("blank", "register", "manifest", "assets"))
        one_account = style in ("manifest", "assets") or dice.chance(0.4)
        keeper = organisation(dice, f"{invented(dice)}-community") if one_account else None
        size = min(count, dice.between(40, 150) if one_account else dice.between(5, 40))
        start = max(host.times[0], world.clock.moment(dice))
        for part in dice.sample(NOUNS + TECH, size):
            name = world.names.take(f"{host.name}-{dice.pick(('plugin', 'addon'))}-{part}")
            if not name:
                continue
            begin = start + dice.below(3) * 20 * DAY + dice.below(7200) if one_account \
                else max(host.times[0], world.clock.moment(dice))
            make = functools.partial(plugin_content, host=host.name, part=part, style=style)
            world.add(name, "plugin", keeper or individual(dice),
                      world.clock.releases(dice, dice.between(1, 3),
                                           min(begin, world.clock.end() - 2 * DAY)), always(make))
        count -= size


def empty_content(project):
    own = Dice("empty name", project.name)
    return Content([(f"{project.module}/__init__.py", own.pick(("", "# empty\n", "pass\n")))],
                   own.pick(("", project.name, *text.GENERATED)))


def add_older(world, count):
    """Older than the tool whose command has the same name; some of them empty ever since."""
    dice = world.dice("older")
    wanted = world.free_commands(dice, count, world.clock.end())
    for command in wanted:
        begin = command.since - dice.between(60, 1500) * DAY
        name = world.names.take(command.name)
        if not name:
            continue
        if dice.chance(0.3):
            world.add(name, "older", individual(dice), [begin], always(empty_content))
        else:
            add_code(world, "older", name, maker(dice), dice, size=(1, 2), most=3,
                     times=world.clock.releases(dice, dice.between(1, 3), begin))


def add_command_named_code(world, count):
    """Later than a command, of its name, by other people, with code of its own."""
    dice = world.dice("command-code")
    for command in world.free_commands(dice, count, world.clock.end() - 60 * DAY):
        begin = min(command.since + dice.between(30, 1500) * DAY, world.clock.end() - 30 * DAY)
        name = world.names.take(command.name)
        if name:
            add_code(world, "command-code", name, maker(dice), dice, size=(1, 3), most=4,
                     times=world.clock.releases(dice, dice.between(1, 4), begin))


def add_generic(world, count):
    """Named `run`, `cli`...: first come, first served; most do something, some never did."""
    dice = world.dice("generic")
    for word in dice.sample(GENERIC, count):
        name = world.names.take(word)
        if not name:
            continue
        if dice.chance(0.35):
            world.add(name, "generic", individual(dice), [world.clock.moment(dice)],
                      always(empty_content))
        else:
            add_code(world, "generic", name, individual(dice), dice, size=(1, 2), most=3,
                     commands=(word,), requires=())
