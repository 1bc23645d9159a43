"""Lambda's account limits: noted where the configuration may exceed them (L1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.names import Key, Kind
from productsapi.errors import AwsError
from productsapi.routes import FUNCTIONS
from productsapi.stack import kinds
from productsapi.stack.account_limit import AccountLimit

MEMORY_OF_NEW_ACCOUNTS = 3008
"""MB. AWS doesn't report beforehand whether it allows more (aws-lambda-power-tuning#181)."""
LEFT_FOR_OTHERS = 100
"""Function calls at once that AWS leaves unreserved; new accounts may have as few as 10 in all."""


@dataclass(frozen=True)
class AccountLimits(AccountLimit):
    """Asked for only where the configuration reserves some of what there is."""

    step = "functions"
    kind = Kind("account limits")

    @property
    def parent(self) -> Key:
        return kinds.FUNCTION(self.stack.function_name(FUNCTIONS[0]))

    def beyond(self, aws: Aws) -> list[str]:
        return beyond(self.stack.config, aws)


def beyond(config: Config, aws: Aws) -> list[str]:
    """What AWS may refuse of the configuration, as text. One call at most."""
    found = []
    memory, reserved = config.functions.memory_mb, config.limits.concurrency
    if memory > MEMORY_OF_NEW_ACCOUNTS:
        found.append(
            f"functions.memory_mb is {memory:,}: AWS refuses more than "
            f"{MEMORY_OF_NEW_ACCOUNTS:,} MB in new accounts, until its support raises that"
        )
    most = _at_once(aws) if reserved is not None else None
    if most is not None and reserved is not None:
        left = most - reserved * len(FUNCTIONS)
        if left < LEFT_FOR_OTHERS:
            found.append(
                f"limits.concurrency is {reserved}, for each of {len(FUNCTIONS)} functions: of "
                f"the {most:,} calls at once that the account may make AWS leaves up to "
                f"{LEFT_FOR_OTHERS} unreserved, and would refuse the rest"
            )
    return found


def _at_once(aws: Aws) -> int | None:
    try:
        limits: Mapping[str, Any] = aws.call("lambda", "GetAccountSettings")["AccountLimit"]
    except AwsError:  # a warning isn't worth a plan
        return None
    return int(limits["ConcurrentExecutions"])
