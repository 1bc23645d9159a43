"""Calls that are recorded instead of sent, for showing what a run would send.

Looks go to AWS as ever. What changes something never does: it is answered as AWS would, with a
placeholder for each id that only AWS can give, and looks at what was made so are answered here too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from productsapi.aws.clients import Clients, Listing
from productsapi.aws.network import Network
from productsapi.errors import ProductsApiError

LOOK = re.compile("(Get|List|Describe|Scan|Query|Simulate|Filter).*")
PLACEHOLDER = re.compile(r"GIVEN\d{4}LATER")
ROLE_ID_BEGINS = "AROA"
"""As IAM's own ids of roles do."""

Params = Mapping[str, Any]
New = Callable[..., str]
"""Returns the placeholder for what a JMESPath query finds in the answer, after a prefix, if any."""


class NotForeseeable(ProductsApiError):
    """What a call is answered can't be foreseen."""


@dataclass(frozen=True)
class Placeholder:
    """For a value that AWS gives: `prefix` and `token` in place of what `query` finds."""

    token: str
    query: str
    prefix: str = ""


@dataclass(frozen=True)
class Sent:
    """A call that would be sent. A `wait` is one for the end of a change, by the AWS CLI's name."""

    service: str
    operation: str
    params: Params
    shape: Any
    gives: tuple[Placeholder, ...] = ()
    wait: str = ""


ANSWERS: Mapping[str, Callable[[Params, New], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            "CreateApiKey",
            "CreateAuthorizer",
            "CreateDeployment",
            "CreateResource",
            "CreateUsagePlan",
        ),
        lambda _params, new: {"id": new("id")},
    ),
    "CreateDomainName": lambda _params, new: {
        "regionalDomainName": new("regionalDomainName"),
        "regionalHostedZoneId": new("regionalHostedZoneId"),
    },
    "CreateRestApi": lambda params, new: {"id": new("id"), "name": params["name"]},
    "CreateRole": lambda _params, new: {"Role": {"RoleId": new("Role.RoleId", ROLE_ID_BEGINS)}},
    "CreateTopic": lambda _params, new: {"TopicArn": new("TopicArn")},
    "CreateUserPool": lambda params, new: {
        "UserPool": {"Id": new("UserPool.Id"), "Name": params["PoolName"]}
    },
    "CreateUserPoolClient": lambda params, new: {
        "UserPoolClient": {
            "ClientId": new("UserPoolClient.ClientId"),
            "ClientName": params["ClientName"],
        }
    },
    "PublishVersion": lambda _params, new: {"Version": new("Version"), "State": "Pending"},
}
"""What those who make the call need of its answer; of all others they need none."""

NOTHING: Mapping[str, dict[str, Any]] = {
    "GetDeployments": {"items": []},
    "GetStages": {"item": []},
    "ListUserPoolClients": {"UserPoolClients": []},
}
"""What was made just now has none of these beside what this run has made in it."""


@dataclass
class RecordedCalls:
    """What would be sent, in order."""

    sent: list[Sent] = field(default_factory=list)
    tokens: int = 0
    roots: dict[str, dict[str, Any]] = field(default_factory=dict)

    def over(self, clients: Clients) -> Clients:
        """Clients that look by `clients`, and change nothing."""
        return _Clients(clients, self)

    def change(self, service: str, operation: str, shape: Any, params: Params) -> dict[str, Any]:
        gives: list[Placeholder] = []

        def new(query: str, prefix: str = "") -> str:
            self.tokens += 1
            gives.append(Placeholder(f"GIVEN{self.tokens:04d}LATER", query, prefix))
            return prefix + gives[-1].token

        answer = ANSWERS[operation](params, new) if operation in ANSWERS else {}
        self.sent.append(Sent(service, operation, params, shape, tuple(gives)))
        return answer

    def look(self, service: str, operation: str, shape: Any, params: Params) -> Any:
        """The answer about what was made so; None where AWS knows it.

        Raises NotForeseeable for what nobody can know yet.
        """
        if operation == "DescribeTable":
            return self._table(params, shape)
        if operation == "GetFunction":
            return self._function(params, shape)
        if not PLACEHOLDER.search(repr(params)):
            return None
        if operation == "GetResources":
            return self._root(service, operation, shape, params)
        if operation in NOTHING:
            return NOTHING[operation]
        raise NotForeseeable(f"what AWS answers to {operation} is only known once it is done")

    def _table(self, params: Params, shape: Any) -> dict[str, Any] | None:
        name = {"TableName": params["TableName"]}
        changes = {each.operation: each.params for each in self._about(name) if not each.wait}
        self._wait("dynamodb", "table-exists", name, shape)
        if "GlobalSecondaryIndexUpdates" in changes.get("UpdateTable", ()):
            raise NotForeseeable("it takes minutes, and the AWS CLI has no wait for an index")
        if "CreateTable" not in changes:
            return None
        indexes = changes["CreateTable"].get("GlobalSecondaryIndexes", ())
        ready = [{**index, "IndexStatus": "ACTIVE"} for index in indexes]
        return {"Table": {"TableStatus": "ACTIVE", "GlobalSecondaryIndexes": ready}}

    def _function(self, params: Params, shape: Any) -> dict[str, Any] | None:
        name = {"FunctionName": params["FunctionName"]}
        changes = {each.operation for each in self._about(name)}
        made = "CreateFunction" in changes
        kind = "function-active-v2" if made or "Qualifier" in params else "function-updated-v2"
        self._wait("lambda", kind, params, shape)
        settled = {"State": "Active", "LastUpdateStatus": "Successful"}
        if made or PLACEHOLDER.search(repr(params)):
            return {"Configuration": {**name, **settled}}
        return None

    def _root(self, service: str, operation: str, shape: Any, params: Params) -> dict[str, Any]:
        api = params["restApiId"]
        if api not in self.roots:
            self.tokens += 1
            root = Placeholder(f"GIVEN{self.tokens:04d}LATER", "items[?path=='/'].id | [0]")
            asked = {"restApiId": api}
            self.sent.append(Sent(service, operation, asked, shape, (root,)))
            self.roots[api] = {"items": [{"id": root.token, "path": "/"}]}
        return self.roots[api]

    def _about(self, params: Params) -> list[Sent]:
        return [
            each
            for each in self.sent
            if all(each.params.get(name) == value for name, value in params.items())
        ]

    def _wait(self, service: str, kind: str, params: Params, shape: Any) -> None:
        """Where something was changed since the last one."""
        about = self._about({name: params[name] for name in params if name != "Qualifier"})
        if about and not about[-1].wait:
            operation = about[-1].operation
            self.sent.append(Sent(service, operation, dict(params), shape, wait=kind))


class _Clients(Clients):
    def __init__(self, clients: Clients, recorded: RecordedCalls) -> None:
        super().__init__(None)
        self._looking = clients
        self._recorded = recorded

    @property
    def network(self) -> Network:
        return self._looking.network

    def get(self, service: str) -> Any:
        return _Client(service, self._looking.get(service), self._recorded)

    def listing(self, service: str, operation: str) -> Listing:
        return self._looking.listing(service, operation)


class _Client:
    """What `send` needs of one of botocore's."""

    def __init__(self, service: str, client: Any, recorded: RecordedCalls) -> None:
        self._service = service
        self._client = client
        self._recorded = recorded
        self.meta = client.meta

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = self.meta.method_to_api_mapping[method]
        shape = self.meta.service_model.operation_model(operation).input_shape

        def call(**params: Any) -> Any:
            given = self._service, operation, shape, params
            if not LOOK.fullmatch(operation):
                return self._recorded.change(*given)
            answer = self._recorded.look(*given)
            return getattr(self._client, method)(**params) if answer is None else answer

        return call
