"""Stages of others whose authorization the endpoint doesn't report: tried, not taken for closed."""

from __future__ import annotations

from typing import Any

import pytest
from checks_aws import NO_ROUTE, UNAUTHORIZED, ScriptedApi, aws, http, problem

from productsapi.api_client import Answer
from productsapi.engine.outputs import Outputs
from productsapi.errors import RequestFailed
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify import stage
from productsapi.operations.verify.api import Api
from productsapi.operations.verify.unauthenticated import OUR_ROUTES, others, tried, unknown
from productsapi.steps.deployment import served

KNOWN = Outputs({"api_id": "abcdefghij", "served_id": "dep000"})
UNREPORTED: dict[str, Any] = {"/products": {"GET": {}, "POST": {}, "OPTIONS": {}}}
LOCKED = {"authorizationType": "COGNITO_USER_POOLS"}


def stages(**by_name: Any) -> Any:
    """An API whose stages serve these summaries; the name is the deployment's id too."""
    listed = [{"stageName": name, "deploymentId": name} for name in ("dev", *by_name)]
    return aws(
        GetStages={"item": listed},
        GetDeployment=lambda params: {"id": "x", "apiSummary": by_name[params["deploymentId"]]},
    )


@pytest.mark.parametrize(
    ("serves", "unreported"),
    [
        (UNREPORTED, ["GET /products", "POST /products"]),
        ({"/products": {"GET": LOCKED}}, []),
        ({"/products": {"GET": LOCKED, "PUT": {}}}, ["PUT /products"]),
        ({}, list(OUR_ROUTES)),  # nothing reported is not nothing served
    ],
)
def test_what_is_absent_is_unknown(serves: Any, unreported: list[str]) -> None:
    ((name, methods),) = others(stages(old=serves), KNOWN, "dev")
    assert (name, unknown(methods)) == ("old", unreported)
    (found,) = stage.other_stages(stages(old=serves), KNOWN, "dev")
    assert (found.check, found.state) == ("stage old", State.WARNING)
    assert ("doesn't say" in found.text) == bool(unreported)


def test_absent_authorization_keeps_its_word_in_json() -> None:
    seen = served(stages(dev=UNREPORTED), Outputs({"api_id": "abcdefghij", "served_id": "dev"}))
    assert seen == {
        "deployment": "dev",
        "methods": dict.fromkeys(
            ["GET /products", "OPTIONS /products", "POST /products"], "not told"
        ),
    }


def asked(*methods: str, answer: Answer | RequestFailed) -> tuple[Finding, ScriptedApi]:
    def answered(*_: object) -> Answer:
        if isinstance(answer, RequestFailed):
            raise answer
        return answer

    scripted = ScriptedApi(answered)
    api = Api("https://api", scripted, lambda *_wait: None)
    return tried(api, "old", methods, "P1"), scripted


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (UNAUTHORIZED, State.OK),
        (NO_ROUTE, State.OK),
        (http(200, []), State.OPEN),
        (http(404, {"code": "not_found"}), State.OPEN),
        (problem(403, "no_group"), State.OPEN),
        (problem(401, "token_required"), State.OPEN),
        (http(502, {"message": "Internal server error"}), State.FAILED),
        (RequestFailed("no answer"), State.FAILED),
    ],
)
def test_routes_are_tried_without_a_token(answer: Answer | RequestFailed, state: State) -> None:
    found, scripted = asked(*OUR_ROUTES, answer=answer)
    assert (found.check, found.state) == ("stage old refuses no token", state)
    assert ("--delete-foreign" in found.fix) == (state is not State.OK)
    assert {token for _, _, token in scripted.sent} == {None}
    assert [f"{m} {p}" for m, p, _ in scripted.sent] == [
        route.replace("{productId}", "P1") for route in OUR_ROUTES
    ]


def test_what_would_do_harm_is_not_tried() -> None:
    """A method of others may do anything: only what reads is asked."""
    methods = ("DELETE /everything", "GET /hook/{proxy+}", "ANY /any", "GET /products")
    found, scripted = asked(*methods, answer=UNAUTHORIZED)
    assert found.state is State.WARNING
    assert "not known for DELETE /everything" in found.text
    assert [f"{m} {p}" for m, p, _ in scripted.sent] == [
        "GET /hook/P1", "GET /any", "GET /products",
    ]  # fmt: skip


def test_others_methods_on_our_stage_are_tried_too() -> None:
    serves = {**UNREPORTED, "/hook": {"GET": {}, "OPTIONS": {}}}
    scripted = aws(GetDeployment={"id": "dep000", "apiSummary": serves})
    assert stage.unknown_of_others(scripted, KNOWN) == ["GET /hook"]
