"""What unit tests share: models and configurations, which are read once, and a project's folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from models import read_once

from productsapi.config import document
from productsapi.starter import files


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    with read_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _yaml_is_composed_once() -> Iterator[None]:
    """By its text; nobody changes the nodes. A text that isn't YAML is read anew each time."""
    compose, composed = document._Loader.get_single_node, dict[str, Any]()

    def remembered(loader: document._Loader) -> Any:
        text = loader.buffer
        if text not in composed:
            composed[text] = compose(loader)
        return composed[text]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(document._Loader, "get_single_node", remembered)
        yield


@cache
def _starter() -> dict[str, bytes]:
    """Without the configuration's comments, which take longer to be read than the rest of it."""
    return {
        name: re.sub(rb"(?m)^ *#.*\n", b"", content) if name.endswith(".yaml") else content
        for name, content in files().items()
    }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `init` leaves it, and the current one."""
    for name, content in _starter().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path
