"""Commands that make no client which nobody asks for."""

from __future__ import annotations

import pytest

from productsapi.aws.clients import Clients


@pytest.fixture(autouse=True)
def _no_client_is_made_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 20 ms, also where a command has long ended; test_aws_clients.py tries it."""
    monkeypatch.setattr(Clients, "preload", lambda *_: None)
