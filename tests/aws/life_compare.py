"""Where two clouds answered the same call otherwise: codes, shapes, orders, texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from life_calls import Call

TEXTS = re.compile(r"(?i)(message|errormessage|statereason|statusmessage|laststatusupdatereason)")
NAMES = (
    "name", "Name", "path", "stageName", "responseType", "RoleName", "FunctionName", "Version",
    "Key", "AttributeName", "IndexName", "TableName", "logGroupName", "ClientName", "AlarmName",
)  # fmt: skip
OF_THE_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b[a-z0-9]{8,10}\b(?=.*identifier)|\b[\w-]+_[A-Za-z0-9]{8,}\b|\b\d+\b"
)
UNKNOWN = "an id"
BY_NAME = {
    "apiSummary", "resourceMethods", "methodSettings", "Variables", "tags", "Tags",
    "VersionIdsToStages", "UserPoolTags", "responseParameters", "responseTemplates",
}  # fmt: skip
"""Objects whose members are names of the stack's own, not AWS's: their values are looked into."""


@dataclass(frozen=True, order=True)
class Difference:
    """One row of the report, for all calls that show it."""

    operation: str
    what: str
    where: str
    local: str
    aws: str


@dataclass(frozen=True)
class Seen:
    times: int
    scenes: tuple[str, ...]
    example: str
    """A call that shows it, to begin a test with."""


def compare(local: Iterable[Call], aws: Iterable[Call]) -> dict[Difference, Seen]:
    """All differences, those that most calls show first."""
    here, there = _grouped(local), _grouped(aws)
    found: dict[Difference, list[Call]] = defaultdict(list)
    for key in here.keys() | there.keys():
        for difference, call in _of_group(here.get(key, []), there.get(key, [])):
            found[difference].append(call)
    reported = {}
    for difference, calls in found.items():
        scenes = tuple(dict.fromkeys(call.scene for call in calls))
        reported[difference] = Seen(len(calls), scenes, calls[0].resource)
    return dict(sorted(reported.items(), key=lambda each: (-each[1].times, each[0])))


def _grouped(calls: Iterable[Call]) -> dict[tuple[str, str, str], list[Call]]:
    groups: dict[tuple[str, str, str], list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: call.began):
        groups[call.scene, call.operation, call.resource].append(call)
    return groups


def _of_group(local: list[Call], aws: list[Call]) -> Iterator[tuple[Difference, Call]]:
    """One operation on one thing within a scene, all its answers together.

    How often something is looked at hangs on time, so that more of the same isn't a difference.
    """
    call = (aws or local)[0]
    if local and aws:
        yield from ((difference, call) for difference in of_faces(call.operation, local, aws))
        return
    sides = (_outcome(call), "not made") if local else ("not made", _outcome(call))
    yield Difference(call.operation, "calls", "whether it is made", *sides), call


def of_faces(operation: str, local: list[Call], aws: list[Call]) -> Iterator[Difference]:
    """How the same was answered otherwise."""
    here, there = Face.of(local), Face.of(aws)

    def reported(what: str, where: str, one: str, other: str) -> Difference:
        return Difference(operation, what, where, one, other)

    if here.well and there.well and here.well != there.well:
        statuses = (" ".join(sorted(face.well)) for face in (here, there))
        yield reported("codes", "status and code", *statuses)
    for code in sorted(there.refusals.keys() - here.refusals.keys()):
        yield reported("codes", "refusal", "none", f"{code}: {there.refusals[code]}")
    for code in sorted(here.refusals.keys() - there.refusals.keys()):
        yield reported("codes", "refusal", f"{code}: {here.refusals[code]}", "none")
    yield from (reported("shapes", *each) for each in _shapes(here.shape, there.shape))
    for what in ("orders", "texts"):
        one, other = getattr(here, what), getattr(there, what)
        for path in sorted(one.keys() & other.keys()):
            if not one[path].keys() & other[path].keys():
                yield reported(
                    what, path, *(next(iter(each[path].values())) for each in (one, other))
                )


@dataclass(frozen=True)
class Face:
    """What several answers showed together, by path in their bodies."""

    well: frozenset[str]
    """The statuses of success."""
    refusals: Mapping[str, str]
    """By status and code a text."""
    shape: Mapping[str, str]
    orders: Mapping[str, Mapping[str, str]]
    """How a list is ordered, with an example."""
    texts: Mapping[str, Mapping[str, str]]
    """Words without what changes, with the words themselves."""

    @classmethod
    def of(cls, calls: list[Call]) -> Face:
        kinds: dict[str, set[str]] = defaultdict(set)
        ordered: dict[str, dict[str, str]] = defaultdict(dict)
        words: dict[str, dict[str, str]] = defaultdict(dict)
        for call in calls:
            for path, text in texts(call.body).items():
                words[path].setdefault(steady(text), text)
            if call.refused:
                continue
            for path, kind in shape(call.body).items():
                kinds[path].add(kind)
            for path, names in orders(call.body).items():
                ordered[path].setdefault(order(names), " ".join(names))
        return cls(
            frozenset(_outcome(call) for call in calls if not call.refused),
            {_outcome(c): steady(" ".join(texts(c.body).values())) for c in calls if c.refused},
            {path: " or ".join(sorted(found)) for path, found in kinds.items()},
            ordered,
            words,
        )


def _shapes(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Where the kinds differ. What lies within something absent isn't reported besides."""
    for path in sorted(ours.keys() | theirs.keys()) if ours and theirs else ():
        one, other = ours.get(path, "absent"), theirs.get(path, "absent")
        parent = path.removesuffix("[]").rpartition(".")[0]
        if path.endswith("[]") and "absent" in {one, other}:
            continue  # an empty list says nothing of its entries
        if one != other and (not parent or (parent in ours and parent in theirs)):
            yield path, one, other


def _outcome(call: Call) -> str:
    return f"{call.status} {call.code}".strip()


def shape(value: Any, path: str = "body") -> dict[str, str]:
    """What kind of value stands at which path; of a list all entries together."""
    found = {path: _kind(value)}
    if isinstance(value, dict):
        dynamic = path.rpartition(".")[2] in BY_NAME
        for name, inner in value.items():
            found |= shape(inner, f"{path}.*" if dynamic else f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            found |= shape(each, f"{path}[]")
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds: Mapping[type, str] = {dict: "object", list: "list", str: "text", type(None): "null"}
    return kinds.get(type(value), "number")


def orders(value: Any, path: str = "body") -> dict[str, list[str]]:
    """The entries of each list of two or more, by their names."""
    found: dict[str, list[str]] = {}
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= orders(inner, f"{path}.{name}")
    elif isinstance(value, list):
        names = [_name(each) for each in value]
        if len(names) > 1 and UNKNOWN not in names:
            found[path] = names
        for each in value:
            found |= {k: v for k, v in orders(each, f"{path}[]").items() if k not in found}
    return found


def order(names: list[str]) -> str:
    """In which order names stand: that of their making hangs on time."""
    by_name = sorted(names)
    if names == by_name:
        return "by name"
    return "by name, backwards" if names == by_name[::-1] else "otherwise"


def _name(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, dict):
        for name in NAMES:
            if isinstance(entry.get(name), str):
                return str(entry[name])
    return UNKNOWN


def texts(value: Any, path: str = "body") -> dict[str, str]:
    """The words for people, by their path."""
    if isinstance(value, list):
        return {k: v for each in value for k, v in texts(each, f"{path}[]").items()}
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for name, inner in value.items():
        if inner and isinstance(inner, str) and TEXTS.fullmatch(name):
            found[f"{path}.{name}"] = inner
        found |= texts(inner, f"{path}.{name}")
    return found


def steady(text: str) -> str:
    """Without ids, numbers and times, which no two runs share."""
    return OF_THE_MOMENT.sub("…", text)
