"""Domains of ours that the configuration doesn't name any more, with their mappings and records."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Observed
from productsapi.errors import NotFound
from productsapi.options.domain import dns
from productsapi.options.domain.custom_domain import OFF_BY, ZONE_TAG
from productsapi.options.domain.mappings import others_in_words
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP
from productsapi.stack.custom_domains import NO_BASE_PATH, mappings
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID


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
        api_id, name = known.get(API_ID), self.stack.config.api.domain.name
        pages = aws.pages("apigateway", "GetDomainNames", limit=500)
        tagged = {
            item["domainName"]: item
            for page in pages
            for item in page["items"]
            if self.stack.owns(item.get("tags") or {})
        }
        former = {each: item for each, item in tagged.items() if each != name}
        paths = self._former_paths(aws, name, api_id) if name in tagged else []
        there = dict.fromkeys([*former, *(f"{name}/{path}" for path in paths)], "there")
        if not there:
            return None
        shared = (others_in_words(aws, each, api_id) for each in former)
        blocker = "; ".join(filter(None, shared))
        raw = {"api_id": api_id, "domains": former, "name": name, "paths": paths}
        return Observed({"domains": there}, raw=raw, removal_blocker=blocker)

    def _former_paths(self, aws: Aws, name: str | None, api_id: str | None) -> list[str]:
        """Base paths of the domain that led to our API before another one was configured."""
        own = self.stack.config.api.domain.base_path or NO_BASE_PATH
        leads = mappings(aws, str(name))
        return sorted(path for path, to in leads.items() if to == api_id and path != own)

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return observed.removal_blocker or None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """The record first, which leads callers there; one that leads elsewhere stays."""
        self._unmap(aws, str(observed.raw["name"]), observed.raw["paths"])
        for name, item in observed.raw["domains"].items():
            if zone := (item.get("tags") or {}).get(ZONE_TAG):
                dns.remove(aws, zone, name, item.get("regionalDomainName"))
            leads = mappings(aws, name).items()
            self._unmap(aws, name, [path for path, to in leads if to == observed.raw["api_id"]])
            if not others_in_words(aws.forgetting(), name, observed.raw["api_id"]):
                with suppress(NotFound):
                    aws.call("apigateway", "DeleteDomainName", domainName=name)
        return {}

    def _unmap(self, aws: Aws, name: str, paths: Iterable[str]) -> None:
        for path in paths:
            with suppress(NotFound):
                named = {"domainName": name, "basePath": path}
                aws.call("apigateway", "DeleteBasePathMapping", **named)
