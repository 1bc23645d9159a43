"""The marks of a release: written into descriptions, and read again from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from steps_world import World

from productsapi.releases import metadata
from productsapi.releases.metadata import DeploymentMetadata, Release, Rollback
from productsapi.stack import Stack
from productsapi.stack.release_note import ReleaseNote

AT = datetime(2026, 11, 22, 20, 41, 7, tzinfo=timezone.utc)
ALICE = Release(AT, "user/alice")
DEFINITION = "0123456789abcdef" * 2
DEPENDENCIES = {"authorizer": "ab12cd", "pool": "eu-west-2_AbCdEfGhI", "functions": "01234567"}


def _stack(world: World, caller: str = "user/alice", **changes: Any) -> Stack:
    stack = world.stack(**changes)
    return replace(stack, location=replace(stack.location, caller=caller), began=AT)


def test_a_release_is_when_and_by_whom_it_began(world: World) -> None:
    assert str(metadata.release(_stack(world), None)) == "2026-11-22T20:41:07Z by user/alice"


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        ("2026-11-22T20:41:06Z by user/bob", "2026-11-22T20:41:07Z by user/alice"),
        ("2026-11-22T20:41:07Z by user/bob", "2026-11-22T20:41:08Z by user/alice"),
        ("2026-11-22T23:00:00Z by user/bob", "2026-11-22T23:00:01Z by user/alice"),
        ("nonsense", "2026-11-22T20:41:07Z by user/alice"),
    ],
)
def test_a_release_is_later_than_the_newest(world: World, newest: str, expected: str) -> None:
    """The machine that made the newest one may go an hour ahead of this one."""
    assert str(metadata.release(_stack(world), newest)) == expected


def test_a_versions_metadata_fits_a_description(world: World) -> None:
    """Lambda takes 256 characters; a user's path alone may have 512."""
    stack = _stack(world, caller=f"user/{'x' * 512}", stack="s" * 32)
    own = metadata.release(stack, None)
    mark = metadata.version_metadata(stack, own)
    assert len(mark) <= 256
    assert metadata.parse_version_metadata(stack, mark) == own


@pytest.mark.parametrize(
    "note",
    [
        ReleaseNote("3f2a1bc", "stock can be negative"),
        ReleaseNote("3f2a1bc+dirty", "fix [1]: a \u2013 b\u2026"),
        ReleaseNote("", "by hand"),
        ReleaseNote("3f2a1bc", ""),
        ReleaseNote(),
    ],
)
def test_a_note_is_read_as_it_was_written(world: World, note: ReleaseNote) -> None:
    stack = replace(_stack(world), release_note=note)
    own = metadata.release(stack, None)
    assert own == ALICE, "what a release says of itself makes it no other one"
    version = metadata.parse_version_metadata(stack, metadata.version_metadata(stack, own))
    mark = metadata.deployment_metadata(stack, DeploymentMetadata(DEFINITION, DEPENDENCIES, own))
    deployment = metadata.parse_deployment_metadata(stack, mark)
    assert version
    assert deployment
    assert deployment.release
    assert (version.note, deployment.release.note) == (note, note)
    assert deployment.external_dependencies == DEPENDENCIES


@pytest.mark.parametrize("caller", ["user/alice", f"user/{'x' * 512}"])
def test_a_long_message_ends_where_the_room_does(world: World, caller: str) -> None:
    message = "why " * 100
    note = ReleaseNote("3f2a1bc+dirty", message)
    stack = replace(_stack(world, caller=caller, stack="s" * 32), release_note=note)
    own = metadata.release(stack, None)
    mark = metadata.version_metadata(stack, own)
    assert len(mark) <= 256
    read = metadata.parse_version_metadata(stack, mark)
    assert read
    assert read.note == own.note
    assert read.note.commit == "3f2a1bc+dirty"
    assert read.note.message.endswith("…")
    assert message.startswith(read.note.message[:-1])


def test_nobody_to_name_is_named_by_a_word(world: World) -> None:
    stack = _stack(world, caller="")
    assert metadata.release(stack, None).by == "unknown"
    local = replace(stack, location=replace(stack.location, local=True))
    assert metadata.release(local, None).by == "local"


@pytest.mark.parametrize(
    "description",
    [
        "",
        "productsapi other 2026-11-22T20:41:07Z by user/alice",
        "productsapi shop",
        "productsapi shop 2026-11-22T20:41:07Z",
        "productsapi shop 2026-06-31T20:41:07Z by user/alice",
        "by hand: productsapi shop 2026-11-22T20:41:07Z by user/alice",
    ],
)
def test_what_others_write_is_no_version_mark(world: World, description: str) -> None:
    assert metadata.parse_version_metadata(_stack(world), description) is None


@pytest.mark.parametrize(
    "mark",
    [
        DeploymentMetadata(DEFINITION, DEPENDENCIES, ALICE),
        DeploymentMetadata(DEFINITION, {}, ALICE),
        DeploymentMetadata(DEFINITION, DEPENDENCIES, Release(AT, "assumed-role/Admin/a=b,c@d.e")),
    ],
)
def test_deployment_metadata_is_read_as_written(world: World, mark: DeploymentMetadata) -> None:
    stack = _stack(world)
    assert (
        metadata.parse_deployment_metadata(stack, metadata.deployment_metadata(stack, mark)) == mark
    )


def test_first_deployments_metadata_is_still_read(world: World) -> None:
    """It recorded the definition and no release."""
    read = metadata.parse_deployment_metadata(_stack(world), f"productsapi shop {DEFINITION}")
    assert read == DeploymentMetadata(DEFINITION)


@pytest.mark.parametrize(
    "description",
    ["", "quick fix", f"productsapi other {DEFINITION}", f"productsapi shop {DEFINITION} edited"],
)
def test_what_others_write_is_no_deployment_mark(world: World, description: str) -> None:
    assert metadata.parse_deployment_metadata(_stack(world), description) is None


@pytest.mark.parametrize("by", ["user/alice", "assumed-role/Admin/a,b", "root"])
def test_rollback_metadata_is_read_as_written(by: str) -> None:
    rollback = Rollback(Release(AT, by), Release(AT, "user/bob"))
    assert metadata.parse_rollback_metadata(metadata.rollback_metadata(rollback)) == rollback


def test_stage_without_a_rollback_doesnt_speak_of_one(world: World) -> None:
    assert metadata.parse_rollback_metadata(metadata.no_rollback_metadata(_stack(world))) is None


def test_a_snapshots_needs_change_with_each_part(world: World) -> None:
    names = replace(world.config().functions.names, get="another")
    renamed = _stack(world, functions={"names": names})
    stack = _stack(world)
    reported = [
        metadata.external_dependencies(stack, "a", "p"),
        metadata.external_dependencies(stack, "b", "p"),
        metadata.external_dependencies(stack, "a", "q"),
        metadata.external_dependencies(renamed, "a", "p"),
    ]
    assert len({tuple(each.items()) for each in reported}) == 4
