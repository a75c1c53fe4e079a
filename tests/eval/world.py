"""The corpus while it is planned: who is there, which commands exist, who requires whom."""

import re

from clock import DAY, Clock
from dice import Dice
from mirror_recipe import normalize
from names import GENERIC, Names
from shelf import Project

# Share of projects that were only uploaded as wheel, as sdist, as both.
FORMS = (("w", 30), ("s", 25), ("b", 45))
PROJECT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


class Command:
    __slots__ = ("name", "tool", "since")

    def __init__(self, name, tool, since):
        self.name, self.tool, self.since = name, tool, since


class World:
    def __init__(self, seed, owners_share=0.5):
        self.seed = seed
        self.owners_share = owners_share
        self.clock = Clock()
        self.names = Names()
        self.projects = []
        self.placed = set()
        self.tools = []  # popular ones first
        self.libraries = []
        self.commands = []
        self.campaigns = {}  # id -> number of projects
        self.campaign_days = []  # seconds at the start of days on which campaigns upload

    def dice(self, *key):
        return Dice(self.seed, *key)

    def add(self, name, label, person, times, recipe, *, form=None, accounts=None, **rest):
        """Adds a project; its owners are seen when the mirror happens to have its page."""
        key = normalize(name)
        if key in self.placed:
            raise ValueError(f"two projects {name}")
        self.placed.add(key)
        self.names.taken.add(key)
        dice = self.dice("add", name)
        if form is None:
            form = dice.weighted(FORMS)
        shown = dice.chance(self.owners_share)
        owners = (accounts or (person.account,)) if shown else ()
        project = Project(name, label, person, times, recipe, form=form, owners=tuple(owners), **rest)
        self.projects.append(project)
        return project

    def popular(self, dice, projects):
        """One of them, the first ones far more often."""
        return projects[int(len(projects) * dice.roll() ** 3)]

    def requirements(self, dice, most=4):
        """What a project of this world requires."""
        count = min(dice.below(most + 1), dice.below(most + 1) + 1)
        found = {}
        for _ in range(count if self.libraries else 0):
            target = self.popular(dice, self.tools if dice.chance(0.3) else self.libraries)
            bound = dice.pick(("", "", " (>=0.1)", ">=0.1", "~=0.1"))
            found[target.name] = target.name + bound
        return tuple(found.values())

    def free_commands(self, dice, count, before):
        """Commands that no project is named after and that are a month old, those of popular tools
        more often; fewer than `count` when there are no more. The generic ones are long gone."""
        known = [command for command in self.commands
                 if command.since < before - 30 * DAY and PROJECT_NAME.fullmatch(command.name)
                 and normalize(command.name) not in self.names.taken and command.name not in GENERIC]
        found = {}
        while known and len(found) < count:
            place = int(len(known) * dice.roll() ** 1.5)
            command = known.pop(place)
            if normalize(command.name) not in found:
                found[normalize(command.name)] = command
        return list(found.values())

    def note_command(self, command, tool, since):
        self.commands.append(Command(command, tool, since))

    def some_day(self, dice):
        """A moment, one in four on a day on which a campaign uploads."""
        if self.campaign_days and dice.chance(0.25):
            return self.clock.at(dice, dice.pick(self.campaign_days))
        return self.clock.moment(dice)

    def past(self, dice, number):
        """`number` release times of a project, from some moment on."""
        return self.clock.releases(dice, number, self.clock.moment(dice), 4.0)
