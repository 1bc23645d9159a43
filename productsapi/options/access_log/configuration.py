"""The access log's keys."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key, section
from productsapi.config_keys.rules import Flag


@dataclass(frozen=True, kw_only=True)
class AccessLog:
    enabled: bool = key(
        allowed.SWITCH,
        "Whether API Gateway logs each request, as JSON, to a log group of its own.",
        default=False,
        price="what CloudWatch takes for logs: about $0.50 a GB, a million requests",
    )
    retention_days: int = key(
        allowed.RETENTION_DAYS, "Days before AWS deletes the access logs.", 90
    )
    set_account_role: bool = key(
        Flag(),
        "Whether a deploy may give the account the role that API Gateway logs with, where it has "
        "none. It is the whole account's: it is never changed, and never removed.",
        default=False,
    )


ACCESS_LOG: AccessLog = section(
    AccessLog, "API Gateway's own log of all requests, also of those that it refuses."
)
