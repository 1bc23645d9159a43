"""What was rolled back from, kept in descriptions: no deploy makes that live again unasked.

An alias holds what its function was rolled back from, the stage which definition of the API was.
Each is written by the very call that moves it, so whoever sees where it points sees its hold: a
read that is late for the one is late for both, and shows what was rolled back from as live.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from productsapi.engine.field_changes import compare
from productsapi.engine.names import Output
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.resource import Fields
from productsapi.function_variables import OURS as VARIABLES

SIGN = "; held "
LONGEST = 180
"""Characters of a hold: an alias's description ends at 256, with the stack's name before it."""
CODE = "code_sha256"
DEFINITION = "definition"
WHERE_IT_IS = frozenset({"role", "environment.ROLE_ID", "environment.TABLE_NAME"})
"""What a function depends on rather than what it does: it can only be as it is today."""
STAGE_SAYS = Output("stage's description")
FORMER_STAGES_HOLD = Output("held by former stages")
SERVED = Output("definition served")
OLDEST = Output("oldest deployment")
"""The stage's description, those of stages that are renamed, the definition that is served
once the deployment is there, and the time of the oldest release among the API's deployments."""
_DAY, _DIGEST = r"\d{4}-\d\d-\d\d", r"[\w-]{8}"


@dataclass(frozen=True)
class Hold:
    """Digests of held fields, each with the day of its rollback, the oldest first.

    A field is held by its name and value, so what the former release had in common isn't.
    """

    items: tuple[tuple[str, str], ...] = ()

    def __contains__(self, field: tuple[str, Any]) -> bool:
        return _digest(*field) in {digest for _, digest in self.items}

    def among(self, fields: Mapping[str, Any]) -> list[str]:
        """The names of those fields that are held."""
        return [name for name in fields if (name, fields[name]) in self]

    def plus(self, fields: Mapping[str, Any], day: date) -> Hold:
        """With these held too; what there is no room for any more goes, the oldest first."""
        new = [(str(day), _digest(*field)) for field in fields.items()]
        held = (*self.minus(fields).items, *new)
        while len(str(Hold(held))) > LONGEST:
            held = held[1:]
        return Hold(held)

    def minus(self, fields: Mapping[str, Any]) -> Hold:
        gone = {_digest(*field) for field in fields.items()}
        return Hold(tuple(item for item in self.items if item[1] not in gone))

    def since(self, oldest: str | None) -> Hold:
        """Without what is from before the day of the oldest release there, given by its time."""
        day = (oldest or "")[: len("2026-11-27")]
        return Hold(tuple(item for item in self.items if item[0] >= day))

    def __or__(self, other: Hold) -> Hold:
        return Hold(tuple(sorted({*self.items, *other.items})))

    def __str__(self) -> str:
        days = dict.fromkeys(day for day, _ in self.items)
        groups = {day: [digest for at, digest in self.items if at == day] for day in days}
        return " ".join(" ".join((day, *digests)) for day, digests in groups.items())


def marked(base: str, hold: Hold) -> str:
    """A description with the hold after all else."""
    return f"{base}{SIGN}{hold}" if hold.items else base


def unmarked(description: str) -> str:
    return description.partition(SIGN)[0]


def parse(description: str | None) -> Hold:
    """What a description holds; nothing where it has none, or somebody has changed it."""
    text = (description or "").partition(SIGN)[2]
    if not re.fullmatch(rf"{_DAY}(?: {_DIGEST})+(?: {_DAY}(?: {_DIGEST})+)*", text):
        return Hold()
    return Hold(tuple(_items(text)))


def held_definitions(known: Outputs) -> Hold:
    return parse(known.get(STAGE_SAYS)) | parse(known.get(FORMER_STAGES_HOLD))


def differing(live: Fields, former: Fields) -> dict[str, Any]:
    """What a function is rolled back from: its code where that differs, else each such setting.

    Settings belong to the code that reads them: with a code that is fixed they may come back.
    """
    fields = {f.field: f.old for f in compare(live, former) if f.field not in WHERE_IT_IS}
    return {CODE: fields[CODE]} if CODE in fields else fields


def contents_in_full(contents: Fields) -> dict[str, Any]:
    """A function's code and settings, one field each; variables that aren't there count too."""
    variables = dict.fromkeys(VARIABLES) | dict(contents.get("environment", {}))
    settings = {name: value for name, value in contents.items() if name != "environment"}
    described = {**settings, **{f"environment.{name}": value for name, value in variables.items()}}
    return {name: value for name, value in described.items() if not isinstance(value, Unknown)}


def in_words(field: str) -> str:
    if field == CODE:
        return "code"
    return f"setting {field.removeprefix('environment.')}"


def _items(text: str) -> Iterator[tuple[str, str]]:
    day = ""
    for part in text.split():
        if re.fullmatch(_DAY, part):
            day = part
        else:
            yield day, part


def _digest(name: str, value: Any) -> str:
    reported = json.dumps([name, value], sort_keys=True, default=str)
    return base64.urlsafe_b64encode(hashlib.sha256(reported.encode()).digest())[:8].decode()
