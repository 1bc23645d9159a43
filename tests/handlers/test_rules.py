"""The schema file and its interpreter agree, and nothing in the schema goes unread."""

from __future__ import annotations

import json

import pytest
from harness import SMARTPHONE, SOURCES
from shared.jsontext import _nested_deeper, dumps, parse
from shared.problems import CODES, Problem
from shared.rules import CHANGES, PRODUCT, accepted
from shared.validation import violations

from productsapi import product_schema

SCHEMA = json.loads((SOURCES / "shared" / "product.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_one_that_can_be_enforced() -> None:
    path = SOURCES / "shared" / "product.schema.json"
    product_schema.check(path, path.read_bytes(), ("productId", "category"))


def test_every_example_keeps_the_rules() -> None:
    for name, rules in SCHEMA["properties"].items():
        for example in rules.get("examples", []):
            body = parse(json.dumps({**SMARTPHONE, name: example}), 8)
            assert violations(body, PRODUCT) == []


def test_changes_require_nothing_and_null_removes() -> None:
    assert violations({}, CHANGES) == []
    assert violations({"stock": None, "description": None, "further": None}, CHANGES) == []
    for name in SCHEMA["required"]:
        assert [v.field for v in violations({name: None}, CHANGES)] == [name]


def test_read_only_fields_are_left_out_at_any_depth() -> None:
    seen = {"type": "object", "properties": {"at": {"readOnly": True}, "by": {}}}
    rules = {"properties": {"log": {"items": seen}, "one": seen}, "additionalProperties": seen}
    both = {"at": 1, "by": 2, "further": [{"at": 1}]}
    kept = {"by": 2, "further": [{"at": 1}]}
    body = {"log": [both, 1], "one": both, "two": both}
    assert accepted(body, rules) == {"log": [kept, 1], "one": kept, "two": kept}
    assert accepted([both], {}) == [both]


@pytest.mark.parametrize("blank", [" \t\n", "\x00", "\x1d", "\x85", "\u3000", "\ufeff"])
def test_what_nobody_can_see_is_no_name(blank: str) -> None:
    r"""JavaScript, Rust and Python each have another \s."""
    for name in ("category", "productName"):
        assert [v.code for v in violations({name: blank}, CHANGES)] == ["pattern"]
        assert violations({name: f"{blank}ö"}, CHANGES) == []


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_a_title_and_a_status(code: str) -> None:
    body = Problem(code, detail="x").body("id")
    assert body["type"] == f"urn:productsapi:problem:{code}"
    assert 400 <= body["status"] < 600
    assert json.loads(dumps(body)) == body


def test_an_answer_lists_at_most_100_violations() -> None:
    found = violations({"a": [float] * 0, **{f"n{i}" * 40: 1 for i in range(200)}}, PRODUCT)
    assert len(found) > 100
    assert len(Problem("invalid_product", violations=found).body("")["errors"]) == 100


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("[[[]]]", True),
        ("[[[],[]],[[]]]", True),
        ("[[[[]]]]", False),
        ("[[[],[[]]]]", False),
        ('["[[[[", "\\"[[["]', True),
    ],
)
def test_depth_is_counted_past_what_has_closed(text: str, *, taken: bool) -> None:
    assert _nested_deeper(text, limit=3) != taken
