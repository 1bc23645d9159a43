"""Everything follows the table of routes: seen by adding one, in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sources
from openapi_spec_validator import OpenAPIV31SpecValidator
from route_added import PATH, ROUTE

from productsapi import openapi, routes
from productsapi.config import Config
from productsapi.operator_policy import TABLE
from productsapi.options.cache import key as cache_key
from productsapi.routes import ROUTES, Route, route_of

LAMBDA_SRC = sources.PACKAGE.parent / "lambda_src"


@pytest.fixture(scope="module")
def added() -> Any:
    script = Path(__file__).with_name("route_added.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gateway_gets_each_path_under_its_parent(added: Any) -> None:
    """Those between too, which answer nothing themselves."""
    assert added["paths"] == {
        "/products": ["api_id", "root_id"],
        "/products/{productId}": ["api_id", "id of /products"],
        "/products/{productId}/changes": ["api_id", "id of /products/{productId}"],
        PATH: ["api_id", "id of /products/{productId}/changes"],
    }


def test_its_method_is_locked_and_reaches_its_function(added: Any) -> None:
    assert added["authorization"] == "COGNITO_USER_POOLS"
    assert ":function:getproductfunction:live/" in added["uri"]
    assert added["preflight"]
    assert len(added["waited for"]) == 2, "no deployment is made before they are there"


def test_its_function_lets_the_gateway_in(added: Any) -> None:
    assert added["permission"].endswith(":a1/*/GET/products/*/changes/*")
    assert "invoke permission GET /products" in added["permission after"]


def test_its_cached_answers_are_told_apart(added: Any) -> None:
    assert added["cached"]
    wanted = {"path.productId", "path.changeId", "querystring.since", "header.Authorization"}
    assert {f"method.request.{name}" for name in wanted} <= set(added["cache"])
    assert "method.request.querystring.category" not in added["cache"]
    assert added["digest"] != cache_key.DIGEST


def test_the_key_of_stacks_that_are_there_stays() -> None:
    """Another digest would make each stack with a cache a new deployment."""
    assert cache_key.DIGEST == "a3f1cb0d"


def test_what_is_ours_is_known_under_any_spelling(added: Any) -> None:
    assert added["adopted"] == PATH
    assert added["foreign"] == {f"PUT {PATH}": "X"}


def test_the_document_describes_it(added: Any) -> None:
    item = added["document"]
    assert [each["name"] for each in item["parameters"]] == ["productId", "changeId"]
    assert item["get"]["operationId"] == "getChange"
    assert [each["name"] for each in item["get"]["parameters"]] == ["since"]
    config = Config(schema=1, stack="shop", region="eu-west-2")
    document = openapi.document(config, openapi.read(LAMBDA_SRC))
    document["paths"][PATH] = item
    OpenAPIV31SpecValidator(document).validate()


def test_client_and_verify_know_it(added: Any) -> None:
    assert added["served"] == ROUTE
    assert added["function"] == "get"
    assert added["requested"].startswith("/products/P1/changes/")
    assert added["explained"].startswith(f"API Gateway doesn't know {ROUTE} here yet")
    assert added["looked at"]
    assert added["limited"]


def test_rights_name_no_single_path() -> None:
    """So whoever may deploy today may deploy a route more."""
    deploying = {right.operation for right in TABLE if right.service == "apigateway"}
    assert {"CreateResource", "PutMethod", "PutIntegration"} <= deploying
    texts = sources.texts(sources.PACKAGE / "operator_policy" / "gateway.py")
    assert not [text for text in texts if "/products" in text]


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/products", "listProducts"),
        ("GET", "/products/", "listProducts"),
        ("GET", "/products?limit=5", "listProducts"),
        ("GET", "/products/P1?category=a/b", "getProduct"),
        ("DELETE", "/products/P%2F1", "deleteProduct"),
        ("DELETE", "/products", None),
        ("GET", "/products/P1/more", None),
        ("GET", "/", None),
        ("PATCH", "/products/P1", "patchProduct"),
        ("PATCH", "/products", None),
    ],
)
def test_a_request_belongs_to_one_route(method: str, path: str, found: str | None) -> None:
    route = route_of(method, path)
    assert (route and route.operation) == found


def test_a_plain_path_goes_before_a_variable_one(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Route("GET", "/products/count", "get", "countProducts")
    monkeypatch.setattr(routes, "ROUTES", (*ROUTES, counted))
    assert route_of("GET", "/products/count") is counted


def test_operations_are_told_apart() -> None:
    assert len({route.operation for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("function", routes.FUNCTIONS)
def test_a_handler_lists_the_routes_it_serves(function: str) -> None:
    """The functions import nothing of ours: their own list is held against the table."""
    text = (LAMBDA_SRC / f"{function}_product" / "lambda_function.py").read_text("utf-8")
    reported = set(re.findall(r'(?m)^(?:""")?([A-Z]+ /\S*?):', text))
    assert reported == {str(route) for route in ROUTES if route.function == function}
