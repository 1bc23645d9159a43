"""The document's schemas of the two bodies, and its bounds, are the handlers' own."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from documented import document
from examples import json_values, patiently
from harness import SMARTPHONE
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from shared import endpoint, jsontext, listing
from shared.jsontext import MalformedError, parse
from shared.listing import LONGEST_TOKEN
from shared.problems import MAX_VIOLATIONS
from shared.request import LARGEST_PAGE, PAGE
from shared.rules import CHANGES, MAX_DEPTH, PRODUCT, Schema, accepted, spelled
from shared.validation import violations

from productsapi import openapi
from productsapi.openapi.decimal_texts import with_decimal_texts
from productsapi.openapi.document import DNS_SUFFIXES
from productsapi.openapi.schemas import MOST_VIOLATIONS
from productsapi.product_schema import file, product
from productsapi.routes import COLLECTION

LAMBDA_SRC = Path(__file__).parents[2] / "lambda_src"
BEYOND_JSON_SCHEMA = {"number", "unicode"}
"""38 digits, and halves of surrogate pairs."""
IN_WORDS = {"exclusiveMaximum", "exclusiveMinimum", "minLength", *BEYOND_JSON_SCHEMA}
"""Of further fields the document has no types, so that generated ones take any value."""

RULES = {"NewProduct": PRODUCT, "ProductChanges": CHANGES}
VALIDATORS = {
    name: Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    )
    for name in RULES
}

TEXT = st.text(max_size=5) | st.sampled_from(["\u00a0", "\x1f", "a" * 64, "a" * 65, "a" * 256])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.just(-0.0)
VALUES = json_values(TEXT, NUMBERS)
CHANGED = st.dictionaries(st.sampled_from([*PRODUCT["properties"], "x"]) | TEXT, VALUES)


@settings(patiently, max_examples=150)
@given(changed=CHANGED, less=st.sets(st.sampled_from(list(SMARTPHONE)), max_size=2))
def test_document_and_handlers_agree_on_any_body(changed: dict[str, Any], less: set[str]) -> None:
    body = {**SMARTPHONE, **changed}
    for field in less:
        body.pop(field, None)
    agree_on(body)


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
    ids=lambda body: str(body)[:40],
)
def test_they_agree_at_every_bound(body: Any) -> None:
    agree_on({**SMARTPHONE, **body} if isinstance(body, dict) else body)


def agree_on(body: Any) -> None:
    try:
        parsed = parse(json.dumps(body), MAX_DEPTH)
    except MalformedError:
        return  # too deep, or half of a surrogate pair in a name
    body = accepted(body, PRODUCT)  # the rest is read-only, and ignored whatever it is
    for name, rules in RULES.items():
        found = violations(accepted(parsed, rules), rules)
        if name == "ProductChanges":  # whose productId is the path's
            found = [each for each in found if each.field != "productId"]
        reported = sorted(error.message for error in VALIDATORS[name].iter_errors(body))
        if reported and not found:
            assert body == {}, reported  # one more rule of PUT's: it changes something
        elif found and not reported:
            line_ends = "\n" in str(body.get("productId"))  # Python's $ lets one stand behind it
            known = {e.code for e in found if e.field.partition(".")[0] in PRODUCT["properties"]}
            assert {e.code for e in found} <= IN_WORDS
            assert known <= BEYOND_JSON_SCHEMA or line_ends


def test_the_bounds_of_pages_and_errors_are_the_same() -> None:
    query = {each["name"]: each for each in _list()["parameters"]}
    limit = query["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (PAGE, LARGEST_PAGE)
    assert query["nextToken"]["schema"]["maxLength"] == LONGEST_TOKEN
    assert MOST_VIOLATIONS == MAX_VIOLATIONS


def test_what_functions_and_tool_both_know_is_the_same() -> None:
    """The functions' zips import nothing of the tool's, so each has its own."""
    assert file.LONGEST_NUMBER == jsontext.LONGEST_NUMBER
    assert product.LONGEST_KEY == listing.LONGEST_KEY
    assert DNS_SUFFIXES == endpoint.DNS_SUFFIXES


@pytest.mark.parametrize(
    "types",
    ["number", "integer", "string", ["number", "null"], ["string", "number"], ["integer", "null"]],
    ids=str,
)
def test_the_same_fields_are_decimals_as_texts(types: str | list[str]) -> None:
    """In the document, and in what the functions take and answer (`api.decimals: string`)."""
    field: Schema = {"type": types}
    schema = {"type": "object", "properties": {"field": field}}
    sources = replace(openapi.read(LAMBDA_SRC), product=schema)
    described = with_decimal_texts(sources).product["properties"]["field"]
    as_text = isinstance(spelled({"field": Decimal(1)}, schema)["field"], str)
    assert (described != field) == as_text
    assert (accepted("1", field) == Decimal(1)) == as_text


def _list() -> Schema:
    operation: Schema = document()["paths"][COLLECTION]["get"]
    return operation
