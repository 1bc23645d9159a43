"""The authorizer, which every method but OPTIONS uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed
from productsapi.stack import kinds
from productsapi.stack.api_tree import ApiPart, tree
from productsapi.stack.output_names import API_ID, AUTHORIZER_ID, USER_POOL_ID

IMMUTABLE = {
    "type": "API Gateway can't make another kind of authorizer a Cognito one: "
    "give user_pool.authorizer another name; or remove it, where no method uses it"
}


@dataclass(frozen=True)
class Authorizer(ApiPart, Managed):
    """Lets in whoever holds an ID token of the pool; every method but OPTIONS uses it."""

    step = "user_pool"
    kind = kinds.AUTHORIZER
    unique = False  # AWS refuses a second of the name, with a code that isn't documented
    immutable = IMMUTABLE
    exposure_fields = frozenset({"type", "user_pools"})
    outputs = (AUTHORIZER_ID,)
    inputs = (API_ID, USER_POOL_ID)
    lookup_inputs = (API_ID, USER_POOL_ID)

    @property
    def name(self) -> str:
        return self.stack.config.user_pool.authorizer

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = self._found(aws, known)
        if found is None:
            return None
        fields = {
            "name": found["name"],
            "type": found.get("type"),
            "user_pools": ", ".join(found.get("providerARNs", [])),
            "token_source": found.get("identitySource"),
            "token_pattern": found.get("identityValidationExpression") or None,
        }
        return Observed(fields, {AUTHORIZER_ID: found["id"]}, raw=found)

    def want(self, known: Outputs) -> Fields:
        pool = self.stack.location.user_pool_arn("{user_pool_id}")
        return {
            "name": self.name,
            "type": "COGNITO_USER_POOLS",
            "user_pools": known.fill(pool, USER_POOL_ID),
            "token_source": "method.request.header.Authorization",
            "token_pattern": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        want = self.want(known)
        made = aws.call(
            "apigateway",
            "CreateAuthorizer",
            restApiId=known[API_ID],
            name=want["name"],
            type=want["type"],
            providerARNs=[want["user_pools"]],
            identitySource=want["token_source"],
        )
        return {AUTHORIZER_ID: made["id"]}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        want, had = self.want(known), observed.raw.get("providerARNs", [])
        patches = {
            "name": [("replace", "/name", want["name"])],
            "token_source": [("replace", "/identitySource", want["token_source"])],
            "token_pattern": [("replace", "/identityValidationExpression", "")],
            "user_pools": [  # the new pool in before the old ones go: it can't be without any
                *(("add", "/providerARNs", arn) for arn in [want["user_pools"]] if arn not in had),
                *(("remove", "/providerARNs", arn) for arn in had if arn != want["user_pools"]),
            ],
        }
        aws.call(
            "apigateway",
            "UpdateAuthorizer",
            restApiId=known[API_ID],
            authorizerId=observed.outputs[AUTHORIZER_ID],
            patchOperations=[
                {"op": op, "path": path, "value": value}
                for field in patches
                if field in changed
                for op, path, value in patches[field]
            ],
        )
        return {}

    def _found(self, aws: Aws, known: Outputs) -> dict[str, Any] | None:
        """By its name; else what lets in our pool's users is ours, and is called otherwise now."""
        api_id, pool_id = known.get(API_ID), known.get(USER_POOL_ID)
        if api_id is None:
            return None
        pages = aws.pages("apigateway", "GetAuthorizers", restApiId=api_id, limit=500)
        there = [item for page in pages for item in page["items"]]
        named = [a for a in there if a["name"] == self.name]
        pool = self.stack.location.user_pool_arn(pool_id) if pool_id else None
        of_pool = [a for a in there if pool in a.get("providerARNs", [])]
        used = {
            reported.get("authorizerId")
            for item in (tree(aws, api_id).values() if len(of_pool) > 1 else ())
            for reported in item.get("resourceMethods", {}).values()
        }
        of_pool.sort(key=lambda a: a["id"] not in used)
        return next(iter([*named, *of_pool]), None)
