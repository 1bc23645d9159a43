"""A document's text is written once: PyYAML takes a fifth of a second for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from productsapi import openapi


@pytest.fixture(scope="session", autouse=True)
def _each_text_is_written_once() -> Iterator[None]:
    """By what it is made from, in its order."""
    write, written = openapi.text, dict[tuple[str, str], str]()

    def remembered(document: dict[str, Any], form: str) -> str:
        key = json.dumps(document), form
        if key not in written:
            written[key] = write(document, form)
        return written[key]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(openapi, "text", remembered)
        yield
