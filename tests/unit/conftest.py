"""What unit tests share: botocore's models, which are read once, and a project's folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from models import read_once

from productsapi.starter import files


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    with read_once():
        yield


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `init` leaves it, and the current one.

    Without the configuration's comments, which take longer to be read than the rest of it.
    """
    for name, content in files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        config = name.endswith(".yaml")
        path.write_bytes(re.sub(rb"(?m)^ *#.*\n", b"", content) if config else content)
    monkeypatch.chdir(tmp_path)
    return tmp_path
