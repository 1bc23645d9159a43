"""The graph of a whole stack: each edge and each input leads somewhere, and a wrong one is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sources
from steps_world import World

from productsapi.config import load
from productsapi.engine.graph import GraphError, checked
from productsapi.engine.names import Key, Output
from productsapi.engine.resource import Resource
from productsapi.options.domain.configuration import Domain
from productsapi.options.registry import OPTIONS, resources
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.steps.functions.function import PreviousFunction
from productsapi.steps.functions.log_group import PreviousLogGroup
from productsapi.steps.permissions.role import PreviousRole

ON: dict[str, Any] = {
    "table": {"category_index": True},
    "access_log": {"enabled": True, "set_account_role": True},
    "monitoring": {"alarms": True, "dashboard": True, "email": "someone@example.com"},
    "api": {
        "key": True,
        "domain": Domain(
            name="api.shop.example.com",
            certificate_arn="arn:aws:acm:eu-west-2:123456789012:certificate/1",
            zone_id="Z1",
            disable_invoke_url=True,
        ),
    },
}
"""Every option."""


def all_on(world: World) -> list[Resource]:
    return resources(world.stack(**ON))


def renamed(world: World) -> list[Resource]:
    """With what is left of functions that were called otherwise."""
    stack = world.stack()
    former = (PreviousRole, PreviousLogGroup, PreviousFunction)
    return [*resources(stack), *(each(stack, f, f"old{f}") for f in FUNCTIONS for each in former)]


def all_off(world: World) -> list[Resource]:
    """With what is left of every option."""
    stack = world.stack()
    left = [part for o in OPTIONS if o.name for part in o.parts(stack, on=False)]
    return [*resources(stack), *left]


def as_in_dev_yaml(world: World) -> list[Resource]:
    return resources(Stack(load(sources.PACKAGE.parent / "config" / "dev.yaml"), world.location))


GRAPHS = [all_on, renamed, all_off, as_in_dev_yaml]
EDGES = ("depends_on", "delete_after", "parent")
INPUTS = ("inputs", "lookup_inputs")


class Mutated:
    """A resource that says otherwise of one thing."""

    def __init__(self, resource: Resource, name: str, value: Any) -> None:
        self._resource = resource
        self.__dict__[name] = value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._resource, name)


def mistyped(name: str | None) -> Iterator[Any]:
    """An edge or an input with its name, or its kind, a little different."""
    if isinstance(name, Key):
        yield name.kind(f"{name.name}x")
        yield type(name.kind)(f"{name.kind}x")(name.name)
    elif isinstance(name, Output):
        yield Output(f"{name}x")


def mutations(resource: Resource) -> Iterator[Mutated]:
    for attribute in (*EDGES, *INPUTS):
        value = getattr(resource, attribute)
        if attribute == "parent":
            yield from (Mutated(resource, attribute, wrong) for wrong in mistyped(value))
            continue
        for at, each in enumerate(value):
            for wrong in mistyped(each):
                changed = (*value[:at], wrong, *value[at + 1 :])
                yield Mutated(resource, attribute, changed)


@pytest.mark.parametrize("graph", GRAPHS)
def test_each_mistyped_edge_or_input_is_seen(
    world: World, graph: Callable[[World], list[Resource]]
) -> None:
    whole = checked(graph(world))
    tried = 0
    for at, resource in enumerate(whole):
        for wrong in mutations(resource):
            with pytest.raises(GraphError, match="names what nothing here is or gives"):
                checked([*whole[:at], wrong, *whole[at + 1 :]])  # type: ignore[list-item]
            tried += 1
    assert tried > 300


def test_edges_to_what_may_be_missing_lead_somewhere(world: World) -> None:
    """Nothing else sees those mistyped where what they lead to isn't there."""
    graphs = [graph(world) for graph in (all_on, all_off)]
    there = {resource.key for graph in graphs for resource in graph}
    maybe = {
        key
        for graph in graphs
        for resource in graph
        for key in (*resource.depends_on, *resource.delete_after)
        if key.optional
    }
    assert maybe
    assert maybe <= there


def test_what_is_gone_is_missed_by_who_names_it(world: World) -> None:
    whole = all_on(world)
    named = {
        key
        for resource in whole
        for key in (*resource.depends_on, *resource.delete_after, resource.parent)
        if key and not key.optional
    }
    for gone in named:
        with pytest.raises(GraphError):
            checked(resource for resource in whole if resource.key != gone)
