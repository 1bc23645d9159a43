"""One life: a project of its own under throw-away names, played against one target."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import leaks
from e2e_commands import Ended
from e2e_project import PASSWORD, PRINTS_A_TOKEN, Project
from life_hand import renames
from life_target import Target

LONGEST = 3600.0
"""Seconds: a stage cache takes up to 45 minutes to come (K8)."""


@dataclass(frozen=True)
class Life:
    """`mark` stands in every name, so that nothing of it is taken for anybody's."""

    target: Target
    project: Project
    mark: str

    @property
    def config(self) -> Path:
        return self.project.folder / "config" / "dev.yaml"

    def run(self, *words: str, code: int = 0) -> Ended:
        """A command that is to end with `code`, and never with a traceback."""
        ended = self.project.begin(*words, env=self.target.environment).end(LONGEST)
        shown = ended.err if words[:2] == PRINTS_A_TOKEN else ended.out + ended.err
        leaks.saw(f"productsapi {' '.join(words)}", shown)
        reported = f"`{' '.join(words)}` ended with {ended.code}: {ended.err[-1500:]}"
        assert "Traceback" not in ended.err, reported
        assert ended.code == code, reported
        return ended

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code).out)

    def deploy(self, *words: str) -> Any:
        """It is there, and nothing is left to do."""
        reported = self.json("deploy", "--yes", *words)
        self.run("plan", "--exit-code")
        return reported

    def edit(self, *changes: tuple[str, str]) -> None:
        text = self.config.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"the configuration has not one «{old}»"
            text = text.replace(old, new)
        self.config.write_text(text, "utf-8")

    def edit_code(self, note: str) -> None:
        code = self.project.folder / "lambda_src" / "get_product" / "lambda_function.py"
        code.write_text(code.read_text("utf-8") + f"\n# {note}\n", "utf-8")

    @contextmanager
    def edited(self, *changes: tuple[str, str]) -> Iterator[None]:
        """The configuration changed, and changed back in the end, whatever happens."""
        before = self.config.read_text("utf-8")
        self.edit(*changes)
        try:
            yield
        finally:
            self.config.write_text(before, "utf-8")


def new_life(folder: Path, target: Target, mark: str) -> Life:
    home = folder / "home"
    home.mkdir(parents=True)
    project = Project(folder / "shop", home, {"PRODUCTSAPI_PASSWORD": PASSWORD})
    Project(home, home).run("init", str(project.folder))
    life = Life(target, project, mark)
    text = life.config.read_text("utf-8")
    for old, new in {"products-dev": f"try-{mark}", **renames(mark)}.items():
        text = text.replace(old, new) if old != "python3.9" else text
    text = text.replace("region: eu-west-2", f"region: {target.region}")
    life.config.write_text(text, "utf-8")
    return life
