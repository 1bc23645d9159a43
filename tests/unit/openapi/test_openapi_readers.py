"""What real readers of the document refuse or get wrong, held without them (docs/clients.md).

Each rule was learnt from a tool that failed on the document as it once was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from productsapi import openapi
from productsapi.config.model import Api, Config, Table
from productsapi.openapi.spec30 import schema

SOURCES = openapi.read(Path(__file__).parents[3] / "lambda_src")
Json = dict[str, Any]


def made(**more: Any) -> Json:
    return openapi.document(
        Config(**{"schema": 1, "stack": "shop", "region": "eu-west-2", **more}), SOURCES
    )


OWN = Api(key=True, version="2.1.0", contact="api@shop.example.com", license="Apache-2.0")
NEW = [made(), made(table=Table(sort_key="category"), api=OWN)]
ALL = [*NEW, *map(openapi.as_30, NEW)]
each = pytest.mark.parametrize("document", ALL, ids=["3.1", "3.1 all", "3.0", "3.0 all"])
OLD = pytest.mark.parametrize(
    ("old", "new"), list(zip(ALL[2:], NEW, strict=True)), ids=["3.0", "all"]
)


def schemas(part: Any, location: str = "") -> Iterator[tuple[str, Json]]:
    """Every schema of a document, inner ones too."""
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from schemas(item, f"{location}/{index}")
    elif isinstance(part, dict):
        for name, value in part.items():
            here = f"{location}/{name}"
            if name == "schema":
                yield from inner(value, here)
            elif name == "schemas":
                for kind, rules in value.items():
                    yield from inner(rules, f"{here}/{kind}")
            elif name not in {"example", "examples"}:
                yield from schemas(value, here)


def inner(rules: Any, location: str) -> Iterator[tuple[str, Json]]:
    if isinstance(rules, dict):
        yield location, rules
        for name in ("items", "additionalProperties", "not"):
            yield from inner(rules.get(name), f"{location}/{name}")
        for name, value in rules.get("properties", {}).items():
            yield from inner(value, f"{location}/{name}")
        for index, value in enumerate(rules.get("allOf", [])):
            yield from inner(value, f"{location}/{index}")


def operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from (value for name, value in item.items() if name != "parameters")


@each
def test_further_fields_have_no_type(document: Json) -> None:
    """openapi-fetch, oazapfts: the known fields would have to be of it, and nothing compiles."""
    bodies = document["components"]["schemas"]
    for name in ("NewProduct", "ProductChanges"):
        assert bodies[name]["additionalProperties"].keys() == {"description"}


@each
def test_no_schema_has_a_const(document: Json) -> None:
    """openapi-python-client leaves an operation out for one beside an integer."""
    found = dict(schemas(document))
    assert len(found) > 60
    assert [location for location, rules in found.items() if "const" in rules] == []


@each
def test_no_bound_excludes_a_number(document: Json) -> None:
    """openapi-mcp-generator's tools then take no argument; 3.0 has another form of it."""
    words = {"exclusiveMaximum", "exclusiveMinimum"}
    assert [location for location, rules in schemas(document) if words & rules.keys()] == []


@each
def test_server_variables_have_a_default_alone(document: Json) -> None:
    """swagger-parser 13.1.0 refuses one with a description."""
    (server,) = document["servers"]
    assert [variable.keys() for variable in server["variables"].values()] == [{"default"}] * 3


@each
def test_every_operation_is_described_and_tagged(document: Json) -> None:
    """Spectral and redocly warn; generators make a client named `default`."""
    tags = [tag["name"] for tag in document["tags"]]
    for operation in operations(document):
        assert operation["tags"] == tags
        assert operation["operationId"]
        assert operation["summary"]
        assert operation["description"]


@each
def test_a_page_sends_no_condition_by_itself(document: Json) -> None:
    """Swagger UI sends every example: its first GET was a 304, its DELETE a 412."""
    for operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["name"] in {"If-Match", "If-None-Match"}:
                assert not {"example", "examples"} & {*parameter, *parameter["schema"]}


@pytest.mark.parametrize(
    ("api", "reported"),
    [
        (Api(), {"version": "1.0.0"}),
        (Api(contact="https://shop.example.com"), {"contact": {"url": "https://shop.example.com"}}),
        (Api(contact="api@example.com"), {"contact": {"email": "api@example.com"}}),
        (Api(license="MIT"), {"license": {"name": "MIT", "identifier": "MIT"}}),
        (Api(version="2.1.0"), {"version": "2.1.0"}),
    ],
    ids=["defaults", "page", "mail", "license", "version"],
)
def test_the_configuration_says_whose_it_is(api: Api, reported: Json) -> None:
    info = made(api=api)["info"]
    del info["title"], info["description"]
    assert info == {"version": "1.0.0", **reported}


# -- 3.0 -------------------------------------------------------------------------------------------


@OLD
def test_30_is_valid(old: Json, new: Json) -> None:
    OpenAPIV30SpecValidator(old).validate()
    assert (old["openapi"], new["openapi"]) == ("3.0.3", "3.1.0")


@OLD
def test_30_is_equal_but_for_schemas(old: Json, new: Json) -> None:
    """Paths, parameters, answers, headers, links, examples, security."""

    def bare(part: Any) -> Any:
        if isinstance(part, list):
            return [bare(item) for item in part]
        if not isinstance(part, dict):
            return part
        kept = part.keys() - {"schema", "schemas", "openapi", "license"}
        return {name: bare(part[name]) for name in kept}

    assert bare(old) == bare(new)
    places = {location for location, _ in schemas(new)}
    assert {location for location, _ in schemas(old)} == places


@OLD
def test_30_has_no_word_of_31(old: Json, new: Json) -> None:
    for location, rules in schemas(old):
        assert not {"const", "examples", "propertyNames"} & rules.keys(), location
        assert isinstance(rules.get("type", ""), str), location
        assert "$ref" not in rules or len(rules) == 1
    assert any("propertyNames" in rules for _, rules in schemas(new))


@pytest.mark.parametrize(
    ("rules", "reported"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": "null"}, {}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"const": 1}, {"enum": [1]}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"items": {"const": "a"}}, {"items": {"enum": ["a"]}}),
        ({"anyOf": [{"const": "a"}]}, {"anyOf": [{"enum": ["a"]}]}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1]}}}),
        ({"$ref": "#/x", "description": "y"}, {"$ref": "#/x"}),
    ],
    ids=str,
)
def test_a_schema_in_the_words_of_30(rules: Json, reported: Json) -> None:
    """A product's schema may hold any of them. 3.0 knows no type `null`: it says nothing."""
    before = repr(rules)
    assert schema(rules) == reported
    assert repr(rules) == before


@pytest.mark.parametrize(
    ("license_", "reported"),
    [
        ("MIT", {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"}),
        ("LicenseRef-shop", {"name": "LicenseRef-shop"}),
    ],
)
def test_30_names_a_license_by_its_page(license_: str, reported: Json) -> None:
    assert openapi.as_30(made(api=Api(license=license_)))["info"]["license"] == reported
