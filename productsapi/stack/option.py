"""What core code knows of something that can be switched on and off: an option, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.names import Kind
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.operations.finding import Finding
from productsapi.routes import Route
from productsapi.stack import Stack
from productsapi.stack.iam_right import Right
from productsapi.stack.stage_part import StagePart


@dataclass(frozen=True)
class State:
    """The state of an alarm or the like, as its service names it; `text` explains it."""

    value: str
    text: str
    alarming: bool


@dataclass(frozen=True)
class Requirement:
    """What a deployment's metadata must record for a rollback to it; else `reason` refuses it."""

    name: str
    value: str
    reason: str


class Parts(Protocol):
    """What an option consists of; with `on=False`, what there may be of it once it is off."""

    def __call__(self, stack: Stack, *, on: bool = True) -> list[Resource]: ...


@dataclass(frozen=True)
class Option:
    """One thing that can be switched on and off; core code knows no more of it than this.

    `name` records it in the table's tags, where its resources show in no other's answer; `title` is
    its name in texts, `index` the index that a new table gets for it, `stage` what it adds to the
    stage.
    `key_parameters` is what a method declares for the cache's key, `recorded` what a deployment's
    metadata records, `required` what a rollback asks of that.
    `states` gives the states of what it watches, for `status`, from what was read.
    `verified` are the kinds of its resources that `verify` compares, `verify` and `doctor` its
    further checks by name; `looked_at` are kinds that these `verify` need to have been read.
    """

    step: str
    on: Callable[[Config], bool]
    parts: Parts
    title: str = ""
    name: str = ""
    index: Callable[[Config], dict[str, Any]] | None = None
    stage: StagePart | None = None
    key_parameters: Callable[[Config, Route], Mapping[str, bool]] | None = None
    recorded: Callable[[Config], Mapping[str, str]] | None = None
    required: Callable[[Stack, Reading], Iterable[Requirement]] | None = None
    rights: tuple[Right, ...] = ()
    states: Callable[[Stack, Reading], Mapping[str, State]] | None = None
    verified: tuple[Kind, ...] = ()
    looked_at: tuple[Kind, ...] = ()
    verify: Mapping[str, Callable[[Stack, Reading], Iterable[Finding]]] = field(
        default_factory=dict
    )
    doctor: Mapping[str, Callable[[Aws, Config], Iterable[Finding]]] = field(default_factory=dict)


Options = Sequence[Option]


def switched_on(options: Options, config: Config) -> tuple[Option, ...]:
    return tuple(option for option in options if option.on(config))


def key_parameters(options: Options, config: Config, route: Route) -> dict[str, bool]:
    """What a method declares for the cache's key, each with whether it is required."""
    found = (option.key_parameters(config, route) for option in options if option.key_parameters)
    return {name: must for each in found for name, must in each.items()}


def recorded(options: Options, config: Config) -> dict[str, str]:
    """What a deployment's metadata records of the options."""
    found = (option.recorded(config) for option in options if option.recorded)
    return {name: value for each in found for name, value in each.items()}


def required(options: Options, stack: Stack, reading: Reading) -> tuple[Requirement, ...]:
    """What the options ask of a deployment that is gone back to."""
    return tuple(each for o in options if o.required for each in o.required(stack, reading))
