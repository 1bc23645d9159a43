"""Two lives played side by side, scene by scene, and what is said of them in the end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from life_life import Life, new_life
from life_report import Played, Report
from life_scenes import OPTIONS, Scene
from life_sweep import sweep
from life_target import targets

SWEEPING = "sweeping"


@dataclass
class Lives:
    """`local` first in each scene: what fails there needn't be tried on AWS."""

    local: Life
    aws: Life
    prices: list[str] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    swept: list[str] = field(default_factory=list)
    """What teardown had left, and the sweep had to remove."""

    @property
    def failed(self) -> str:
        return next((each.name for each in self.played if each.problem), "")

    def name_prices(self) -> list[str]:
        """Of each option, as the command itself tells them; asked of the local cloud."""
        for name, changes in OPTIONS.items():
            with self.local.edited(*changes):
                plan = self.local.json("plan")
            dear = [each["price"] for each in plan if each.get("price")]
            self.prices += [f"{name}: {price}" for price in dict.fromkeys(dear)]
        return self.prices

    def play(self, scene: Scene) -> None:
        """Raises AssertionError where a side ends otherwise than it is to."""
        if self.failed and not scene.always:
            raise AssertionError(f"not played, since {self.failed} failed")
        seconds = {"local": 0.0, "aws": 0.0}
        problem = ""
        try:
            for side in seconds:
                life: Life = getattr(self, side)
                life.target.recorder.scene = scene.name
                began = time.monotonic()
                try:
                    scene.play(life)
                finally:
                    seconds[side] = time.monotonic() - began
        except BaseException as error:
            problem = f"on {life.target.name}: {type(error).__name__}: {error}"[:400]
            raise
        finally:
            self.played.append(Played(scene.name, seconds["local"], seconds["aws"], problem))

    def sweep(self) -> None:
        """Whatever happened, nothing of the life stays on AWS."""
        self.aws.target.recorder.scene = SWEEPING
        self.swept += sweep(self.aws.target, self.aws.mark)

    @property
    def report(self) -> Report:
        what = f"{self.aws.target.name}, {self.aws.target.region}, {_now()}"
        calls = [
            [call for call in life.target.recorder.calls if call.scene not in {"", SWEEPING}]
            for life in (self.local, self.aws)
        ]
        return Report(what, self.prices, self.played, *calls)


@contextmanager
def lives(folder: Path, profile: str, environment: Mapping[str, str]) -> Iterator[Lives]:
    """Fresh ones, with a mark that no other life has; AWS is swept in the end."""
    mark = secrets.token_hex(4)
    with targets(folder, profile, environment) as (local, aws):
        both = Lives(
            new_life(folder / "life-local", local, mark), new_life(folder / "life-aws", aws, mark)
        )
        try:
            yield both
        finally:
            both.sweep()


def _now() -> str:
    return f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"
