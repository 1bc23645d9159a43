"""Calls by name: which AWS operation a request is, and on what.

The names come from botocore's models, so that no list of calls stands here. Ids that change from
run to run are reported by what they belong to: `{api}`, `{pool}`, a path of the API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import botocore.session
from recording_proxy import is_read

BY_SIGNING_NAME = {"monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}
"""Services that sign under another name than their model has."""

IDENTIFYING = (
    "TableName", "IndexName", "FunctionName", "Name", "Names", "name", "Qualifier", "StatementId",
    "RoleName", "PolicyName", "PolicyArn", "logGroupName", "logGroupNamePrefix", "PoolName",
    "UserPoolId", "ClientId", "ClientName", "GroupName", "Username", "Path", "pathPart",
    "responseType", "stageName", "SecretId", "ResourceArn", "resourceArn", "Resource", "ResourceId",
)  # fmt: skip
"""Parameters beside those of the URL that tell what a call is about, in the order of telling."""

PLACEHOLDERS = {
    "restapi_id": "{api}",
    "authorizer_id": "{authorizer}",
    "deployment_id": "{deployment}",
    "UserPoolId": "{pool}",
    "ClientId": "{client}",
    "usageplanId": "{plan}",
    "keyId": "{key}",
    "api_Key": "{key}",
}


Asked = tuple[str, ...]
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
"""As botocore makes them for ClientRequestToken and its like."""


@dataclass(frozen=True, order=True)
class Key:
    """One call of a run. Runs side by side have no fixed order, so each kind of call is counted."""

    operation: str
    resource: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.operation} {self.resource} #{self.occurrence}".replace("  ", " ")

    @property
    def reads(self) -> bool:
        return is_read(self.operation)


@dataclass(frozen=True)
class Request:
    """A request as the proxy got it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def service(self) -> str:
        """As botocore names it, read from what the request is signed for."""
        scope = re.search(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/", self._header("Authorization"))
        signed = scope[1] if scope else "unsigned"
        return BY_SIGNING_NAME.get(signed, signed)

    @property
    def region(self) -> str:
        scope = re.search(r"Credential=[^/]+/\d+/([^/]*)/", self._header("Authorization"))
        return scope[1] if scope else ""

    @property
    def invocation(self) -> str:
        """The same for every attempt that the SDK makes of one call."""
        return self._header("amz-sdk-invocation-id")

    @property
    def asked(self) -> Asked:
        """The same for every attempt, the command's own too: all but what each one has anew."""
        reported = _UUID.sub("-", self.body.decode("latin-1"))
        return self.service, self.method, self.path, self._header("X-Amz-Target"), reported

    @property
    def named(self) -> tuple[str, dict[str, str]]:
        """The operation, and what tells its resource: by the URL's labels, then by parameters."""
        operation, labels, params = self._asked
        return operation, {**labels, **_identifying(params)}

    @property
    def given(self) -> dict[str, Any]:
        """All parameters, wherever in the request they stand."""
        _, labels, params = self._asked
        return {**params, **labels}

    @cached_property
    def _asked(self) -> tuple[str, dict[str, str], dict[str, Any]]:
        """The operation, the URL's labels, and the parameters beside them."""
        if target := self._header("X-Amz-Target"):
            return target.rpartition(".")[2], {}, loaded(self.body)
        if "form-urlencoded" in self._header("Content-Type"):
            form = dict(parse_qsl(self.body.decode()))
            return form["Action"], {}, form
        url = urlsplit(self.path)
        for operation in rest_operations(self.service):
            labels = operation.match(self.method, url.path, url.query)
            if labels is not None:
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                return operation.name, labels, {**query, **loaded(self.body)}
        return f"{self.method} {url.path}", {}, {}

    def _header(self, name: str) -> str:
        return str(self.headers.get(name) or "")


def loaded(body: bytes) -> dict[str, Any]:
    """A body's members; none where it is no JSON object."""
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _identifying(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name in IDENTIFYING
        if (value := params.get(name)) is not None
    }


@dataclass(frozen=True)
class RestOperation:
    """One operation of a REST service: `GET /restapis/{restapi_id}`."""

    name: str
    method: str
    uri: str

    @property
    def labels(self) -> list[str]:
        return re.findall(r"\{(\w+)\+?\}", self.uri)

    def match(self, method: str, path: str, query: str) -> dict[str, str] | None:
        """What the URL's labels stand for, if it is this operation's."""
        flags = self.uri.partition("?")[2]
        found = self.pattern.fullmatch(path) if method == self.method else None
        if found is None or not all(flag in query for flag in flags.split("&") if flag):
            return None
        return dict(zip(self.labels, map(unquote, found.groups()), strict=True))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        path = re.escape(self.uri.partition("?")[0].rstrip("/"))
        return re.compile(re.sub(r"\\\{\w+(\\\+)?\\\}", "([^/]+)", path) + "/?")


@cache
def rest_operations(service: str) -> list[RestOperation]:
    """A REST service's operations, those with the most words of their own first."""
    loader = botocore.session.Session().get_component("data_loader")
    if service not in loader.list_available_services("service-2"):
        return []
    operations = loader.load_service_model(service, "service-2")["operations"]
    listed = [
        RestOperation(name, each["http"]["method"], each["http"]["requestUri"])
        for name, each in operations.items()
    ]
    return sorted(listed, key=lambda each: (-len(re.sub(r"\{[^}]*\}", "", each.uri)), each.uri))


class Names:
    """Ids by what they belong to, learned from the calls and answers that pass."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def resource(self, named: Mapping[str, str]) -> str:
        """What a call is about, the same in every run."""
        for parameter, placeholder in PLACEHOLDERS.items():
            if named.get(parameter):
                self._known.setdefault(named[parameter], placeholder)
        return " ".join(map(self._answered, named.values()))

    def learn(self, answer: bytes) -> None:
        """The paths of the API's resources, and the ids of what was just made."""
        for found in _objects(loaded(answer)):
            if isinstance(found.get("id"), str) and isinstance(found.get("path"), str):
                self._known[found["id"]] = found["path"]
            if "rootResourceId" in found:
                self._known[found["rootResourceId"]] = "/"

    def _answered(self, value: str) -> str:
        if value in self._known:
            return self._known[value]
        for known, name in list(self._known.items()):
            if name.startswith("{"):
                value = value.replace(known, name)
        return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """A JSON value's objects, the inner ones too."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from _objects(inner)
