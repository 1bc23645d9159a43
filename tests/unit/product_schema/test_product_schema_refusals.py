"""What the functions can't enforce is refused: file, JSON pointer and keyword."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from productsapi import function_code, packaging, product_schema
from productsapi.config import Config
from productsapi.errors import ConfigError

SOURCES = Path(__file__).parents[3] / "lambda_src"
SCHEMA = json.loads((SOURCES / product_schema.SCHEMA).read_text("utf-8"))
PATH = Path("lambda_src/shared/product.schema.json")
COLOUR = "/properties/colour"


def reported(content: Any, *keys: str) -> str:
    """What is said about a schema; "" where it is taken."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    try:
        product_schema.check(PATH, data, keys or ("productId",))
    except ConfigError as error:
        return error.message if error.hint else "no hint"
    return ""


def with_field(rules: Any) -> dict[str, Any]:
    return {**SCHEMA, "properties": {**SCHEMA["properties"], "colour": rules}}


def without(name: str, **more: Any) -> dict[str, Any]:
    """The schema without one keyword at its root, and with others."""
    return {**{key: value for key, value in SCHEMA.items() if key != name}, **more}


def changed(name: str, **rules: Any) -> dict[str, Any]:
    """The schema with one field's rules changed; None takes one away."""
    made = {**SCHEMA["properties"][name], **rules}
    kept = {key: value for key, value in made.items() if value is not None}
    return {**SCHEMA, "properties": {**SCHEMA["properties"], name: kept}}


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "boolean", "default": False, "$comment": "x", "deprecated": True, "title": "T"},
        {"type": ["integer", "null"], "minimum": 0, "maximum": 5, "multipleOf": 1},
        {"enum": ["red", 1, None, {"a": []}]},
        {"const": "red"},
        {"type": "string", "format": "email", "maxLength": 254},
        {"type": "array", "items": {"type": "object", "properties": {"a/b": {"minimum": 1}}}},
        {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}, "minProperties": 1},
        {"type": "string", "pattern": r"^[a-z]+(-[a-z]+)*$", "maxLength": 100},
        {},
    ],
)
def test_what_is_enforced_is_taken(rules: dict[str, Any]) -> None:
    assert reported(with_field(rules)) == ""


@pytest.mark.parametrize(
    ("rules", "where", "what"),
    [
        ({"oneOf": []}, "/oneOf", "oneOf is no keyword that the functions enforce"),
        ({"$ref": "#/$defs/c"}, "/$ref", "$ref is no keyword"),
        ({"patternProperties": {}}, "/patternProperties", "patternProperties is no keyword"),
        ({"maximun": 3}, "/maximun", "maximun is no keyword"),
        ({"writeOnly": True}, "/writeOnly", "every field of a product is returned"),
        ({"x-removable": True}, "/x-removable", "is no keyword"),
        ({"x~/y": 1}, "/x~0~1y", "is no keyword"),
        ({"type": "bool"}, "/type", "type must be one of array, boolean"),
        ({"type": []}, "/type", "type must be one of"),
        ({"type": ["string", "string"]}, "/type", "type must be one of"),
        ({"type": [["string"]]}, "/type", "type must be one of"),
        ({"enum": []}, "/enum", "enum must be a list with a value in it"),
        ({"enum": "red"}, "/enum", "enum must be a list"),
        ({"maximum": "5"}, "/maximum", "maximum must be a number"),
        ({"minimum": True}, "/minimum", "minimum must be a number"),
        ({"exclusiveMaximum": True}, "/exclusiveMaximum", "must be a number"),
        ({"multipleOf": 0}, "/multipleOf", "multipleOf must be a number above 0"),
        ({"minLength": -1}, "/minLength", "must be a whole number of 0 or more"),
        ({"maxLength": 1.5}, "/maxLength", "must be a whole number"),
        ({"format": "ipv6"}, "/format", "one of those that are enforced: date, date-time"),
        ({"format": ["date"]}, "/format", "format must be one of"),
        ({"uniqueItems": 1}, "/uniqueItems", "uniqueItems must be true or false"),
        ({"items": [{}]}, "/items", "must be an object of rules"),
        ({"items": {"allOf": []}}, "/items/allOf", "allOf is no keyword"),
        ({"properties": {"a": True}}, "/properties/a", "must be an object of rules"),
        ({"properties": {"": {}}}, "/properties", "a property must have a name"),
        ({"properties": []}, "/properties", "properties must be an object"),
        ({"required": "a"}, "/required", "required must be a list of names"),
        ({"additionalProperties": {"not": {}}}, "/additionalProperties/not", "not is no keyword"),
        ({"propertyNames": {"enum": ["a"]}}, "/propertyNames/enum", "isn't enforced for names"),
        ({"items": {"readOnly": True}}, "/items/readOnly", "but for a field with a name"),
        ({"additionalProperties": {"readOnly": True}}, "/additionalProperties/readOnly", "name"),
        ({"minItems": 3, "maxItems": 2}, "/minItems", "minItems is more than maxItems"),
        ({"minimum": 3, "maximum": 2}, "/minimum", "minimum is more than maximum"),
        ({"type": "string", "maximum": 5}, "/maximum", "maximum asks nothing of string"),
        ({"type": ["null", "number"], "pattern": "a"}, "/pattern", "nothing of null or number"),
        ({"pattern": 7}, "/pattern", "pattern must be a text"),
        ({"pattern": "["}, "/pattern", "pattern '[' ends too early"),
        ({"pattern": "(a+)+$"}, "/pattern", "it could take hours"),
        ({"pattern": r"\s+$"}, "/pattern", "give a maxLength of at most 2236 beside it"),
        ({"pattern": r"\s+$", "maxLength": 9999}, "/pattern", "on a text of 9999 characters"),
        ({"examples": 7}, "/examples", "examples must be a list"),
        (True, "", "must be an object of rules"),
    ],
)
def test_the_rest_is_refused_with_its_place(rules: Any, where: str, what: str) -> None:
    said = reported(with_field(rules))
    assert said.startswith(f"{PATH}: the functions can't enforce this:")
    assert f"\n  {COLOUR}{where}: " in said
    assert what in said


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (without("type"), "/type: must be object"),
        (without("x-maxDepth"), "/x-maxDepth: must be a whole number from 1 to 32"),
        (without("x-maxBytes", **{"x-maxBytes": 1e9}), "/x-maxBytes: must be a whole number"),
        (without("", minProperties=2), "/minProperties: minProperties isn't enforced for a produ"),
        (without("", enum=[{}]), "/enum: enum isn't enforced for a product as a whole"),
        (without("required"), "/required: is missing"),
        (without("properties"), "/properties: is missing"),
        (without("", **{"$schema": "http://json-schema.org/draft-04/schema#"}), "/$schema: "),
        (without("", **{"if": {}}), "/if: if is no keyword"),
        (without("", required=["productId", "version"]), "/properties/version/readOnly: is requ"),
        (without("", required=[]), "/required: must hold productId"),
        (changed("version", readOnly=None), "/properties/version: must be there with readOnly"),
        (changed("category", type=None), "/properties/category/type: must be string"),
        (changed("productId", minLength=0), "/properties/productId/minLength: must be 1 or more"),
        (changed("productId", maxLength=None), "/properties/productId/maxLength: must be 512"),
    ],
)
def test_what_the_api_works_with_must_be_there(schema: dict[str, Any], said: str) -> None:
    assert f"\n  {said}" in reported(schema)


def test_a_category_in_a_key_is_bounded() -> None:
    wide = changed("category", maxLength=300)
    assert reported(wide) == ""
    assert "/properties/category/maxLength: must be 256" in reported(wide, "productId", "category")


def test_all_that_is_wrong_is_named_at_once_up_to_ten() -> None:
    said = reported(with_field({"oneOf": [], "maximun": 1}))
    assert said.count("\n") == 2
    many = reported(with_field({f"k{number}": 1 for number in range(12)}))
    assert many.endswith("… and 2 more")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", ":1: not UTF-8 text"),
        (b"\xef\xbb\xbf{}", ":1: column 1: is no JSON: Unexpected UTF-8 BOM"),
        (b'{\n"a": }', ":2: column 6: is no JSON"),
        (b'{"a": 1, "a": 2}', 'an object has the name "a" twice'),
        (b'{"a": NaN}', "NaN isn't a number of at most 38 digits"),
        (b'{"a": 1e999}', "1e999 isn't a number"),
        (b'{"a": ' + b"1" * 39 + b"}", "isn't a number of at most 38 digits"),
        (b'{"a": 1e-131}', "1e-131 isn't a number"),
        (b'{"a": 1.' + b"0" * 400 + b"}", "isn't a number"),
        (b'{"\\ud800": 1}', "half of a surrogate pair"),
        (b'{"a": ["\\udfff"]}', "half of a surrogate pair"),
        (b"[]", "holds no JSON object"),
        (b"null", "holds no JSON object"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "is nested deeper than 60 levels"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_a_file_the_functions_can_not_read(content: bytes, said: str) -> None:
    assert said in reported(content)


def project(folder: Path, content: str | None) -> Config:
    """A project whose schema is this."""
    for path in SOURCES.rglob("*.*"):
        there = folder / "lambda_src" / path.relative_to(SOURCES)
        there.parent.mkdir(parents=True, exist_ok=True)
        if "__pycache__" not in path.parts:
            there.write_bytes(path.read_bytes())
    schema = folder / "lambda_src" / product_schema.SCHEMA
    schema.unlink() if content is None else schema.write_text(content, "utf-8")
    return Config(schema=1, stack="shop", region="eu-west-2", path=folder / "c.yaml")


def checked(config: Config) -> None:
    function_code.check(config, packaging.packages(config.sources))


def test_code_with_such_a_schema_is_refused(tmp_path: Path) -> None:
    config = project(tmp_path, json.dumps(with_field({"oneOf": []})))
    with pytest.raises(
        ConfigError, match=r"product\.schema\.json: the functions can't enforce this"
    ):
        checked(config)


def test_a_schema_that_is_missing_is_reported(tmp_path: Path) -> None:
    config = project(tmp_path, None)
    with pytest.raises(ConfigError, match=r"schema\.json is missing: shared/rules\.py"):
        checked(config)
    (tmp_path / "lambda_src" / "shared" / "rules.py").unlink()  # sources of one's own
    checked(config)
