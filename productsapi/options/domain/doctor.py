"""Whether the hosted zone is there, and is for the domain."""

from __future__ import annotations

from collections.abc import Iterator

from productsapi.aws.caller import Aws
from productsapi.config import Config
from productsapi.errors import NotFound
from productsapi.operations.finding import Finding, State


def hosted_zone(aws: Aws, config: Config) -> Iterator[Finding]:
    check, domain = "hosted zone", config.api.domain
    if domain.name is None or domain.zone_id is None:
        return
    fix = "set api.domain.zone_id to the domain's zone, or to null"
    try:
        zone = aws.call("route53", "GetHostedZone", Id=domain.zone_id)["HostedZone"]
    except NotFound:
        yield Finding(check, State.FAILED, f"there is no zone {domain.zone_id}", fix)
        return
    name = str(zone.get("Name")).rstrip(".")
    if zone.get("Config", {}).get("PrivateZone"):
        text = f"{domain.zone_id} ({name}) is private: callers outside of its networks see nothing"
        yield Finding(check, State.FAILED, text, fix)
    elif domain.name == name or domain.name.endswith(f".{name}"):
        yield Finding(check, State.OK, f"{name} ({domain.zone_id})")
    else:
        text = f"{domain.zone_id} is {name}'s, which {domain.name} isn't in"
        yield Finding(check, State.FAILED, text, fix)
