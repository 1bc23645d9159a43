"""The document's schemas of the two bodies, and its bounds, are the handlers' own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documented import document
from harness import SMARTPHONE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from shared.jsontext import MalformedError, parse
from shared.listing import LONGEST_TOKEN
from shared.problems import MAX_VIOLATIONS
from shared.request import LARGEST_PAGE, PAGE
from shared.rules import CHANGES, MAX_DEPTH, PRODUCT, Schema
from shared.validation import violations

from productsapi.openapi.schemas import MOST_VIOLATIONS
from productsapi.routes import COLLECTION

BEYOND_JSON_SCHEMA = {"number", "unicode"}
"""38 digits, and halves of surrogate pairs."""

patiently = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RULES = {"NewProduct": PRODUCT, "ProductChanges": CHANGES}
VALIDATORS = {
    name: Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    )
    for name in RULES
}

TEXT = st.text(max_size=5) | st.sampled_from(["\u00a0", "\x1f", "a" * 64, "a" * 65, "a" * 256])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.just(-0.0)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
CHANGED = st.dictionaries(st.sampled_from([*PRODUCT["properties"], "x"]) | TEXT, VALUES)


@patiently
@given(changed=CHANGED, less=st.sets(st.sampled_from(list(SMARTPHONE)), max_size=2))
@pytest.mark.parametrize("name", RULES)
def test_a_body_is_right_for_the_document_as_it_is_for_the_handlers(
    name: str, changed: dict[str, Any], less: set[str]
) -> None:
    body = {**SMARTPHONE, **changed}
    for field in less:
        body.pop(field, None)
    agree_on(name, body)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    "body",
    [
        *([], None, "text", 1, {f"field{number}": 1 for number in range(65)}),
        *({name: "x" * length} for name in SMARTPHONE for length in (0, 1, 128, 129, 256, 257)),
        *({"description": "x" * length} for length in (4096, 4097)),
        *({name: None} for name in (*SMARTPHONE, "further")),
        *({"stock": number} for number in (0, -1, 1.5, 100.0, 1e20, 1e126, True)),
        *({"productPrice": number} for number in (0, -0.01, 1e125, 2e126, "1")),
        *({"productId": text} for text in ("-a", "a/b", "a b", "ä", "_", "A.~:-")),
        *({"x": value} for value in ({"": 1}, [{"a": {"": 1}}], 1e127, -1e127, [[1e127]])),
    ],
    ids=str,
)
def test_they_agree_at_every_bound(name: str, body: Any) -> None:
    agree_on(name, {**SMARTPHONE, **body} if isinstance(body, dict) else body)


def agree_on(name: str, body: Any) -> None:
    try:
        parsed = parse(json.dumps(body), MAX_DEPTH)
    except MalformedError:
        return  # too deep, or half of a surrogate pair in a name
    found = violations(parsed, RULES[name])
    told = sorted(error.message for error in VALIDATORS[name].iter_errors(body))
    if told and not found:
        assert body == {}, told  # one more rule of PUT's: it changes something
    elif found and not told:
        line_ends = "\n" in str(body.get("productId"))  # Python's $ lets one stand behind it
        assert {each.code for each in found} <= BEYOND_JSON_SCHEMA or line_ends


def test_the_bounds_of_pages_and_errors_are_the_same() -> None:
    query = {each["name"]: each for each in _list()["parameters"]}
    limit = query["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (PAGE, LARGEST_PAGE)
    assert query["nextToken"]["schema"]["maxLength"] == LONGEST_TOKEN
    assert MOST_VIOLATIONS == MAX_VIOLATIONS


def _list() -> Schema:
    operation: Schema = document()["paths"][COLLECTION]["get"]
    return operation
