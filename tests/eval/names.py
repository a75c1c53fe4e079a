"""Project and command names that nobody has yet."""

from mirror_recipe import normalize
from words import CODAS, NOUNS, PREFIXES, SUFFIXES, SYLLABLES, TECH, VERBS

# Commands that several unrelated projects ship, and projects are named after as well.
GENERIC = ("run", "main", "cli", "test", "serve", "build", "start", "demo", "app", "server", "setup",
           "install", "check", "convert", "train", "bot", "hello", "deploy", "update", "sync")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def invented(dice, low=2, high=3):
    return "".join(dice.pick(SYLLABLES) for _ in range(dice.between(low, high))) + dice.pick(CODAS)


def plain(dice):
    """What people call a library."""
    way, noun, tech = dice.below(12), dice.pick(NOUNS), dice.pick(TECH)
    if way < 3:
        return f"{noun}-{tech}"
    if way < 4:
        return f"{noun}_{tech}"
    if way < 5:
        return noun + dice.pick(NOUNS)
    if way < 6:
        return dice.pick(PREFIXES) + noun + (f"-{tech}" if dice.chance(0.5) else "")
    if way < 7:
        return invented(dice) + dice.pick(SUFFIXES)
    if way < 8:
        return f"{tech}-{noun}" + (dice.pick(SUFFIXES) if dice.chance(0.4) else "")
    if way < 9:
        return noun.title() + dice.pick(TECH).title()
    if way < 11:
        return dice.code(dice.between(3, 4), LETTERS) if dice.chance(0.1) else invented(dice)
    return f"{dice.pick(VERBS)}-{dice.pick(TECH)}-{noun}"


def command_of(dice, tool):
    """A command of the tool called so: most begin with its name, some are short, some stand alone.
    """
    base = normalize(tool)
    parts = base.split("-")
    way = dice.below(10)
    if way < 5:
        return base + dice.pick(("-", "-", "_", "")) + dice.pick(VERBS + TECH)
    if way < 6:
        return "".join(part[0] for part in parts) + dice.pick(TECH)
    if way < 7:
        return dice.pick(NOUNS) + dice.pick(("ctl", "cat", "fmt", "grep", "ls", "top", "gen"))
    if way < 8:
        return dice.pick(VERBS) + "-" + dice.pick(NOUNS) + dice.pick(("", "", "s"))
    if way < 9:
        return dice.pick(VERBS) + dice.pick(NOUNS)
    return f"{parts[0]}{dice.below(10)}{dice.pick(TECH)}"


class Names:
    """Hands out each name once, compared as an index compares them."""

    def __init__(self):
        self.taken = set()

    def take(self, name):
        """The name when it was free, else None."""
        key = normalize(name)
        if key in self.taken or not key.strip("-"):
            return None
        self.taken.add(key)
        return name

    def fresh(self, make, dice):
        """The first free one of make(dice), with digits when the choices run out."""
        for _ in range(20):
            name = self.take(make(dice))
            if name:
                return name
        while True:
            name = self.take(f"{make(dice)}{dice.below(100000)}")
            if name:
                return name
