"""Until when AWS takes which Python.

The dates are in runtimes.json, with their source. Today's date is always passed in: what is
warned about or refused depends on nothing hidden, and a test can be of any day.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

NOTICE = timedelta(
    days=180
)  # how long before an end of life AWS itself begins to notify its customers


class Lifecycle(NamedTuple):
    deprecated: date
    block_create: date
    block_update: date


@cache
def table() -> dict[str, Lifecycle]:
    data = json.loads(Path(__file__).with_name("runtimes.json").read_text(encoding="utf-8"))
    return {
        runtime: Lifecycle(**{event: date.fromisoformat(day) for event, day in dates.items()})
        for runtime, dates in data["runtimes"].items()
    }


def names() -> tuple[str, ...]:
    """List the runtimes that a configuration may ask for, oldest first."""
    return tuple(table())


def warnings(runtime: str, today: date) -> list[str]:
    """Return what someone who deploys `runtime` today should know; empty while all is well."""
    life = table().get(runtime)
    if life is None or today < life.deprecated - NOTICE:
        return []
    if today < life.deprecated:
        state = f"will be deprecated on {life.deprecated}, with no security patches from then on"
    else:
        state = f"deprecated since {life.deprecated}, no security patches"
    blocks = " and ".join(
        f"{doing} {'since' if day <= today else 'on'} {day}"
        for doing, day in (("creating", life.block_create), ("updating", life.block_update))
    )
    return [f"{runtime}: {state}; AWS blocks {blocks}; set functions.runtime to a newer one"]


def blocked(runtime: str, today: date, what: Literal["create", "update"]) -> str | None:
    """Why AWS refuses to create (or update) a function on `runtime` today; None if it doesn't."""
    life = table().get(runtime)
    if life is None:
        return None
    day = life.block_create if what == "create" else life.block_update
    if today < day:
        return None
    doing = "creating" if what == "create" else "updating"
    return f"AWS blocks {doing} functions on {runtime} since {day}"
