"""Stacks and scopes of the two configurations that ship, on AWS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from productsapi.aws.location import Location
from productsapi.config import load
from productsapi.function_variables import SecretName
from productsapi.operator_policy import Scope
from productsapi.options.domain.configuration import Domain
from productsapi.stack import Stack

CONFIGS = Path(__file__).parents[3] / "config"
ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/developers-boundary"


def stack(
    name: str = "dev", location: Location | None = None, boundary: str | None = None
) -> Stack:
    config = load(CONFIGS / f"{name}.yaml")
    config = replace(config, permissions=replace(config.permissions, boundary=boundary))
    return Stack(config, location or Location("eu-west-2", ACCOUNT))


def logging() -> Stack:
    """With the access log, and the leave to give the account its role."""
    own = stack()
    log = replace(own.config.access_log, enabled=True, set_account_role=True)
    return replace(own, config=replace(own.config, access_log=log))


def everything() -> Stack:
    """With all that can be switched on."""
    own = logging()
    watched = replace(own.config.monitoring, alarms=True, email="ops@example.com", dashboard=True)
    domain = Domain(
        name="api.shop.example.com",
        certificate_arn=f"arn:aws:acm:eu-west-2:{ACCOUNT}:certificate/12345678-abcd",
        zone_id="Z0123456789ABCDEFGHIJ",
    )
    cache = replace(own.config.api.cache, size_gb="0.5")
    api = replace(own.config.api, key=True, cache=cache, domain=domain)
    variables = {"TOKEN": SecretName("shop/token")}
    functions = replace(own.config.functions, environment=variables)
    config = replace(own.config, monitoring=watched, api=api, functions=functions)
    return replace(own, config=config)


SCOPES = {
    "everything": Scope(everything()),
    "dev": Scope(stack()),
    "prod": Scope(stack("prod")),
    "deployed": Scope(stack("prod"), "a1b2c3d4e5", "eu-west-2_AbCdEfGhI"),
    "renamed": Scope(stack(), "a1b2c3d4e5", "eu-west-2_AbCdEfGhI", ("oldcreate", "oldget")),
    "logging": Scope(logging()),
    "bounded": Scope(stack(boundary=BOUNDARY)),
}
