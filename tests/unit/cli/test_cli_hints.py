"""Hints go to the same target as the command that gives them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sources

from productsapi.cli.options import DEFAULT_CONFIG, Target

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
    ("checks/doctor/machine.py", "local reset"),  # where nothing in it is needed
    ("local/cloud.py", "local reset"),
    ("checks/verify/stage.py", "deploy --delete-foreign"),  # of a foreign stage, if nobody needs it
    ("checks/verify/visitors.py", "user delete"),  # of the throw-away user that it made
    ("steps/refusals.py", "teardown"),  # to move to another table; it keeps the one with items
    ("steps/rest_api/reach.py", "deploy --make-public"),  # beside another name for the API
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
