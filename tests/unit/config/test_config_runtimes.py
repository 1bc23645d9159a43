"""AWS's dates, on any day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from productsapi.config import runtimes

DAY = date.fromisoformat


def test_table_has_source_and_order() -> None:
    """The data file says where it is from, and each life runs forwards."""
    data = json.loads(Path(runtimes.__file__).with_name("runtimes.json").read_text())
    assert data["source"].startswith("https://docs.aws.amazon.com/lambda/")
    assert DAY(data["checked"])
    assert runtimes.names() == tuple(f"python3.{minor}" for minor in range(9, 15))
    assert all(list(life) == sorted(life) for life in runtimes.table().values())


PYTHON39 = "python3.9: deprecated since 2025-12-15, no security patches; AWS blocks creating "
PYTHON311 = "python3.11: will be deprecated on 2027-06-30, with no security patches from then on; "
NEWER = "; set functions.runtime to a newer one"


@pytest.mark.parametrize(
    ("runtime", "today", "reported"),
    [
        ("python3.13", "2026-11-22", None),
        ("python3.9", "2026-11-22", f"{PYTHON39}on 2027-02-01 and updating on 2027-03-03{NEWER}"),
        (
            "python3.9",
            "2027-02-01",
            f"{PYTHON39}since 2027-02-01 and updating on 2027-03-03{NEWER}",
        ),
        ("python3.11", "2026-12-31", None),
        (
            "python3.11",
            "2027-01-01",
            f"{PYTHON311}AWS blocks creating on 2027-07-31 and updating on 2027-08-31{NEWER}",
        ),
        ("nodejs22.x", "2026-11-22", None),
    ],
)
def test_warnings(runtime: str, today: str, reported: str | None) -> None:
    """A dated warning from half a year before the end on, and nothing before."""
    assert runtimes.warnings(runtime, DAY(today)) == ([reported] if reported else [])


@pytest.mark.parametrize(
    ("today", "what", "reported"),
    [
        ("2027-01-31", "create", None),
        ("2027-02-01", "create", "AWS blocks creating functions on python3.9 since 2027-02-01"),
        ("2027-03-02", "update", None),
        ("2027-03-03", "update", "AWS blocks updating functions on python3.9 since 2027-03-03"),
    ],
)
def test_blocked(today: str, what: Literal["create", "update"], reported: str | None) -> None:
    """Creating ends before updating, each on its very day."""
    assert runtimes.blocked("python3.9", DAY(today), what) == reported


def test_blocked_knows_only_its_own() -> None:
    """A runtime that isn't in the table is none of its business."""
    assert runtimes.blocked("nodejs22.x", DAY("2030-01-01"), "create") is None
