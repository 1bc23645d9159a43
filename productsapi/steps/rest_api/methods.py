"""The methods that reach a function, all behind the authorizer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.errors import NotFound
from productsapi.routes import Route
from productsapi.stack import ALIAS, kinds
from productsapi.stack.api_tree import ApiPart, address, needs_key, tree
from productsapi.stack.output_names import API_ID, AUTHORIZER_ID, path_id
from productsapi.steps.rest_api.unmanaged import locked_with

MAPPING = ("credentials", "contentHandling", "requestParameters", "requestTemplates")
ANSWERS = (
    ("mapped_answers", "DeleteIntegrationResponse"),
    ("answers", "DeleteMethodResponse"),
)
GATEWAY_TIMEOUT_MS = 29_000
"""API Gateway's default, which is also the longest without a raised quota."""


@dataclass(frozen=True)
class ProxyMethod(ApiPart, Managed):
    """A method that hands the whole request, with the caller's claims, to a function's alias."""

    route: Route
    key_parameters: Mapping[str, bool]
    """The request parameters that are the cache's key, each with whether it is required."""
    step = "rest_api"
    kind = kinds.METHOD
    exposure_fields = frozenset({"authorization", "authorizer", "scopes"})

    @property
    def name(self) -> str:
        return str(self.route)

    @property
    def inputs(self) -> tuple[Output, ...]:
        return (API_ID, path_id(self.route.path), AUTHORIZER_ID)

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        location = tree(aws, api_id).get(self.route.path, {}) if api_id else {}
        found = location.get("resourceMethods", {}).get(self.route.method)
        if found is None:
            return None
        integration = found.get("methodIntegration") or {}
        fields = {
            "authorization": found.get("authorizationType"),
            "authorizer": found.get("authorizerId"),
            "scopes": ", ".join(found.get("authorizationScopes") or []) or None,
            "api_key_required": needs_key(found),
            "validator": found.get("requestValidatorId") or None,
            "parameters": found.get("requestParameters") or {},
            "models": found.get("requestModels") or {},
            "integration": integration.get("type"),
            "integration_method": integration.get("httpMethod"),
            "uri": integration.get("uri"),
            "mapping": {**_mapping(integration), **_cache_key(integration, location["id"])},
            "answers": _statuses(found.get("methodResponses")),
            "mapped_answers": _statuses(integration.get("integrationResponses")),
        }
        return Observed(fields)

    def want(self, known: Outputs) -> Fields:
        """Nothing between caller and function: no validation, no mapping, whichever way.

        What the cache's key consists of must be declared as parameters too.
        """
        location = self.stack.location
        function = f"{self.stack.function_arn(self.route.function)}:{ALIAS}"
        path = f"path/2015-03-31/functions/{function}/invocations"
        return {
            "authorization": "COGNITO_USER_POOLS",
            "authorizer": known[AUTHORIZER_ID],
            "scopes": None,
            "api_key_required": self.stack.config.api.key,
            "validator": None,
            "parameters": dict(self.key_parameters),
            "models": {},
            "integration": "AWS_PROXY",
            "integration_method": "POST",
            "uri": f"arn:{location.partition}:apigateway:{location.region}:lambda:{path}",
            "mapping": {"cacheKeyParameters": ", ".join(key)} if (key := self._key) else {},
            "answers": None,
            "mapped_answers": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        want = self.want(known)
        aws.call(
            "apigateway",
            "PutMethod",
            **self._address(known),
            authorizationType=want["authorization"],
            authorizerId=want["authorizer"],
            apiKeyRequired=want["api_key_required"],
            **({"requestParameters": want["parameters"]} if want["parameters"] else {}),
        )
        self._put_integration(aws, known)
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        """The lock first, in one call of its own: UpdateMethod is all or nothing (G8).

        What the cache's key names is declared before it, and no longer after it. A method that
        is to ask for no API key any more is made anew, which callers see nothing of: the local
        cloud takes the text `false` of such a patch for yes.
        """
        if "api_key_required" in changed and observed.fields["api_key_required"]:
            with suppress(NotFound):
                aws.call("apigateway", "DeleteMethod", **self._address(known))
            return self.create(aws, known)
        if changed & {"authorization", "authorizer"}:
            self._patch(aws, known, locked_with(known[AUTHORIZER_ID]))
        patches = self._patches(observed.fields, changed, self.want(known))
        last = [p for p in patches if p["op"] == "remove"] if "mapping" in changed else []
        self._patch(aws, known, [p for p in patches if p not in last])
        self._remove_answers(aws, known, observed, changed)
        if changed & {"integration", "integration_method", "uri", "mapping"}:
            self._put_integration(aws, known)
        self._patch(aws, known, last)
        return {}

    def _patch(self, aws: Aws, known: Outputs, patches: list[dict[str, Any]]) -> None:
        if patches:
            aws.call("apigateway", "UpdateMethod", **self._address(known), patchOperations=patches)

    def _patches(self, had: Fields, changed: frozenset[str], want: Fields) -> list[dict[str, Any]]:
        """UpdateMethod's paths; a media type's slash is written ~1 in them.

        No validator is no value: an empty one is refused (terraform-provider-aws, method.go).
        """
        patches = []
        if "scopes" in changed:  # with any, the method would take access tokens and no ID token
            scopes = had["scopes"].split(", ")
            patches += [_patch("remove", "/authorizationScopes", scope) for scope in scopes]
        if "api_key_required" in changed:
            patches.append(_patch("replace", "/apiKeyRequired", "true"))
        if "validator" in changed:
            patches.append(_patch("replace", "/requestValidatorId"))
        for field, path in (("parameters", "requestParameters"), ("models", "requestModels")):
            if field in changed:
                patches += _named(f"/{path}", had[field], want[field])
        return patches

    def _remove_answers(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> None:
        """A proxy integration heeds no mapping of answers: what was mapped goes, then declared."""
        removals = (
            ("mapped_answers", "DeleteIntegrationResponse"),
            ("answers", "DeleteMethodResponse"),
        )
        for field, operation in removals:
            for status in (observed.fields[field] or "").split(", ") if field in changed else ():
                with suppress(NotFound):
                    aws.call("apigateway", operation, **self._address(known), statusCode=status)

    def _put_integration(self, aws: Aws, known: Outputs) -> None:
        """Replaces the one that is there, with all that belongs to it."""
        want, key = self.want(known), self._key
        aws.call(
            "apigateway",
            "PutIntegration",
            **self._address(known),
            type=want["integration"],
            integrationHttpMethod=want["integration_method"],
            uri=want["uri"],
            **({"cacheKeyParameters": key} if key else {}),
        )

    @property
    def _key(self) -> list[str]:
        return sorted(self.key_parameters)

    def _address(self, known: Outputs) -> dict[str, Any]:
        return address(known, self.route.path, self.route.method)


def _patch(op: str, path: str, value: str | None = None) -> dict[str, Any]:
    return {"op": op, "path": path} | ({} if value is None else {"value": value})


def _named(path: str, had: Fields, want: Fields) -> list[dict[str, Any]]:
    """What a method declares by name, brought to what it should."""
    added = [
        _patch("replace" if name in had else "add", f"{path}/{name}", str(required).lower())
        for name, required in want.items()
        if had.get(name) != required
    ]
    gone = [name.replace("/", "~1") for name in had if name not in want]
    return added + [_patch("remove", f"{path}/{name}") for name in gone]


def _cache_key(integration: Mapping[str, Any], resource_id: str) -> Fields:
    """The cache's key; and with whom the answers are shared, where that isn't with nobody."""
    key = sorted(integration.get("cacheKeyParameters") or ())
    namespace = integration.get("cacheNamespace") or resource_id
    shared = {"cacheNamespace": namespace} if namespace != resource_id else {}
    return {"cacheKeyParameters": ", ".join(key), **shared} if key else {}


def _mapping(integration: Mapping[str, Any]) -> Fields:
    """What an integration does to a request or a caller's time beside handing it on."""
    described = {name: integration.get(name) for name in MAPPING}
    timeout = integration.get("timeoutInMillis") or GATEWAY_TIMEOUT_MS
    if int(timeout) != GATEWAY_TIMEOUT_MS:
        described["timeoutInMillis"] = timeout
    return {name: value for name, value in described.items() if value}


def _statuses(answers: Mapping[str, Any] | None) -> str | None:
    return ", ".join(sorted(answers or {})) or None
