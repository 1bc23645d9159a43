"""The signals that ask a command to end (K7)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import click
import pytest

from productsapi import signals
from productsapi.cli import Program
from productsapi.signals import handled, noted

if sys.platform == "win32":
    pytest.skip("needs signals as on POSIX", allow_module_level=True)

ALL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def as_at_the_start() -> Iterator[None]:
    """Whatever whoever runs the tests has done with them."""
    usual = {signal.SIGINT: signal.default_int_handler}
    before = {each: signal.signal(each, usual.get(each, signal.SIG_DFL)) for each in ALL}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def ended(act: click.Command) -> object:
    """The exit code of a program with this one command."""

    class OfOne(Program):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return act

    program = OfOne("products")
    with pytest.raises(SystemExit) as caught:
        program.main(["status"])  # a name that the program knows
    return caught.value.code


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "Interrupted."),
        (signal.SIGTERM, 143, "Interrupted by SIGTERM."),
        (signal.SIGHUP, 129, "Interrupted by SIGHUP."),
    ],
)
def test_k7_each_ends_a_command_with_its_own_code(
    number: signal.Signals, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given_back = []

    @click.command("act")
    def act() -> None:
        try:
            signal.raise_signal(number)
        finally:
            given_back.append("the lease")

    assert ended(act) == code
    assert capsys.readouterr().err.strip() == said
    assert given_back
    assert [signal.getsignal(each) for each in ALL[1:]] == [signal.SIG_DFL] * 2


@pytest.mark.parametrize("number", ALL)
def test_k7_at_a_prompt_too(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(_prompt: str) -> str:
        signal.raise_signal(number)
        return "y"

    monkeypatch.setattr("click.termui.visible_prompt_func", typed)

    @click.command("act")
    def act() -> None:
        click.confirm("Deploy this?", abort=True)

    assert ended(act) == 128 + number


def test_k7_what_came_once_holds_in_the_next_part() -> None:
    with handled():
        with noted() as first:
            signal.raise_signal(signal.SIGTERM)
            assert first == [signal.SIGTERM]
        with noted() as second:
            assert second == [signal.SIGTERM]
            signal.raise_signal(signal.SIGINT)
            assert len(second) == 2, "a CI sends one after the other"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize(("later", "times"), [(0.0, 1), (signals.SAME_REQUEST_S, 2)])
def test_k7_a_hang_up_beside_another_is_one_wish(
    later: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell that ends sends one and the kernel another."""
    now = [0.0]
    monkeypatch.setattr("productsapi.signals.time.monotonic", lambda: now[0])
    with handled(), noted() as received:
        signal.raise_signal(signal.SIGHUP)
        now[0] += later
        signal.raise_signal(signal.SIGHUP)
        assert len(received) == times


@pytest.mark.parametrize("number", ALL)
def test_k7_what_is_ignored_stays_ignored(number: signal.Signals) -> None:
    """As SIGHUP by nohup."""
    signal.signal(number, signal.SIG_IGN)
    with handled(), noted() as received:
        signal.raise_signal(number)
        assert received == []
    assert signal.getsignal(number) is signal.SIG_IGN


def test_k7_a_hung_up_terminal_is_written_to_no_more() -> None:
    ours, theirs = os.openpty()
    kept = os.dup(2)
    os.dup2(theirs, 2)
    os.close(theirs)
    try:
        os.close(ours)
        with handled(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        os.write(2, b"the lease couldn't be given back")
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def test_k7_where_there_is_no_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.delattr(signal, "SIGHUP")
    with handled(), noted() as received:
        signal.raise_signal(signal.SIGTERM)
        assert received == [signal.SIGTERM]
