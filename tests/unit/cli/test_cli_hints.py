"""Hints go to the same target as the command that gives them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from productsapi.cli.options import DEFAULT_CONFIG, Target, target_options
from productsapi.errors import AccessDenied

HERE = Target(DEFAULT_CONFIG, None, None, local=False)
LOCAL = Target(DEFAULT_CONFIG, None, None, local=True)
PROD = Target(Path("config/prod.yaml"), "us-east-1", "work", local=False)
SPACED = Target(Path("my config.yaml"), None, "a b", local=False)


@pytest.mark.parametrize(
    ("target", "words", "typed"),
    [
        (HERE, "deploy", "productsapi deploy"),
        (LOCAL, "login ann", "productsapi login ann --local"),
        (PROD, "plan", "productsapi plan -c config/prod.yaml --region us-east-1 --profile work"),
        (SPACED, "plan", "productsapi plan -c 'my config.yaml' --profile 'a b'"),
        (LOCAL, "local down", "productsapi local down"),
        (PROD, "local up", "productsapi local up -c config/prod.yaml"),
        (PROD, "init DIR", "productsapi init DIR"),
    ],
)
def test_a_command_carries_what_the_target_needs(target: Target, words: str, typed: str) -> None:
    assert target.command(words) == typed


@pytest.mark.parametrize(
    ("hint", "completed"),
    [
        ("productsapi deploy", "productsapi deploy --local"),
        ("see `productsapi status`; `productsapi plan` too",
         "see `productsapi status --local`; `productsapi plan --local` too"),
        ("`productsapi init DIR` writes examples", "`productsapi init DIR` writes examples"),
        ("`productsapi local down`, then again", "`productsapi local down`, then again"),
        ("add --yes", "add --yes"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_hint_is_completed_where_it_names_commands(hint: str, completed: str) -> None:
    assert LOCAL.completed(hint) == completed


@pytest.mark.parametrize(
    ("words", "job"),
    [
        ("deploy", "deploy"),
        ("teardown", "teardown"),
        ("user list", "user-admin"),
        ("request", "caller"),
        ("plan", "read"),
    ],
)
def test_a_missing_right_names_what_prints_them_all(words: str, job: str) -> None:
    def denied(target: Target) -> None:
        raise AccessDenied("GetRole", "AccessDenied", "iam:GetRole isn't allowed", "ask for it")

    *above, last = words.split()
    command: click.Command = click.command(last)(target_options(denied))
    for name in reversed(["productsapi", *above]):
        command = click.Group(name, commands=[command])
    typed = [*above, last, "-c", "config/prod.yaml"]
    result = CliRunner().invoke(command, typed, prog_name="productsapi")
    assert isinstance(result.exception, AccessDenied)
    assert f"`productsapi policy {job} -c config/prod.yaml`" in result.exception.hint
