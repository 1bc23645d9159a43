"""A graph that is checked when it is built, and the part of it that finds some of its resources."""

from __future__ import annotations

from typing import Any

import pytest
from fake_cloud import Cloud, Thing

from productsapi.engine.graph import GraphError, checked, to_find
from productsapi.engine.names import Kind, Output
from productsapi.engine.resource import Resource


class Named(Thing):
    """With a key as real ones have it."""

    kind = Kind("named")
    key = property(lambda self: self.kind(self.name))


THERE = Kind("named")("b")
NOWHERE = Kind("named")("c")


@pytest.mark.parametrize(
    ("details", "culprit"),
    [
        ({"depends_on": (NOWHERE,)}, "named c"),
        ({"parent": NOWHERE}, "named c"),
        ({"inputs": (Output("ID"),)}, "ID"),
        ({"lookup_inputs": (Output("ID"),)}, "ID"),
    ],
)
def test_what_leads_nowhere_raises(cloud: Cloud, details: dict[str, Any], culprit: str) -> None:
    other = Named(cloud, "b", outputs=(Output("id"),))
    good = {"depends_on": (THERE, NOWHERE.if_there), "parent": THERE, "inputs": (Output("id"),)}
    assert checked([Named(cloud, "a", **good), other])
    with pytest.raises(GraphError, match=f"named a names .*'{culprit}'"):
        checked([Named(cloud, "a", **details), other])


def test_two_of_one_key_raise(cloud: Cloud) -> None:
    with pytest.raises(GraphError, match=r"several of .*named a"):
        checked([Named(cloud, "a"), Named(cloud, "a")])


def test_to_find_some_takes_what_gives_their_ids(cloud: Cloud) -> None:
    things: list[Resource] = [
        Thing(cloud, "table", outputs=("pointer",)),
        Thing(cloud, "pool", outputs=("pool id",), lookup_inputs=("pointer",)),
        Thing(cloud, "role"),
        Named(cloud, "client", lookup_inputs=("pool id",)),
    ]
    assert [thing.name for thing in to_find(things, {Named.kind})] == ["table", "pool", "client"]
