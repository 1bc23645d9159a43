"""What is kept of a call, and what never is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fault_calls import Request
from fault_kinds import Answer
from life_calls import Recorder
from life_hand import Renaming, renamed
from life_scrub import scrubbed

TOKEN = "eyJhbGciOiJub25l.eyJzdWIiOiJhbm4i.c2lnbmF0dXJl"
LAMBDA, USER = "arn:aws:lambda:r:{}:function:f", "arn:aws:iam::{}:user/{}"
ID = "123456789012"
S = "{secret}"
SCOPE = "Credential=AKIAABCDEFGHIJKLMNOP/20261127/eu-west-2/{}/aws4_request"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"Password": "Hush-Hush-1"}, {"Password": "{secret}"}),
        ({"AuthParameters": {"PASSWORD": "Hush"}}, {"AuthParameters": {"PASSWORD": "{secret}"}}),
        ({"SecretString": "Hush"}, {"SecretString": "{secret}"}),
        ({"value": "api-key"}, {"value": "{secret}"}),
        ({"Name": "lease", "Type": "", "Value": "ann"}, {"Name": "lease", "Type": "", "Value": S}),
        ({"Key": "team", "Value": "shop"}, {"Key": "team", "Value": "shop"}),
        ({"op": "add", "path": "/a", "value": "b"}, {"op": "add", "path": "/a", "value": "b"}),
        ({"op": "", "path": "/value", "value": "b"}, {"op": "", "path": "/value", "value": S}),
        (
            {"Arn": "arn:aws:lambda:r:123456789012:function:f"},
            {"Arn": "arn:aws:lambda:r:{account}:function:f"},
        ),
        (
            {"Arn": "arn:aws:iam::123456789012:user/ann"},
            {"Arn": "arn:aws:iam::{account}:user/{caller}"},
        ),
        ({"text": f"%3A{ID}%3Auser"}, {"text": "%3A{account}%3Auser"}),
        ({"text": f"token {TOKEN}."}, {"text": "token {token}."}),
        ({"text": "AKIAABCDEFGHIJKLMNOP"}, {"text": "{access key}"}),
        ({"text": "ann@example.com"}, {"text": "{email}"}),
        ({"Location": "https://bucket/x?X-Amz-Signature=1"}, {"Location": "{secret}"}),
        ({"MemorySize": 256, "Enabled": True}, {"MemorySize": 256, "Enabled": True}),
    ],
)
def test_secrets_and_account_ids_are_never_kept(given: Any, kept: Any) -> None:
    assert scrubbed(given) == kept


def answering(answer: Answer) -> Any:
    return lambda _host, _request: answer


def request(service: str, target: str, given: Any) -> Request:
    headers = {"X-Amz-Target": target, "Authorization": SCOPE.format(service)}
    return Request("POST", "/", headers, json.dumps(given).encode())


def test_a_call_is_kept_scrubbed_with_its_scene() -> None:
    body = {"__type": "com.amazon#ResourceNotFoundException", "message": "no 123456789012"}
    recorder = Recorder(answering(Answer(400, {}, json.dumps(body).encode())), scene="deploy")
    asked = request("dynamodb", "DynamoDB_20120810.DescribeTable", {"TableName": "T"})
    recorder("dynamodb.eu-west-2.amazonaws.com", asked)
    [call] = recorder.calls
    assert (call.scene, call.operation, call.resource) == ("deploy", "DescribeTable", "T")
    assert (call.status, call.code) == (400, "ResourceNotFoundException")
    assert call.body["message"] == "no {account}"
    assert "AKIA" not in repr(call)


def test_an_xml_error_is_read_too() -> None:
    body = b"<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>"
    recorder = Recorder(answering(Answer(404, {}, body)))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": SCOPE}
    form = b"Action=GetRole&RoleName=r"
    recorder("iam.amazonaws.com", Request("POST", "/", headers, form))
    assert recorder.calls[0].code == "NoSuchEntity"
    assert recorder.calls[0].body == {"Error": {"Code": "NoSuchEntity"}}


def test_requests_to_the_api_are_named_by_path() -> None:
    recorder = Recorder(answering(Answer(200, {}, b"{}")))
    host = "a1b2c3.execute-api.eu-west-2.amazonaws.com"
    for path in ("/dev/products?limit=1", "/dev/products/productsapi-verify-c1cf7f910e1d"):
        recorder(host, Request("GET", path, {"Authorization": TOKEN}, b""))
    call, random = recorder.calls
    assert (call.service, call.operation, call.resource) == ("the API", "GET /…", "/dev/products")
    assert random.resource == "/dev/products/productsapi-verify-{id}"  # no other life has that id
    assert TOKEN not in repr(call)


class Client:
    """Refuses once."""

    def __init__(self, code: str) -> None:
        self.code, self.asked = code, []  # type: ignore[var-annotated]

    def create_function(self, **params: Any) -> str:
        self.asked.append(params)
        if len(self.asked) == 1:
            raise ClientError({"Error": {"Code": self.code}}, "CreateFunction")
        return "made"


def test_the_guide_is_followed_under_other_names() -> None:
    client = Client("InvalidParameterValueException")
    hand = Renaming(client, {"ProductsTable": "ProductsTable-1"}, sleep=lambda _: None)
    assert hand.create_function(Environment={"T": ["ProductsTable"]}) == "made"
    assert client.asked == 2 * [{"Environment": {"T": ["ProductsTable-1"]}}]
    assert renamed(b"ProductsTable", {"ProductsTable": "x"}) == b"ProductsTable"


def test_what_bears_the_new_name_keeps_it() -> None:
    names = {"ProductsTable": "ProductsTable-1", "python3.9": "python3.13"}
    for given in ("table/ProductsTable", "table/ProductsTable-1"):
        assert renamed(given, names) == "table/ProductsTable-1"
    assert renamed("python3.9", names) == "python3.13"


def test_what_does_not_pass_ends_the_guide() -> None:
    hand = Renaming(Client("AccessDenied"), {}, sleep=lambda _: None)
    with pytest.raises(ClientError, match="AccessDenied"):
        hand.create_function()
