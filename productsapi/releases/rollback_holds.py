"""The holds of a whole stack: what a rollback adds to them, and what it releases. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from productsapi.releases.hold import DEFINITION, Hold, contents_in_full, differing, in_words, parse
from productsapi.releases.inventory import Past, Version
from productsapi.stack import ALIAS, Stack

if TYPE_CHECKING:
    from productsapi.releases.history import State

THE_API = "the API's definition"


@dataclass(frozen=True)
class Holds:
    """What is held of each function, and of the API."""

    functions: Mapping[str, Hold]
    definition: Hold

    def of_state(self, state: State) -> tuple[str, ...]:
        """What is held of that which is served with a release, as text."""
        return _in_words(
            {
                function: hold.among(contents_in_full(state.versions[function].contents))
                for function, hold in self.functions.items()
                if hold.items and function in state.versions
            },
            api=(DEFINITION, state.deployment.metadata.definition) in self.definition,
        )


def holds(past: Past) -> Holds:
    aliases = {function: found.aliases.get(ALIAS, {}) for function, found in past.functions.items()}
    return Holds(
        {function: parse(alias.get("Description")) for function, alias in aliases.items()},
        parse(past.stage.get("description") if past.stage else None),
    )


def after_a_move(stack: Stack, past: Past, to: State) -> Holds:
    """What is held once another state is served: what was before, and what is newer than that.

    Never what is served itself: whoever asks for it by name releases it.
    """
    had, today = holds(past), stack.began.date()
    from_code, from_api = _from(past, to)
    functions = {
        function: _serving(had.functions[function], version).plus(
            from_code.get(function, {}), today
        )
        for function, version in to.versions.items()
    }
    served = {DEFINITION: to.deployment.metadata.definition}
    return Holds(functions, had.definition.minus(served).plus(from_api, today))


def rolled_back_from(past: Past, to: State) -> tuple[str, ...]:
    """What is held from then on, as text."""
    code, api = _from(past, to)
    return _in_words({function: list(fields) for function, fields in code.items()}, api=bool(api))


def _serving(hold: Hold, version: Version) -> Hold:
    return hold.minus(contents_in_full(version.contents)) if hold.items else hold


def _from(past: Past, to: State) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """What is served now, is newer and differs, by function, and of the API.

    Part by part: a rollback that was broken off, back or forward, has moved some of them.
    """
    code = {
        function: differing(live.contents, version.contents)
        for function, version in to.versions.items()
        if (live := past.functions[function].live) and live.number > version.number
    }
    served, then = past.served, to.deployment
    if served and served.age > then.age and served.metadata.definition != then.metadata.definition:
        return code, {DEFINITION: served.metadata.definition}
    return code, {}


def _in_words(functions: Mapping[str, list[str]], *, api: bool) -> tuple[str, ...]:
    """«code of create and get», «setting CORS_ORIGIN of get», «the API's definition»."""
    having: dict[str, list[str]] = {}
    for function, fields in functions.items():
        for field in fields:
            having.setdefault(in_words(field), []).append(function)
    lines = [f"{what} of {', '.join(names)}" for what, names in having.items()]
    return (*lines, *([THE_API] if api else []))
