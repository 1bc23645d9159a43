"""The latest requests to the deployed APIs, as the request log has them."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from productsapi.errors import LocalCloudError
from productsapi.local import emulator
from productsapi.local.request_log import REQUESTS


@dataclass(frozen=True)
class Request:
    began: float
    """Unix time."""
    method: str
    path: str
    status: int
    """0 where the answer was broken off."""
    ms: int
    user: str
    """Whom the token names, whether or not it was good; empty without one."""


@dataclass
class Requests:
    """Those to one API, from now on."""

    port: int
    api_id: str
    _last: int | None = field(default=None, init=False)

    def new(self) -> list[Request]:
        """Since the last look. Raises LocalCloudError where the local cloud doesn't answer."""
        answer = self._ask()
        before, self._last = self._last, answer["last"]
        if before is not None and self._last < before:  # restarted
            return []
        return [_request(each) for each in answer["requests"] if each["api"] == self.api_id]

    def _ask(self) -> dict[str, Any]:
        query = "" if self._last is None else f"?after={self._last}"
        connection = http.client.HTTPConnection(
            emulator.HOST, self.port, timeout=emulator.ANSWER_TIMEOUT
        )
        try:
            connection.request("GET", REQUESTS + query)
            answer = json.loads(connection.getresponse().read())
            return {"last": int(answer["last"]), "requests": list(answer["requests"])}
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise LocalCloudError("the local cloud's request log can't be read") from error
        finally:
            connection.close()


def _request(described: dict[str, Any]) -> Request:
    kept = {name: described[name] for name in Request.__dataclass_fields__}
    return Request(**kept)
