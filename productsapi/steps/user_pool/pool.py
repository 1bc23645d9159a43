"""The user pool: who the users are, and how they become some."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import AccessDenied, NotFound, Refused
from productsapi.steps.stack import STACK_TAG, Stack
from productsapi.steps.user_pool import replaced

NEW_POOL = (
    "Cognito fixes it when the pool is made: keep what the pool has, "
    "or give user_pool.name a new name and let the users sign up again"
)
FIXED = {"sign_in": NEW_POOL, "required_attributes": NEW_POOL}

NO_CODES: dict[str, Any] = {
    "AutoVerifiedAttributes": [],
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
}
"""No code by mail or message lets anyone confirm himself; only an administrator does. The second
can't name what the first doesn't, and stays as it was where it is left out."""


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
        return Observed(fields, outputs, self.stack.claim(tags), pool, identity=pool["Id"])

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
        current = replaced.current(aws, "UpdateUserPool", observed.raw, replaced.OF_THE_POOL)
        tags = observed.raw.get("UserPoolTags", {})
        others = {name: value for name, value in tags.items() if not name.startswith("aws:")}
        aws.call(
            "cognito-idp",
            "UpdateUserPool",
            **{
                **current,
                **NO_CODES,
                **self._settings(observed.raw),
                "UserPoolId": observed.outputs["user_pool_id"],
                "PoolName": self.name,
                "UserPoolTags": {**others, **self.stack.tags},
            },
        )
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("cognito-idp", "DeleteUserPool", UserPoolId=observed.outputs["user_pool_id"])

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if observed.fields["deletion_protection"]:
            if self.stack.delete_data:
                raise Refused(
                    f"{self.key} is protected against deletion, so --delete-data does nothing",
                    "set user_pool.deletion_protection to false, `productsapi deploy`, "
                    "then tear down",
                )
            return "its deletion protection is on"
        domain = observed.raw.get("CustomDomain") or observed.raw.get("Domain")
        if domain:
            return f"it has the domain {domain}, which isn't ours and must go first"
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
        policies = current.get("Policies", {})
        creation = dict(current.get("AdminCreateUserConfig", {}))
        creation.pop("UnusedAccountValidityDays", None)  # see replaced.OF_THE_POOL
        strict = dict.fromkeys(
            ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"), True
        )
        password = {**strict, **policies.get("PasswordPolicy", {})}
        return {
            "Policies": {
                **policies,
                "PasswordPolicy": {**password, "MinimumLength": pool.password_length},
            },
            "AdminCreateUserConfig": {
                **creation,
                "AllowAdminCreateUserOnly": not pool.self_sign_up,
            },
            "DeletionProtection": "ACTIVE" if pool.deletion_protection else "INACTIVE",
        }

    def _pointed_at(self, aws: Aws, pool_id: str | None) -> dict[str, Any] | None:
        pool = self._describe(aws, pool_id) if pool_id else None
        return pool if pool and self.stack.owns(pool.get("UserPoolTags", {})) else None

    def _listed(self, aws: Aws) -> dict[str, Any] | None:
        """Names aren't unique and the listing tells no tags: look at each namesake."""
        pages = aws.pages("cognito-idp", "ListUserPools", MaxResults=60)
        named = [p["Id"] for page in pages for p in page["UserPools"] if p["Name"] == self.name]
        pools = [pool for pool_id in named if (pool := self._describe(aws, pool_id))]
        ours = [pool for pool in pools if self.stack.owns(pool.get("UserPoolTags", {}))]
        if len(ours) > 1:
            ids = ", ".join(pool["Id"] for pool in ours)
            raise Refused(
                f"two user pools carry the tag {STACK_TAG}={self.stack.config.stack}: {ids}",
                "remove the one that isn't in use, or its tag, then repeat the command",
            )
        untagged = [pool for pool in pools if STACK_TAG not in pool.get("UserPoolTags", {})]
        return next(iter([*ours, *untagged]), None)

    def _describe(self, aws: Aws, pool_id: str) -> dict[str, Any] | None:
        try:
            answer = aws.call("cognito-idp", "DescribeUserPool", UserPoolId=pool_id)
        except NotFound:
            return None
        pool: dict[str, Any] = answer["UserPool"]
        return pool
