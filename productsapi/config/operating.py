"""The keys of what comes after the first deploy: limits, monitoring, releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key, mapping
from productsapi.config_keys.rules import Maybe, Whole
from productsapi.options.alarms.configuration import ALARMS, EMAIL, ERROR_PERCENT, LATENCY_MS
from productsapi.options.api_key.configuration import KEY_BURST, KEY_QUOTA, KEY_RATE
from productsapi.options.dashboard.configuration import DASHBOARD


@dataclass(frozen=True, kw_only=True)
class Limits:
    # API Gateway's default for an account, which all of its APIs share, is 10,000 and 5,000.
    rate: int = key(
        Whole(1, 10_000), "Requests a second that the stage lets in, all callers together.", 50
    )
    burst: int = key(Whole(1, 5_000), "Requests that may come at once before the rate counts.", 100)
    methods: Mapping[str, str] = mapping(
        allowed.METHOD_LIMITS,
        "Other limits for single methods, as RATE/BURST: `POST /products: 5/10`.",
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
    key_rate: int = KEY_RATE
    key_burst: int = KEY_BURST
    key_quota: int | None = KEY_QUOTA


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    alarms: bool = ALARMS
    email: str | None = EMAIL
    error_percent: int = ERROR_PERCENT
    latency_ms: int = LATENCY_MS
    dashboard: bool = DASHBOARD


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
