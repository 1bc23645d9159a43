"""One web site's origin, as in prod.yaml: that one is named everywhere, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from e2e_cloud import Clouds
from e2e_http import Answer, call, product
from e2e_project import Deployed
from e2e_shop import Shop, new_shop, new_user, signed_in

from productsapi.routes import PATHS, ROUTES, Route, methods

SHOP = "https://shop.example.com"
ORIGINS = (SHOP, "https://evil.example.com", "null", None)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, clouds: Clouds) -> Iterator[Shop]:
    with new_shop(tmp_path_factory.mktemp("cors-origin"), clouds, "config/prod.yaml") as shop:
        yield shop


@pytest.fixture(scope="module")
def deployed(shop: Shop) -> Deployed:
    return shop.deploy()


@pytest.fixture(scope="module")
def header(deployed: Deployed) -> dict[str, str]:
    new_user(deployed, "buyer")
    return signed_in(deployed, "buyer")


def tells(answer: Answer, origin: str) -> None:
    assert answer.headers.get("access-control-allow-origin") == origin, answer
    assert "access-control-allow-credentials" not in answer.headers


def asked(deployed: Deployed, method: str, path: str, headers: dict[str, str]) -> Answer:
    url = deployed.reported["invoke_url"] + path.replace("{productId}", "P1")
    return call(method, url, headers)


def coming_from(origin: str | None) -> dict[str, str]:
    return {"Origin": origin} if origin else {}


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("path", PATHS)
def test_preflights_name_the_one_origin(deployed: Deployed, path: str, origin: str | None) -> None:
    for method in methods(path):
        wanted = {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,if-match",
        }
        answer = asked(deployed, "OPTIONS", path, {**coming_from(origin), **wanted})
        assert answer.status in (200, 204)
        tells(answer, SHOP)


@pytest.mark.parametrize("origin", ORIGINS)
def test_answers_and_refusals_of_the_functions_name_it(
    deployed: Deployed, header: dict[str, str], product_id: str, origin: str | None
) -> None:
    url = f"{deployed.reported['invoke_url']}/products"
    one, headers = f"{url}/{product_id}", {**coming_from(origin), **header}
    answers = [
        call("POST", url, headers, json.dumps(product(product_id))),
        call("POST", url, headers, "{}"),
        call("GET", url, headers),
        call("GET", one, {**headers, "If-None-Match": '"1"'}),
        call("PUT", one, {**headers, "If-Match": '"7"'}, '{"stock": 1}'),
        call("DELETE", one, headers),
        call("GET", one, headers),
    ]
    assert [each.status for each in answers] == [201, 400, 200, 304, 412, 204, 404]
    for answer in answers:
        tells(answer, SHOP)
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_gateways_own_refusals_name_it(deployed: Deployed, route: Route) -> None:
    refused = asked(deployed, route.method, route.path, {"Origin": "https://evil.example.com"})
    assert refused.status == 401
    tells(refused, SHOP)
    unknown = asked(deployed, route.method, "/nothing", {"Origin": SHOP})
    assert unknown.status == 403
    tells(unknown, SHOP)


def test_of_several_each_is_reported_and_no_other(
    shop: Shop, deployed: Deployed, header: dict[str, str]
) -> None:
    other, evil = "http://localhost:5173", "https://evil.example.com"
    shop.deploy({f"cors_origin: {SHOP}": f"cors_origin: [{SHOP}, {other}]"})
    assert shop.to_do == []
    for origin in (SHOP, other):
        for path in PATHS:
            answer = asked(deployed, "OPTIONS", path, {"Origin": origin})
            tells(answer, origin)
            assert (answer.status, answer.text) == (204, "")
            assert answer.headers["access-control-max-age"] == "7200"
        answer = asked(deployed, "GET", PATHS[0], {"Origin": origin, **header})
        tells(answer, origin)
        assert "x-amzn-RequestId" in answer.headers["access-control-expose-headers"]
    for method in ("OPTIONS", "GET"):
        answer = asked(deployed, method, PATHS[0], {"Origin": evil, **header})
        assert answer.status in (200, 204)
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"
    tells(asked(deployed, "GET", PATHS[0], {"Origin": evil}), "*")  # it holds no data
    shop.project.run("verify", "--local", "-c", "config/prod.yaml")
    shop.deploy()


def test_another_origin_reaches_gateway_and_functions(
    shop: Shop, deployed: Deployed, header: dict[str, str]
) -> None:
    other = "https://new.example.org:8443"
    shop.deploy({f"cors_origin: {SHOP}": f"cors_origin: {other}"})
    assert shop.to_do == []
    for path in PATHS:
        tells(asked(deployed, "OPTIONS", path, {"Origin": SHOP}), other)
        tells(asked(deployed, "GET", path, {"Origin": SHOP}), other)
        tells(asked(deployed, "GET", path, {"Origin": SHOP, **header}), other)
    tells(asked(deployed, "GET", "/nothing", {}), other)
    shop.deploy()
    assert shop.to_do == []
    tells(asked(deployed, "OPTIONS", PATHS[0], {"Origin": SHOP}), SHOP)
    tells(asked(deployed, "GET", PATHS[0], {"Origin": SHOP, **header}), SHOP)
