"""What the tests of the API key share: what is inside API Gateway, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from steps_moto import inside
from steps_world import Quiet, World

from productsapi.engine.apply import apply
from productsapi.engine.plan import plan
from productsapi.options.api_key.rotation import rotating
from productsapi.stack import Stack

ON: dict[str, Any] = {"api": {"key": True}}
SECRET = "productsapi/shop/api-key"


def backend() -> Any:
    return inside("apigateway")


def keys() -> dict[str, str]:
    """The values in API Gateway, by the keys' ids."""
    return {key.id: key.value for key in backend().keys.values()}


def value(world: World) -> str:
    return str(world.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"])


def rotate(
    world: World, stack: Stack, *, keep: bool = False, ask: Callable[[str], int] | None = None
) -> dict[str, str]:
    """The outputs of a rotation."""
    reading = world.look(stack)
    key = rotating(stack, reading, keep_former=keep, ask=ask)
    applied = apply(plan([key], reading), [key], reading, world.aws, Quiet())
    applied.raise_failure()
    return applied.outputs.as_dict()


def assert_good(world: World, stack: Stack) -> None:
    """One key, whose value is in the secret, in one plan of our stage; and nothing to do."""
    assert list(keys().values()) == [value(world)]
    [used] = backend().usage_plans.values()
    [in_plan] = backend().usage_plan_keys[used.id].values()
    assert in_plan.value == value(world)
    [stage] = used.api_stages
    assert stage == {"apiId": world.look(stack).outputs.get("api_id"), "stage": "dev"}
    assert world.plan(stack).to_do == ()
