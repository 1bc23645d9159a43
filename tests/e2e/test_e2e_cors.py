"""What a browser needs: preflights without a token, and CORS on refusals too."""

from __future__ import annotations

import pytest
from e2e_http import bearer, call
from e2e_project import Deployed

from productsapi.routes import COLLECTION, PATHS, ROUTES, Route, methods

ORIGIN = {"Origin": "https://shop.example.com"}


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_names_what_is_allowed(deployed: Deployed, path: str) -> None:
    url = deployed.reported["invoke_url"] + path.replace("{productId}", "P1")
    asked = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
    answer = call("OPTIONS", url, asked)
    assert answer.status in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-methods"]
    assert set(methods(path)) <= {name.strip() for name in allowed.split(",")}
    names = answer.headers["access-control-allow-headers"].lower()
    assert {"authorization", "content-type"} <= {name.strip() for name in names.split(",")}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_browsers_can_read_the_gateways_refusals(deployed: Deployed, route: Route) -> None:
    """Without CORS on the 401 a page only learns that "something" failed."""
    url = deployed.reported["invoke_url"] + route.path.replace("{productId}", "P1")
    answer = call(route.method, url, ORIGIN)
    assert answer.status == 401
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/problem+json", None])
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [(COLLECTION, 401, "sign_in_required"), ("/nothing", 403, "unknown_route")],
)
def test_the_gateways_refusals_are_problems(
    deployed: Deployed, path: str, status: int, code: str, accept: str | None
) -> None:
    headers = {**ORIGIN, **({"Accept": accept} if accept else {})}
    answer = call("GET", deployed.reported["invoke_url"] + path, headers)
    body = answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body["requestId"] == answer.headers["x-amzn-requestid"]


def test_an_unknown_path_is_a_403_with_cors(deployed: Deployed, id_token: str) -> None:
    for headers in ({}, bearer(id_token)):
        answer = call("GET", f"{deployed.reported['invoke_url']}/nothing", {**ORIGIN, **headers})
        assert answer.status == 403
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_functions_answer_carries_cors(deployed: Deployed, id_token: str) -> None:
    for path, status in ((COLLECTION, 200), (f"{COLLECTION}/not-there", 404)):
        answer = call("GET", deployed.reported["invoke_url"] + path, {**ORIGIN, **bearer(id_token)})
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, "*")
