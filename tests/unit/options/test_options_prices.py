"""What a plan's changes cost: each shown, and the sum of just these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from options_monitoring import ON as WATCHED
from steps_world import World

from productsapi.cli.plan_detail import print_plan
from productsapi.engine.plan import Plan
from productsapi.options.cache import cluster
from productsapi.options.cache.configuration import Cache

PART = re.compile(r"\(.*?about \$([\d,.]+) a month.*\)$", re.MULTILINE)
TOTAL = re.compile(r"^(Adds|Saves) about \$([\d,.]+) a month", re.MULTILINE)


def cached(size_gb: str | None, **more: Any) -> dict[str, Any]:
    return {"api": {"cache": Cache(size_gb=size_gb, ttl_s=60), **more}}


ALL = {**WATCHED, **cached("0.5", key=True)}
CACHE, KEY, DASHBOARD, ALARMS = 14.6, 0.4, 3.0, 1.9


@pytest.fixture
def shop(standing: World) -> Iterator[World]:
    yield standing
    standing.wire.forget()
    standing.fill_gaps()
    standing.deploy(standing.stack())


def shown(plan: Plan, capsys: pytest.CaptureFixture[str]) -> tuple[list[float], str, float]:
    """The amounts a month beside the changes, and the sum."""
    print_plan(plan)
    text = capsys.readouterr().err
    total = TOTAL.search(text)
    assert total, text
    return [_number(each) for each in PART.findall(text)], total[1], _number(total[2])


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def test_the_sum_is_of_all_that_is_listed(shop: World, capsys: pytest.CaptureFixture[str]) -> None:
    parts, does, total = shown(shop.plan(shop.stack(**ALL)), capsys)
    assert does == "Adds"
    assert total == pytest.approx(sum(parts)) == pytest.approx(CACHE + KEY + DASHBOARD + ALARMS)


def test_what_is_switched_off_saves_as_much(
    shop: World, capsys: pytest.CaptureFixture[str]
) -> None:
    adds = shop.plan(shop.stack(**ALL)).monthly
    shop.deploy(shop.stack(**ALL))
    planned = shop.plan(shop.stack())
    parts, does, total = shown(planned, capsys)
    assert (does, planned.monthly) == ("Saves", -adds)
    assert total == pytest.approx(sum(parts))


def test_another_size_adds_the_difference(shop: World, capsys: pytest.CaptureFixture[str]) -> None:
    shop.deploy(shop.stack(**cached("0.5")))
    planned = shop.plan(shop.stack(**cached("237")))
    assert planned["stage cache dev"].price == "about $2,774.00 a month instead of about $14.60"
    assert shown(planned, capsys)[1:] == ("Adds", 2759.4)
    assert shop.plan(shop.stack(**cached("0.5"))).monthly == 0


def test_one_off_and_one_on_are_one_sum(shop: World, capsys: pytest.CaptureFixture[str]) -> None:
    shop.deploy(shop.stack(**cached("0.5")))
    planned = shop.plan(shop.stack(**cached(None, key=True)))
    assert shown(planned, capsys)[1:] == ("Saves", pytest.approx(CACHE - KEY))


def test_the_documented_prices_are_the_plans() -> None:
    """Rounded to dollars."""
    text = Path(__file__).parents[3].joinpath("docs", "cache.md").read_text("utf-8")
    [sizes] = re.findall(r"^\| GB \| (.*) \|$", text, re.MULTILINE)
    [prices] = re.findall(r"^\| about \$ a month \(us-east-1\) \| (.*) \|$", text, re.MULTILINE)
    assert sizes.split(" | ") == list(cluster.HOURLY)
    for size, price in zip(sizes.split(" | "), prices.split(" | "), strict=True):
        assert abs(float(price) - cluster.monthly(size)) <= 0.5
