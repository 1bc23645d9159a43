"""A plan as Markdown, for the comment of a pull request. Pure.

Names and values are in fenced blocks: nothing in them is markup there, mentions anyone or links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from productsapi.cli.exposures import exposures
from productsapi.cli.plan_detail import HIDDEN_ACTIONS, SIGNS, field_lines, summary, title
from productsapi.cli.plan_summary import cost, lines
from productsapi.cli.target import completed
from productsapi.engine.plan import Change, Plan
from productsapi.printable import printable
from productsapi.stack.own_variables import masked

LIMIT = 65_000
"""Characters: GitHub takes 65,536 in a comment, and whoever posts it may add a line of its own."""
LONGEST_HEADING = 300
DETAILS = "<details><summary>Field by field</summary>"
LEFT_OUT = "… and {} more: `productsapi plan --detail` shows all"


def markdown(heading: str, plan: Plan) -> str:
    """At most LIMIT characters; what is open comes first, and is never what is left out."""
    parts = [f"### {_inline(heading)}", f"**{summary(plan)}**"]
    attention = [*exposures(plan), *(completed(note.text) for note in plan.notes)]
    if attention:
        parts += ["**Open, or to be known before it is deployed**", _fenced(_marked(attention))]
    if done := [f"{SIGNS[line.action][0]} {_line(line.text)}" for line in lines(plan)]:
        parts.append(_fenced(done, LIMIT // 2))
    if costs := cost(plan):
        parts.append(_fenced([_line(costs)], LIMIT // 20))
    shown = [c for c in masked(plan.changes) if c.action not in HIDDEN_ACTIONS]
    if any(change.fields for change in shown):
        left = LIMIT - sum(len(part) + 2 for part in parts) - len(DETAILS) - len("</details>") - 8
        blocks = ["\n".join(_in_detail(change)) for change in shown]
        parts += [DETAILS, _fenced(blocks, left), "</details>"]
    return "\n\n".join(parts) + "\n"


def _marked(texts: Iterable[str]) -> list[str]:
    return [f"! {_line(text)}" for text in texts]


def _in_detail(change: Change) -> list[str]:
    sign = SIGNS[change.action][0]
    return [f"{sign} {_line(title(change))}", *(f"    {_line(t)}" for t in field_lines(change))]


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _inline(text: str) -> str:
    """As a code span: its fence is longer than any run of backticks in it (CommonMark 6.1)."""
    text = _line(text)[:LONGEST_HEADING]
    fence = "`" * (_longest_run(text) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _fenced(entries: list[str], most: int = LIMIT // 4) -> str:
    """A diff block of whole entries, as many as `most` characters hold, and how many are left."""
    ticks = "`" * max(3, 1 + max(map(_longest_run, entries), default=0))
    room = most - 2 * len(ticks) - len("diff\n\n") - len(LEFT_OUT) - 8
    kept: list[str] = []
    for entry in entries:
        room -= len(entry) + 1
        if room < 0:
            break
        kept.append(entry)
    if left := len(entries) - len(kept):
        kept.append(LEFT_OUT.format(left))
    return "\n".join([f"{ticks}diff", *kept, ticks])


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
