"""The mapping of the domain's base path to our stage. It can't be tagged: ours by what it leads to.

It goes before stage and API, which AWS doesn't remove while a domain leads there (G7).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.options.domain.custom_domain import OFF_BY
from productsapi.options.domain.mappings import is_ours
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP
from productsapi.stack.custom_domains import NO_BASE_PATH
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID

OURS = "this stack's API"

IMMUTABLE = {
    "leads_to": "it isn't this stack's, so it stays: give api.domain.base_path another value, "
    "or remove that mapping (`aws apigateway delete-base-path-mapping`)"
}


@dataclass(frozen=True)
class Mapping(FeaturePart, Managed):
    off_by = OFF_BY
    step = "deployment"
    kind = kinds.BASE_PATH_MAPPING
    serial_group = SERIAL_GROUP
    inputs = (API_ID,)
    lookup_inputs = (API_ID,)
    immutable = IMMUTABLE

    @property
    def name(self) -> str:
        return self.stack.config.api.domain.address

    @property
    def depends_on(self) -> tuple[Key, ...]:
        api = self.stack.config.api
        domain = kinds.CUSTOM_DOMAIN(str(api.domain.name))
        return (*super().depends_on, domain, kinds.STAGE(api.stage))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            found = aws.call("apigateway", "GetBasePathMapping", **self._named)
        except NotFound:
            return None
        api_id = str(found["restApiId"])
        ours = api_id == known.get(API_ID) or is_ours(self.stack, aws, api_id)
        leads_to = OURS if ours else f"the API {api_id}"
        fields = {"api": api_id, "stage": found.get("stage"), "leads_to": leads_to}
        return Observed(fields, raw={"ours": ours})

    def want(self, known: Outputs) -> Fields:
        return {
            "api": known[API_ID],
            "stage": self.stack.config.api.stage,
            "leads_to": OURS,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        domain = self.stack.config.api.domain
        path = {"basePath": domain.base_path} if domain.base_path else {}
        aws.call(
            "apigateway",
            "CreateBasePathMapping",
            domainName=domain.name,
            **path,
            restApiId=known[API_ID],
            stage=self.stack.config.api.stage,
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Both at once: a stage is one of an API."""
        values = {"/restapiId": known[API_ID], "/stage": self.stack.config.api.stage}
        patches = [{"op": "replace", "path": path, "value": v} for path, v in values.items()]
        aws.call("apigateway", "UpdateBasePathMapping", **self._named, patchOperations=patches)
        return {}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return None if observed.raw["ours"] else f"it leads to {observed.fields['leads_to']}"

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("apigateway", "DeleteBasePathMapping", **self._named)

    @property
    def _named(self) -> dict[str, str]:
        domain = self.stack.config.api.domain
        return {"domainName": str(domain.name), "basePath": domain.base_path or NO_BASE_PATH}
