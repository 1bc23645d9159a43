"""The user pool: who the users are, and how they become some."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.engine.teardown import Protected
from productsapi.errors import AccessDenied, AlreadyExists, NotFound
from productsapi.stack import Stack, kinds
from productsapi.stack.duplicates import Choice, choose, oldest, settled
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.output_names import USER_POOL_ID, pointer_to
from productsapi.steps.user_pool import full_updates, pools, self_service, sms

NEW_POOL = (
    "Cognito fixes it when the pool is made: keep what the pool has, "
    "or give user_pool.name a new name and let the users sign up again"
)
IMMUTABLE = {
    "sign_in": NEW_POOL,
    "required_attributes": NEW_POOL,
    sms.FIELD: sms.HINT,
}


@dataclass(frozen=True)
class UserPool(Managed):
    stack: Stack
    step = "user_pool"
    kind = kinds.USER_POOL
    unique = False
    immutable = IMMUTABLE
    outputs = (USER_POOL_ID,)
    lookup_inputs = (pointer_to(USER_POOL_ID),)

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.name

    @property
    def exposure_fields(self) -> frozenset[str]:
        """Codes that confirm whoever signs up, unless they are wanted."""
        wanted = self.stack.config.user_pool.self_confirm
        return frozenset() if wanted else frozenset({"auto_verified"})

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = self._pointed_at(aws, known.get(pointer_to(USER_POOL_ID))) or self._listed(aws)
        if found.chosen is None:
            return None
        pool, tags = found.chosen.answer, found.chosen.tags
        schema = pool.get("SchemaAttributes", [])
        required = {a["Name"] for a in schema if a.get("Required")} - {"sub"}
        password = pool.get("Policies", {}).get("PasswordPolicy", {})
        fields = {
            "name": pool["Name"],
            "sign_in": ", ".join(pool.get("UsernameAttributes", [])) or "user name",
            "required_attributes": ", ".join(sorted(required)),
            "auto_verified": self_service.verified_by_code(pool),
            "recovery": self_service.recovery(pool),
            **sms.confirming(pool, self_sign_up=self.stack.config.user_pool.self_sign_up),
            "self_sign_up": not pool.get("AdminCreateUserConfig", {}).get(
                "AllowAdminCreateUserOnly", False
            ),
            "password_length": password.get("MinimumLength"),
            "deletion_protection": pool.get("DeletionProtection") == "ACTIVE",
            "tags": self.stack.ours_among(tags),
        }
        outputs = {USER_POOL_ID: pool["Id"]}
        notes = self_service.notes(self.stack.config, pool)
        ownership, owner = self.stack.ownership(tags), self.stack.owner(tags)
        label = found.label
        return Observed(fields, outputs, ownership, pool, notes, identity=label, owner=owner)

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.config.user_pool
        return {
            "name": pool.name,
            "sign_in": "user name",
            "required_attributes": "email",
            "auto_verified": self_service.EMAIL if pool.self_confirm else None,
            "recovery": self_service.wanted_recovery(pool),
            sms.FIELD: None,
            "self_sign_up": pool.self_sign_up,
            "password_length": pool.password_length,
            "deletion_protection": pool.deletion_protection,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Without an auto-verified attribute nobody can confirm himself, as in the guide.

        With one, whoever signs up does (user_pool.self_confirm).

        Looks again afterwards: one that was made before may only show by now.
        """
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
            **self_service.codes_of_a_new_pool(self.stack.config.user_pool),
        )["UserPool"]
        others = (c for c in pools.named(aws, self.name) if c.identity != pool["Id"])
        if first := oldest(self.stack, pools.candidate(pool), others):
            pools.remove(aws, pool["Id"])
            raise AlreadyExists("CreateUserPool", "Duplicate", f"{first.identity} was there before")
        return {USER_POOL_ID: pool["Id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """UpdateUserPool resets what it isn't given, so all settings of the pool are sent."""
        current = full_updates.current(
            aws, "UpdateUserPool", observed.raw, full_updates.OF_THE_POOL
        )
        tags, former = observed.raw.get("UserPoolTags", {}), observed.fields["tags"]
        gone = self.stack.no_longer(former)
        others = {n: v for n, v in tags.items() if not n.startswith("aws:") and n not in gone}
        settings = {
            **current,
            **self_service.codes(self.stack.config.user_pool, observed.raw),
            **self._settings(observed.raw),
            "UserPoolId": observed.outputs[USER_POOL_ID],
            "PoolName": self.name,
            "UserPoolTags": {**others, **self.stack.tags},
        }
        with sms.explained(observed.raw):
            aws.call("cognito-idp", "UpdateUserPool", **settings)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("cognito-idp", "DeleteUserPool", UserPoolId=observed.outputs[USER_POOL_ID])

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        if observed.fields["deletion_protection"]:
            if self.stack.delete_data:
                raise Protected([self.key], ["user_pool.deletion_protection"])
            return "its deletion protection is on"
        domain = observed.raw.get("CustomDomain") or observed.raw.get("Domain")
        if domain:
            return f"it has the domain {domain}, which isn't ours and must go first"
        if self.stack.delete_data:
            return None
        pool_id = observed.outputs[USER_POOL_ID]
        try:  # never EstimatedNumberOfUsers: it is what it says
            has_users = pools.has_users(aws, pool_id)
        except AccessDenied:
            return "whether it has users can't be seen (cognito-idp:ListUsers isn't allowed)"
        except NotFound:
            there = pools.described(aws, pool_id)
            return "whether it has users can't be seen: its listing isn't found" if there else None
        return "it has users (--delete-data removes them)" if has_users else None

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
            **self_service.recovering(pool),
            "DeletionProtection": "ACTIVE" if pool.deletion_protection else "INACTIVE",
        }

    def _pointed_at(self, aws: Aws, pool_id: str | None) -> Choice | None:
        if pool_id is None:
            return None
        what, look = f"the user pool {pool_id}", partial(pools.described, pool_id=pool_id)
        found = reread_until_visible(aws, what, look)
        if found is None or not self.stack.owns(found.tags):
            return None
        settled(pools.KIND, found.identity, self.stack.user_pool_id)
        return Choice(found, found.identity)

    def _listed(self, aws: Aws) -> Choice:
        """An untagged pool of this name is found as «not ours»: none is created beside it."""
        named, asked = pools.named(aws, self.name), self.stack.user_pool_id
        if asked and asked not in {pool.identity for pool in named}:
            also = pools.described(aws, asked)
            named += [also] if also else []
        return choose(
            self.stack,
            pools.KIND,
            named,
            name=self.name,
            asked=asked,
            is_empty=lambda pool: not pools.content(aws, pool),
        )
