"""What core code needs to know of the API key."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.api_key.key import ApiKey
from productsapi.options.api_key.rights import RIGHTS
from productsapi.options.api_key.secret import KeySecret
from productsapi.options.api_key.usage_plan import OtherUsagePlans, UsagePlan
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Option


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
OPTIONS = (OPTION,)
