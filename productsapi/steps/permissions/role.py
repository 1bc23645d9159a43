"""The role that Lambda takes on for a function."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from productsapi import function_role_policies
from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed, Ownership, Resource
from productsapi.errors import NotFound
from productsapi.function_role_policies import Document
from productsapi.stack import Stack, kinds, role_name, tag_list, tag_map
from productsapi.stack import function_settings as settings
from productsapi.stack.previous_names import description, left_over, previous_names
from productsapi.stack.tag_sync import Tagged, set_tags
from productsapi.steps.permissions.existing_policies import (
    attached_policies,
    canonical,
    detach,
    inline_policies,
    remove_inline,
)


@dataclass(frozen=True)
class Role(Managed):
    """The first to be made of all that has a function's name: see previous_names.py."""

    stack: Stack
    function: str
    step = "permissions"
    kind = kinds.ROLE

    @property
    def name(self) -> str:
        return self.stack.role_name(self.function)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return (settings.role_id(self.function),)

    @property
    def exposure_fields(self) -> frozenset[str]:
        """A boundary only shuts; one that isn't asked for opens nothing when it goes."""
        bounded = self.stack.config.permissions.boundary
        return frozenset({"trust", "boundary"} if bounded else {"trust"})

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        return [PreviousRole(self.stack, self.function, n) for n in previous_names(self.stack, aws)]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            role = aws.call("iam", "GetRole", RoleName=self.name)["Role"]
        except NotFound:
            return None
        tags = tag_map(role.get("Tags", []))
        fields = {
            "trust": _trust(role["AssumeRolePolicyDocument"]),
            "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": self.stack.ours_among(tags),
        }
        elsewhere = role["Path"] != self.stack.role_path
        ownership = Ownership.OTHER_STACK if elsewhere else self.stack.ownership(tags)
        owner = self.stack.owner(tags) or (_stack_of(role["Path"]) if elsewhere else "")
        outputs = dict.fromkeys(self.outputs, role["RoleId"])
        return Observed(fields, outputs, ownership, owner=owner)

    def want(self, known: Outputs) -> Fields:
        return {
            "trust": _trust(function_role_policies.lambda_trust()),
            "boundary": self.stack.config.permissions.boundary,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        boundary = self.stack.config.permissions.boundary
        made = aws.call(
            "iam",
            "CreateRole",
            Path=self.stack.role_path,
            RoleName=self.name,
            AssumeRolePolicyDocument=canonical(function_role_policies.lambda_trust()),
            Description=description(self.stack.function_name(self.function)),
            Tags=tag_list(self.stack.tags),
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        return {settings.role_id(self.function): made["Role"]["RoleId"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        if "tags" in changed:
            set_tags(self.stack, aws, Tagged("iam", self.name), observed.fields["tags"])
        if "trust" in changed:
            trust = canonical(function_role_policies.lambda_trust())
            aws.call("iam", "UpdateAssumeRolePolicy", RoleName=self.name, PolicyDocument=trust)
        if "boundary" in changed:
            self._set_boundary(aws)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        """IAM refuses to delete a role that still holds policies, so these go first, whoever's."""
        looking = aws.remembering()
        looking.prefetch("iam", "ListAttachedRolePolicies", RoleName=self.name)
        with suppress(NotFound):
            for name in inline_policies(looking, self.name):
                remove_inline(aws, self.name, name)
            for arn in attached_policies(looking, self.name):
                detach(aws, self.name, arn)
            aws.call("iam", "DeleteRole", RoleName=self.name)

    def _set_boundary(self, aws: Aws) -> None:
        boundary = self.stack.config.permissions.boundary
        if boundary is None:
            aws.call("iam", "DeleteRolePermissionsBoundary", RoleName=self.name)
            return
        aws.call(
            "iam",
            "PutRolePermissionsBoundary",
            RoleName=self.name,
            PermissionsBoundary=boundary,
        )


@dataclass(frozen=True)
class PreviousRole(Role):
    """The role of a function that is called otherwise now; the last of its things to go."""

    former: str
    wanted = False

    @property
    def name(self) -> str:
        return role_name(self.former, self.stack.location.region)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return ()

    @property
    def delete_after(self) -> tuple[Key, ...]:
        return (kinds.FUNCTION(self.former), kinds.LOG_GROUP(f"/aws/lambda/{self.former}"))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        return left_over(super().read(aws, known))


def _stack_of(path: str) -> str:
    """The stack whose roles have this path; empty where that isn't one of ours."""
    first, _, rest = path.strip("/").partition("/")
    return rest if first == "productsapi" and "/" not in rest else ""


def _trust(document: Document) -> str:
    return canonical({**document, "Statement": function_role_policies.statements(document)})
