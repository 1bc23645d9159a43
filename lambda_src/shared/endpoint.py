"""Where DynamoDB answers: what the environment names, else in the function's Region."""

from __future__ import annotations

from typing import Mapping, NamedTuple
from urllib.parse import urlsplit

from shared.settings import MisconfiguredError

DNS_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eu-isoe-": "cloud.adc-e.uk",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
}
"""By the beginning of the Region's name; everywhere else it is amazonaws.com. A test compares them
with those of every Region that botocore knows."""


class Endpoint(NamedTuple):
    host: str
    port: int
    tls: bool
    is_aws: bool = False  # DynamoDB itself, not what the environment names instead

    @property
    def authority(self) -> str:
        """The Host header: the port only where it isn't the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def region_of(environment: Mapping[str, str]) -> str:
    """Raises MisconfiguredError where it can't be part of a host name."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    if not (region.isascii() and region.replace("-", "").isalnum()):
        raise MisconfiguredError("AWS_REGION is not set, or is no Region's name")
    return region


def endpoint_of(environment: Mapping[str, str]) -> Endpoint:
    """Raises MisconfiguredError for what is no endpoint, and for FIPS and dual stack ones."""
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        if environment.get(name, "").lower() == "true":
            raise MisconfiguredError(f"{name} is not supported: set AWS_ENDPOINT_URL_DYNAMODB")
    ignored = environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    for name in () if ignored else ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"):
        if environment.get(name):
            return _parsed(name, environment[name])
    region = region_of(environment)
    known = (suffix for begin, suffix in DNS_SUFFIXES.items() if region.startswith(begin))
    return Endpoint(f"dynamodb.{region}.{next(known, 'amazonaws.com')}", 443, tls=True, is_aws=True)


def _parsed(name: str, url: str) -> Endpoint:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if not host or not plain or parts.scheme not in ("http", "https"):
        raise MisconfiguredError(f"{name} is no http or https URL of a host")
    tls = parts.scheme == "https"
    return Endpoint(host, port or (443 if tls else 80), tls)
