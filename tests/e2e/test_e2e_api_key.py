"""An API key beside the token, on the local cloud, which asks for it as AWS does."""

from __future__ import annotations

from typing import Any

import leaks
from e2e_http import bearer, call
from e2e_project import Project, client, left_behind

SECRET = "productsapi/products-dev/api-key"
USER = "keyholder"


def key_in(endpoint_url: str) -> str:
    """From now on none of the suite's output may hold it: see leaks.py."""
    secrets = client("secretsmanager", endpoint_url)
    value = str(secrets.get_secret_value(SecretId=SECRET)["SecretString"])
    leaks.secret(value)
    return value


def test_from_the_first_call_to_the_last_key(project: Project) -> None:
    """Deployed, called, rotated, verified, torn down and made again; the value is never noted."""
    project.config("\n  key: false\n", "\n  key: true\n")
    reported = project.json("deploy", "--local")
    assert project.json("plan", "--local") == []
    first = key_in(reported["endpoint_url"])

    project.make_user(USER)
    project.sign_in(USER)
    assert project.json("request", "GET", "/products", "--local")["status"] == 200
    refused = project.run("request", "GET", "/products", "--no-key", "--local", code=8)
    assert "No API key was sent (--no-key)" in refused.err
    assert "rotate" not in refused.err
    own = {"PRODUCTSAPI_API_KEY": "another"}
    project.run("request", "GET", "/products", "--local", code=8, env=own)
    preflight = {"Origin": "https://shop.example.com", "Access-Control-Request-Method": "GET"}
    assert call("OPTIONS", f"{reported['invoke_url']}/products", preflight).status == 204

    rotated = project.json("key", "rotate", "--keep-old", "--local")
    assert rotated["secret"] == SECRET
    second = key_in(reported["endpoint_url"])
    assert second != first
    assert [each["resource"] for each in project.json("plan", "--local")] == [
        "api key products-dev"
    ]
    token = project.run("user", "token", USER, "--local").out.strip()
    for key, status in ((first, 200), (second, 200)):
        assert _status(reported, token, key) == status
    project.run("key", "rotate", "--local")
    third = key_in(reported["endpoint_url"])
    statuses = [_status(reported, token, key) for key in (first, second, third)]
    assert statuses == [403, 403, 200]
    assert project.json("plan", "--local") == []

    verified = project.run("verify", "--local").out
    assert "refuses no API key" in verified
    assert "refuses a wrong API key" in verified

    project.run("teardown", "--local", "--yes", "--delete-data")
    assert not any(left_behind(reported["endpoint_url"]).values())
    gateway = client("apigateway", reported["endpoint_url"])
    assert gateway.get_api_keys()["items"] == gateway.get_usage_plans()["items"] == []
    again = project.json("deploy", "--local")
    fourth = key_in(again["endpoint_url"])
    assert len({first, second, third, fourth}) == 4

    project.config("\n  key: true\n", "\n  key: false\n")
    project.run("deploy", "--local")
    assert gateway.get_api_keys()["items"] == gateway.get_usage_plans()["items"] == []
    assert project.json("plan", "--local") == []


def _status(reported: dict[str, Any], token: str, key: str) -> int:
    headers = {**bearer(token), "X-Api-Key": key}
    return call("GET", f"{reported['invoke_url']}/products", headers).status
