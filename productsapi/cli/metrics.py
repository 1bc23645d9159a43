"""`productsapi metrics`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from productsapi.cli.log_options import log_groups, since_option
from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.tables import stacked
from productsapi.cli.target import Target
from productsapi.cli.wrapping import wrapped
from productsapi.printable import printable
from productsapi.routes import FUNCTIONS

if TYPE_CHECKING:
    from rich.table import Table

    from productsapi.operations.telemetry.report import Report, Watched
    from productsapi.operations.telemetry.traffic import Work

BARS = "▁▂▃▄▅▆▇█"
NO_DATA = "no data"
LENGTHS = ((86400, "day"), (3600, "hour"), (60, "minute"))
TRAFFIC = ("requests", "4xx", "5xx", "p50 ms", "p95 ms")
WORK = ("invocations", "errors", "throttles", "cold starts", "p50 ms", "p95 ms")
WIDE = 160
"""Columns where the result doesn't go to a terminal, which reports its own."""
FIGURES = 84
"""Columns that the figures may need; the bars come beside them where there is room."""


@click.command("metrics")
@since_option("1h")
@target_options
@json_option
def command(target: Target, since: float, as_json: bool) -> None:
    """Show requests, errors and latency by route, and how the functions did.

    A figure that wasn't measured is shown as such, not as zero.

    \b
    Examples:
      productsapi metrics --local
      productsapi metrics --since 1d
      productsapi metrics -c config/prod.yaml --since 2026-11-22T08:00Z --json
    """
    opened = open_stack(target)
    from productsapi.cli.output import print_json
    from productsapi.operations.telemetry.report import report
    from productsapi.operations.telemetry.time_spans import window

    found = report(opened.printing_waits(), _watched(opened), window(since, time.time()))
    if as_json:
        print_json(report_as_json(opened.stack.config.stack, found))
    else:
        print_report(found, _columns())


def _watched(opened: Opened) -> Watched:
    from productsapi.operations.telemetry.report import Watched

    stack, config = opened.stack, opened.stack.config
    return Watched(
        api=config.api.name,
        stage=config.api.stage,
        functions={function: stack.function_name(function) for function in FUNCTIONS},
        groups=log_groups(stack),
        logs_every_request=config.functions.log_level in {"DEBUG", "INFO"},
        retention_days=config.functions.log_retention_days,
        local=stack.location.local,
    )


# -- for programs ----------------------------------------------------------------------------------


def report_as_json(stack: str, found: Report) -> dict[str, Any]:
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


class Row(NamedTuple):
    """The columns of a table for one route or function."""

    name: str
    figures: tuple[float | None, ...]
    series: tuple[int, ...]


# -- for people ------------------------------------------------------------------------------------


def _columns() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def print_report(found: Report, columns: int) -> None:
    """The tables, with bars where they fit, and what is to be known about them."""
    window = found.window
    bars = columns >= FIGURES + window.points
    begin, end = (datetime.fromtimestamp(t).astimezone() for t in (window.start, window.end))
    each = f", a bar for {_length(window.period)}" if bars else ""
    text = f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M %Z}{each}"
    click.echo(wrapped(text, columns))
    _print_table(_traffic_rows(found), "route", TRAFFIC, columns, bars=bars)
    _print_table(_work_rows(found.functions), "function", WORK, columns, bars=bars)
    for note in found.notes:
        click.echo(wrapped(note, columns, hang=0))


def _length(seconds: int) -> str:
    """A window's period in words: all of them are whole minutes."""
    unit, name = next(each for each in LENGTHS if seconds % each[0] == 0)
    number = seconds // unit
    return f"{number} {name}s" if number > 1 else f"each {name}"


def _traffic_rows(found: Report) -> list[Row]:
    return [
        Row(
            name,
            (
                traffic.requests,
                traffic.client_errors,
                traffic.server_errors,
                traffic.p50_ms,
                traffic.p95_ms,
            ),
            traffic.series,
        )
        for name, traffic in {**found.routes.traffic, "the whole API": found.api}.items()
    ]


def _work_rows(functions: Mapping[str, Work]) -> list[Row]:
    return [
        Row(
            name,
            (
                work.invocations,
                work.errors,
                work.throttles,
                work.cold_starts,
                work.p50_ms,
                work.p95_ms,
            ),
            work.series,
        )
        for name, work in functions.items()
    ]


def _print_table(
    rows: list[Row], first: str, figures: tuple[str, ...], columns: int, *, bars: bool
) -> None:
    """A table, or where it has no room each row as lines of its own: no name is cut."""
    from rich.console import Console
    from rich.measure import Measurement

    table = _table(rows, first, figures, bars=bars)
    roomy = Console(width=columns * 10)  # a measure is never more than the console's width
    if Measurement.get(roomy, roomy.options, table).maximum <= columns:
        Console(width=columns).print(table)
        return
    click.echo()
    for row in rows:
        facts = [f"{name} {_figure(v)}" for name, v in zip(figures, row.figures, strict=True)]
        for line in stacked(printable(row.name), facts, columns):
            click.echo(line)


def _table(rows: list[Row], first: str, figures: tuple[str, ...], *, bars: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(first, box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    if bars:
        table.add_column("", no_wrap=True)
    for row in rows:
        bar = [sparkline(row.series)] if bars else []
        table.add_row(Text(printable(row.name)), *map(_figure, row.figures), *bar)
    return table


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
