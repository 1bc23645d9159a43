"""The role by which API Gateway writes logs: one for the whole account and Region, not ours."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.errors import AccessDenied, NotFound
from productsapi.operations.finding import Finding, State


def log_role(aws: Aws, config: Config) -> Iterator[Finding]:
    name = "account log role"
    arn = aws.call("apigateway", "GetAccount").get("cloudwatchRoleArn")
    if not arn:
        yield _none(name, config)
        return
    try:
        aws.call("iam", "GetRole", RoleName=arn.rpartition("/")[2])
    except NotFound:
        fix = "set another one in the console under API Gateway, Settings, Logging"
        yield Finding(name, State.WARNING, f"{arn} is set, but there is no such role", fix)
    except AccessDenied:
        yield Finding(name, State.OK, f"{arn} (whether it exists can't be seen)")
    else:
        yield Finding(name, State.OK, arn)


def _none(name: str, config: Config) -> Finding:
    wanted = config.access_log
    if not wanted.enabled:
        return Finding(name, State.OK, "none is set; only API Gateway's own logs need one")
    if wanted.set_account_role:
        return Finding(name, State.OK, "none is set yet; a deploy makes one for the access log")
    fix = "set access_log.set_account_role to true, or access_log.enabled to false"
    return Finding(name, State.WARNING, "none is set, and the access log needs one", fix)
