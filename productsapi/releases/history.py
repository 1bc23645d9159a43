"""The releases that can be gone back to, newest first, and which of them is in force.

Pure: made of what was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.engine.read import Reading
from productsapi.errors import Refused
from productsapi.releases.inventory import LONG_AGO, Past, Published, Snapshot, Version
from productsapi.releases.metadata import Release, Rollback
from productsapi.releases.rollback_holds import Holds, holds
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack, kinds

LOOK = "`productsapi history` lists what can be gone back to"


@dataclass(frozen=True)
class State:
    """What is served while a release is in force."""

    versions: Mapping[str, Version]
    deployment: Snapshot


@dataclass(frozen=True)
class Entry:
    """One release: what it made itself, and what was served with it."""

    number: int
    release: Release
    versions: Mapping[str, Version]
    deployment: Snapshot | None
    state: State
    on_hold: tuple[str, ...] = ()
    """What of its state was rolled back from, as text."""


@dataclass(frozen=True)
class History:
    entries: tuple[Entry, ...]
    in_force: Release | None
    """The newest release that anything is served of."""
    rollback: Rollback | None
    served: State | None
    """What callers reach now; None where that isn't all of ours."""

    @property
    def unfinished(self) -> Entry | None:
        """What a rollback was made to that ended before all was moved."""
        to = self.rollback.to if self.rollback else None
        entry = next((e for e in self.entries if e.release == to), None)
        return entry if entry and entry.state != self.served else None

    def find(self, asked: str | None) -> Entry:
        """The entry by its number or time; without, the newest earlier one that isn't held.

        A rollback that was cut short is finished first. Raises Refused.
        """
        if asked is not None:
            found = [e for e in self.entries if asked in {str(e.number), e.release.time}]
            if not found:
                raise Refused(f"there is no release {asked} to go back to", LOOK)
            return found[0]
        if self.unfinished:
            return self.unfinished
        former = [e for e in self.entries if self.in_force and e.release < self.in_force]
        if not former:
            raise Refused("there is no earlier release to go back to", LOOK)
        free = [e for e in former if not e.on_hold]
        if not free:
            raise Refused(
                "every earlier release holds what was rolled back from",
                "`productsapi rollback --to N` serves one all the same and ends its hold; " + LOOK,
            )
        return free[0]


def history(past: Past, keep: int) -> History:
    states = [(release, _state(past, release)) for release in reversed(past.releases)]
    whole = [(release, state) for release, state in states if state][:keep]
    held = holds(past)
    return History(
        tuple(_entry(number, *each, held) for number, each in enumerate(whole, 1)),
        max(_served_releases(past), default=None),
        past.rollback,
        _served(past),
    )


def in_force(stack: Stack, reading: Reading) -> Release | None:
    """The newest release that anything is served of, as far as it was read."""
    observed = reading.observed.get(kinds.RELEASES(stack.config.stack))
    past: Past | None = observed.raw.get("past") if observed else None
    return max(_served_releases(past), default=None) if past else None


def _entry(number: int, release: Release, state: State, held: Holds) -> Entry:
    versions = {f: version for f, version in state.versions.items() if version.release == release}
    own = state.deployment if state.deployment.metadata.release == release else None
    return Entry(number, release, versions, own, state, held.of_state(state))


def _state(past: Past, release: Release) -> State | None:
    """Of each function, and of the API, the newest that was there then; None if one is gone."""
    versions = {
        function: version
        for function, found in past.functions.items()
        if (version := _version(found, release))
    }
    then = [d for d in past.deployments if (d.metadata.release or release) <= release]
    if versions.keys() != set(FUNCTIONS) or not then:
        return None
    return State(versions, then[-1])


def _version(found: Published, release: Release) -> Version | None:
    """The one with the next number must be there too: else one in between may be gone."""
    then = [version for version in found.versions if (version.release or release) <= release]
    newest = max(then, key=_age, default=None)
    last = found.versions[-1].number if found.versions else 0
    if newest is None or newest.number == last or found.numbered(str(newest.number + 1)):
        return newest
    return None


def _age(version: Version) -> tuple[object, int]:
    """A version without metadata is from before there was any."""
    return (version.release.at if version.release else LONG_AGO, version.number)


def _served(past: Past) -> State | None:
    live = {function: found.live for function, found in past.functions.items()}
    versions = {function: version for function, version in live.items() if version}
    if versions.keys() != set(FUNCTIONS) or past.served is None:
        return None
    return State(versions, past.served)


def _served_releases(past: Past) -> list[Release]:
    live = [found.live for found in past.functions.values()]
    of_code = [version.release for version in live if version and version.release]
    of_api = past.served.metadata.release if past.served else None
    return [*of_code, *([of_api] if of_api else [])]
