"""Texts of others as they are shown: none steers the terminal, or hides or turns round its words.

Product names, log lines, descriptions and AWS's own words are all chosen by somebody else. A
control character in them could clear the screen, colour a line green, or have a link typed.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_UNUSUAL = re.compile(r"[^ -~]")
_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories: control, format (right-to-left marks, …), half of a pair, line ends."""
_JOINERS = "\u200c\u200d"
"""Format characters that some scripts, and many emoji, are written with."""


_DIGITS = os.urandom(8).hex()
"""Marks a number's digits until they are written without quotes: no text can hold it."""


@dataclass(frozen=True)
class Digits:
    """A JSON number as it was read: a float would be another one."""

    text: str


def printable(text: str, keep: str = "\t\n") -> str:
    r"""The text with each steering character but those to `keep` as its escape: \x1b."""
    return _replaced(text, keep, lambda character: ascii(character)[1:-1])


def json_text(value: Any) -> str:
    r"""Indented JSON of the same value, with each steering character as JSON's escape: \u001b."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_other)
    return json_escaped(re.sub(f'"{_DIGITS}([^"]*)"', r"\1", text))


def _other(value: Any) -> str:
    return _DIGITS + value.text if isinstance(value, Digits) else str(value)


def json_escaped(text: str) -> str:
    """JSON that means the same, with each steering character as JSON's escape."""
    return _replaced(text, "\n", lambda character: json.dumps(character)[1:-1])


def _replaced(text: str, keep: str, escape: Callable[[str], str]) -> str:
    def shown(found: re.Match[str]) -> str:
        character = found[0]
        plain = unicodedata.category(character) not in _STEERING
        return character if plain or character in keep + _JOINERS else escape(character)

    return _UNUSUAL.sub(shown, text)
