"""The same document in OpenAPI 3.0, for what reads no 3.1: API Gateway's importer, generators.

Paths, parameters, answers and examples are equal. What 3.0 has no word for is said in its own
(`nullable`, `example`), or left to the descriptions (`propertyNames`): the API checks it anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]

VERSION = "3.0.3"
LICENSES = "https://spdx.org/licenses"
UNKNOWN = ("propertyNames", "unevaluatedProperties", "patternProperties", "$schema", "$id")
"""JSON Schema's keywords that 3.0 lacks; each narrows, so that without it more is accepted."""
BOUNDS = {"exclusiveMaximum": "maximum", "exclusiveMinimum": "minimum"}
OF_SCHEMAS = ("items", "not", "additionalProperties")
OF_LISTS = ("allOf", "anyOf", "oneOf")


def as_30(document: Json) -> Json:
    """`document` is one of 3.1, as document.py makes it; it stays as it is."""
    made = _within(document)
    info = {**document["info"]}
    if "license" in info:
        info["license"] = _license(info["license"])
    return {**made, "openapi": VERSION, "info": info}


def _within(part: Any) -> Any:
    """Whatever holds schemas, down to them; examples are data, and stay."""
    if isinstance(part, list):
        return [_within(each) for each in part]
    if not isinstance(part, dict):
        return part
    made: Json = {}
    for name, value in part.items():
        if name == "schema":
            made[name] = schema(value)
        elif name == "schemas":
            made[name] = {each: schema(rules) for each, rules in value.items()}
        elif name in {"example", "examples"}:
            made[name] = value
        else:
            made[name] = _within(value)
    return made


def schema(rules: Json) -> Json:
    """One JSON Schema (2020-12) as 3.0 takes it."""
    if "$ref" in rules:  # which has nothing beside it there
        return {"$ref": rules["$ref"]}
    made: Json = {}
    for name, value in rules.items():
        if name not in UNKNOWN:
            WORDS.get(name, _same)(made, name, value)
    return made


def _type(made: Json, name: str, value: Any) -> None:
    """A list of types is one of them there, and null a keyword of its own."""
    types = [each for each in ([value] if isinstance(value, str) else value) if each != "null"]
    if len(types) == 1:
        made[name] = types[0]
    elif types:
        made["anyOf"] = [{name: each} for each in types]
    if "null" in value and not isinstance(value, str):
        made["nullable"] = True


def _const(made: Json, _: str, value: Any) -> None:
    made["enum"] = [value]


def _examples(made: Json, _: str, value: Any) -> None:
    made["example"] = value[0]


def _bound(made: Json, name: str, value: Any) -> None:
    made |= {BOUNDS[name]: value, name: True}


def _properties(made: Json, name: str, value: Any) -> None:
    made[name] = {each: schema(rules) for each, rules in value.items()}


def _inner(made: Json, name: str, value: Any) -> None:
    made[name] = schema(value) if isinstance(value, dict) else value


def _list(made: Json, name: str, value: Any) -> None:
    made[name] = [schema(each) for each in value]


def _same(made: Json, name: str, value: Any) -> None:
    made[name] = value


WORDS: Mapping[str, Callable[[Json, str, Any], None]] = {
    "type": _type,
    "const": _const,
    "examples": _examples,
    "properties": _properties,
    **dict.fromkeys(BOUNDS, _bound),
    **dict.fromkeys(OF_SCHEMAS, _inner),
    **dict.fromkeys(OF_LISTS, _list),
}


def _license(license_: Json) -> Json:
    """3.0 knows a URL instead of an identifier; a license of one's own has none."""
    name = license_["name"]
    return {"name": name} | (
        {} if name.startswith("LicenseRef-") else {"url": f"{LICENSES}/{name}.html"}
    )
