"""What one campaign is made of, drawn once for all its projects: templates of payload and texts with
room for edits, senders, days. Each family in campaigns.py turns these knobs its own way."""

import functools

import sources
import text
from clock import DAY
from dice import Dice
from people import FAMILY, GIVEN, NICKS, Person, form_fields
from shelf import BOTH, SDIST, WHEEL, Content, always, module_of
from words import ADJECTIVES, NOUNS, TECH, THINGS, VERBS

FREE = ("inbox.ru", "gmail.com", "outlook.com", "hotmail.com", "yandex.ru", "mail.ru", "protonmail.com",
        "gmx.com", "yahoo.com", "163.com")
DISPOSABLE = ("10minutemail.com", "burnermail.io", "dispostable.com", "dropmail.me", "fakeinbox.com",
              "emailondeck.com", "discard.email")


def throw_away(dice, count):
    """Domains that were registered for the purpose."""
    return tuple(f"{dice.pick(NOUNS)}{dice.pick(('mail', 'post', 'box', 'soft', ''))}{dice.code(3)}.example"
                 for _ in range(count))


class Senders:
    """Accounts made by a pattern, and what they tell of themselves."""

    def __init__(self, dice, count, domains, missing):
        self.missing = missing
        self.people = []
        pattern = dice.below(6)
        stem, words = dice.pick(NICKS), dice.pick((NOUNS, TECH))
        titled = dice.chance(0.6)
        for number in range(count):
            given, family = dice.pick(GIVEN), dice.pick(FAMILY)
            login = (f"{stem}{number + 100}", f"{given.lower()}{family.lower()}{dice.below(10**4)}",
                     dice.code(9), f"{dice.pick(words)}.{dice.pick(words)}{dice.below(100)}",
                     f"{given.lower()}.{family.lower()}.{dice.code(2, '0123456789')}",
                     f"{dice.code(5, 'bcdfghjklmnprstvwxz')}{dice.code(4, '0123456789')}")[pattern]
            self.people.append((f"{given} {family}" if titled else login, f"{login}@{dice.pick(domains)}",
                                f"{login.replace('.', '')}{dice.below(10) if dice.chance(0.3) else ''}"))

    def person(self, dice, number, total):
        """Of project `number`: the accounts one after the other, with an equal share each."""
        name, address, account = self.people[number * len(self.people) // total]
        if dice.chance(self.missing):
            address = ""
        return Person(name, address, account, form_fields(dice, name, address))


# --- payload ------------------------------------------------------------------------------------

# {m}: module; {n}: name; {f} {g}: words of the campaign; {t}: its text; {N}: the name as a class.
SHAPES = {
    "none": (),
    "blank": (("{m}/__init__.py", ""),),
    "comment": (("{m}/__init__.py", "# {n}\n"),),
    "docstring": (("{m}/__init__.py", '"""{n}: {t}"""\n'),),
    "version": (("{m}/__init__.py", '__version__ = "0.0.1"\n__title__ = "{n}"\n'),),
    "hello": (("{m}/__init__.py", ""), ("{m}/{g}.py", 'def {f}():\n    print("{t} {n}")\n')),
    "function": (("{m}/__init__.py", "def {f}({g}=None):\n    pass\n"),),
    "class": (("{m}/__init__.py", "class {N}(object):\n    pass\n"),),
    "raise": (("{m}.py", 'raise NotImplementedError("{t} {n}")\n'),),
    "printing": (("{m}.py", 'print("{t}")\n'),),
    "returning": (("{m}/__init__.py", "from .{g} import {f}\n"),
                  ("{m}/{g}.py", 'def {f}():\n    return "{t}"\n')),
}


def class_name(name):
    return "".join(part.title() for part in module_of(name).split("_")) or "Empty"


class Template:
    """A shape with the campaign's words; edit() changes what a template's user would change."""

    def __init__(self, dice, shape):
        self.shape = shape
        self.words = {"f": dice.pick(VERBS), "g": dice.pick(THINGS),
                      "t": f"{dice.pick(text.GREETINGS)} {dice.pick(NOUNS)}"}

    def files(self, project, own, edits):
        words = dict(self.words)
        if own.chance(edits):
            words[own.pick("fgt")] = own.pick(THINGS)
        filled = [(path.format(m=project.module, **words),
                   code.format(m=project.module, n=project.name, N=class_name(project.name), **words))
                  for path, code in SHAPES[self.shape]]
        if filled and own.chance(edits / 2):
            path, code = filled[-1]
            filled[-1] = (path, code + own.pick((
                f"\n# {own.pick(THINGS)} {own.below(1000)}\n", f"\n{own.pick(THINGS)} = {own.below(1000)}\n",
                f'\n\ndef {own.pick(VERBS)}():\n    return "{own.pick(THINGS)}"\n')))
        return filled


class Filler:
    """Code that looks like work: one text per campaign; each project changes some of it."""

    def __init__(self, dice, functions=8):
        author = sources.Author(dice)
        self.head = "import json\nimport math\nimport os\nimport re\nimport time\nimport logging\n"
        self.parts = [author.function()[1] for _ in range(functions)]
        self.words = author.things
        self.stem = dice.pick(THINGS)

    def files(self, project, own, edits):
        other = sources.Author(own)
        parts = []
        for part in self.parts:
            if own.chance(edits / 3):
                continue
            if own.chance(edits / 3):
                part = other.function()[1]
            elif own.chance(edits):
                part = part.replace(f" {own.pick(self.words)} ", f" {own.pick(THINGS)} ")
            parts.append(part)
        if own.chance(edits / 2):
            parts = own.shuffled(parts)
        return [(f"{project.module}/__init__.py", f"from . import {self.stem}\n"),
                (f"{project.module}/{self.stem}.py", self.head + "\n\n" + "\n\n".join(parts))]


class Growing:
    """One template that is worked on between uploads: every project changes a little of the one
    before it, so that the last has less in common with the first than with its neighbours."""

    def __init__(self, dice, count, functions=8, pace=0.6):
        author = sources.Author(dice)
        parts = [author.function()[1] for _ in range(functions)]
        self.states = []
        for _ in range(count):
            if dice.chance(pace):
                place = dice.below(len(parts))
                if dice.chance(0.15):
                    parts[place] = author.function()[1]
                else:
                    parts[place] += f"    # {dice.pick(NOUNS)}\n    return {dice.below(10**4)}\n"
            self.states.append("import os\nimport re\n\n\n" + "\n\n".join(parts))

    def files(self, project, own, number):
        return [(f"{project.module}/__init__.py", self.states[number])]


# --- texts --------------------------------------------------------------------------------------

class Texts:
    """Summaries from a handful of patterns, the same trimmings in most projects."""

    def __init__(self, dice, patterns=None, descriptions=(), links=()):
        word, thing = dice.pick(ADJECTIVES), dice.pick(THINGS)
        self.patterns = patterns or dice.sample((
            "{n} package", "{n}", "A {a} package for {n}", "{n} for Python", "Python {n} module",
            f"{word} {thing} for {{n}}", f"The {thing} of {{n}}", "{n}: {a} and {b}", "",
            f"Official {{n}} {thing}", f"{word.title()} {{a}} {thing}s"), dice.between(1, 5))
        self.descriptions = descriptions or dice.sample(("", "# {n}\n", "{n} is a {a} package.\n",
                                                         "# {n}\n\nInstall with pip.\n"), dice.between(1, 3))
        self.fields = text.trimmings(dice)
        self.loose = dice.roll() * 0.3  # share of projects that are filled in otherwise
        self.links = links

    def fill(self, own, name):
        words = {"n": name, "a": own.pick(ADJECTIVES), "b": own.pick(ADJECTIVES), "t": own.pick(THINGS),
                 "w": own.pick(NOUNS), "d": own.below(10**6)}
        fields = text.trimmings(own) if own.chance(self.loose) else self.fields
        if self.links:
            fields += (("Home-page", own.pick(self.links).format(**words)),)
        return own.pick(self.patterns).format(**words), own.pick(self.descriptions).format(**words), fields


# --- days ---------------------------------------------------------------------------------------

def burst(world, dice, count, days, robotic=None):
    """`count` moments over some days (whole days from the first), most of them on few; on a day they
    come one after the other like a program's, or whenever people upload."""
    first = world.clock.moment(dice, after=0.45, before=0.99) // DAY * DAY
    offsets = sorted(dice.sample(range(days * 2), days)) if days > 1 else [0]
    shares = [dice.roll() ** 2 + 0.03 for _ in offsets]
    robotic = dice.chance(0.7) if robotic is None else robotic
    moments = []
    for place, (offset, share) in enumerate(zip(offsets, shares)):
        part = count - len(moments) if place == len(offsets) - 1 else int(count * share / sum(shares))
        start = first + offset * DAY + dice.between(5, 19) * 3600
        pace = dice.between(8, max(9, min(300, 4 * 3600 // max(1, part))))
        for number in range(part):
            moments.append(start + number * pace + dice.below(5) if robotic
                           else world.clock.at(dice, first + offset * DAY))
    return sorted(moments)


def drip(world, dice, count, weeks):
    """`count` moments spread over some weeks, a few a day."""
    first = world.clock.moment(dice, after=0.45, before=0.97) // DAY * DAY
    return sorted(world.clock.at(dice, first + dice.below(weeks * 7) * DAY) for _ in range(count))


# --- a whole campaign ---------------------------------------------------------------------------

def campaign_content(project, payload, edits, texts, requires, setup, commands):
    own = Dice("campaign", project.campaign, project.name)
    files = payload(project, own, edits)
    summary, description, fields = texts.fill(own, project.name)
    extra = None
    if setup:
        packages = sorted({path.split("/")[0] for path, _ in files if "/" in path})
        extra = (("setup.py", setup.format(n=project.name, v=project.version(0), p=packages)),)
    shown = {project.name: f"{project.module}:main"} if commands else {}
    return Content(files, summary, description, requires, shown, fields=fields, sdist_files=extra)


def add_campaign(world, dice, label, names, moments, senders, payloads, texts, *, edits=0.2,
                 forms=None, versions=("0.0.1",), requires=(), setup=None, commands=False,
                 owners=None):
    """One project for each name. `payloads` are callables as Template.files, each with a share;
    `edits` is the share of projects that they change, or "number": the project's place."""
    campaign = f"{label}-{sum(1 for key in world.campaigns if key.startswith(label)) + 1}"
    world.campaigns[campaign] = len(names)
    forms = forms or dice.pick((((SDIST, 1),), ((WHEEL, 1),), ((BOTH, 1),),
                                ((SDIST, 3), (WHEEL, 1), (BOTH, 2)), ((SDIST, 1), (WHEEL, 1))))
    again = dice.pick((0, 0, 0.1, 0.3))  # share of projects with a second release at once
    for number, (name, moment) in enumerate(zip(names, moments)):
        person = senders.person(dice, number, len(names))
        payload = dice.weighted(payloads)
        version = dice.pick(versions)
        times = [moment]
        told = (version,)
        if dice.chance(again):
            times.append(moment + dice.between(60, 9000))
            told = (version, version + ".1")
        make = functools.partial(
            campaign_content, payload=payload, edits=edits, texts=texts, requires=requires, setup=setup,
            commands=commands)
        if edits == "number":
            make.keywords["edits"] = number
        project = world.add(name, label, person, times, always(make), form=dice.weighted(forms),
                            versions=told, campaign=campaign)
        if owners is not None:
            project.owners = (person.account,) if owners else ()
