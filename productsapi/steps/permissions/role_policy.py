"""What a role may do: first no less than the functions need, at last no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from productsapi import function_role_policies
from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Kind, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Fields, Managed, Observed, Resource
from productsapi.errors import NotFound
from productsapi.function_role_policies import Document
from productsapi.stack import CATEGORY_INDEX, Stack, kinds, own_variables
from productsapi.stack import function_settings as settings
from productsapi.steps.permissions.existing_policies import (
    attached_policies,
    canonical,
    detach,
    inline_policies,
    remove_inline,
)

POLICY_NAME = "productsapi"


@dataclass(frozen=True)
class _Rights(Resource):
    """A part of what a role's policies say. What is wanted, and what goes beyond it."""

    stack: Stack
    function: str
    step = "permissions"

    @property
    def name(self) -> str:
        return self.stack.role_name(self.function)

    @property
    def parent(self) -> Key:
        return kinds.ROLE(self.name)

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return own_variables.inputs(self.stack)

    @property
    def inputs(self) -> tuple[Output, ...]:
        return own_variables.inputs(self.stack)

    def document(self, known: Outputs) -> Document:
        table = self.stack.config.table
        return function_role_policies.function_rights(
            self.stack.location,
            self.function,
            table=table.name,
            log_group=self.stack.log_group(self.function),
            sort_key=table.sort_key is not None,
            # also while there is none: taken away with it, it would be missed by the code that is
            # still live then; it opens nothing that Scan doesn't
            index=CATEGORY_INDEX,
            secrets=[str(known[each]) for each in own_variables.inputs(self.stack)],
            traced=self.stack.config.functions.tracing,
        )

    def surplus(self, there: Document, known: Outputs) -> list[Document]:
        """The statements of our policy, as it is there, that allow what none of the wanted does."""
        wanted = function_role_policies.statements(self.document(known))
        return [
            s
            for s in function_role_policies.statements(there)
            if function_role_policies.allows_more(s, wanted)
        ]

    def policy(self, aws: Aws) -> Document | None:
        try:
            answer = aws.call("iam", "GetRolePolicy", RoleName=self.name, PolicyName=POLICY_NAME)
        except NotFound:
            return None
        found: Document = answer["PolicyDocument"]
        return found

    def put(self, aws: Aws, known: Outputs, *, beside: Iterable[Document] = ()) -> None:
        further = [{**each, "Sid": f"Surplus{n}"} for n, each in enumerate(beside, 1)]
        ours = self.document(known)
        document = {**ours, "Statement": [*ours["Statement"], *further]}
        aws.call(
            "iam",
            "PutRolePolicy",
            RoleName=self.name,
            PolicyName=POLICY_NAME,
            PolicyDocument=canonical(document),
        )


@dataclass(frozen=True)
class RolePolicy(_Rights, Managed):
    """What the role must be allowed, before the code that needs it is live.

    What it is allowed beyond that stays for the moment: the code that is live may need it.
    """

    kind = kinds.ROLE_POLICY

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (self.parent,)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        there = self.policy(aws)
        if there is None:
            return None
        surplus = self.surplus(there, known)
        fitting = [each for each in function_role_policies.statements(there) if each not in surplus]
        return Observed({"rights": _by_name(fitting)}, raw={"surplus": surplus})

    def want(self, known: Outputs) -> Fields:
        return {"rights": _by_name(function_role_policies.statements(self.document(known)))}

    def create(self, aws: Aws, known: Outputs) -> Given:
        self.put(aws, known)
        return {settings.rights_added(self.function): "in this run"}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Report added rights to the code that needs them: see LiveCode."""
        self.put(aws, known, beside=observed.raw["surplus"])
        return {settings.rights_added(self.function): "in this run"}


@dataclass(frozen=True)
class RoleLimits(Cleanup, _Rights):
    """That the role is allowed nothing else, by no policy, once the old code has gone."""

    kind = Kind("role limits")
    exposure_fields = frozenset({"statements", "inline_policies", "attached_policies"})

    @property
    def depends_on(self) -> tuple[Key, ...]:
        live = kinds.LIVE_CODE(self.stack.function_name(self.function))
        return (kinds.ROLE_POLICY(self.name), live, kinds.STAGE(self.stack.config.api.stage))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        for listing in ("ListRolePolicies", "ListAttachedRolePolicies"):
            aws.prefetch("iam", listing, RoleName=self.name)
        there = self.policy(aws)
        surplus = self.surplus(there, known) if there else []
        try:
            inline = [name for name in inline_policies(aws, self.name) if name != POLICY_NAME]
            attached = attached_policies(aws, self.name)
        except NotFound:
            return None
        fields = {
            "statements": _by_name(surplus),
            "inline_policies": dict.fromkeys(inline, "there"),
            "attached_policies": dict.fromkeys(attached, "there"),
        }
        return Observed(fields)

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        if observed.fields["statements"]:
            self.put(aws, known)
        for name in observed.fields["inline_policies"]:
            remove_inline(aws, self.name, name)
        for arn in observed.fields["attached_policies"]:
            detach(aws, self.name, arn)
        return {}


def _by_name(statements: Iterable[Document]) -> dict[str, str]:
    """Statements by their names, so that a plan shows which right comes or goes."""
    return {
        each.get("Sid") or f"statement {number}": canonical(each)
        for number, each in enumerate(statements, 1)
    }
