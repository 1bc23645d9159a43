"""Which AWS operation an HTTP request asks for, and on what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session

REST = ("apigateway", "lambda")
"""Services whose operations are reported by method and path; the others name theirs."""

READS = re.compile(r"(BatchGet|Describe|Get|Head|List|Query|Scan|Simulate)\w*")

NAMED_BY = (
    "TableName",
    "FunctionName",
    "RoleName",
    "logGroupName",
    "logGroupNamePrefix",
    "UserPoolId",
    "PoolName",
    "ResourceArn",
    "resourceArn",
    "Resource",
    "Name",
    "name",
)
"""The parameters that name what a call is about, the most telling first."""


@dataclass(frozen=True)
class Request:
    """One call to AWS; `given` holds its parameters, wherever in the request they stood."""

    service: str
    operation: str
    given: Mapping[str, Any]

    @property
    def reads(self) -> bool:
        return READS.fullmatch(self.operation) is not None

    @property
    def resource(self) -> str:
        """What it is about, for a person to read."""
        if self.service == "apigateway":
            inside = [str(self.given[name]) for name in self.given if name in URI_PARTS]
            return " ".join(inside)
        return next((str(self.given[name]) for name in NAMED_BY if name in self.given), "")


URI_PARTS = (
    "resource_id",
    "parent_id",
    "http_method",
    "pathPart",
    "stage_name",
    "deployment_id",
    "authorizer_id",
    "response_type",
    "name",
)
"""What names something within an API; the API itself is always the same one."""


class Operations:
    """Names requests, by botocore's models of the services."""

    def __init__(self) -> None:
        session = botocore.session.get_session()
        self._routes: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}
        for service in REST:
            model = session.get_service_model(service)
            http = {name: model.operation_model(name).http for name in model.operation_names}
            # the longest first: /restapis?mode=import comes before /restapis
            by_length = sorted(http, key=lambda name: -len(http[name]["requestUri"]))
            self._routes[service] = [
                (http[name]["method"], _pattern(http[name]["requestUri"]), name)
                for name in by_length
            ]

    def of(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        service = _service(headers)
        if named := headers.get("x-amz-target"):
            return Request(service, named.rpartition(".")[2], _json(body))
        if "form-urlencoded" in headers.get("content-type", ""):
            form = dict(parse_qsl(body.decode()))
            return Request(service, form.pop("Action"), form)
        query = dict(parse_qsl(urlsplit(target).query))
        for verb, pattern, operation in self._routes.get(service, ()):
            if verb == method and (found := pattern.fullmatch(target)):
                inside = {name: unquote(value) for name, value in found.groupdict().items()}
                return Request(service, operation, {**query, **inside, **_json(body)})
        return Request(service, f"{method} {urlsplit(target).path}", query)


def _service(headers: Mapping[str, str]) -> str:
    """The service as it stands in the signature's scope."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("authorization", ""))
    return scope[1] if scope else "unsigned"


def _pattern(uri: str) -> re.Pattern[str]:
    path, _, demanded = uri.partition("?")
    parts = re.split(r"\{(\w+)\+?\}", path.rstrip("/"))
    text = "".join(
        re.escape(part) if number % 2 == 0 else f"(?P<{part}>[^/?]+)"
        for number, part in enumerate(parts)
    )
    return re.compile(
        rf"{text}/?\?(?:.*&)?{re.escape(demanded)}(?:&.*)?" if demanded else rf"{text}/?(?:\?.*)?"
    )


def _json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
