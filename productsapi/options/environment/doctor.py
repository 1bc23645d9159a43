"""Whether the secrets that the functions are to read are there."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.operations.finding import Finding, State
from productsapi.options.environment.secret import described
from productsapi.stack import own_variables


def readable(aws: Aws, config: Config) -> Iterator[Finding]:
    for name in own_variables.secret_names(config):
        check = f"secret {name}"
        if described(aws, name):
            yield Finding(check, State.OK, "there")
        else:
            fix = f"aws secretsmanager create-secret --name {name} --secret-string file://FILE"
            text = "functions.environment names it, and it isn't there, or waits for its deletion"
            yield Finding(check, State.FAILED, text, fix)
