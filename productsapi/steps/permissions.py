"""Step 3: a role for each function, and the one inline policy that says what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi import policies
from productsapi.aws.caller import Aws
from productsapi.engine.resource import Claim, Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.routes import FUNCTIONS
from productsapi.steps.stack import CATEGORY_INDEX, Stack, tag_list, tag_map

POLICY_NAME = "productsapi"


def resources(stack: Stack) -> list[Resource]:
    roles = [Role(stack, function) for function in FUNCTIONS]
    return [*roles, *(RolePolicy(stack, function) for function in FUNCTIONS)]


@dataclass(frozen=True)
class Role(Resource):
    stack: Stack
    function: str
    step = "permissions"
    kind = "role"

    @property
    def name(self) -> str:
        return self.stack.role_name(self.function)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            role = aws.call("iam", "GetRole", RoleName=self.name)["Role"]
        except NotFound:
            return None
        tags = tag_map(role.get("Tags", []))
        fields = {
            "trust": _canonical(role["AssumeRolePolicyDocument"]),
            "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": self.stack.ours_among(tags),
        }
        elsewhere = role["Path"] != self.stack.role_path
        return Observed(fields, claim=Claim.ANOTHERS if elsewhere else self.stack.claim(tags))

    def want(self, known: Outputs) -> Fields:
        return {
            "trust": _canonical(policies.lambda_trust()),
            "boundary": self.stack.config.permissions.boundary,
            "tags": dict(self.stack.tags),
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        boundary = self.stack.config.permissions.boundary
        aws.call(
            "iam",
            "CreateRole",
            Path=self.stack.role_path,
            RoleName=self.name,
            AssumeRolePolicyDocument=_canonical(policies.lambda_trust()),
            Description=f"What {self.stack.function_name(self.function)} may do",
            Tags=tag_list(self.stack.tags),
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        if "tags" in changed:
            aws.call("iam", "TagRole", RoleName=self.name, Tags=tag_list(self.stack.tags))
        if "trust" in changed:
            trust = _canonical(policies.lambda_trust())
            aws.call("iam", "UpdateAssumeRolePolicy", RoleName=self.name, PolicyDocument=trust)
        if "boundary" in changed:
            self._set_boundary(aws)
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        """IAM refuses to delete a role that still holds policies, so these go first, whoever's."""
        with suppress(NotFound):
            for name in self._policies(aws, "ListRolePolicies", "PolicyNames"):
                with suppress(NotFound):
                    aws.call("iam", "DeleteRolePolicy", RoleName=self.name, PolicyName=name)
            for policy in self._policies(aws, "ListAttachedRolePolicies", "AttachedPolicies"):
                with suppress(NotFound):
                    arn = policy["PolicyArn"]
                    aws.call("iam", "DetachRolePolicy", RoleName=self.name, PolicyArn=arn)
            aws.call("iam", "DeleteRole", RoleName=self.name)

    def _policies(self, aws: Aws, listing: str, among: str) -> list[Any]:
        return [
            item for page in aws.pages("iam", listing, RoleName=self.name) for item in page[among]
        ]

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
class RolePolicy(Resource):
    stack: Stack
    function: str
    step = "permissions"
    kind = "role policy"

    @property
    def name(self) -> str:
        return self.stack.role_name(self.function)

    @property
    def part_of(self) -> str:
        return f"role {self.name}"

    @property
    def after(self) -> tuple[str, ...]:
        return (self.part_of,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            answer = aws.call("iam", "GetRolePolicy", RoleName=self.name, PolicyName=POLICY_NAME)
        except NotFound:
            return None
        return Observed({"rights": _by_statement(answer["PolicyDocument"])})

    def want(self, known: Outputs) -> Fields:
        return {"rights": _by_statement(self._document)}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "iam",
            "PutRolePolicy",
            RoleName=self.name,
            PolicyName=POLICY_NAME,
            PolicyDocument=_canonical(self._document),
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)

    @property
    def _document(self) -> policies.Document:
        table = self.stack.config.table
        return policies.function_rights(
            self.stack.place,
            self.function,
            table=table.name,
            log_group=self.stack.log_group(self.function),
            sort_key=table.sort_key is not None,
            # also while there is none: taken away with it, it would be missed by the code that is
            # still live then; it opens nothing that Scan doesn't
            index=CATEGORY_INDEX,
        )


def _by_statement(document: Mapping[str, Any]) -> dict[str, str]:
    """A policy by its statements' names, so that a plan tells which right comes or goes."""
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]  # IAM takes both
    return {
        statement.get("Sid") or f"statement {number}": _canonical(statement)
        for number, statement in enumerate(listed, 1)
    }


def _canonical(document: Mapping[str, object]) -> str:
    """A policy document as text in one spelling, so that equal ones compare equal."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
