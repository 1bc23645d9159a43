"""The page's own files, by the names that there are: no path is ever put together of a request."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}


class File(NamedTuple):
    type: str
    content: bytes


@cache
def static() -> dict[str, File]:
    """By the path that they are asked for under; a page's without its `.html`."""
    found = {}
    for each in files("productsapi.page").joinpath("static").iterdir():
        ending = each.name.rpartition(".")[2]
        if ending in TYPES:
            name = each.name.removesuffix(".html")
            path = "/" if name == "index" else f"/{name}"
            found[path] = File(TYPES[ending], each.read_bytes())
    return found
