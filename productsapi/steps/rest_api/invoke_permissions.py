"""The statements by which each function lets this API, and only its own route, invoke it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.routes import ROUTES, Route
from productsapi.steps.stack import ALIAS, Stack

PREFIX = "productsapi-"
ACTION = "lambda:InvokeFunction"
GATEWAY = "apigateway.amazonaws.com"


@dataclass(frozen=True)
class InvokePermission(Resource):
    """Scoped to this API, method and path; on the alias, since that is what the gateway invokes.

    Deleting an API leaves its statements behind, so those of former APIs go here.
    """

    stack: Stack
    route: Route
    step = "rest_api"
    kind = "invoke permission"
    needs = ("api_id",)
    located_by = ("api_id",)

    @property
    def name(self) -> str:
        return str(self.route)

    @property
    def part_of(self) -> str:
        return f"function {self._function}"

    @property
    def after(self) -> tuple[str, ...]:
        """One after another: Lambda loses statements that are added to one policy side by side.

        Found by terraform-provider-aws (internal/service/lambda/permission.go), and owned by AWS.
        """
        earlier = ROUTES[: ROUTES.index(self.route)]
        same = [r for r in earlier if r.function == self.route.function]
        return (f"live code {self._function}", *(f"{self.kind} {route}" for route in same))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        statements = self._statements(aws)
        current = self._statement_id(known)
        stale = sorted(sid for sid in statements if sid != current)
        if not statements:
            return None
        return Observed(
            {**_granted(statements.get(str(current), {})), "left_over": ", ".join(stale) or None}
        )

    def want(self, known: Outputs) -> Fields:
        path = re.sub(r"\{[^}]+\}", "*", self.route.path)
        source = f"{{api_id}}/*/{self.route.method}{path}"
        return {
            "source_arn": known.fill(self.stack.place.arn("execute-api", source), "api_id"),
            "principal": GATEWAY,
            "action": ACTION,
            "left_over": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "lambda",
            "AddPermission",
            FunctionName=self._function,
            Qualifier=ALIAS,
            StatementId=self._statement_id(known),
            Action=ACTION,
            Principal=GATEWAY,
            SourceArn=self.want(known)["source_arn"],
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """The new statement first, the old ones after: at no moment does the route fail."""
        current = self._statement_id(known)
        statements = self._statements(aws)
        if changed - {"left_over"}:
            if current in statements:  # a statement can't be changed, only replaced
                self._remove(aws, str(current))
            self.create(aws, known)
        for statement_id in statements:
            if statement_id != current:
                self._remove(aws, statement_id)
        return {}

    def _statements(self, aws: Aws) -> dict[str, Any]:
        """The alias's statements for this route, by id: those of this API and of former ones."""
        try:
            answer = aws.call("lambda", "GetPolicy", FunctionName=self._function, Qualifier=ALIAS)
        except NotFound:
            return {}
        ours = re.compile(rf"{PREFIX}[a-z0-9]+-{re.escape(self._slug)}")
        policy = json.loads(answer["Policy"])
        return {s["Sid"]: s for s in policy["Statement"] if ours.fullmatch(s.get("Sid", ""))}

    def _remove(self, aws: Aws, statement_id: str) -> None:
        with suppress(NotFound):
            aws.call(
                "lambda",
                "RemovePermission",
                FunctionName=self._function,
                Qualifier=ALIAS,
                StatementId=statement_id,
            )

    @property
    def _function(self) -> str:
        return self.stack.function_name(self.route.function)

    @property
    def _slug(self) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "-", str(self.route)).strip("-")

    def _statement_id(self, known: Outputs) -> Any:
        return known.fill(f"{PREFIX}{{api_id}}-{self._slug}", "api_id")


def _granted(statement: Mapping[str, Any]) -> Fields:
    """What a statement grants; whatever it says otherwise than we would shows as another value."""
    principal, condition = statement.get("Principal"), statement.get("Condition")
    service = principal.get("Service") if isinstance(principal, Mapping) else principal
    source = json.dumps(condition, sort_keys=True) if condition else None
    if isinstance(condition, Mapping) and condition.keys() == {"ArnLike"}:
        source = condition["ArnLike"].get("AWS:SourceArn")
    return {"source_arn": source, "principal": service, "action": statement.get("Action")}
