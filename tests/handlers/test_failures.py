"""What goes wrong, and what may come: each answer is well-formed and tells nothing inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness import HANDLERS, SMARTPHONE, TABLE, Api
from made_apis import memory_api
from memory_table import MemoryTable, refused
from shared.service_errors import UNREACHABLE, UNREADABLE, UNTRUSTED, ServiceError


class Failing:
    """A client whose calls all fail in one way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            raise self.error

        return call


class LostAnswers(MemoryTable):
    """Each change is done, its answer gets lost, and it is sent once more."""

    def _again(self, name: str, asked: dict[str, Any]) -> Any:
        call = getattr(super(), name)
        call(**asked)
        try:
            return call(**asked)
        except ServiceError as error:
            error.was_retried = True
            raise

    def put_item(self, **asked: Any) -> Any:
        return self._again("put_item", asked)

    def update_item(self, **asked: Any) -> Any:
        return self._again("update_item", asked)


class Overtaken(MemoryTable):
    """A change whose condition fails was sent twice, and neither was what made it fail."""

    def _answered(self, name: str, asked: dict[str, Any]) -> Any:
        try:
            return getattr(super(), name)(**asked)
        except ServiceError as error:
            error.was_retried = True
            raise

    def put_item(self, **asked: Any) -> Any:
        return self._answered("put_item", asked)

    def update_item(self, **asked: Any) -> Any:
        return self._answered("update_item", asked)


def every_answer(api: Api) -> list[Any]:
    return [
        api.post(SMARTPHONE),
        api.get("PROD001"),
        api.list(),
        api.list(category="Toys"),
        api.put("PROD001", {"stock": 1}),
        api.delete("PROD001"),
    ]


@pytest.mark.parametrize(
    "error",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("ThrottlingException"),
        refused("RequestLimitExceeded"),
        refused("InternalServerError", status=500),
        refused("Anything", status=503),
        ServiceError("GetItem", UNREACHABLE),
        ServiceError("Scan", UNREADABLE, status=200),
    ],
    ids=lambda error: f"{type(error).__name__}-{error}"[:50],
)
def test_what_a_moment_cures_is_503_with_retry_after(error: Exception) -> None:
    for reply in every_answer(Api(Failing(error))):
        assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "busy", "1")


@pytest.mark.parametrize(
    "error",
    [
        refused("ResourceNotFoundException", TABLE),
        refused("ValidationException", "SECRET"),
        ServiceError("GetItem", UNTRUSTED),
        KeyError("SECRET"),
        RecursionError("SECRET"),
        MemoryError("SECRET"),
    ],
    ids=lambda error: str(error)[:30],
)
def test_the_unexpected_is_500_logged_without_its_text(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    for reply in every_answer(Api(Failing(error))):
        assert (reply.status, reply.code) == (500, "internal_error")
        assert "SECRET" not in reply.text
    logged = capsys.readouterr().out.splitlines()
    assert len(logged) == 6
    for line in logged:
        assert "SECRET" not in line
        entry = json.loads(line)
        assert entry["level"] == "ERROR"
        assert type(error).__name__ in entry["traceback"][0]
        assert any("products.py" in frame or "listing.py" in frame for frame in entry["traceback"])


@pytest.mark.parametrize(
    ("age", "status", "code", "logged"),
    [
        (0, 503, "busy", "table_access_denied_yet"),
        (200, 503, "busy", "table_access_denied_yet"),
        (240, 500, "internal_error", "table_access_denied"),
    ],
)
def test_k6_a_refused_right_passes_when_new(
    age: int, status: int, code: str, logged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rights take minutes to be known to an environment that starts just after they were given."""
    error = refused("AccessDeniedException", f"not authorized on table/{TABLE} SECRET")
    api = Api(Failing(error))
    api.handlers["get"].began -= age
    reply = api.list()
    assert (reply.status, reply.code) == (status, code)
    assert reply.headers.get("Retry-After") == ("1" if status == 503 else None)
    entry = json.loads(capsys.readouterr().out)
    assert (entry["level"], entry["code"]) == ("ERROR", logged)
    assert "SECRET" not in json.dumps(entry) + reply.text


def test_what_dynamodb_finds_too_large_is_413() -> None:
    error = refused("ValidationException", "Item size has exceeded the maximum allowed size")
    assert Api(Failing(error)).post(SMARTPHONE).code == "product_too_large"


def test_a_client_that_cannot_be_made_is_500_each_time() -> None:
    def connect() -> Any:
        raise RuntimeError("no region")

    handler = HANDLERS["get"].using({"TABLE_NAME": TABLE}, connect)
    api = memory_api()
    api.handlers["get"] = handler
    assert [api.list().status, api.list().status] == [500, 500]


def test_in_lambda_the_client_is_made_once_and_first() -> None:
    made: list[int] = []
    environment = {"TABLE_NAME": TABLE, "AWS_LAMBDA_FUNCTION_NAME": "getproductfunction"}

    def connect() -> Any:
        made.append(1)
        return lambda _: MemoryTable(TABLE)

    handler = HANDLERS["get"].using(environment, connect)
    assert made == [1]
    api = memory_api()
    api.handlers["get"] = handler
    assert [api.list().status, api.list().status] == [200, 200]
    assert made == [1]


def test_a_function_that_cannot_start_answers_too() -> None:
    """An exception while Lambda loads the module would be a 502 on every request."""

    def connect() -> Any:
        raise RuntimeError

    environment = {"AWS_LAMBDA_FUNCTION_NAME": "getproductfunction"}
    api = memory_api()
    api.handlers["get"] = HANDLERS["get"].using(environment, connect)
    assert api.list().status == 500


def test_a_create_sent_twice_is_not_its_own_conflict() -> None:
    api = Api(LostAnswers(TABLE))
    body = {**SMARTPHONE, "productPrice": 1e30, "tags": [1.50, {"a": None}]}
    reply = api.post(body)
    assert (reply.status, reply.json["version"]) == (201, 1)
    assert api.post(body).status == 409


def test_an_update_sent_twice_is_not_its_own_conflict() -> None:
    api = Api(LostAnswers(TABLE))
    api.post({**SMARTPHONE, "tags": [1]})
    reply = api.put("PROD001", {"stock": 7, "tags": None}, headers={"If-Match": '"1"'})
    assert (reply.status, reply.json["version"]) == (200, 2)
    assert list(reply.json)[:3] == ["productId", "category", "productName"]
    assert api.put("PROD001", {"stock": 8}, headers={"If-Match": '"1"'}).status == 412


def test_sent_twice_but_anothers_is_a_conflict() -> None:
    """Or a caller would learn that theirs is stored, where another's is."""
    api = Api(Overtaken(TABLE))
    api.post({**SMARTPHONE, "stock": 3})
    api.put("PROD001", {"stock": 4})
    assert api.post({**SMARTPHONE, "stock": 7}).code == "product_exists"
    assert api.put("PROD001", {"stock": 7}, headers={"If-Match": '"1"'}).status == 412
    assert api.get("PROD001").json["stock"] == 4


ODD: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"body": b"bytes"},
    {"requestContext": []},
    {"requestContext": {"requestId": "\ud800", "authorizer": {"claims": []}}},
    {"headers": [], "queryStringParameters": "x", "pathParameters": 7},
    {"resource": None, "httpMethod": {}, "path": 7},
]


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("odd", ODD, ids=str)
def test_whatever_comes_is_answered(handler: str, odd: Any) -> None:
    assert memory_api().send(handler, odd).status == 401


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    "changes",
    [
        {"headers": None, "multiValueHeaders": None},
        {"headers": {"Content-Type": None, "If-Match": 7}},
        {"headers": {"Content-Type": ["application/json"]}},
        {"pathParameters": {"productId": None}},
        {"pathParameters": {"productId": ["x"]}},
        {"queryStringParameters": {"limit": None, "category": 7, "nextToken": []}},
        {"multiValueQueryStringParameters": {"limit": None, "category": "xx"}},
        {"body": {"productId": "x"}},
        {"body": 7},
        {"body": []},
        {"isBase64Encoded": None},
        {"isBase64Encoded": "true"},
        {"path": None},
        {"resource": 7},
    ],
    ids=str,
)
def test_parts_of_other_types_are_as_if_absent(handler: str, changes: dict[str, Any]) -> None:
    api = memory_api()
    body = changes.get("body", '{"stock": 1}')
    rest = {name: value for name, value in changes.items() if name not in ("headers", "body")}
    made: dict[str, Any] = {}

    def keep(event: Any, context: Any) -> Any:
        made.update(event)
        return {"statusCode": 204, "headers": {"Access-Control-Allow-Origin": "*"}, "body": "",
                "isBase64Encoded": False}  # fmt: skip

    real, api.handlers["get"] = api.handlers[handler], keep
    api.call("get", "PUT", "PROD001", **rest)
    made["body"] = body
    if "headers" in changes:
        made["headers"] = changes["headers"]
    api.handlers[handler] = real
    assert api.send(handler, made).status < 500


def test_the_context_gives_a_missing_request_id() -> None:
    class Context:
        aws_request_id = "lambda-1"

    response = HANDLERS["get"].using({"TABLE_NAME": TABLE}, lambda: lambda _: None)({}, Context())
    assert json.loads(response["body"])["requestId"] == "lambda-1"


@pytest.mark.parametrize(("origin", "vary"), [("*", None), ("https://shop.example", "Origin")])
def test_every_answer_says_who_may_read_it(origin: str, vary: Any) -> None:
    api = memory_api(CORS_ORIGIN=origin)
    exposed = "ETag, Location, Retry-After, x-amzn-RequestId"
    for reply in [*every_answer(api), api.send("get", None)]:
        assert reply.headers["Access-Control-Allow-Origin"] == origin
        assert reply.headers["Access-Control-Expose-Headers"] == exposed
        assert reply.headers.get("Vary") == vary


@pytest.mark.parametrize(
    ("asking", "reported"),
    [
        ("https://a.example", "https://a.example"),
        ("https://b.example", "https://b.example"),
        ("https://evil.example", None),
        ("https://a.example,https://b.example", None),
        ("null", None),
        (None, None),
    ],
)
def test_of_several_web_sites_the_asking_one_is_named(asking: Any, reported: Any) -> None:
    """Only one may stand there; caches keep the answers apart whoever asked."""
    api = memory_api(CORS_ORIGIN="https://a.example,https://b.example")
    headers = {"origin": asking} if asking else {}
    for reply in (api.call("get", "GET", headers=headers), api.send("get", None)):
        given = reply.headers.get("Access-Control-Allow-Origin")
        assert given == (reported if reply.status != 401 else None)
        assert reply.headers["Vary"] == "Origin"


def test_only_what_get_gives_is_kept() -> None:
    """Not what a change answers, and no refusal: a 404 kept would hide what was made since."""
    api = memory_api()
    made = api.call("create", "POST", body=SMARTPHONE)
    got = api.call("get", "GET", "PROD001")
    same = api.call("get", "GET", "PROD001", headers={"if-none-match": '"1"'})
    missing = api.call("get", "GET", "NOWHERE")
    changed = api.call("update", "PUT", "PROD001", body={"stock": 1})
    gone = api.call("delete", "DELETE", "PROD001")
    kept = {each.status: each.headers["Cache-Control"] for each in (got, same)}
    assert kept == dict.fromkeys((200, 304), "private, no-cache")
    statuses = [each.status for each in (made, missing, changed, gone)]
    assert statuses == [201, 404, 200, 204]
    for each in (made, missing, changed, gone):
        assert each.headers["Cache-Control"] == "no-store"
