"""To look where the secrets are; who deploys needs no right to read one."""

from __future__ import annotations

from productsapi.stack import own_variables
from productsapi.stack.iam_right import LOOKING, Scope, calls, local_anything


def secrets(scope: Scope) -> tuple[str, ...]:
    """AWS puts a hyphen and six characters behind a secret's name in its ARN."""
    of = scope.stack.location.arn
    names = own_variables.secrets(scope.stack)
    return tuple(of("secretsmanager", f"secret:{name}-??????") for name in names)


def named(scope: Scope) -> bool:
    return bool(own_variables.secrets(scope.stack))


RIGHTS = calls(
    "secretsmanager",
    "DescribeSecret",
    secrets,
    LOOKING,
    "list_awssecretsmanager.html",
    also=local_anything,
    when=named,
)
