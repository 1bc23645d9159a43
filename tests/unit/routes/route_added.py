"""Run in a process of its own: what all is derived when the table has one more route, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import productsapi

LAST = '    Route("DELETE", ITEM, "delete", "deleteProduct", ("category",)),\n'
PATH = "/products/{productId}/changes/{changeId}"
MORE = f'    Route("GET", "{PATH}", "get", "getChange", ("since",)),\n'
ROUTE = f"GET {PATH}"


def edited(source: Path) -> ModuleType:
    """The module of the routes as it is with the line of one more."""
    text = source.read_text("utf-8")
    assert text.count(LAST) == 1
    module = ModuleType("productsapi.routes")
    sys.modules[module.__name__] = module
    exec(compile(text.replace(LAST, LAST + MORE), str(source), "exec"), vars(module))  # noqa: S102
    return module


def derived(sources: Path) -> dict[str, Any]:
    """Imports come after the edit: tables are made of the routes as modules are loaded."""
    from productsapi import openapi
    from productsapi.api_client.explain import _unknown_route
    from productsapi.aws.location import Location
    from productsapi.config.model import Api, Config
    from productsapi.config_keys.allowed import METHOD_LIMITS
    from productsapi.engine.outputs import Outputs
    from productsapi.operations.verify import api, stage, unauthenticated
    from productsapi.options.cache import key as cache_key
    from productsapi.options.cache.configuration import Cache
    from productsapi.options.cache.stage import NAMES as CACHED
    from productsapi.options.registry import resources
    from productsapi.routes import ROUTES, route_of
    from productsapi.stack import Stack, api_tree

    config = Config(schema=1, stack="shop", region="eu-west-2", api=Api(cache=Cache(size_gb="0.5")))
    known = Outputs({"api_id": "a1", "authorizer_id": "z1"})
    made = {
        each.key: each for each in resources(Stack(config, Location("123456789012", "eu-west-2")))
    }
    method, permission = made[f"method {ROUTE}"], made[f"invoke permission {ROUTE}"]
    paths = [key.removeprefix("path ") for key in made if key.startswith("path ")]
    return {
        "paths": {path: list(made[f"path {path}"].inputs) for path in paths},
        "preflight": f"method OPTIONS {PATH}" in made,
        "authorization": method.want(known)["authorization"],
        "uri": method.want(known)["uri"],
        "cache": sorted(method.want(known)["parameters"]),
        "cached": ROUTE in CACHED,
        "digest": cache_key.DIGEST,
        "permission": permission.want(known)["source_arn"],
        "permission after": list(permission.depends_on),
        "waited for": sorted({f"method {ROUTE}", f"method OPTIONS {PATH}"} & set(api_tree.parts())),
        "adopted": api_tree.our_path("/products/{id}/changes/{id2}"),
        "foreign": api_tree.foreign_methods({PATH: {"GET": {}, "PUT": {"authorizationType": "X"}}}),
        "limited": METHOD_LIMITS.accepts({ROUTE: "5/10"}),
        "document": openapi.document(config, openapi.read(sources))["paths"][PATH],
        "served": str(route_of("GET", "/products/P1/changes/C1?since=now")),
        "function": api.function_of("GET", "/products/P1/changes/C1"),
        "requested": api.path_of(ROUTES[-1], "P1"),
        "explained": _unknown_route("GET", "/products/P1/changes/C1"),
        "looked at": ROUTE in unauthenticated.OUR_ROUTES and f"OPTIONS {PATH}" in stage.PREFLIGHTS,
    }


if __name__ == "__main__":
    root = Path(productsapi.__file__).parent
    productsapi.routes = edited(root / "routes.py")  # type: ignore[attr-defined]
    print(json.dumps(derived(root.parent / "lambda_src")))  # noqa: T201
