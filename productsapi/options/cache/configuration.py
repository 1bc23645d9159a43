"""The cache's keys."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.config_keys.declaration import key, section
from productsapi.config_keys.rules import Figure, Maybe, Whole

# apigateway: CacheClusterSize.
SIZE = Figure(("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"))


@dataclass(frozen=True, kw_only=True)
class Cache:
    size_gb: str | None = key(
        Maybe(SIZE),
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


CACHE: Cache = section(
    Cache,
    "Whether GET answers are cached for a while, encrypted, for each caller apart. "
    "`productsapi cache flush` empties it.",
)
