"""botocore's clients, one for each service, with the settings that all calls share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from botocore.config import Config

from productsapi.aws.network import Network, client, network
from productsapi.aws.response_check import before_parse
from productsapi.aws.tracing import Trace, traced
from productsapi.errors import (
    ConfigError,
)

READ_TIMEOUT = "PRODUCTSAPI_READ_TIMEOUT_S"
USUAL_READ_TIMEOUT = 70.0
LONGEST_READ_TIMEOUT = 900.0
"""Seconds. The longest answers come after uploads of code."""
SHORT_READ_TIMEOUT = {"ssm": 10.0}
"""Of services that answer at once: a lease must be renewed before it runs out."""


@dataclass(frozen=True)
class Listing:
    """How a listing goes on: request parameter by answer key, and what says that there is more."""

    tokens: Mapping[str, str]
    more: str | None

    def following(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters that ask for the page after `answer`; none where it was the last."""
        if self.more and not answer.get(self.more):
            return {}
        return {given: answer[got] for given, got in self.tokens.items() if answer.get(got)}


class Clients:
    """One client for each service, made when first used, from any thread."""

    def __init__(self, session: Any, trace: Trace | None = None, **settings: Any) -> None:
        self._session = session
        self._trace = trace
        self._settings = settings
        self._lock = Lock()
        self._made: dict[str, Any] = {}

    @property
    def network(self) -> Network:
        """How requests to the deployed API go out: as those to AWS."""
        return network(self._session)

    def unchecked(self) -> Clients:
        """Others, that send parameters as they are given.

        Of many items botocore's check takes as long as all else that it does with them.
        """
        return Clients(self._session, self._trace, **self._settings, parameter_validation=False)

    def get(self, service: str) -> Any:
        """The client for `service`, which sends each request once: see `Aws` for repeating."""
        made = self._made.get(service)
        if made is None:  # else it isn't waited for another one's being made
            with self._lock:
                made = self._made.get(service) or self._make(service)
                self._made[service] = made
        return made

    def preload(self, services: Iterable[str]) -> Thread:
        """Make clients while an answer is awaited: loading their models is work for the machine."""

        def make() -> None:
            with suppress(Exception):  # whoever needs one meets what keeps it from being made
                for service in services:
                    self.get(service)

        making = Thread(target=make, name="clients", daemon=True)
        making.start()
        return making

    def listing(self, service: str, operation: str) -> Listing:
        """How `operation` pages, by botocore's model of it.

        Asked for by its version, since to find the newest one botocore looks into 400 folders.
        """
        loader = self._session.get_component("data_loader")
        version = self.get(service).meta.service_model.api_version
        model = loader.load_data(f"{service}/{version}/paginators-1")["pagination"][operation]
        given, got = model["input_token"], model["output_token"]
        pairs = {given: got} if isinstance(given, str) else dict(zip(given, got, strict=True))
        return Listing(pairs, model.get("more_results"))

    def _make(self, service: str) -> Any:
        """Without the SDK's own retries, which differ from version to version.

        From botocore 1.44 on they give up within 0.35 s, and after 17 failures for good (B1).
        """
        settings = dict(self._settings)
        longest = SHORT_READ_TIMEOUT.get(service, LONGEST_READ_TIMEOUT)
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            connect_timeout=10,
            read_timeout=min(_read_timeout(), longest),
            max_pool_connections=24,
            user_agent_appid="productsapi",
            proxies=settings.pop("proxies", None),
            parameter_validation=settings.pop("parameter_validation", True),
        )
        made = client(self._session, service, config, **settings)
        made.meta.events.register("before-parse", before_parse)
        if self._trace:
            traced(made, service, self._trace)
        return made


def _read_timeout() -> float:
    """Seconds before an answer counts as lost. Raises ConfigError."""
    given = os.environ.get(READ_TIMEOUT)
    try:
        seconds = float(given) if given else USUAL_READ_TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_READ_TIMEOUT:
        hint = f"give seconds, up to {LONGEST_READ_TIMEOUT:.0f}, or leave it out"
        raise ConfigError(f"{READ_TIMEOUT} is {given!r}", hint)
    return seconds
