"""doctor: what it says of this machine, whatever machine it is."""

from __future__ import annotations

import importlib.metadata
from datetime import date
from pathlib import Path

import pytest

from productsapi.local import emulator
from productsapi.local.record import Record
from productsapi.operations.doctor import environment
from productsapi.operations.finding import State

TODAY = date(2026, 11, 22)
REQUIREMENTS = (
    "click>=8.1",
    'ministack==1.5.33; extra == "local"',
    'boto3==1.43.106 ; extra == "local"',
    "cryptography>=44; extra == 'local'",
    'pytest>=8.4; extra == "test"',
)
VERSIONS = {"ministack": "1.5.33", "boto3": "1.43.106", "cryptography": "50.0.2"}


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 9), State.BROKEN), ((3, 10), State.WARNING), ((3, 11), State.OK),
        ((3, 14), State.OK), ((3, 99), State.OK),
    ],
)  # fmt: skip
def test_python_is_too_old_unpatched_or_fine(version: tuple[int, int], state: State) -> None:
    found = environment.python(version, TODAY)
    assert found.state is state
    assert (state is State.OK) == (not found.fix)


def test_a_python_is_fine_until_the_day_it_ends() -> None:
    assert environment.python((3, 10), date(2026, 10, 31)).state is State.OK


def extra(versions: dict[str, str], *, needed: bool) -> tuple[State, str, str]:
    found = environment.local_extra(
        needed=needed, version_of=versions.get, requirements=REQUIREMENTS
    )
    return found.state, found.text, found.fix


def test_the_local_extra_is_reported_with_its_versions() -> None:
    reported = "ministack 1.5.33, boto3 1.43.106, cryptography 50.0.2"
    assert extra(VERSIONS, needed=True) == (State.OK, reported, "")


def test_a_missing_extra_is_broken_only_where_needed() -> None:
    without = {"boto3": "1.43.106"}
    state, text, fix = extra(without, needed=True)
    assert (state, fix) == (State.BROKEN, emulator.INSTALL)
    assert "ministack and cryptography missing" in text
    state, text, fix = extra(without, needed=False)
    assert (state, fix) == (State.OK, "")
    assert "only --local needs it" in text


def test_another_version_than_the_pinned_is_a_warning() -> None:
    state, text, _ = extra({**VERSIONS, "boto3": "1.44.5"}, needed=True)
    assert state is State.WARNING
    assert text == "boto3 1.44.5 instead of 1.43.106"


def test_this_installation_is_looked_at_by_default() -> None:
    found = environment.local_extra(needed=True)
    assert found.state is State.OK
    assert "ministack" in found.text


def test_what_has_no_version_may_be_installed() -> None:
    assert environment.installed("json") == ""  # a module, and nothing that records its version
    assert environment.installed("no_such_package") is None


def test_packages_by_pythonpath_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither they nor productsapi itself come with what records versions and requirements."""

    def unknown(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", unknown)
    monkeypatch.setattr(importlib.metadata, "requires", unknown)
    found = environment.local_extra(needed=True)
    reported = "ministack of unknown version, cryptography of unknown version"
    assert (found.state, found.text) == (State.OK, reported)


# -- the project's local cloud, which doesn't run --------------------------------------------------


def cloud(root: Path, record: Record, *, needed: bool = True, free: bool = True) -> State:
    (root / ".productsapi").mkdir()
    record.write(root / ".productsapi")
    before = sorted(root.rglob("*"))
    found = environment.local_cloud(
        root, needed=needed, free_port=lambda port: int(port or 0) + (not free)
    )
    assert sorted(root.rglob("*")) == before, "it is only looked at"
    return found.state


def test_a_cloud_that_never_ran_makes_no_folder(tmp_path: Path) -> None:
    assert environment.local_cloud(tmp_path, needed=True).state is State.OK
    assert not list(tmp_path.iterdir())


def test_a_stopped_cloud_needs_its_port_free(tmp_path: Path) -> None:
    assert cloud(tmp_path, Record(port=23456, version="1.5.33")) is State.OK


def test_a_port_that_somebody_else_took_is_a_warning(tmp_path: Path) -> None:
    assert cloud(tmp_path, Record(port=23456), free=False) is State.WARNING


@pytest.mark.parametrize(("needed", "state"), [(True, State.BROKEN), (False, State.WARNING)])
def test_state_of_a_newer_emulator_can_not_be_read(
    tmp_path: Path, needed: bool, state: State
) -> None:
    assert cloud(tmp_path, Record(port=23456, version="99.0.0"), needed=needed) is state


@pytest.mark.parametrize("needed", [False, True])
def test_a_state_that_cannot_be_read_is_reported(tmp_path: Path, *, needed: bool) -> None:
    state = tmp_path / ".productsapi" / "state"
    state.mkdir(parents=True)
    (state / "dynamodb.json").write_text("{")
    found = environment.local_cloud(tmp_path, needed=needed)
    assert found.state is (State.BROKEN if needed else State.WARNING)
    assert "dynamodb.json" in found.text
    assert (state / "dynamodb.json").read_text() == "{"  # looked at only
