"""The document: valid, derived from what the API is made from, and true in its examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_yaml import loaded

from productsapi import openapi
from productsapi.config.model import Api, Config, Table
from productsapi.gateway_problems import CODES, GATEWAY_PROBLEMS, OF_KEYS
from productsapi.openapi.answers import GATEWAY
from productsapi.openapi.document import dns_suffix
from productsapi.openapi.operations import OPERATIONS
from productsapi.openapi.text import text as written_anew
from productsapi.routes import COLLECTION, ITEM, KEY_HEADER, REQUEST_HEADERS, ROUTES

ROOT = Path(__file__).parents[3]
SOURCES = openapi.read(ROOT / "lambda_src")
PROBLEM = "application/problem+json"
GATEWAYS_OWN = {"401", "403", "413", "429", "500", "502", "503", "504"}

Json = dict[str, Any]


def config(**more: Any) -> Config:
    return Config(**{"schema": 1, "stack": "shop", "region": "eu-west-2", **more})


DOCUMENT = openapi.document(config(), SOURCES)
SORTED = openapi.document(config(table=Table(sort_key="category")), SOURCES)
both = pytest.mark.parametrize("document", [DOCUMENT, SORTED], ids=["plain", "sort key"])


def resolved(document: Json, part: Json) -> Json:
    if "$ref" not in part:
        return part
    *_, kind, name = part["$ref"].split("/")
    found: Json = document["components"][kind][name]
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method.upper(), path, operation


def answers(document: Json) -> Iterator[tuple[str, str, str, Json]]:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            yield method, path, status, resolved(document, answer)


def codes(answer: Json) -> list[str]:
    """The problem codes of one answer."""
    content = answer.get("content", {}).get(PROBLEM)
    return list(content["schema"]["allOf"][1]["properties"]["code"]["enum"]) if content else []


# -- the document as a whole -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({}, ""),
        ({}, "http://127.0.0.1:4566/restapis/abc/dev/_user_request_"),
        ({"table": Table(sort_key="category", category_index=True)}, ""),
        ({"api": Api(name="Ä shop", stage="prod", cors_origin="https://shop.example.com")}, ""),
        ({"api": Api(key=True)}, ""),
    ],
    ids=["dev", "deployed", "sort key", "one web site", "API key"],
)
def test_it_is_valid(more: Json, url: str) -> None:
    OpenAPIV31SpecValidator(openapi.document(config(**more), SOURCES, url)).validate()


def test_each_route_is_there_and_no_preflight() -> None:
    found = {(method, path) for method, path, _ in operations(DOCUMENT)}
    assert found == {(route.method, route.path) for route in ROUTES}
    ids = [operation["operationId"] for *_, operation in operations(DOCUMENT)]
    assert len(set(ids)) == len(ids)
    assert set(ids) == OPERATIONS.keys(), "each is described"


def test_it_is_the_same_each_time() -> None:
    again = openapi.document(config(), openapi.read(ROOT / "lambda_src"))
    assert json.dumps(again) == json.dumps(DOCUMENT), "the order is the same, too"
    for form in openapi.FORMATS:
        assert written_anew(again, form) == written_anew(DOCUMENT, form)


@both
def test_yaml_and_json_say_the_same(document: Json) -> None:
    written = openapi.text(document, "yaml")
    assert loaded(written) == json.loads(openapi.text(document, "json")) == document
    assert "&id" not in written


@pytest.mark.parametrize(
    "value", ["012345678909", "08", "1e3", "-1E5", ".5e1", "5.e1", "0o17", "0x1F", "19"]
)
def test_yaml_1_2_reads_no_number_in_a_text(value: str) -> None:
    written = openapi.text({"enum": [value]}, "yaml")
    assert written == f"enum:\n- '{value}'\n"
    assert loaded(written) == {"enum": [value]}


@pytest.mark.parametrize("value", ["1.0.0", "e3", "PROD1", "0x", "1e", "."])
def test_yaml_quotes_no_other_text(value: str) -> None:
    assert openapi.text({"enum": [value]}, "yaml") == f"enum:\n- {value}\n"


@both
def test_references_are_there_and_nothing_else_is(
    document: Json,
) -> None:
    referred = set(re.findall(r'"#/components/([^"]+)"', json.dumps(document)))
    there = {
        f"{kind}/{name}"
        for kind, parts in document["components"].items()
        if kind != "securitySchemes"
        for name in parts
    }
    assert referred == there


# -- where it is, who may call -------------------------------------------------------------------


def test_without_a_deployment_the_server_is_a_template() -> None:
    made = config(region="cn-north-1", api=Api(stage="prod"))
    (server,) = openapi.document(made, SOURCES)["servers"]
    assert server["url"] == "https://{apiId}.execute-api.{region}.amazonaws.com.cn/{stage}"
    defaults = {name: each["default"] for name, each in server["variables"].items()}
    assert defaults == {"apiId": "your-api-id", "region": "cn-north-1", "stage": "prod"}


def test_of_what_is_deployed_the_server_is_its_own_url() -> None:
    url = "https://abc.execute-api.eu-west-2.amazonaws.com/dev"
    assert [each["url"] for each in openapi.document(config(), SOURCES, url)["servers"]] == [url]


def test_every_partitions_domain_is_botocores() -> None:
    text = (Path(botocore.__file__).parent / "data" / "partitions.json").read_text("utf-8")
    known = 0
    for partition in json.loads(text)["partitions"]:
        suffix = partition["outputs"]["dnsSuffix"]
        for region in partition["regions"]:
            if not region.endswith("-global"):
                assert dns_suffix(region) == suffix, region
                known += 1
    assert known > 30


def test_every_route_wants_the_token() -> None:
    (scheme,) = DOCUMENT["security"]
    assert DOCUMENT["components"]["securitySchemes"].keys() == scheme.keys()
    for _, _, operation in operations(DOCUMENT):
        assert "security" not in operation


def test_an_api_key_is_wanted_beside_the_token() -> None:
    """One requirement with both: two would let either do."""
    with_key = openapi.document(config(api=Api(key=True)), SOURCES)
    assert with_key["security"] == [{"cognitoIdToken": [], "apiKey": []}]
    scheme = with_key["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", KEY_HEADER)
    for _, _, operation in operations(with_key):
        assert "API key" in operation["responses"]["403"]["description"]
    assert "X-Api-Key" not in str(DOCUMENT)


# -- what goes in ----------------------------------------------------------------------------------


def parameters(document: Json, method: str, path: str) -> set[str]:
    item = document["paths"][path]
    listed = [*item.get("parameters", []), *item[method.lower()].get("parameters", [])]
    return {each["name"] for each in listed}


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", COLLECTION, set()),
        ("GET", COLLECTION, {"limit", "nextToken", "category"}),
        ("GET", ITEM, {"productId", "If-Match", "If-None-Match"}),
        ("PUT", ITEM, {"productId", "If-Match", "If-None-Match"}),
        ("DELETE", ITEM, {"productId", "If-Match", "If-None-Match"}),
    ],
)
def test_each_route_has_its_parameters(method: str, path: str, names: set[str]) -> None:
    assert parameters(DOCUMENT, method, path) == names
    picks = {"category"} if path == ITEM else set()
    assert parameters(SORTED, method, path) == names | picks


def test_a_browser_may_send_every_header_parameter() -> None:
    for _, _, operation in operations(DOCUMENT):
        for each in operation.get("parameters", []):
            assert each["in"] != "header" or each["name"] in REQUEST_HEADERS


def test_a_posts_body_has_the_schemas_rules() -> None:
    new, fields = DOCUMENT["components"]["schemas"]["NewProduct"], SOURCES.fields
    system = {name for name, rules in fields.items() if rules.get("readOnly")}
    assert system == {"createdAt", "createdBy", "updatedAt", "updatedBy", "version"}
    assert new["properties"].keys() == fields.keys()
    for name, rules in new["properties"].items():
        assert name in system or {**rules, **fields[name]} == rules
    assert new["required"] == SOURCES.product["required"]


def test_a_puts_body_requires_nothing_and_null_removes() -> None:
    changes = DOCUMENT["components"]["schemas"]["ProductChanges"]
    assert "required" not in changes
    nullable = {name for name, rules in changes["properties"].items() if "null" in rules["type"]}
    assert nullable == {"description", "stock", "version"}


@both
def test_a_product_that_was_read_is_a_body(document: Json) -> None:
    """What the service sets is read-only, but for the version that a change was made on."""
    schemas = document["components"]["schemas"]
    read = document["paths"][ITEM]["get"]["responses"]["200"]["content"]["application/json"]
    for name, read_only in (("NewProduct", 5), ("ProductChanges", 4)):
        assert validator(document, name).is_valid(read["example"])
        marked = [each for each in schemas[name]["properties"].values() if each.get("readOnly")]
        assert len(marked) == read_only


@both
def test_a_change_names_its_product_once(document: Json) -> None:
    """In the path: some generators make one argument of a name that comes twice."""
    changes = document["components"]["schemas"]["ProductChanges"]
    assert "productId" not in changes["properties"]
    assert validator(document, "ProductChanges").is_valid({"productId": "PROD001", "stock": 1})


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({"productId": "any id at all / \n", "stock": -1, "productName": ""}, True),
        ({"version": 2.0, "tags": [{}]}, True),
        ({"version": "2"}, False),
    ],
)
def test_a_stored_products_bounds_are_no_rule(more: Json, right: bool) -> None:
    """It may be older than they are."""
    stored = DOCUMENT["paths"][ITEM]["get"]["responses"]["200"]["content"]["application/json"]
    assert validator(DOCUMENT, "Product").is_valid({**stored["example"], **more}) == right


@both
def test_what_every_stored_product_has_is_required(document: Json) -> None:
    product, fields = document["components"]["schemas"]["Product"], SOURCES.fields
    assert fields.keys() - product["required"] == {"description", "stock"}


def validator(document: Json, name: str) -> Draft202012Validator:
    return within(document, {"$ref": f"#/components/schemas/{name}"})


def within(document: Json, schema: Json) -> Draft202012Validator:
    rooted = {**schema, "components": document["components"]}
    return Draft202012Validator(rooted, format_checker=FormatChecker())


# -- what comes out --------------------------------------------------------------------------------


def test_every_code_has_its_place() -> None:
    reported = {code for *_, answer in answers(SORTED) for code in codes(answer)}
    assert reported == SOURCES.problems.keys() | CODES - set(OF_KEYS)
    schema = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]
    assert set(schema["enum"]) == SOURCES.problems.keys() | CODES
    plain = {code for *_, answer in answers(DOCUMENT) for code in codes(answer)}
    assert reported - plain == {"category_required"}
    keyed = openapi.document(config(api=Api(key=True)), SOURCES)
    reported = {code for *_, answer in answers(keyed) for code in codes(answer)}
    assert reported - plain == set(OF_KEYS)


def test_no_code_is_a_functions_and_the_gateways() -> None:
    """By it `verify` tells whether the gateway let somebody through."""
    assert not SOURCES.problems.keys() & CODES
    assert len(CODES) == len(GATEWAY_PROBLEMS)


@both
def test_every_code_stands_under_its_status(document: Json) -> None:
    for _, _, status, answer in answers(document):
        for code in set(codes(answer)) - CODES:
            assert SOURCES.problems[code]["status"] == int(status)
        for problem in GATEWAY_PROBLEMS.values():
            if problem.code in codes(answer):
                assert problem.status in {None, int(status)}


@both
def test_the_gateways_own_answers_are_on_every_route(document: Json) -> None:
    for _, _, operation in operations(document):
        own = {
            status
            for status, answer in operation["responses"].items()
            if CODES & set(codes(resolved(document, answer)))
        }
        assert own == GATEWAYS_OWN


@pytest.mark.parametrize(
    ("method", "path", "status", "header"),
    [
        ("POST", COLLECTION, "201", "ETag"),
        ("POST", COLLECTION, "201", "Location"),
        ("GET", ITEM, "200", "ETag"),
        ("GET", ITEM, "304", "ETag"),
        ("PUT", ITEM, "200", "ETag"),
        ("GET", COLLECTION, "503", "Retry-After"),
        ("GET", COLLECTION, "429", "Retry-After"),
        ("DELETE", ITEM, "401", "x-amzn-Remapped-WWW-Authenticate"),  # G14
        ("DELETE", ITEM, "401", "WWW-Authenticate"),
    ],
)
def test_an_answer_has_its_header(method: str, path: str, status: str, header: str) -> None:
    operation = DOCUMENT["paths"][path][method.lower()]
    assert header in resolved(DOCUMENT, operation["responses"][status])["headers"]


def test_the_web_site_that_may_read_is_reported() -> None:
    origin = "https://shop.example.com"
    reported = openapi.document(config(api=Api(cors_origin=origin)), SOURCES)
    headers = reported["components"]["headers"]
    assert headers["Access-Control-Allow-Origin"]["schema"]["enum"] == [origin]
    assert headers["Vary"]["schema"]["enum"] == ["Origin"]
    assert "Vary" not in DOCUMENT["components"]["headers"]
    several = openapi.document(config(api=Api(cors_origin=("https://a.example", origin))), SOURCES)
    reported = several["components"]["headers"]["Access-Control-Allow-Origin"]
    assert (reported["required"], origin in reported["schema"]["enum"]) == (False, True)


def test_the_guide_for_callers_has_every_error() -> None:
    guide = (ROOT / "docs" / "api.md").read_text("utf-8")
    for code, problem in SOURCES.problems.items():
        assert f"| {problem['status']} | `{code}` |" in guide
    for status, reported in GATEWAY.items():
        for code in reported:
            assert re.search(rf"^\| [\d, ]*{status}[\d, ]* \| `{code}` \|", guide, re.MULTILINE)


# -- examples --------------------------------------------------------------------------------------


def examples(part: Json) -> list[Any]:
    named = [each["value"] for each in part.get("examples", {}).values()]
    return named + ([part["example"]] if "example" in part else [])


@both
def test_every_example_keeps_its_schema(document: Json) -> None:
    checked = 0
    for _, _, operation in operations(document):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        parts = [resolved(document, answer) for answer in operation["responses"].values()]
        for part in (*bodies, *parts):
            for content in part.get("content", {}).values():
                assert examples(content)
                for example in examples(content):
                    within(document, content["schema"]).validate(example)
                    checked += 1
        for parameter in operation.get("parameters", []):
            for example in examples(parameter):
                within(document, parameter["schema"]).validate(example)
    assert checked > 50


@both
def test_every_problem_answer_shows_each_problem(document: Json) -> None:
    for _, _, _, answer in answers(document):
        if codes(answer):
            assert list(answer["content"][PROBLEM]["examples"]) == codes(answer)
