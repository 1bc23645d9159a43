"""The alarms' keys, in the section `monitoring`."""

from __future__ import annotations

from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key
from productsapi.config_keys.rules import Maybe, Whole

ALARMS: bool = key(
    allowed.SWITCH,
    "Whether CloudWatch alerts when the API fails or is slow, functions fail or are throttled, "
    "or the table refuses.",
    default=False,
    price="$0.10 a month for each metric watched, $1.90 in all; ten are free",
)
EMAIL: str | None = key(
    Maybe(allowed.EMAIL),
    "Who gets the alarms by mail, after confirming the first one. Without it they are only "
    "seen in CloudWatch.",
    None,
)
ERROR_PERCENT: int = key(
    Whole(1, 100),
    "Percent of the requests of five minutes that fail (5xx), and at least three: an alarm.",
    5,
)
LATENCY_MS: int = key(
    Whole(50, 29_000),
    "Milliseconds that one in twenty requests takes or exceeds (p95), in ten of fifteen "
    "minutes: an alarm.",
    3000,
)
