"""The document of a changed product schema: without examples, with more fields."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from productsapi import openapi
from productsapi.config.model import Api, Config, Table
from productsapi.openapi.generated_examples import of_rules

ROOT = Path(__file__).parents[3]
SOURCES = openapi.read(ROOT / "lambda_src")
CONFIG = Config(schema=1, stack="shop", region="eu-west-2", table=Table(sort_key="category"))

Json = dict[str, Any]


def product(**fields: Json) -> Json:
    """The product's schema without any example, and with more fields."""
    schema: Json = copy.deepcopy(dict(SOURCES.product))
    for rules in schema["properties"].values():
        rules.pop("examples", None)
    schema["properties"] |= fields
    return schema


def document(schema: Json) -> Json:
    made = openapi.document(CONFIG, openapi.Sources(schema, SOURCES.problems))
    OpenAPIV31SpecValidator(made).validate()
    return made


def examples(made: Json, path: str, method: str) -> Json:
    content = made["paths"][path][method]["requestBody"]["content"]["application/json"]
    return {name: each["value"] for name, each in content.get("examples", {}).items()}


def validator(made: Json, name: str) -> Draft202012Validator:
    rooted = {"$ref": f"#/components/schemas/{name}", "components": made["components"]}
    return Draft202012Validator(rooted)


def test_without_examples_a_pattern_gets_none() -> None:
    made = document(product())
    assert examples(made, "/products", "post") == {}  # productId has a pattern
    assert examples(made, "/products/{productId}", "put") == {"remove": {"description": None}}
    (parameter,) = made["paths"]["/products/{productId}"]["parameters"]
    assert "example" not in parameter


def test_what_can_be_made_up_keeps_the_rules() -> None:
    schema = product(colour={"enum": ["red"]}, fragile={"type": "boolean"})
    for rules in schema["properties"].values():
        rules.pop("pattern", None)
    made = document(schema)
    given = examples(made, "/products", "post")
    assert given.keys() == {"full", "smallest", "further"}
    assert given["full"] | {"colour": "red", "fragile": True} == given["full"]
    for value in given.values():
        validator(made, "NewProduct").validate(value)
    for value in examples(made, "/products/{productId}", "put").values():
        validator(made, "ProductChanges").validate(value)


def test_keywords_are_named_and_null_removes_a_field() -> None:
    rules: Json = {
        "colour": {"enum": ["red", "blue"]},
        "unit": {"const": "kg"},
        "share": {"type": ["number", "null"], "maximum": 1, "multipleOf": 0.01},
        "size": {"type": "object", "properties": {"width": {"minimum": 1, "type": "number"}}},
        "anything": {},
    }
    made = document(product(**rules))
    new = made["components"]["schemas"]["NewProduct"]["properties"]
    assert {name: new[name] for name in rules} == rules
    changes = validator(made, "ProductChanges")
    for name in rules:
        assert changes.is_valid({name: None}), name
    assert not changes.is_valid({"colour": "pink"})
    assert not changes.is_valid({"unit": "g"})
    stored = made["components"]["schemas"]["Product"]["properties"]["size"]
    assert stored == {"type": "object", "properties": {"width": {"type": "number"}}}


@pytest.mark.parametrize("others", [False, {"type": "string"}])
def test_further_fields_are_what_the_schema_says(others: Any) -> None:
    schema = {**product(), "additionalProperties": others}
    del schema["propertyNames"], schema["maxProperties"]
    new = document(schema)["components"]["schemas"]["NewProduct"]
    assert new["additionalProperties"] == others
    assert "maxProperties" not in new


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "number", "minimum": 5, "multipleOf": 0.05},
        {"type": "integer", "exclusiveMinimum": 2.5, "maximum": 3},
        {"type": "number", "exclusiveMaximum": -1},
        {"type": "number", "minimum": 0.3, "maximum": 0.4},
        {"type": "string", "minLength": 9, "maxLength": 9},
        {"type": "string", "maxLength": 1},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 1},
        {"type": "array", "maxItems": 0},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "null"}}},
        {"type": ["null", "string"]},
        {"const": 7},
        {},
    ],
)
def test_an_example_that_is_made_up_is_right(rules: Json) -> None:
    (example,) = of_rules(rules)
    Draft202012Validator(rules).validate(example)
    json.dumps(example)


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "string", "pattern": "a"},
        {"type": "string", "format": "uuid", "maxLength": 3},
        {"type": "array", "minItems": 2},
        {"type": "object", "required": ["a"], "properties": {"a": {"pattern": "a"}}},
        {"type": "object", "minProperties": 1},
        {"type": "integer", "minimum": 0.1, "maximum": 0.9},
    ],
)
def test_no_example_is_better_than_a_wrong_one(rules: Json) -> None:
    assert of_rules(rules) == []


def test_far_apart_numbers_are_computed_exactly() -> None:
    assert of_rules({"type": "number", "minimum": 1e100, "multipleOf": 1e-9}) == [10**100]


def test_with_decimals_as_texts_a_price_is_a_text() -> None:
    """What a string can't be held to stands in its description."""
    config = replace(CONFIG, api=Api(decimals="string"))
    made = openapi.document(config, SOURCES)
    OpenAPIV31SpecValidator(made).validate()
    schemas = made["components"]["schemas"]
    for name in ("Product", "NewProduct", "ProductChanges", "ProductPatch"):
        price = schemas[name]["properties"]["productPrice"]
        assert (price["type"], price["format"]) == ("string", "decimal")
        assert schemas[name]["properties"]["stock"]["type"] != "string"
    assert "It is at least 0." in schemas["NewProduct"]["properties"]["productPrice"]["description"]
    text = json.dumps(made)
    assert '"productPrice": "799.99"' in text
    assert '"productPrice": 7' not in text
    assert validator(made, "NewProduct").is_valid(
        {"productId": "P", "category": "c", "productName": "n", "productPrice": "1.50"}
    )
    assert (
        openapi.as_30(made)["components"]["schemas"]["Product"]["properties"]["productPrice"][
            "format"
        ]
        == "decimal"
    )


@pytest.mark.parametrize(
    ("rules", "reported"),
    [
        ({"type": ["number", "null"], "exclusiveMinimum": 1}, {"type": ["string", "null"]}),
        ({"type": "number", "enum": [1, 2.5]}, {"type": "string", "enum": ["1", "2.5"]}),
        ({"type": "array", "items": {"type": "number"}}, {"items": {"type": "string"}}),
        ({"type": "object", "properties": {"a": {"type": "number"}}},
         {"properties": {"a": {"type": "string"}}}),
        ({"type": ["number", "string"]}, {"type": ["number", "string"]}),
        ({"type": "integer"}, {"type": "integer"}),
    ],
)  # fmt: skip
def test_fields_of_ones_own_are_texts_too(rules: Json, reported: Json) -> None:
    config = replace(CONFIG, api=Api(decimals="string"))
    made = openapi.document(config, openapi.Sources(product(own=rules), SOURCES.problems))
    OpenAPIV31SpecValidator(made).validate()
    assert (
        _part(made["components"]["schemas"]["NewProduct"]["properties"]["own"], reported)
        == reported
    )


def _part(whole: Json, like: Json) -> Json:
    return {
        name: _part(whole[name], each) if isinstance(each, dict) else whole[name]
        for name, each in like.items()
    }
