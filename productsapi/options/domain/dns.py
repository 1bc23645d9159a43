"""Records of a name in a Route 53 zone: what they hold, and whether one leads to a domain."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.errors import NotFound

ADDRESSES = {"A", "AAAA", "CNAME"}
"""Types that say where a name leads; beside them a name may have others (TXT, CAA)."""


@dataclass(frozen=True)
class Found:
    """What a name's records say; `ours` is the record that leads to the domain, as it is."""

    ours: Mapping[str, Any] | None
    others: tuple[str, ...]


def look(aws: Aws, zone: str, name: str, target: str | None) -> Found:
    ours, others = None, []
    for record in _of(aws, zone, name):
        leads_to = record.get("AliasTarget", {}).get("DNSName", "")
        if target and record["Type"] == "A" and _plain(leads_to) == _plain(target):
            ours = record
        elif record["Type"] in ADDRESSES:
            values = [str(each.get("Value")) for each in record.get("ResourceRecords", [])]
            others.append(f"{record['Type']} {leads_to or ', '.join(values)}")
    return Found(ours, tuple(others))


def alias(name: str, target: str, target_zone: str) -> dict[str, Any]:
    """The record that leads to API Gateway's name for the domain; asking for it costs nothing."""
    return {
        "Name": name,
        "Type": "A",
        "AliasTarget": {
            "HostedZoneId": target_zone,
            "DNSName": target,
            "EvaluateTargetHealth": False,
        },
    }


def change(aws: Aws, zone: str, action: str, record: Mapping[str, Any]) -> None:
    """CREATE is refused where there is one, DELETE where it isn't just that one."""
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": dict(record)}]}
    aws.call("route53", "ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch=batch)


def remove(aws: Aws, zone: str, name: str, target: str | None) -> None:
    """The record that leads to the domain; what is gone already, zone and all, is fine."""
    with suppress(NotFound):
        if record := look(aws, zone, name, target).ours:
            change(aws, zone, "DELETE", record)


def _of(aws: Aws, zone: str, name: str) -> list[Mapping[str, Any]]:
    """Route 53 lists a zone in the order of names: the others come after it."""
    found: list[Mapping[str, Any]] = []
    asked = {"HostedZoneId": zone, "StartRecordName": name}
    for page in aws.pages("route53", "ListResourceRecordSets", **asked):
        for record in page["ResourceRecordSets"]:
            if _plain(record["Name"]) != name:
                return found
            found.append(record)
    return found


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
