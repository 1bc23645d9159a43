"""What others have written is shown without steering the terminal, or turning round its words."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from keys import key
from rich.console import Console
from rich.live import Live

from productsapi.api_client import Answer
from productsapi.cli import print_error
from productsapi.cli.output import print_json
from productsapi.cli.plan_detail import print_plan
from productsapi.cli.progress import LiveReport, PlainReport
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Note
from productsapi.errors import ProductsApiError
from productsapi.printable import json_text, printable

STEERING = (
    "\x1b[2J", "\x1b]8;;https://evil.example\x1b\\", "\x07", "\r", "\x08", "\x7f", "\x9b31m",
    "\u202e", "\u2066", "\u200f", "\u200b", "\u2028", "\ufeff", "\U000e0041", "\ud800",
)  # fmt: skip
PLAIN = "Größe 799,99 €, 汉字, עברית, नमस्ते, 👩\u200d💻, \t and\nlines"

each_steering = pytest.mark.parametrize("bad", STEERING, ids=ascii)


@each_steering
def test_a_steering_character_is_shown_as_its_escape(bad: str) -> None:
    assert printable(f"a{bad}z") == f"a{ascii(bad[0])[1:-1]}{printable(bad[1:])}z"
    assert bad[0] not in printable(f"a{bad}z")


def test_what_people_write_stays_as_it_is() -> None:
    assert printable(PLAIN) == PLAIN
    assert printable("two\nlines", keep="\t") == r"two\nlines"


@each_steering
def test_json_stays_the_same_value(bad: str) -> None:
    value = {bad: [bad, PLAIN, 799.99]}
    text = json_text(value)
    assert bad[0] not in text
    assert json.loads(text) == value
    assert "Größe" in text


# -- where it is used ------------------------------------------------------------------------------


@each_steering
def test_no_answer_of_the_api_steers_the_terminal(bad: str) -> None:
    reported = json.dumps({"productName": bad}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    for body in (reported, reported[:-1], b"<html>" + bad.encode("utf-8", "surrogatepass")):
        assert bad[0] not in Answer(200, {}, body).pretty()


CHANGES = (
    Change(
        "table",
        key("table T\x9b31m"),
        Action.UPDATE,
        (FieldChange("tags.x", "\x1b[2J", "\u202e"),),
        reason="\x1b]0;title\x07",
    ),
    Change(
        "user_pool",
        key("pool \x1b[8m"),
        Action.UPDATE,
        (FieldChange("\x1b[1A", 1, 2),),
        exposes_access=True,
    ),
)
PLAN = Plan(CHANGES, (Note("\x1b[31mnote", exposes_access=False),))


def harmless(text: str) -> bool:
    return not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


def test_no_plan_note_or_error_steers_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Names, tags and descriptions in the account are anybody's who may write them."""
    print_plan(PLAN)
    print_error(ProductsApiError("AWS says \x1b[2J", "type \u202eevil"))
    print_json({"doing": "\x9b31m"})
    report = PlainReport(PLAN)
    for change in CHANGES:
        report.begun(change)
        report.waiting(change, "alice\x1b[2J on host-7 has been deploying")
        report.done(change)
        report.failed(change, ProductsApiError("\x9b31m"))
    said = capsys.readouterr()
    assert harmless(said.out + said.err)
    assert r"\x1b[2J" in said.err


def test_no_live_progress_steers_the_terminal() -> None:
    """Who holds the lease says what to wait for: [/x] would end the run with a MarkupError."""
    console = Console(file=io.StringIO(), force_terminal=False, width=200)
    report = LiveReport(PLAN, {})
    with Live(get_renderable=report.table, console=console, auto_refresh=False) as live:
        report.console = live.console
        for change in CHANGES:
            report.begun(change)
            report.waiting(change, "alice [/x] \x1b[2J on [bold]host")
        live.refresh()
        for change in CHANGES:
            report.failed(change, ProductsApiError("[/y]\x9b31m"))
        live.refresh()
    file: Any = console.file
    assert harmless(file.getvalue())
    assert "[/y]" in file.getvalue()


def test_an_error_of_any_text_can_be_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file name that is no text comes in as halves of pairs, which no stream can write."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr(sys, "stderr", stream)
    print_error(ProductsApiError("config/\udcff.yaml: no such file"))
    buffer: Any = stream.buffer
    assert rb"config/\udcff.yaml" in buffer.getvalue()
