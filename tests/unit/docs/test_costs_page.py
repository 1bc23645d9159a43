"""docs/costs.md: its prices are the code's, and its examples follow from its own table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.config.model import Api
from productsapi.options.alarms import definitions
from productsapi.options.api_key.secret import PRICE as KEY_PRICE
from productsapi.options.cache import cluster
from productsapi.options.dashboard.dashboard import PRICE as DASHBOARD
from productsapi.options.domain import option as domain
from productsapi.options.domain.configuration import Domain
from productsapi.stack import Stack

PAGE = (Path(__file__).parents[3] / "docs" / "costs.md").read_text("utf-8")
OWN = Domain(name="api.shop.example.com", certificate_arn="arn:aws:acm:eu-west-2:1:certificate/1")
DOMAIN = Stack(
    Config(schema=1, stack="shop", region="eu-west-2", api=Api(domain=OWN)),
    Location("eu-west-2", "123456789012"),
)
WRITES, SECONDS, MEMORY_GB, LOG_GB = 0.2, 0.020, 0.25, 0.6e-6
FREE_REQUESTS, FREE_GB_SECONDS, FREE_LOGS_GB = 1_000_000, 400_000, 5


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def price(row: str) -> float:
    """Of a million, or of a GB."""
    [found] = [cells[2] for cells in rows("By use") if cells[0].startswith(row)]
    return float(found.removeprefix("$"))


@pytest.mark.parametrize(
    ("what", "monthly"),
    [
        ("an alarm", definitions.PRICE),
        ("the dashboard", DASHBOARD),
        ("the API key's secret", KEY_PRICE),
        ("a domain of your own", sum(part.monthly for part in domain.OPTION.parts(DOMAIN))),
        ("the stage's cache of 0.5 GB", cluster.monthly("0.5")),
        ("the stage's cache of 1.6 GB", cluster.monthly("1.6")),
    ],
)
def test_what_a_plan_adds_up_is_what_the_page_says(what: str, monthly: float) -> None:
    [reported] = [cells[2] for cells in rows("While nobody calls") if cells[0].startswith(what)]
    assert reported == f"${monthly:,.2f}"


@pytest.mark.parametrize("cells", rows("Three examples"), ids=lambda cells: cells[0][:20])
def test_each_example_follows_from_the_prices(cells: list[str]) -> None:
    found = re.search(r"([\d,]+) requests", cells[0])
    assert found
    requests = int(found[1].replace(",", ""))
    gb_seconds, logs = requests * SECONDS * MEMORY_GB, requests * LOG_GB
    calls = requests / 1e6 * price("API Gateway")

    def of_lambda(number: float, time: float) -> float:
        return number / 1e6 * price("Lambda, requests") + time / 1e6 * price("Lambda, time")

    reads, writes = price("DynamoDB, reads"), price("DynamoDB, writes")
    table = requests / 1e6 * ((1 - WRITES) * reads + WRITES * writes)
    whole = of_lambda(requests, gb_seconds)
    kept = price("CloudWatch Logs")
    free = of_lambda(max(0, requests - FREE_REQUESTS), max(0, gb_seconds - FREE_GB_SECONDS))
    less = calls + free + table + max(0, logs - FREE_LOGS_GB) * kept
    figures = (calls, whole, table, logs * kept, calls + whole + table + logs * kept, less)
    shown = [float(cell.removeprefix("$").replace(",", "")) for cell in cells[1:]]
    assert shown == pytest.approx(figures, abs=0.0051)


def test_each_price_by_use_says_where_it_stands() -> None:
    for cells in rows("By use"):
        assert re.search(r"https://\S*aws\.amazon\.com/|the same", cells[3]), cells[0]
