"""The keys of the four functions: their Python, size, variables and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from productsapi.config import runtimes
from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key, named, section
from productsapi.config_keys.rules import OneOf, Whole
from productsapi.function_variables import SecretName
from productsapi.options.environment.configuration import ENVIRONMENT
from productsapi.options.tracing.configuration import TRACING


@dataclass(frozen=True, kw_only=True)
class FunctionNames:
    """One field for each of `routes.FUNCTIONS`."""

    create: str = named(
        allowed.FUNCTION_NAME, "Adds a product.", "createproductfunction", "{stack}-create"
    )
    get: str = named(
        allowed.FUNCTION_NAME,
        "Reads one product, or a page of them.",
        "getproductfunction",
        "{stack}-get",
    )
    update: str = named(
        allowed.FUNCTION_NAME, "Changes a product.", "updateproductfunction", "{stack}-update"
    )
    delete: str = named(
        allowed.FUNCTION_NAME, "Removes a product.", "deleteproductfunction", "{stack}-delete"
    )

    def of(self, function: str) -> str:
        """Give the AWS name of the function that `routes` calls `function`."""
        return cast("str", getattr(self, function))


@dataclass(frozen=True, kw_only=True)
class Functions:
    # The guide says python3.9, which gets no security patches any more.
    runtime: str = key(
        OneOf(runtimes.names()),
        "The Python that AWS runs the functions on. The guide's python3.9 gets no security patches "
        "since 2025-12-15.",
        "python3.13",
    )
    # The guide's functions are x86_64, so taking them over moves nothing to another processor.
    architecture: str = key(
        OneOf(("x86_64", "arm64")),
        "The processor. The code runs on both.",
        "x86_64",
        price="arm64 about a fifth less",
    )
    # Lambda's model says 32768; what an account may use by default ends at 10240.
    memory_mb: int = key(
        Whole(128, 10240),
        "Memory in MB; the share of CPU increases with it.",
        256,
        price="increases with it, by the second in use",
    )
    # API Gateway gives up after 29 s: a longer time-out would only be paid for.
    timeout_s: int = key(Whole(1, 28), "Seconds before AWS stops a call; the gateway waits 29.", 10)
    log_retention_days: int = key(
        allowed.RETENTION_DAYS, "Days before AWS deletes the functions' logs.", 14
    )
    log_level: str = key(
        OneOf(("DEBUG", "INFO", "WARNING", "ERROR")),
        "The least severe message that is logged.",
        "INFO",
    )
    tracing: bool = TRACING
    environment: Mapping[str, str | SecretName] = ENVIRONMENT
    names: FunctionNames = section(
        FunctionNames, "The functions' names in AWS, all four different."
    )
