"""What is said of a call."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """`console` is what AWS's console would have asked instead."""

    purpose: str
    console: str
