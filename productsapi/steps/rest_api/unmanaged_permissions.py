"""Statements on our functions that aren't ours: ways past the gateway, and so past its lock."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Cleanup, Observed
from productsapi.releases.switch import MOVED, wait_for_edge
from productsapi.routes import ROUTES
from productsapi.stack import ALIAS, Stack, kinds
from productsapi.stack.output_names import API_ID, latest_code
from productsapi.steps.rest_api import resource_policy
from productsapi.steps.rest_api.invoke_permissions import statement_id

ON_ALIAS = f"{ALIAS}:"
"""Before a statement's id, which holds no colon: it is on the alias, not on the function."""


@dataclass(frozen=True)
class ForeignPermissions(Cleanup):
    """What the console left on the function, a former API on the alias, or somebody anywhere.

    Removed when the stage serves the new deployment: one made by hand reaches the function by them.
    """

    stack: Stack
    function: str
    step = "rest_api"
    kind = kinds.FOREIGN_PERMISSIONS
    inputs = (API_ID,)
    exposure_fields = frozenset({"statements"})

    @property
    def name(self) -> str:
        return self.stack.function_name(self.function)

    @property
    def lookup_inputs(self) -> tuple[Output, ...]:
        return (API_ID, self._is_ours)

    @property
    def parent(self) -> Key:
        return kinds.FUNCTION(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (kinds.STAGE(self.stack.config.api.stage),)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        if known.get(self._is_ours) is None:
            return None
        ours = {
            statement_id(known[API_ID], route)
            for route in ROUTES
            if route.function == self.function
        }
        aws.prefetch("lambda", "GetPolicy", FunctionName=self.name)
        on_alias = resource_policy.of_alias(aws, self.name)
        found = {
            **resource_policy.of_function(aws, self.name),
            **{ON_ALIAS + sid: described for sid, described in on_alias.items() if sid not in ours},
        }
        described = {sid: resource_policy.in_words(found[sid]) for sid in sorted(found)}
        return Observed({"statements": described}) if described else None

    def remove(self, aws: Aws, known: Outputs, observed: Observed) -> Given:
        """Not at once: what the stage served before is still called, and would end in a 500."""
        if moved := known.get(MOVED):
            wait_for_edge(aws, float(moved), f"the gateway may still call {self.name} as before")
        for reported in observed.fields["statements"]:
            sid = reported.removeprefix(ON_ALIAS)
            resource_policy.remove(aws, self.name, sid, alias=reported.startswith(ON_ALIAS))
        return {}

    @property
    def _is_ours(self) -> Output:
        """Only a function of ours gives it."""
        return latest_code(self.function)
