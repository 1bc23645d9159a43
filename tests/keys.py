"""Keys of resources, for tests that make changes by hand."""

from __future__ import annotations

from productsapi.cli.resource_names import NOUNS
from productsapi.engine.names import Key, Kind


def key(text: str) -> Key:
    """`live code f` as a plan holds it; of a kind that isn't known, its first word."""
    known = [kind for kind in NOUNS if text.startswith(f"{kind} ")]
    kind = max(known, key=len, default=text.partition(" ")[0])
    return Kind(kind)(text[len(kind) + 1 :])
