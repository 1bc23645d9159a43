r"""Output to a terminal or pipe whose encoding doesn't hold every character.

What it can't hold is written as JSON writes it (\u20ac): JSON stays JSON, and nothing is lost.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterable
from typing import IO

ESCAPED = "productsapi-escaped"


def escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def take_any_text(streams: Iterable[IO[str] | None]) -> None:
    """From now on no text is too much for these; a stream that is no file's is left as it is."""
    codecs.register_error(ESCAPED, escape)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPED)
