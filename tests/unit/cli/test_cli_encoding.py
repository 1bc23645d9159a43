"""Output to what doesn't hold every character."""

from __future__ import annotations

import io
import json

import pytest

from productsapi.cli.encoding import take_any_text

TEXT = "Grüße, 100 €, 👍, half \ud83d of it"


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("ascii", r"Gr\u00fc\u00dfe, 100 \u20ac, \ud83d\udc4d, half \ud83d of it"),
        ("latin-1", r"Grüße, 100 \u20ac, \ud83d\udc4d, half \ud83d of it"),
        ("utf-8", r"Grüße, 100 €, 👍, half \ud83d of it"),
    ],
)
def test_what_does_not_fit_is_written_as_json_does(encoding: str, written: str) -> None:
    """So JSON stays JSON of the same value."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    take_any_text([stream, None, io.StringIO()])
    stream.write(TEXT)
    stream.flush()
    assert raw.getvalue().decode(encoding) == written
    assert json.loads(f'"{written}"') == TEXT
