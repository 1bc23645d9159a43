"""Where calls go besides AWS's own endpoints: every setting that botocore honours, seen at once.

Botocore looks for each service by itself («Service-specific endpoints», SDKs and Tools Reference
Guide): a variable of the service, AWS_ENDPOINT_URL, the service in the profile's `services`
section, the profile's endpoint_url. A stack whose table is in one cloud and whose functions are in
another one is none: such settings are refused before the first call.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from productsapi.errors import ConfigError

GENERAL = "AWS_ENDPOINT_URL"
IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
CHECK_ENDPOINT = f"check {GENERAL}, and endpoint_url in the profile"
SERVICE_IDS = {
    "acm": "acm",
    "apigateway": "api_gateway",
    "cloudwatch": "cloudwatch",
    "cognito-idp": "cognito_identity_provider",
    "dynamodb": "dynamodb",
    "iam": "iam",
    "lambda": "lambda",
    "logs": "cloudwatch_logs",
    "resourcegroupstaggingapi": "resource_groups_tagging_api",
    "route53": "route_53",
    "secretsmanager": "secrets_manager",
    "sns": "sns",
    "ssm": "ssm",
    "sts": "sts",
}
"""Every service that we call, and its name in these settings."""
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_NAMES = {"cloudwatch": "monitoring"}
"""Of services whose hosts aren't named as they are."""
AWS_HOST = (
    r"(vpce-[\w-]+\.)?{name}(-fips)?(\.[a-z0-9-]+)?(\.vpce)?"
    r"\.(amazonaws\.(com|com\.cn|eu)|api\.aws)"
)
"""AWS itself by another name: of a Region, FIPS, dual stack, or a VPC endpoint. Not whatever runs
on a machine of EC2's, whose names end alike."""


@dataclass(frozen=True)
class Setting:
    """Where one service is, and which setting says so."""

    service: str
    url: str
    by: str

    @property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def cloud(self) -> tuple[str, ...]:
        """The same for two spellings of one endpoint; empty for AWS, by whatever name."""
        parts = urlsplit(self.url)
        name = HOST_NAMES.get(self.service, self.service)
        if parts.scheme == "https" and re.fullmatch(AWS_HOST.format(name=name), self.host):
            return ()
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        return (parts.scheme, self.host, str(port), parts.path.rstrip("/"))


@dataclass(frozen=True)
class Endpoints:
    """What is set. `ignored`: but not used, since another setting says so."""

    settings: tuple[Setting, ...]
    ignored: bool = False

    @property
    def url(self) -> str | None:
        """Where all calls go; None where that is AWS."""
        counts = not self.ignored and self.settings and self.settings[0].cloud
        return self.settings[0].url if counts else None

    @property
    def ways(self) -> tuple[str, ...]:
        """AWS's own endpoints that were chosen, VPC endpoints for one: their host names."""
        chosen = () if self.ignored or self.url else self.settings
        return tuple(dict.fromkeys(setting.host for setting in chosen))

    @property
    def summary(self) -> str:
        """What goes where, by which setting. Empty where nothing is set."""
        return "; ".join(
            _describe(group) for group in _grouped(self.settings, lambda s: (s.by, s.url))
        )


def configured(session: Any) -> Endpoints:
    """The endpoints of a botocore session.

    Raises ConfigError where they aren't those of one cloud, or one isn't a URL, and botocore's
    errors where the user's files can't be read.
    """
    environment, profile = os.environ, session.get_scoped_config()
    ignored = bool(session.get_config_variable("ignore_configured_endpoint_urls"))
    services = {} if ignored else _services_section(session, profile)
    settings = []
    for service, name in SERVICE_IDS.items():
        variable = f"{GENERAL}_{name.upper()}"
        choices = (
            (environment.get(variable), variable),
            (environment.get(GENERAL), GENERAL),
            (_of(services, name), f"endpoint_url of {name} in the profile's services"),
            (profile.get("endpoint_url"), "endpoint_url in the profile"),
        )
        found = next((Setting(service, str(url), by) for url, by in choices if url), None)
        if found is not None:
            settings.append(found)
    endpoints = Endpoints(tuple(settings), ignored)
    if not ignored:
        for setting in settings:
            _must_be_a_url(setting)
        _must_agree(endpoints.settings)
    return endpoints


def _services_section(session: Any, profile: Mapping[str, Any]) -> Mapping[str, Any]:
    name = profile.get("services")
    if name is None:
        return {}
    section = session.full_config.get("services", {}).get(name)
    if not isinstance(section, Mapping):
        text = f"the AWS profile names the services section {name!r}, which isn't there"
        raise ConfigError(text, "correct `services` in the profile (~/.aws/config)")
    return section


def _of(services: Mapping[str, Any], name: str) -> Any:
    section = services.get(name, {})
    if not isinstance(section, Mapping):
        text = f"{name} in the profile's services section has no lines of its own"
        raise ConfigError(text, "write endpoint_url in an indented line below it (~/.aws/config)")
    return section.get("endpoint_url")


def _must_be_a_url(setting: Setting) -> None:
    hint = f"check {setting.by}" if setting.by != GENERAL else CHECK_ENDPOINT
    try:
        parts = urlsplit(setting.url)
        good = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port or an IPv6 address
        good = False
    if "@" in setting.url.partition("//")[2].partition("/")[0]:  # and would be shown with every URL
        raise ConfigError("the endpoint's URL holds a name or password", hint)
    if not good:
        text = f"the endpoint isn't a URL: {setting.url!r} ({setting.by})"
        raise ConfigError(text, f"{hint}: it starts with http:// or https://, and names a host")


def _must_agree(settings: tuple[Setting, ...]) -> None:
    named = {setting.service for setting in settings}
    elsewhere = _grouped([s for s in settings if s.cloud], lambda setting: setting.cloud)
    at_aws = [s for s in SERVICE_IDS if s not in named]
    at_aws += [setting.service for setting in settings if not setting.cloud]
    if not elsewhere or (len(elsewhere) == 1 and not at_aws):
        return
    lines = [*map(_describe, elsewhere), *([f"{', '.join(at_aws)} at AWS"] if at_aws else [])]
    by = dict.fromkeys(setting.by for group in elsewhere for setting in group)
    special = [each for each in by if each != GENERAL]
    raise ConfigError(
        f"a stack is in one cloud, and these endpoints are of several: {'; '.join(lines)}",
        f"remove {', '.join(special)}, or set {GENERAL} alone; {IGNORE}=true ignores them all",
    )


def _grouped(settings: Iterable[Setting], key: Callable[[Setting], object]) -> list[list[Setting]]:
    groups: dict[object, list[Setting]] = {}
    for setting in settings:
        groups.setdefault(key(setting), []).append(setting)
    return list(groups.values())


def _describe(group: list[Setting]) -> str:
    """Settings that lead to one place."""
    services = ", ".join(setting.service for setting in group)
    by = ", ".join(dict.fromkeys(setting.by for setting in group))
    everything = len(group) == len(SERVICE_IDS)
    return f"{'all services' if everything else services} at {group[0].url} ({by})"
