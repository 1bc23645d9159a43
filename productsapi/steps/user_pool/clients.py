"""The app clients of one name: which is ours, and which stay beside it.

Their names aren't unique and they carry no tag, so the pointer tells ours. Where it is lost, or was
never set, ours is the one that fits: no secret, and signing in by password. One made by hand that
doesn't fit is left as it is, and its tokens stay good through `auth.client_ids`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Claim, Fields, NeverMade, Note, Observed, Outputs, Resource
from productsapi.errors import NotFound, Refused
from productsapi.steps.stack import Stack

Client = dict[str, Any]

PASSWORD_FLOW = "ALLOW_USER_PASSWORD_AUTH"  # noqa: S105 - a flow's name
OLD_NAMES = {"USER_PASSWORD_AUTH": PASSWORD_FLOW}
"""What Cognito calls it in clients that were made before the names with ALLOW_."""


@dataclass(frozen=True)
class ClientPart(Resource):
    """App clients of the configured name: found in the pool, and gone with it."""

    stack: Stack
    step = "user_pool"
    located_by = ("user_pool_id", "pointer to client_id")

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.client

    @property
    def part_of(self) -> str:
        return f"user pool {self.stack.config.user_pool.name}"


@dataclass(frozen=True)
class FurtherClients(NeverMade, ClientPart):
    """Told, not touched. With a pointer to ours nobody looks for others."""

    kind = "further app clients"
    wanted = False

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pool_id = known.get("user_pool_id")
        if pool_id is None or known.get("pointer to client_id"):
            return None
        notes = tuple(
            Note(
                f"the app client {client['ClientId']}, called {self.name} too, {why}: it stays as "
                "it is, beside ours, and its tokens are accepted (auth.client_ids)"
            )
            for client in _named(self.stack, aws, pool_id)
            if (why := unfit(client))
        )
        return Observed({}, claim=Claim.NOBODYS, notes=notes) if notes else None

    def want(self, known: Outputs) -> Fields:
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        raise AssertionError("what is others' isn't changed")


def ours(stack: Stack, aws: Aws, pool_id: str) -> Client | None:
    """The one of the name that fits, where no pointer tells.

    Raises Refused for several, and for one that doesn't fit and whose tokens would be refused.
    """
    named, listed = list(_named(stack, aws, pool_id)), stack.config.auth.client_ids
    fit = [client for client in named if unfit(client) is None]
    for client in named:
        client_id, why = client["ClientId"], unfit(client)
        if why and client_id not in listed:
            raise Refused(
                f"the app client {client_id} of the user pool {pool_id} is called "
                f"{client['ClientName']} and {why}: it would stay as it is, beside one of ours, "
                "but its tokens would be refused",
                "to go on accepting them, write in the configuration:\n"
                f"  auth: {{ client_ids: [{', '.join((*listed, client_id))}] }}\n"
                "or give user_pool.client another name",
            )
    mine = [client for client in fit if client["ClientId"] not in listed] or fit
    if len(mine) > 1:
        ids = ", ".join(client["ClientId"] for client in mine)
        raise Refused(
            f"the user pool {pool_id} has {len(mine)} app clients of the name "
            f"{stack.config.user_pool.client}: {ids}",
            "name those that aren't this stack's in auth.client_ids, or remove them; "
            "then repeat the command",
        )
    return mine[0] if mine else None


def elder(stack: Stack, aws: Aws, pool_id: str, made: Client) -> str | None:
    """The id of one like the one just made that was there before it."""
    for client in _named(stack, aws, pool_id):
        beside = unfit(client) or client["ClientId"] in stack.config.auth.client_ids
        if not beside and _age(client) < _age(made):
            return str(client["ClientId"])
    return None


def unfit(client: Mapping[str, Any]) -> str | None:
    """Why a client can't be ours; None where it can."""
    if client.get("ClientSecret") or client.get("ClientSecretArn"):  # C6
        return "has a secret, which can't be taken from it"
    if PASSWORD_FLOW not in flows(client):
        return "doesn't let users sign in by password"
    return None


def flows(client: Mapping[str, Any]) -> set[str]:
    return {OLD_NAMES.get(flow, flow) for flow in client.get("ExplicitAuthFlows", [])}


def described(aws: Aws, pool_id: str, client_id: str) -> Client | None:
    try:
        client: Client = aws.call(
            "cognito-idp", "DescribeUserPoolClient", UserPoolId=pool_id, ClientId=client_id
        )["UserPoolClient"]
    except NotFound:
        return None
    return client


def _named(stack: Stack, aws: Aws, pool_id: str) -> Iterator[Client]:
    """All of the name, whole: the listing tells no flows."""
    pages = aws.pages("cognito-idp", "ListUserPoolClients", UserPoolId=pool_id, MaxResults=60)
    told = [client for page in pages for client in page["UserPoolClients"]]
    named = [c["ClientId"] for c in told if c["ClientName"] == stack.config.user_pool.client]
    return (found for client_id in named if (found := described(aws, pool_id, client_id)))


def _age(client: Mapping[str, Any]) -> tuple[float, str]:
    made = client.get("CreationDate")
    return (made.timestamp() if made else 0.0, client["ClientId"])
