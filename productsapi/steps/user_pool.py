"""Step 6: who may come in: the user pool, the app client, and the authorizer of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import AccessDenied, NotFound, Refused
from productsapi.steps.api_tree import LANE
from productsapi.steps.stack import STACK_TAG, Stack

NEW_POOL = (
    "Cognito fixes it when the pool is made: keep what the pool has, "
    "or give user_pool.name a new name and let the users sign up again"
)
FIXED = {"sign_in": NEW_POOL, "required_attributes": NEW_POOL}

FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH")
TOKEN_UNITS = {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}


def resources(stack: Stack) -> list[Resource]:
    return [UserPool(stack), UserPoolClient(stack), Authorizer(stack)]


@dataclass(frozen=True)
class UserPool(Resource):
    stack: Stack
    step = "user_pool"
    kind = "user pool"
    unique = False
    fixed = FIXED
    provides = ("user_pool_id",)
    located_by = ("pointer to user_pool_id",)

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.name

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pool = self._pointed_at(aws, known.get("pointer to user_pool_id")) or self._listed(aws)
        if pool is None:
            return None
        tags = pool.get("UserPoolTags", {})
        schema = pool.get("SchemaAttributes", [])
        required = {a["Name"] for a in schema if a.get("Required")} - {"sub"}
        password = pool.get("Policies", {}).get("PasswordPolicy", {})
        fields = {
            "name": pool["Name"],
            "sign_in": ", ".join(pool.get("UsernameAttributes", [])) or "user name",
            "required_attributes": ", ".join(sorted(required)),
            "auto_verified": ", ".join(pool.get("AutoVerifiedAttributes", [])) or None,
            "self_sign_up": not pool.get("AdminCreateUserConfig", {}).get(
                "AllowAdminCreateUserOnly", False
            ),
            "password_length": password.get("MinimumLength"),
            "deletion_protection": pool.get("DeletionProtection") == "ACTIVE",
            "tags": self.stack.ours_among(tags),
        }
        outputs = {"user_pool_id": pool["Id"]}
        return Observed(fields, outputs, self.stack.owns(tags), pool)

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.config.user_pool
        return {
            "name": pool.name,
            "sign_in": "user name",
            "required_attributes": "email",
            "auto_verified": None,
            "self_sign_up": pool.self_sign_up,
            "password_length": pool.password_length,
            "deletion_protection": pool.deletion_protection,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        """Without an auto-verified attribute nobody can confirm himself, as in the guide."""
        pool = aws.call(
            "cognito-idp",
            "CreateUserPool",
            PoolName=self.name,
            UserPoolTags=dict(self.stack.tags),
            UserPoolTier="LITE",  # enough for names and passwords, and the cheapest
            Schema=[{"Name": "email", "Required": True, "Mutable": True}],
            UsernameConfiguration={"CaseSensitive": False},
            MfaConfiguration="OFF",
            **self._settings({}),
        )["UserPool"]
        return {"user_pool_id": pool["Id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """UpdateUserPool resets what it isn't told, so everything the pool has goes along."""
        taken = aws.accepts("cognito-idp", "UpdateUserPool")
        current = {name: value for name, value in observed.raw.items() if name in taken}
        tags = {**observed.raw.get("UserPoolTags", {}), **self.stack.tags}
        aws.call(
            "cognito-idp",
            "UpdateUserPool",
            **{
                **current,
                **self._settings(observed.raw),
                "UserPoolId": observed.outputs["user_pool_id"],
                "PoolName": self.name,
                "UserPoolTags": tags,
            },
        )
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        try:
            aws.call("cognito-idp", "DeleteUserPool", UserPoolId=observed.outputs["user_pool_id"])
        except NotFound:
            return

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if observed.fields["deletion_protection"]:
            if self.stack.delete_data:
                raise Refused(
                    f"{self.key} is protected against deletion, so --delete-data does nothing",
                    "set user_pool.deletion_protection to false, `productsapi deploy`, "
                    "then tear down",
                )
            return "its deletion protection is on"
        if self.stack.delete_data:
            return None
        try:  # never EstimatedNumberOfUsers: it is what it says
            page = aws.call(
                "cognito-idp", "ListUsers", UserPoolId=observed.outputs["user_pool_id"], Limit=1
            )
        except AccessDenied:
            return "whether it has users can't be seen (cognito-idp:ListUsers isn't allowed)"
        except NotFound:
            return None
        return "it has users (--delete-data removes them)" if page.get("Users") else None

    def _settings(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """What we set, within what others may have set beside it."""
        pool = self.stack.config.user_pool
        policies, creation = current.get("Policies", {}), current.get("AdminCreateUserConfig", {})
        # Cognito tells this old name of TemporaryPasswordValidityDays and refuses both together.
        creation = {n: v for n, v in creation.items() if n != "UnusedAccountValidityDays"}
        strict = dict.fromkeys(
            ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"), True
        )
        password = {**strict, **policies.get("PasswordPolicy", {})}
        return {
            "Policies": {
                **policies,
                "PasswordPolicy": {**password, "MinimumLength": pool.password_length},
            },
            "AutoVerifiedAttributes": [],
            "AdminCreateUserConfig": {
                **creation,
                "AllowAdminCreateUserOnly": not pool.self_sign_up,
            },
            "DeletionProtection": "ACTIVE" if pool.deletion_protection else "INACTIVE",
        }

    def _pointed_at(self, aws: Aws, pool_id: str | None) -> dict[str, Any] | None:
        if pool_id is None:
            return None
        try:
            pool = self._describe(aws, pool_id)
        except NotFound:
            return None
        return pool if self.stack.owns(pool.get("UserPoolTags", {})) else None

    def _listed(self, aws: Aws) -> dict[str, Any] | None:
        """Names aren't unique and the listing tells no tags: look at each namesake."""
        pages = aws.pages("cognito-idp", "ListUserPools", MaxResults=60)
        named = [p["Id"] for page in pages for p in page["UserPools"] if p["Name"] == self.name]
        pools = [self._describe(aws, pool_id) for pool_id in named]
        ours = [pool for pool in pools if self.stack.owns(pool.get("UserPoolTags", {}))]
        if len(ours) > 1:
            ids = ", ".join(pool["Id"] for pool in ours)
            raise Refused(
                f"two user pools carry the tag {STACK_TAG}={self.stack.config.stack}: {ids}",
                "remove the one that isn't in use, or its tag, then repeat the command",
            )
        untagged = [pool for pool in pools if STACK_TAG not in pool.get("UserPoolTags", {})]
        return next(iter([*ours, *untagged]), None)

    def _describe(self, aws: Aws, pool_id: str) -> dict[str, Any]:
        pool: dict[str, Any] = aws.call("cognito-idp", "DescribeUserPool", UserPoolId=pool_id)[
            "UserPool"
        ]
        return pool


@dataclass(frozen=True)
class UserPoolClient(Resource):
    """What front ends sign in through: public, without a secret, its id carried by them."""

    stack: Stack
    step = "user_pool"
    kind = "app client"
    unique = False
    provides = ("client_id",)
    needs = ("user_pool_id",)
    located_by = ("user_pool_id", "pointer to client_id")

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.client

    @property
    def part_of(self) -> str:
        return f"user pool {self.stack.config.user_pool.name}"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        pool_id = known.get("user_pool_id")
        if pool_id is None:
            return None
        pointer = known.get("pointer to client_id")
        client = (pointer and self._describe(aws, pool_id, pointer)) or self._listed(aws, pool_id)
        if client is None:
            return None
        units = client.get("TokenValidityUnits", {})
        fields = {
            "name": client["ClientName"],
            "auth_flows": sorted(client.get("ExplicitAuthFlows", [])),
            "hides_unknown_users": client.get("PreventUserExistenceErrors") == "ENABLED",
            "id_token": _validity(client.get("IdTokenValidity"), units.get("IdToken", "hours")),
            "access_token": _validity(
                client.get("AccessTokenValidity"), units.get("AccessToken", "hours")
            ),
            "refresh_token": _validity(
                client.get("RefreshTokenValidity"), units.get("RefreshToken", "days")
            ),
            "revocation": client.get("EnableTokenRevocation", False),
        }
        return Observed(fields, {"client_id": client["ClientId"]}, raw=client)

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.config.user_pool
        return {
            "name": self.name,
            "auth_flows": sorted(FLOWS),
            "hides_unknown_users": True,
            "id_token": _validity(pool.id_token_minutes, "minutes"),
            "access_token": _validity(pool.id_token_minutes, "minutes"),
            "refresh_token": _validity(pool.refresh_token_days, "days"),
            "revocation": True,
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        client = aws.call(
            "cognito-idp",
            "CreateUserPoolClient",
            UserPoolId=known["user_pool_id"],
            GenerateSecret=False,
            **self._settings(),
        )["UserPoolClient"]
        return {"client_id": client["ClientId"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """UpdateUserPoolClient resets what it isn't told, so everything the client has goes along."""
        taken = aws.accepts("cognito-idp", "UpdateUserPoolClient")
        current = {name: value for name, value in observed.raw.items() if name in taken}
        aws.call("cognito-idp", "UpdateUserPoolClient", **{**current, **self._settings()})
        return {}

    def _settings(self) -> dict[str, Any]:
        pool = self.stack.config.user_pool
        return {
            "ClientName": self.name,
            "ExplicitAuthFlows": list(FLOWS),
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": True,
            "IdTokenValidity": pool.id_token_minutes,
            "AccessTokenValidity": pool.id_token_minutes,
            "RefreshTokenValidity": pool.refresh_token_days,
            "TokenValidityUnits": TOKEN_UNITS,
        }

    def _listed(self, aws: Aws, pool_id: str) -> dict[str, Any] | None:
        pages = aws.pages("cognito-idp", "ListUserPoolClients", UserPoolId=pool_id, MaxResults=60)
        clients = [client for page in pages for client in page["UserPoolClients"]]
        named = [c["ClientId"] for c in clients if c["ClientName"] == self.name]
        if len(named) > 1:
            raise Refused(
                f"the user pool {pool_id} has {len(named)} app clients of the name {self.name}: "
                + ", ".join(named),
                "remove the one that isn't in use, then repeat the command",
            )
        return self._describe(aws, pool_id, named[0]) if named else None

    def _describe(self, aws: Aws, pool_id: str, client_id: str) -> dict[str, Any] | None:
        try:
            client: dict[str, Any] = aws.call(
                "cognito-idp", "DescribeUserPoolClient", UserPoolId=pool_id, ClientId=client_id
            )["UserPoolClient"]
        except NotFound:
            return None
        return client


@dataclass(frozen=True)
class Authorizer(Resource):
    """Lets in whoever holds an ID token of the pool; every method but OPTIONS hangs on it."""

    stack: Stack
    step = "user_pool"
    kind = "authorizer"
    lane = LANE
    provides = ("authorizer_id",)
    needs = ("api_id", "user_pool_id")
    located_by = ("api_id",)

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.authorizer

    @property
    def part_of(self) -> str:
        return f"rest api {self.stack.config.api.name}"

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        if api_id is None:
            return None
        pages = aws.pages("apigateway", "GetAuthorizers", restApiId=api_id, limit=500)
        for found in (item for page in pages for item in page.get("items", [])):
            if found["name"] == self.name:
                fields = {
                    "type": found.get("type"),
                    "user_pools": ", ".join(found.get("providerARNs", [])),
                    "token_source": found.get("identitySource"),
                    "token_pattern": found.get("identityValidationExpression") or None,
                }
                return Observed(fields, {"authorizer_id": found["id"]}, raw=found)
        return None

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.place.user_pool_arn("{user_pool_id}")
        return {
            "type": "COGNITO_USER_POOLS",
            "user_pools": known.fill(pool, "user_pool_id"),
            "token_source": "method.request.header.Authorization",
            "token_pattern": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        want = self.want(known)
        made = aws.call(
            "apigateway",
            "CreateAuthorizer",
            restApiId=known["api_id"],
            name=self.name,
            type=want["type"],
            providerARNs=[want["user_pools"]],
            identitySource=want["token_source"],
        )
        return {"authorizer_id": made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        want = self.want(known)
        had = filter(None, observed.fields["user_pools"].split(", "))
        patches = [
            {"op": "replace", "path": "/type", "value": want["type"]},
            {"op": "replace", "path": "/identitySource", "value": want["token_source"]},
        ]
        if observed.fields["token_pattern"]:
            empty = {"op": "replace", "path": "/identityValidationExpression", "value": ""}
            patches.append(empty)
        if "user_pools" in changed:  # the new pool in before the old ones go: it can't be without
            wanted = want["user_pools"]
            patches.append({"op": "add", "path": "/providerARNs", "value": wanted})
            patches += [
                {"op": "remove", "path": "/providerARNs", "value": arn}
                for arn in had
                if arn != wanted
            ]
        aws.call(
            "apigateway",
            "UpdateAuthorizer",
            restApiId=known["api_id"],
            authorizerId=observed.outputs["authorizer_id"],
            patchOperations=patches,
        )
        return {}


def _validity(length: int | None, unit: str) -> str:
    """In the one unit that compares: 1 hour and 60 minutes are the same."""
    minutes = {"seconds": 1 / 60, "minutes": 1, "hours": 60, "days": 1440}
    return f"{(length or 0) * minutes[unit]:g} minutes"
