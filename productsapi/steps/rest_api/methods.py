"""The methods of step 4: those that reach a function, all behind the authorizer, and OPTIONS."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.errors import NotFound
from productsapi.routes import REQUEST_HEADERS, Route, methods
from productsapi.steps.api_tree import ApiPart, method
from productsapi.steps.stack import ALIAS

PREFLIGHT = "OPTIONS"
PREFLIGHT_STATUS = "204"
PREFLIGHT_ANSWER = {"application/json": f'{{"statusCode": {PREFLIGHT_STATUS}}}'}
ANSWER_HEADER = "method.response.header."


@dataclass(frozen=True)
class ProxyMethod(ApiPart):
    """A method that hands the whole request, with the caller's claims, to a function's alias."""

    route: Route
    step = "rest_api"
    kind = "method"

    @property
    def name(self) -> str:
        return str(self.route)

    @property
    def needs(self) -> tuple[str, ...]:
        return ("api_id", f"id of {self.route.path}", "authorizer_id")

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        found = method(aws, api_id, self.route.path, self.route.method) if api_id else None
        if found is None:
            return None
        integration = found.get("methodIntegration", {})
        fields = {
            "authorization": found.get("authorizationType"),
            "authorizer": found.get("authorizerId"),
            "scopes": ", ".join(found.get("authorizationScopes", [])) or None,
            "api_key_required": found.get("apiKeyRequired", False),
            "integration": integration.get("type"),
            "integration_method": integration.get("httpMethod"),
            "uri": integration.get("uri"),
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        place = self.stack.place
        function = f"{self.stack.function_arn(self.route.function)}:{ALIAS}"
        path = f"path/2015-03-31/functions/{function}/invocations"
        return {
            "authorization": "COGNITO_USER_POOLS",
            "authorizer": known["authorizer_id"],
            "scopes": None,
            "api_key_required": False,
            "integration": "AWS_PROXY",
            "integration_method": "POST",
            "uri": f"arn:{place.partition}:apigateway:{place.region}:lambda:{path}",
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        want = self.want(known)
        aws.call(
            "apigateway",
            "PutMethod",
            **self._address(known),
            authorizationType=want["authorization"],
            authorizerId=want["authorizer"],
            apiKeyRequired=False,
        )
        self._put_integration(aws, known)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """A change of the lock is one call, so that the method is never open in between."""
        patches = []
        if changed & {"authorization", "authorizer"}:
            patches += [
                _patch("replace", "/authorizationType", "COGNITO_USER_POOLS"),
                _patch("replace", "/authorizerId", known["authorizer_id"]),
            ]
        if "api_key_required" in changed:
            patches.append(_patch("replace", "/apiKeyRequired", "false"))
        if "scopes" in changed:  # with any, the method would take access tokens and no ID token
            scopes = observed.fields["scopes"].split(", ")
            patches += [_patch("remove", "/authorizationScopes", scope) for scope in scopes]
        if patches:
            aws.call("apigateway", "UpdateMethod", **self._address(known), patchOperations=patches)
        if changed & {"integration", "integration_method", "uri"}:
            self._put_integration(aws, known)
        return {}

    def _put_integration(self, aws: Aws, known: Outputs) -> None:
        want = self.want(known)
        aws.call(
            "apigateway",
            "PutIntegration",
            **self._address(known),
            type=want["integration"],
            integrationHttpMethod=want["integration_method"],
            uri=want["uri"],
        )

    def _address(self, known: Outputs) -> dict[str, Any]:
        return _address(known, self.route.path, self.route.method)


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
        integration = found.get("methodIntegration", {})
        answer = integration.get("integrationResponses", {}).get(PREFLIGHT_STATUS, {})
        declared = found.get("methodResponses", {}).get(PREFLIGHT_STATUS, {})
        values = answer.get("responseParameters", {})
        fields = {
            "authorization": found.get("authorizationType"),
            "api_key_required": found.get("apiKeyRequired", False),
            "integration": integration.get("type"),
            "answer": integration.get("requestTemplates", {}),
            "headers": {
                name.removeprefix(ANSWER_HEADER): values[name]
                for name in declared.get("responseParameters", {})
                if name in values
            },
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        allowed = ",".join((*methods(self.path), PREFLIGHT))
        return {
            "authorization": "NONE",
            "api_key_required": False,
            "integration": "MOCK",
            "answer": PREFLIGHT_ANSWER,
            "headers": {
                "Access-Control-Allow-Origin": f"'{self.stack.config.api.cors_origin}'",
                "Access-Control-Allow-Methods": f"'{allowed}'",
                "Access-Control-Allow-Headers": f"'{','.join(REQUEST_HEADERS)}'",
            },
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        address = _address(known, self.path, PREFLIGHT)
        headers = {ANSWER_HEADER + n: v for n, v in self.want(known)["headers"].items()}
        aws.call("apigateway", "PutMethod", **address, authorizationType="NONE")
        aws.call(
            "apigateway",
            "PutMethodResponse",
            **address,
            statusCode=PREFLIGHT_STATUS,
            responseParameters=dict.fromkeys(headers, False),
        )
        aws.call(
            "apigateway",
            "PutIntegration",
            **address,
            type="MOCK",
            requestTemplates=PREFLIGHT_ANSWER,
        )
        aws.call(
            "apigateway",
            "PutIntegrationResponse",
            **address,
            statusCode=PREFLIGHT_STATUS,
            responseParameters=headers,
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        """Made anew, since its responses can't be put twice; callers have the deployed one."""
        with suppress(NotFound):
            aws.call("apigateway", "DeleteMethod", **_address(known, self.path, PREFLIGHT))
        return self.create(aws, known)


def _address(known: Outputs, path: str, http_method: str) -> dict[str, Any]:
    return {
        "restApiId": known["api_id"],
        "resourceId": known[f"id of {path}"],
        "httpMethod": http_method,
    }


def _patch(op: str, path: str, value: Any) -> dict[str, Any]:
    return {"op": op, "path": path, "value": value}
