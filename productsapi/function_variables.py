"""The functions' environment variables: ours by name, what a user's may be, how much goes in."""

from __future__ import annotations

from dataclasses import dataclass

OURS = (
    "TABLE_NAME",
    "SORT_KEY",
    "CATEGORY_INDEX",
    "CLIENT_IDS",
    "WRITE_GROUPS",
    "OWNER_ONLY",
    "OWNER_GROUPS",
    "CORS_ORIGIN",
    "DECIMALS",
    "LOG_LEVEL",
    "ROLE_ID",
    "OWN_VARIABLES",
)
"""The environment's variables that the deployer sets by itself."""
LAMBDAS = 4096
"""Bytes of environment that Lambda takes in all (its quotas page)."""


@dataclass(frozen=True)
class SecretName:
    """A variable that holds the ARN of this secret of Secrets Manager, never its value."""

    name: str

    def __str__(self) -> str:
        return f"{{secret: {self.name}}}"
