"""The app clients of one name: which is ours, and which stay beside it.

Their names aren't unique and they carry no tag, so the pointer names ours. Where it is lost, or was
never set, ours is the one that fits: no secret, and signing in by password. One made by hand that
doesn't fit is left as it is, and its tokens stay good through `auth.client_ids`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind, Output
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Cleanup, Note, Observed, Ownership, Resource
from productsapi.errors import NotFound, Refused
from productsapi.stack import Stack, kinds
from productsapi.stack.duplicates import Candidate, Duplicates, Wording
from productsapi.stack.output_names import CLIENT_ID, USER_POOL_ID, pointer_to

Client = dict[str, Any]

PASSWORD_FLOW = "ALLOW_USER_PASSWORD_AUTH"  # noqa: S105 - a flow's name
FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", PASSWORD_FLOW, "ALLOW_USER_SRP_AUTH")
TOKEN_UNITS = {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}
OLD_NAMES = {"USER_PASSWORD_AUTH": PASSWORD_FLOW}
"""What Cognito calls it in clients that were made before the names with ALLOW_."""


@dataclass(frozen=True)
class ClientPart(Resource):
    """App clients of the configured name: found in the pool, and gone with it."""

    stack: Stack
    step = "user_pool"
    lookup_inputs = (USER_POOL_ID, pointer_to(CLIENT_ID))

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.client

    @property
    def parent(self) -> Key:
        return kinds.USER_POOL(self.stack.config.user_pool.name)


@dataclass(frozen=True)
class FurtherClients(Cleanup, ClientPart):
    """Reported, not changed. With a pointer to ours, others aren't searched for."""

    kind = Kind("further app clients")
    wanted = False

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pool_id = known.get(USER_POOL_ID)
        if pool_id is None or known.get(pointer_to(CLIENT_ID)):
            return None
        notes = tuple(
            Note(
                f"the app client {client['ClientId']}, called {self.name} too, {why}: it stays as "
                "it is, beside ours, and its tokens are accepted (auth.client_ids)"
            )
            for client in _named(self.stack, aws, pool_id)
            if (why := unfit(client))
        )
        return Observed({}, ownership=Ownership.UNTAGGED, notes=notes) if notes else None


@dataclass(frozen=True)
class DuplicateClients(Duplicates):
    """Clients that a run made and then knew nothing of, in the pool beside the one in use.

    They carry no tag: one is known by its pool and name, by settings that are all ours, and by
    never having been changed. The functions take no tokens of it, so that nobody uses it.
    """

    step = "user_pool"
    kind = Kind("twin app client")
    of = Wording("app client", "app clients", "auth.client_ids")
    used = CLIENT_ID

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.client

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return (*super().lookup_inputs, USER_POOL_ID)

    @property
    def parent(self) -> Key:
        return kinds.USER_POOL(self.stack.config.user_pool.name)

    def beside(self, aws: Aws, known: Outputs) -> list[Candidate]:
        pool_id, used = known.get(USER_POOL_ID), known.get(self.used)
        accepted = {used, *self.stack.config.auth.client_ids}
        there = _named(self.stack, aws, pool_id, but=used) if pool_id else ()
        duplicates = [c for c in there if c["ClientId"] not in accepted and unfit(c) is None]
        return [
            Candidate(c["ClientId"], c["ClientName"], {}, c.get("CreationDate"), c)
            for c in duplicates
        ]

    def content(self, aws: Aws, duplicate: Candidate) -> str:
        if is_as_made(self.stack, duplicate.answer):
            return ""
        return "it isn't just as this stack makes one, so it may be used for something else"

    def remove_one(self, aws: Aws, duplicate: Candidate) -> None:
        remove(aws, duplicate.answer["UserPoolId"], duplicate.identity)


def remove(aws: Aws, pool_id: str, client_id: str) -> None:
    with suppress(NotFound):
        aws.call("cognito-idp", "DeleteUserPoolClient", UserPoolId=pool_id, ClientId=client_id)


def settings(stack: Stack) -> dict[str, Any]:
    """What we set of a client, as Cognito takes it."""
    pool = stack.config.user_pool
    return {
        "ClientName": pool.client,
        "ExplicitAuthFlows": list(FLOWS),
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": True,
        "IdTokenValidity": pool.id_token_minutes,
        "AccessTokenValidity": pool.id_token_minutes,
        "RefreshTokenValidity": pool.refresh_token_days,
        "TokenValidityUnits": TOKEN_UNITS,
    }


def is_as_made(stack: Stack, client: Mapping[str, Any]) -> bool:
    """Whether a client is just what we make, and was never changed; without both times, no."""
    want, made = settings(stack), client.get("CreationDate")
    flows_alike = flows(client) == set(want.pop("ExplicitAuthFlows"))
    unchanged = made is not None and client.get("LastModifiedDate") == made
    return unchanged and flows_alike and all(client.get(name) == want[name] for name in want)


def ours(stack: Stack, aws: Aws, pool_id: str) -> Client | None:
    """The one of the name that fits, where no pointer names it.

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
    if len(mine) > 1 and all(is_as_made(stack, client) for client in mine):
        return min(mine, key=_age)  # the others are its duplicates
    if len(mine) > 1:
        ids = ", ".join(client["ClientId"] for client in mine)
        raise Refused(
            f"the user pool {pool_id} has {len(mine)} app clients of the name "
            f"{stack.config.user_pool.client}: {ids}",
            "name those that aren't this stack's in auth.client_ids, or remove them; "
            "then repeat the command",
        )
    return mine[0] if mine else None


def oldest(stack: Stack, aws: Aws, pool_id: str, made: Client) -> str | None:
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


def _named(stack: Stack, aws: Aws, pool_id: str, *, but: str | None = None) -> Iterator[Client]:
    """All of the name, whole: the listing has no flows."""
    pages = aws.pages("cognito-idp", "ListUserPoolClients", UserPoolId=pool_id, MaxResults=60)
    clients = [client for page in pages for client in page["UserPoolClients"]]
    name = stack.config.user_pool.client
    named = [c["ClientId"] for c in clients if c["ClientName"] == name and c["ClientId"] != but]
    return (found for client_id in named if (found := described(aws, pool_id, client_id)))


def _age(client: Mapping[str, Any]) -> tuple[float, str]:
    made = client.get("CreationDate")
    return (made.timestamp() if made else 0.0, client["ClientId"])
