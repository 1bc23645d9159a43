"""`make_api`: the API on a table, in memory and in moto: each test that uses it holds on both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import documented
import pytest
from harness import TABLE, Api, Reply
from made_apis import MakeApi, create_table, memory_api, shape
from models import read_once
from moto_table import MotoTable


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_in_the_document() -> Iterator[None]:
    """Whatever a test asks, the answer is held to the OpenAPI document."""
    send = Api.send

    def checked(api: Api, handler: str, made: Any) -> Reply:
        reply = send(api, handler, made)
        if isinstance(made, dict):
            documented.check(reply, handler, made, api.environment)
        return reply

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Api, "send", checked)
        yield


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    """No longer than a module: while it is on, nobody's client reaches anything else."""
    moto = pytest.importorskip("moto")
    import boto3

    with read_once(), moto.mock_aws():
        yield boto3.client("dynamodb", region_name="us-east-1")


@pytest.fixture(params=["memory", "moto"])
def make_api(request: pytest.FixtureRequest) -> Iterator[MakeApi]:
    """An API with its own, empty table, made as the environment given says."""
    if request.param == "memory":
        yield memory_api
        return
    client = request.getfixturevalue("moto_client")
    made: list[str] = []

    def make(**environment: str) -> Api:
        keys, indexes = shape(environment)
        create_table(client, keys, indexes)
        made.append(TABLE)
        return Api(MotoTable(client), **environment)

    yield make
    for name in made:
        client.delete_table(TableName=name)


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    return make_api()
