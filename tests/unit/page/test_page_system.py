"""Boxes and routes, each as bad as the worst of its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from keys import key

from productsapi.aws.location import Location
from productsapi.config import load
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs, Unknown
from productsapi.engine.plan import Action, Change
from productsapi.options.registry import resources
from productsapi.page.diagram import boxes, routes
from productsapi.stack import Stack
from productsapi.stack.json_contract import contract

CONFIG = Path(__file__).parents[3] / "config" / "prod.yaml"
WORDS = {"update": "drifted", "create": "missing", "unchanged": "there"}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack(load(CONFIG), Location("eu-west-2", "111122223333"))


@pytest.fixture(scope="module")
def parts(stack: Stack) -> list[Change]:
    return [Change(each.step, each.key, Action.UNCHANGED) for each in resources(stack)]


def reported(stack: Stack, changes: list[Change]) -> dict[str, Any]:
    found = boxes(stack, changes, WORDS, contract(stack, Outputs({"api_id": "a1"})))
    return {box["id"]: box for box in found}


def replaced(parts: list[Change], change: Change) -> list[Change]:
    assert change.key in {each.key for each in parts}
    return [change if each.key == change.key else each for each in parts]


def test_each_part_stands_in_one_place(stack: Stack, parts: list[Change]) -> None:
    keys = [p["key"] for box in reported(stack, parts).values() for p in box["parts"]]
    keys += [p["key"] for route in routes(parts, WORDS, {}) for p in route["parts"]]
    assert sorted(keys) == sorted(each.key for each in parts)


def test_a_function_has_its_role_log_and_code(stack: Stack, parts: list[Change]) -> None:
    kinds = {part["key"].partition(" ")[0] for part in reported(stack, parts)["get"]["parts"]}
    assert kinds >= {"function", "log", "role", "live"}


def test_a_box_is_as_bad_as_its_worst_part(stack: Stack, parts: list[Change]) -> None:
    name = stack.function_name("get")
    fields = (FieldChange("timeout", 9, 10), FieldChange("role", "a", Unknown("role_arn")))
    drifted = Change("functions", key(f"function {name}"), Action.UPDATE, fields)
    missing = Change("code", key(f"live code {name}"), Action.CREATE, fields)
    found = reported(stack, replaced(replaced(parts, drifted), missing))
    assert {box["id"]: box["state"] for box in found.values() if box["state"] != "unchanged"} == {
        "get": "update"
    }
    by_key = {part["key"]: part for part in found["get"]["parts"]}
    assert by_key[missing.key]["fields"] == []
    timeout, role = by_key[drifted.key]["fields"]
    assert timeout == {"field": "timeout", "is": "9", "shouldBe": "10"}
    assert role["shouldBe"] == "(known after deploy)"


def test_a_route_shows_whom_its_stage_lets_in(parts: list[Change]) -> None:
    gone = Change("rest_api", key("invoke permission GET /products"), Action.CREATE)
    found = {
        each["route"]: each
        for each in routes(replaced(parts, gone), WORDS, {"POST /products": "NONE"})
    }
    assert found["GET /products"]["state"] == "create"
    assert found["GET /products/{productId}"]["state"] == "unchanged"
    assert found["POST /products"]["lets"] == "NONE"
    assert found["GET /products"]["lets"] is None


def test_what_was_not_seen_is_not_all_well(parts: list[Change]) -> None:
    assert {each["state"] for each in routes([], WORDS, {})} == {"unknown"}
