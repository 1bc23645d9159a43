"""Conditional changes: Lambda refuses them where the state that they assume has changed.

Each names the revision that it was planned on. That is always one from a read, after the last
wait: the revision in a change's own answer moves again before the change is done
(github.com/aws/aws-sdk/issues/377).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.retries import LAGGING
from productsapi.errors import Outdated

Described = Mapping[str, Any]
"""A function's configuration or an alias, as AWS returns it."""


def of(described: Described) -> dict[str, str]:
    """The parameter that makes a change conditional. Some endpoints return no revision."""
    return assumed(described.get("RevisionId"))


def assumed(revision: str | None) -> dict[str, str]:
    return {"RevisionId": revision} if revision else {}


def change(  # noqa: PLR0913 - what, how, and what may be there
    aws: Aws,
    what: str,
    revision: str | None,
    *,
    send: Callable[[Mapping[str, str]], dict[str, Any]],
    look: Callable[[], Described],
    as_planned: Callable[[Described], bool],
    done: Callable[[Described], bool] = lambda _: False,
) -> dict[str, Any] | None:
    """The answer to `send`, which gets the revision's parameter; None where it is done already.

    Refused for its revision, it is sent again with a newly read one, as long as the state is still
    `as_planned`: a revision also moves with changes that don't concern us. A read that returns the
    refused revision is older than the refusal, so it is repeated.

    Raises Outdated where something else is there, or AWS goes on showing what it refused.
    """
    pauses = LAGGING.pauses()
    while True:
        try:
            return send(assumed(revision))
        except Outdated as refused:
            now = look()
            while now.get("RevisionId") == revision:
                seconds = next(pauses, None)
                if seconds is None:
                    raise _still_older(what, refused) from refused
                aws.wait(seconds, f"AWS still shows an older {what} than there is")
                now = look()
            if done(now):
                return None
            if not as_planned(now) or next(pauses, None) is None:
                raise _changed(what, refused) from refused
            revision = now.get("RevisionId")


def _changed(what: str, refused: Outdated) -> Outdated:
    text = f"{what} was changed by others since it was looked at"
    return Outdated(refused.operation, refused.code, text, "repeat the command: it looks again")


def _still_older(what: str, refused: Outdated) -> Outdated:
    text = f"for {LAGGING.total:.0f} s AWS has shown an older {what} than there is"
    return Outdated(refused.operation, refused.code, text, "repeat the command in a minute")
