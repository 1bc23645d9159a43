"""What is beyond the configured number of releases, and goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs, Unknown
from productsapi.engine.resource import Cleanup, Fields, Managed, Observed
from productsapi.errors import AwsError, NotFound
from productsapi.releases.inventory import Past, Published, Snapshot, look
from productsapi.releases.metadata import Release
from productsapi.stack import ALIAS, Stack, kinds
from productsapi.stack.api_tree import SERIAL_GROUP
from productsapi.stack.output_names import (
    API_ID,
    CLIENT_ID,
    DEPLOYMENT_ID,
    NEWEST_RELEASE,
    live_version,
)

IN_USE = {"ResourceConflictException": "alias", "BadRequestException": "stage"}
"""By error code, what points to what was to be deleted."""


@dataclass(frozen=True)
class Releases(Cleanup):
    """The versions of each function and the deployments that are kept to be gone back to.

    Each has as many of its own as releases are kept, so all that the newest ones consist of is
    there. One that this run is going to make counts too. What others have published isn't ours to
    remove, and what anything points to stays. Read from the same answers as what is live.
    """

    stack: Stack
    live: Mapping[str, Managed]
    """By function: what says whether its newest version is as it should be."""
    deployment: Managed
    stages: tuple[Key, ...]
    """The keys of what sends callers to a deployment."""
    step = "deployment"
    kind = kinds.RELEASES
    serial_group = SERIAL_GROUP
    lookup_inputs = (API_ID,)
    outputs = (NEWEST_RELEASE,)
    inputs = (CLIENT_ID, DEPLOYMENT_ID)

    @property
    def name(self) -> str:
        return self.stack.config.stack

    @property
    def parent(self) -> Key:
        return kinds.REST_API(self.stack.config.api.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (*(live.key for live in self.live.values()), *self.stages)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        past = look(aws, self.stack, known.get(API_ID))
        if not past.functions and not past.deployments:
            return None
        versions = {
            self.stack.function_name(function): _listed(
                str(version.number) for version in found.marked
            )
            for function, found in past.functions.items()
        }
        deployments = _listed(each.id for each in past.deployments)
        newest = {NEWEST_RELEASE: str(past.releases[-1])} if past.releases else {}
        fields = {"versions": versions, "deployments": deployments}
        return Observed(fields, newest, raw={"past": past})

    def remains(self, known: Outputs, observed: Observed) -> Fields:
        past: Past = observed.raw["past"]
        keep = self.stack.config.releases.keep
        versions = {
            self.stack.function_name(function): _listed(
                _staying(
                    [str(version.number) for version in found.marked],
                    keep - self._is_coming(function, found, known),
                    {str(number) for number in found.used(without=ALIAS)},
                )
            )
            for function, found in past.functions.items()
        }
        used = _served_by_others(self.stack, past)
        duplicates = _duplicates(past) - used
        single = [each.id for each in past.deployments if each.id not in duplicates]
        kept = _staying(single, keep - self._is_deployment_coming(past, known), used)
        return {"versions": versions, "deployments": _listed(kept)}

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        left, had = self.remains(known, observed), observed.fields
        for function in self.live:
            name = self.stack.function_name(function)
            for version in _gone(had["versions"].get(name, ""), left["versions"].get(name, "")):
                if version != known.get(live_version(function)):
                    with _unless_in_use():
                        _delete_version(aws, name, version)
        for deployment_id in _gone(had["deployments"], left["deployments"]):
            if deployment_id == known[DEPLOYMENT_ID]:
                continue
            with _unless_in_use():
                aws.call(
                    "apigateway",
                    "DeleteDeployment",
                    restApiId=known[API_ID],
                    deploymentId=deployment_id,
                )
        return {}

    def _is_coming(self, function: str, found: Published, known: Outputs) -> bool:
        """Whether this run makes another version: unless the newest is just what is wanted."""
        if found.newest is None:
            return True
        newest, wanted = found.newest.contents, self.live[function].want(known)
        return newest != {name: wanted[name] for name in newest}

    def _is_deployment_coming(self, past: Past, known: Outputs) -> bool:
        """Whether this run makes another one, or has made it; not if it serves the newest."""
        deployment_id = known[DEPLOYMENT_ID]
        if not isinstance(deployment_id, Unknown):
            return deployment_id not in {each.id for each in past.deployments}
        newest = past.deployments[-1] if past.deployments else None
        if newest is None or (past.served and newest.metadata == past.served.metadata):
            return True
        return bool(newest.metadata.definition != self.deployment.want(known)["definition"])


def _served_by_others(stack: Stack, past: Past) -> set[str]:
    """The deployments that stages of others serve."""
    theirs = [
        stage
        for stage in past.stages
        if stage["stageName"] != past.stage_name and not stack.owns(stage.get("tags") or {})
    ]
    return {served for stage in theirs for served in _deployments_of(stage)}


def _duplicates(past: Past) -> set[str]:
    """Of those that one release has made of one definition, all but what is served, or the last.

    A release makes one; a second one comes of an answer that was lost.
    """
    made = [each for each in past.deployments if each.metadata.release]
    kept = {_made_as(each): each.id for each in made}
    if past.served:
        kept[_made_as(past.served)] = past.served.id
    return {each.id for each in made if kept[_made_as(each)] != each.id}


def _made_as(deployment: Snapshot) -> tuple[str, Release | None]:
    return deployment.metadata.definition, deployment.metadata.release


def _deployments_of(stage: Mapping[str, Any]) -> list[str]:
    canary = (stage.get("canarySettings") or {}).get("deploymentId")
    return [str(each) for each in (stage.get("deploymentId"), canary) if each]


def _staying(oldest_first: Sequence[str], keep: int, used: Collection[str]) -> list[str]:
    beyond = len(oldest_first) - keep
    return [each for place, each in enumerate(oldest_first) if place >= beyond or each in used]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _gone(before: str, after: str) -> list[str]:
    stays = after.split(", ")
    return [each for each in before.split(", ") if each and each not in stays]


def _delete_version(aws: Aws, function_name: str, version: str) -> None:
    if not version.isdigit():
        raise AssertionError("without a version's number the whole function would go")
    aws.call("lambda", "DeleteFunction", FunctionName=function_name, Qualifier=version)


@contextmanager
def _unless_in_use() -> Iterator[None]:
    """What is gone already is fine, and so is what somebody has begun to use meanwhile."""
    with suppress(NotFound):
        try:
            yield
        except AwsError as error:
            if not re.search(IN_USE.get(error.code, "(?!)"), error.text, re.IGNORECASE):
                raise
