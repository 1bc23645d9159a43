"""tests/aws in rehearsal: a few scenes against an emulator that pretends to be AWS.

`PRODUCTSAPI_AWS_PROFILE=pretended pytest tests/aws` plays all of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "aws"))

import life_path  # noqa: F401
from life_played import Lives, lives
from life_pretended import ACCOUNT, PUT_IN, Put, shows
from life_scenes import SCENES
from life_target import PRETENDED

pytestmark = pytest.mark.long  # three scenes, each played twice

FEW = ("deploy", "use", "teardown")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with lives(tmp_path_factory.mktemp("pretended"), PRETENDED, {}) as both:
        for scene in SCENES:
            if scene.name in FEW:
                both.play(scene)
        yield both


@pytest.mark.parametrize("put", PUT_IN, ids=lambda put: f"{put.operation} {put.what}")
def test_each_difference_put_in_is_in_the_report(both: Lives, put: Put) -> None:
    assert shows(both.report.differences, put)


def test_most_calls_are_answered_alike(both: Lives) -> None:
    """Else the comparison would drown what is different in what isn't."""
    put_in = {put.operation for put in PUT_IN}
    others = [each for each in both.report.differences if each.operation not in put_in]
    assert len(others) <= 5, others


def test_no_account_and_no_secret_is_written_down(both: Lives, tmp_path: Path) -> None:
    both.report.write(tmp_path)
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    assert len(written) > 100_000
    assert ACCOUNT not in written
    assert not re.search(r"eyJ[\w-]{8,}\.", written)


def test_the_life_on_aws_leaves_nothing(both: Lives) -> None:
    both.sweep()
    assert both.swept == []
