"""The metadata of a release, kept in AWS's description fields: writing and parsing it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from productsapi.releases.hold import Hold, marked, unmarked
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack
from productsapi.stack.release_note import DIRTY, ReleaseNote

TIME = "%Y-%m-%dT%H:%M:%SZ"
LONGEST_NAME = 150
"""Characters of who it was: with all else, a version's description ends at 256."""

LONGEST_DESCRIPTION = 256
"""Characters of a version's description (Lambda's PublishVersion)."""
NO_COMMIT = "-"

_RELEASE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ by \S+"
_NOTE = (
    rf" \[(?P<commit>[0-9a-f]{{4,64}}(?:{re.escape(DIRTY)})?|{NO_COMMIT})\](?: (?P<message>.*))?"
)
_NOTED = rf"(?P<release>{_RELEASE})(?:{_NOTE})?"


@dataclass(frozen=True, order=True)
class Release:
    """When a run began, and who began it: the same in all that this run has published."""

    at: datetime
    by: str
    note: ReleaseNote = field(default=ReleaseNote(), compare=False)

    def __str__(self) -> str:
        return f"{self.time} by {self.by}"

    @property
    def time(self) -> str:
        return self.at.strftime(TIME)

    @property
    def noted(self) -> str:
        """As a description has it: with its note, where there is one."""
        if self.note == ReleaseNote():
            return str(self)
        commit = self.note.commit or NO_COMMIT
        return f"{self} [{commit}] {self.note.message}".rstrip()


@dataclass(frozen=True)
class DeploymentMetadata:
    """What a deployment's description records: its hash, and what it depends on.

    The first releases of productsapi recorded only the hash.
    """

    definition: str
    external_dependencies: Mapping[str, str] = field(default_factory=dict)
    release: Release | None = None


@dataclass(frozen=True)
class Rollback:
    """What a stage's description records while it serves an earlier release."""

    to: Release
    made: Release


def release(stack: Stack, newest: str | None) -> Release:
    """The run's own release: later than the newest one that it saw, whatever the clocks say."""
    by = stack.location.caller or ("local" if stack.location.local else "unknown")
    at, former = stack.began.replace(microsecond=0), parse_release(newest or "")
    if former and former.at >= at:
        at = former.at + timedelta(seconds=1)
    own = Release(at, by[:LONGEST_NAME], stack.release_note)
    return replace(own, note=_fitting(stack, own))


def _fitting(stack: Stack, own: Release) -> ReleaseNote:
    """Its note, the message as far as a version's description has room for it."""
    over = len(version_metadata(stack, own)) - LONGEST_DESCRIPTION
    if over <= 0:
        return own.note
    kept = own.note.message[: -over - 1].rstrip()
    return replace(own.note, message=f"{kept}…")


def parse_release(text: str) -> Release | None:
    found = re.fullmatch(_RELEASE, text)
    if found is None:
        return None
    time, _, by = text.partition(" by ")
    try:
        return Release(datetime.strptime(time, TIME).replace(tzinfo=timezone.utc), by)
    except ValueError:  # a 31st of June, in a description that somebody wrote
        return None


def _parse_noted(text: str) -> Release | None:
    found = re.fullmatch(_NOTED, text)
    release = parse_release(found["release"]) if found else None
    if found is None or release is None:
        return None
    commit = "" if found["commit"] in {None, NO_COMMIT} else found["commit"]
    return replace(release, note=ReleaseNote(commit, found["message"] or ""))


def version_metadata(stack: Stack, own: Release) -> str:
    return f"productsapi {stack.config.stack} {own.noted}"


def parse_version_metadata(stack: Stack, description: str) -> Release | None:
    prefix = f"productsapi {stack.config.stack} "
    ours = description.startswith(prefix)
    return _parse_noted(description.removeprefix(prefix)) if ours else None


def deployment_metadata(stack: Stack, own: DeploymentMetadata) -> str:
    pairs = "".join(f" {name}={value}" for name, value in own.external_dependencies.items())
    release = f" {own.release.noted}" if own.release else ""
    return f"productsapi {stack.config.stack} {own.definition}{pairs}{release}"


def parse_deployment_metadata(stack: Stack, description: str) -> DeploymentMetadata | None:
    """None where the description isn't this stack's."""
    own = re.escape(stack.config.stack)
    pattern = rf"productsapi {own} ([0-9a-f]{{32}})((?: \w+=\S+)*)(?: ({_NOTED}))?"
    found = re.fullmatch(pattern, description)
    if found is None:
        return None
    pairs = (pair.partition("=") for pair in found[2].split())
    dependencies = {name: value for name, _, value in pairs}
    return DeploymentMetadata(found[1], dependencies, _parse_noted(found[3] or ""))


def external_dependencies(
    stack: Stack, authorizer_id: str | None, user_pool_id: str | None
) -> dict[str, str]:
    """What a snapshot needs that isn't in it: whom it lets in, and where it sends them."""
    names = " ".join(f"{stack.function_name(function)}:{ALIAS}" for function in FUNCTIONS)
    functions = hashlib.sha256(names.encode()).hexdigest()[:8]
    return {
        "authorizer": str(authorizer_id),
        "pool": str(user_pool_id),
        "functions": functions,
    }


def rollback_metadata(rollback: Rollback) -> str:
    return f"productsapi rollback to {rollback.to}, made {rollback.made}"


def stage_metadata(stack: Stack, rollback: Rollback | None, hold: Hold) -> str:
    """A stage's whole description: whether a rollback is in force, and which definition is held."""
    return marked(rollback_metadata(rollback) if rollback else no_rollback_metadata(stack), hold)


def alias_metadata(stack: Stack, hold: Hold) -> str:
    """An alias's description; it only has one while something of its function is held."""
    return marked(f"productsapi {stack.config.stack}", hold) if hold.items else ""


def parse_rollback_metadata(description: str) -> Rollback | None:
    pattern = rf"productsapi rollback to ({_RELEASE}), made ({_RELEASE})"
    found = re.fullmatch(pattern, unmarked(description))
    to, made = (parse_release(found[1]), parse_release(found[2])) if found else (None, None)
    return Rollback(to, made) if to and made else None


def no_rollback_metadata(stack: Stack) -> str:
    """How API Gateway removes a description isn't documented, so it gets another."""
    return f"productsapi {stack.config.stack}"
