"""One resource held against answers of AWS that are faked, without deploying anything."""

from __future__ import annotations

from typing import Any

from steps_world import World

from productsapi.engine.outputs import Outputs
from productsapi.engine.plan import difference
from productsapi.engine.resource import Resource
from productsapi.options.registry import resources
from productsapi.routes import FUNCTIONS

KNOWN = Outputs(
    {
        "pointer to api_id": "abcdefghij",
        "api_id": "abcdefghij",
        "root_id": "root000000",
        "id of /products": "col0000000",
        "id of /products/{productId}": "item000000",
        "authorizer_id": "auth00",
        "user_pool_id": "eu-west-2_AbCdEfGhI",
        "client_id": "1example23456789",
        "deployment_id": "dep000",
        "served_id": "dep000",
        **{f"role id of {function}": "AROAEXAMPLE" for function in FUNCTIONS},
    }
)
OURS = {"productsapi:stack": "shop"}


def resource(world: World, key: str) -> Resource:
    return next(r for r in resources(world.stack()) if r.key == key)


def differences(world: World, key: str) -> dict[str, tuple[Any, Any]]:
    """What one resource would change, by the answers that are faked."""
    compared = resource(world, key)
    seen = compared.read(world.aws, KNOWN)
    assert seen is not None
    assert seen.ours
    return {f.field: (f.old, f.new) for f in difference(compared, seen, KNOWN).fields}
