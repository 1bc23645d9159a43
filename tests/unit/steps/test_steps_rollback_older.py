"""A rollback whose reads are older than the present state is right, or refused: never two back."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from steps_kept import Kept, KeptAfter
from steps_releases import live, report_summaries, stage
from steps_world import World, error

from productsapi.cli import rollback
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.opened_stack import Opened
from productsapi.cli.target import Target
from productsapi.errors import Refused
from productsapi.releases.rollback import StaleRead
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack

LAMBDA = {"ListVersionsByFunction", "ListAliases"}
GATEWAY = {"GetDeployments", "GetStages"}
LATE = {
    "Lambda and API Gateway": LAMBDA | GATEWAY,
    "Lambda": LAMBDA,
    "API Gateway": GATEWAY,
    "the aliases": {"ListAliases"},
    "the deployments": {"GetDeployments"},
}
OTHER = [f"https://{name}.example.com" for name in ("one", "two")]
TARGET = Target(DEFAULT_CONFIG, None, None, local=False)


def _stack(world: World, release: int) -> Stack:
    return world.stack(api={"cors_origin": OTHER[release - 2]}) if release > 1 else world.stack()


@pytest.fixture(scope="module")
def two_releases(kept_after: KeptAfter) -> Kept:
    return kept_after(lambda world: world.deploy(_stack(world, 2)))


class Late:
    """Answers as they were at the second of three releases, for as many asks as `left` says."""

    def __init__(self, world: World) -> None:
        self.world, self.left = world, 0
        self.then: dict[tuple[str, str], dict[str, Any]] = {}
        for operation in LAMBDA | GATEWAY:
            world.alter(operation, self._keeping(operation))
        world.alter("UpdateAlias", self._revision)
        world.look(_stack(world, 2))
        self.second = stage(world)["deploymentId"]
        for operation in LAMBDA | GATEWAY:
            world.wire.alterations.pop(operation)
        world.alter("ListAliases", self._revisions)
        world.deploy(_stack(world, 3))
        self.third = stage(world)["deploymentId"]
        world.fake("UpdateAlias", self._refuse)

    def begin(self, operations: set[str], asks: int) -> None:
        self.left = asks
        for operation in operations:
            self.world.alter(operation, self._late(operation))

    def _keeping(self, operation: str) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        def keep(asked: dict[str, Any], reported: dict[str, Any]) -> None:
            if operation == "ListAliases":
                self._revisions(asked, reported)
            key = json.dumps(asked, sort_keys=True)
            self.then[operation, key] = copy.deepcopy(reported)

        return keep

    def _late(self, operation: str) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        def report(asked: dict[str, Any], reported: dict[str, Any]) -> None:
            if operation == "ListAliases":
                self._revisions(asked, reported)
            self.left -= 1
            if self.left >= 0:
                reported.clear()
                reported.update(
                    copy.deepcopy(self.then[operation, json.dumps(asked, sort_keys=True)])
                )

        return report

    def _revisions(self, _asked: dict[str, Any], reported: dict[str, Any]) -> None:
        for alias in reported["Aliases"]:
            self._revision({}, alias)

    def _revision(self, _asked: dict[str, Any], alias: dict[str, Any]) -> None:
        alias["RevisionId"] = f"at {alias['FunctionVersion']}"

    def _refuse(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        function = asked["FunctionName"].removesuffix("productfunction")
        if asked["RevisionId"] == f"at {live(self.world)[function]}":
            return None
        return error("PreconditionFailedException", "not the latest", 412)


@pytest.fixture
def late(two_releases: Kept, deployed: World) -> Late:
    two_releases.put_back()
    report_summaries(deployed)
    return Late(deployed)


def _roll_back(late: Late, to: str | None = None) -> None:
    stack = _stack(late.world, 3)
    rollback._rolled_back(Opened(stack, late.world.aws, TARGET), to, asks=False)


@pytest.mark.parametrize("what", LATE)
@pytest.mark.parametrize("asks", [2, 4, 6])
def test_it_goes_one_back_once_the_reads_catch_up(late: Late, what: str, asks: int) -> None:
    late.begin(LATE[what], asks)
    _roll_back(late)
    assert live(late.world) == dict.fromkeys(FUNCTIONS, "2")
    assert stage(late.world)["deploymentId"] == late.second


@pytest.mark.parametrize("what", LATE)
def test_it_is_refused_while_the_reads_stay_older(late: Late, what: str) -> None:
    late.begin(LATE[what], 10_000)
    with pytest.raises((StaleRead, Refused)):
        _roll_back(late)
    late.left = 0
    assert live(late.world) == dict.fromkeys(FUNCTIONS, "3")
    assert stage(late.world)["deploymentId"] == late.third
    assert "rollback" not in stage(late.world)["description"]


def test_a_number_isnt_taken_for_another_release(late: Late) -> None:
    late.begin(LATE["Lambda and API Gateway"], 20)
    with pytest.raises(StaleRead, match="older than its present state"):
        _roll_back(late, "2")
    assert live(late.world) == dict.fromkeys(FUNCTIONS, "3")


def test_with_reads_that_are_right_little_is_asked(late: Late) -> None:
    """Five writes of what is there; the aliases then move from the revision that these returned."""
    late.world.forget_calls()
    _roll_back(late)
    moving = [c for c in late.world.changing if c.startswith("Update")]
    assert moving == ["UpdateStage", *["UpdateAlias"] * 4, "UpdateStage", *["UpdateAlias"] * 4]
    assert live(late.world) == dict.fromkeys(FUNCTIONS, "2")
