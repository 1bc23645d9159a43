"""The account-level throttle of API Gateway: noted where the stage's limits exceed it (G16)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.names import Key, Kind
from productsapi.errors import AwsError
from productsapi.stack import kinds
from productsapi.stack.account_limit import AccountLimit
from productsapi.steps.deployment.method_settings import ALL
from productsapi.steps.deployment.throttling import wanted

SMALLEST = (2_500, 1_250)
"""Requests a second and at once: AWS's own limit in its smaller Regions, which nobody is below."""


@dataclass(frozen=True)
class AccountThrottle(AccountLimit):
    """Asked for only where the configuration lets in more than every account does."""

    step = "deployment"
    kind = Kind("account throttle")

    @property
    def parent(self) -> Key:
        return kinds.REST_API(self.stack.config.api.name)

    def beyond(self, aws: Aws) -> list[str]:
        if not may_exceed_account_throttle(self.stack.config):
            return []
        try:
            account = aws.call("apigateway", "GetAccount")
        except AwsError:  # a warning isn't worth a plan
            return []
        return list(beyond(self.stack.config, account))


def may_exceed_account_throttle(config: Config) -> bool:
    """Whether any limit may be more than the account's."""
    return any(_exceeds(_numbers(limit), SMALLEST) for limit in wanted(config).values())


def beyond(config: Config, account: Mapping[str, Any]) -> Iterator[str]:
    """As text, which limits have no effect, by GetAccount's answer."""
    reported = account.get("throttleSettings") or {}
    rate, burst = reported.get("rateLimit"), reported.get("burstLimit")
    if rate is None or burst is None:
        return
    for method, limit in wanted(config).items():
        if _exceeds(_numbers(limit), (rate, burst)):
            name = "limits.rate/limits.burst is" if method == ALL else f"limits.methods: {method}"
            yield (
                f"{name} {limit}, and all APIs of the account together are let in no more than "
                f"{rate:,.0f} requests a second and {burst:,} at once"
            )


def _numbers(limit: str) -> tuple[float, float]:
    rate, _, burst = limit.partition("/")
    return float(rate), float(burst)


def _exceeds(ours: tuple[float, float], theirs: tuple[float, float]) -> bool:
    return any(mine > most for mine, most in zip(ours, theirs, strict=True))
