"""The rules of the OSV format (version 1.6) and of the repository of malicious packages, written
down from what both publish: problems_of() names every breach. An `id` is what the format requires
and the repository gives; so a file as submitted must have none, and be valid with any."""

import re
import urllib.parse
from datetime import datetime

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
REFERENCE_TYPES = {"ADVISORY", "ARTICLE", "DETECTION", "DISCUSSION", "REPORT", "FIX", "INTRODUCED",
                   "GIT", "PACKAGE", "EVIDENCE", "WEB"}
CREDIT_TYPES = {"FINDER", "REPORTER", "ANALYST", "COORDINATOR", "REMEDIATION_DEVELOPER",
                "REMEDIATION_REVIEWER", "REMEDIATION_VERIFIER", "TOOL", "SPONSOR", "OTHER"}
ORIGIN_KEYS = {"source", "sha256", "import_time", "modified_time", "id", "ranges", "versions"}


def is_time(value):
    if not isinstance(value, str) or not TIME.match(value):
        return False
    try:
        datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return False
    return True


def object_problems(value, where, rules, required=()):
    """`rules`: member -> function(value, where) that yields problems."""
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    for name in required:
        if name not in value:
            yield f"{where}.{name} is missing"
    for name, member in value.items():
        if name not in rules:
            yield f"{where}.{name} is not of the format"
        else:
            yield from rules[name](member, f"{where}.{name}")


def each(rule):
    def check(value, where):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for number, item in enumerate(value):
            yield from rule(item, f"{where}[{number}]")
    return check


def text(value, where):
    if not isinstance(value, str) or value == "":
        yield f"{where} is no text"


def time(value, where):
    if not is_time(value):
        yield f"{where} is no UTC time: {value!r}"


def one_of(words):
    def check(value, where):
        if value not in words:
            yield f"{where} is {value!r}"
    return check


def matching(pattern):
    def check(value, where):
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"{where} is {value!r}"
    return check


def url(value, where):
    parts = urllib.parse.urlsplit(value if isinstance(value, str) else "")
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[^!-~]", value):
        yield f"{where} is no URL: {value!r}"


def package(value, where):
    yield from object_problems(value, where, {
        "ecosystem": one_of({"PyPI"}), "name": text, "purl": text}, ("ecosystem", "name"))
    if isinstance(value, dict):
        name = value.get("name", "")
        if re.search(r"[\x00-\x1f\x7f]", name):
            yield f"{where}.name has control characters"
        purl = value.get("purl")
        if purl is not None and urllib.parse.unquote(purl) != "pkg:pypi/" + name:
            yield f"{where}.purl is not that of {name}"
        if purl is not None and not re.fullmatch(r"pkg:pypi/([A-Za-z0-9._~-]|%[0-9A-F]{2})+", purl):
            yield f"{where}.purl is not encoded: {purl}"


def versions(value, where):
    yield from each(text)(value, where)
    if isinstance(value, list) and len(set(value)) != len(value):
        yield f"{where} repeats a version"


def affected(value, where):
    yield from each(lambda item, place: object_problems(
        item, place, {"package": package, "versions": versions}, ("package",)))(value, where)
    if isinstance(value, list) and len(value) != 1:
        yield f"{where} has {len(value)} entries, not one"


def references(value, where):
    yield from each(lambda item, place: object_problems(
        item, place, {"type": one_of(REFERENCE_TYPES), "url": url}, ("type", "url")))(value, where)


def credit_list(value, where):
    yield from each(lambda item, place: object_problems(
        item, place, {"name": text, "contact": each(text), "type": one_of(CREDIT_TYPES)},
        ("name",)))(value, where)


def origins(value, where):
    rules = {name: text for name in ORIGIN_KEYS}
    rules.update(source=matching("[a-z0-9-]+"), sha256=matching("[0-9a-f]{64}"), import_time=time,
                 modified_time=time, ranges=each(text), versions=each(text))
    yield from each(lambda item, place: object_problems(
        item, place, rules, ("source", "sha256")))(value, where)


def database_specific(value, where):
    yield from object_problems(value, where, {"malicious-packages-origins": origins})


RULES = {
    "schema_version": matching(r"1\.\d+\.\d+"), "id": matching(r"MAL-\d{4}-.+"), "modified": time,
    "published": time, "summary": text, "details": text, "affected": affected,
    "references": references, "credits": credit_list, "database_specific": database_specific,
}


def problems_of(report):
    """Of a file to be submitted, as json.load() gives it."""
    if not isinstance(report, dict):
        return ["not an object"]
    problems = ["it has an id"] if "id" in report else []
    problems += object_problems(dict(report, id="MAL-2026-1"), "report", RULES,
                                ("id", "modified", "affected", "details"))
    if not report.get("credits") and not report.get("references"):
        problems.append("neither credits nor references tell where it comes from")
    return problems
