"""The statements by which each function lets this API, and only its own route, invoke it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.routes import Route
from productsapi.steps.stack import ALIAS, Stack

PREFIX = "productsapi-"


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
        return (f"live code {self._function}",)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        statements = self._statements(aws)
        current = self._statement_id(known)
        stale = sorted(sid for sid in statements if sid != current)
        if not statements:
            return None
        granted = statements.get(str(current), {})
        fields = {
            "source_arn": granted.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn"),
            "principal": granted.get("Principal", {}).get("Service"),
            "left_over": ", ".join(stale) or None,
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        path = re.sub(r"\{[^}]+\}", "*", self.route.path)
        source = f"{{api_id}}/*/{self.route.method}{path}"
        return {
            "source_arn": known.fill(self.stack.place.arn("execute-api", source), "api_id"),
            "principal": "apigateway.amazonaws.com",
            "left_over": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "lambda",
            "AddPermission",
            FunctionName=self._function,
            Qualifier=ALIAS,
            StatementId=self._statement_id(known),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=self.want(known)["source_arn"],
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """The new statement first, the old ones after: at no moment does the route fail."""
        current = self._statement_id(known)
        statements = self._statements(aws)
        if changed & {"source_arn", "principal"}:
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
        try:
            aws.call(
                "lambda",
                "RemovePermission",
                FunctionName=self._function,
                Qualifier=ALIAS,
                StatementId=statement_id,
            )
        except NotFound:
            return

    @property
    def _function(self) -> str:
        return self.stack.function_name(self.route.function)

    @property
    def _slug(self) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "-", str(self.route)).strip("-")

    def _statement_id(self, known: Outputs) -> Any:
        return known.fill(f"{PREFIX}{{api_id}}-{self._slug}", "api_id")
