"""Domains of ours that the configuration doesn't name any more, with their mappings and records."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.resource import Cleanup, Given, Observed, Outputs
from productsapi.errors import NotFound
from productsapi.options.domain import dns
from productsapi.options.domain.custom_domain import OFF_BY, ZONE_TAG
from productsapi.options.domain.mappings import mappings, others_in_words
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP
from productsapi.stack.features import FeaturePart
from productsapi.stack.outputs import API_ID


@dataclass(frozen=True)
class FormerDomains(FeaturePart, Cleanup):
    off_by = OFF_BY
    step = "deployment"
    kind = kinds.FORMER_DOMAINS
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.stack.config.stack

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """The new one answers before a former one goes; in a teardown it goes before the stage."""
        api = self.stack.config.api
        mapping = [kinds.BASE_PATH_MAPPING(api.domain.address)] if self.on else []
        return (*super().depends_on, kinds.STAGE(api.stage), *mapping)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pages = aws.pages("apigateway", "GetDomainNames", limit=500)
        ours = {
            item["domainName"]: item
            for page in pages
            for item in page["items"]
            if self.stack.owns(item.get("tags") or {})
            and item["domainName"] != self.stack.config.api.domain.name
        }
        if not ours:
            return None
        api_id = known.get(API_ID)
        shared = (others_in_words(aws, name, api_id) for name in ours)
        blocker = "; ".join(filter(None, shared))
        fields = {"domains": dict.fromkeys(ours, "there")}
        raw = {"api_id": api_id, "domains": ours}
        return Observed(fields, raw=raw, removal_blocker=blocker)

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return observed.removal_blocker or None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """The record first, which leads callers there; one that leads elsewhere stays."""
        for name, item in observed.raw["domains"].items():
            if zone := (item.get("tags") or {}).get(ZONE_TAG):
                dns.remove(aws, zone, name, item.get("regionalDomainName"))
            for path, api_id in mappings(aws, name).items():
                if api_id == observed.raw["api_id"]:
                    with suppress(NotFound):
                        named = {"domainName": name, "basePath": path}
                        aws.call("apigateway", "DeleteBasePathMapping", **named)
            if not others_in_words(aws.forgetting(), name, observed.raw["api_id"]):
                with suppress(NotFound):
                    aws.call("apigateway", "DeleteDomainName", domainName=name)
        return {}
