"""AWS by script: each operation answers what a test says, in shapes that botocore's models know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel
from botocore.validate import validate_parameters

from productsapi.api_client import Answer as Http
from productsapi.aws.location import Location
from productsapi.errors import ProductsApiError

REGION, ACCOUNT = "eu-west-2", "123456789012"
Answer = Any  # a dictionary, an error to raise, or a function of the parameters that gives one


@cache
def _session() -> Any:
    return botocore.session.Session()


@cache
def _operation(service: str, operation: str) -> OperationModel:
    return _session().get_service_model(service).operation_model(operation)


def _valid(value: dict[str, Any], shape: Any) -> None:
    if shape is None:
        assert value == {}
    else:
        validate_parameters(value, shape)


@dataclass
class ScriptedAws:
    """Stands where an Aws is taken."""

    answers: dict[str, Answer]
    location: Location = field(default_factory=lambda: Location(REGION, ACCOUNT))
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    looked_again: set[str] = field(default_factory=set)

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        model = _operation(service, operation)
        _valid(params, model.input_shape)
        self.asked.append((operation, params))
        answer = self.answers[operation]
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, ProductsApiError):
            raise answer
        _valid(answer, model.output_shape)
        return dict(answer)

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]:
        """A list of answers is a listing of so many pages."""
        answer = self.answers[operation]
        for page in answer if isinstance(answer, list) else [answer]:
            self.answers[operation] = page
            yield self.call(service, operation, **params)
        self.answers[operation] = answer

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.asked]


def aws(location: Location | None = None, **answers: Answer) -> Any:
    return ScriptedAws(answers, location or Location(REGION, ACCOUNT))


# -- the deployed API ------------------------------------------------------------------------------


@dataclass
class ScriptedApi:
    """Stands for productsapi.api_client.send; `answer` is asked with method, path and token."""

    answer: Callable[[str, str, str | None], Http]
    sent: list[tuple[str, str, str | None]] = field(default_factory=list)
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, method: str, url: str, *, headers: Any, body: bytes | None) -> Http:
        path = url.removeprefix("https://api")
        token = headers.get("Authorization", "").removeprefix("Bearer ") or None
        self.sent.append((method, path, token))
        self.headers.append((method, dict(headers)))
        return self.answer(method, path, token)


def http(status: int, body: Any = None, **headers: str) -> Http:
    content = b"" if body is None else json.dumps(body).encode()
    return Http(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


UNAUTHORIZED = http(401, {"message": "Unauthorized"})
NO_ROUTE = http(403, {"message": "Missing Authentication Token"})


def problem(status: int, code: str) -> Http:
    """A refusal by a function."""
    return http(status, {"status": status, "code": code, "title": "no"})
