"""A plan as a comment of a pull request: read as CommonMark reads it."""

from __future__ import annotations

import pytest
from keys import key
from markdown_it import MarkdownIt

from productsapi.cli.plan_markdown import LIMIT, markdown
from productsapi.engine.field_changes import FieldChange
from productsapi.engine.plan import Action, Change, Plan
from productsapi.engine.resource import Note

HEADING = "products-dev → AWS eu-west-2, account 123456789012"
TABLE = Change(
    "table", key("table ProductsTable-dev"), Action.CREATE, (FieldChange("keys", None, "id"),)
)
GONE = Change("functions", key("function old"), Action.DELETE)
OPEN = Change(
    "rest_api",
    key("method DELETE /products/{id}"),
    Action.UPDATE,
    (FieldChange("authorization", "NONE", "COGNITO_USER_POOLS"),),
    exposes_access=True,
)
HOSTILE = "x\n```\n@everyone <img src=//e> [a](//e) ````` `` </details> \x1b[2J"


def parsed(text: str) -> tuple[str, list[str]]:
    """What is markup, and what stands in the fenced blocks."""
    tokens = MarkdownIt("commonmark").parse(text)
    markup = "\n".join(token.content for token in tokens if token.type in {"inline", "html_block"})
    return markup, [token.content for token in tokens if token.type == "fence"]


def test_counts_come_first_and_fields_are_folded() -> None:
    markup, (steps, fields) = parsed(markdown(HEADING, Plan((TABLE, GONE))))
    assert markup.splitlines()[:2] == [f"`{HEADING}`", "**1 to create, 1 to remove**"]
    assert "<details><summary>Field by field</summary>" in markup
    assert [line[0] for line in steps.splitlines()] == ["+", "-"]
    assert "+ table ProductsTable-dev\n    keys: id\n" in fields


def test_what_is_open_comes_before_what_is_done() -> None:
    note = Note("anyone may invoke the function", exposes_access=True)
    markup, (first, _, _) = parsed(markdown(HEADING, Plan((TABLE, OPEN), (note,))))
    assert "**Open, or to be known" in markup
    assert first.startswith("! Open now: anyone can DELETE /products/{id} without signing in")
    assert "! anyone may invoke the function\n" in first


def test_nothing_to_do_is_said_in_two_lines() -> None:
    plan = Plan((Change("table", key("table t"), Action.UNCHANGED),))
    assert markdown(HEADING, plan) == f"### `{HEADING}`\n\n**1 unchanged**\n"


@pytest.mark.parametrize("where", ["heading", "name", "value", "reason", "note"])
def test_texts_of_others_are_no_markup(where: str) -> None:
    text = {where: HOSTILE}
    value = FieldChange("description", None, text.get("value", "v"))
    named = f"table {text.get('name', 't')}"
    change = Change("table", key(named), Action.CREATE, (value,), reason=text.get("reason", ""))
    plan = Plan((change,), (Note(text.get("note", "n")),))
    markup, fenced = parsed(markdown(text.get("heading", HEADING), plan))
    plain = markup.replace("<details><summary>", "").replace("</details>", "")
    if where == "heading":
        assert plain.startswith("`````` x ``` @everyone")  # in a code span
    else:
        assert "@everyone" not in plain
        assert "@everyone" in "".join(fenced)
    assert "\x1b" not in markup + "".join(fenced)


@pytest.mark.parametrize("number", [3, 300])
@pytest.mark.parametrize("open_too", [False, True])
def test_a_comment_is_never_too_long(number: int, *, open_too: bool) -> None:
    fields = tuple(FieldChange(f"field{i}", "old " * 20, "new " * 20) for i in range(9))
    changes = [
        Change(
            "table",
            key(f"table t{i}"),
            Action.UPDATE,
            fields,
            reason=f"reason {i}",
            exposes_access=open_too,
        )
        for i in range(number)
    ]
    text = markdown(HEADING, Plan(tuple(changes)))
    _, fenced = parsed(text)
    assert len(text) <= LIMIT
    assert ("`productsapi plan --detail` shows all" in fenced[-1]) == (number == 300)
    assert text.endswith("</details>\n")
