"""Summaries and descriptions as people write them, and as nobody means them."""

from words import ADJECTIVES, NOUNS, TECH, THINGS, VERBS

# What project generators leave for the author to replace.
GENERATED = ("Describe your project here", "One line that says what this is",
             "Add your description here", "A short description of the project", "TODO: describe me",
             "My new Python package", "")
PLACEHOLDERS = ("Placeholder package", "This name is reserved", "Reserved for future use",
                "Coming soon", "Work in progress, nothing here yet", "Name reservation",
                "Reserved - contact the author", "Placeholder to keep the name", "Under development",
                "Nothing to see here yet", "To be developed", "Project starts soon")
LICENSES = ("MIT", "BSD-3-Clause", "Apache-2.0", "MIT License", "GPL-3.0", "MPL-2.0", "BSD")
CLASSIFIERS = ("Programming Language :: Python :: 3", "License :: OSI Approved :: MIT License",
               "Operating System :: OS Independent", "Development Status :: 4 - Beta",
               "Intended Audience :: Developers", "Topic :: Software Development :: Libraries",
               "Programming Language :: Python :: 3.11", "Development Status :: 3 - Alpha")
GREETINGS = ("hello", "hi there", "good morning", "ciao", "salut", "hej", "hallo", "ahoy", "namaste",
             "hola", "bonjour", "ola", "merhaba", "konnichiwa", "ni hao", "servus", "moin", "hey you")


def summary(dice):
    """One line on what a real project does."""
    way = dice.below(6)
    adjective, noun, tech = dice.pick(ADJECTIVES), dice.pick(NOUNS), dice.pick(TECH)
    verb, thing = dice.pick(VERBS), dice.pick(THINGS)
    if way == 0:
        return f"A {adjective} {tech} library for {noun} {thing}s"
    if way == 1:
        return f"{verb.title()} {thing}s of {noun} files, the {adjective} way"
    if way == 2:
        return f"{adjective.title()} tool to {verb} {tech} {thing}s"
    if way == 3:
        return f"Python bindings for the {noun}{tech} service"
    if way == 4:
        return f"{tech.upper()} {thing} {verb}er"
    return f"{verb.title()}s {thing}s, {dice.pick(THINGS)}s and {noun}s"


def description(dice, name):
    """A README with a sentence or many."""
    parts = [f"# {name}\n", summary(dice) + ".\n"]
    for _ in range(dice.below(4)):
        parts.append(f"## {dice.pick(VERBS).title()} {dice.pick(THINGS)}s\n")
        for _ in range(dice.between(1, 3)):
            parts.append(f"Use it to {dice.pick(VERBS)} a {dice.pick(THINGS)} with "
                         f"{dice.pick(ADJECTIVES)} {dice.pick(NOUNS)} {dice.pick(THINGS)}s.\n")
    if dice.chance(0.6):
        parts.append(f"```\npip install {name}\n```\n")
    return "\n".join(parts)


def repository(person, name, dice):
    """Links that a project of this person shows: none, a home page, a list."""
    page = f"https://github.com/{person.account}/{name}"
    way = dice.roll()
    if way < 0.2:
        return ()
    if way < 0.6:
        return (("Home-page", page),)
    if way < 0.85:
        return (("Project-URL", f"Homepage, {page}"), ("Project-URL", f"Issues, {page}/issues"))
    return (("Project-URL", f"Repository, {page}"),)


def trimmings(dice):
    """License, classifiers, Python version: fields that a filled-in form has."""
    fields = []
    if dice.chance(0.7):
        fields.append(("License", dice.pick(LICENSES)))
    for classifier in dice.sample(CLASSIFIERS, dice.below(5)):
        fields.append(("Classifier", classifier))
    if dice.chance(0.7):
        fields.append(("Requires-Python", dice.pick((">=3.6", ">=3.7", ">=3.8", ">=3.9", ">=3.10"))))
    if dice.chance(0.25):
        fields.append(("Keywords", ",".join(dice.sample(TECH, dice.between(1, 4)))))
    return tuple(fields)
