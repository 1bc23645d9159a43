"""Who gets in: every route with every kind of token, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from e2e_http import Answer, a_good_call, bearer, call, product
from e2e_project import PASSWORD, Deployed

from productsapi.gateway_problems import CODES
from productsapi.routes import COLLECTION, PATHS, ROUTES, Route

UNAUTHORIZED = 401
FORBIDDEN = 403

every_route = pytest.mark.parametrize("route", ROUTES, ids=str)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def decoded(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def forged(token: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """The same signature under another header or other claims."""
    head, payload, signature = token.split(".")
    new_head = encoded({**decoded(head), **header}) if header else head
    return f"{new_head}.{encoded({**decoded(payload), **claims})}.{signature}"


def with_tampered_signature(token: str) -> str:
    head, payload, signature = token.split(".")
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return f"{head}.{payload}.{signature[:middle]}{other}{signature[middle + 1 :]}"


def signed_with_hmac(token: str, key: bytes) -> str:
    """The trick of using what is public, the key that verifies, as a shared secret."""
    head, payload, _ = token.split(".")
    text = f"{encoded({**decoded(head), 'alg': 'HS256'})}.{payload}"
    signature = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@pytest.fixture(scope="module")
def public_key(deployed: Deployed) -> bytes:
    pool = deployed.reported["user_pool_id"]
    answer = call("GET", f"{deployed.reported['endpoint_url']}/{pool}/.well-known/jwks.json")
    return answer.text.encode()


@pytest.fixture(scope="module")
def of_another_pool(deployed: Deployed) -> str:
    """An ID token that is right in every way, of a user with the same name, of another pool."""
    cognito = deployed.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    try:
        made = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )
        user = {"UserPoolId": pool, "Username": "token-owner"}
        cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
        return deployed.tokens("token-owner", made["UserPoolClient"]["ClientId"])["IdToken"]
    finally:
        cognito.delete_user_pool(UserPoolId=pool)


@pytest.fixture(scope="module")
def expired(deployed: Deployed, tokens: dict[str, str]) -> str:
    """An ID token of our pool that was good for one second."""
    cognito, pool = deployed.client("cognito-idp"), deployed.reported["user_pool_id"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="brief",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        IdTokenValidity=1,
        TokenValidityUnits={"IdToken": "seconds"},
    )
    client_id = made["UserPoolClient"]["ClientId"]
    try:
        token = deployed.tokens("token-owner", client_id)["IdToken"]
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client_id)
    end = decoded(token.split(".")[1])["exp"]
    time.sleep(max(0.0, end - time.time()) + 1.1)
    return token


BAD = (
    "no header", "an empty header", "Bearer alone", "garbage", "two parts of three",
    "tampered signature", "no signature", "swapped payload", "a longer life", "alg none",
    "alg none unsigned", "alg HS256", "expired", "of another pool", "of another pool, our key id",
    "the refresh token", "the access token",
)  # fmt: skip

PASSED_ON = ("the refresh token", "the access token")
"""Refused by our own functions: unlike AWS, the local gateway lets these through to them."""


@pytest.fixture(scope="module")
def bad(
    tokens: dict[str, str], expired: str, of_another_pool: str, public_key: bytes
) -> dict[str, dict[str, str]]:
    """The headers of each bad kind."""
    token = tokens["IdToken"]
    head, payload, _ = token.split(".")
    none = f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}."
    our_key = {"kid": decoded(head)["kid"]}
    made = {
        "garbage": bearer("garbage"),
        "two parts of three": bearer(f"{head}.{payload}"),
        "tampered signature": bearer(with_tampered_signature(token)),
        "no signature": bearer(f"{head}.{payload}."),
        "swapped payload": bearer(forged(token, sub="somebody-else")),
        "a longer life": bearer(forged(token, exp=int(time.time()) + 10**8)),
        "alg none": bearer(none + token.split(".")[2]),
        "alg none unsigned": bearer(none),
        "alg HS256": bearer(signed_with_hmac(token, public_key)),
        "expired": bearer(expired),
        "of another pool": bearer(of_another_pool),
        "of another pool, our key id": bearer(forged(of_another_pool, header=our_key)),
        "the refresh token": bearer(tokens["RefreshToken"]),
        "the access token": bearer(tokens["AccessToken"]),
    }
    return {
        "no header": {},
        "an empty header": {"Authorization": ""},
        "Bearer alone": {"Authorization": "Bearer"},
        **made,
    }


@pytest.fixture
def there(deployed: Deployed, id_token: str, product_id: str) -> str:
    """A product that is there, for what an item's routes need."""
    url = f"{deployed.reported['invoke_url']}{COLLECTION}"
    answer = call("POST", url, bearer(id_token), json.dumps(product(product_id)))
    assert answer.status == 201, answer
    return product_id


def called(deployed: Deployed, route: Route, product_id: str, headers: dict[str, str]) -> Answer:
    return a_good_call(deployed.reported["invoke_url"], route, product_id, headers)


def reached_a_function(answer: Answer) -> bool:
    """The functions refuse without claims too, which alone would hide that the gateway is open."""
    problem = answer.headers.get("content-type") == "application/problem+json"
    said = bool(answer.text)  # an answer to HEAD isn't
    return problem and said and answer.body.get("code") not in CODES


@every_route
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_is_refused(
    deployed: Deployed, bad: dict[str, dict[str, str]], product_id: str, route: Route, kind: str
) -> None:
    """On every route of the table, so that a new one is covered the day it comes."""
    answer = called(deployed, route, product_id, bad[kind])
    assert answer.status == UNAUTHORIZED, f"{route} let in {kind}: {answer}"
    if kind not in PASSED_ON:
        assert not reached_a_function(answer), f"{route}: the gateway let in {kind}"


def test_every_kind_of_bad_token_is_made(bad: dict[str, dict[str, str]]) -> None:
    assert set(bad) == set(BAD)


@every_route
@pytest.mark.parametrize("kind", PASSED_ON)
def test_what_is_no_id_token_is_refused_with_reason(
    deployed: Deployed, bad: dict[str, dict[str, str]], product_id: str, route: Route, kind: str
) -> None:
    answer = called(deployed, route, product_id, bad[kind])
    assert answer.status == UNAUTHORIZED
    assert answer.body["code"] == "id_token_required"


@every_route
@pytest.mark.parametrize("form", ["Bearer {}", "{}"])
def test_an_id_token_is_let_in_with_and_without_bearer(
    deployed: Deployed, id_token: str, there: str, route: Route, form: str
) -> None:
    which = there if "{productId}" in route.path else f"{there}-new"
    answer = called(deployed, route, which, {"Authorization": form.format(id_token)})
    assert 200 <= answer.status < 300, f"{route}: {answer}"


@every_route
def test_a_token_counts_in_its_header_only(
    deployed: Deployed, id_token: str, product_id: str, route: Route
) -> None:
    url = deployed.reported["invoke_url"] + route.path.replace("{productId}", product_id)
    asked = call(
        route.method, f"{url}?Authorization={id_token}", {"Cookie": f"Authorization={id_token}"}
    )
    assert asked.status == UNAUTHORIZED


# -- the canary: should anything get in anonymously, stop everything ---------------------------


def alarm(what: str) -> None:
    pytest.exit(f"SECURITY: {what} got in WITHOUT A TOKEN", returncode=1)


@every_route
def test_canary_nothing_gets_in_anonymously(deployed: Deployed, there: str, route: Route) -> None:
    answer = called(deployed, route, there, {})
    if answer.status != UNAUTHORIZED or reached_a_function(answer):
        alarm(f"{route} ({answer.status})")


@pytest.mark.parametrize("path", PATHS)
def test_canary_only_options_answers_anonymously(deployed: Deployed, there: str, path: str) -> None:
    """Also the methods that nobody meant to be there: 403 where there is none."""
    url = deployed.reported["invoke_url"] + path.replace("{productId}", there)
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "LINK"):
        body = "{}" if method in ("POST", "PUT", "PATCH") else None
        answer = call(method, url, {}, body)
        if answer.status < 400 or reached_a_function(answer):
            alarm(f"{method} {path} ({answer.status})")
        assert answer.status in (UNAUTHORIZED, FORBIDDEN, 404, 405), (method, path, answer)


def test_canary_what_was_refused_had_no_effect(
    deployed: Deployed, id_token: str, there: str
) -> None:
    url = f"{deployed.reported['invoke_url']}{COLLECTION}"
    before = call("GET", f"{url}/{there}", bearer(id_token))
    call("PUT", f"{url}/{there}", {}, '{"stock": 666}')
    call("DELETE", f"{url}/{there}")
    call("POST", url, {}, json.dumps(product(f"{there}-uninvited")))
    assert call("GET", f"{url}/{there}", bearer(id_token))[2] == before.text
    assert call("GET", f"{url}/{there}-uninvited", bearer(id_token)).status == 404


def test_canary_each_method_has_our_authorizer(deployed: Deployed) -> None:
    """As the control plane tells it, of whatever stands in the API."""
    gateway, api = deployed.client("apigateway"), deployed.reported["api_id"]
    (authorizer,) = gateway.get_authorizers(restApiId=api)["items"]
    assert authorizer["providerARNs"][0].endswith(deployed.reported["user_pool_id"])
    resources = gateway.get_resources(restApiId=api, embed=["methods"], limit=500)["items"]
    methods = {
        f"{method} {resource['path']}": (
            reported["authorizationType"],
            reported.get("authorizerId"),
        )
        for resource in resources
        for method, reported in resource.get("resourceMethods", {}).items()
    }
    closed = ("COGNITO_USER_POOLS", authorizer["id"])
    assert methods == {str(route): closed for route in ROUTES} | {
        f"OPTIONS {path}": ("NONE", None) for path in PATHS
    }
