"""OPTIONS, which browsers ask before they send a token."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.names import Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.routes import MERGE_PATCH, methods, request_headers
from productsapi.stack import kinds
from productsapi.stack.api_tree import PREFLIGHT, ApiPart, address, method
from productsapi.stack.output_names import API_ID, path_id

STATUS = "204"
ANSWER = {"application/json": f'{{"statusCode": {STATUS}}}'}
HEADER = "method.response.header."
MAX_AGE_S = 7200
"""The longest that Chromium takes. Without it it asks again after five seconds, and each preflight
counts against the stage's rate."""
ORIGIN = "Access-Control-Allow-Origin"
WHICH_ORIGIN = (
    '#set($origin=$input.params().header.get("Origin"))'
    '#if(!$origin||$origin=="")#set($origin=$input.params().header.get("origin"))#end'
    "#set($allowed=%s)"
    "#if($allowed.contains($origin))"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin=$origin)"
    "#end"
)
"""On one line, so that it leaves no body. HTTP/2 spells the header small, and names have a case
here (AWS guide, override a response). The local cloud reads no VTL: local/gate.py does this one."""


@dataclass(frozen=True)
class Preflight(ApiPart, Managed):
    """OPTIONS, open to all, answered by the gateway: browsers ask it before they send a token."""

    path: str
    step = "rest_api"
    kind = kinds.METHOD

    @property
    def name(self) -> str:
        return f"{PREFLIGHT} {self.path}"

    @property
    def inputs(self) -> tuple[Output, ...]:
        return (API_ID, path_id(self.path))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
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
            "template": {k: v for k, v in (answer.get("responseTemplates") or {}).items() if v},
            "headers": {
                name.removeprefix(HEADER): values[name]
                for name in declared.get("responseParameters", {})
                if name in values
            },
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        allowed = ",".join((*methods(self.path), PREFLIGHT))
        api = self.stack.config.api
        sent = ",".join(request_headers(with_key=api.key, more=api.cors_headers))
        described = {
            "Access-Control-Allow-Methods": allowed,
            "Access-Control-Allow-Headers": sent,
            "Access-Control-Max-Age": str(MAX_AGE_S),
        }
        if "PATCH" in methods(self.path):
            described["Accept-Patch"] = MERGE_PATCH  # RFC 5789, 3.1
        several = len(api.origins) > 1
        described |= {"Vary": "Origin"} if several else {ORIGIN: api.origins[0]}
        template = WHICH_ORIGIN % json.dumps(sorted(api.origins), separators=(",", ":"))
        return {
            "authorization": "NONE",
            "api_key_required": False,
            "integration": "MOCK",
            "answer": ANSWER,
            "template": {"application/json": template} if several else {},
            "headers": {name: f"'{value}'" for name, value in described.items()},
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        there = address(known, self.path, PREFLIGHT)
        want = self.want(known)
        headers = {HEADER + n: v for n, v in want["headers"].items()}
        templates = {"responseTemplates": want["template"]} if want["template"] else {}
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
            **templates,
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """Made anew, since its responses can't be put twice; callers have the deployed one."""
        with suppress(NotFound):
            aws.call("apigateway", "DeleteMethod", **address(known, self.path, PREFLIGHT))
        return self.create(aws, known)
