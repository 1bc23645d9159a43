"""A PATH as it is typed, turned into a request target (RFC 9112, 3.2.1)."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

IN_A_PATH = "/:@!$&'()*+,;=~%"
IN_A_QUERY = IN_A_PATH + "?"
"""What RFC 3986 allows unencoded. «#» isn't among it: what follows it would never be sent."""
NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
A_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def request_target(typed: str) -> str:
    """The path, and behind its first «?» the query, with each octet that was typed and no other.

    What isn't allowed there is percent-encoded; what is percent-encoded already stays. Raises
    ValueError, with the reason, for what would or could address something else than what was typed.
    """
    if not typed:
        raise ValueError("it is empty")
    if A_URL.match(typed):
        raise ValueError("it is a whole URL, and only the deployed API is called")
    path, question, query = typed.partition("?")
    # Encoded ones too: on the way «%2e» may be decoded (RFC 3986, 6.2.2.2), «\» taken for «/».
    segments = re.split(r"[/\\]", unquote(path).removeprefix("/"))
    if {".", ".."} & set(segments):
        raise ValueError("its segment . or .. may be taken for another path on the way")
    if "" in segments[:-1]:  # others take «//» for «/»
        raise ValueError("its empty segment may be left out on the way")
    slash = "" if path.startswith("/") else "/"
    return slash + _encoded(path, IN_A_PATH) + question + _encoded(query, IN_A_QUERY)


def _encoded(text: str, safe: str) -> str:
    """Bytes that are no UTF-8 came in as surrogates, and go out as the same bytes."""
    return quote(NO_ESCAPE.sub("%25", text), safe, errors="surrogateescape")
