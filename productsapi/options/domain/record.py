"""The DNS record in Route 53, where the configuration names the zone."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.options.domain import dns
from productsapi.options.domain.custom_domain import OFF_BY
from productsapi.options.domain.mappings import others_in_words
from productsapi.stack import kinds
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID, DOMAIN_TARGET, DOMAIN_ZONE, RECORD_ZONE

IMMUTABLE = {
    "leads_to": "it isn't this stack's, so it stays: remove it, or set api.domain.zone_id to "
    "null and make the record by hand",
    "zone": "set api.domain.zone_id to null and deploy, then to the other zone",
}


@dataclass(frozen=True)
class Record(FeaturePart, Managed):
    off_by = OFF_BY
    step = "deployment"
    kind = kinds.DNS_RECORD
    inputs = (DOMAIN_TARGET, DOMAIN_ZONE)
    lookup_inputs = (DOMAIN_TARGET, RECORD_ZONE, API_ID)
    immutable = IMMUTABLE

    @property
    def name(self) -> str:
        return str(self.stack.config.api.domain.name)

    @property
    def wanted(self) -> bool:
        return self.stack.config.api.domain.zone_id is not None

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """Callers are led there once it serves them."""
        mapping = kinds.BASE_PATH_MAPPING(self.stack.config.api.domain.address)
        return (*super().depends_on, kinds.CUSTOM_DOMAIN(self.name), mapping)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        """By the zone that the domain remembers first: a record that is left there is ours."""
        wanted, target = self.stack.config.api.domain.zone_id, known.get(DOMAIN_TARGET)
        raw = {"api_id": known.get(API_ID), "target": target}
        zones = dict.fromkeys(zone for zone in (known.get(RECORD_ZONE), wanted) if zone)
        for zone in zones:
            found = dns.look(aws, zone, self.name, target)
            if found.ours:
                fields = {"zone": zone, "leads_to": "the domain"}
                return Observed(fields, raw={**raw, "zone": zone, "ours": True})
            if found.others and zone == wanted:
                fields = {"zone": zone, "leads_to": "; ".join(found.others)}
                return Observed(fields, raw={**raw, "zone": zone, "ours": False})
        return None

    def want(self, known: Outputs) -> Fields:
        return {"zone": self.stack.config.api.domain.zone_id, "leads_to": "the domain"}

    def create(self, aws: Aws, known: Outputs) -> Given:
        record = dns.alias(self.name, str(known[DOMAIN_TARGET]), str(known[DOMAIN_ZONE]))
        dns.change(aws, str(self.stack.config.api.domain.zone_id), "CREATE", record)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        raise AssertionError("neither of its fields is changed")

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if not observed.raw["ours"]:
            return f"it leads elsewhere: {observed.fields['leads_to']}"
        return others_in_words(aws, self.name, observed.raw["api_id"])

    def delete(self, aws: Aws, observed: Observed) -> None:
        dns.remove(aws, observed.raw["zone"], self.name, observed.raw["target"])
