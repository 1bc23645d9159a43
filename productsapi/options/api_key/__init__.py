"""The API key that callers need beside their token, where the configuration says so.

Its value is made here, given to API Gateway and put into Secrets Manager in one go, and read back
by nobody who deploys. That the key in API Gateway is the one in the secret is told by a tag: the
id of the secret's version that holds its value.
"""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.api_key.key import ApiKey
from productsapi.options.api_key.rights import RIGHTS
from productsapi.options.api_key.rotation import LOOKED_AT, rotating
from productsapi.options.api_key.secret import KeySecret, value_for_a_caller
from productsapi.options.api_key.usage_plan import OtherUsagePlans, UsagePlan
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Option

__all__ = [
    "LOOKED_AT",
    "OPTION",
    "ApiKey",
    "KeySecret",
    "OtherUsagePlans",
    "UsagePlan",
    "parts",
    "rotating",
    "value_for_a_caller",
]


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:
    plan: list[Resource] = [UsagePlan(stack)] if on else []
    return [*plan, OtherUsagePlans(stack, on), KeySecret(stack, on), ApiKey(stack, on)]


OPTION = Option(
    name="api-key",
    title="API key",
    step="deployment",
    on=lambda config: config.api.key,
    parts=parts,
    rights=RIGHTS,
    verified=(kinds.USAGE_PLAN, kinds.API_KEY_SECRET),
)
