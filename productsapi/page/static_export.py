"""The API page as static files, for a web server or to be opened as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from productsapi.errors import ProductsApiError, Refused
from productsapi.page.files import static
from productsapi.page.viewer import FILES, INSTALL, installed

DOCUMENT = "document.js"
"""The document as a script: a page that is opened from a disk may read no JSON."""


def write(folder: Path, document: Mapping[str, Any]) -> list[Path]:
    """Write the page into `folder`, which is made. Gives its files, the page first.

    Raises ProductsApiError without the viewer's package, Refused where nothing can be written.
    """
    viewer = installed()
    if viewer is None:
        raise ProductsApiError("the viewer isn't installed", INSTALL)
    content = {
        "index.html": _page(),
        DOCUMENT: f"globalThis.API_DOCUMENT = {json.dumps(document)};\n".encode(),
        "viewer.js": static()["/viewer.js"].content,
        **{name: (viewer / name).read_bytes() for name in FILES},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in content.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise Refused(f"{folder} can't be written: {error.strerror}") from error
    return [folder / name for name in content]


def _page() -> bytes:
    """The viewer's own page, with paths beside it; who reads it there signs in by themselves."""
    page = static()["/viewer"].content.decode()
    page = page.replace('<link rel="stylesheet" href="/viewer.css">\n', "")
    page = page.replace("<script src=", f'<script src="/{DOCUMENT}"></script>\n<script src=', 1)
    return page.replace('="/', '="').encode()
