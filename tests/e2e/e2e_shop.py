"""A project that is deployed again and again, each time with other settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from e2e_cloud import Clouds
from e2e_http import Answer, bearer
from e2e_project import PASSWORD, Deployed, Project, lent_cloud

Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Shop:
    project: Project
    config: str
    starter: str  # the configuration as `init` wrote it

    def command(self, *words: str) -> tuple[str, ...]:
        return (*words, "-c", self.config, "--local")

    def deploy(
        self, changes: Mapping[str, str] | None = None, env: Mapping[str, str] | None = None
    ) -> Deployed:
        """With the starter's configuration, but for these pieces of it; with `env` not --local."""
        text = self.starter
        for old, new in (changes or {}).items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (self.project.folder / self.config).write_text(text, "utf-8")
        way = ("-c", self.config, "--yes") if env else self.command()
        return Deployed(self.project, self.project.json("deploy", *way, env=env))

    @property
    def to_do(self) -> list[str]:
        """What a plan finds."""
        return [each["resource"] for each in self.project.json(*self.command("plan"))]


def shop_of(project: Project, config: str = "config/dev.yaml") -> Shop:
    return Shop(project, config, (project.folder / config).read_text("utf-8"))


@contextmanager
def new_shop(base: Path, clouds: Clouds, config: str = "config/dev.yaml") -> Iterator[Shop]:
    """With nothing deployed."""
    with lent_cloud(base, clouds) as (project, _):
        yield shop_of(project, config)


def new_user(deployed: Deployed, name: str) -> None:
    pool = {"UserPoolId": deployed.reported["user_pool_id"], "Username": name}
    cognito = deployed.client("cognito-idp")
    # the emulator makes none that is long enough for every pool
    cognito.admin_create_user(**pool, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD)
    cognito.admin_set_user_password(**pool, Password=PASSWORD, Permanent=True)


def signed_in(deployed: Deployed, name: str) -> dict[str, str]:
    """The header of a new sign-in."""
    return bearer(deployed.tokens(name)["IdToken"])


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, str(answer.body["code"])


@contextmanager
def meanwhile(ask: Callable[[], Asked]) -> Iterator[list[Asked]]:
    """Asks again and again as long as the block runs; the answers are complete at its end."""
    answers = [ask()]
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            answers.append(ask())

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()
