"""An emulator's account, asked at the emulator itself and not through the proxy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from e2e_project import client


@dataclass(frozen=True)
class Account:
    endpoint_url: str

    def client(self, service: str) -> Any:
        return client(service, self.endpoint_url)

    def pages(self, service: str, listing: str, key: str, **params: Any) -> list[Any]:
        """All that a listing tells under `key`."""
        pages = self.client(service).get_paginator(listing).paginate(**params)
        return [item for page in pages for item in page.get(key, [])]
