"""The whole life on a real account, or on what pretends to be one, beside the local cloud.

    PRODUCTSAPI_AWS_PROFILE=work pytest tests/aws
    PRODUCTSAPI_AWS_PROFILE=pretended pytest tests/aws

The report is written to PRODUCTSAPI_AWS_REPORT, or to build/aws.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import life_path
import pytest
from life_hand import of_the_guide
from life_played import Lives, lives
from life_pretended import PUT_IN, Put, shows
from life_scenes import SCENES, Scene
from life_target import PRETENDED, PROFILE

USER = dict(os.environ)
"""As it was before tests/conftest.py cleaned it."""
REPORT = Path(USER.get("PRODUCTSAPI_AWS_REPORT") or life_path.HERE.parents[1] / "build" / "aws")
REHEARSAL = USER.get(PROFILE) == PRETENDED


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with lives(tmp_path_factory.mktemp("aws"), USER[PROFILE], USER) as both:
        both.name_prices()
        try:
            yield both
        finally:
            both.report.write(REPORT)


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_scene_of_the_life(both: Lives, scene: Scene) -> None:
    both.play(scene)


def test_teardown_has_left_nothing(both: Lives) -> None:
    both.sweep()
    assert [left for left in both.swept if not of_the_guide(left)] == []


@pytest.mark.parametrize("put", PUT_IN if REHEARSAL else (), ids=lambda put: put.operation)
def test_a_rehearsal_shows_what_was_put_in(both: Lives, put: Put) -> None:
    assert shows(both.report.differences, put)
