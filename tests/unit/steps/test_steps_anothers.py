"""Names of another stack: it is named, and nobody is asked to remove what it lives on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from keys import key
from steps_world import World

from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Ownership
from productsapi.errors import Refused
from productsapi.stack.plan_blockers import refuse


@pytest.mark.parametrize("adopt", [False, True])
def test_another_stacks_names_are_refused_as_such(deployed: World, *, adopt: bool) -> None:
    """As where a copied configuration has a new `stack` and the names of production."""
    theirs = deployed.config().stack
    config = replace(deployed.config(), stack="second")
    stack = replace(deployed.stack(), config=config, adopt=adopt)
    deployed.forget_calls()
    with pytest.raises(Refused) as refused:
        deployed.deploy(stack)
    _, first, *kinds = refused.value.message.split("\n")
    assert first.strip().endswith(f"don't belong to this stack: they belong to the stack {theirs}")
    listed = {kind.strip(): names.split(", ") for kind, names in (k.split(": ") for k in kinds)}
    assert [len(names) for names in listed.values()] == [1, 4, 4, 4]
    assert listed["table"] == ["ProductsTable"]
    assert "getproductfunction" in listed["function"]
    assert "choose another table.name, functions.names in" in refused.value.hint
    assert f"if {theirs} is the stack you mean" in refused.value.hint
    assert "remove" not in refused.value.message + refused.value.hint
    assert "--adopt" not in refused.value.hint
    assert deployed.changing == []


def refused(text: str, ownership: Ownership, owner: str = "") -> Change:
    return Change("table", key(text), Action.REFUSE, reason=text, ownership=ownership, owner=owner)


MINE, UNTAGGED = Ownership.OURS, Ownership.UNTAGGED
TABLE = refused("table T", Ownership.OTHER_STACK, "prod")
WAYS = [
    # what is refused; what the hint says, and doesn't
    ([TABLE], "choose another table.name in", "--adopt"),
    (
        [TABLE, refused("function f", UNTAGGED)],
        "--adopt` takes over what belongs to no stack",
        "or give",
    ),
    ([refused("function f", UNTAGGED)], "or give it another name", "choose"),
    ([refused("alarm x", Ownership.OTHER_STACK, "a")], "choose another stack in", "table.name"),
    ([refused("role r", Ownership.OTHER_STACK)], "choose another functions.names in", "you mean"),
    ([refused("table T", MINE)], "then repeat the command", "another"),
    ([refused("table T", MINE), refused("function f", UNTAGGED)], "--adopt`", "remove"),
]


def test_refused_ones_are_listed_by_their_reason(world: World) -> None:
    other = replace(refused("user pool P", UNTAGGED), identity="eu-west-2_x")
    changes = (TABLE, refused("function f", UNTAGGED), refused("role r", MINE), other)
    with pytest.raises(Refused) as raised:
        refuse(Plan(changes), world.config(), allow_blocked_runtime=True)
    assert raised.value.message.split("\n") == [
        "nothing was changed, since:",
        "  role r",
        "  table T",
        "  these exist and don't belong to this stack: they carry no stack's tag",
        "    function: f",
        "    user pool: P (id eu-west-2_x)",
    ]


@pytest.mark.parametrize(("changes", "says", "without"), WAYS)
def test_no_way_out_is_by_removing(
    world: World, changes: list[Change], says: str, without: str
) -> None:
    with pytest.raises(Refused) as raised:
        refuse(Plan(tuple(changes)), world.config(), allow_blocked_runtime=True)
    assert says in raised.value.hint
    assert without not in raised.value.hint
    assert "remove" not in raised.value.hint
