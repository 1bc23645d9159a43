"""The statements by which each function lets this API, and only its own route, invoke it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.routes import ROUTES, Route
from productsapi.stack import ALIAS, Stack, kinds
from productsapi.stack.output_names import API_ID
from productsapi.steps.rest_api import resource_policy

ACTION = "lambda:InvokeFunction"
GATEWAY = "apigateway.amazonaws.com"


@dataclass(frozen=True)
class InvokePermission(Managed):
    """Scoped to this API, method and path; on the alias, since that is what the gateway invokes.

    Deleting an API leaves its statements behind: those of a former one count as foreign.
    """

    stack: Stack
    route: Route
    step = "rest_api"
    kind = kinds.INVOKE_PERMISSION
    inputs = (API_ID,)
    lookup_inputs = (API_ID,)
    exposure_fields = frozenset({"source_arn", "principal", "action"})

    @property
    def name(self) -> str:
        return str(self.route)

    @property
    def parent(self) -> Key:
        return kinds.FUNCTION(self._function)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """One after another: Lambda loses statements that are added to one policy side by side.

        Found by terraform-provider-aws (internal/service/lambda/permission.go), and owned by AWS.
        """
        earlier = ROUTES[: ROUTES.index(self.route)]
        same = [r for r in earlier if r.function == self.route.function]
        return (kinds.LIVE_CODE(self._function), *(self.kind(str(route)) for route in same))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = resource_policy.of_alias(aws, self._function)
        current = found.get(str(statement_id(known[API_ID], self.route)))
        return Observed(resource_policy.granted(current)) if current else None

    def want(self, known: Outputs) -> Fields:
        path = re.sub(r"\{[^}]+\}", "*", self.route.path)
        source = f"{{api_id}}/*/{self.route.method}{path}"
        return {
            "source_arn": known.fill(self.stack.location.arn("execute-api", source), API_ID),
            "principal": GATEWAY,
            "action": ACTION,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        aws.call(
            "lambda",
            "AddPermission",
            FunctionName=self._function,
            Qualifier=ALIAS,
            StatementId=statement_id(known[API_ID], self.route),
            Action=ACTION,
            Principal=GATEWAY,
            SourceArn=self.want(known)["source_arn"],
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """A statement can't be changed, only replaced."""
        current = statement_id(known[API_ID], self.route)
        resource_policy.remove(aws, self._function, current, alias=True)
        return self.create(aws, known)

    @property
    def _function(self) -> str:
        return self.stack.function_name(self.route.function)


def statement_id(api_id: Any, route: Route) -> str:
    """The id that we give a route's statement: it names the API and the route."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", str(route)).strip("-")
    return f"productsapi-{api_id}-{slug}"
