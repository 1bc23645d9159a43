"""Inventory of releases: published versions, the aliases that use them, API deployments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields
from productsapi.errors import NotFound
from productsapi.releases.metadata import (
    DeploymentMetadata,
    Release,
    Rollback,
    parse_deployment_metadata,
    parse_rollback_metadata,
    parse_version_metadata,
)
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack
from productsapi.stack import function_settings as settings
from productsapi.stack.api_tree import stages

LATEST = "$LATEST"
PAGE = 500
LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Version:
    """One published version, with AWS's answer about it."""

    number: int
    release: Release | None
    configuration: Mapping[str, Any]

    @property
    def contents(self) -> Fields:
        return contents(self.configuration)


@dataclass(frozen=True)
class Published:
    """What there is of one function: its versions, oldest first, and where its aliases point."""

    latest: Mapping[str, Any]
    versions: tuple[Version, ...]
    aliases: Mapping[str, Mapping[str, Any]]

    @property
    def marked(self) -> tuple[Version, ...]:
        """Those that a release of ours has made."""
        return tuple(version for version in self.versions if version.release)

    @property
    def live(self) -> Version | None:
        """What callers reach; None where that is no published version."""
        return self.numbered(self.aliases.get(ALIAS, {}).get("FunctionVersion", ""))

    @property
    def unlisted(self) -> bool:
        """Whether callers reach a version that the listing doesn't show: that one is older."""
        number = self.aliases.get(ALIAS, {}).get("FunctionVersion", LATEST)
        return number != LATEST and self.live is None

    @property
    def newest(self) -> Version | None:
        """The last one that was made for callers; the one that they reach may be older."""
        live = (self.live,) if self.live else ()
        return max((*self.marked, *live), key=lambda version: version.number, default=None)

    def numbered(self, number: str) -> Version | None:
        return next((v for v in self.versions if str(v.number) == number), None)

    def used(self, *, without: str = "") -> set[int]:
        """The versions that aliases send callers to, other than the alias `without`."""
        others = [alias for name, alias in self.aliases.items() if name != without]
        used = {v for alias in others for v in (alias["FunctionVersion"], *weights(alias))}
        return {int(version) for version in used if version != LATEST}


@dataclass(frozen=True)
class Snapshot:
    """One API deployment of ours."""

    id: str
    metadata: DeploymentMetadata
    made: datetime

    @property
    def age(self) -> tuple[datetime, datetime, str]:
        """Sorts the oldest first. AWS's own time is in whole seconds."""
        return (self.metadata.release.at if self.metadata.release else LONG_AGO, self.made, self.id)


@dataclass(frozen=True)
class Past:
    """All that can be gone back to, and what is served of it."""

    functions: Mapping[str, Published]
    """By the names that `routes` gives them; one that isn't there is left out."""
    deployments: tuple[Snapshot, ...]
    stages: tuple[Mapping[str, Any], ...]
    stage_name: str

    @property
    def stage(self) -> Mapping[str, Any] | None:
        return next((s for s in self.stages if s["stageName"] == self.stage_name), None)

    @property
    def served(self) -> Snapshot | None:
        """What the stage serves, if that is ours."""
        served_id = self.stage.get("deploymentId") if self.stage else None
        return next((d for d in self.deployments if d.id == served_id), None)

    @property
    def rollback(self) -> Rollback | None:
        return parse_rollback_metadata(self.stage.get("description", "") if self.stage else "")

    @property
    def releases(self) -> list[Release]:
        """All that left anything which is still there, oldest first."""
        of_code = {v.release for each in self.functions.values() for v in each.marked}
        of_api = {deployment.metadata.release for deployment in self.deployments}
        return sorted(release for release in of_code | of_api if release)


def look(aws: Aws, stack: Stack, api_id: str | None) -> Past:
    if api_id:
        begin_deployments(aws, api_id)
    for function in FUNCTIONS:
        _begin(aws, stack.function_name(function))
    found = {function: published(aws, stack, function) for function in FUNCTIONS}
    return Past(
        {function: each for function, each in found.items() if each},
        tuple(deployments(aws, stack, api_id)) if api_id else (),
        tuple(stages(aws, api_id)) if api_id else (),
        stack.config.api.stage,
    )


def published(aws: Aws, stack: Stack, function: str) -> Published | None:
    """None where there is no such function. ListVersionsByFunction returns each one's settings."""
    name = stack.function_name(function)
    _begin(aws, name)
    try:
        versions = [
            version
            for page in aws.pages("lambda", "ListVersionsByFunction", FunctionName=name)
            for version in page["Versions"]
        ]
        aliases = [
            alias
            for page in aws.pages("lambda", "ListAliases", FunctionName=name)
            for alias in page["Aliases"]
        ]
    except NotFound:
        return None
    numbered = [
        Version(int(v["Version"]), parse_version_metadata(stack, v.get("Description", "")), v)
        for v in versions
        if v["Version"] != LATEST
    ]
    return Published(
        next((v for v in versions if v["Version"] == LATEST), {}),
        tuple(sorted(numbered, key=lambda version: version.number)),
        {alias["Name"]: alias for alias in aliases},
    )


def _begin(aws: Aws, name: str) -> None:
    aws.prefetch("lambda", "ListVersionsByFunction", FunctionName=name)
    aws.prefetch("lambda", "ListAliases", FunctionName=name)


def begin_deployments(aws: Aws, api_id: str) -> None:
    aws.prefetch("apigateway", "GetDeployments", restApiId=api_id, limit=PAGE)


def deployments(aws: Aws, stack: Stack, api_id: str) -> list[Snapshot]:
    """Those with our metadata, oldest first; AWS documents no order for them."""
    pages = aws.pages("apigateway", "GetDeployments", restApiId=api_id, limit=PAGE)
    found = (snapshot(stack, item) for page in pages for item in page["items"])
    return sorted(filter(None, found), key=lambda deployment: deployment.age)


def snapshot(stack: Stack, deployment: Mapping[str, Any]) -> Snapshot | None:
    """None where it doesn't carry our metadata."""
    metadata = parse_deployment_metadata(stack, deployment.get("description") or "")
    made = deployment.get("createdDate", LONG_AGO)
    return Snapshot(deployment["id"], metadata, made) if metadata else None


def contents(configuration: Mapping[str, Any]) -> Fields:
    """What callers meet in a version: its code and its settings."""
    return {
        **settings.of(configuration),
        "code_sha256": configuration.get("CodeSha256"),
        "architecture": architecture(configuration),
    }


def architecture(configuration: Mapping[str, Any]) -> str:
    """Functions older than the choice don't report it."""
    return str(configuration.get("Architectures", ["x86_64"])[0])


def weights(alias: Mapping[str, Any]) -> dict[str, float]:
    """The share of callers that an alias sends to other versions than its own."""
    return dict((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {})


def weights_in_words(alias: Mapping[str, Any]) -> str | None:
    shares = sorted(weights(alias).items())
    return ", ".join(f"version {version}: {share:.0%}" for version, share in shares) or None


def canary_in_words(stage: Mapping[str, Any]) -> str | None:
    """The share of callers that a stage sends to another deployment than its own."""
    canary = stage.get("canarySettings")
    if not canary:
        return None
    return f"deployment {canary.get('deploymentId')}: {canary.get('percentTraffic', 0):g} %"
