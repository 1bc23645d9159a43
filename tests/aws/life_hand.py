"""The manual guide followed under names of one life's own, as patiently as AWS demands it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from made_by_hand import Guide, Made, follow_the_guide

PASSING = {
    "InvalidParameterValueException",  # the fresh role isn't assumable yet
    "ResourceNotFoundException",  # the fresh table isn't there yet
    "ResourceInUseException",  # the former table is still being deleted
    "ResourceConflictException",
    "NoSuchEntity",
    "NotFoundException",
    "TooManyRequestsException",
}
PATIENCE, PAUSE = 180.0, 2.0


def renames(mark: str) -> dict[str, str]:
    """What the guide's names are called instead; the configuration is edited by the same."""
    return {
        "ProductsTable": f"ProductsTable-{mark}",
        "productfunction": f"productfunction-{mark}",
        "ProductsAPI": f"ProductsAPI-{mark}",
        "secure-serverless-app": f"secure-serverless-app-{mark}",
        "AWSLambdaBasicExecutionRole": f"AWSLambdaBasicExecutionRole-{mark}",
        "python3.9": "python3.13",
    }


def of_the_guide(left: str) -> bool:
    """Whether it is the console's, and so never removed by us: a role, or its policy."""
    return "-role-" in left or "AWSLambdaBasicExecutionRole" in left


def by_hand(client: Callable[[str], Any], region: str, account: str, mark: str) -> Made:
    def renaming(service: str) -> Any:
        return Renaming(client(service), renames(mark))

    return follow_the_guide(renaming, region, account, Guide(triggers=False, stages=("dev",)))


@dataclass(frozen=True)
class Renaming:
    """A client, or a waiter of one, that is given other names."""

    wrapped: Any
    names: Mapping[str, str]
    sleep: Callable[[float], None] = time.sleep

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**params: Any) -> Any:
            give_up = time.monotonic() + PATIENCE
            while True:
                try:
                    return getattr(self.wrapped, operation)(**renamed(params, self.names))
                except ClientError as error:
                    if error.response["Error"]["Code"] not in PASSING or time.monotonic() > give_up:
                        raise
                self.sleep(PAUSE)

        return call

    def get_waiter(self, name: str) -> Renaming:
        return Renaming(self.wrapped.get_waiter(name), self.names)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """What bears the new name already, such as an ARN that AWS has told, keeps it."""
    if isinstance(value, dict):
        return {name: renamed(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    if isinstance(value, str):
        for old, new in names.items():
            done = re.escape(new.removeprefix(old)) if new.startswith(old) else "(?!)"
            value = re.sub(rf"{re.escape(old)}(?!{done})", new, value)
    return value
