"""Attacks that are tried for real: by web pages, by bodies and paths, and by what others stored."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from e2e_commands import PATIENCE
from e2e_http import bearer, call, product
from e2e_project import PASSWORD, Deployed, client
from e2e_shop import new_user, signed_in

EVIL = {"Origin": "https://evil.example"}
STEERING = "\x1b[2J \u009b31m \u202egnp.exe"

# -- a page in the browser of whoever runs a local cloud -------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [EVIL, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}],
)
def test_no_page_empties_the_local_cloud(
    deployed: Deployed, id_token: str, headers: dict[str, str]
) -> None:
    """A plain POST, which browsers send unasked; also under a name that leads to 127.0.0.1."""
    answer = call("POST", f"{deployed.reported['endpoint_url']}/_ministack/reset", headers, "")
    assert answer.status == 403
    assert (
        call("GET", f"{deployed.reported['invoke_url']}/products", bearer(id_token)).status == 200
    )


def test_no_page_uses_the_root_keys_all_know(deployed: Deployed) -> None:
    cognito = client("cognito-idp", deployed.reported["endpoint_url"])

    def as_a_page(request: Any, **_: Any) -> None:
        request.headers["Origin"] = EVIL["Origin"]

    assert cognito.list_user_pools(MaxResults=1)["UserPools"]
    cognito.meta.events.register("before-send", as_a_page)
    try:
        with pytest.raises(ClientError, match="403"):
            cognito.list_user_pools(MaxResults=1)
    finally:
        cognito.meta.events.unregister("before-send", as_a_page)


def test_an_apps_page_signs_in_and_uses_the_api(deployed: Deployed) -> None:
    new_user(deployed, "of-a-page")
    asked = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": deployed.reported["client_id"],
        "AuthParameters": {"USERNAME": "of-a-page", "PASSWORD": PASSWORD},
    }
    parts = urlsplit(deployed.reported["endpoint_url"])
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        connection.request("POST", "/", json.dumps(asked), {**EVIL, **target, **kind})
        token = json.loads(connection.getresponse().read())["AuthenticationResult"]["IdToken"]
    finally:
        connection.close()
    url = f"{deployed.reported['invoke_url']}/products"
    assert call("GET", url, {**EVIL, **bearer(token)}).status == 200


# -- bodies, paths and headers ---------------------------------------------------------------------

BODIES = {
    "huge": ('{"x": "' + "x" * 3_000_000 + '"}', 413),
    "deep": ("[" * 200_000, 400),
    "many": ('{"productId": {' + ",".join(f'"{n}": {n}' for n in range(10_000)) + "}}", 400),
    "digits": ('{"productPrice": 1' + "0" * 100_000 + "}", 400),
    "exponent": ('{"productPrice": 1e999999999}', 400),
    "surrogate": ('{"productName": "\\ud800"}', 400),
    "twice": ('{"productId": "A", "productId": "B"}', 400),
    "prototype": ('{"__proto__": {"admin": true}}', 400),
}
PATHS = (
    "..%2F..%2F_ministack%2Freset",
    "%00",
    "%0d%0aX-Evil:1",
    "%F0%9F%92%A9" * 600,
    "%ff",
    "'%20OR%201=1",
)


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_gets_more_than_a_refusal(deployed: Deployed, id_token: str, kind: str) -> None:
    body, status = BODIES[kind]
    url = f"{deployed.reported['invoke_url']}/products"
    answer = call("POST", url, bearer(id_token), body)
    assert answer.status == status, answer.text[:300]
    assert len(answer.text) < 50_000


@pytest.mark.parametrize("path", PATHS)
def test_no_path_or_query_gets_more_than_a_refusal(
    deployed: Deployed, id_token: str, path: str
) -> None:
    products = f"{deployed.reported['invoke_url']}/products"
    for url in (f"{products}/{path}", f"{products}?nextToken={path}", f"{products}?limit={path}"):
        answer = call("GET", url, bearer(id_token))
        assert 400 <= answer.status < 500, (url, answer)
        assert "x-evil" not in answer.headers


# -- what others stored ----------------------------------------------------------------------------


def test_what_another_user_stored_steers_no_terminal(deployed: Deployed, product_id: str) -> None:
    """What would clear the screen, colour or turn round a text is the same as JSON's escapes."""
    new_user(deployed, "mallory")
    url = f"{deployed.reported['invoke_url']}/products"
    made = product(product_id, description=STEERING)
    assert call("POST", url, signed_in(deployed, "mallory"), json.dumps(made)).status == 201
    deployed.project.make_user("reader")
    deployed.project.sign_in("reader")
    words = ("request", "GET", f"/products/{product_id}", "--local", "--user", "reader")
    for out in (deployed.project.run(*words).out, deployed.project.run(*words, "--json").out):
        assert not {"\x1b", "\u009b", "\u202e"} & set(out)
        reported = json.loads(out)
        assert reported.get("body", reported)["description"] == STEERING
