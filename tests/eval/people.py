"""Invented people and organisations: names, accounts, addresses, and how they fill in a form."""

import dataclasses

GIVEN = ("Ada", "Aiko", "Amara", "Anders", "Anika", "Arjun", "Aylin", "Bao", "Bastien", "Beatriz",
         "Bogdan", "Carla", "Chidi", "Dalia", "Daniel", "Deniz", "Dmitri", "Elena", "Emeka", "Erik",
         "Esther", "Fatima", "Felix", "Femi", "Gabriel", "Greta", "Hanna", "Haruto", "Hugo", "Ines",
         "Ivan", "Jakub", "Jana", "Jorge", "Kaito", "Karim", "Katya", "Kofi", "Lars", "Leila",
         "Linh", "Lucia", "Maja", "Marek", "Mei", "Miguel", "Mina", "Nadia", "Nikhil", "Noor",
         "Olga", "Omar", "Oskar", "Paolo", "Petra", "Priya", "Rafael", "Ravi", "Rosa", "Samir",
         "Sanna", "Sofia", "Stefan", "Sunita", "Tariq", "Tomas", "Uma", "Viktor", "Wei", "Yara",
         "Yusuf", "Zofia")
FAMILY = ("Abiola", "Almeida", "Andersson", "Aydin", "Bakker", "Banerjee", "Becker", "Bianchi",
          "Castillo", "Chen", "Costa", "Demir", "Dubois", "Eriksen", "Fernandes", "Fischer",
          "Fontaine", "Garcia", "Gupta", "Haddad", "Hansen", "Horvat", "Ibrahim", "Ivanov", "Jansen",
          "Johansen", "Kaya", "Keller", "Kim", "Kovacs", "Kowalski", "Kumar", "Larsen", "Lindgren",
          "Lopez", "Mancini", "Martins", "Mensah", "Meyer", "Moreau", "Nakamura", "Nguyen",
          "Nilsson", "Novak", "Okafor", "Olsen", "Ortega", "Papadakis", "Patel", "Petrov", "Popescu",
          "Rahman", "Ricci", "Rossi", "Sato", "Schmid", "Sharma", "Silva", "Singh", "Suzuki",
          "Tanaka", "Torres", "Tran", "Vargas", "Virtanen", "Vogel", "Weber", "Wojcik", "Yamada",
          "Zhang")
NICKS = ("pixel", "ghost", "turbo", "panda", "neko", "raven", "byte", "quark", "lambda", "zen",
         "storm", "mango", "cosmic", "tiny", "lazy", "salty", "night", "retro", "moss", "fuzzy")
# Where people without a domain of their own have their mailbox; a share each.
FREE_MAIL = (("gmail.com", 62), ("outlook.com", 7), ("hotmail.com", 6), ("yahoo.com", 4),
             ("qq.com", 4), ("163.com", 3), ("protonmail.com", 3), ("icloud.com", 2), ("gmx.de", 2),
             ("web.de", 1), ("mail.ru", 1), ("yandex.ru", 2), ("inbox.ru", 0.5), ("live.com", 1),
             ("126.com", 1), ("foxmail.com", 0.5))
UNIVERSITIES = ("uni-northport", "tech-valley", "lakeside-college", "polytech-arden",
                "institute-marrow", "uni-ostwald", "state-college-fern", "academia-vera")


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str  # "" when not told
    account: str
    fields: tuple  # (Key, value) pairs of core metadata


def form_fields(dice, name, address):
    """A person as one of the ways of packaging writes it: most say who they are."""
    if not address:
        return (("Author", name),) if name and dice.chance(0.5) else ()
    way = dice.roll()
    if way < 0.45:
        return (("Author", name), ("Author-email", address)) if name else (("Author-email", address),)
    if way < 0.9 and name:
        return (("Author-email", f"{name} <{address}>"),)
    return (("Author-email", address),)


def login_of(dice, given, family):
    given, family, number = given.lower(), family.lower(), dice.below(100)
    return dice.weighted((
        (f"{given}.{family}", 4), (f"{given}{family}", 4), (f"{given[0]}{family}", 4),
        (f"{given}.{family}{number}", 2), (f"{given}{number}", 2), (f"{family}.{given}", 1),
        (f"{given}_{family}", 1), (f"{dice.pick(NICKS)}{given}{number}", 1),
        (f"{dice.pick(NICKS)}{dice.pick(NICKS)}", 1), (f"{given}{family[0]}{number}", 1)))


def account_of(dice, login):
    """Logins repeat, accounts do not: most carry something to tell them apart."""
    base = login.replace(".", "").replace("_", "")
    return f"{base}{dice.code(3, '0123456789abcdef')}" if dice.chance(0.8) else f"{base}-{dice.code(5)}"


def individual(dice, undeclared=0.25, own_domain=0.12, domain=None):
    given, family = dice.pick(GIVEN), dice.pick(FAMILY)
    login = login_of(dice, given, family)
    name = f"{given} {family}" if dice.chance(0.85) else login
    if dice.chance(undeclared):
        address = ""
    elif domain is not None:
        address = f"{login}@{domain}"
    elif dice.chance(own_domain):
        address = f"{dice.pick(('me', 'hello', 'mail', given.lower()))}@{given.lower()}" \
                  f"{family.lower()}{dice.code(2)}.example"
    else:
        address = f"{login}@{dice.weighted(FREE_MAIL)}"
    return Person(name, address, account_of(dice, login), form_fields(dice, name, address))


def organisation(dice, brand, undeclared=0.1):
    """The address of a team at the organisation's own domain."""
    box = dice.pick(("opensource", "dev", "team", "info", "packages", "python"))
    title = brand.replace("-", " ").title()
    name = dice.pick((title, f"{title} Inc.", f"{title} developers", f"The {title} team"))
    address = "" if dice.chance(undeclared) else f"{box}@{brand}.example"
    return Person(name, address, dice.pick((brand, f"{brand}-bot", f"{brand}-release")),
                  form_fields(dice, name, address))
