"""The runs that meet lateness, beside the fault bench's: every option, kept data, a user."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_project import PASSWORD, Project
from fault_calls import Key
from fault_kinds import Answer
from fault_phases import EDITED_CODE, PHASES, Phase
from fault_world import Ended, World
from late_kinds import Bad, Late, LateKind, Moment, kinds_of
from late_pages import pages
from late_things import MAKINGS
from late_watch import Asked, Remembering

OPTIONS = (
    ("  key: false", "  key: true"),
    ("  enabled: false", "  enabled: true"),
    ("set_account_role: false", "set_account_role: true"),
    ("alarms: false", "alarms: true"),
    ("dashboard: false", "dashboard: true"),
    ("email: null", "email: ops@example.com"),
)
TAG_CHANGES = ("TagResource", "UntagResource", "TagRole", "AddTagsToResource")


@dataclass(frozen=True)
class LatePhase(Phase):
    """`moments` are those that make sense: what can't be repeated isn't killed."""

    moments: tuple[Moment, ...] = tuple(Moment)
    leaves_plan: bool = True
    """Whether after it a plan, or after a teardown the account, is empty."""
    each_time: bool = False
    """Whether a look is answered badly each time that it is made, and not only once."""

    def kinds(self, key: Key) -> list[LateKind]:
        if key.reads:
            return kinds_of(*(set(Bad) - (set() if pages(key.operation) else {Bad.EMPTY_PAGE})))
        if (making := MAKINGS.get(key.operation)) is not None:
            late = [Late.UNKNOWN, Late.BEHIND]
            late += [Late.UNLISTED] * making.listed + [Late.UNTAGGED] * making.tagged
            return kinds_of(*late, moments=self.moments)
        moments = tuple(m for m in self.moments if m is not Moment.LOST)
        late = [Late.BEHIND] + [Late.UNTAGGED] * (key.operation in TAG_CHANGES)
        return kinds_of(*late, moments=moments)


@dataclass(frozen=True)
class Rollback(LatePhase):
    """A rollback whose reads are a release behind."""

    def kinds(self, key: Key) -> list[LateKind]:
        return [LateKind.RELEASE_BEHIND] if key.reads else []

    def prepare(self, world: World, snapshot: Path) -> None:
        three_releases(world)


def three_releases(world: World) -> Mapping[Asked, Answer]:
    """Deploy three; gives what a rollback's reads are answered while there are two.

    Made anew each time, since the emulator keeps no deployment's summary when it saves its state.
    """
    world.empty()
    well(world.run(world.before, "deploy"))
    well(world.run(derived(world, "second", second_release), "deploy"))
    reads = Remembering()
    ended = world.run(derived(world, "second", second_release), *ROLLBACK.words, watch=reads)
    if not reads.changed:
        raise AssertionError(ended.reported)
    well(world.run(derived(world, "third", third_release), "deploy"))
    return reads.answers


def well(ended: Ended) -> None:
    if ended.code:
        raise AssertionError(ended.reported)


def derived(world: World, name: str, edit: Callable[[Project], None]) -> Project:
    """A copy of the project as `init` makes it, edited; made when first asked for."""
    folder = world.before.folder.with_name(name)
    project = Project(folder, world.before.home, {"PRODUCTSAPI_PASSWORD": PASSWORD})
    if not folder.exists():
        shutil.copytree(world.before.folder, folder)
        edit(project)
    return project


def with_options(project: Project) -> None:
    for old, new in OPTIONS:
        project.config(old, new)


def next_release(project: Project, number: int) -> None:
    """Other code, and another definition of the API."""
    code = project.folder / EDITED_CODE
    code.write_text(code.read_text("utf-8") + f"\n# release {number}\n", "utf-8")
    path = project.folder / "config" / "dev.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(_origin(line, number) for line in lines), "utf-8")


def _origin(line: str, number: int) -> str:
    if not line.strip().startswith("cors_origin:"):
        return line
    return f'  cors_origin: "https://shop{number}.example.com"\n'


def second_release(project: Project) -> None:
    next_release(project, 2)


def third_release(project: Project) -> None:
    next_release(project, 3)


def unedited(project: Project) -> None:
    pass


FRESH, CHANGE, TEARDOWN = (
    LatePhase(each.name, each.words, each.project, each.stands, each.removes) for each in PHASES
)
EVERY_OPTION = LatePhase(
    "options",
    ("deploy", "--json"),
    lambda world: derived(world, "options", with_options),
    stands=False,
)
KEPT = LatePhase(
    "kept",
    ("teardown", "--yes", "--json"),
    lambda world: world.before,
    stands=True,
    leaves_plan=False,
    each_time=True,
)
"""A teardown that mustn't remove data, of a table and a pool that hold some."""
USER = LatePhase(
    "user",
    ("user", "create", "eve", "--group", "editors"),
    lambda world: derived(world, "user", unedited),
    stands=True,
    moments=(Moment.SAME,),
    leaves_plan=False,
)
ROLLBACK = Rollback(
    "rollback",
    ("rollback", "--yes", "--json"),
    lambda world: derived(world, "third", third_release),
    stands=True,
    leaves_plan=False,
)
LATE_PHASES = (FRESH, CHANGE, TEARDOWN, EVERY_OPTION, KEPT, USER, ROLLBACK)
