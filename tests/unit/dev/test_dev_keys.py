"""Keys are heard as they are pressed, and the terminal is as it was at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from productsapi.dev import keys as module
from productsapi.dev.keys import Keys, keys

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import pty
import termios

LATE_S = 600


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Our end and theirs, which is in front."""
    monkeypatch.setattr(module, "_is_foreground", lambda _descriptor: True)
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def by_lines(descriptor: int) -> bool:
    return bool(termios.tcgetattr(descriptor)[3] & termios.ICANON)


def test_a_key_is_heard_without_a_lines_end(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    heard: SimpleQueue[str] = SimpleQueue()
    with Keys(theirs, heard.put).read():
        os.write(ours, b"ov")
        assert [heard.get(timeout=LATE_S) for _ in "ov"] == ["o", "v"]
        assert not by_lines(theirs)
    assert by_lines(theirs)


def test_a_question_has_the_terminal_for_itself(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    heard: SimpleQueue[str] = SimpleQueue()
    read = Keys(theirs, heard.put)
    with read.read():
        os.write(ours, b"o")
        assert heard.get(timeout=LATE_S) == "o"
        with read.paused():
            assert by_lines(theirs)
            os.write(ours, b"yes\n")
            assert os.read(theirs, 16) == b"yes\n"
        os.write(ours, b"q")
        assert heard.get(timeout=LATE_S) == "q"


def test_without_a_terminal_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with keys(lambda _key: pytest.fail("nobody pressed it")).read():
        pass
