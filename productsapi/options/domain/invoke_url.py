"""API Gateway's own URL of the API, switched off once the domain answers (G17)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Observed, Upsert
from productsapi.errors import NotFound
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID


@dataclass(frozen=True)
class InvokeUrl(FeaturePart, Upsert):
    off_by = "api.domain.disable_invoke_url to false"
    step = "deployment"
    kind = kinds.INVOKE_URL
    serial_group = SERIAL_GROUP
    inputs = (API_ID,)
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.api.name

    @property
    def parent(self) -> Key:
        return kinds.REST_API(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """Not before the domain leads there."""
        domain = self.stack.config.api.domain
        mapping = [kinds.BASE_PATH_MAPPING(domain.address)] if self.on else []
        return (*super().depends_on, self.parent, *mapping)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        if api_id is None:
            return None
        try:
            found = aws.call("apigateway", "GetRestApi", restApiId=api_id)
        except NotFound:
            return None
        off = found.get("disableExecuteApiEndpoint") is True
        return Observed({"switched_off": True}, raw={"api_id": api_id}) if off else None

    def want(self, known: Outputs) -> Fields:
        return {"switched_off": True}

    def create(self, aws: Aws, known: Outputs) -> Given:
        _switch(aws, str(known[API_ID]), off=True)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            _switch(aws, observed.raw["api_id"], off=False)


def _switch(aws: Aws, api_id: str, *, off: bool) -> None:
    patch = {"op": "replace", "path": "/disableExecuteApiEndpoint", "value": str(off).lower()}
    aws.call("apigateway", "UpdateRestApi", restApiId=api_id, patchOperations=[patch])
