"""What the account allows against what the configuration asks for."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.operations.finding import Finding, State
from productsapi.steps.deployment.account_throttle import beyond as beyond_throttle
from productsapi.steps.functions.account import beyond

QUOTAS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"


def of_lambda(aws: Aws, config: Config) -> Iterator[Finding]:
    """Only what may be refused (L1)."""
    for text in beyond(config, aws):
        fix = "set a lower value, or ask for more in the console under Service Quotas, AWS Lambda"
        yield Finding("limits of Lambda", State.WARNING, text, fix)


def of_gateway(aws: Aws, config: Config) -> Iterator[Finding]:
    """Some Regions let in 2,500 a second for all APIs together: a stage's more is nothing (G16)."""
    for text in beyond_throttle(config, aws.call("apigateway", "GetAccount")):
        yield Finding("account throttle", State.WARNING, text, f"see {QUOTAS}")
