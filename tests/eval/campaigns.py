"""The families of campaigns. Numbers of projects, days, senders and edits are drawn for each, so that
two of a family differ as two cases do."""

import text
from campaign_kit import (DISPOSABLE, FREE, Filler, Growing, Senders, Template, Texts, add_campaign,
                          burst, drip, throw_away)
from names import invented, plain
from shelf import BOTH, SDIST, WHEEL
from words import NOUNS, TECH, VERBS

EMPTY_SHAPES = ("none", "blank", "comment", "docstring", "version", "hello", "function", "returning",
                "printing", "raise", "class")


def templates(dice, shapes, count):
    """Some templates, the first for most projects."""
    chosen = dice.sample(shapes, count)
    return [(Template(dice, shape).files, 4 if place == 0 else 1) for place, shape in enumerate(chosen)]


def fresh_names(world, dice, count, make):
    return [world.names.fresh(make, dice) for _ in range(count)]


def command_names(world, dice, count, before, spare=plain):
    """Names of free commands; what is missing is made up."""
    names = []
    for command in world.free_commands(dice, count, before):
        if world.names.take(command.name):
            names.append(command.name)
    return names + fresh_names(world, dice, count - len(names), spare)


def add_command_squat(world, dice, count, label="command-squat"):
    """Empty projects named after other projects' commands, by many accounts, in bursts of days."""
    moments = burst(world, dice, count, dice.between(1, 9))
    names = dice.shuffled(command_names(world, dice, count, moments[0]))
    domains = (dice.pick(FREE),) if dice.chance(0.6) else (dice.pick(FREE), *throw_away(dice, 2))
    senders = Senders(dice, max(1, count // dice.between(3, 12)), domains, dice.roll() * 0.6)
    add_campaign(world, dice, label, names, moments, senders,
                 templates(dice, EMPTY_SHAPES, dice.between(1, 3)), Texts(dice), edits=dice.roll() * 0.3,
                 versions=dice.pick((("0.0.1",), ("0.1.0",), ("1.0.0",), ("0.0.1", "0.0.2"))))


def add_one_account(world, dice, count):
    """One account takes names of any kind and says that they are taken."""
    moments = burst(world, dice, count, dice.between(1, 4))
    names = fresh_names(world, dice, count, lambda d: d.pick((plain, invented, lambda e: e.pick(NOUNS),
                                                             lambda e: e.pick(VERBS) + e.pick(TECH)))(d))
    patterns = dice.sample(text.PLACEHOLDERS, dice.between(1, 3))
    senders = Senders(dice, 1, (dice.pick(FREE + throw_away(dice, 3)),), dice.pick((0, 0, 0.3, 0.6)))
    add_campaign(world, dice, "one-account", names, moments, senders,
                 templates(dice, EMPTY_SHAPES[:5], dice.between(1, 2)), Texts(dice, patterns),
                 edits=dice.roll() * 0.1)


def add_three_letters(world, dice, count):
    """Names of three letters, the content the same few times over, for days."""
    moments = burst(world, dice, count, dice.between(4, 12), robotic=False)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = fresh_names(world, dice, count, lambda d: d.code(3, letters))
    senders = Senders(dice, dice.between(1, 6), (dice.pick(FREE),), dice.roll() * 0.6)
    payloads = [(Filler(dice, 3).files, 2), *templates(dice, EMPTY_SHAPES, 2)] if dice.chance(0.4) \
        else templates(dice, EMPTY_SHAPES, dice.between(2, 4))
    add_campaign(world, dice, "three-letters", names, moments, senders, payloads, Texts(dice), edits=0)


CONFUSION_SETUP = '''import os
from setuptools import setup
from setuptools.command.install import install


class Told(install):
    def run(self):
        print("{n} was installed by", os.environ.get("USER"))
        install.run(self)


setup(name="{n}", version="{v}", packages={p}, cmdclass={{"install": Told}})
'''
INTERNAL = ("internal", "corp", "infra", "platform", "private", "shared", "common", "prod", "backend")


def add_confusion(world, dice, count, label="confusion"):
    """Names as companies use inside, versions above all others, a setup.py that speaks."""
    moments = burst(world, dice, count, dice.between(1, 5))
    brands = [invented(dice) for _ in range(dice.between(1, 6))]
    names = fresh_names(world, dice, count, lambda d: f"{d.pick(brands)}-{d.pick(INTERNAL)}-{d.pick(TECH)}"
                        if d.chance(0.7) else f"{d.pick(brands)}-{d.pick(TECH)}-{d.pick(NOUNS)}")
    senders = Senders(dice, dice.between(1, 5), (dice.pick(FREE + throw_away(dice, 2)),), dice.roll() * 0.6)
    versions = dice.pick((("99.0.0",), ("99.99.99",), ("9999.0.0", "9999.0.1"), ("99.1.0", "100.0.0")))
    payloads = templates(dice, ("none", "blank", "printing", "hello"), dice.between(1, 2))
    add_campaign(world, dice, label, names, moments, senders, payloads,
                 Texts(dice, ("{n}", "test", "dependency confusion test", "security research", "")),
                 edits=dice.roll() * 0.2, versions=versions, forms=((SDIST, 1),),
                 setup=CONFUSION_SETUP if dice.chance(0.8) else None)


def add_filler(world, dice, count):
    """Code without a purpose, edited from project to project, sent from generated mailboxes."""
    moments = burst(world, dice, count, dice.between(2, 8))
    names = dice.shuffled(command_names(world, dice, int(count * dice.roll() * 0.5), moments[0])
                          + fresh_names(world, dice, count, plain))[:count]
    senders = Senders(dice, max(2, count // dice.between(2, 8)), dice.sample(FREE, dice.between(1, 2)),
                      dice.roll() * 0.5)
    payloads = [(Filler(dice, dice.between(4, 12)).files, 3)]
    if dice.chance(0.5):
        payloads.append((Filler(dice, dice.between(4, 12)).files, 1))
    add_campaign(world, dice, "filler", names, moments, senders, payloads, Texts(dice),
                 edits=0.1 + dice.roll() * 0.25, versions=dice.pick((("0.1.0",), ("1.0.0", "1.0.1"))))


def add_class_drip(world, dice, count):
    """`class NAME(object): pass`, a few a day for weeks, from several throw-away domains."""
    moments = drip(world, dice, count, dice.between(3, 9))
    names = fresh_names(world, dice, count, plain)
    senders = Senders(dice, max(3, count // dice.between(4, 15)), throw_away(dice, dice.between(2, 5)),
                      dice.roll() * 0.4)
    add_campaign(world, dice, "class-drip", names, moments, senders, [(Template(dice, "class").files, 1)],
                 Texts(dice), edits=dice.roll() * 0.2)


def add_spam(world, dice, count, label="spam"):
    """Empty projects of one day whose descriptions advertise."""
    moments = burst(world, dice, count, 1)
    words = dice.sample(NOUNS, 6)
    names = fresh_names(world, dice, count, lambda d: f"{d.pick(('free', 'watch', 'get', 'buy', 'best'))}-"
                        f"{d.pick(words)}-{d.pick(TECH)}-{d.pick(('online', 'hack', 'coins', 'full', 'hd'))}")
    site = throw_away(dice, 1)[0]
    descriptions = ("# {n}\n\nClick here: https://" + site + "/{d}\n\n" + "Get {w} {t} for free now! " * 6,
                    "**{n}** [{w}](https://" + site + "/?id={d}) the {a} {t} of {w} " * 4)
    senders = Senders(dice, dice.between(1, 4), (dice.pick(FREE + throw_away(dice, 2)),), dice.roll() * 0.6)
    add_campaign(world, dice, label, names, moments, senders,
                 templates(dice, ("none", "blank", "comment"), dice.between(1, 2)),
                 Texts(dice, ("{w} {t} for free", "{n} 2025", "Get {w} {t} now"), descriptions),
                 versions=("1.0", "0.1", "1.0.0"), edits=0)


def add_affix_squat(world, dice, count):
    """foo-cli, foo-tool, pyfoo: names around commands, from disposable mailboxes."""
    moments = burst(world, dice, count, dice.between(1, 6))
    names = []
    for command in world.free_commands(dice, count, moments[0]):
        name = world.names.take(dice.pick(("{}-cli", "{}-tool", "{}-py", "py-{}", "{}-python", "python-{}"))
                                .format(command.name))
        if name:
            names.append(name)
    names += fresh_names(world, dice, count - len(names), lambda d: plain(d) + "-cli")
    senders = Senders(dice, max(2, count // dice.between(4, 20)), dice.sample(DISPOSABLE, dice.between(1, 3)),
                      dice.roll() * 0.3)
    add_campaign(world, dice, "affix-squat", names, moments, senders,
                 templates(dice, EMPTY_SHAPES, dice.between(1, 3)), Texts(dice), edits=dice.roll() * 0.3)


def add_no_address(world, dice, count):
    """Nobody tells an address; only the accounts are known."""
    moments = burst(world, dice, count, dice.between(1, 6))
    names = dice.shuffled(command_names(world, dice, count // 2, moments[0])
                          + fresh_names(world, dice, count - count // 2, plain))
    senders = Senders(dice, max(1, count // dice.between(3, 40)), ("none.example",), 1.0)
    add_campaign(world, dice, "no-address", names, moments, senders,
                 templates(dice, EMPTY_SHAPES, dice.between(1, 2)), Texts(dice), edits=dice.roll() * 0.3,
                 owners=True)


def add_growing(world, dice, count):
    """One template that is worked on while it is uploaded again and again."""
    moments = burst(world, dice, count, dice.between(3, 10))
    names = fresh_names(world, dice, count, plain)
    senders = Senders(dice, dice.between(1, 5), (dice.pick(FREE + throw_away(dice, 2)),), dice.roll() * 0.5)
    payload = Growing(dice, count, dice.between(6, 12), 0.3 + dice.roll() * 0.6)
    add_campaign(world, dice, "growing", names, moments, senders, [(payload.files, 1)], Texts(dice),
                 edits="number", versions=("0.1", "0.2", "1.0"))


def add_typo_squat(world, dice, count):
    """Popular names with a slip of the finger, and a note inside."""
    def slip(name, d):
        place = d.below(len(name) - 1)
        return d.pick((name[:place] + name[place + 1:], name[:place] + name[place] + name[place:],
                       name[:place] + name[place + 1] + name[place] + name[place + 2:],
                       name.replace("-", "", 1), name + "s"))

    moments = burst(world, dice, count, dice.between(1, 3))
    popular = [project for project in world.libraries + world.tools if len(project.name) > 4]
    names = fresh_names(world, dice, count, lambda d: slip(world.popular(d, popular).name, d).strip("-_."))
    senders = Senders(dice, dice.between(1, 8), (dice.pick(FREE),), dice.roll() * 0.6)
    add_campaign(world, dice, "typo-squat", names, moments, senders,
                 templates(dice, ("printing", "raise", "hello", "returning"), dice.between(1, 2)), Texts(dice),
                 edits=dice.roll() * 0.2, forms=((SDIST, 1), (WHEEL, 1), (BOTH, 1)))


def add_small_squat(world, dice, count):
    add_command_squat(world, dice, count, "small-squat")


def add_small_confusion(world, dice, count):
    add_confusion(world, dice, count, "small-confusion")


def add_small_mixed(world, dice, count):
    """Twelve to twenty names of no pattern by two or three accounts in one afternoon."""
    moments = burst(world, dice, count, 1, robotic=True)
    senders = Senders(dice, dice.between(1, 3), (dice.pick(FREE + DISPOSABLE + throw_away(dice, 4)),),
                      dice.roll() * 0.5)
    add_campaign(world, dice, "small-mixed", fresh_names(world, dice, count, plain), moments, senders,
                 templates(dice, EMPTY_SHAPES[1:], 1), Texts(dice), edits=dice.roll() * 0.2)


SMALL = (12, 20)
# (family, projects from, to): sizes at scale 1.
FAMILIES = {
    "command-squat": (add_command_squat, 120, 400),
    "one-account": (add_one_account, 80, 400),
    "three-letters": (add_three_letters, 100, 395),
    "confusion": (add_confusion, 30, 160),
    "filler": (add_filler, 60, 250),
    "class-drip": (add_class_drip, 60, 160),
    "spam": (add_spam, 51, 250),
    "affix-squat": (add_affix_squat, 40, 160),
    "no-address": (add_no_address, 60, 250),
    "growing": (add_growing, 40, 150),
    "typo-squat": (add_typo_squat, 30, 100),
    "small-squat": (add_small_squat, *SMALL),
    "small-confusion": (add_small_confusion, *SMALL),
    "small-mixed": (add_small_mixed, *SMALL),
}


def add_campaigns(world, scale, families=tuple(FAMILIES)):
    for family in families:
        add, least, most = FAMILIES[family]
        dice = world.dice("campaign", family)
        count = dice.between(least, most)
        add(world, dice, count if (least, most) == SMALL else max(SMALL[0], int(count * scale)))
