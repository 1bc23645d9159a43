"""A project's folder, and commands that make no client which nobody asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from productsapi.aws.clients import Clients
from productsapi.starter import files


@pytest.fixture(autouse=True)
def _no_client_is_made_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 20 ms, also where a command has long ended; test_aws_clients.py tries it."""
    monkeypatch.setattr(Clients, "ahead", lambda *_: None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `init` leaves it, and the current one."""
    for name, content in files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path
