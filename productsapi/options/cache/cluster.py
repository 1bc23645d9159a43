"""The stage's cache itself, switched on, resized and off by the last of all changes of the stage.

API Gateway works on it for 20 to 30 minutes at times, and meanwhile refuses the stage any other
change (G3, K8): nothing that this run still has to set may come after it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.engine.names import Key, Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Observed, Upsert, dollars
from productsapi.errors import NotFound
from productsapi.options.cache.stage import size_of
from productsapi.releases.switch import Patch, patch_stage
from productsapi.stack import Stack, kinds
from productsapi.stack.api_tree import SERIAL_GROUP, stage_called
from productsapi.stack.output_names import API_ID

HOURLY = {
    "0.5": 0.02, "1.6": 0.038, "6.1": 0.2, "13.5": 0.25,
    "28.4": 0.5, "58.2": 1.0, "118": 1.9, "237": 3.8,
}  # fmt: skip
"""Dollars in us-east-1 (AWS's page of prices); other Regions differ a little."""
HOURS = 730


@dataclass(frozen=True)
class CacheCluster(Upsert):
    stack: Stack
    step = "deployment"
    kind = Kind("stage cache")
    serial_group = SERIAL_GROUP
    inputs = (API_ID,)
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.api.stage

    @property
    def wanted(self) -> bool:
        return self.stack.config.api.cache.on

    @property
    def parent(self) -> Key:
        return kinds.STAGE(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (self.parent, kinds.ACCESS_LOG(self.name).if_there)

    @property
    def monthly(self) -> float:
        return monthly(self.stack.config.api.cache.size_gb)

    def monthly_of(self, fields: Fields) -> float:
        """It costs by the hour, whatever else the stage has."""
        return monthly(fields["cache_size_gb"])

    @property
    def price(self) -> str:
        return f"{dollars(self.monthly)} for the cache, used or not"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        stage = (stage_called(aws, api_id, self.name) if api_id else None) or {}
        found = size_of(stage)
        if not api_id or found is None:
            return None
        return Observed({"cache_size_gb": found}, raw={"api_id": api_id})

    def want(self, known: Outputs) -> Fields:
        return size(self.stack.config)

    def create(self, aws: Aws, known: Outputs) -> Given:
        patch_stage(aws, str(known[API_ID]), self.name, patches(self.stack.config))
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            found = patches(self.stack.config)
            patch_stage(aws, observed.raw["api_id"], self.name, found)


def size(config: Config) -> Fields:
    return {"cache_size_gb": config.api.cache.size_gb}


def monthly(size: str | None) -> float:
    """What a cache of so many GB costs to have, in dollars; one that AWS adds isn't known."""
    return round(HOURLY.get(size or "", 0.0) * HOURS, 2)


def patches(config: Config) -> list[Patch]:
    cache = config.api.cache
    switch = {"/cacheClusterEnabled": "true" if cache.on else "false"}
    size = {"/cacheClusterSize": cache.size_gb} if cache.size_gb else {}
    found = {**switch, **size}.items()
    return [{"op": "replace", "path": path, "value": value} for path, value in found]
