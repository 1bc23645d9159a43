"""`deploy` where somebody has to agree."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import click
import pytest
from keys import key

from productsapi.aws.location import Location
from productsapi.cli import deploy, prompts
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.opened_stack import Opened
from productsapi.cli.plan_screen import print_heading
from productsapi.cli.target import Target
from productsapi.config import Config
from productsapi.engine.apply import Applied
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.read import Reading
from productsapi.engine.resource import Note
from productsapi.errors import AccessDenied, Held, Refused
from productsapi.stack import Stack

CREATE = Change("table", key("table T"), Action.CREATE)
OPEN = Change("rest_api", key("method GET /p"), Action.UPDATE, exposes_access=True)
STAGE = Note("the stage x isn't ours", exposes_access=True)


def opened(endpoint_url: str | None = None) -> Any:
    location = Location("eu-west-2", "123456789012", endpoint_url=endpoint_url)
    stack = SimpleNamespace(
        location=location,
        config=SimpleNamespace(stack="products-dev", production=False),
        adopt=False,
    )
    return SimpleNamespace(
        stack=stack,
        target=Target(DEFAULT_CONFIG, None, None, local=False),
        printing_waits=lambda: None,
        aws=SimpleNamespace(clients=SimpleNamespace(network=None)),
        name_to_type="",
    )


def at(endpoint_url: str | None, *, production: bool) -> Opened:
    config = Config(schema=1, stack="products-dev", region="eu-west-2", production=production)
    stack = Stack(config, Location("eu-west-2", "123456789012", endpoint_url=endpoint_url))
    unused: Any = None
    return Opened(stack, unused, Target(DEFAULT_CONFIG, None, None, local=False))


@pytest.mark.parametrize(
    ("endpoint", "asks"),
    [
        (None, True),
        ("https://aws.example.com", True),
        ("http://127.0.0.1:4566", False),
        ("http://localhost:4566", False),
        ("http://[::1]:4566", False),
        ("http://127.0.0.1.example.com", True),
    ],
)
def test_whatever_is_not_this_machine_is_asked_about(endpoint: str | None, asks: bool) -> None:
    assert at(endpoint, production=False).asks(yes=False) is asks


@pytest.mark.parametrize(
    ("production", "there", "ci", "endpoint", "asks"),
    [
        (True, True, "", None, True),
        (True, True, "true", None, False),  # a CI that gives its jobs a terminal
        (True, False, "", None, False),
        (False, True, "", None, False),
        (True, True, "", "http://127.0.0.1:4566", False),
    ],
)
def test_yes_is_no_answer_for_production_at_hand(
    monkeypatch: pytest.MonkeyPatch,
    production: bool,
    there: bool,
    ci: str,
    endpoint: str | None,
    asks: bool,
) -> None:
    monkeypatch.setattr(prompts, "someone_is_there", lambda: there)
    monkeypatch.setenv("CI", ci)
    assert at(endpoint, production=production).asks(yes=True) is asks


@pytest.mark.parametrize(
    ("production", "endpoint", "name"),
    [
        (True, None, "products-dev"),
        (False, None, ""),
        (True, "http://127.0.0.1:4566", ""),
    ],
)
def test_production_is_agreed_to_by_its_name(
    production: bool, endpoint: str | None, name: str
) -> None:
    assert at(endpoint, production=production).name_to_type == name


@pytest.mark.parametrize(
    ("production", "endpoint", "said"),
    [
        (True, None, " PRODUCTION  products-dev → AWS eu-west-2, account 123456789012\n"),
        (True, "http://127.0.0.1:1", "products-dev → http://127.0.0.1:1 (eu-west-2, account"),
        (False, None, "products-dev → AWS eu-west-2, account 123456789012\n"),
    ],
)
def test_the_heading_says_which_environment_it_is(
    capsys: pytest.CaptureFixture[str], production: bool, endpoint: str | None, said: str
) -> None:
    """Also where there are no colours."""
    print_heading(at(endpoint, production=production).stack, err=True)
    assert capsys.readouterr().err.startswith(said)


def test_nobody_to_be_asked_is_a_refusal_with_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prompts, "someone_is_there", lambda: False)
    with pytest.raises(Refused) as caught:
        deploy._agree(opened(), Plan((CREATE,)))
    assert "--yes" in caught.value.hint


def test_a_closed_stdin_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(Refused):
        deploy._agree(opened(), Plan((CREATE,)))


@pytest.mark.parametrize("answer", [True, False])
def test_plan_and_place_are_shown_and_asked_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: bool
) -> None:
    monkeypatch.setattr(prompts, "someone_is_there", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" if answer else "n\n"))
    with nullcontext() if answer else pytest.raises(click.Abort):
        deploy._agree(opened(), Plan((CREATE,)))
    said = capsys.readouterr()
    assert "products-dev → AWS eu-west-2, account 123456789012" in said.err
    assert "table T" in said.err
    assert said.err.index("table T") < said.err.index("Deploy this?")
    assert "[y/N, d for details]" in said.err
    assert said.out == ""


def applied(plan: Plan, output: Plan | None, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Applied(plan.to_do, (), Outputs(), {}, interrupted=False)
    monkeypatch.setattr("productsapi.engine.apply.apply", lambda *_: done)
    monkeypatch.setattr("productsapi.options.registry.resources", lambda _: [])
    deploy._apply(opened(), plan, Reading({}, Outputs()), reported=output)


@pytest.mark.parametrize("now", [Plan((OPEN,)), Plan((CREATE,), (STAGE,))])
def test_what_a_second_look_finds_open_is_reported(
    now: Plan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody is asked, whoever watches sees the first look only."""
    applied(now, Plan((CREATE,)), monkeypatch)
    assert capsys.readouterr().err.startswith("! ")
    for output in (now, None):
        applied(now, output, monkeypatch)
        assert "! " not in capsys.readouterr().err


def test_a_refused_deploy_names_what_stays_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Change("code", key("live code f"), Action.UPDATE, on_hold=("code of f",))
    monkeypatch.setattr("productsapi.options.registry.resources", lambda _: [])
    monkeypatch.setattr("productsapi.engine.read.read", lambda *_: Reading({}, Outputs()))
    monkeypatch.setattr("productsapi.engine.plan.plan", lambda *_: Plan((OPEN, held), (STAGE,)))
    monkeypatch.setattr("productsapi.function_code.check", lambda *_: None)
    config = Config(schema=1, stack="shop", region="eu-west-2")
    stack = SimpleNamespace(config=config, adopt=False, release_hold=False, code={})
    aws = SimpleNamespace(clients=SimpleNamespace(network=None))
    opening: Any = SimpleNamespace(stack=stack, aws=aws, printing_waits=lambda: None)
    with pytest.raises(Held):
        deploy.planned(opening, allow_blocked_runtime=False, warn=False)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("! open: method GET /p")
    assert second == "! the stage x isn't ours"
    plan, _ = deploy.planned(opening, allow_blocked_runtime=False, warn=False, only_shown=True)
    assert [note.text.partition(":")[0] for note in plan.notes] == [
        "held, since it was rolled back from", STAGE.text,
    ]  # fmt: skip


def test_what_iam_denies_ends_a_deploy_and_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads a plan need not be who deploys."""
    monkeypatch.setattr("productsapi.options.registry.resources", lambda _: [])
    monkeypatch.setattr("productsapi.engine.read.read", lambda *_: Reading({}, Outputs()))
    monkeypatch.setattr("productsapi.engine.plan.plan", lambda *_: Plan((CREATE,)))
    monkeypatch.setattr("productsapi.function_code.check", lambda *_: None)
    no = Refused("IAM doesn't allow it", "set api.key to false")
    monkeypatch.setattr("productsapi.operations.options_allowed.not_allowed", lambda *_: no)
    config = Config(schema=1, stack="shop", region="eu-west-2")
    stack = SimpleNamespace(config=config, adopt=False, release_hold=False, code={})
    aws = SimpleNamespace(clients=SimpleNamespace(network=None))
    opening: Any = SimpleNamespace(stack=stack, aws=aws, printing_waits=lambda: None)
    with pytest.raises(Refused, match="IAM doesn't allow it"):
        deploy.planned(opening, allow_blocked_runtime=False)
    plan, _ = deploy.planned(opening, allow_blocked_runtime=False, only_shown=True)
    [note] = plan.notes
    assert note.warns
    assert note.text == "deploy is refused: IAM doesn't allow it; set api.key to false"


def test_d_shows_every_field_and_asks_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prompts, "someone_is_there", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("d\nperhaps\ny\n"))
    field = FieldChange("billing", None, "PAY_PER_REQUEST")
    deploy._agree(opened(), Plan((replace(CREATE, fields=(field,)),)))
    said = capsys.readouterr().err
    before, *after = said.split("Deploy this?")
    assert "billing" not in before
    assert "billing: PAY_PER_REQUEST" in after[0]
    assert "'perhaps' is neither yes" in after[1]
    assert len(after) == 3


POOL = Change("user_pool", key("user pool p"), Action.CREATE)


class Listing:
    """A pool's users, by page; an empty page isn't the last one (C1)."""

    def __init__(self, *pages: list[str], fails: bool = False) -> None:
        self.reported, self.fails = pages, fails

    def pages(self, *_: str, **__: object) -> Any:
        if self.fails:
            raise AccessDenied("ListUsers", "AccessDenied", "no")
        return ({"Users": page} for page in self.reported)


@pytest.mark.parametrize(
    ("plan", "users", "nobody"),
    [
        (Plan((POOL,)), Listing(fails=True), True),
        (Plan((CREATE,)), Listing([]), True),
        (Plan(()), Listing([], ["ann"]), False),
        (Plan(()), Listing(fails=True), False),
    ],
)
def test_a_first_user_is_proposed_where_there_is_none(
    plan: Plan, users: Listing, nobody: bool
) -> None:
    """What can't be seen is no «nobody»."""
    looking: Any = SimpleNamespace(printing_waits=lambda: users)
    assert deploy._has_no_users(looking, plan, "pool") is nobody
