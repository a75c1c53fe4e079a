"""Honest projects that hold something: code, data, compiled modules, stubs, translations."""

import functools

import sources
import text
from clock import DAY
from dice import Dice
from names import GENERIC, command_of, invented, plain
from people import individual, organisation
from shelf import SDIST, WHEEL, Content, always, module_of
from words import NOUNS, TECH, THINGS, VERBS


def releases_of(dice, most=8):
    return dice.long_tail(1, most)


def versions_of(dice, count):
    """Version numbers that go up, in one of the ways people count."""
    major, minor = dice.pick(((0, 1), (0, 1), (0, 0), (1, 0), (2, 0), (0, 3)))
    step = dice.pick((1, 1, 2))
    if dice.chance(0.05):
        return tuple(f"20{24 - count // 12}.{number + 1}.0" for number in range(count))
    patches = dice.chance(0.4)
    return tuple(f"{major}.{minor}.{number * step}" if patches or major + minor == 0
                 else f"{major}.{minor + number * step}.0" for number in range(count))


def code_recipe(project, key, module, size, requires=(), commands=None):
    """A package that grows by a function a release. `key` decides its code, whatever its name."""
    dice = Dice(*key)
    files = sources.package(dice, module, *size)
    summary, description = text.summary(dice), text.description(dice, project.name)
    fields = text.repository(project.person, project.name, dice) + text.trimmings(dice)
    if commands:
        functions = "".join(f"\n\ndef {module_of(command)}():\n    return run({command!r})\n"
                            for command in commands)
        files.append((f"{module}/cli.py", "import sys\n\n\ndef run(verb):\n    for argument in "
                      f"sys.argv[1:]:\n        print(verb, argument)\n{functions}"))
        commands = {command: f"{module}.cli:{module_of(command)}" for command in commands}
    author = sources.Author(dice)
    while True:
        yield Content(files, summary, description, requires, commands or {}, fields=fields)
        path, code = files[-1]
        files = [*files[:-1], (path, f"{code}\n\n{author.function()[1]}")]


def add_code(world, label, name, person, dice, *, most=8, size=None, times=None, commands=None,
             requires=None, **rest):
    count = len(times) if times else releases_of(dice, most)
    times = times or world.past(dice, count)
    size = size or (dice.long_tail(1, 4), dice.between(2, 4))
    if requires is None:
        requires = world.requirements(dice)
    recipe = functools.partial(code_recipe, key=(world.seed, "code", name), module=module_of(name),
                               size=size, requires=requires, commands=commands)
    return world.add(name, label, person, times, recipe, versions=versions_of(dice, count), **rest)


def maker(dice):
    """Who makes a library or tool: a person, sometimes an organisation of one project."""
    if dice.chance(0.25):
        return organisation(dice, f"{invented(dice)}-{dice.pick(NOUNS)}")
    return individual(dice)


def add_tools(world, count):
    dice = world.dice("tools")
    for _ in range(count):
        name = world.names.fresh(plain, dice)
        begin = world.clock.moment(dice, before=0.75)
        times = world.clock.releases(dice, releases_of(dice, 10), begin, 5.0)
        commands = {name.lower(): None} if dice.chance(0.65) else {}
        for _ in range(dice.long_tail(2, 14)):
            commands[command_of(dice, name)] = None
        if dice.chance(0.12):
            commands[dice.pick(GENERIC)] = None
        tool = add_code(world, "tool", name, maker(dice), dice, times=times,
                        commands=tuple(commands), requires=())
        world.tools.append(tool)
        for command in commands:
            world.note_command(command, tool, times[0])


def add_libraries(world, count):
    dice = world.dice("libraries")
    for _ in range(count):
        name = world.names.fresh(plain, dice)
        world.libraries.append(add_code(world, "library", name, maker(dice), dice))


def add_native(world, count):
    def content(project):
        own = Dice(world.seed, "native", project.name)
        machine = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\x3e\0" + \
            bytes(own.below(256) for _ in range(300)) + project.name.encode() * 20
        files = [(f"{project.module}/__init__.py", f"from ._{project.module} import *\n"),
                 (f"{project.module}/_{project.module}.cpython-311-x86_64-linux-gnu.so", machine)]
        return Content(files, text.summary(own), fields=text.trimmings(own),
                       tag="cp311-cp311-manylinux_2_17_x86_64")

    dice = world.dice("native")
    for _ in range(count):
        world.add(world.names.fresh(plain, dice), "native", maker(dice),
                  world.past(dice, releases_of(dice)), always(content), form=WHEEL)


def add_data(world, count):
    def content(project):
        own = Dice(world.seed, "data", project.name)
        rows = "".join(f"{own.pick(NOUNS)},{own.below(9999)},{own.roll():.4f}\n"
                       for _ in range(own.between(10, 80)))
        ending = own.pick((".csv", ".txt", ".json"))
        body = "name,count,share\n" + rows if ending != ".json" else \
            f'{{"rows": {own.below(999)}, "text": "{own.pick(NOUNS)} {own.pick(THINGS)}"}}'
        return Content([(f"{project.module}/__init__.py", own.pick(("", "# data only\n"))),
                        (f"{project.module}/data/{own.pick(THINGS)}{ending}", body)],
                       f"Data of {own.pick(NOUNS)} {own.pick(THINGS)}s", fields=text.trimmings(own))

    dice = world.dice("data")
    for _ in range(count):
        name = world.names.fresh(lambda d: f"{plain(d)}-data", dice)
        world.add(name, "data", maker(dice), world.past(dice, releases_of(dice, 5)), always(content))


def add_forks(world, count):
    """The same code under another name: forks, vendored copies, re-uploads by unrelated people."""
    dice = world.dice("forks")
    while count > 0 and world.libraries:
        origin = world.popular(dice, world.libraries)
        for _ in range(min(count, dice.long_tail(1, 9))):
            person = individual(dice)
            name = world.names.fresh(lambda d: d.pick((
                f"{origin.name}-{person.account}", f"{origin.name}-fork", f"{origin.name}-ng",
                f"{origin.name}{d.between(2, 9)}", f"{person.account}-{origin.name}",
                f"{origin.name}-fixed", f"{origin.name}-unofficial")), dice)
            begin = min(origin.times[0] + dice.below(700 * DAY), world.clock.end() - DAY)
            world.add(name, "fork", person, [begin], origin.recipe, versions=("0.1.1",))
            count -= 1


def add_grown(world, count):
    """An empty first upload to try the index out, the work days or months later."""
    def recipe(project, work):
        own = Dice(world.seed, "grown", project.name)
        blank = own.pick(("", "# todo\n", f'"""{project.name}"""\n'))
        yield Content([(f"{project.module}/__init__.py", blank)], own.pick(text.GENERATED))
        yield from work(project)

    dice = world.dice("grown")
    for _ in range(count):
        name = world.names.fresh(plain, dice)
        work = functools.partial(code_recipe, key=(world.seed, "code", name), module=module_of(name),
                                 size=(1, 3), requires=world.requirements(dice))
        begin = world.some_day(dice)
        world.add(name, "grown", individual(dice),
                  world.clock.releases(dice, dice.between(2, 5), begin, 1.0),
                  functools.partial(recipe, work=work))


def add_monorepos(world, count):
    """One organisation's packages, each with code, uploaded within minutes, release by release."""
    dice = world.dice("monorepo")
    while count > 0:
        brand = world.names.fresh(lambda d: f"{invented(d)}{d.pick(NOUNS)}", dice)
        person = organisation(dice, brand)
        starts = world.past(dice, dice.between(1, 4))
        for part in dice.sample(TECH, min(count, dice.between(8, 40))):
            times = [start + dice.below(900) for start in starts]
            add_code(world, "monorepo", f"{brand}-{part}", person, dice, times=sorted(times),
                     size=(1, 2), requires=(brand,) if dice.chance(0.4) else ())
            count -= 1


def add_prolific(world, count):
    """One person's many small packages, each with its own code, all of one look, often a dozen a day.
    """
    dice = world.dice("prolific")
    while count > 0:
        person = individual(dice, own_domain=0.1)
        prefix = invented(dice) if dice.chance(0.4) else ""
        days = [world.some_day(dice) for _ in range(dice.between(1, 6))]
        for _ in range(min(count, dice.between(10, 50))):
            name = world.names.fresh(lambda d: f"{prefix}-{d.pick(TECH)}-{d.pick(NOUNS)}" if prefix else plain(d),
                                     dice)
            begin = dice.pick(days) + dice.below(5 * 3600)
            add_code(world, "prolific", name, person, dice, size=(1, 2),
                     times=world.clock.releases(dice, dice.long_tail(1, 3), begin))
            count -= 1


WAVE_SERVER = '''"""{title} server: offers {noun} tools to assistants."""

import json
import sys

TOOLS = {{}}


def tool(function):
    TOOLS[function.__name__] = function
    return function


{tools}
def answer(request):
    name, arguments = request["tool"], request.get("arguments", {{}})
    if name not in TOOLS:
        return {{"error": f"no tool {{name}}"}}
    return {{"result": TOOLS[name](**arguments)}}


def main():
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
'''


def wave_content(project, subject):
    """The example everybody starts from, and one to three tools of one's own."""
    own = Dice("wave", project.name)
    author = sources.Author(own)
    tools = "".join(f"@tool\n{author.function()[1]}\n\n" for _ in range(own.between(1, 3)))
    code = WAVE_SERVER.format(title=subject.title(), noun=subject, tools=tools)
    return Content([(f"{project.module}/__init__.py", "from .server import main\n"),
                    (f"{project.module}/server.py", code)],
                   own.pick((f"Assistant server for {subject}", text.summary(own), text.GENERATED[2])),
                   commands={project.name.lower(): f"{project.module}:main"}, fields=text.trimmings(own))


def add_wave(world, count):
    """A fashion: within two months, hundreds of people publish their variant of the same example."""
    dice = world.dice("wave")
    start = world.clock.moment(dice, after=0.8, before=0.95)
    for _ in range(count):
        name = world.names.fresh(lambda d: d.pick(("assist-{}", "assist-server-{}", "{}-assist-server")).format(
            d.pick((f"{d.pick(NOUNS)}-{d.pick(TECH)}", d.pick(NOUNS), d.pick(TECH)))), dice)
        begin = world.clock.at(dice, start // DAY * DAY + dice.below(60) * DAY)
        make = functools.partial(wave_content, subject=f"{dice.pick(NOUNS)} {dice.pick(TECH)}")
        world.add(name, "wave", individual(dice), world.clock.releases(dice, dice.long_tail(1, 5), begin, 0.5),
                  always(make))


SDK_OPERATION = '''
    def {verb}_{thing}(self, {thing}_id, **options):
        """{verb} a {thing} of {title}."""
        return self._call("{method}", f"/{service}/{{{thing}_id}}/{verb}", options)
'''
SDK_CLIENT = '''"""Generated client of {title}. Do not edit."""

import json
import urllib.request

API_VERSION = "{api}"


class {Service}Client:
    def __init__(self, credential, endpoint="https://{service}.{domain}"):
        self._credential = credential
        self._endpoint = endpoint.rstrip("/")

    def _call(self, method, path, options):
        body = json.dumps(options).encode()
        request = urllib.request.Request(self._endpoint + path, body, method=method)
        request.add_header("Authorization", "Bearer " + self._credential)
        request.add_header("X-Api-Version", API_VERSION)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
'''


def sdk_content(project, brand, service, seed):
    own = Dice(seed, "sdk", project.name)
    title = f"{brand.title()} {service.title()}"
    code = SDK_CLIENT.format(title=title, service=service, Service=service.title(),
                             domain=f"{brand}.example", api=f"20{own.between(19, 25)}-0{own.between(1, 9)}-01")
    for _ in range(own.between(2, 6)):
        code += SDK_OPERATION.format(verb=own.pick(VERBS), thing=own.pick(THINGS), title=title,
                                     service=service, method=own.pick(("GET", "POST", "PUT")))
    return Content([(f"{project.module}/__init__.py", f"from .client import {service.title()}Client\n"),
                    (f"{project.module}/client.py", code)], f"Client of {title}",
                   requires=(f"{brand}-core>=1.0",),
                   fields=(("Home-page", f"https://github.com/{brand}/{brand}-sdk-python"),
                           ("License", "MIT")))


def add_sdks(world, count):
    """Hundreds of generated clients of one vendor, uploaded the same day."""
    dice = world.dice("sdk")
    while count > 0:
        brand = world.names.fresh(lambda d: f"{invented(d)}{d.pick(('cloud', 'api', 'soft', 'ware'))}", dice)
        person = organisation(dice, brand, undeclared=0)
        add_code(world, "sdk", f"{brand}-core", person, dice, most=4, requires=())
        days = [world.clock.moment(dice) for _ in range(dice.between(1, 3))]
        size = min(count - 1, dice.between(30, 300))
        kinds = [f"{noun}{tech}" for noun in dice.sample(NOUNS, 40) for tech in dice.sample(TECH, 10)]
        for service in dice.sample(kinds, size):
            moment = dice.pick(days) + dice.below(4 * 3600)
            make = functools.partial(sdk_content, brand=brand, service=service, seed=world.seed)
            world.add(f"{brand}-mgmt-{service}", "sdk", person,
                      world.clock.releases(dice, dice.between(1, 3), moment, 2.0), always(make),
                      versions=("1.0.0", "1.1.0", "2.0.0"))
        count -= size + 1


def add_types(world, count):
    """Typing stubs by one community account: hundreds of small packages of one look."""
    def content(project, target):
        own = Dice(world.seed, "types", project.name)
        lines = [f"def {own.pick(VERBS)}_{own.pick(THINGS)}({own.pick(THINGS)}: "
                 f"{own.pick(('str', 'int', 'bytes', 'float'))}) -> {own.pick(('str', 'int', 'None'))}: ...\n"
                 for _ in range(own.between(1, 12))]
        return Content([(f"{module_of(target)}-stubs/__init__.pyi", "".join(lines)),
                        (f"{module_of(target)}-stubs/METADATA.toml", 'partial = true\nversion = "0.1.*"\n')],
                       f"Typing stubs for {target}", fields=(
                           ("Home-page", "https://github.com/stub-keepers/stubs"),
                           ("License", "Apache-2.0 license")))

    dice = world.dice("types")
    keeper = organisation(dice, "stub-keepers")
    for target in dice.sample(world.libraries, count):
        name = world.names.take(f"types-{target.name}")
        begin = max(target.times[0], world.clock.moment(dice, after=0.4))
        if name:
            world.add(name, "types", keeper, world.clock.releases(dice, dice.between(1, 4), begin),
                      always(functools.partial(content, target=target.name)))


def add_namespaces(world, count):
    """A root that only extends its path, and parts below it."""
    extend = '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n'

    def root(project):
        return Content([(f"{project.module}/__init__.py", extend)], f"Namespace {project.name}")

    def part(project):
        own = Dice(world.seed, "part", project.name)
        top, leaf = project.name.split(".")
        return Content([(f"{top}/__init__.py", extend),
                        (f"{top}/{leaf}/__init__.py", sources.Author(own).module(3)[1])],
                       f"{project.name} of {top}", requires=(top,), fields=text.trimmings(own))

    dice = world.dice("namespaces")
    while count > 0:
        top = world.names.fresh(lambda d: invented(d, 2, 2) + d.pick(NOUNS), dice)
        person = organisation(dice, top)
        begin = world.clock.moment(dice)
        world.add(top, "namespace", person, [begin], always(root), versions=("1.0",))
        for leaf in dice.sample(TECH, min(count, dice.between(3, 12))):
            times = world.clock.releases(dice, dice.between(1, 3), begin + dice.below(90 * DAY))
            world.add(f"{top}.{leaf}", "namespace", person, times, always(part))
            count -= 1
        count -= 1


def add_localisations(world, count):
    """Translations of one program, one project a language, uploaded together."""
    languages = ("de", "fr", "es", "it", "pl", "ja", "zh-cn", "pt-br", "ru", "tr", "ko", "nl", "sv",
                 "cs", "uk", "fi", "da", "el", "hu", "vi", "id", "ro", "fa", "he")

    def content(project, language):
        own = Dice(world.seed, "language", project.name)
        body = "".join(f'msgid "{own.pick(VERBS)} {thing}"\nmsgstr "{language}: {invented(own)}"\n\n'
                       for thing in own.sample(THINGS, 30))
        return Content([(f"{project.module}/__init__.py", ""),
                        (f"{project.module}/locale/{language}/messages.po", body)],
                       f"Language pack {language}", fields=text.trimmings(own))

    dice = world.dice("localisation")
    while count > 0:
        host = world.popular(dice, world.tools)
        begin = host.times[0] + dice.below(200 * DAY)
        size = min(count, dice.between(5, len(languages)))
        for language in dice.sample(languages, size):
            name = world.names.take(f"{host.name}-language-pack-{language}")
            if name:
                times = world.clock.releases(dice, dice.between(1, 3),
                                             min(begin, world.clock.end() - DAY) + dice.below(1800))
                world.add(name, "localisation", host.person, times,
                          always(functools.partial(content, language=language)), form=SDIST)
        count -= size
