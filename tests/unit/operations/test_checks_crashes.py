"""verify: a function whose code can't be loaded is noted by its own account, and not waited for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from checks_aws import ScriptedApi, aws, http, problem

from productsapi.api_client import Answer
from productsapi.errors import AccessDenied, NotFound
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.access_denied import InvalidCredential, kept_out, refused
from productsapi.operations.verify.api import Api, function_of, log_of
from productsapi.operations.verify.function_errors import Crashes
from productsapi.operations.verify.round_trip import RoundTrip, new_product
from productsapi.routes import ROUTES
from productsapi.stack import Stack

BROKEN = http(502, {"message": "Internal server error"})
IMPORT = "Runtime.ImportModuleError: Unable to import module 'lambda_function': No module named 'x'"
SYNTAX = "Runtime.UserCodeSyntaxError: Syntax error in module 'lambda_function': invalid syntax"
NO_HANDLER = "Runtime.HandlerNotFound: Handler 'lambda_handler' missing on module"
SINCE = 1_700_000_000_000
PRODUCT = new_product()
ACCESS = InvalidCredential("the access token", "token", "id_token_required")


def logged(*messages: str) -> dict[str, Any]:
    return {
        "events": [
            {"logStreamName": "s", "timestamp": SINCE, "message": each, "eventId": str(number)}
            for number, each in enumerate(messages)
        ]
    }


def asked(stack: Stack, answer: Answer, log: Any) -> tuple[Api, list[str], Any]:
    """An Api whose functions all answer so, the waits that it makes, and the scripted AWS."""
    waits: list[str] = []
    to = aws(FilterLogEvents=log)
    api = Api(
        "https://api",
        ScriptedApi(lambda *_: answer),
        lambda _, reason: waits.append(reason),
        crash=Crashes(to, stack, SINCE),
    )
    return api, waits, to


@pytest.mark.parametrize("said", [IMPORT, SYNTAX, NO_HANDLER, "NameError: name 'x' is not defined"])
def test_what_the_log_has_is_not_waited_for(stack: Stack, said: str) -> None:
    lines = logged("INIT_START Runtime", f"[ERROR] {said}\rTraceback (most recent call last):\r")
    api, waits, to = asked(stack, BROKEN, lines)
    reply = api.patiently("GET", "/products?limit=1", "token")
    name = stack.function_name("get")
    assert (reply.crash, waits) == (f"{name} doesn't start: {said}", [])
    ((_, params),) = to.asked
    assert params["logGroupName"] == stack.log_group("get")
    assert params["startTime"] == SINCE


def test_a_log_that_is_late_is_looked_at_again(stack: Stack) -> None:
    late = iter([logged(), logged(f"[ERROR] {IMPORT}")])
    api, waits, _ = asked(stack, BROKEN, lambda _: next(late))
    assert api.patiently("GET", "/products").crash
    assert len(waits) == 1
    assert api.patiently("GET", "/products/P1").crash  # known: the log isn't asked again


@pytest.mark.parametrize(
    "log",
    [
        logged(),
        logged('{"level": "ERROR"}', "[WARNING] odd", "[ERROR]\t2026-11-22Z\tid\tsaid by a logger"),
        NotFound("FilterLogEvents", "ResourceNotFoundException", "no"),
        AccessDenied("FilterLogEvents", "AccessDeniedException", "no"),
    ],
)
def test_where_the_log_is_empty_it_is_waited_for(stack: Stack, log: Any) -> None:
    api, waits, _ = asked(stack, BROKEN, log)
    assert api.patiently("GET", "/products").crash is None
    assert waits


@pytest.mark.parametrize(
    "answer", [http(500), http(503), http(504), problem(500, "internal_error")]
)
def test_another_answer_is_no_reason_to_look(stack: Stack, answer: Answer) -> None:
    api, _, to = asked(stack, answer, logged(f"[ERROR] {IMPORT}"))
    assert api.patiently("GET", "/products").crash is None
    assert to.asked == []


def test_the_local_cloud_has_it_in_its_answer(stack: Stack) -> None:
    error = json.dumps({"errorMessage": "Worker init failed: No module named 'x'"})
    api, waits, to = asked(stack, http(502, {"message": error}), logged())
    crash = api.patiently("POST", "/products").crash
    name = stack.function_name("create")
    assert crash == f"{name} doesn't start: Worker init failed: No module named 'x'"
    assert (waits, to.asked) == ([], [])


@pytest.mark.parametrize("body", [None, [], {"message": 7}, {"message": "{"}, {"message": "[]"},
                                  {"message": '{"errorMessage": ""}'}])  # fmt: skip
def test_any_other_body_of_a_502_says_nothing(stack: Stack, body: Any) -> None:
    api, _, _ = asked(stack, http(502, body), logged())
    assert api.patiently("GET", "/products").crash is None


def found_in(api: Api) -> list[Finding]:
    """Every check that meets the functions."""
    trip = RoundTrip(api, "token", PRODUCT, "*")
    tries: dict[str, Any] = {"DELETE": ("/products/P1", None)}
    return [
        refused(api, ACCESS, PRODUCT), trip.create(), trip.read(), trip.list(), trip.update(),
        trip.delete(), *kept_out(api, "who", "token", tries, "not_owner"),
    ]  # fmt: skip


def test_no_deploy_is_advised_for_code_that_crashes(stack: Stack) -> None:
    api, waits, _ = asked(stack, BROKEN, logged(f"[ERROR] {SYNTAX}"))
    for finding in found_in(api):
        assert finding.state is State.FAILED
        assert f"doesn't start: {SYNTAX}" in finding.text
        assert finding.fix.startswith("productsapi logs")
    assert waits == []


def test_what_can_not_be_called_is_deployed_again(stack: Stack) -> None:
    api, _, _ = asked(stack, http(500), logged())
    assert refused(api, ACCESS, PRODUCT).fix == "productsapi deploy"


def test_whether_a_product_is_gone_may_be_unknown(stack: Stack) -> None:
    api, _, _ = asked(stack, BROKEN, logged(f"[ERROR] {IMPORT}"))
    api.send = ScriptedApi(lambda method, *_: http(204) if method == "DELETE" else BROKEN)
    assert RoundTrip(api, "token", PRODUCT, "*").delete().text.startswith("whether it is gone")


def test_each_request_has_its_function() -> None:
    for route in ROUTES:
        path = route.path.replace("{productId}", "P1") + "?limit=1"
        assert function_of(route.method, path) == route.function
        assert log_of(route.method, path) == f"productsapi logs {route.function}"
    assert function_of("OPTIONS", "/products") is None
    assert log_of("OPTIONS", "/products") == "productsapi logs"
