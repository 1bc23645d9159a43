"""What may be shown late is looked at again: for some seconds, once in a run, and only on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from steps_world import World

from productsapi.errors import NotFound
from productsapi.stack.eventual_consistency import LATE, reread_until_visible

NOT_FOUND = NotFound("GetRestApi", "NotFoundException", "")


def _looks(world: World, *reported: str | NotFound, local: bool = False) -> tuple[str, float]:
    """What comes of it, and the seconds waited; the last answer is given for ever."""
    waits: list[float] = []
    answers: Iterator[str | NotFound] = iter(reported)

    def look(_: object) -> str:
        answer = next(answers, reported[-1])
        if isinstance(answer, NotFound):
            raise answer
        return answer

    location = replace(world.location, local=local)
    world.aws = replace(world.aws, pause=waits.append, location=location)
    found = reread_until_visible(world.aws, "the thing", look, shown=lambda each: each == "there")
    return found, sum(waits)


def test_it_is_given_once_it_is_shown(world: World) -> None:
    found, waited = _looks(world, "", NOT_FOUND, "there")
    assert (found, waited) == ("there", 2 * LATE.first)


def test_what_never_shows_is_waited_for_once_in_a_run(world: World) -> None:
    found, waited = _looks(world, "")
    assert found == ""
    assert waited >= LATE.total
    assert _looks(world, "") == ("", 0)


def test_what_isnt_there_to_the_end_is_said(world: World) -> None:
    with pytest.raises(NotFound):
        _looks(world, NOT_FOUND)


def test_the_local_cloud_is_never_late(world: World) -> None:
    assert _looks(world, "", local=True) == ("", 0)
