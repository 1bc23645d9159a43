"""What the late cloud goes by: which thing a call makes or names, and what it answers meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fault_path  # noqa: F401
import pytest
from fault_calls import Key, Request
from fault_kinds import Answer, Kind
from fault_proxy import Fault, Watch
from late_bodies import bad, untagged, without
from late_kinds import Bad, LateKind
from late_pages import TOKEN, empty_page, goes_on, pages, paging
from late_refusals import not_found
from late_things import MAKINGS, Thing, made, named
from late_watch import Lateness

ARN = "arn:aws:lambda:eu-west-2:000000000000:function:get:live"
ROLE = "arn:aws:iam::000000000000:role/productsapi/dev/get-role"
XML = b"<R><Roles><member><RoleName>%s</RoleName></member></Roles></R>"


def json_answer(reported: Any) -> Answer:
    return Answer(200, {}, json.dumps(reported).encode())


def request(operation: str, given: dict[str, Any], service: str = "dynamodb") -> Request:
    headers = {
        "X-Amz-Target": f"Service.{operation}",
        "Authorization": f"Credential=test/20261127/eu-west-2/{service}/aws4_request",
    }
    return Request("POST", "/", headers, json.dumps(given).encode())


def attempt(operation: str, given: dict[str, Any], invocation: str) -> Request:
    made = request(operation, given, "secretsmanager")
    return replace(made, headers={**made.headers, "amz-sdk-invocation-id": invocation})


@pytest.mark.parametrize(
    ("operation", "given", "answer", "thing"),
    [
        ("CreateTable", {"TableName": "T"}, {}, ("table", "T")),
        ("CreateRestApi", {"name": "A"}, {"id": "a1"}, ("api", "a1")),
        ("CreateRestApi", {"name": "A"}, {}, None),
        ("CreateAlias", {"FunctionName": "f", "Name": "live"}, {}, ("qualifier", "f", "live")),
        ("PublishVersion", {"FunctionName": "f"}, {"Version": "2"}, ("qualifier", "f", "2")),
        ("CreateUserPool", {}, {"UserPool": {"Id": "p1"}}, ("pool", "p1")),
        ("UpdateStage", {"restapi_id": "a1", "stage_name": "dev"}, {}, None),
    ],
)
def test_a_create_makes_one_thing(
    operation: str, given: dict[str, Any], answer: dict[str, Any], thing: Thing | None
) -> None:
    assert made(operation, given, answer) == thing


@pytest.mark.parametrize(
    ("operation", "given", "thing"),
    [
        ("ListTagsOfResource", {"ResourceArn": ":dynamodb:r:1:table/T"}, ("table", "T")),
        ("CreateFunction", {"FunctionName": "get", "Role": ROLE}, ("role", "get-role")),
        ("GetPolicy", {"FunctionName": ARN}, ("qualifier", "get", "live")),
        ("CreateAlias", {"FunctionName": "f", "FunctionVersion": "2"}, ("qualifier", "f", "2")),
        (
            "UpdateStage",
            {"restapi_id": "a", "patchOperations": [{"path": "/deploymentId", "value": "d"}]},
            ("deployment", "a", "d"),
        ),
        (
            "PutIntegrationResponse",
            {"restapi_id": "a", "resource_id": "r", "http_method": "GET", "status_code": "200"},
            ("integration", "a", "r", "GET"),
        ),
        ("CreateUsagePlan", {"apiStages": [{"apiId": "a", "stage": "dev"}]}, ("stage", "a", "dev")),
        ("CreateAuthorizer", {"providerARNs": [":cognito-idp:r:1:userpool/p"]}, ("pool", "p")),
    ],
)
def test_a_call_names_what_it_hangs_on(operation: str, given: dict[str, Any], thing: Thing) -> None:
    assert thing in named(operation, given)


@pytest.mark.parametrize(
    ("service", "operation", "thing", "code"),
    [
        ("dynamodb", "DescribeTable", ("table", "T"), "ResourceNotFoundException"),
        ("dynamodb", "UpdateContinuousBackups", ("table", "T"), "TableNotFoundException"),  # D3
        ("lambda", "PublishVersion", ("function", "f"), "ResourceNotFoundException"),
        ("lambda", "CreateFunction", ("role", "r"), "InvalidParameterValueException"),
        ("iam", "PutRolePolicy", ("role", "r"), "NoSuchEntity"),
        ("apigateway", "PutMethod", ("resource", "a", "r"), "NotFoundException"),
        ("apigateway", "CreateUsagePlan", ("stage", "a", "dev"), "BadRequestException"),  # K9
        ("cognito-idp", "AdminAddUserToGroup", ("group", "p", "g"), "ResourceNotFoundException"),
        ("cognito-idp", "AdminSetUserPassword", ("user", "p", "u"), "UserNotFoundException"),
        ("logs", "PutRetentionPolicy", ("log group", "g"), "ResourceNotFoundException"),
        ("ssm", "GetParameter", ("parameter", "/p"), "ParameterNotFound"),
    ],
)
def test_each_operation_says_not_found_in_its_own_way(
    service: str, operation: str, thing: Thing, code: str
) -> None:
    answer = not_found(service, operation, thing)
    assert answer is not None
    assert answer.status >= 400
    assert code in answer.body.decode() + str(answer.headers)


def test_every_thing_that_is_made_can_be_named() -> None:
    """Else nothing would be unknown after its create. A version's number comes from the answer."""
    arns = {"alarm": "arn:aws:cloudwatch:r:1:alarm:x", "topic": "arn:aws:sns:r:1:x"}
    for operation, making in MAKINGS.items():
        values = dict.fromkeys(making.given, "x")
        id_name = {
            "api": "restapi_id", "resource": "resource_id", "authorizer": "authorizer_id",
            "validator": "requestvalidator_id", "model": "model_name", "key": "api_Key",
            "deployment": "deployment_id", "usage plan": "usageplanId", "pool": "UserPoolId",
            "client": "ClientId", "stage": "stage_name", "qualifier": "Qualifier",
            "secret": "SecretId", "parameter": "Name",
        }.get(making.kind, "")  # fmt: skip
        asked = {**values, id_name: "x", "ResourceArn": arns.get(making.kind, "")}
        reader = {
            "integration": "GetIntegration",
            "method response": "GetMethodResponse",
            "parameter": "GetParameter",
        }.get(making.kind, "")
        kinds = {thing[0] for thing in named(reader, asked)}
        assert making.kind in kinds, operation


def test_a_listing_leaves_out_just_the_one() -> None:
    reported = json_answer({"items": [{"id": "a", "tags": {}}, {"id": "b"}], "names": ["a", "b"]})
    assert json.loads(without(reported, "a").body) == {"items": [{"id": "b"}], "names": ["b"]}
    stage = json_answer({"item": [{"stageName": "dev", "deploymentId": "a"}]})
    assert without(stage, "a") == stage, "what only refers to it is listed"
    assert b"<member>" not in without(Answer(200, {}, XML % b"r"), "r").body
    assert b"<member>" in without(Answer(200, {}, XML % b"other"), "r").body


def test_tags_of_just_the_one_are_empty() -> None:
    reported = json_answer({"items": [{"id": i, "tags": {"k": "v"}} for i in "ab"]})
    items = json.loads(untagged(reported, "a").body)["items"]
    assert [item["tags"] for item in items] == [{}, {"k": "v"}]
    assert json.loads(untagged(json_answer({"Tags": [{"Key": "k"}]})).body) == {"Tags": []}
    assert untagged(Answer(200, {}, b"<Tags><member/></Tags>")).body == b"<Tags/>"


@pytest.mark.parametrize(
    ("service", "operation", "entries"),
    [
        ("cognito-idp", "ListUsers", "Users"),
        ("dynamodb", "Scan", "Items"),
        ("dynamodb", "ListTagsOfResource", "Tags"),
        ("apigateway", "GetRestApis", "item"),
        ("logs", "DescribeLogGroups", "logGroups"),
    ],
)
def test_an_empty_page_has_a_token_to_go_on_with(
    service: str, operation: str, entries: str
) -> None:
    how = paging(service, operation)
    assert how is not None
    reported = json.loads(empty_page(json_answer({entries: [1]}), service, how).body)
    assert reported[entries] == []
    assert TOKEN in json.dumps(reported[how.token])
    assert isinstance(reported[how.token], dict if operation == "Scan" else str), (
        "botocore refuses it"
    )
    assert goes_on(request(operation, {"token": reported[how.token]}))


@pytest.mark.parametrize(
    ("service", "operation", "entries"),
    [("iam", "ListRolePolicies", "PolicyNames"), ("sns", "ListTopics", "Topics")],
)
def test_an_empty_page_is_reported_in_xml_too(service: str, operation: str, entries: str) -> None:
    how = paging(service, operation)
    assert how is not None
    inner = f"<{entries}><member>a</member></{entries}><IsTruncated>false</IsTruncated>"
    body = empty_page(Answer(200, {}, f"<R>{inner}</R>".encode()), service, how).body.decode()
    assert f"<{entries}/>" in body
    assert f"<{how.token}>{TOKEN}</{how.token}>" in body
    assert ("<IsTruncated>true</IsTruncated>" in body) == (service == "iam")


def test_only_what_pages_gets_an_empty_page() -> None:
    assert all(map(pages, ("ListUsers", "Scan", "ListRolePolicies", "DescribeAlarms")))
    assert not any(map(pages, ("DescribeTable", "GetRole", "GetStages", "GetParameter")))


@pytest.mark.parametrize(
    ("kind", "body"), [(Bad.EMPTY_OBJECT, b"{}"), (Bad.CUT, b'{"a'), (Bad.HTML, b"<html")]
)
def test_bad_bodies_come_with_status_200(kind: Bad, body: bytes) -> None:
    answer = bad(Answer(200, {}, b'{"a":1}'), kind, "lambda")
    assert answer.status == 200
    assert answer.body.startswith(body)


@pytest.fixture
def table() -> Callable[[Request], Answer]:
    """A cloud in which one table can be made and looked at."""
    there: list[str] = []

    def forward(asked: Request) -> Answer:
        if asked.named[0] == "CreateTable":
            there.append("T")
        found = {"Table": {"TableStatus": "ACTIVE"}} if there else {}
        return Answer(200 if there else 400, {}, json.dumps(found).encode())

    return forward


@pytest.mark.parametrize("kind", [LateKind.UNKNOWN, LateKind.BEHIND])
def test_lateness_lasts_from_its_first_look_on(
    kind: LateKind, table: Callable[[Request], Answer]
) -> None:
    now = [0.0]
    late = Lateness(kind, 4.0, clock=lambda: now[0])
    describe, key = request("DescribeTable", {"TableName": "T"}), Key("DescribeTable", "T", 1)
    assert late.answer(describe, key, table).status == 400  # there is none yet
    late.strike(request("CreateTable", {"TableName": "T"}), table)
    now[0] = 100.0
    assert late.answer(describe, key, table).status == 400
    now[0] = 103.9
    assert late.answer(describe, key, table).status == 400
    now[0] = 104.0
    assert late.answer(describe, key, table).status == 200


def test_what_is_made_again_meets_the_thing_itself(table: Callable[[Request], Answer]) -> None:
    late, create = Lateness(LateKind.UNKNOWN, 4.0), request("CreateTable", {"TableName": "T"})
    late.strike(create, table)
    assert late.answer(create, Key("CreateTable", "T", 2), table).status == 200


def test_every_attempt_is_broken_whoever_makes_it() -> None:
    """The SDK's attempts have one id, the command's own have one each and a new token."""
    tokens = ("0b5a6f1c-7e0b-4a7c-9d55-0f9e3b1f2a11", "9d3c1f0e-2b6a-4f0e-8a35-6d2f6d1c7b22")
    create, *again = (
        attempt("CreateSecret", {"Name": "s", "ClientRequestToken": token}, id_)
        for token, id_ in zip((tokens[0], *tokens), ("1", "1", "2"), strict=True)
    )
    key = Key("CreateSecret", "s", 1)
    watch = Watch(Fault(key, Kind.CUT_AFTER))
    assert [watch.seen(each) for each in (create, *again)] == [(key, Kind.CUT_AFTER)] * 3
    others = [("CreateSecret", "t"), ("DescribeSecret", "s")]
    for operation, name in others:
        assert watch.seen(attempt(operation, {"Name": name}, name))[1] is None
    assert (watch.met, len(watch.keys)) == (3, 3)


def test_what_is_broken_once_is_whole_when_repeated() -> None:
    key = Key("CreateTable", "T", 1)
    watch = Watch(Fault(key, Kind.THROTTLED))
    kinds = [watch.seen(attempt("CreateTable", {"TableName": "T"}, id_))[1] for id_ in "112"]
    assert kinds == [Kind.THROTTLED, None, None]
