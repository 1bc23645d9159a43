"""A guide to read: the plan under the manual guide's headings, command by command."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from productsapi.operations.guide import Guide, Line
from productsapi.operations.guide.sentences import SENTENCES
from productsapi.operations.guide.shell import shell
from productsapi.printable import printable
from productsapi.steps import STEPS
from productsapi.wording import plural

WIDTH = 78
SEVEN = 7
"""The manual guide's steps."""
FIRST = (
    "The commands of `productsapi deploy`, under the headings of the manual guide. They are "
    "numbered in the order in which AWS must get them: what needs an id comes after what gives it. "
    "$API_ID and the like are such ids; each is set by the command that gives it."
)


def text(guide: Guide, heading: str) -> str:
    """All of it pastes into a shell: what isn't a command is a comment."""
    number = plural(len(guide.lines), "aws command")
    parts = [comment(f"{heading}: {number}"), comment(FIRST)]
    explained: set[str] = set()
    for index, step in enumerate(STEPS, 1):
        of_step = [
            (n, each) for n, each in enumerate(guide.lines, 1) if each.change.step == step.name
        ]
        if of_step or index <= SEVEN:
            beyond = "" if index <= SEVEN else " (beyond the manual guide)"
            parts.append(f"#### {index}. {step.title}{beyond}")
            parts += [_entry(n, each, guide, explained) for n, each in of_step] or [
                "# Nothing to do."
            ]
    for change, reason in guide.not_shown:
        parts.append(comment(f"{change.action.value} {change.key}: not shown, {reason}"))
    return "\n\n".join(parts) + "\n"


def comment(sentence: str) -> str:
    return "\n".join(_wrapped(sentence))


def about(line: Line) -> Iterator[str]:
    """What a command is for, and what the console would have asked."""
    found = SENTENCES.get(subject(line))
    if found:
        yield found.purpose
        yield f"Console: {found.console}"


def subject(line: Line) -> str:
    return f"wait {line.sent.wait}" if line.sent.wait else line.sent.operation


def _entry(number: int, line: Line, guide: Guide, explained: set[str]) -> str:
    """A sentence is printed where its command occurs first."""
    what = subject(line)
    sentences = [] if what in explained else about(line)
    explained.add(what)
    lines: Iterable[str] = (f"{number}. {line.change.key}", *sentences)
    shown = [each for sentence in lines for each in _wrapped(sentence)]
    return "\n".join([*shown, shell(line, guide.variables)])


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(
        printable(sentence, keep=""), WIDTH, initial_indent="# ", subsequent_indent="#   ",
        break_on_hyphens=False,
    )  # fmt: skip
