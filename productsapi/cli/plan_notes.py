"""A plan's notes: those of one kind in one, and in fewer words where a screen is full. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from productsapi.engine.resource import Note
from productsapi.stack.function_settings import UnusedRole
from productsapi.steps.rest_api.unmanaged_notes import ForeignNote
from productsapi.wording import in_a_row


def merged(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes with those of one kind in one, where there are several."""
    return _with_roles_in_one(notes, brief=False)


def in_brief(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Merged further, and each in its fewest words. What is open is always shown."""
    notes = _with_roles_in_one(notes, brief=True)
    foreign = [note for note in notes if isinstance(note, ForeignNote) and note.part]
    if len(foreign) > 1:
        parts = in_a_row([note.part for note in foreign])
        text = f"{parts} of the API aren't ours (--delete-foreign removes them)"
        notes = _with_one_for(notes, foreign, Note(text, exposes_access=True))
    return tuple(replace(note, text=note.brief or note.text) for note in notes)


def _with_roles_in_one(notes: tuple[Note, ...], *, brief: bool) -> tuple[Note, ...]:
    unused = [note for note in notes if isinstance(note, UnusedRole)]
    if len(unused) <= 1:
        return notes
    functions = f"functions {in_a_row([note.function for note in unused])}"
    roles = in_a_row([note.role for note in unused])
    if brief:
        functions = f"{len(unused)} functions"
        roles = f"{unused[0].role} and {len(unused) - 1} more"
    text = f"{functions} get roles of ours: {roles} are yours to remove then"
    return _with_one_for(notes, unused, Note(text))


def _with_one_for(notes: Sequence[Note], several: Sequence[Note], one: Note) -> tuple[Note, ...]:
    """At the place of the first of them."""
    first = notes.index(several[0])
    return (*notes[:first], one, *(note for note in notes[first:] if note not in several))
