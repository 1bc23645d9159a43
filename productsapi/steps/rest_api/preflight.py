"""OPTIONS, which browsers ask before they send a token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.errors import NotFound
from productsapi.routes import methods, request_headers
from productsapi.steps.api_tree import PREFLIGHT, ApiPart, address, method

STATUS = "204"
ANSWER = {"application/json": f'{{"statusCode": {STATUS}}}'}
HEADER = "method.response.header."


@dataclass(frozen=True)
class Preflight(ApiPart):
    """OPTIONS, open to all, answered by the gateway: browsers ask it before they send a token."""

    path: str
    step = "rest_api"
    kind = "method"

    @property
    def name(self) -> str:
        return f"{PREFLIGHT} {self.path}"

    @property
    def needs(self) -> tuple[str, ...]:
        return ("api_id", f"id of {self.path}")

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        found = method(aws, api_id, self.path, PREFLIGHT) if api_id else None
        if found is None:
            return None
        integration = found.get("methodIntegration") or {}
        answer = (integration.get("integrationResponses") or {}).get(STATUS, {})
        declared = (found.get("methodResponses") or {}).get(STATUS, {})
        values = answer.get("responseParameters") or {}
        fields = {
            "authorization": found.get("authorizationType"),
            "api_key_required": found.get("apiKeyRequired", False),
            "integration": integration.get("type"),
            "answer": integration.get("requestTemplates", {}),
            "headers": {
                name.removeprefix(HEADER): values[name]
                for name in declared.get("responseParameters", {})
                if name in values
            },
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        allowed = ",".join((*methods(self.path), PREFLIGHT))
        headers = ",".join(request_headers(with_key=self.stack.config.api.key))
        return {
            "authorization": "NONE",
            "api_key_required": False,
            "integration": "MOCK",
            "answer": ANSWER,
            "headers": {
                "Access-Control-Allow-Origin": f"'{self.stack.config.api.cors_origin}'",
                "Access-Control-Allow-Methods": f"'{allowed}'",
                "Access-Control-Allow-Headers": f"'{headers}'",
            },
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        there = address(known, self.path, PREFLIGHT)
        headers = {HEADER + n: v for n, v in self.want(known)["headers"].items()}
        aws.call("apigateway", "PutMethod", **there, authorizationType="NONE")
        aws.call(
            "apigateway",
            "PutMethodResponse",
            **there,
            statusCode=STATUS,
            responseParameters=dict.fromkeys(headers, False),
        )
        aws.call(
            "apigateway",
            "PutIntegration",
            **there,
            type="MOCK",
            requestTemplates=ANSWER,
        )
        aws.call(
            "apigateway",
            "PutIntegrationResponse",
            **there,
            statusCode=STATUS,
            responseParameters=headers,
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """Made anew, since its responses can't be put twice; callers have the deployed one."""
        with suppress(NotFound):
            aws.call("apigateway", "DeleteMethod", **address(known, self.path, PREFLIGHT))
        return self.create(aws, known)
