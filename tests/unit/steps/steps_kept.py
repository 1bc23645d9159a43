"""An account as it is inside moto, to be put back: a copy takes a fiftieth of a deploy."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from moto.awslambda.models import LambdaBackend
from moto.core.base_backend import BackendDict
from steps_memory import Memory, States
from steps_world import World

Given = TypeVar("Given")
Contents = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Kept:
    """What each service has, by account and region, and what it answers then."""

    services: tuple[BackendDict[Any], ...]
    contents: Contents
    memory: Memory
    states: States

    def put_back(self) -> None:
        """Into a mock that is empty."""
        for service, content in zip(self.services, _copied(self.contents), strict=True):
            service.update(content)
            if service not in BackendDict._instances:
                BackendDict._instances.append(service)  # what the end of the mock empties
        self.memory.put_back(self.states)


def keep(world: World) -> Kept:
    services = tuple(BackendDict._instances)
    contents = _copied(tuple(dict(service) for service in services))
    return Kept(services, contents, world.wire.memory, world.wire.memory.states())


class Beginnings:
    """Accounts that many tests begin with, each made once."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[Kept, Any]] = {}

    def begin(self, world: World, what: Hashable, make: Callable[[], Given]) -> Given:
        """What `make` makes in an empty account, or made in a former one, and what it gave."""
        if what in self._made:
            kept, given = self._made[what]
            kept.put_back()
        else:
            given = make()
            self._made[what] = keep(world), given
        return cast("Given", given)


KeptAfter = Callable[[Callable[[World], object]], Kept]
"""Gives the deployed account after something more was done to it."""


def _copied(contents: Contents) -> Contents:
    """All services at once: their objects refer to each other's."""
    copies: dict[int, Any] = {}
    copied = copy.deepcopy(contents, copies)
    for backend in (
        b for content in copied for regions in content.values() for b in regions.values()
    ):
        if isinstance(backend, LambdaBackend):
            by_arn = backend._lambdas._arns  # weak, and a weak dictionary's copy has the originals
            for arn, function in list(by_arn.items()):
                by_arn[arn] = copies[id(function)]
    return copied
