"""What the functions log, as an operator finds it: one line per request, nothing secret."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from typing import Any, NamedTuple

import pytest
from e2e_http import Answer, bearer, call, product
from e2e_project import PASSWORD, Deployed
from e2e_shop import new_user

from productsapi.routes import FUNCTIONS

SECRET = "marker-7f3a9c-of-a-description"
EVERY_LINE = {"level", "requestId", "extendedRequestId", "route", "status", "durationMs", "sub"}
OF_LAMBDA = re.compile(r"(START|END|REPORT|INIT_START) ")


class Expected(NamedTuple):
    function: str
    route: str
    status: int
    code: str | None
    answer: Answer


def messages(deployed: Deployed, function: str) -> list[str]:
    """All that was ever logged, by CloudWatch's own search."""
    pages = deployed.client("logs").get_paginator("filter_log_events")
    group = f"/aws/lambda/{deployed.reported['functions'][function]}"
    events = pages.paginate(logGroupName=group).build_full_result()["events"]
    return [event["message"].rstrip("\n") for event in events]


def lines(deployed: Deployed, function: str) -> list[dict[str, Any]]:
    """Our own lines; whatever is no JSON is Lambda's."""
    said = [each for each in messages(deployed, function) if not OF_LAMBDA.match(each)]
    return [json.loads(each) for each in said]


@pytest.fixture(scope="module")
def tokens_of_logged(deployed: Deployed) -> dict[str, str]:
    new_user(deployed, "logged")
    return deployed.tokens("logged")


@pytest.fixture(scope="module")
def sub(tokens_of_logged: dict[str, str]) -> str:
    payload = tokens_of_logged["IdToken"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


@pytest.fixture(scope="module")
def requests(deployed: Deployed, tokens_of_logged: dict[str, str]) -> list[Expected]:
    """Good and bad ones of every function, each with a secret in what is sent."""
    url = f"{deployed.reported['invoke_url']}/products"
    token = bearer(tokens_of_logged["IdToken"])
    body = product("LOGGED", description=SECRET, **{SECRET: SECRET})
    one = "/LOGGED"

    def asked(
        function: str, route: str, status: int, path: str = "", sent: str | None = None,
        *, code: str | None = None, **headers: str,
    ) -> Expected:  # fmt: skip
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = call(route.partition(" ")[0], url + path, {**token, **more}, sent)
        return Expected(function, route, status, code, answer)

    item = "/products/{productId}"
    return [
        asked("create", "POST /products", 201, sent=json.dumps(body)),
        asked("create", "POST /products", 409, sent=json.dumps(body), code="product_exists"),
        asked("create", "POST /products", 400, sent=f'{{"x": "{SECRET}', code="invalid_json"),
        asked(
            "create", "POST /products", 400,
            sent=json.dumps({"productId": SECRET, "stock": SECRET, "description": [SECRET]}),
            code="invalid_product",
        ),
        asked(
            "create", "POST /products", 415,
            sent=SECRET, code="unsupported_media_type", Content_Type=f"text/{SECRET}",
        ),
        asked("get", "GET /products", 200),
        asked("get", "GET /products", 400, f"?nextToken={SECRET}", code="invalid_parameter"),
        asked("get", f"GET {item}", 200, one),
        asked("get", f"GET {item}", 304, one, If_None_Match='"1"'),
        asked("get", f"GET {item}", 404, "/not-there", code="product_not_found"),
        asked("update", f"PUT {item}", 200, one, json.dumps({"description": SECRET})),
        asked(
            "update", f"PUT {item}", 412, one, json.dumps({"description": SECRET}),
            code="version_mismatch", If_Match='"9"',
        ),
        asked(
            "update", f"PUT {item}", 401, one, json.dumps({"description": SECRET}),
            code="id_token_required", **bearer(tokens_of_logged["AccessToken"]),
        ),
        asked("delete", f"DELETE {item}", 204, one),
        asked("delete", f"DELETE {item}", 404, one, code="product_not_found"),
    ]  # fmt: skip


def test_the_requests_were_answered_as_meant(requests: list[Expected]) -> None:
    assert [each.answer.status for each in requests] == [each.status for each in requests]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_request_has_one_whole_line(
    deployed: Deployed, requests: list[Expected], sub: str, function: str
) -> None:
    """In no order that counts; who was refused with 401 has no sub that could be trusted."""
    made = [each for each in requests if each.function == function and each.status != 401]
    reported = [line for line in lines(deployed, function) if line["sub"] == sub]
    found = Counter((line["route"], line["status"], line.get("code")) for line in reported)
    assert found == Counter((each.route, each.status, each.code) for each in made)
    assert len({line["requestId"] for line in reported}) == len(reported)
    for line in reported:
        assert set(line) - {"code"} == EVERY_LINE
        assert line["level"] == "INFO"
        assert 0 < line["durationMs"] < 10_000


def test_a_refusal_is_found_by_its_request_id(
    deployed: Deployed, requests: list[Expected], sub: str
) -> None:
    for each in requests:
        if each.code is None:
            continue
        request_id = each.answer.body["requestId"]
        found = [x for x in lines(deployed, each.function) if x["requestId"] == request_id]
        assert [(x["status"], x["code"]) for x in found] == [(each.status, each.code)]
        assert found[0]["sub"] == (None if each.status == 401 else sub)


def test_g15_the_header_and_the_body_have_one_id(
    deployed: Deployed, requests: list[Expected]
) -> None:
    """Also of a success, whose body tells none: the function's line is found by the header."""
    reported = {name: [x["requestId"] for x in lines(deployed, name)] for name in FUNCTIONS}
    for each in requests:
        name = each.answer.headers["x-amzn-requestid"]
        assert reported[each.function].count(name) == 1
        assert each.code is None or each.answer.body["requestId"] == name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_secret_is_logged_by_anyone(
    deployed: Deployed, requests: list[Expected], tokens_of_logged: dict[str, str], function: str
) -> None:
    """Not by our own lines and not by what the platform adds: in nothing that is there."""
    everything = "\n".join(messages(deployed, function))
    assert everything
    for secret in (SECRET, PASSWORD, "Bearer ", "Smartphone Model X", "Authorization"):
        assert secret not in everything
    for name in ("IdToken", "AccessToken", "RefreshToken"):
        for part in tokens_of_logged[name].split("."):
            assert part not in everything, name
