"""The app client that users sign in through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import AlreadyExists, AwsError
from productsapi.stack import kinds
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.output_names import CLIENT_ID, USER_POOL_ID, pointer_to
from productsapi.steps.user_pool import clients, full_updates

FLOWS = clients.FLOWS
ANALYTICS = "AnalyticsConfiguration"
OF_ANALYTICS = "analytics|pinpoint"
"""Pinpoint ended on 2026-10-30: what a client still has of it may be refused, sent back (C9)."""
DEFAULTS = {"AccessToken": (1, "hours"), "IdToken": (1, "hours"), "RefreshToken": (30, "days")}
"""What holds where Cognito returns no length, or no unit."""


@dataclass(frozen=True)
class UserPoolClient(clients.ClientPart, Managed):
    """What front ends sign in through: public, without a secret, its id carried by them."""

    kind = kinds.APP_CLIENT
    unique = False
    exposure_fields = frozenset({"other_flows"})
    outputs = (CLIENT_ID,)
    inputs = (USER_POOL_ID,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pool_id = known.get(USER_POOL_ID)
        if pool_id is None:
            return None
        client = self._pointed_at(aws, pool_id, known.get(pointer_to(CLIENT_ID)))
        client = client or clients.ours(self.stack, aws, pool_id)
        if client is None:
            return None
        flows = clients.flows(client)
        fields = {
            "name": client["ClientName"],
            "auth_flows": sorted(flows & set(FLOWS)),
            "other_flows": ", ".join(sorted(flows - set(FLOWS))) or None,
            "hides_unknown_users": client.get("PreventUserExistenceErrors") == "ENABLED",
            "id_token": _validity_of(client, "IdToken"),
            "access_token": _validity_of(client, "AccessToken"),
            "refresh_token": _validity_of(client, "RefreshToken"),
            "revocation": client.get("EnableTokenRevocation", False),
        }
        return Observed(fields, {CLIENT_ID: client["ClientId"]}, raw=client)

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.config.user_pool
        return {
            "name": self.name,
            "auth_flows": sorted(FLOWS),
            "other_flows": None,
            "hides_unknown_users": True,
            "id_token": _validity(pool.id_token_minutes, "minutes"),
            "access_token": _validity(pool.id_token_minutes, "minutes"),
            "refresh_token": _validity(pool.refresh_token_days, "days"),
            "revocation": True,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Look again afterwards: one that was made before may only show by now."""
        client = aws.call(
            "cognito-idp",
            "CreateUserPoolClient",
            UserPoolId=known[USER_POOL_ID],
            GenerateSecret=False,
            **clients.settings(self.stack),
        )["UserPoolClient"]
        pool_id = str(known[USER_POOL_ID])
        if first := clients.oldest(self.stack, aws, pool_id, client):
            clients.remove(aws, pool_id, client["ClientId"])
            raise AlreadyExists("CreateUserPoolClient", "Duplicate", f"{first} was there before")
        return {CLIENT_ID: client["ClientId"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """UpdateUserPoolClient resets what it isn't given, so all its settings are sent."""
        left_out = full_updates.OF_THE_CLIENT
        current = full_updates.current(aws, "UpdateUserPoolClient", observed.raw, left_out)
        sent = {**current, **clients.settings(self.stack)}
        try:
            aws.call("cognito-idp", "UpdateUserPoolClient", **sent)
        except AwsError as error:
            if ANALYTICS not in sent or not re.search(OF_ANALYTICS, error.text, re.IGNORECASE):
                raise
            del sent[ANALYTICS]
            aws.on_wait(
                "AWS no longer accepts AnalyticsConfiguration: the client is updated without it"
            )
            aws.call("cognito-idp", "UpdateUserPoolClient", **sent)
        return {}

    def _pointed_at(self, aws: Aws, pool_id: str, client_id: str | None) -> clients.Client | None:
        if client_id is None:
            return None
        what = f"the app client {client_id}"
        look = partial(clients.described, pool_id=pool_id, client_id=client_id)
        return reread_until_visible(aws, what, look)


def _validity_of(client: Mapping[str, Any], token: str) -> str:
    length, unit = DEFAULTS[token]
    reported = client.get(f"{token}Validity")
    if not reported:
        return _validity(length, unit)
    return _validity(reported, client.get("TokenValidityUnits", {}).get(token, unit))


def _validity(length: int, unit: str) -> str:
    """In the one unit that compares: 1 hour and 60 minutes are the same."""
    minutes = {"seconds": 1 / 60, "minutes": 1, "hours": 60, "days": 1440}
    return f"{length * minutes[unit]:.10g} minutes"
