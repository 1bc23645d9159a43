"""What `plan --adopt` shows of a stack made by hand, on a terminal of 80 columns and 24 rows."""

from __future__ import annotations

import pytest
from made_by_hand import Guide
from steps_world import World
from test_steps_adopt import adopting, made

from productsapi.aws.caller import Aws
from productsapi.cli.plan_screen import BESIDE, HEIGHT, Row, rows
from productsapi.cli.wrapping import wrapped
from productsapi.steps.rest_api import adoption_notice

WAY = "deploy --adopt"
GUIDES = [Guide(), Guide(sort_key=True, variable="productId"), Guide(triggers=False)]


def shown(found: list[Row], width: int = 80) -> list[str]:
    return [line for row in found for line in wrapped(row.text, width, row.hang).splitlines()]


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_an_adoption_fits_a_screen(world: World, guide: Guide) -> None:
    made(world, guide)
    found = shown(rows(world.plan(adopting(world, guide=guide)), WAY, 80))
    assert len(found) <= HEIGHT - BESIDE
    assert max(map(len, found)) <= 80


def test_an_adoption_shows_all_that_is_open(world: World) -> None:
    """However little room there is."""
    made(world)
    found = rows(world.plan(adopting(world)), WAY, 80, height=1)
    reported = " ".join(row.text for row in found)
    assert "GET, PUT and DELETE /products/{productId} without signing in" in reported
    assert (
        "others may invoke all four functions directly, without the gateway's authorization"
        in reported
    )
    assert "user pool secure-serverless-app (auto_verified, recovery)" in reported
    assert "the stage dev3 and 4 paths (/createproductfunction, …)" in reported
    assert "without 8 statements" in reported
    assert {row.colour for row in found[:5]} == {"red"}


def test_where_there_is_room_it_is_shown_in_full(world: World) -> None:
    made(world)
    planned = world.plan(adopting(world))
    piped = rows(planned, WAY, None)
    assert rows(planned, WAY, 120, height=60) == piped
    reported = [row.text for row in piped]
    assert any("/createproductfunction, /deleteproductfunction" in text for text in reported)
    assert "~ table ProductsTable: tags (taken over)" in reported


@pytest.mark.parametrize("found", [None, {"httpMethod": "GET"}, {"methodIntegration": {}}])
def test_a_method_without_integration_is_no_old_form(
    monkeypatch: pytest.MonkeyPatch, world: World, found: dict[str, object] | None
) -> None:
    """As the console leaves one whose making was broken off: nobody gets an answer by it."""

    def method(aws: Aws, api_id: str, path: str, http_method: str) -> dict[str, object] | None:
        return found

    monkeypatch.setattr(adoption_notice, "method", method)
    assert not adoption_notice._old_form(world.aws, "api", "/products", "GET")
