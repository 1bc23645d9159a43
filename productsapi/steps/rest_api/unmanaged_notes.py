"""Notes on what isn't ours in our API: shown in a plan, and left alone."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Note
from productsapi.stack import Stack, kinds
from productsapi.steps.rest_api import unmanaged


@dataclass(frozen=True)
class ForeignNote(Note):
    """Something of others in our API; `part` is what it is, in short, where that says it all."""

    part: str = ""


def notes(stack: Stack, aws: Aws, api_id: str) -> tuple[Note, ...]:
    key = kinds.REST_API(stack.config.api.name)
    return tuple(
        ForeignNote(
            f"{key}: {each.text} (--delete-foreign removes {each.pronoun})",
            exposes_access=True,
            part=each.part,
        )
        for each in unmanaged.describe(stack, aws, api_id, in_full=True)
    )
