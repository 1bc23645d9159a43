"""What goes in and out: the product in its three forms, a page of them, the errors.

The two bodies' schemas say what the functions check, as far as JSON Schema can; what it can't (38
digits, depth, bytes, names given twice) is in their descriptions.
"""

from __future__ import annotations

from typing import Any

from productsapi.gateway_problems import CODES
from productsapi.openapi.sources import Sources

Json = dict[str, Any]

OF_ANSWERS = {"type", "format", "description", "readOnly", "examples"}
"""What is said of a stored field. Its bounds are not: it may be older than they are."""

LARGEST_NUMBER = 9.999999999999999e125
"""DynamoDB stores less than 1E126. `maximum` is in every version of OpenAPI, a number under
`exclusiveMaximum` in 3.1 only."""

OF_WHOLE_OBJECTS = {"required", "minProperties", "maxProperties", "enum", "const"}

MOST_VIOLATIONS = 100

VERSION: Json = {
    "type": ["integer", "null"],
    "description": "That was read: without an If-Match it counts as one, and the answer is 412 if "
    "the product is of another version by now. It can't be changed.",
}
"""Not `readOnly`: generated clients leave out what is."""

FURTHER = "Any JSON, kept as it is given. Names in objects are not empty."
"""Without a type: in a generated one, the known fields would have to be of it too."""


def ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def schemas(sources: Sources, keys: list[str]) -> Json:
    """Every schema of the document; `keys` are the table's key attributes."""
    return {
        "Product": _stored(sources),
        "NewProduct": _new(sources),
        "ProductChanges": _changes(sources, keys),
        "ProductPatch": _patch(sources, keys),
        "ProductPage": PAGE,
        "Problem": _problem(sources),
    }


def _stored(sources: Sources) -> Json:
    return {
        "type": "object",
        "description": "A product as this API stores it. Further fields come back as they were "
        "given. One that was put into the table without this API may lack any field but the "
        "table's key, or hold another type of it.",
        "required": sources.always,
        "properties": {name: _of_answers(rules) for name, rules in sources.fields.items()},
        "additionalProperties": True,
    }


def _of_answers(rules: Json) -> Json:
    described = {rule: value for rule, value in rules.items() if rule in OF_ANSWERS}
    if "properties" in rules:
        described["properties"] = {n: _of_answers(each) for n, each in rules["properties"].items()}
    if "items" in rules:
        described["items"] = _of_answers(rules["items"])
    return described


def _new(sources: Sources) -> Json:
    return {
        "type": "object",
        "description": f"A product to store. {_bounds(sources)}",
        "required": sources.product["required"],
        "properties": {**_given(sources), **_ignored(sources)},
        **_others(sources),
    }


def _changes(sources: Sources, keys: list[str]) -> Json:
    properties = _given(sources)
    for name, rules in properties.items():
        if name not in sources.product["required"]:
            properties[name] = _or_null(rules)
    for name in keys:
        properties[name]["description"] = "May be repeated, but can't be changed."
    del properties["productId"]  # the path's: some generators take one name for one argument
    properties |= {**_ignored(sources), "version": VERSION}
    return {
        "type": "object",
        "description": "The fields to change; the others stay. null removes an optional or a "
        "further field. productId may be repeated, but must be the one in the path; at least one "
        f"field that can be changed. {_bounds(sources)}",
        "properties": properties,
        **_others(sources),
        "minProperties": 1,
    }


def _ignored(sources: Sources) -> Json:
    """The fields that the service sets: a product that was read may be sent back with them."""
    return {name: _of_answers(sources.fields[name]) for name in sources.system_fields}


def _patch(sources: Sources, keys: list[str]) -> Json:
    """The same fields, and within objects of them as well nothing is required, null removes."""
    made = _changes(sources, keys)
    del made["minProperties"]
    made["description"] = (
        "A JSON merge patch (RFC 7396): the fields to change; within objects too the others stay, "
        "and null removes. productId may be repeated, but must be the one in the path. The merged "
        f"fields are held to the rules. {_bounds(sources)}"
    )
    made["properties"] = {name: _merged(rules) for name, rules in made["properties"].items()}
    return made


def _merged(rules: Json) -> Json:
    """Rules of what is merged: an object's own can't be asked of a part of it."""
    if "object" not in rules.get("type", ()):
        return rules
    made = {name: rule for name, rule in rules.items() if name not in OF_WHOLE_OBJECTS}
    if "properties" in rules:
        inner = rules["properties"].items()
        made["properties"] = {name: _or_null(_merged(each)) for name, each in inner}
    others = rules.get("additionalProperties")
    if isinstance(others, dict):
        made["additionalProperties"] = _or_null(_merged(others))
    return made


def _or_null(rules: Json) -> Json:
    """The same rules for a field that null takes away."""
    made = dict(rules)
    if "type" in rules:
        types = [rules["type"]] if isinstance(rules["type"], str) else rules["type"]
        made["type"] = [*(name for name in types if name != "null"), "null"]
    if "enum" in rules or "const" in rules:
        made["enum"] = [*([made.pop("const")] if "const" in rules else rules["enum"]), None]
    return made


def _given(sources: Sources) -> Json:
    """The fields that a client may set, with their rules."""
    fields = {name: dict(sources.fields[name]) for name in sources.fields}
    for name in sources.system_fields:
        del fields[name]
    for rules in fields.values():
        if rules.get("type") in ("number", "integer") and not {"maximum", "enum"} & rules.keys():
            rules["maximum"] = LARGEST_NUMBER
    return fields


def _others(sources: Sources) -> Json:
    names = sources.product.get("propertyNames", {})
    others = sources.product.get("additionalProperties", True)
    return {
        "additionalProperties": {"description": FURTHER} if others is True else others,
        "propertyNames": {"minLength": 1, **names},
        **{name: sources.product[name] for name in ("maxProperties",) if name in sources.product},
    }


def _bounds(sources: Sources) -> str:
    most, depth = sources.product["x-maxBytes"], sources.product["x-maxDepth"]
    system = ", ".join(sources.system_fields)
    return (
        f"At most {most} bytes, {depth} levels deep, no name twice in one object; numbers have at "
        "most 38 significant digits and lie between 1E-130 and 9.9E+125; a price is taken as a "
        "number or as a decimal string. The service sets "
        f"{system}: what a body says of them is ignored."
    )


def _problem(sources: Sources) -> Json:
    """RFC 9457."""
    violation = {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": {
            "field": {
                "type": "string",
                "description": "Where: stock, dimensions.width, tags[2], a parameter's or a "
                "header's name; empty for the body as a whole.",
            },
            "code": {"type": "string", "description": "The rule that is broken: minLength, …"},
            "message": {"type": "string", "description": "For people; it may change."},
        },
    }
    return {
        "type": "object",
        "description": "What went wrong. Programs should use `code`, which is stable.",
        "required": ["type", "title", "code", "requestId"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {
                "type": "integer",
                "description": "The HTTP status; some of API Gateway's own answers leave it out.",
            },
            "code": {"type": "string", "enum": [*sources.problems, *sorted(CODES)]},
            "requestId": {"type": "string", "description": "The log has more under this id."},
            "detail": {"type": ["string", "null"]},
            "errors": {"type": "array", "maxItems": MOST_VIOLATIONS, "items": violation},
            "categories": {
                "type": "array",
                "items": {"type": "string"},
                "description": "With category_required: the categories to choose from.",
            },
        },
    }


PAGE: Json = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": ref("schemas", "Product")},
        "nextToken": {"type": "string", "description": "Absent on the last page."},
    },
    "additionalProperties": False,
}
