"""Every keyword that may stand in the product's schema is enforced, as its standard has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shared.body
from harness import SMARTPHONE
from jsonschema import Draft202012Validator, FormatChecker
from keyword_cases import TABLE, broken
from made_apis import MakeApi
from shared import formats
from shared.jsontext import parse
from shared.patterns import compiled
from shared.rules import PRODUCT, changes_to
from shared.validation import BOUNDS, KEYWORDS, TYPES, violations

from productsapi.product_schema import keywords, patterns

EXACT = {"multipleOf", "format", "pattern"}
"""Of these jsonschema knows only floats, fewer formats, and Python's own patterns."""

MORE = {
    "colour": {"enum": ["red", "blue"]},
    "fragile": {"type": "boolean"},
    "discount": {"type": ["number", "null"], "maximum": 0.5, "multipleOf": 0.05},
    "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "uniqueItems": True},
    "size": {
        "type": "object",
        "required": ["width"],
        "properties": {"width": {"type": "number", "exclusiveMinimum": 0}},
        "additionalProperties": False,
    },
}


@pytest.fixture(autouse=True)
def _with_more_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    properties = {**PRODUCT["properties"], **parse(json.dumps(MORE), 8)}
    schema = {**PRODUCT, "properties": properties}
    monkeypatch.setattr(shared.body, "PRODUCT", schema)
    monkeypatch.setattr(shared.body, "CHANGES", changes_to(schema))


@pytest.mark.parametrize(("rules", "value", "keyword"), TABLE)
def test_each_keyword_is_enforced(rules: str, value: str, keyword: str) -> None:
    assert broken(rules, value) == {keyword} - {""}
    if not EXACT & json.loads(rules).keys():
        validator = Draft202012Validator(json.loads(rules), format_checker=FormatChecker())
        assert validator.is_valid(json.loads(value)) == (keyword == "")


def test_what_plan_lets_pass_is_what_is_enforced() -> None:
    """Row by row: a keyword is enforced here, or refused there."""
    assert frozenset().union(*KEYWORDS.values()) == keywords.ENFORCED
    assert {keyword for each in KEYWORDS.values() for keyword in each} >= set(BOUNDS)
    assert set(TYPES) == keywords.TYPES
    assert set(formats.FORMATS) == keywords.FORMATS
    tried = {keyword for *_, keyword in TABLE}
    holders = {"readOnly", "items", "properties", "propertyNames"}
    assert tried | holders >= keywords.ENFORCED


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ({"colour": "pink"}, {("colour", "enum")}),
        ({"fragile": 1}, {("fragile", "type")}),
        ({"discount": 0.51}, {("discount", "maximum"), ("discount", "multipleOf")}),
        ({"tags": ["new", 1, "toolong"]}, {("tags[1]", "type"), ("tags[2]", "maxLength")}),
        ({"tags": ["a", "a"]}, {("tags", "uniqueItems")}),
        ({"size": {"height": 1}}, {("size.width", "required"),
                                   ("size.height", "additionalProperties")}),
        ({"size": {"width": 0}}, {("size.width", "exclusiveMinimum")}),
        ({"size": {"": 0, "width": 1}}, {("size", "minLength"), ("size.", "additionalProperties")}),
    ],
)  # fmt: skip
def test_a_violation_names_its_field(
    make_api: MakeApi, value: dict[str, Any], errors: set[tuple[str, str]]
) -> None:
    reply = make_api().post({**SMARTPHONE, **value})
    assert (reply.status, reply.violations) == (400, errors)


def test_values_of_all_types_are_kept(make_api: MakeApi) -> None:
    api = make_api()
    more = {
        "colour": "red", "fragile": True, "discount": None, "tags": ["a", "b"], "size": {"width": 7}
    }  # fmt: skip
    assert api.post({**SMARTPHONE, **more}).status == 201
    read = api.get("PROD001").json
    assert {name: read[name] for name in more} == more
    assert read["fragile"] is True


def test_null_removes_whatever_its_rules_are(make_api: MakeApi) -> None:
    api = make_api()
    api.post({**SMARTPHONE, "colour": "red", "fragile": False, "size": {"width": 1}})
    reply = api.put("PROD001", {"colour": None, "fragile": None, "size": None})
    assert reply.status == 200
    assert not {"colour", "fragile", "size"} & reply.json.keys()
    assert api.put("PROD001", {"colour": "pink"}).violations == {("colour", "enum")}


def test_bounds_are_printed_as_they_are_written() -> None:
    rules = parse('{"x": {"maximum": 100, "multipleOf": 0.01, "maxLength": 100}}', 8)
    found = violations(parse('{"x": 100.001}', 8), {"properties": rules})
    assert [v.message for v in found] == ["must be at most 100", "must be a multiple of 0.01"]


def test_a_text_too_long_is_not_searched() -> None:
    assert broken('{"maxLength": 3, "pattern": "^a$"}', '"bbbb"') == {"maxLength"}


@pytest.mark.parametrize("pattern", [
    r"^[A-Z]{2}-\d{4}$", r"[^\s]", r"a|b|", r"^(?:[a-z]+\.)*[a-z]+$", r"\bx\B", r"[\b\-\]]",
    r"\0\t\v\x41\u0041\u{41}", r"^(?=.*\d).{8,64}?$", r"[a-][-a][\w-][\W\D]", r"(?<n>a)", "", "€",
])  # fmt: skip
def test_what_plan_takes_for_a_pattern_compiles(pattern: str) -> None:
    patterns.steps(pattern)
    compiled(pattern)
