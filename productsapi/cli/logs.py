"""`productsapi logs`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import click

from productsapi.cli.log_options import log_groups, since_option
from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import json_option, target_options
from productsapi.cli.target import Target
from productsapi.errors import NotFound, ProductsApiError
from productsapi.routes import FUNCTIONS

if TYPE_CHECKING:
    from productsapi.operations.telemetry.log_lines import Line
    from productsapi.operations.telemetry.logs import Event, Logs

SOURCES = (*FUNCTIONS, "api")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
COLOURS = {"DEBUG": "bright_black", "WARNING": "yellow", "ERROR": "red"}


def request_name(value: str) -> str:
    """An id as the gateway or Lambda gives them."""
    from productsapi.operations.telemetry.request_trace import AN_ID

    if not AN_ID.fullmatch(value):
        raise click.BadParameter(f"{value!r} isn't the id of a request.")
    return value


@click.command("logs")
@click.argument("sources", nargs=-1, type=click.Choice(SOURCES))
@since_option("10m")
@click.option("-f", "--follow", is_flag=True, help="Keep printing new lines, until Ctrl-C.")
@click.option("--filter", "text", metavar="TEXT", help="Only lines that contain exactly this text.")
@click.option(
    "--level", type=click.Choice(LEVELS, case_sensitive=False), help="Only this level and above."
)
@click.option(
    "--request-id", type=request_name, metavar="ID", help="One request, from the gateway on."
)
@click.option("--platform", is_flag=True, help="Lambda's own START, END and REPORT lines too.")
@target_options
@json_option
def command(
    target: Target,
    sources: tuple[str, ...],
    since: float,
    follow: bool,
    text: str | None,
    level: str | None,
    request_id: str | None,
    platform: bool,
    as_json: bool,
) -> None:
    """Show what the functions and the API have logged, in the order of time.

    All functions and the API's access log, or those that are named. With --json, each line is one
    JSON object. --follow ends with Ctrl-C, and then with code 130.

    \b
    Examples:
      productsapi logs --local
      productsapi logs create update --since 2h --level ERROR
      productsapi logs --follow --filter product_exists
      productsapi logs --request-id c6af9ac6-7b61-11e6-9a41-93e8deadbeef --since 1d
    """
    if request_id and follow:
        raise click.UsageError("--request-id shows a request that is over: omit --follow.")
    asked = Asked(sources, since, follow, text, level, request_id, platform)
    opened = open_stack(target)
    from productsapi.operations.telemetry.logs import Logs

    groups = {name: group for name, group in log_groups(opened.stack).items() if asked.about(name)}
    show(Logs(opened.printing_waits(), groups), asked, as_json=as_json)


@dataclass(frozen=True)
class Asked:
    """What a person wants to see."""

    sources: tuple[str, ...] = ()
    since: float = 0.0
    follow: bool = False
    text: str | None = None
    level: str | None = None
    request_id: str | None = None
    platform: bool = False

    def about(self, source: str) -> bool:
        return not self.sources or source in self.sources

    def wants(self, message: str, line: Line) -> bool:
        """A request's trace has Lambda's own lines too."""
        from productsapi.operations.telemetry.log_lines import is_wanted

        return is_wanted(
            message,
            line,
            level=self.level or "",
            text=self.text or "",
            platform=self.platform or bool(self.request_id),
        )


def show(
    logs: Logs, asked: Asked, *, as_json: bool, sleep: Callable[[float], object] = time.sleep
) -> None:
    """Print what is asked for. Raises ProductsApiError where there is nothing to look into."""
    from productsapi.operations.telemetry.log_lines import read

    shown, traces = 0, dict[str, None]()
    for event in _events(logs, asked, sleep):
        line = read(event.message)
        if asked.wants(event.message, line):
            click.echo(_as_json(event, line) if as_json else _as_text(event, line))
            shown += 1
            traces |= {line.trace_id: None} if line.trace_id else {}
    if traces and asked.request_id:
        ids = " ".join(traces)
        click.echo(f"In X-Ray: aws xray batch-get-traces --trace-ids {ids}", err=True)
    if shown:
        return
    if asked.request_id:
        raise ProductsApiError(
            f"nothing was logged about {asked.request_id} since {_moment(asked.since)}",
            "look further back with --since, and in all logs: name none",
        )
    click.echo(f"Nothing to show since {_moment(asked.since)}.", err=True)


def _events(logs: Logs, asked: Asked, sleep: Callable[[float], object]) -> Iterable[Event]:
    reported: set[str] = set()

    def look(start: int) -> Iterable[Event]:
        found = logs.events(start)
        _tell_missing(logs, asked, reported)
        return found

    start = int(asked.since * 1000)
    if asked.request_id:
        from productsapi.operations.telemetry.request_trace import traced

        found = traced(logs, asked.request_id, start)
        _tell_missing(logs, asked, reported)
        return found
    if not asked.follow:
        return look(start)
    from productsapi.operations.telemetry.tail import following

    return following(look, start, sleep)


def _tell_missing(logs: Logs, asked: Asked, reported: set[str]) -> None:
    """Say once which logs aren't there. Raises NotFound for those that were asked for."""
    if not asked.sources and not set(logs.groups) - logs.missing - {"api"}:
        raise ProductsApiError("the stack has no logs yet", "productsapi deploy")
    for name in sorted(logs.missing - reported):
        reported.add(name)
        group = logs.groups[name]
        if name == "api":
            words, hint = f"no access log is kept: there is no log group {group}", ""
        else:
            words, hint = f"{name} has no log: there is no log group {group}", "productsapi deploy"
        if name in asked.sources:
            raise NotFound("FilterLogEvents", "ResourceNotFoundException", words, hint)
        click.echo(f"{words[0].upper()}{words[1:]}.", err=True)


def _as_text(event: Event, line: Line) -> str:
    from productsapi.operations.telemetry.log_lines import in_words

    first, *more = in_words(event.message) or [""]
    head = f"{_moment(event.time / 1000, 'milliseconds')} {event.source:<6} {line.level or '':<7} "
    below = "".join(f"\n    {each}" for each in more)
    colour = "bright_black" if line.of_lambda and not line.level else COLOURS.get(line.level or "")
    return click.style(head + first + below, fg=colour)


def _as_json(event: Event, line: Line) -> str:
    moment = datetime.fromtimestamp(event.time / 1000, timezone.utc)
    described = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "source": event.source,
        "level": line.level,
        "message": event.message,
        "request_id": line.request_id,
        "trace_id": line.trace_id,
        "stream": event.stream,
    }
    return json.dumps(described)


def _moment(seconds: float, exactly: str = "seconds") -> str:
    """In this machine's time, with its distance from UTC."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", exactly)
