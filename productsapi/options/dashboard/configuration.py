"""The dashboard's key, in the section `monitoring`."""

from __future__ import annotations

from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key

DASHBOARD: bool = key(
    allowed.SWITCH,
    "Whether there is a CloudWatch dashboard of the API.",
    default=False,
    price="$3 a month beyond the account's first three",
)
