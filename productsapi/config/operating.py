"""The keys of what comes after the first deploy: limits, cache, access log, alarms, releases."""

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
        "The size of the stage's cache of GET answers, in GB; without one nothing is cached.",
        None,
        price="by the hour, used or not: about $15 a month for 0.5 GB, $28 for 1.6, $146 for 6.1, "
        "$183 for 13.5 and more",
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
        "The most that reads of the table, and of its category index beside it, may cost: read "
        "units a second, one for each 4 KB.",
        None,
    )
    table_write_units: int | None = key(
        Maybe(Whole(1, 40_000)),
        "The most that writes to the table, and to its category index beside it, may cost: write "
        "units a second, one for each KB.",
        None,
    )
    concurrency: int | None = key(
        Maybe(Whole(1, 1000)),
        "How many requests each function may work on at once. That many are taken from what the "
        "account has (1000 in most, 10 in new ones), which must keep 100.",
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
        price="what CloudWatch takes for logs: about $0.50 a GB, a million requests",
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
        rules.SWITCH,
        "Whether CloudWatch tells when the API fails or is slow, functions fail or are throttled, "
        "or the table refuses.",
        default=False,
        price="$0.10 a month for each metric watched, $1.90 in all; ten are free",
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
        rules.SWITCH,
        "Whether there is a CloudWatch dashboard of the API.",
        default=False,
        price="$3 a month beyond the account's first three",
    )


@dataclass(frozen=True, kw_only=True)
class Releases:
    # A page of Lambda's versions, and of what a person looks through, ends at 50.
    keep: int = key(
        Whole(1, 50),
        "How many releases are kept to be gone back to, this one included: so many versions of "
        "each function and so many API deployments. A deploy removes older ones, but never one "
        "that is in use.",
        10,
    )
