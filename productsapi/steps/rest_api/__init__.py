"""Step 4: the REST API, its paths and methods, and who may invoke what."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.routes import PATHS, ROUTES
from productsapi.steps.rest_api.api import RestApi
from productsapi.steps.rest_api.gateway_responses import GATEWAY_ERRORS, GatewayResponse
from productsapi.steps.rest_api.invoke_permissions import InvokePermission
from productsapi.steps.rest_api.methods import Preflight, ProxyMethod
from productsapi.steps.rest_api.paths import ApiPath
from productsapi.steps.stack import Stack


def resources(stack: Stack) -> list[Resource]:
    return [
        RestApi(stack),
        *(ApiPath(stack, path) for path in PATHS),
        *(ProxyMethod(stack, route) for route in ROUTES),
        *(Preflight(stack, path) for path in PATHS),
        *(GatewayResponse(stack, kind) for kind in GATEWAY_ERRORS),
        *(InvokePermission(stack, route) for route in ROUTES),
    ]
