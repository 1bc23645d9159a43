"""The OpenAPI document in Swagger UI, in a frame of its own, and the calls that are tried there.

The viewer's files come from the package swagger-ui-py, which is found and never imported. It sends
what is tried to this server, which calls the API as who is signed in: the viewer has no token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from productsapi.api_client import Answer
from productsapi.errors import ProductsApiError
from productsapi.page.files import TYPES, File, static
from productsapi.page.products import Products

TRY = "/try"
PACKAGE = "swagger_ui"
INSTALL = "pip install 'productsapi[viewer]'"
FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""Swagger UI sets styles inline; scripts may still come from files only."""
FORWARDED_HEADERS = ("content-type", "if-match", "if-none-match")
RETURNED_HEADERS = ("content-type", "etag", "location", "retry-after")

Framed = dict[str, tuple[File, str]]


@dataclass(frozen=True)
class Viewer:
    products: Products
    document: Callable[[str], dict[str, Any]]
    """The OpenAPI document for a server's URL."""

    def framed(self) -> Framed:
        """The viewer's files with their policy, by path; none where the package isn't there."""
        folder = installed()
        if folder is None:
            return {}
        found = {f"/{name}": _file(folder / name) for name in FILES}
        found["/viewer"] = static()["/viewer"]
        return {path: (file, POLICY) for path, file in found.items()}

    def info(self, _asked: Mapping[str, Any]) -> dict[str, Any]:
        there = installed() is not None
        return {"there": there, "install": None if there else INSTALL}

    def openapi(self, _asked: Mapping[str, Any]) -> dict[str, Any]:
        """Its server is this one, so that what is tried goes the signed-in way."""
        return self.document(TRY)

    def forward(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Call the API as who is signed in; `path` begins with TRY, and has its query.

        A token or key that was typed into the viewer isn't sent on.
        """
        sent = {name: value for name in FORWARDED_HEADERS if (value := headers.get(name))}
        try:
            answer = self.products.ask(method, path.removeprefix(TRY), body, sent)
        except ProductsApiError as error:
            words = f"productsapi open: {error.message} {error.hint}".strip()
            text = {"content-type": "text/plain; charset=utf-8"}
            return Answer(HTTPStatus.BAD_GATEWAY, text, words.encode())
        by_name = {name.lower(): value for name, value in answer.headers.items()}
        kept = {name: by_name[name] for name in RETURNED_HEADERS if name in by_name}
        return Answer(answer.status, kept, answer.body)


def installed() -> Path | None:
    """Where the viewer's files are; None where the package, or one of them, isn't there."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "static"
    return folder if all((folder / name).is_file() for name in FILES) else None


def _file(path: Path) -> File:
    return File(TYPES[path.suffix.removeprefix(".")], path.read_bytes())
