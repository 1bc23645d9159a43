"""The message of a release: from --message or git, kept until the release is made, and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from productsapi.cli.switches import is_quiet
from productsapi.cli.wrapping import say

if TYPE_CHECKING:
    from productsapi.cli.opened_stack import Opened
    from productsapi.engine.plan import Plan
    from productsapi.stack import Stack


def noted(opened: Opened, message: str | None) -> Opened:
    """With what the release is to say of itself, should one be made."""
    from productsapi.cli.git_commit import note

    described = note(opened.stack.config, message)
    return replace(opened, stack=replace(opened.stack, release_note=described))


def makes_release(plan: Plan) -> bool:
    """No version and no API deployment records other changes than these."""
    from productsapi.stack import kinds

    return any(change.key.kind in {kinds.LIVE_CODE, kinds.DEPLOYMENT} for change in plan.to_do)


def print_release(stack: Stack, plan: Plan) -> None:
    if makes_release(plan) and str(stack.release_note) and not is_quiet():
        say(f"Release: {stack.release_note}", err=True, hang=9)


def print_unused(message: str | None, plan: Plan) -> None:
    if message is not None and not makes_release(plan):
        text = "Code and API are as they were, so no release was made that could keep the message."
        say(text, err=True)


def as_json(stack: Stack, plan: Plan) -> dict[str, Any] | None:
    """None where no release is made."""
    return stack.release_note.as_json() if makes_release(plan) else None
