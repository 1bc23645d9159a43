"""Hints go to the same target as the command that gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import sources
from click.testing import CliRunner, Result

from productsapi.cli import main
from productsapi.cli.config_file import DEFAULT_CONFIG
from productsapi.cli.next_command import ALIKE, CHANGES_MEANING, Allowing
from productsapi.cli.options import allowing_options, target_options
from productsapi.cli.plan_detail import print_notes
from productsapi.cli.target import Target, completed
from productsapi.engine.resource import Note
from productsapi.errors import AccessDenied, Refused

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


HARMS = re.compile(
    r"(?:^|`)productsapi ((?:key rotate|teardown|local reset|user (?:delete|groups \S+ \S+))"
    r"|\w+ --(?:delete-data|delete-foreign|make-public))"
)
WHERE_IT_IS_ASKED_FOR = {
    ("cli/teardown.py", "teardown"),  # of itself: its examples
    ("operations/doctor/environment.py", "local reset"),  # where nothing in it is needed
    ("local/cloud.py", "local reset"),
    ("local/state.py", "local reset"),  # beside how to keep it
    (
        "operations/verify/unauthenticated.py",
        "deploy --delete-foreign",
    ),  # of a foreign stage, if nobody needs it
    ("operations/verify/throwaway_users.py", "user delete"),  # of the throw-away user that it made
    ("stack/plan_blockers.py", "teardown"),  # to move to another table; it keeps the one with items
    (
        "steps/rest_api/endpoint_access.py",
        "deploy --make-public",
    ),  # beside another name for the API
}


def test_no_hint_advises_harm_for_one_callers_trouble() -> None:
    """Commands that cut others off or lose data are named only where they are the matter itself."""
    found = {
        (path.relative_to(sources.PACKAGE).as_posix(), harm)
        for path in sources.PACKAGE.rglob("*.py")
        for text in sources.texts(path)
        for harm in HARMS.findall(text)
    }
    assert found == WHERE_IT_IS_ASKED_FOR


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


ADOPTING = {"adopt": "", "api_id": "a b"}


@pytest.mark.parametrize(
    ("ran", "given", "words", "typed"),
    [
        ("plan", ADOPTING, "deploy", "deploy --region r --adopt --api-id 'a b'"),
        ("deploy", ADOPTING, "deploy", "deploy --region r --adopt --api-id 'a b'"),
        ("deploy", ADOPTING, "deploy --adopt --api-id c", "deploy --adopt --api-id c --region r"),
        ("deploy", {}, "deploy --region r", "deploy --region r"),
        ("deploy", ADOPTING, "user create ann", "user create ann --region r"),
        ("plan", {"find_doubles": ""}, "status", "status --region r"),
        ("teardown", {"delete_data": ""}, "teardown", "teardown --region r --delete-data"),
        ("teardown", {"delete_foreign": ""}, "deploy", "deploy --region r"),
        ("key rotate", {"keep_old": ""}, "key rotate", "key rotate --region r --keep-old"),
        ("deploy", ADOPTING, "no such command", "no such command"),
    ],
)
def test_a_command_says_again_what_changes_its_meaning(
    ran: str, given: dict[str, str], words: str, typed: str
) -> None:
    allowed = Allowing(tuple(ran.split()), given)
    target = Target(DEFAULT_CONFIG, "r", None, local=False, allowing=allowed)
    assert target.command(words) == f"productsapi {typed}"
    assert target.completed(f"`{target.command(words)}`") == f"`productsapi {typed}`"


def invoked(function: Callable[[Target], None], *words: str) -> Result:
    """What a command `deploy` of this body ends with."""

    def body(target: Target, allowed: object) -> None:
        function(target)

    command = click.command("deploy")(target_options(allowing_options(body)))
    group = click.Group("productsapi", commands=[command])
    return CliRunner().invoke(group, ["deploy", *words], prog_name="productsapi")


def test_an_errors_words_and_hint_are_completed_once() -> None:
    def ends(target: Target) -> None:
        hint = f"fix that, then `{target.command('deploy')}`"
        raise Refused("`productsapi deploy --adopt` takes it over", hint)

    result = invoked(ends, "--adopt", "--region", "r")
    assert isinstance(result.exception, Refused)
    assert result.exception.message == "`productsapi deploy --adopt --region r` takes it over"
    assert result.exception.hint == "fix that, then `productsapi deploy --region r --adopt`"


def test_texts_of_a_plan_are_completed_too() -> None:
    notes = (Note("`productsapi deploy` goes forward again"),)
    result = invoked(lambda _target: print_notes(notes, err=False), "--local", "--make-public")
    assert "`productsapi deploy --local --make-public` goes forward" in result.output
    assert completed("`productsapi deploy`") == "`productsapi deploy`"  # of no command


def test_options_that_change_a_meaning_are_theirs() -> None:
    """Nothing that was renamed is left in the table, and none asks nothing or holds a secret."""
    there: dict[str, set[tuple[str, ...]]] = {}

    def walk(command: click.Command, *path: str) -> None:
        for parameter in command.params:
            there.setdefault(parameter.name or "", set()).add(path)
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                inner = command.get_command(click.Context(command), name)
                assert inner is not None
                walk(inner, *path, name)

    walk(main)
    assert set(CHANGES_MEANING) - set(there) <= {"release_hold"}
    assert all(path in there["config"] for path in ALIKE)
