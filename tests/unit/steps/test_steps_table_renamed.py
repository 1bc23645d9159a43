"""Another name for the table is refused: it would be another table, without the products."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from steps_contents import items, kept, put_item
from steps_world import World

from productsapi.config.functions import FunctionNames
from productsapi.errors import Refused

RENAMED: dict[str, Any] = {"table": {"name": "Another"}}
NEW_NAMES = FunctionNames(create="c", get="g", update="u", delete="d")
FUNCTIONS_TOO = {**RENAMED, "functions": {"names": NEW_NAMES}}


@pytest.mark.parametrize("changes", [RENAMED, FUNCTIONS_TOO], ids=["alone", "functions too"])
def test_a_renamed_table_is_refused_at_first(deployed: World, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        deployed.deploy(deployed.stack(**changes))
    assert "works on the table ProductsTable, and table.name is Another" in refused.value.message
    assert "set table.name back to ProductsTable" in refused.value.hint
    assert deployed.changing == []


@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize("owner", [None, "another"])
def test_a_table_of_others_is_no_way_out(
    deployed: World, owner: str | None, *, adopt: bool
) -> None:
    """Taken over, it would serve its own products; ours would be forgotten."""
    _table(deployed, "Another", owner)
    deployed.forget_calls()
    with pytest.raises(Refused, match="works on the table ProductsTable"):
        deployed.deploy(replace(deployed.stack(**RENAMED), adopt=adopt))
    assert deployed.changing == []


def test_functions_arent_adopted_onto_an_empty_table(deployed: World) -> None:
    """They carry no stack's tag, and read the table's name from their environment."""
    for function in ("create", "get", "update", "delete"):
        deployed.client("lambda").untag_resource(
            Resource=deployed.location.function_arn(f"{function}productfunction"),
            TagKeys=["productsapi:stack"],
        )
    deployed.forget_calls()
    with pytest.raises(Refused, match="works on the table ProductsTable"):
        deployed.deploy(replace(deployed.stack(**RENAMED), adopt=True))
    assert deployed.changing == []


def test_the_way_out_keeps_the_products(deployed: World) -> None:
    put_item(deployed)
    planned, _ = deployed.teardown(deployed.stack())
    assert "table ProductsTable" in kept(planned)
    stack = deployed.stack(**RENAMED)
    deployed.deploy(stack)
    assert items(deployed) == 1
    assert deployed.plan(stack).to_do == ()


def test_teardown_renamed_names_the_table_it_leaves(deployed: World) -> None:
    planned, _ = deployed.teardown(deployed.stack(**RENAMED))
    reported = {note.text for note in planned.notes}
    works = (
        "function getproductfunction works on the table ProductsTable, and table.name is Another"
    )
    assert works in reported


def test_a_table_that_vanished_is_made_again(deployed: World) -> None:
    deployed.client("dynamodb").delete_table(TableName="ProductsTable")
    deployed.deploy(deployed.stack())
    assert deployed.plan(deployed.stack()).to_do == ()


def _table(world: World, name: str, owner: str | None) -> None:
    world.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "productId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "productId", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "productsapi:stack", "Value": owner}] if owner else [],
    )
