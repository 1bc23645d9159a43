"""An emulator's account, asked at the emulator itself and not through the proxy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from e2e_project import client


@dataclass(frozen=True)
class Account:
    endpoint_url: str
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """One for each service: making them costs more than the calls."""
        if service not in self._clients:
            self._clients[service] = client(service, self.endpoint_url)
        return self._clients[service]

    def pages(self, service: str, listing: str, key: str, **params: Any) -> list[Any]:
        """All that a listing tells under `key`."""
        pages = self.client(service).get_paginator(listing).paginate(**params)
        return [item for page in pages for item in page.get(key, [])]
