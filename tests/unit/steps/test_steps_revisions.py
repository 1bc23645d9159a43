"""Changes of functions and aliases assume what was seen: Lambda's RevisionId, HTTP 412."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from steps_releases import sources_with
from steps_world import World, error

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location
from productsapi.errors import Outdated
from productsapi.options.registry import resources
from productsapi.stack import revisions

STALE = error("PreconditionFailedException", "the revision isn't the latest", 412)
GET = "getproductfunction"


class Function:
    """What is there, as each look returns it; a change takes the last one's revision."""

    def __init__(self, *looks: tuple[str, str]) -> None:
        self.latest = looks[-1][0]
        self.looks = iter({"RevisionId": revision, "is": state} for revision, state in looks)
        self.sent: list[Mapping[str, str]] = []
        self.waits: list[float] = []

    def send(self, assumed: Mapping[str, str]) -> dict[str, Any]:
        self.sent.append(assumed)
        if assumed != {"RevisionId": self.latest}:
            raise Outdated("UpdateAlias", "PreconditionFailedException", "no")
        return {"done": True}

    def change(self) -> dict[str, Any] | None:
        aws = Aws(cast("Clients", None), Location("eu-west-2", "0"), pause=self.waits.append)
        return revisions.change(
            aws,
            "alias f",
            "1",
            send=self.send,
            look=lambda: next(self.looks),
            as_planned=lambda now: now["is"] == "as seen",
            done=lambda now: now["is"] == "as wanted",
        )


def test_with_another_revision_of_the_same_it_goes_on() -> None:
    function = Function(("2", "as seen"))
    assert function.change() == {"done": True}
    assert function.sent == [{"RevisionId": "1"}, {"RevisionId": "2"}]


def test_another_state_stops_it() -> None:
    function = Function(("2", "another"))
    with pytest.raises(Outdated, match="alias f was changed by others") as stopped:
        function.change()
    assert "looks again" in stopped.value.hint
    assert len(function.sent) == 1


def test_what_is_as_wanted_is_done() -> None:
    """The first answer was lost: sent again it is refused for what itself has done."""
    assert Function(("2", "as wanted")).change() is None


def test_a_look_older_than_the_refusal_is_repeated() -> None:
    function = Function(("1", "as seen"), ("1", "as seen"), ("2", "as seen"))
    function.change()
    assert len(function.waits) == 2
    assert len(function.sent) == 2


def test_a_look_that_stays_older_is_named_after_30_s() -> None:
    function = Function(*[("1", "as seen")] * 50)
    function.latest = "2"
    with pytest.raises(Outdated, match="30 s AWS has shown an older alias f"):
        function.change()
    assert 30 <= sum(function.waits) < 35


@pytest.fixture
def revised(deployed: World) -> World:
    """Each look returns a revision of its own, and no change's answer returns one that holds."""
    looks: Iterator[int] = iter(range(1, 1000))

    def look(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        if asked["FunctionName"] == GET and "Qualifier" not in asked:
            answer["Configuration"]["RevisionId"] = f"look {next(looks)}"

    def own(_asked: dict[str, Any], answer: dict[str, Any]) -> None:
        answer["RevisionId"] = "a change's own"

    deployed.alter("GetFunction", look)
    for operation in ("UpdateFunctionConfiguration", "UpdateFunctionCode", "CreateFunction"):
        deployed.alter(operation, own)
    return deployed


def _named(world: World, operation: str) -> list[str]:
    return [str(c.get("RevisionId")) for c in world.asked(operation) if c["FunctionName"] == GET]


def test_each_change_names_what_the_look_before_saw(revised: World, tmp_path: Path) -> None:
    """Settings by the reading, the code by the look after them, the version by the next."""
    sources = sources_with(tmp_path, get=" anew")
    revised.deploy(revised.stack(path=sources, functions={"memory_mb": 512}))
    assert _named(revised, "UpdateFunctionConfiguration") == ["look 1"]
    assert _named(revised, "UpdateFunctionCode") == ["look 2"]
    assert _named(revised, "PublishVersion") == ["look 3"]
    assert len(revised.asked("PublishVersion")[0]["CodeSha256"]) == 44


def test_settings_changed_by_others_meanwhile_stay(revised: World) -> None:
    """Another's variable would be lost with an update that doesn't know of it."""
    revised.fake("UpdateFunctionConfiguration", STALE)
    stack = revised.stack(functions={"memory_mb": 512})
    reading = revised.look(stack)
    function = next(r for r in resources(stack) if r.key == f"function {GET}")

    def another(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        answer["Configuration"]["RevisionId"] = "later"
        answer["Configuration"]["Environment"]["Variables"]["THEIRS"] = "1"

    revised.alter("GetFunction", another)
    with pytest.raises(Outdated, match=f"function {GET} was changed by others"):
        function.update(
            revised.aws, reading.outputs, reading.observed[function.key], frozenset({"memory_mb"})
        )


def test_an_alias_moves_from_where_it_was_seen(deployed: World) -> None:
    """Refused with HTTP 412 where it is elsewhere by now: it stays there."""
    deployed.alter(
        "ListAliases", lambda _, reported: reported["Aliases"][0].update(RevisionId="seen")
    )
    deployed.fake("UpdateAlias", {})
    stack = deployed.stack(functions={"memory_mb": 512})
    deployed.deploy(stack)
    assert {call["RevisionId"] for call in deployed.asked("UpdateAlias")} == {"seen"}

    def moved(asked: dict[str, Any]) -> dict[str, Any]:
        later = {"RevisionId": "later", "FunctionVersion": "9"}
        deployed.alter("ListAliases", lambda _, reported: reported["Aliases"][0].update(later))
        return STALE

    deployed.fake("UpdateAlias", moved)
    with pytest.raises(Outdated, match="was changed by others since"):
        deployed.deploy(deployed.stack(functions={"memory_mb": 256}))
