"""The API key's keys, in the sections `api` and `limits`."""

from __future__ import annotations

from productsapi.config_keys.declaration import key
from productsapi.config_keys.rules import Flag, Maybe, Whole

API_KEY: bool = key(
    Flag(),
    "Whether callers need an API key beside their token, in the header X-Api-Key. Its value is "
    "kept in Secrets Manager; `productsapi request` fetches it.",
    default=False,
    price="about $0.40 a month",
)
KEY_RATE: int = key(
    Whole(1, 10_000), "With `api.key`: requests a second that the key is good for.", 20
)
KEY_BURST: int = key(
    Whole(1, 5_000), "With `api.key`: requests with the key that may come at once.", 40
)
KEY_QUOTA: int | None = key(
    Maybe(Whole(1, 1_000_000_000)),
    "With `api.key`: requests a month that the key is good for.",
    None,
)
