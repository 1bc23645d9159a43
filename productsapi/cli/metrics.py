"""`productsapi metrics`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.options import Opened, Target, json_option, open_stack, target_options
from productsapi.cli.watching import log_groups, since_option
from productsapi.printable import printable
from productsapi.routes import FUNCTIONS

if TYPE_CHECKING:
    from rich.table import Table

    from productsapi.watch.gauges import Work
    from productsapi.watch.report import Report, Watched

BARS = "▁▂▃▄▅▆▇█"
NO_DATA = "no data"
LENGTHS = ((86400, "day"), (3600, "hour"), (60, "minute"))
TRAFFIC = ("requests", "4xx", "5xx", "p50 ms", "p95 ms")
WORK = ("invocations", "errors", "throttles", "cold starts", "p50 ms", "p95 ms")
WIDE = 160
"""Columns where the result doesn't go to a terminal, which tells its own."""
FIGURES = 84
"""Columns that the figures may need; the bars come beside them where there is room."""


@click.command("metrics")
@since_option("1h")
@target_options
@json_option
def command(target: Target, since: float, as_json: bool) -> None:
    """Show requests, errors and latency by route, and how the functions did.

    A figure that nobody has measured is told as such, not as zero.

    \b
    Examples:
      productsapi metrics --local
      productsapi metrics --since 1d
      productsapi metrics -c config/prod.yaml --since 2026-11-22T08:00Z --json
    """
    opened = open_stack(target)
    from productsapi.cli.output import print_json
    from productsapi.watch.report import report
    from productsapi.watch.times import window

    found = report(opened.telling(), _watched(opened), window(since, time.time()))
    if as_json:
        print_json(told(opened.stack.config.stack, found))
    else:
        print_report(found, _columns())


def _watched(opened: Opened) -> Watched:
    from productsapi.watch.report import Watched

    stack, config = opened.stack, opened.stack.config
    return Watched(
        api=config.api.name,
        stage=config.api.stage,
        functions={function: stack.function_name(function) for function in FUNCTIONS},
        groups=log_groups(stack),
        logs_every_request=config.functions.log_level in {"DEBUG", "INFO"},
        retention_days=config.functions.log_retention_days,
        local=stack.place.local,
    )


# -- for programs ----------------------------------------------------------------------------------


def told(stack: str, found: Report) -> dict[str, Any]:
    counted = found.routes.counted
    return {
        "stack": stack,
        "since": _utc(found.window.start),
        "until": _utc(found.window.end),
        "period_s": found.window.period,
        "api": asdict(found.api),
        "routes_counted_from": counted.value if counted else None,
        "routes": [{"route": r, **asdict(t)} for r, t in found.routes.traffic.items()],
        "functions": [{"function": f, **asdict(w)} for f, w in found.functions.items()],
        "notes": found.notes,
    }


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")


# -- for people ------------------------------------------------------------------------------------


def _columns() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def print_report(found: Report, columns: int) -> None:
    """The tables, with bars where they fit, and what is to be known about them."""
    from rich.console import Console

    window = found.window
    bars = columns >= FIGURES + window.points
    begin, end = (datetime.fromtimestamp(t).astimezone() for t in (window.start, window.end))
    each = f", a bar for {_length(window.period)}" if bars else ""
    click.echo(f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}{each}")
    console = Console(width=columns)
    console.print(_traffic_table(found, bars=bars))
    console.print(_work_table(found.functions, bars=bars))
    for note in found.notes:
        click.echo(note)


def _length(seconds: int) -> str:
    """A window's period in words: all of them are whole minutes."""
    unit, name = next(each for each in LENGTHS if seconds % each[0] == 0)
    number = seconds // unit
    return f"{number} {name}s" if number > 1 else f"each {name}"


def _traffic_table(found: Report, *, bars: bool) -> Table:
    table = _table("route", TRAFFIC, bars=bars)
    for name, traffic in {**found.routes.traffic, "the whole API": found.api}.items():
        figures = (
            traffic.requests, traffic.client_errors, traffic.server_errors,
            traffic.p50_ms, traffic.p95_ms,
        )  # fmt: skip
        _add(table, name, figures, [sparkline(traffic.series)] if bars else [])
    return table


def _work_table(functions: Mapping[str, Work], *, bars: bool) -> Table:
    table = _table("function", WORK, bars=bars)
    for name, work in functions.items():
        figures = (
            work.invocations, work.errors, work.throttles, work.cold_starts,
            work.p50_ms, work.p95_ms,
        )  # fmt: skip
        _add(table, name, figures, [sparkline(work.series)] if bars else [])
    return table


def _table(first: str, figures: tuple[str, ...], *, bars: bool) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(first, box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    if bars:
        table.add_column("", no_wrap=True)
    return table


def _add(table: Table, name: str, figures: tuple[float | None, ...], bars: list[str]) -> None:
    from rich.text import Text

    table.add_row(Text(printable(name)), *map(_figure, figures), *bars)


def _figure(value: float | None) -> str:
    if value is None:
        return NO_DATA
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def sparkline(series: tuple[int, ...]) -> str:
    """One bar a period, the highest for the most; only a period without any has the lowest."""
    most = max(series, default=0)
    if not most:
        return BARS[0] * len(series)
    return "".join(BARS[-(-value * (len(BARS) - 1) // most)] for value in series)
