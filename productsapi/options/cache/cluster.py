"""The stage's cache itself, switched on, resized and off by the last of all changes of the stage.

API Gateway works on it for 20 to 30 minutes at times, and meanwhile refuses the stage any other
change (G3, K8): nothing that this run still has to set may come after it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Observed, Upsert, dollars
from productsapi.errors import NotFound
from productsapi.releases.switch import patch_stage
from productsapi.stack import Stack, kinds
from productsapi.stack.api_tree import SERIAL_GROUP, stage_called
from productsapi.stack.outputs import API_ID
from productsapi.steps.deployment import cache


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
        return self.monthly_of(cache.size(self.stack.config))

    def monthly_of(self, fields: Fields) -> float:
        """It costs by the hour, whatever else the stage has."""
        return cache.monthly(fields["cache_size_gb"])

    @property
    def price(self) -> str:
        return f"{dollars(self.monthly)} for the cache, used or not"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        stage = (stage_called(aws, api_id, self.name) if api_id else None) or {}
        size = cache.size_of(stage)
        if not api_id or size is None:
            return None
        return Observed({"cache_size_gb": size}, raw={"api_id": api_id})

    def want(self, known: Outputs) -> Fields:
        return cache.size(self.stack.config)

    def create(self, aws: Aws, known: Outputs) -> Given:
        patch_stage(aws, str(known[API_ID]), self.name, cache.cluster(self.stack.config))
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            patches = cache.cluster(self.stack.config)
            patch_stage(aws, observed.raw["api_id"], self.name, patches)
