"""API Gateway's custom domain: ours by its tag."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Note, Observed
from productsapi.errors import NotFound
from productsapi.options.domain.mappings import others_in_words
from productsapi.stack import kinds
from productsapi.stack.api_tree import SERIAL_GROUP, tags
from productsapi.stack.features import FeaturePart
from productsapi.stack.output_names import API_ID, DOMAIN_TARGET, DOMAIN_ZONE, RECORD_ZONE
from productsapi.stack.tag_sync import Tagged, add_tags, set_tags

ZONE_TAG = "productsapi:zone-id"
"""The zone of its record, for when the configuration doesn't name it any more. Never taken away: a
record that is left there is found by it."""
TLS = "TLS_1_2"
OFF_BY = "api.domain.name to null"

IMMUTABLE = {
    "endpoint": "its names in DNS would be others: remove it, or give api.domain.name another"
}


@dataclass(frozen=True)
class CustomDomain(FeaturePart, Managed):
    off_by = OFF_BY
    step = "deployment"
    kind = kinds.CUSTOM_DOMAIN
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)
    outputs = (DOMAIN_TARGET, DOMAIN_ZONE, RECORD_ZONE)
    immutable = IMMUTABLE

    @property
    def name(self) -> str:
        return str(self.stack.config.api.domain.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        certificate = str(self.stack.config.api.domain.certificate_arn)
        return (*super().depends_on, kinds.CERTIFICATE(certificate))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            found = aws.call("apigateway", "GetDomainName", domainName=self.name)
        except NotFound:
            return None
        there = tags(self.stack, aws, self._arn, found.get("tags") or {})
        remembered = {ZONE_TAG: there[ZONE_TAG]} if ZONE_TAG in there else {}
        fields = {
            "certificate": found.get("regionalCertificateArn"),
            "endpoint": ", ".join(found.get("endpointConfiguration", {}).get("types", [])),
            "security_policy": found.get("securityPolicy"),
            "tags": {**self.stack.ours_among(there), **(remembered if self._zone_tag else {})},
        }
        zones = {RECORD_ZONE: there[ZONE_TAG]} if ZONE_TAG in there else {}
        found_tags = {**_dns_outputs(found), **zones}
        raw = {"api_id": known.get(API_ID), "name": self.name}
        return Observed(
            fields,
            found_tags,
            self.stack.ownership(there),
            raw=raw,
            notes=_notes(self.key, found),
            owner=self.stack.owner(there),
        )

    def want(self, known: Outputs) -> Fields:
        return {
            "certificate": self.stack.config.api.domain.certificate_arn,
            "endpoint": "REGIONAL",
            "security_policy": TLS,
            "tags": {**self.stack.tags, **self._zone_tag},
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        made = aws.call(
            "apigateway",
            "CreateDomainName",
            domainName=self.name,
            regionalCertificateArn=self.stack.config.api.domain.certificate_arn,
            endpointConfiguration={"types": ["REGIONAL"]},
            securityPolicy=TLS,
            tags={**self.stack.tags, **self._zone_tag},
        )
        return _dns_outputs(made)

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        want = self.want(known)
        paths = {"certificate": "/regionalCertificateArn", "security_policy": "/securityPolicy"}
        patches = [
            {"op": "replace", "path": path, "value": want[field]}
            for field, path in paths.items()
            if field in changed
        ]
        if patches:
            named = {"domainName": self.name, "patchOperations": patches}
            aws.call("apigateway", "UpdateDomainName", **named)
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("apigateway", self._arn), observed.fields["tags"])
            if self._zone_tag:
                add_tags(aws, Tagged("apigateway", self._arn), self._zone_tag)
        return {}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return others_in_words(aws, self.name, observed.raw["api_id"])

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("apigateway", "DeleteDomainName", domainName=self.name)

    @property
    def _zone_tag(self) -> dict[str, str]:
        zone = self.stack.config.api.domain.zone_id
        return {ZONE_TAG: zone} if zone else {}

    @property
    def _arn(self) -> str:
        return self.stack.location.api_gateway_arn(f"/domainnames/{self.name}")


def _dns_outputs(domain: Mapping[str, Any]) -> Given:
    """What DNS is to lead to; an edge-optimized domain has none of it."""
    members = {DOMAIN_TARGET: "regionalDomainName", DOMAIN_ZONE: "regionalHostedZoneId"}
    return {output: domain[name] for output, name in members.items() if domain.get(name)}


def _notes(key: Key, found: Mapping[str, Any]) -> tuple[Note, ...]:
    """A new certificate takes API Gateway minutes, in which the former one is served."""
    status = found.get("domainNameStatus", "AVAILABLE")
    if status == "AVAILABLE":
        return ()
    said = found.get("domainNameStatusMessage")
    return (Note(f"{key} is {status}{f': {said}' if said else ''}"),)
