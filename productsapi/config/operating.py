"""The keys of what comes after the first deploy: limits, caching, access logs, alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from productsapi.config import rules
from productsapi.config.keys import about, key
from productsapi.config.rules import Flag, Maybe, Whole


@dataclass(frozen=True, kw_only=True)
class Cache:
    size_gb: str | None = key(
        Maybe(rules.CACHE_SIZE),
        "The size of the stage's cache of GET answers, in GB. It costs by the hour, used or not.",
        None,
    )
    ttl_s: int = key(
        Whole(1, 3600),
        "Seconds for which an answer is given again: so old may be what callers read.",
        60,
    )

    @property
    def on(self) -> bool:
        return self.size_gb is not None


@dataclass(frozen=True, kw_only=True)
class Limits:
    # API Gateway's default for an account, which all of its APIs share, is 10,000 and 5,000.
    rate: int = key(
        Whole(1, 10_000), "Requests a second that the stage lets in, all callers together.", 50
    )
    burst: int = key(Whole(1, 5_000), "Requests that may come at once before the rate counts.", 100)
    methods: Mapping[str, str] = field(
        default_factory=dict,
        metadata=about(
            rules.METHOD_LIMITS,
            "Other limits for single methods, as RATE/BURST: `POST /products: 5/10`.",
        ),
    )
    table_read_units: int | None = key(
        Maybe(Whole(1, 40_000)),
        "The most that the table's reads may cost: read units a second; beyond it callers get 503.",
        None,
    )
    table_write_units: int | None = key(
        Maybe(Whole(1, 40_000)),
        "The most that the table's writes may cost: write units a second; beyond it, 503.",
        None,
    )
    concurrency: int | None = key(
        Maybe(Whole(1, 1000)),
        "How many requests each function may work on at once. That many are taken from what the "
        "account has, which must keep 100.",
        None,
    )
    key_rate: int = key(
        Whole(1, 10_000), "With `api.key`: requests a second that the key is good for.", 20
    )
    key_burst: int = key(
        Whole(1, 5_000), "With `api.key`: requests with the key that may come at once.", 40
    )
    key_quota: int | None = key(
        Maybe(Whole(1, 1_000_000_000)),
        "With `api.key`: requests a month that the key is good for.",
        None,
    )


@dataclass(frozen=True, kw_only=True)
class AccessLog:
    enabled: bool = key(
        rules.SWITCH,
        "Whether API Gateway logs each request, as JSON, to a log group of its own.",
        default=False,
    )
    retention_days: int = key(rules.RETENTION_DAYS, "Days before AWS deletes the access logs.", 90)
    set_account_role: bool = key(
        Flag(),
        "Whether a deploy may give the account the role that API Gateway logs with, where it has "
        "none. It is the whole account's: it is never changed, and never removed.",
        default=False,
    )


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    alarms: bool = key(
        rules.SWITCH, "Whether CloudWatch tells when the API fails or is slow.", default=False
    )
    email: str | None = key(
        Maybe(rules.EMAIL),
        "Who gets the alarms by mail, after confirming the first one. Without it they are only "
        "seen in CloudWatch.",
        None,
    )
    error_percent: int = key(
        Whole(1, 100),
        "Percent of the requests of five minutes that fail (5xx), and at least three: an alarm.",
        5,
    )
    latency_ms: int = key(
        Whole(50, 29_000),
        "Milliseconds that one in twenty requests takes or exceeds (p95), in ten of fifteen "
        "minutes: an alarm.",
        3000,
    )
    dashboard: bool = key(
        rules.SWITCH, "Whether there is a CloudWatch dashboard of the API.", default=False
    )
